"""Downloads on their way."""

import errno
import hashlib
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from amazon_photos.errors import ContentMismatch, FileInUse, InvalidInput, LocalFileError, TargetExists
from amazon_photos.files import claim
from amazon_photos.files.final_name import Identity
from amazon_photos.files.part_file import MAX_NAMES, PartFile, part_name

HELLO = b"hello world"
MD5 = hashlib.md5(HELLO).hexdigest()
ID = "-id"


def part(target, md5=MD5, version=1, *, whole=False):
    return PartFile(target, node_id=ID, md5=md5, version=version, whole=whole)


def begun(target, data=b"hello ", **told):
    """A part that a run left behind."""
    first = part(target, **told)
    first.open(most=11)
    first.write([data])
    first.close()
    return first.path


def whole(target, data=HELLO, **options):
    """A small file, written at one go."""
    return part(target, whole=True).write_whole(data, **({"mtime_ns": None, "fsync": False} | options))


def names(folder):
    return sorted(path.name for path in Path(folder).iterdir())


def test_a_part_goes_on_where_it_stopped(tmp_path):
    """A later run finds what is there, with its MD5, and only then the target gets its name and time."""
    target = tmp_path / "sub" / "a.txt"
    begun(target)
    second = part(target)
    assert second.open(most=11) == 6
    second.write([b"wor", b"ld"])
    assert second.md5 == MD5
    assert not target.exists()
    second.finish(mtime_ns=10**18, fsync=True)
    assert target.read_bytes() == HELLO
    assert target.stat().st_mtime_ns == 10**18
    assert names(tmp_path / "sub") == ["a.txt"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"md5": "0" * 32}),
        ({}, {"version": 2}),
        ({}, {"md5": None}),
        ({"md5": None}, {"md5": None}),
        ({"whole": True}, {"whole": True}),
    ],
)
def test_a_part_of_other_content_is_not_gone_on_with(tmp_path, first, second):
    """The expected MD5 and the version must both still match; unknown content is never gone on with."""
    left = begun(tmp_path / "a.txt", **first)
    assert left.read_bytes() == b"hello "
    again = part(tmp_path / "a.txt", **second)
    assert again.open(most=11) == 0
    again.write([b"new"])
    assert again.path.read_bytes() == b"new"
    again.close()


def test_a_part_that_is_too_long_begins_anew(tmp_path):
    """More bytes than the file has are no beginning of it."""
    begun(tmp_path / "a.txt", b"x" * 12)
    again = part(tmp_path / "a.txt")
    assert again.open(most=11) == 0
    again.close()


def test_a_whole_small_file(tmp_path):
    """A small file is written at one go, in a folder that is made for it."""
    whole(tmp_path / "x" / "y" / "a.txt")
    assert (tmp_path / "x/y/a.txt").read_bytes() == HELLO
    assert names(tmp_path / "x/y") == ["a.txt"]


