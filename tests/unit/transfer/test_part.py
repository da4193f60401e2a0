"""Downloads on their way."""

import errno
import hashlib
import os
from pathlib import Path

import pytest

from amazon_photos.errors import DiskFull, LocalFileError
from amazon_photos.transfer.part import NotWritable, Occupied, Part, as_ours, rename_new

MD5 = hashlib.md5(b"hello world").hexdigest()


def part(target, md5=MD5, version=1):
    return Part(target, node_id="-id", md5=md5, version=version)


def test_a_part_goes_on_where_it_stopped(tmp_path):
    """A later run finds what is there, with its MD5, and only then the target gets its name and time."""
    first = part(tmp_path / "sub" / "a.txt")
    first.open(most=11)
    first.write([b"hel", b"lo "])
    first.close()
    second = part(tmp_path / "sub" / "a.txt")
    assert second.begun()
    assert second.open(most=11) == 6
    second.write([b"world"])
    assert second.md5 == MD5
    assert not second.target.exists()
    second.finish(mtime_ns=10**18, fsync=True)
    assert second.target.read_bytes() == b"hello world"
    assert second.target.stat().st_mtime_ns == 10**18
    assert [path.name for path in (tmp_path / "sub").iterdir()] == ["a.txt"]


@pytest.mark.parametrize("changed", [{"md5": "0" * 32}, {"version": 2}, {"md5": None}])
def test_a_part_of_other_content_is_not_gone_on_with(tmp_path, changed):
    """The expected MD5 and the version must both still match; unknown content is never gone on with."""
    first = part(tmp_path / "a.txt")
    first.open(most=11)
    first.write([b"hello "])
    first.close()
    second = part(tmp_path / "a.txt", **changed)
    assert not second.begun()
    assert second.open(most=11) == 0
    second.close()


def test_a_part_that_is_too_long_begins_anew(tmp_path):
    """More bytes than the file has are no beginning of it."""
    part(tmp_path / "a.txt").path.write_bytes(b"x" * 12)
    again = part(tmp_path / "a.txt")
    assert again.open(most=11) == 0
    again.close()


def test_a_whole_small_file(tmp_path):
    """A small file is written at one go, in a folder that is made for it."""
    part(tmp_path / "x" / "y" / "a.txt").write_whole(b"hello world", mtime_ns=None, fsync=False)
    assert (tmp_path / "x/y/a.txt").read_bytes() == b"hello world"
    assert [path.name for path in (tmp_path / "x/y").iterdir()] == ["a.txt"]


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_nothing_is_overwritten(tmp_path, kind):
    """A name that was taken in the meantime stays as it is, whatever it is."""
    target = tmp_path / "a.txt"
    {"file": target.touch, "folder": target.mkdir, "link": lambda: target.symlink_to("nowhere")}[kind]()
    (tmp_path / "new").write_bytes(b"new")
    with pytest.raises(Occupied):
        rename_new(tmp_path / "new", target)
    assert target.is_symlink() or target.is_dir() or target.read_bytes() == b""


def test_what_the_system_says():
    """No room and no entry are told apart from the rest, each with one clear message."""

    def said(number):
        return as_ours(OSError(number, os.strerror(number)), Path("media") / "a.jpg")

    assert isinstance(said(errno.ENOSPC), DiskFull)
    assert isinstance(said(errno.EROFS), NotWritable)
    assert type(said(errno.EIO)) is LocalFileError
    assert "make room and run the same again" in str(said(errno.ENOSPC))
    assert "cannot write in media" in str(said(errno.EACCES))
