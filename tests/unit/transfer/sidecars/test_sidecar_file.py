"""The file beside a photo: whole or not at all, and never in the place of somebody's."""

import os
from pathlib import Path

import pytest

import kills
from amazon_photos.errors import LocalFileError, TargetExists
from amazon_photos.transfer.sidecars.mark import read_mark
from amazon_photos.transfer.sidecars.node_knowledge import NodeKnowledge
from amazon_photos.transfer.sidecars.sidecar_file import MAX_SIDECAR, read_ours, sidecar_path, write_sidecar
from amazon_photos.transfer.sidecars.xmp import render_xmp

OLD, NEW = (render_xmp(NodeKnowledge({"description": word * 100_000})) for word in ("old", "new"))


@pytest.fixture
def photo(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"photo")
    return tmp_path / "a.jpg"


@pytest.fixture
def path(photo):
    return sidecar_path(photo, "x" * 22, ".xmp")


def write(photo, path, data):
    found = read_ours(path)
    write_sidecar(path, data, beside=photo, old=found[1] if found else None, fsync=True)


@pytest.mark.parametrize("old", [None, OLD])
def test_a_kill_leaves_the_old_one_or_the_new_one(photo, path, old):
    """At whichever step; and the next run needs no help."""

    def prepare():
        path.unlink(missing_ok=True)
        if old is not None:
            write(photo, path, old)

    for done in kills.run(prepare, lambda: write(photo, path, NEW)):
        there = path.read_bytes() if path.exists() else None
        assert there in ((NEW,) if done else (old, NEW))
        write(photo, path, NEW)
        assert path.read_bytes() == NEW


def test_an_edit_in_between_is_kept(photo, path):
    """Whoever saves the sidecar between our look and our write has it."""
    write(photo, path, OLD)
    _, identity = read_ours(path)
    path.write_bytes(b"mine")
    with pytest.raises(TargetExists):
        write_sidecar(path, NEW, beside=photo, old=identity, fsync=False)
    path.unlink()
    path.write_bytes(b"another's")
    with pytest.raises(TargetExists):
        write_sidecar(path, NEW, beside=photo, old=None, fsync=False)
    assert path.read_bytes() == b"another's"
    assert sorted(each.name for each in path.parent.iterdir()) == ["a.jpg", "a.jpg.xmp"]


@pytest.mark.parametrize("kind", ["link", "broken link", "folder", "pipe"])
def test_what_is_no_file_is_named_and_not_waited_for(path, kind):
    """A pipe without a writer would hold everything up."""
    make = {
        "link": lambda: path.symlink_to(path.with_name("a.jpg")),
        "broken link": lambda: path.symlink_to("nowhere"),
        "folder": path.mkdir,
        "pipe": lambda: os.mkfifo(path),
    }
    make[kind]()
    with pytest.raises(LocalFileError, match=f"{kind.split()[-1]} has the name a.jpg.xmp"):
        read_ours(path)


@pytest.mark.parametrize(
    "name", ["a.jpg", "x" * 247 + ".jpg", "x" * 251 + ".jpg", "\N{SPARKLES}" * 84 + ".jp", "x" * 255]
)
def test_names_fit_every_file_system(name):
    """At most 255 bytes with the ending kept; two nodes of one name have two."""
    one, other = (sidecar_path(Path(name), node_id, ".xmp").name for node_id in ("a" * 22, "b" * 22))
    assert len(one.encode()) <= 255
    assert one.endswith(".xmp")
    assert (one == other == f"{name}.xmp") == (len(name.encode()) <= 251)


def test_what_is_too_large_to_be_known_again_is_not_written(photo, path):
    """It would be another program's for ever; one that fits is ours."""
    with pytest.raises(LocalFileError, match=r"a\.jpg\.xmp would have 16\.8 MB, and 16\.8 MB is the most"):
        write(photo, path, bytes(MAX_SIDECAR + 1))
    assert not path.exists()
    largest = render_xmp(NodeKnowledge({"description": "x" * (MAX_SIDECAR - len(render_xmp(NodeKnowledge({}))) - 300)}))
    write(photo, path, largest)
    assert read_ours(path)[0] == largest


def test_ours_is_read_with_its_mark(photo, path):
    """And nothing is None."""
    assert read_ours(path) is None
    write(photo, path, OLD)
    data, _ = read_ours(path)
    assert data == OLD
    assert read_mark(data) == (False,)
