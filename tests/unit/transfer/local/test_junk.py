"""Junk is told by its name, and nobody's own files are."""

import pytest

from amazon_photos.files.part_file import part_name
from amazon_photos.transfer.local.junk import (
    is_apple_double,
    is_junk_file,
    is_junk_folder,
    is_never_picture,
    is_system_folder,
)

FILES = [
    ".DS_Store", "Thumbs.db", "DESKTOP.INI", "._IMG_1.jpg", "Icon\r", ".nomedia", "Picasa.ini", ".picasa.ini",
    ".trashed-1700000000-IMG_1.jpg", ".pending-1700000000-IMG_1.jpg", "IMG_1.jpg@SynoEAStream",
    "IMG_1.jpg@SynoResource", "film.mp4.crdownload", "film.mp4.partial", "film.mp4.download", "ZbThumbnail.info",
    ".~lock.list.odt#", "~$list.docx", ".nfs000000000a1b2c3d00000001", ".fuse_hidden0000001", ".stignore",
]  # fmt: skip
FOLDERS = [
    "@eaDir", "#recycle", "@tmp", "#snapshot", "$RECYCLE.BIN", "$Recycle.Bin", "RECYCLER", "System Volume Information",
    "LOST.DIR", "lost+found", "FOUND.000", ".thumbnails", ".git", ".Spotlight-V100", ".fseventsd", ".Trashes",
    ".Trash-1000", ".stfolder", ".trashed-1700000000-Camera",
]  # fmt: skip
OWN = [
    "IMG_1.jpg", ".holiday.part", ".holiday.2024.part", ".abc.def.1.part", ".a.unknown.part", "holiday.part",
    ".hidden.jpg",
    "nomedia", "trashed-1.jpg", "x.nfs0001", ".nfs share.jpg", "@SynoEAStream.jpg", "download", "crdownload.jpg",
    "found.000", "my.~lock.a#", "$recycle.jpg",
]  # fmt: skip
OWN_FOLDERS = ["2023", "DCIM", "100CANON", "Recycled bottles", "found.0001", "Lost", "eaDir", "System"]


@pytest.mark.parametrize("name", FILES)
def test_junk_files(name):
    """What devices, systems and programs leave is junk, in whatever case (fault D3)."""
    assert is_junk_file(name)
    assert is_junk_file(name.upper()) == is_junk_file(name.lower()) == is_junk_file(name)


@pytest.mark.parametrize("name", FOLDERS)
def test_junk_folders(name):
    """Trash, thumbnails, snapshots and what systems keep for themselves are junk (fault D3)."""
    assert is_junk_folder(name)


@pytest.mark.parametrize("name", OWN)
def test_files_of_somebodys_own(name):
    """A name that only looks like junk is somebody's own file: ``.holiday.part`` is a video (fault D3)."""
    assert not is_junk_file(name)


@pytest.mark.parametrize("name", OWN_FOLDERS)
def test_folders_of_somebodys_own(name):
    """A name that only looks like junk is somebody's own folder (fault D3)."""
    assert not is_junk_folder(name)


@pytest.mark.parametrize("md5", ["0123456789abcdef" * 2, None])
@pytest.mark.parametrize("version", [1, 12, None])
def test_our_own_parts_are_junk(md5, version):
    """What is left of a download of ours is junk, as ``part_name`` names it, and nothing near it (fault D3)."""
    name = part_name("-CxAMPle_000000000000A", md5, version)
    assert is_junk_file(name)
    for near in (name + ".jpg", name[1:], name.replace("CxA", "C A"), name.replace(".part", ".Part")):
        assert not is_junk_file(near)


def test_what_is_never_a_picture():
    """Only names that hold no picture under any circumstances: no half download, no trash."""
    assert [is_never_picture(name) for name in ("THUMBS.DB", "a.jpg@SynoEAStream", ".~lock.a.odt#")] == [True] * 3
    others = ("._a.jpg", ".trashed-1-a.jpg", "a.crdownload", "~$a.jpg", part_name("a", None, 1), "Thumbs.db.jpg")
    assert not any(is_never_picture(name) for name in others)
    assert is_system_folder(".fseventsd")
    assert not any(is_system_folder(name) for name in (".Trashes", "$RECYCLE.BIN", "lost+found"))


def test_companion_files_of_macos_are_told_by_their_bytes(tmp_path):
    """``._IMG.jpg`` is macOS's if it begins so; a picture of such a name is none, nor what cannot be read."""
    (tmp_path / "._a").write_bytes(b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X")
    (tmp_path / "._b").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "c").write_bytes(b"\x00\x05\x16\x07")
    assert [is_apple_double(name, str(tmp_path / name)) for name in ("._a", "._b", "c", "._d")] == [True] + [False] * 3
