"""Walking local files: everything met has a named fate."""

import errno
import os
import socket
import sys
from pathlib import Path

import pytest

from amazon_photos.errors import InvalidInput, LocalFileError
from amazon_photos.transfer.local import scan
from amazon_photos.transfer.local.roots import scan_roots
from amazon_photos.transfer.local.scan import list_folder, look_at, look_at_named, restat
from amazon_photos.transfer.local.selection import Selection
from transfers import deep_folder, scan_files


def fates(path, **selection):
    found = scan_files(scan_roots(path), Selection.of(**selection))
    return {os.path.relpath(f.path, path): f.reason or f"{f.folder}/{f.name}" for f in found}


def refuse(monkeypatch, call, path, code=errno.EACCES):
    """This system call fails for this path: the superuser may do everything."""
    real = getattr(os, call)

    def refused(asked=".", *args, **kwargs):
        if os.fspath(asked) == os.fspath(path):
            raise OSError(code, os.strerror(code), os.fspath(path))
        return real(asked, *args, **kwargs)

    monkeypatch.setattr(os, call, refused)


def test_a_folder_becomes_a_folder_of_its_name(tmp_path):
    """Files keep their place below the folder given, in the order of their names."""
    (tmp_path / "Pictures/2023/Web").mkdir(parents=True)
    for name in ("b.jpg", "a.jpg", "2023/c.jpg", "2023/Web/d.jpg"):
        (tmp_path / "Pictures" / name).write_bytes(b"x")
    found = list(scan_files(scan_roots(tmp_path / "Pictures"), Selection.of()))
    assert [(f.folder, f.name) for f in found] == [
        ("Pictures", "a.jpg"),
        ("Pictures", "b.jpg"),
        ("Pictures/2023", "c.jpg"),
        ("Pictures/2023/Web", "d.jpg"),
    ]


def test_what_a_folder_holds(tmp_path, monkeypatch):
    """``folder/.`` and ``.`` mean what the folder holds, without its name."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/a.jpg").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    for path in (f"{tmp_path}/.", "."):
        assert [f.folder for f in scan_files(scan_roots(path), Selection.of())] == ["sub"]
    assert [f.folder for f in scan_files(scan_roots("sub/../sub"), Selection.of())] == ["sub"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_what_lies_above_a_link_is_walked(tmp_path):
    """``link/..`` is the folder above what the link leads to, as everywhere else."""
    (tmp_path / "out/sub").mkdir(parents=True)
    (tmp_path / "out/a.jpg").write_bytes(b"x")
    (tmp_path / "link").symlink_to("out/sub")
    assert [(f.folder, f.name) for f in scan_files(scan_roots(f"{tmp_path}/link/.."), Selection.of())] == [
        ("out", "a.jpg")
    ]


def test_single_files_and_lists(tmp_path):
    """A file goes to the target itself; a file that is named is taken even if it looks like junk (fault 11)."""
    for name in ("a.jpg", ".DS_Store"):
        (tmp_path / name).write_bytes(b"x")
    found = list(scan_files(scan_roots([tmp_path / "a.jpg", tmp_path / ".DS_Store"]), Selection.of()))
    assert [(f.folder, f.name, f.reason) for f in found] == [("", "a.jpg", None), ("", ".DS_Store", None)]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_what_cannot_be_reached_says_why(tmp_path, monkeypatch):
    """A link that leads nowhere and a path that this user may not follow are no missing files (fault D5)."""
    (tmp_path / "card").symlink_to("unmounted")
    with pytest.raises(InvalidInput, match=r"a link that leads nowhere: .*card"):
        scan_roots(tmp_path / "card")
    refuse(monkeypatch, "stat", tmp_path / "secret")
    with pytest.raises(LocalFileError, match=r"cannot be read: .*secret: permission denied"):
        scan_roots(tmp_path / "secret")


def test_a_file_that_is_gone_is_no_link(tmp_path, monkeypatch):
    """A planned file that was deleted since, or may not be looked at, says so (fault D5)."""
    assert restat(str(tmp_path / "gone.jpg")).reason == "it is no longer there"
    assert restat(str(tmp_path / "a\0b")).reason == "not a path of this machine"
    refuse(monkeypatch, "stat", tmp_path / "secret.jpg")
    found = restat(str(tmp_path / "secret.jpg"))
    assert (found.reason, found.failed) == ("cannot be read: permission denied", True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such things")
def test_pipes_sockets_and_links_are_named(tmp_path, monkeypatch):
    """Pipes, sockets, dangling links and links that are not followed are told apart from files."""
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        monkeypatch.chdir(tmp_path)  # the names of sockets are short
        listener.bind("socket")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "a.jpg").write_bytes(b"x")
    (tmp_path / "link.jpg").symlink_to("a.jpg")
    assert fates(tmp_path) == {
        "pipe": "a pipe",
        "socket": "a socket",
        "dangling": "a link that leads nowhere",
        "link.jpg": "a symbolic link",
        "a.jpg": f"{tmp_path.name}/a.jpg",
    }
    assert fates(tmp_path, follow_symlinks=True)["link.jpg"] == f"{tmp_path.name}/link.jpg"
    assert fates(tmp_path, follow_symlinks=True)["dangling"] == "a link that leads nowhere"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_in_a_circle_end(tmp_path):
    """Following links that lead back into a folder above ends, and is told."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/a.jpg").write_bytes(b"x")
    (tmp_path / "sub/back").symlink_to(tmp_path)
    assert fates(tmp_path, follow_symlinks=True) == {
        "sub/a.jpg": f"{tmp_path.name}/sub/a.jpg",
        "sub/back": "a link that leads back",
    }
    assert fates(tmp_path)["sub/back"] == "a symbolic link"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_diamonds_of_links_are_read_once(tmp_path):
    """Twenty folders, each with two links to the next: each is gone into once, by its own place (fault D4)."""
    for level in range(20):
        (tmp_path / f"card/{level:02}").mkdir(parents=True)
        (tmp_path / f"card/{level:02}/a.jpg").write_bytes(b"%d" % level)
        for side in ("left", "right"):
            (tmp_path / f"card/{level:02}/{side}").symlink_to(f"../{level + 1:02}")
    found = fates(tmp_path / "card", follow_symlinks=True)
    assert len(found) == 20 + 40
    assert {path: fate for path, fate in found.items() if fate.startswith("card/")} == {
        f"{level:02}/a.jpg": f"card/{level:02}/a.jpg" for level in range(20)
    }
    assert {found[f"{level:02}/{side}"] for level in range(19) for side in ("left", "right")} == {
        "the same folder as another that was gone into"
    }
    assert found["19/left"] == "a link that leads nowhere"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_diamonds_outside_are_read_once(tmp_path):
    """The same where only links lead, back into what was given too: a row for each file and link (fault D4)."""
    (tmp_path / "card").mkdir()
    (tmp_path / "card/own.jpg").write_bytes(b"x")
    for level in range(20):
        (tmp_path / f"out/{level}").mkdir(parents=True)
        (tmp_path / f"out/{level}/a.jpg").write_bytes(b"x")
        for side in ("left", "right"):
            (tmp_path / f"out/{level}/{side}").symlink_to(tmp_path / (f"out/{level + 1}" if level < 19 else "card"))
    (tmp_path / "card/there").symlink_to(tmp_path / "out/0")
    (tmp_path / "card/zero").symlink_to(tmp_path / "out")
    (tmp_path / "out/round").symlink_to(tmp_path / "out")
    found = list(scan_files(scan_roots([tmp_path / "card", f"{tmp_path}/card/."]), Selection.of(follow_symlinks=True)))
    taken = [found_one for found_one in found if found_one.reason is None]
    assert sorted(os.path.realpath(f.path) for f in taken if f.name == "a.jpg") == sorted(
        str(tmp_path / f"out/{level}/a.jpg") for level in range(20)
    )
    assert len(found) <= 2 * (20 + 40 + 3)
    assert {f.reason for f in found} == {
        None,
        "a link that leads back",
        "the same folder as another that was gone into",
    }


