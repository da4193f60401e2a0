"""Which nodes a command is about: the same ways for all, in a pipe and at a terminal; ``trash`` stands for them."""

import json
import os
import pty
import subprocess
import sys
from contextlib import suppress

import pytest

import terminals
from amazon_photos import AmazonPhotos
from amazon_photos.catalog.schema import Header
from amazon_photos.catalog.store import Store


@pytest.fixture
def account(service, tmp_path):
    """Somebody who is signed in, with a small library; what is kept goes to a folder of the test's."""
    service.reset(files=60)
    (tmp_path / "user").mkdir()
    where = {"AMAZON_PHOTOS_CATALOG": str(tmp_path / "ap.parquet")}
    return terminals.clean_environ(tmp_path, **service.environ, **where)


@pytest.fixture
def library(service, tmp_path):
    """The same library, by the client."""
    with AmazonPhotos(service.cookies, endpoint=service.url, catalog=tmp_path / "other.parquet", progress=False) as ap:
        yield ap


def planned(account, *arguments, given=""):
    """The ids that ``trash`` would put away."""
    done = terminals.run(["trash", *arguments, "--dry-run", "-o", "ids"], account, given=given)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def refused(account, *arguments, given=""):
    """What is told of a call that means nothing; nothing was done."""
    done = terminals.run(arguments, account, given=given)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def path_of(library, node_id):
    """Where a file is."""
    node = library.node(node_id)
    folders = {folder.id: folder.path for folder in library.tree.walk()}
    return f"/{folders[node.parents[0]]}/{node.name}"


def test_paths_and_globs_mean_what_is_there(account, library):
    """A file, a folder, all that matches; written in whatever case."""
    library.refresh()
    file = library.find("kind:FILE").iloc[0]
    path = path_of(library, file.id)
    assert planned(account, path, path.upper()) == {file.id}
    folder = library.tree.find("Pictures").children[0]
    assert planned(account, f"/{folder.path}") == {folder.id}
    below = {one.id for one in folder.walk()}
    inside = {row.id for row in library.find("kind:FILE").itertuples() if set(row.parents) & below}
    assert planned(account, f"/{folder.path}/**") == inside
    heic = set(library.find("kind:FILE AND extension:heic").id)
    assert planned(account, "/Pictures/**/*.HEIC") == heic


def test_conditions_mean_what_all_of_them_find(account, library):
    """A filter, an album, a person, an age; Amazon is asked who is on what now."""
    ada = set(library.people.photos("Ada").id)
    some = sorted(ada)[:2]
    library.albums.create("Some", node_ids=[*some, *sorted(set(library.photos(save=False).id) - ada)[:2]])
    assert planned(account, "--person", "Ada") == ada
    assert planned(account, "--album", "some", "--person", "Ada") == set(some)
    assert len(planned(account, "--album", "Some")) == 4
    beach = set(library.photos("things:(beach)", save=False).id)
    assert planned(account, "--filter", "things:(beach)") == beach
    library.refresh()
    before = set(library.find("kind:FILE AND taken:[* TO 2015-01-01}").id)
    assert planned(account, "/Pictures", "--older-than", "2015-01-01") == before
    assert len(planned(account, "--older-than", "2015-01-01", "--limit", "2")) == 2


def test_an_album_is_what_it_holds_now(account, library):
    """Its path is the album itself; with a star, the photos in it, also of one that was made a moment ago."""
    ids = set(library.photos(limit=3, save=False).id)
    library.albums.create("Rome/2019 [best]", node_ids=sorted(ids))
    album = library.albums.get("Rome/2019 [best]")
    assert planned(account, "albums/Rome/2019 [best]") == {album.id}
    assert planned(account, "albums/Rome/2019 [best]/*") == ids
    assert planned(account, f"albums/{album.id}/*") == ids
    assert planned(account, "albums/rome*/*") == ids


@pytest.mark.parametrize("form", ["jsonl", "tsv"])
def test_one_command_feeds_the_next(account, library, form):
    """In every form of output: what ``find`` prints is what the other one means."""
    library.refresh()
    found = terminals.run(["refresh", "-q", "-o", form], account)
    assert planned(account, "-", "--filter", "type:(VIDEOS)", given=found.stdout) == set(library.videos(save=False).id)
    found = terminals.run(["find", "type:(VIDEOS)", "-o", form], account)
    assert planned(account, "-", given=found.stdout) == set(library.find("type:(VIDEOS)").id)


def test_ten_thousand_ids_come_from_a_pipe(account, library):
    """With Windows' line ends and a mark at the beginning, twice each."""
    ids = [f"{number:022}" for number in range(10_000)]
    told = planned(account, "-", given="\ufeff" + "".join(f"{one}\r\n" for one in [*ids, *ids]))
    assert told == set(ids)


def test_what_a_program_chose_has_a_limit(account, library):
    """A glob, a condition and a pipe have; what a hand wrote has none, however much that is."""
    ids = list(library.nodes("kind:FILE").id)
    for arguments, given in (
        (["/Pictures/**"], ""),
        (["--older-than", "0d"], ""),
        (["/Pictur*"], ""),
        (["-"], "\n".join(ids)),
    ):
        done = terminals.run(["trash", *arguments], account, given=given)
        assert done.returncode == 6, arguments
        assert f"--max-delete {len(ids) if arguments != ['/Pictur*'] else ''}" in done.stderr
    assert set(library.nodes("kind:FILE").id) == set(ids)
    assert terminals.run(["trash", *ids, "-q"], account).returncode == 0
    assert not len(library.nodes("kind:FILE"))


