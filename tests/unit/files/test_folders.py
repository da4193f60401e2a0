"""Folders of this machine: made whatever their depth, and an error that names what stands in the way."""

from pathlib import Path

import pytest

from amazon_photos.errors import LocalFileError
from amazon_photos.files import folders
from amazon_photos.files.folders import make_folder
from transfers import remove_deep


@pytest.mark.parametrize("fsync", [False, True])
def test_folders_of_any_depth_are_made(tmp_path, fsync, monkeypatch):
    """A thousand folders in each other need no recursion (fault B4); with fsync, each is on the disk."""
    synced = []
    monkeypatch.setattr(folders, "sync_folder", synced.append)
    folder = Path(f"{tmp_path}/{'/'.join('d' * 1000)}")
    try:
        make_folder(folder, fsync=fsync)
        make_folder(folder, fsync=fsync)
        found = folder.is_dir(), len(synced)
    finally:
        remove_deep(tmp_path / "d")
    assert found == (True, 1000 if fsync else 0)


@pytest.mark.parametrize(("kind", "why"), [("link", "a link that leads nowhere"), ("file", "something else")])
def test_a_folder_that_cannot_be_made_is_named(tmp_path, kind, why):
    """The message names the folder that stands in the way, not the file."""
    link = tmp_path / "2012"
    link.symlink_to("/nowhere/at/all") if kind == "link" else link.touch()
    with pytest.raises(LocalFileError, match=rf"2012.*{why}"):
        make_folder(link)
