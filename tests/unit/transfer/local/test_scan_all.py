"""What is answered for before a card is wiped: every regular file, and a reason for all that cannot be looked at."""

import errno
import os
import socket
import sys
from pathlib import Path

import pytest

from amazon_photos.transfer.local.roots import scan_roots
from amazon_photos.transfer.local.scan_all import scan_everything
from transfers import deep_folder

LOOKED_AT = "looked at"
HIDDEN = [
    ".hidden.jpg", "DCIM/.private/b.jpg", "@tmp/b.jpg", "#recycle/b.jpg", "$RECYCLE.BIN/$R1.jpg", ".x.part",
    ".trashed-1700000000-IMG.jpg", ".pending-1-IMG.jpg", "LOST.DIR/123", ".thumbnails/1.jpg", "a.jpg.crdownload",
    f".CxAMPle0000000000000A.{'0' * 32}.1.part", "~$a.jpg", ".Trashes/501/b.jpg", "no extension", "._somebodys.jpg",
    "System Volume Information/b.jpg", ".fseventsd/b.HEIC", ".Spotlight-V100/x/b.mov", "@eaDir/IMG.jpg/b.jpg",
    "Thumbs.db.jpg", "lost+found/#12", "System Volume Information/b.HIF", ".fseventsd/b.gpr", ".Spotlight-V100/b.insp",
]  # fmt: skip
NEVER = [
    ".DS_Store", "DCIM/Thumbs.db", "desktop.ini", ".nomedia", "Picasa.ini", "$RECYCLE.BIN/desktop.ini",
    ".~lock.a.odt#", "a.jpg@SynoEAStream", "@eaDir/a.jpg/SYNOPHOTO_THUMB_XL.jpg", "@eaDir/a.jpg@SynoResource",
    "System Volume Information/1", ".fseventsd/0000000012345678", ".Spotlight-V100/Store-V2/0/store.db",
]  # fmt: skip
junk_of_macos = b"\x00\x05\x16\x07" + bytes(60)


def put(folder, *names, content=b"x"):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def answers(*paths, **how):
    """What is said of each path, below the first that was given."""
    found = list(scan_everything(scan_roots(paths), **how))
    top = paths[0] if paths[0].is_dir() else paths[0].parent
    said = {os.path.relpath(f.path, top): f.reason or LOOKED_AT for f in found}
    assert len(said) == len(found)
    return said


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_files_are_looked_at(tmp_path, name):
    """Nothing that may be a picture is passed over, wherever it hides, and also if nothing else is there (fault A8)."""
    assert answers(put(tmp_path / "card", name)) == {name: LOOKED_AT}
    assert answers(put(tmp_path / "card", "a.jpg", name)) == {"a.jpg": LOOKED_AT, name: LOOKED_AT}


@pytest.mark.parametrize("name", NEVER)
def test_what_is_never_a_picture_needs_no_answer(tmp_path, name):
    """Junk that cannot be a picture has no row, unless it is asked for or named (fault A8)."""
    card = put(tmp_path / "card", "a.jpg", name)
    assert answers(card) == {"a.jpg": LOOKED_AT}
    assert answers(card, junk=True) == {"a.jpg": LOOKED_AT, name: LOOKED_AT}
    assert answers(card / name) == {Path(name).name: LOOKED_AT}


def test_companion_files_of_macos_need_no_answer(tmp_path):
    """``._a.jpg`` beside ``a.jpg`` is left out if it is what macOS writes (fault A8)."""
    card = put(put(tmp_path / "card", "a.jpg"), "._a.jpg", content=junk_of_macos)
    assert answers(card) == {"a.jpg": LOOKED_AT}
    assert answers(card, junk=True) == {"a.jpg": LOOKED_AT, "._a.jpg": LOOKED_AT}


def test_what_uploads_leave_out_is_marked(tmp_path):
    """Who wonders why a file is missing after an upload can see that it is junk."""
    card = put(tmp_path / "card", "a.jpg", ".private/deep/b.jpg", ".x.jpg", "c.crdownload", "@tmp/d.jpg")
    marked = {os.path.relpath(f.path, card): f.junk for f in scan_everything(scan_roots(card))}
    assert marked == {
        "a.jpg": False, ".private/deep/b.jpg": True, ".x.jpg": False, "c.crdownload": True, "@tmp/d.jpg": True,
    }  # fmt: skip


