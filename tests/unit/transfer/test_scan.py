"""Walking local files: everything met has a named fate."""

import os
import socket
import sys

import pytest

from amazon_photos.errors import BadInput
from amazon_photos.transfer.scan import scan, starts
from amazon_photos.transfer.selection import Selection


def fates(path, **selection):
    found = scan(starts(path), Selection.of(**selection))
    return {os.path.relpath(f.path, path): f.reason or f"{f.folder}/{f.name}" for f in found}


def test_a_folder_becomes_a_folder_of_its_name(tmp_path):
    """Files keep their place below the folder given, in the order of their names."""
    (tmp_path / "Pictures/2023/Web").mkdir(parents=True)
    for name in ("b.jpg", "a.jpg", "2023/c.jpg", "2023/Web/d.jpg"):
        (tmp_path / "Pictures" / name).write_bytes(b"x")
    found = list(scan(starts(tmp_path / "Pictures"), Selection.of()))
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
        assert [f.folder for f in scan(starts(path), Selection.of())] == ["sub"]
    assert [f.folder for f in scan(starts("sub/../sub"), Selection.of())] == ["sub"]


def test_single_files_and_lists(tmp_path):
    """A file goes to the target itself; a file that is named is taken even if it looks like junk (fault 11)."""
    for name in ("a.jpg", ".DS_Store"):
        (tmp_path / name).write_bytes(b"x")
    found = list(scan(starts([tmp_path / "a.jpg", tmp_path / ".DS_Store"]), Selection.of()))
    assert [(f.folder, f.name, f.reason) for f in found] == [("", "a.jpg", None), ("", ".DS_Store", None)]


def test_what_leads_nowhere_is_refused(tmp_path):
    """A path that is not there is an error before anything is sent; so is no path at all."""
    with pytest.raises(BadInput, match="no such file or folder"):
        starts(tmp_path / "missing")
    with pytest.raises(BadInput, match="nothing to upload"):
        starts([])


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


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such names")
def test_a_name_that_is_no_text_is_told(tmp_path):
    """A file whose name is no UTF-8 is a failure of its own, and the others go on."""
    (tmp_path / "a.jpg").write_bytes(b"x")
    (tmp_path / os.fsdecode(b"\xff.jpg")).write_bytes(b"x")
    found = {f.name: (f.reason, f.failed) for f in scan(starts(tmp_path), Selection.of())}
    assert found["a.jpg"] == (None, False)
    assert found["\udcff.jpg"] == ("its name is not UTF-8: rename it", True)


def test_junk_is_not_gone_into(tmp_path):
    """A NAS's thumbnail folder is one skipped row, not thousands (fault 16)."""
    (tmp_path / "@eaDir").mkdir()
    for number in range(20):
        (tmp_path / f"@eaDir/{number}.jpg").write_bytes(b"x")
    assert fates(tmp_path) == {"@eaDir": "junk"}
