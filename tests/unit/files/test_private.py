"""Files that only their owner can read: made so, looked at each time, refused otherwise."""

import os
import stat
import struct
import subprocess
from pathlib import Path

import pytest

from amazon_photos.errors import FileExposed, LocalFileError
from amazon_photos.files import private

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
AS_ROOT = pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root gives files away")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    private.make_private_folder(tmp_path / "deep" / "mine")
    return tmp_path / "deep" / "mine"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_modes_whatever_the_umask(umask: int, tmp_path: Path) -> None:
    """File and folder are their owner's alone, also where the umask would let everybody in."""
    before = os.umask(umask)
    try:
        private.make_private_folder(tmp_path / "mine")
        private.write_private(tmp_path / "mine" / "x", b"secret")
    finally:
        os.umask(before)
    assert mode(tmp_path / "mine") == 0o700
    assert mode(tmp_path / "mine" / "x") == 0o600
    found = private.read_private(tmp_path / "mine" / "x")
    assert found is not None
    assert (found.data, found.protected) == (b"secret", True)
    assert "secret" not in repr(found)


def test_a_replaced_file_is_private_too(folder: Path) -> None:
    """Whoever opened up the file before finds the next one closed."""
    private.write_private(folder / "x", b"1")
    (folder / "x").chmod(0o644)
    private.write_private(folder / "x", b"2")
    assert mode(folder / "x") == 0o600
    assert [each.name for each in folder.iterdir()] == ["x"]


def test_nothing_there(folder: Path) -> None:
    """No file is no error."""
    assert private.read_private(folder / "x") is None
    assert private.read_private(folder / "none" / "x") is None


@pytest.mark.parametrize("given", [0o604, 0o640, 0o620, 0o602, 0o666])
def test_a_file_that_others_can_read_is_refused(given: int, folder: Path) -> None:
    """Whoever else may read or write it: refused, with the command that mends it."""
    private.write_private(folder / "x", b"secret")
    (folder / "x").chmod(given)
    with pytest.raises(FileExposed, match=f"{given:04o}.*chmod 600 {folder}/x"):
        private.read_private(folder / "x")


@pytest.mark.parametrize("given", [0o720, 0o702, 0o777])
def test_a_folder_that_others_can_write_in_is_refused(given: int, folder: Path) -> None:
    """Others could put a session of theirs into it."""
    private.write_private(folder / "x", b"secret")
    folder.chmod(given)
    for use in (lambda: private.read_private(folder / "x"), lambda: private.make_private_folder(folder)):
        with pytest.raises(FileExposed, match=f"chmod 700 {folder}"):
            use()


@AS_ROOT
def test_what_belongs_to_somebody_else_is_refused(folder: Path) -> None:
    """A file or a folder of another user is not believed, even by root."""
    private.write_private(folder / "x", b"secret")
    os.chown(folder / "x", 12345, 12345)
    with pytest.raises(FileExposed, match=r"another user \(number 12345"):
        private.read_private(folder / "x")
    os.chown(folder / "x", 0, 0)
    os.chown(folder, 12345, 12345)
    with pytest.raises(FileExposed, match=r"another user \(number 12345"):
        private.read_private(folder / "x")


def test_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    """Neither by reading nor by writing: what it leads to is left alone."""
    other = tmp_path / "other"
    other.write_bytes(b"theirs")
    (folder / "x").symlink_to(other)
    with pytest.raises(FileExposed, match="symbolic link"):
        private.read_private(folder / "x")
    private.write_private(folder / "x", b"secret")
    assert other.read_bytes() == b"theirs"
    assert not (folder / "x").is_symlink()


def test_a_linked_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    """The folder itself must be no link: whoever can turn it could turn it to theirs."""
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(LocalFileError, match="is a symbolic link, where a folder"):
        private.make_private_folder(tmp_path / "link")


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir])
def test_what_is_no_file_is_not_waited_for(make, folder: Path) -> None:
    """A pipe or a folder in the file's place is said to be one, at once."""
    make(folder / "x")
    with pytest.raises(LocalFileError, match="where a file is due"):
        private.read_private(folder / "x")


def test_what_crashes_left_is_removed(folder: Path) -> None:
    """Removing a file removes what killed writers have left of it, and nothing else."""
    private.write_private(folder / "x", b"1")
    (folder / ".x.1234.part").write_bytes(b"secret")
    (folder / "y").write_bytes(b"")
    private.remove_private(folder / "x")
    private.remove_private(folder / "x")
    assert [each.name for each in folder.iterdir()] == ["y"]


def make_fat12() -> bytes:
    """An empty floppy disk: boot sector, and the first entries of its two tables."""
    disk = bytearray(2880 * 512)
    disk[:11] = b"\xeb\x3c\x90MSDOS5.0"
    struct.pack_into("<HBHBHHBHHHII", disk, 11, 512, 1, 1, 2, 224, 2880, 0xF0, 9, 18, 2, 0, 0)
    disk[38], disk[54:62], disk[510:512] = 0x29, b"FAT12   ", b"\x55\xaa"
    for table in (1, 10):
        disk[table * 512 : table * 512 + 3] = b"\xf0\xff\xff"
    return bytes(disk)


def make_vfat(tmp_path: Path) -> Path:
    """A disk that knows no modes, mounted; skips where none can be."""
    image, there = tmp_path / "disk", tmp_path / "vfat"
    there.mkdir()
    try:
        image.write_bytes(make_fat12())
        subprocess.run(["mount", "-o", "loop,umask=000", image, there], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no vfat can be mounted here")
    return there


def test_a_disk_without_modes_as_it_looks(folder: Path, modeless: None) -> None:
    """Where every file has the mode of the mount, whatever it was given: readable, and said to be unprotected."""
    assert not private.can_protect(folder)
    private.make_private_folder(folder)
    private.write_private(folder / "x", b"1")
    found = private.read_private(folder / "x")
    assert found is not None
    assert not found.protected


def test_a_real_disk_that_knows_no_modes(tmp_path: Path) -> None:
    """It is found out by looking; what is read there says that it was not protected."""
    there = make_vfat(tmp_path)
    try:
        assert not private.can_protect(there)
        private.make_private_folder(there / "mine")
        private.write_private(there / "mine" / "x", b"1")
        found = private.read_private(there / "mine" / "x")
        assert found is not None
        assert not found.protected
    finally:
        subprocess.run(["umount", there], check=True)