def test_a_folder_that_goes_while_links_are_followed(tmp_path, monkeypatch):
    """What cannot be told apart any more is a row, and the others go on."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.jpg").write_bytes(b"x")
    refuse(monkeypatch, "stat", tmp_path / "a", errno.EIO)
    found = fates(tmp_path, follow_symlinks=True)
    assert found == {"a": "cannot be read: input/output error", "b/x.jpg": f"{tmp_path.name}/b/x.jpg"}


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.ENAMETOOLONG, errno.ENOENT])
def test_a_folder_that_cannot_be_listed_is_told(tmp_path, monkeypatch, code):
    """A folder whose names cannot be read is a failure of its own, and the others go on."""
    (tmp_path / "card/b").mkdir(parents=True)
    (tmp_path / "card/b/x.jpg").write_bytes(b"x")
    (tmp_path / "card/a.jpg").write_bytes(b"x")
    refuse(monkeypatch, "scandir", tmp_path / "card/b", code)
    found = {f.path: (f.reason, f.failed) for f in scan_files(scan_roots(tmp_path / "card"), Selection.of())}
    reason = f"cannot be read: {os.strerror(code).lower()}"
    assert found == {str(tmp_path / "card/a.jpg"): (None, False), str(tmp_path / "card/b"): (reason, True)}
    refuse(monkeypatch, "scandir", tmp_path / "card", code)
    assert [(f.reason, f.failed) for f in scan_files(scan_roots(tmp_path / "card"), Selection.of())] == [(reason, True)]


@pytest.mark.skipif(sys.platform == "win32", reason="paths are shorter there")
def test_deep_folders_are_walked(tmp_path):
    """A thousand folders inside each other need no recursion (fault B4)."""
    with deep_folder(tmp_path, 1_000):
        (found,) = scan_files(scan_roots(f"{tmp_path}/."), Selection.of())
    assert found.folder == "/".join(["d"] * 1_000)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such names")
def test_a_name_that_is_no_text_is_told(tmp_path):
    """A file whose name, or whose folder's name, is no UTF-8 is a failure, and the others go on (fault D5)."""
    odd = os.fsdecode(b"\xff")
    (tmp_path / f"in/{odd}/sub").mkdir(parents=True)
    for name in ("a.jpg", f"{odd}.jpg", f"{odd}/b.jpg", f"{odd}/sub/c.jpg"):
        (tmp_path / "in" / name).write_bytes(b"x")
    found = {f.name: (f.reason, f.failed) for f in scan_files(scan_roots(tmp_path / "in"), Selection.of())}
    assert found == {
        "a.jpg": (None, False),
        f"{odd}.jpg": ("its name is not UTF-8: rename it", True),
        "b.jpg": ("the name of its folder is not UTF-8: rename it", True),
        "c.jpg": ("the name of its folder is not UTF-8: rename it", True),
    }
    named = {f.name: f.reason for f in scan_files(scan_roots(tmp_path / "in" / odd), Selection.of())}
    assert set(named.values()) == {"the name of its folder is not UTF-8: rename it"}
    assert {f.reason for f in scan_files(scan_roots(tmp_path / "in" / odd / "sub"), Selection.of())} == {None}


