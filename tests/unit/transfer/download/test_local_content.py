"""What stands under a name here, next to what should."""

import os
import sys
from pathlib import Path

import pytest

from amazon_photos.errors import LocalFileError
from amazon_photos.transfer.download.local_content import LocalContent, count_zeros_at_end
from amazon_photos.transfer.local import hashing
from amazon_photos.transfer.local.hash_cache import HashCache
from transfers import content, md5

SIZE = 3_000
RIGHT = content(0, SIZE)


@pytest.fixture
def contents(tmp_path):
    cache = HashCache(tmp_path / "cache")
    hasher = hashing.Hasher(cache, threads=1)
    yield LocalContent(cache, hasher)
    hasher.close()
    cache.close()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (RIGHT[:524], "a file of 524 bytes has this name here, not of 3000"),
        (b"", "a file of 0 bytes"),
        (RIGHT + b"x", "a file of 3001 bytes"),
        (RIGHT[:1000] + b"\0" * 2000, "its last 2000 bytes are zeros, as after a crash"),
        (b"\0" * SIZE, "its last 3000 bytes are zeros"),
        (RIGHT[:-500] + b"\0" * 500, "of the same size and other content"),
        (content(1, SIZE), "of the same size and other content"),
    ],
)
async def test_what_differs_is_told_as_what_it_is(contents, tmp_path, data, why):
    """Other size, zeros at the end (a crash of the machine) and other content are told apart (fault A1)."""
    (tmp_path / "a").write_bytes(data)
    standing = await contents.compare(tmp_path / "a", SIZE, md5(RIGHT))
    assert not standing.same
    assert why in standing.why
    assert standing.identity is not None


async def test_the_same_content_is_the_same(contents, tmp_path):
    """Right bytes are right, whether they are read or remembered; nothing is nothing."""
    (tmp_path / "a").write_bytes(RIGHT)
    os.utime(tmp_path / "a", (10**9, 10**9))
    for _ in range(2):
        assert (await contents.compare(tmp_path / "a", SIZE, md5(RIGHT))).same
    assert await contents.compare(tmp_path / "b", SIZE, md5(RIGHT)) is None
    assert await contents.compare(tmp_path / "a" / "b", SIZE, md5(RIGHT)) is None


@pytest.mark.skipif(sys.platform == "win32", reason="needs links and pipes")
@pytest.mark.parametrize(
    ("make", "why"),
    [(Path.mkdir, "a folder"), (lambda path: path.symlink_to("right"), "a symbolic link"), (os.mkfifo, "a pipe")],
)
async def test_what_is_no_file_never_gives_way(contents, tmp_path, make, why):
    """Folders, links and pipes are named, and are nothing that a repair may move."""
    (tmp_path / "right").write_bytes(RIGHT)
    make(tmp_path / "a")
    standing = await contents.compare(tmp_path / "a", SIZE, md5(RIGHT))
    assert (standing.same, standing.identity) == (False, None)
    assert standing.why == f"{why} has this name here"


async def test_what_cannot_be_read_never_gives_way(contents, tmp_path, monkeypatch):
    """A file of the right size that nobody can compare is no file that is known to be another one."""

    def refuse(*_):
        raise LocalFileError("cannot be read: input/output error")

    monkeypatch.setattr(hashing, "read_md5", refuse)
    (tmp_path / "a").write_bytes(RIGHT)
    for told, why in ((md5(RIGHT), "cannot be read: input/output error"), (None, "Amazon tells no MD5")):
        standing = await contents.compare(tmp_path / "a", SIZE, told)
        assert (standing.same, standing.identity) == (False, None)
        assert why in standing.why
    assert not contents.matches_sync(tmp_path / "a", SIZE, md5(RIGHT))


@pytest.mark.parametrize("zeros", [0, 1, 511, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20])
def test_zeros_at_the_end_are_counted(tmp_path, zeros):
    """Across blocks, and in a file that holds nothing else."""
    (tmp_path / "a").write_bytes(b"\0x" + b"\0" * zeros)
    assert count_zeros_at_end(tmp_path / "a") == zeros
    (tmp_path / "b").write_bytes(b"\0" * zeros)
    assert count_zeros_at_end(tmp_path / "b") == zeros
