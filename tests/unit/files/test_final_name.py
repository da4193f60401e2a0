"""Final names: nothing is overwritten, nothing is lost."""

import errno
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from amazon_photos.errors import TargetExists
from amazon_photos.files.final_name import Identity, rename_new, replace_aside

NEW, OLD = b"new", b"old"


@pytest.fixture(params=["links", "no links"])
def links(request, monkeypatch):
    """A file system that knows links, and one (FAT, some network shares) that does not."""
    if request.param == "no links":

        def refuse(*_, **__):
            raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

        monkeypatch.setattr(os, "link", refuse)


@pytest.mark.usefixtures("links")
@pytest.mark.parametrize("kind", ["file", "folder", "link", "link to a file"])
def test_nothing_is_overwritten(tmp_path, kind):
    """A name that was taken in the meantime stays as it is, whatever it is, also where there are no links."""
    target, other = tmp_path / "a.txt", tmp_path / "other"
    other.write_bytes(OLD)
    {
        "file": target.touch,
        "folder": target.mkdir,
        "link": lambda: target.symlink_to("nowhere"),
        "link to a file": lambda: target.symlink_to(other),
    }[kind]()
    (tmp_path / "new").write_bytes(NEW)
    before = target.lstat()
    with pytest.raises(TargetExists):
        rename_new(tmp_path / "new", target)
    assert target.lstat() == before
    assert (other.read_bytes(), (tmp_path / "new").read_bytes()) == (OLD, NEW)


@pytest.mark.usefixtures("links")
def test_a_free_name_is_taken(tmp_path):
    """The file has its new name, and only that one."""
    (tmp_path / "new").write_bytes(NEW)
    rename_new(tmp_path / "new", tmp_path / "a.txt")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.txt": NEW}