def test_junk_is_not_gone_into(tmp_path):
    """A NAS's thumbnail folder is one skipped row, not thousands (fault 16)."""
    (tmp_path / "@eaDir").mkdir()
    for number in range(20):
        (tmp_path / f"@eaDir/{number}.jpg").write_bytes(b"x")
    assert fates(tmp_path) == {"@eaDir": "junk"}


ODD_NAMES = (
    *("IMG_1.jpg", "a.JPG", "b.heic", "c.txt", "ohne", "Ä.jpg", "ΑΣ.jpg", "x~$.jpg", "a.DS_Store", "my Thumbs.db"),
    *(".DS_Store", "Thumbs.DB", "desktop.INI", "Icon\r", "~$a.doc", "._IMG_1.jpg", ".nfs0f", "a.CRDownload", "b.part"),
    *("a@SynoResource", ".~lock.a#", "Found.000", ".hidden.jpg", "~a.jpg", "a.filepart", "b.partial\n"),
)


@pytest.mark.parametrize(
    "selection",
    [
        {},
        {"junk": True},
        {"follow_symlinks": True},
        {"only": "img"},
        {"extensions": "jpg"},
        {"exclude": "a*"},
        {"include": ["*.jpg", "sub/[b-c]*"]},
    ],
)
@pytest.mark.parametrize("batch", [3, 512])
@pytest.mark.skipif(sys.platform == "win32", reason="it has no such names")
def test_what_is_looked_at_together_is_what_it_is_one_by_one(tmp_path, monkeypatch, selection, batch):
    """Junk, links, pipes, names of any kind and folders between ordinary files; each file once, in the same order."""
    monkeypatch.setattr(scan, "_BATCH", batch)
    for folder in (tmp_path / "P", tmp_path / "P/sub", tmp_path / "P/@eaDir", tmp_path / "P/plain"):
        folder.mkdir()
        for number, name in enumerate(ODD_NAMES if folder.name != "plain" else [f"{n}.jpg" for n in range(9)]):
            (folder / name).write_bytes(b"x" * number)
    os.mkfifo(tmp_path / "P/c.pipe.jpg")
    (tmp_path / "P/d.jpg").symlink_to("a.JPG")
    (tmp_path / "P/e.jpg").symlink_to("nowhere")
    (tmp_path / "P/f").symlink_to("plain")
    if sys.platform == "linux":
        (tmp_path / "P" / os.fsdecode(b"\xff.jpg")).write_bytes(b"")
    roots, chosen = (
        scan_roots([tmp_path / "P", f"{tmp_path}/P/sub/.", tmp_path / "P/.DS_Store"]),
        Selection.of(**selection),
    )
    together = list(scan_files(roots, chosen))
    assert any(file.reason is None for file in together)
    walked = ["P", *(["P/@eaDir"] if chosen.junk else []), "P/plain", "P/sub"]
    places = [(tmp_path / folder, folder, folder.removeprefix("P").removeprefix("/")) for folder in walked]
    one_by_one = [
        look_at(entry.path, folder, entry.name, f"{below}/{entry.name}" if below else entry.name, chosen, entry)
        for path, folder, below in [*places, (tmp_path / "P/sub", "", "")]
        for entry in list_folder(path)
        if not entry.is_dir()
    ]
    one_by_one.append(look_at_named(roots[-1], chosen))
    assert [file for file in together if not Path(file.path).is_dir()] == one_by_one


def test_rows_that_stand_for_folders_are_handed_out_too(tmp_path):
    """Thousands of links to one folder: some hundreds of rows at a time, as of files."""
    (tmp_path / "there").mkdir()
    (tmp_path / "links").mkdir()
    for number in range(2000):
        (tmp_path / "links" / f"{number}").symlink_to(tmp_path / "there")
    batches = [*map(len, scan.scan(scan_roots(tmp_path / "links"), Selection.of(follow_symlinks=True)))]
    assert sum(batches) == 1999
    assert max(batches) <= 513
