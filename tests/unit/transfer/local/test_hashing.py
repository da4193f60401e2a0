"""MD5 of local files."""

import hashlib
import os

import pytest

from amazon_photos.errors import FileChanged, LocalFileError
from amazon_photos.transfer.local.hashing import md5_of
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