def test_an_id_may_begin_with_a_hyphen(account):
    """As an argument, behind ``--``, as the value of an option, of a command and of a command's command."""
    odd = "-dry-run-AAAAAAAAAAAAA"
    for arguments in ([odd], ["--limit", "1", "--", odd]):
        done = terminals.run(["restore", "--dry-run", *arguments], account)
        assert (done.returncode, odd in done.stdout) == (0, True), done.stderr
    for arguments in (["albums", "add", odd, odd], ["trash", "--album", odd]):
        done = terminals.run(arguments, account)
        assert odd in done.stderr
        assert "No such option" not in done.stderr


def test_what_is_meant_by_nothing_is_told(account, library):
    """Each with the nearest, or with what to do."""
    library.albums.create("Summer", node_ids=library.photos(limit=2, save=False).id)
    library.albums.create("Twins", node_ids=library.photos(limit=1, save=False).id)
    library.albums.create("Twins")
    assert "did you mean 'Pictures'?" in refused(account, "trash", "/Picturse")
    assert "there is no album 'Sumer': did you mean 'Summer'?" in refused(account, "trash", "albums/Sumer")
    assert "the nearest: Summer" in refused(account, "trash", "--album", "Sumer")
    assert "Ada" in refused(account, "trash", "--person", "Adda")
    assert "/ is the whole library" in refused(account, "trash", "/")
    told = refused(account, "trash", "albums/Twins")
    assert "1 node, 20" in told
    assert "0 nodes" in told


def test_a_pipe_or_the_trash_that_cannot_be_meant_is_told(account):
    """Nothing is looked up, and nothing is done."""
    assert "the trash has no paths" in refused(account, "restore", "/Pictures")
    assert "line 2 of standard input is no id" in refused(account, "trash", "-", given="0" * 22 + "\n/Pictures\n")
    assert "standard input names nothing" in refused(account, "trash", "-", "--filter", "kind:FILE", given="")


def test_relations_that_nobody_refreshed_are_told(account):
    """Offline: as a command, which is what to type next."""
    assert terminals.run(["refresh", "-q", "-o", "ids"], account).returncode == 0
    told = refused(account, "find", "album:(Summer)")
    assert "`amazon-photos refresh --relations` brings it" in told
    assert "refresh(" not in told


def test_a_closed_standard_input_is_told(account):
    """The shell's ``<&-``: nothing else is read in its place."""
    command = f"exec {sys.executable} -c '{terminals.MAIN}' trash - <&-"
    done = subprocess.run(
        ["sh", "-c", command], env=os.environ | account, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "standard input is closed" in done.stderr


def test_a_catalogue_of_another_account_is_put_aside(account, library, tmp_path):
    """What is meant is looked up in a new one of this account; the other file is kept, under another name."""
    library.refresh()
    store = Store(tmp_path / "ap.parquet")
    with store.lock():
        store.write(library.catalog.arrow().slice(0, 9), Header(owner="SOMEBODY", complete=True, refreshed_at=1))
    theirs = (tmp_path / "ap.parquet").read_bytes()
    assert planned(account, "/Pictures/**") == set(library.find("kind:FILE").id)
    assert theirs in [path.read_bytes() for path in tmp_path.glob("ap.parquet*") if path.is_file()]


def test_what_is_shown_is_what_is_done(account, library):
    """At a terminal: what matched when the plan was shown goes, not what matches when somebody says yes."""
    video = library.videos(limit=1, save=False).id[0]
    with terminals.starting(account) as start:
        terminal = start("trash", "--filter", "type:(VIDEOS)", "--limit", "1", "--max-delete", "5")
        terminal.expect("1 change: do it?")
        library.trash(video)
        terminal.type("y\n")
        terminal.end()
    assert len(library.nodes("kind:FILE AND status:TRASH*", strict=False)) <= 4


def test_who_pipes_ids_at_a_terminal_is_asked(account, library):
    """``find … | amazon-photos trash -``: the pipe brings the ids, the terminal the answer."""
    ids = list(library.photos(limit=2, save=False).id)
    piped = f"printf '%s\\n' {' '.join(ids)} | exec {sys.executable} -c '{terminals.MAIN}' trash -"
    for answer, code, left in ((b"n\n", 6, 0), (b"y\n", 0, 2)):
        process, terminal = pty.fork()
        if process == 0:
            os.execve("/bin/sh", ["sh", "-c", piped], os.environ | account)
        seen = b""
        while b"2 changes: do it?" not in seen:
            seen += os.read(terminal, 1 << 16)
        os.write(terminal, answer)
        with suppress(OSError):  # how Linux says that the other side is gone
            while os.read(terminal, 1 << 16):
                pass
        os.close(terminal)
        assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == code
        assert len(set(library.trashed().id) & set(ids)) == left


def test_json_lines_tell_what_became_of_each(account, library):
    """A script reads them: the same columns for every command."""
    ids = list(library.photos(limit=2, save=False).id)
    done = terminals.run(["trash", "-", "-o", "jsonl"], account, given="\n".join(ids))
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["id"], row["outcome"]) for row in rows] == [(one, "trashed") for one in ids]
