"""Small files without a name until they are whole."""

import errno
import os
import threading
from pathlib import Path

import pytest

from amazon_photos.errors import TargetExists
from amazon_photos.files.unnamed import write_unnamed

HELLO = b"hello world"
OPEN = Path("/proc/self/fd")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def write(target, data=HELLO, *, mtime_ns=None, fsync=False):
    return write_unnamed(target, data, mtime_ns=mtime_ns, fsync=fsync)


@pytest.fixture(autouse=True)
def possible(tmp_path):
    """These tests say nothing where the system or its disk has no such files."""
    if write(tmp_path / "probe") is None:
        pytest.skip("no files without names here")
    (tmp_path / "probe").unlink()


@pytest.mark.parametrize("data", [b"", HELLO, bytes(1 << 20)])
def test_it_has_its_name_and_time_when_it_is_whole(tmp_path, data):
    """What is told of it is what stands there: a later look knows it again."""
    target = tmp_path / "a b\u00e9.jpg"
    found = write(target, data, mtime_ns=10**18, fsync=True)
    assert found == target.stat()
    assert target.read_bytes() == data
    assert (found.st_nlink, found.st_mtime_ns) == (1, 10**18)
    assert names(tmp_path) == [target.name]


def test_it_obeys_the_umask(tmp_path):
    """As every new file does."""
    before = os.umask(0o027)
    try:
        found = write(tmp_path / "a")
    finally:
        os.umask(before)
    assert found.st_mode & 0o777 == 0o640


@pytest.mark.parametrize("make", ["write_bytes", "mkdir", "symlink_to"])
def test_nothing_is_overwritten(tmp_path, make):
    """Neither a file nor a folder, nor a link that leads nowhere."""
    target = tmp_path / "a"
    getattr(target, make)(*{"write_bytes": (b"theirs",), "symlink_to": ("nowhere",)}.get(make, ()))
    before = target.lstat()
    with pytest.raises(TargetExists):
        write(target)
    assert target.lstat() == before
    assert names(tmp_path) == ["a"]


def test_of_many_at_once_one_wins(tmp_path):
    """And no other is left behind."""
    won, lost = [], []

    def race(number):
        try:
            won.append(write(tmp_path / "a", b"%d" % number * 1000))
        except TargetExists:
            lost.append(number)

    threads = [threading.Thread(target=race, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 7)
    assert names(tmp_path) == ["a"]


def test_a_folder_that_is_missing_is_for_somebody_else(tmp_path):
    """Who makes parts makes folders, too."""
    assert write(tmp_path / "sub" / "a") is None


@pytest.mark.parametrize("call", ["open", "link"])
@pytest.mark.parametrize("number", [errno.EOPNOTSUPP, errno.EINVAL, errno.EXDEV])
def test_a_disk_that_cannot_leaves_nothing(tmp_path, monkeypatch, call, number):
    """Such a disk is told apart from one that fails."""

    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, refuse)
    assert write(tmp_path / "a") is None
    monkeypatch.undo()
    assert names(tmp_path) == []


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path, monkeypatch):
    """Its descriptor is closed as well."""
    opened = len(names(OPEN))

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        write(tmp_path / "a")
    monkeypatch.undo()
    assert names(tmp_path) == []
    assert len(names(OPEN)) == opened
