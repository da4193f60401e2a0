"""MD5 of local files."""

import asyncio
import hashlib
import os
import threading
import time
from collections import Counter

import pytest

from amazon_photos.errors import FileChanged, LocalFileError
from amazon_photos.transfer.local.hash_cache import HashCache
from amazon_photos.transfer.local.hashing import Hasher, md5_of
from amazon_photos.transfer.local.kept import MAX_SIZE
from transfers import old_file


@pytest.mark.parametrize("size", [0, 1, 1 << 18, (1 << 20) + 1])
def test_the_md5_is_right(tmp_path, size):
    """Files of every size have the MD5 of their bytes."""
    content = os.urandom(size)
    assert md5_of(old_file(tmp_path / "a", content)) == hashlib.md5(content).hexdigest()


def test_a_file_that_changed_is_noticed(tmp_path):
    """A file that is no longer what was found is an error, not a wrong hash."""
    found = old_file(tmp_path / "a", b"before")
    (tmp_path / "a").write_bytes(b"after!")
    with pytest.raises(FileChanged, match="changed while it was being read"):
        md5_of(found)


@pytest.mark.parametrize("size", [6, (1 << 18) + 1])
@pytest.mark.parametrize("change", ["content", "length"])
def test_a_file_that_changes_while_it_is_read_is_noticed(tmp_path, monkeypatch, size, change):
    """A write between the first look and the last byte is an error, not the MD5 of half of each."""
    found, real = old_file(tmp_path / "a", b"x" * size), os.fstat
    looks = []

    def changing(handle):
        seen = real(handle)
        if (seen.st_dev, seen.st_ino) == (found.device, found.inode):
            looks.append(handle)
            if len(looks) == 1:  # the file is opened and looked at: now somebody writes
                with (tmp_path / "a").open("r+b" if change == "content" else "ab") as file:
                    file.write(b"y")
        return seen

    monkeypatch.setattr(os, "fstat", changing)
    with pytest.raises(FileChanged, match="changed while it was being read"):
        md5_of(found)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_in_a_file_s_place_is_not_waited_for(tmp_path):
    """What is no regular file any more is told at once (fault B7)."""
    found = old_file(tmp_path / "a", b"x")
    (tmp_path / "a").unlink()
    os.mkfifo(tmp_path / "a")
    with pytest.raises(FileChanged, match="no longer a file but a pipe"):
        md5_of(found)
    (tmp_path / "a").unlink()
    (tmp_path / "a").mkdir()
    with pytest.raises(FileChanged, match="no longer a file but a folder"):
        md5_of(found)
    with pytest.raises(FileChanged, match="no longer a file but a device"):
        md5_of(found._replace(path="/dev/null"))


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    """A file that is gone, or may not be read, says so."""
    found = old_file(tmp_path / "a", b"x")
    (tmp_path / "a").unlink()
    with pytest.raises(LocalFileError, match="cannot be read: no such file"):
        md5_of(found)


class Counting(HashCache):
    """Counts the files that are being hashed: all, and small ones."""

    def __init__(self, folder):
        super().__init__(folder)
        self.now, self.most, self.counting = Counter(), Counter(), threading.Lock()

    def remember(self, file, md5):
        kinds = ["any", "small"] if file.size <= MAX_SIZE else ["any"]
        for change in (self.now.update, self.now.subtract):
            with self.counting:
                change(kinds)
                self.most |= self.now
            time.sleep(0.01)


@pytest.mark.parametrize("threads", [1, 2, 4])
async def test_no_more_files_are_hashed_at_once_than_there_are_threads(tmp_path, threads):
    """Small files that are kept and large ones together; of the small ones half as many, one at least."""
    cache = Counting(tmp_path / "cache")
    hasher = Hasher(cache, threads=threads)
    sizes = [10] * 12 + [MAX_SIZE + 1] * 12
    found = (old_file(tmp_path / str(number), bytes(size)) for number, size in enumerate(sizes))
    files = [file._replace(ctime_ns=1) for file in found]  # else they are too young to be remembered
    await asyncio.gather(*(hasher.submit_all([file], keep=True) for file in files))
    hasher.close()
    assert cache.most == {"any": threads, "small": max(1, threads // 2)}