@pytest.mark.parametrize("small", [True, False])
def test_a_short_write_is_gone_on_with(tmp_path, monkeypatch, small):
    """A system that writes half of what it is given gets the other half, too."""
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, data: real(file, data[: max(1, len(data) // 2)]))
    target = tmp_path / "a.txt"
    if small:
        whole(target)
    else:
        large = part(target)
        large.open()
        large.write([b"hello ", b"world"])
        large.finish(mtime_ns=None, fsync=False)
    assert target.read_bytes() == HELLO


def test_a_system_that_writes_nothing_is_an_error(tmp_path, monkeypatch):
    """Nothing written is no reason to try for ever."""
    monkeypatch.setattr(os, "write", lambda file, data: 0)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        whole(tmp_path / "a.txt")
    assert names(tmp_path) == []


@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize("repair", [True, False])
def test_what_is_told_to_be_on_the_disk_is_there(tmp_path, monkeypatch, small, repair):
    """fsync: the file's bytes, then its name, then the folder, and the folders that were made for it."""
    calls = []

    def record(module, name):
        real = getattr(module, name)

        def call(*args, **kwargs):
            where = args[0]
            path = Path(f"/proc/self/fd/{where}").readlink() if isinstance(where, int) else Path(where)
            calls.append((name, "part" if path.suffix == ".part" else path.name))
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, call)

    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc to tell files apart")
    target = tmp_path / "made" / "a.txt"
    old = None
    if repair:
        target.parent.mkdir()
        target.write_bytes(b"old")
        old = Identity.of(target.stat())
    record(os, "fsync")
    record(os, "link")
    record(os, "rename")
    record(os, "replace")
    one = part(target, whole=small)
    if small:
        one.write_whole(HELLO, mtime_ns=None, fsync=True, old=old)
    else:
        one.open(fsync=True)
        one.write([HELLO])
        one.finish(mtime_ns=None, fsync=True, old=old)
    if repair:
        assert calls == [("fsync", "part"), ("link", "a.txt"), ("replace", "part"), ("fsync", "made")]
    else:
        assert calls == [("fsync", tmp_path.name), ("fsync", "part"), ("link", "part"), ("fsync", "made")]
    assert target.read_bytes() == HELLO


# --- one owner --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("small", [True, False])
def test_a_part_has_one_owner_at_a_time(tmp_path, small):
    """While one writes, nobody else can (fault A1): not in this process, nor in another one; then it is free."""
    target = tmp_path / "a.txt"
    first = part(target, whole=small)
    first.open()
    first.write([b"hello "])
    with pytest.raises(FileInUse):
        part(target, whole=small).open()
    script = (
        "from pathlib import Path; from amazon_photos.files.part_file import PartFile; import sys\n"
        f"PartFile(Path({str(target)!r}), node_id={ID!r}, md5={MD5!r}, version=1, whole={small}).open()"
    )
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "FileInUse" in other.stderr
    first.write([b"world"])
    first.finish(mtime_ns=None, fsync=False)
    assert target.read_bytes() == HELLO
    again = part(tmp_path / "b.txt", whole=small)
    assert again.open() == 0
    again.discard()
    assert names(tmp_path) == ["a.txt"]


def test_what_another_run_holds_is_not_swept(tmp_path):
    """A run that finds the target there removes what a dead one left, never what a living one is writing (fault A1)."""
    target = tmp_path / "a.txt"
    living = part(target)
    living.open()
    living.write([b"hello "])
    part(target).sweep()
    assert names(tmp_path) == [living.path.name]
    living.close()
    part(target).sweep()
    assert names(tmp_path) == []


def test_a_finished_file_is_nobody_elses(tmp_path):
    """Who opened the part just before it got its name notices that it is the photo now (fault A1)."""
    target = tmp_path / "a.txt"
    first = part(target)
    first.open()
    first.write([HELLO])
    real = os.open

    def finish_meanwhile(path, flags, *args, **kwargs):
        file = real(path, flags, *args, **kwargs)
        if str(path) == str(first.path) and not flags & os.O_EXCL and not target.exists():
            first.finish(mtime_ns=None, fsync=False)
        return file

    second = part(target)
    os.open = finish_meanwhile
    try:
        assert second.open() == 0
    finally:
        os.open = real
    second.write([b"wrong"])
    assert target.read_bytes() == HELLO
    second.discard()


@pytest.mark.parametrize("how", ["open", "restart", "whole"])
def test_a_file_just_made_may_be_anothers_already(tmp_path, monkeypatch, how):
    """A new part that another run takes for one left over, and finishes, before it was locked, is its (fault A1)."""
    target = tmp_path / "a.txt"
    real, done = os.open, []
    first = part(target, whole=how == "whole")
    if how == "restart":
        first.open()
        first.write([b"xyz"])

    def finish_meanwhile(path, flags, *args, **kwargs):
        file = real(path, flags, *args, **kwargs)
        if flags & os.O_EXCL and not done:
            done.append(path)
            other = part(target, whole=how == "whole")
            if how == "whole":
                other.write_whole(HELLO, mtime_ns=None, fsync=False)
            else:
                assert other.open() == 0
                other.write([HELLO])
                other.finish(mtime_ns=None, fsync=False)
        return file

    monkeypatch.setattr(os, "open", finish_meanwhile)
    with suppress(FileInUse, ContentMismatch):
        if how == "whole":
            first.write_whole(b"wrong", mtime_ns=None, fsync=False)
        else:
            first.open() if how == "open" else first.restart()
            first.write([b"wrong"])
    first.discard()
    assert done
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.txt": HELLO}


def test_many_threads_at_one_part(tmp_path):
    """However many write the same file at once, it is whole under its name, and nothing is left (fault A1)."""
    target = tmp_path / "a.txt"
    data = os.urandom(200_000)
    wrong, ended = [], threading.Event()

    def work(small):
        for _ in range(30):
            with suppress(FileInUse, TargetExists, ContentMismatch):
                one = part(target, md5=hashlib.md5(data).hexdigest(), whole=small)
                if small:
                    one.write_whole(data, mtime_ns=None, fsync=False)
                else:
                    try:
                        start = one.open(most=len(data))
                        one.write([data[start:]])
                        one.finish(mtime_ns=None, fsync=False)
                    finally:
                        one.close()

    def watch():
        while not ended.is_set():
            with suppress(FileNotFoundError):
                wrong.extend([target.stat().st_size] if target.read_bytes() != data else [])
                target.unlink()

    threads = [threading.Thread(target=work, args=(number % 2 == 0,)) for number in range(6)]
    watcher = threading.Thread(target=watch)
    for thread in (watcher, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    ended.set()
    watcher.join()
    assert not wrong
    for path in tmp_path.iterdir():
        assert path.name == "a.txt" or path.stat().st_size in (0, len(data))


def test_who_gave_up_lets_go(tmp_path):
    """A part that is closed while a thread is still at it is let go when the thread is done, and takes no more."""
    first = part(tmp_path / "a.txt")
    first.open()
    with first._lock:  # a thread is at work
        first.close()
        with pytest.raises(FileInUse):
            part(tmp_path / "a.txt").open()
    with pytest.raises(LocalFileError, match="given up"):
        first.write([b"late"])
    again = part(tmp_path / "a.txt")
    again.open()
    again.discard()
    assert names(tmp_path) == []


# --- what is planted ----------------------------------------------------------------------------------------------


def plant(kind, path, victim):
    """Something that is no part of ours."""
    made = {
        "link": lambda: path.symlink_to(victim),
        "link to nowhere": lambda: path.symlink_to(victim.with_name("nowhere")),
        "pipe": lambda: os.mkfifo(path),
        "folder": path.mkdir,
        "device": lambda: os.mknod(path, 0o20666, os.makedev(1, 3)),
    }[kind]
    try:
        made()
    except (PermissionError, NotImplementedError):
        pytest.skip(f"this system lets nobody make a {kind}")


@pytest.mark.skipif(sys.platform == "win32", reason="needs links and pipes")
@pytest.mark.parametrize("kind", ["link", "link to nowhere", "pipe", "folder", "device"])
@pytest.mark.parametrize("small", [True, False])
def test_what_stands_at_the_name_of_a_part_is_not_followed(tmp_path, kind, small):
    """A link, pipe, device or folder there is never opened nor removed; the part gets another name (fault A3)."""
    victim, target = tmp_path / "victim", tmp_path / "out" / "a.txt"
    target.parent.mkdir()
    victim.write_bytes(b"precious")
    path = part(target, whole=small).path
    plant(kind, path, victim)
    before = path.lstat()
    if small:
        whole(target)
    else:
        first = part(target)
        first.open()
        first.write([b"hello "])
        first.close()
        second = part(target)
        assert second.open() == 6  # the other name is gone on with, too
        second.write([b"world"])
        second.finish(mtime_ns=None, fsync=False)
    part(target, whole=small).sweep()
    assert target.read_bytes() == HELLO
    assert victim.read_bytes() == b"precious"
    assert names(tmp_path) == ["out", "victim"]
    assert names(target.parent) == sorted([path.name, "a.txt"])
    assert (path.lstat().st_ino, path.lstat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_names_that_are_all_taken_are_an_error(tmp_path):
    """Where no name is left, the file fails with a reason (fault A3)."""
    target = tmp_path / "a.txt"
    for path in part(target)._paths():
        path.mkdir()
    assert len(names(tmp_path)) == MAX_NAMES
    with pytest.raises(LocalFileError, match="remove them"):
        part(target).open()


@pytest.mark.parametrize("small", [True, False])
def test_a_part_with_a_second_name_is_never_written(tmp_path, small):
    """A part and the photo are one file after some kills: it is not written, its hidden name goes (fault A4)."""
    photo, target = tmp_path / "a.txt", tmp_path / "b.txt"
    photo.write_bytes(b"my own edit")
    left = part(target, whole=small).path
    os.link(photo, left)
    if small:
        whole(target)
    else:
        second = part(target)
        assert second.open() == 0
        second.write([HELLO])
        second.finish(mtime_ns=None, fsync=False)
    assert photo.read_bytes() == b"my own edit"
    assert target.read_bytes() == HELLO
    assert names(tmp_path) == ["a.txt", "b.txt"]


@pytest.mark.parametrize("how", ["another name", "another file", "cut", "longer", "gone"])
def test_a_part_that_somebody_else_was_at_gets_no_name(tmp_path, how):
    """What is verified is the file: it has our bytes, one name, and still that one, or it is not taken (fault A4)."""
    target = tmp_path / "a.txt"
    first = part(target)
    first.open()
    first.write([HELLO])
    if how == "another name":
        os.link(first.path, tmp_path / "other")
    elif how == "another file":
        first.path.unlink()
        first.path.write_bytes(b"planted")
    elif how == "gone":
        first.path.unlink()
    else:
        os.truncate(first.path, 5 if how == "cut" else 500)
    with pytest.raises(ContentMismatch, match="another process"):
        first.finish(mtime_ns=None, fsync=False)
    first.discard()
    assert not target.exists()
    left = {"another name": ["other"], "another file": [first.path.name]}.get(how, [])
    assert names(tmp_path) == left  # what another put there is another's


def test_beginning_anew_cuts_no_file(tmp_path):
    """Who begins anew takes a new file: a backup may have linked the old one a moment ago (fault A4)."""
    left = begun(tmp_path / "a.txt")
    second = part(tmp_path / "a.txt")
    assert second.open(most=11) == 6
    os.link(left, tmp_path / "backup")
    second.restart()
    second.write([HELLO])
    second.finish(mtime_ns=None, fsync=False)
    assert (tmp_path / "backup").read_bytes() == b"hello "
    assert (tmp_path / "a.txt").read_bytes() == HELLO


@pytest.mark.parametrize("small", [True, False])
def test_where_there_are_no_locks_nobody_shares_a_part(tmp_path, monkeypatch, small):
    """On a file system without locks every part is new, and goes when it is given up (fault A1)."""
    fcntl = pytest.importorskip("fcntl")

    def refuse(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    target = tmp_path / "a.txt"
    begun(target)
    monkeypatch.setattr(fcntl, "flock", refuse)
    one, two = part(target, whole=small), part(target, whole=small)
    assert one.open() == two.open() == 0
    assert one.path != two.path
    one.write([HELLO])
    two.write([b"hel"])
    one.finish(mtime_ns=None, fsync=False)
    two.close()
    assert target.read_bytes() == HELLO
    assert [name for name in names(tmp_path) if name != "a.txt"] == [part(target).path.name]


# --- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("node_id", "md5", "why"),
    [
        ("/../victim", MD5, "not a node id"),
        ("", MD5, "not a node id"),
        ("a\0b", MD5, "not a node id"),
        (None, MD5, "not a node id"),
        (ID, "x/../../../victim", "not an MD5"),
        (ID, MD5.upper(), "not an MD5"),
        (ID, "0" * 31 + "\0", "not an MD5"),
    ],
)
def test_no_path_is_made_of_what_is_no_id(tmp_path, node_id, md5, why):
    """Whoever makes a path of an id or an MD5 looks at it first (fault A2)."""
    with pytest.raises(InvalidInput, match=why):
        PartFile(tmp_path / "a.txt", node_id=node_id, md5=md5, version=1)


def test_the_longest_id_has_a_name():
    """A name has at most 255 bytes, whatever the id."""
    one, two = (part_name(letter * 256, MD5, 1, "-0123456789abcdef") for letter in "ab")
    assert one != two
    assert len(one) <= 255


def test_a_lock_ends_with_its_owner(tmp_path):
    """A part whose owner was killed is taken over, with what is in it."""
    target = tmp_path / "a.txt"
    script = (
        "from pathlib import Path; from amazon_photos.files.part_file import PartFile; import os, signal\n"
        f"part = PartFile(Path({str(target)!r}), node_id={ID!r}, md5={MD5!r}, version=1); part.open()\n"
        "part.write([b'hello ']); os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))"
    )
    subprocess.run([sys.executable, "-c", script], check=False)
    second = part(target)
    assert second.open(most=11) == 6
    second.write([b"world"])
    second.finish(mtime_ns=None, fsync=False)
    assert target.read_bytes() == HELLO
    assert names(tmp_path) == ["a.txt"]


def test_a_claim_that_never_comes_is_busy(tmp_path, monkeypatch):
    """Names that come and go under our hands end with an error, not never."""
    path = tmp_path / "a"
    path.write_bytes(b"")
    monkeypatch.setattr(claim, "owns", lambda file, path: False)
    with pytest.raises(FileInUse):
        claim.claim(path, anew=False)


_CHILD = """
import os, sys
from pathlib import Path
from amazon_photos.files.part_file import PartFile

part = PartFile(Path(sys.argv[1]), node_id="a" * 22, md5="0" * 32, version=1)
part.open()
part.write([b"parent"])
child = os.fork()
if not child:
    part.write([b"child"])
    part.discard()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
part.write([b"parent"])
part.close()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks")
def test_what_a_child_does_by_mistake_reaches_no_part(tmp_path):
    """One that goes on in the middle of the parent's work neither writes, cuts nor removes its file (fault A1)."""
    subprocess.run([sys.executable, "-c", _CHILD, str(tmp_path / "a.mp4")], check=True)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"parentparent"]