def test_a_folder_without_files_stands_there_itself(tmp_path):
    """An empty folder is nothing that was looked at: one that was given says so, one below doesn't (fault A8)."""
    (tmp_path / "card/DCIM").mkdir(parents=True)
    put(tmp_path / "junk", ".DS_Store")
    put(tmp_path / "full/sub", "a.jpg")
    (tmp_path / "full/empty").mkdir()
    reason = "no file in it: is it the right folder, and is the card there?"
    asked = [tmp_path / "card", tmp_path / "full", tmp_path / "junk"]
    assert answers(*asked) == {"../full/sub/a.jpg": LOOKED_AT}
    assert answers(*asked, tell_empty=True) == {".": reason, "../full/sub/a.jpg": LOOKED_AT, "../junk": reason}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such things")
def test_special_files_are_told(tmp_path, monkeypatch):
    """Pipes, sockets and devices are rows with their reason, named or met (fault A8)."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "device").symlink_to("/dev/null")
    with socket.socket(socket.AF_UNIX) as listener:
        monkeypatch.chdir(tmp_path)  # the names of sockets are short
        listener.bind("socket")
    assert answers(tmp_path) == {"pipe": "a pipe", "socket": "a socket", "device": "a device"}
    assert answers(tmp_path / "pipe") == {"pipe": "a pipe"}


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_are_answered_for(tmp_path):
    """A link to a file is what it leads to; one to a folder is told if that is not looked at anyway (fault A8)."""
    card, out = put(tmp_path / "card", "DCIM/a.jpg"), put(tmp_path / "out", "b.jpg")
    for name, target in {
        "file.jpg": out / "b.jpg", "own.jpg": "DCIM/a.jpg", "folder": out, "inside": "DCIM", "back": ".", "up": "..",
        "nowhere": "gone", "circle": "circle", "card-like": tmp_path / "card2",
    }.items():  # fmt: skip
        (card / name).symlink_to(target)
    put(tmp_path / "card2", "c.jpg")
    elsewhere = "a link to a folder: what it leads to was not looked at"
    assert answers(card) == {
        "DCIM/a.jpg": LOOKED_AT,
        "file.jpg": LOOKED_AT,
        "own.jpg": LOOKED_AT,
        "folder": elsewhere,
        "up": elsewhere,
        "card-like": elsewhere,
        "nowhere": "a link that leads nowhere",
        "circle": "a link that leads nowhere",
    }
    found = {Path(f.path).name: f.size for f in scan_everything(scan_roots(put(card, "big", content=b"xyz")))}
    assert (found["file.jpg"], found["big"]) == (1, 3)
    assert "folder" not in answers(card, out)
    (tmp_path / "way").symlink_to(card)
    assert set(answers(tmp_path / "way")) == {*answers(card)}


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO])
@pytest.mark.parametrize("name", ["DCIM", ".private", ".Trashes", "."])
def test_folders_that_cannot_be_listed_are_told(tmp_path, monkeypatch, name, code):
    """A folder whose names cannot be read is a failure, and never passed over (fault A8)."""
    card, real = put(tmp_path / "card", f"{name}/b.jpg", "a.jpg"), os.scandir

    def scandir(path="."):
        if Path(path).samefile(card / name):
            raise OSError(code, os.strerror(code))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    said = answers(card)
    assert said.pop(name) == f"cannot be read: {os.strerror(code).lower()}"
    assert said == ({} if name == "." else {"a.jpg": LOOKED_AT})


def test_where_only_the_system_may_look(tmp_path, monkeypatch):
    """What Windows and macOS keep for themselves on every card may be closed to us: nobody else put anything there."""
    card, real = put(tmp_path / "card", "System Volume Information/x", "a.jpg"), os.scandir

    def scandir(path="."):
        if "System" in os.fspath(path):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert answers(card) == {"a.jpg": LOOKED_AT}
    assert answers(card, junk=True) == {
        "a.jpg": LOOKED_AT, "System Volume Information": "cannot be read: permission denied",
    }  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such names")
def test_names_that_are_no_text_are_told(tmp_path):
    """A name that is no UTF-8, of a file or of a folder above it, is a failure (fault A8)."""
    odd = os.fsdecode(b"\xff")
    card = put(tmp_path / "card", f"{odd}.jpg", f"{odd}/.private/a.jpg")
    found = {os.path.relpath(f.path, card): (f.reason, f.failed) for f in scan_everything(scan_roots(card))}
    assert found == {
        f"{odd}.jpg": ("its name is not UTF-8: rename it", True),
        f"{odd}/.private/a.jpg": ("the name of its folder is not UTF-8: rename it", True),
    }


@pytest.mark.skipif(sys.platform == "win32", reason="paths are shorter there")
def test_deep_folders_are_walked(tmp_path):
    """A thousand folders inside each other need no recursion (fault B4)."""
    with deep_folder(tmp_path, 1_000):
        assert [f.folder.count("d/") for f in scan_everything(scan_roots(f"{tmp_path}/."))] == [999]