def test_another_run_may_have_removed_the_old_name(tmp_path, monkeypatch):
    """What has its final name is there, whoever removed the other one (fault A1)."""
    (tmp_path / "new").write_bytes(NEW)
    real = os.link

    def link(source, target, **options):
        real(source, target, **options)
        Path(source).unlink()

    monkeypatch.setattr(os, "link", link)
    rename_new(tmp_path / "new", tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_bytes() == NEW


@pytest.mark.usefixtures("links")
def test_what_gives_way_keeps_every_byte(tmp_path):
    """The old file gets a free name, whatever names are taken already, and is never removed."""
    target = tmp_path / "a.jpg"
    target.write_bytes(OLD)
    (tmp_path / "a (old).jpg").write_bytes(b"older")
    (tmp_path / "a (old 2).jpg").symlink_to("nowhere")
    (tmp_path / "new").write_bytes(NEW)
    aside = replace_aside(tmp_path / "new", target, Identity.of(target.stat()))
    assert aside.name == "a (old 3).jpg"
    assert (target.read_bytes(), aside.read_bytes()) == (NEW, OLD)
    assert (tmp_path / "a (old).jpg").read_bytes() == b"older"
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.usefixtures("links")
@pytest.mark.parametrize("change", ["edited", "replaced", "a link"])
def test_what_changed_meanwhile_does_not_give_way(tmp_path, change):
    """An edit made since the file was looked at is not moved: it is looked at again."""
    target = tmp_path / "a.jpg"
    target.write_bytes(OLD)
    known = Identity.of(target.stat())
    (tmp_path / "new").write_bytes(NEW)
    (tmp_path / "edit").write_bytes(b"edited")
    if change == "edited":
        target.write_bytes(b"edited")
    elif change == "replaced":
        (tmp_path / "edit").replace(target)
    else:
        target.unlink()
        target.symlink_to("edit")
    with pytest.raises(TargetExists):
        replace_aside(tmp_path / "new", target, known)
    assert target.read_bytes() == b"edited"
    assert not list(tmp_path.glob("*old*"))
    assert (tmp_path / "new").read_bytes() == NEW


@pytest.mark.parametrize("step", ["link", "replace", "open 1", "replace 1", "rename 1"])
def test_a_replacement_that_fails_leaves_the_old_file(tmp_path, monkeypatch, step):
    """Whichever step the system refuses, the old file is whole under its name, and the new one is not lost."""
    target = tmp_path / "a.jpg"
    target.write_bytes(OLD)
    (tmp_path / "new").write_bytes(NEW)
    known = Identity.of(target.stat())
    name, _, number = step.partition(" ")
    calls = []
    real = getattr(os, name)

    def fail(*args, **options):
        calls.append(args)
        if len(calls) == int(number or 1):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(*args, **options)

    def refuse(*_, **__):
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    if number:
        monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(os, name, fail)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        replace_aside(tmp_path / "new", target, known)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.jpg": OLD, "new": NEW}


@pytest.mark.usefixtures("links")
@pytest.mark.parametrize("killed", [False, True], ids=["no run was killed", "one was killed"])
def test_two_replacements_of_one_file_keep_it(tmp_path, monkeypatch, killed):
    """Another run that replaces the file between any two steps of ours leaves the old one a name (fault A1)."""
    steps = 0

    def replace_between(step):
        nonlocal steps
        folder = tmp_path / str(step)
        folder.mkdir()
        target = folder / "a.jpg"
        target.write_bytes(OLD)
        if killed:
            with suppress(OSError):
                os.link(target, folder / "a (old).jpg")
        known = Identity.of(target.stat())
        for name in ("ours", "theirs"):
            (folder / name).write_bytes(NEW)
        seen, reals = 0, {}

        def other_run():
            nonlocal seen
            seen += 1
            if seen == step:
                for name, real in reals.items():
                    monkeypatch.setattr(os, name, real)
                with suppress(FileNotFoundError):  # where there are no links, for one moment the name leads to none
                    replace_aside(folder / "theirs", target, known)

        for name in ("link", "open", "rename", "replace", "unlink"):
            real = reals[name] = getattr(os, name)

            def call(*args, _real=real, **options):
                other_run()
                return _real(*args, **options)

            monkeypatch.setattr(os, name, call)
        with suppress(TargetExists):
            replace_aside(folder / "ours", target, known)
        for name, real in reals.items():
            monkeypatch.setattr(os, name, real)
        kept = [path.read_bytes() for path in folder.glob("a*.jpg")]
        assert OLD in kept
        assert target.read_bytes() == NEW
        return seen >= step

    while replace_between(steps + 1):
        steps += 1
    assert steps >= 2


def test_two_runs_at_one_file_lose_nothing(tmp_path):
    """Two processes replace the same files at the same moments: each old file has a name afterwards (fault A1)."""
    rounds = 400
    for number in range(rounds):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "a.jpg").write_bytes(b"old %d" % number)
        for run in range(2):
            (folder / f"new{run}").write_bytes(NEW)
    subprocess.run([sys.executable, "-c", _TWO_RUNS, str(tmp_path), str(rounds)], check=True)
    for number in range(rounds):
        kept = [path.read_bytes() for path in (tmp_path / str(number)).glob("a*.jpg")]
        assert b"old %d" % number in kept, number
        assert NEW in kept


_TWO_RUNS = """
import multiprocessing, sys
from pathlib import Path
from amazon_photos.errors import TargetExists
from amazon_photos.files.final_name import Identity, replace_aside

def run(number, barrier):
    for folder in (Path(sys.argv[1], str(turn)) for turn in range(int(sys.argv[2]))):
        known = Identity.of((folder / "a.jpg").stat())
        barrier.wait(60)
        try:
            replace_aside(folder / f"new{number}", folder / "a.jpg", known)
        except TargetExists:
            pass

forking = multiprocessing.get_context("fork")
barrier = forking.Barrier(2)
runs = [forking.Process(target=run, args=(number, barrier)) for number in range(2)]
for each in runs:
    each.start()
for each in runs:
    each.join()
sys.exit(any(each.exitcode for each in runs))
"""


def test_the_name_always_leads_to_a_whole_file(tmp_path, monkeypatch):
    """Between any two steps of a replacement, the name has the old content or the new."""
    target = tmp_path / "a.jpg"
    target.write_bytes(OLD)
    (tmp_path / "new").write_bytes(NEW)
    seen = []
    for name in ("link", "rename", "replace", "unlink"):
        real = getattr(os, name)

        def call(*args, _real=real, **options):
            seen.append(target.read_bytes())
            result = _real(*args, **options)
            seen.append(target.read_bytes())
            return result

        monkeypatch.setattr(os, name, call)
    replace_aside(tmp_path / "new", target, Identity.of(target.stat()))
    assert seen == [OLD, OLD, OLD, NEW]
