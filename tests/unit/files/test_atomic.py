"""Files are written whole or not at all."""

import os
import shutil
import stat

import pytest

from amazon_photos.errors import LocalFileError
from amazon_photos.files.atomic import write_atomically
from amazon_photos.files.durable import keep_renames, sync_folder


@pytest.mark.parametrize("new", [False, True])
def test_the_target_appears_when_all_is_written(tmp_path, new):
    """Until then it is not there; afterwards nothing else is."""
    target = tmp_path / "a.json"
    with write_atomically(target, fsync=True, new=new) as file:
        file.write(b"half")
        assert not target.exists()
        file.write(b" and half")
    assert target.read_bytes() == b"half and half"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("new", [False, True])
def test_what_fails_leaves_nothing(tmp_path, new):
    """The older file stays as it was, and the half one is removed."""
    target = tmp_path / "a.json"
    target.write_bytes(b"old")
    with pytest.raises(TypeError), write_atomically(target, new=new) as file:
        file.writelines([b"half", None])
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_new_file_replaces_none(tmp_path):
    """Not even one that appeared while it was being written."""
    target = tmp_path / "a.json"
    with pytest.raises(LocalFileError, match=r"a\.json"), write_atomically(target, new=True):
        target.write_bytes(b"other")
    assert target.read_bytes() == b"other"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.skipif(os.name == "nt", reason="permissions mean little there")
def test_permissions_stay(tmp_path):
    """A file that only its owner may read is replaced by one that only its owner may read."""
    target = tmp_path / "a.json"
    target.write_bytes(b"old")
    target.chmod(0o600)
    with write_atomically(target) as file:
        file.write(b"new")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_what_is_replaced_may_go_meanwhile(tmp_path, monkeypatch):
    """Somebody removes the older file at the very moment in which its permissions are looked at."""
    target = tmp_path / "a.json"
    target.write_bytes(b"old")

    def copymode(old, new):
        target.unlink()
        _copymode(old, new)

    _copymode = shutil.copymode
    monkeypatch.setattr(shutil, "copymode", copymode)
    with write_atomically(target) as file:
        file.write(b"new")
    assert target.read_bytes() == b"new"


def test_names_as_long_as_can_be(tmp_path):
    """The temporary name of a file is no longer than its own may be."""
    target = tmp_path / ("x" * 250 + ".json")
    with write_atomically(target) as file:
        file.write(b"new")
    assert target.read_bytes() == b"new"


def test_what_is_beside_is_where_it_was_said_to_be(tmp_path):
    """Who sweeps up after crashes knows the temporary name."""
    with write_atomically(tmp_path / "a", beside=tmp_path / "b") as file:
        assert file.name == str(tmp_path / "b")


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot open folders")
def test_a_folder_that_is_not_there_is_known_before_anything_is_renamed(tmp_path):
    """The folder is opened before the block begins."""
    begun = []
    with pytest.raises(FileNotFoundError), keep_renames(tmp_path / "none"):
        begun.append(1)
    assert not begun
    sync_folder(tmp_path)
