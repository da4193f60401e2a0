"""Cards that go through one reader, one after the other: their file systems number and date files alike."""

import os
import shutil
import subprocess
from contextlib import contextmanager

import pytest

from transfers import content, files, md5

SHOT = "20230814101500"
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def run(*command):
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PATH": PATH})


@contextmanager
def inserted(image, reader):
    """The card in the reader."""
    try:
        run("mount", "-o", "loop", str(image), str(reader))
    except subprocess.CalledProcessError as error:
        pytest.skip(f"nothing can be mounted here: {error.stderr.decode().strip()}")
    try:
        yield reader / "DCIM"
    finally:
        run("umount", str(reader))


def make_card(image, reader, data):
    """A card with one photo; its times have whole seconds, as all have on such a file system."""
    with image.open("wb") as file:
        file.truncate(1 << 20)
    run("mkfs.ext2", "-q", "-I", "128", str(image))
    with inserted(image, reader):
        (reader / "DCIM").mkdir()
        (reader / "DCIM/DSC1.jpg").write_bytes(data)
        os.utime(reader / "DCIM/DSC1.jpg", (1692008100, 1692008100))
    run("debugfs", "-w", "-R", f"set_inode_field DCIM/DSC1.jpg ctime {SHOT}", str(image))


@pytest.fixture
def cards(tmp_path):
    """Two cards with one photo each, and the reader; the photos differ in nothing but their bytes."""
    if not all(shutil.which(tool, path=PATH) for tool in ("mkfs.ext2", "debugfs", "mount")):
        pytest.skip("needs mount and the tools for ext2")
    reader = tmp_path / "reader"
    reader.mkdir()
    made, seen = [tmp_path / "a.img", tmp_path / "b.img"], []
    for number, image in enumerate(made):
        make_card(image, reader, content(number))
        with inserted(image, reader) as card:
            found = (card / "DSC1.jpg").stat()
            seen.append((found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns))
    if seen[0] != seen[1]:
        pytest.skip("the system gave the reader another number meanwhile")
    return *made, reader


async def test_the_next_card_in_the_reader_is_not_taken_for_the_last_one(async_ap, cards):
    """A photo that was never uploaded is missing, and goes up, though a photo of another card had its device, inode,
    size and times (fault A8)."""
    first, second, reader = cards
    with inserted(first, reader) as card:
        assert list((await async_ap.upload(card)).outcome) == ["uploaded"]
        assert (await async_ap.backed_up(card)).backed_up.all()
    with inserted(second, reader) as card:
        assert list((await async_ap.backed_up(card)).outcome) == ["missing"]
        assert "different" in list((await async_ap.check(card)).outcome)
        assert list((await async_ap.plan_upload(card)).action) == ["conflict"]
        assert list((await async_ap.upload(card, to="Second")).outcome) == ["uploaded"]


async def test_a_file_of_the_next_card_is_not_taken_for_a_download(async_ap, cards):
    """A download looks into what has its name on another card of the same numbers (fault A8)."""
    first, second, reader = cards
    with inserted(first, reader) as card:
        node = (await async_ap.upload(card)).id[0]
        assert list((await async_ap.download([node], out=card)).outcome) == ["exists"]
    with inserted(second, reader) as card:
        assert list((await async_ap.download([node], out=card)).outcome) == ["conflict"]
        assert files(card)["DSC1.jpg"] == md5(content(1))
