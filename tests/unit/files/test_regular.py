"""Small local files, read whole."""

import os

import pytest

from amazon_photos.errors import FileChanged
from amazon_photos.files import regular
from amazon_photos.transfer.local.scan import restat


def test_of_what_is_larger_than_its_size_says_little_is_read(tmp_path, monkeypatch):
    """A network drive tells the size of before: the file fails, and is not held in memory, however large it is now."""
    path = tmp_path / "a.jpg"
    path.write_bytes(b"x" * 100)
    found = restat(str(path))
    os.truncate(path, 16 << 20)
    monkeypatch.setattr(regular, "check_unchanged", lambda *_, **__: None)
    read, came = os.read, []

    def counting(handle, most):
        came.append(len(piece := read(handle, most)))
        return piece

    monkeypatch.setattr(os, "read", counting)
    with pytest.raises(FileChanged, match="larger than its size says"):
        regular.read_found(found, doing="read")
    assert sum(came) == 101


def test_what_comes_in_pieces_is_read_to_its_end(tmp_path, monkeypatch):
    """A system may give less than it was asked for."""
    path = tmp_path / "a.jpg"
    path.write_bytes(bytes(range(200)))
    read = os.read
    monkeypatch.setattr(os, "read", lambda handle, most: read(handle, min(most, 7)))
    assert regular.read_found(restat(str(path)), doing="read") == bytes(range(200))
