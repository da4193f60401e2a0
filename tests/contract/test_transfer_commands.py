"""``upload``, ``download``, ``check``, ``backed-up`` and ``cat``, as people and as scripts call them."""

import json
import os
import subprocess
import sys

import pytest

import terminals
from amazon_photos import AmazonPhotos
from command_runs import run, stream
from transfers import files, fill, md5

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes and terminals are other things there")


@pytest.fixture
def account(service, tmp_path):
    """Somebody who is signed in, with an empty library; what is kept goes to a folder of the test's."""
    service.reset(files=0)
    (tmp_path / "user").mkdir()
    where = {"AMAZON_PHOTOS_CATALOG": str(tmp_path / "ap.parquet"), "TMPDIR": str(tmp_path)}
    return terminals.clean_environ(tmp_path, **service.environ, **where)


@pytest.fixture
def library(service, tmp_path):
    """The same library, by the client."""
    with AmazonPhotos(service.cookies, endpoint=service.url, catalog=tmp_path / "other.parquet", progress=False) as ap:
        yield ap


@pytest.fixture
def pictures(tmp_path):
    """A folder with some files, one of them in a folder of it."""
    return fill(tmp_path / "Pictures", "a.jpg", "b.jpg", "more/c.jpg")


def rows(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def in_library(library):
    """``{path: md5}`` of the files that are there now."""
    nodes = library.nodes("kind:(FILE* OR FOLDER*)")
    at = {row["id"]: row for row in nodes.to_dict("records")}

    def path(row):
        above = at.get(row["parents"][0]) if len(row["parents"]) else None
        return f"{path(above)}/{row['name']}" if above else row["name"] if len(row["parents"]) else ""

    return {path(row).lstrip("/"): row["md5"] for row in at.values() if row["kind"] == "FILE"}


# --- cat --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def binary(account, library, tmp_path):
    """A file of every byte in the library; its id."""
    (tmp_path / "all.bin").write_bytes(bytes(range(256)) * 2000)
    return library.upload(tmp_path / "all.bin", to="Deep/er").id[0]


def test_cat_writes_every_byte(account, binary):
    """By id and by path; nothing is added and nothing is changed."""
    for item in (binary, "/Deep/er/all.bin", "Deep/er/*.bin"):
        done = stream(["cat", item], account)
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout == bytes(range(256)) * 2000


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        (["--offset", "256", "--count", "10"], 256, 266),
        (["--offset=-10"], 511_990, None),
        (["--offset=-9999999", "--count", "3"], 0, 3),
        (["--count", "0"], 0, 0),
        (["--offset", "512000"], 512_000, None),
    ],
)
def test_cat_writes_a_part(account, binary, asked, start, end):
    """From a byte on, or from the end back; at most so many."""
    done = stream(["cat", binary, *asked], account)
    assert (done.returncode, done.stdout) == (0, (bytes(range(256)) * 2000)[start:end]), done.stderr


def test_cat_into_a_reader_that_has_had_enough(account, service, library, tmp_path):
    """It is no error, and the rest is not asked for."""
    (tmp_path / "large.bin").write_bytes(os.urandom(30_000_000))
    node = library.upload(tmp_path / "large.bin").id[0]
    code = f"import sys; sys.argv = {['amazon-photos', 'cat', node]!r}; {terminals.MAIN}"
    with subprocess.Popen([sys.executable, "-c", code], env=account, stdout=-1, stderr=-1) as process:
        assert len(process.stdout.read(10)) == 10
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


def test_cat_refuses_bytes_to_a_terminal(account, binary, library, tmp_path):
    """They could steer it; a text is shown."""
    (tmp_path / "words.txt").write_text("Grüße\n\tall\n")
    (tmp_path / "evil.txt").write_text("harmless \x1b]0;gone\x07")
    library.upload([tmp_path / "words.txt", tmp_path / "evil.txt"])
    with terminals.starting(account) as start:
        text = start("cat", "/words.txt")
        assert text.end() == 0
        assert "Grüße" in text.seen
        for refused in (start("cat", binary), start("cat", "/evil.txt")):
            assert refused.end() == 2
            assert "> FILE" in refused.seen
            assert "gone" not in refused.seen


def test_cat_onto_a_full_disk(account, binary):
    """The system's words, and code 1."""
    done = stream(["cat", binary], account, out="/dev/full")
    assert done.returncode == 1
    assert b"No space left" in done.stderr


def test_cat_of_what_is_no_file(account, binary):
    """A folder, nothing, or several: told, and nothing is written."""
    for item, told in (("/Deep", "no file"), ("/Deep/none.bin", "no file"), ("no-such", "no file")):
        done = run(["cat", item], account)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert told in done.stderr


# --- check and backed-up ----------------------------------------------------------------------------------------------


def test_all_of_it_is_there(account, library, pictures):
    """Code 0, nothing is printed but the names of columns, and how many is said."""
    library.upload(pictures)
    for command in (["check", str(pictures), "--of", "/Pictures"], ["backed-up", str(pictures)]):
        done = run(command, account)
        assert (done.returncode, len(done.stdout.splitlines())) == (0, 1), done.stderr
        assert "all of 3 files" in done.stderr
        assert len(rows(run([*command, "--all", "-o", "jsonl"], account))) == 3


def test_what_is_missing_is_told(account, library, pictures, tmp_path):
    """Code 1; the rows that are not fine; a file of their paths."""
    library.upload(pictures / "a.jpg", to="Pictures")
    (pictures / "a.jpg").write_bytes(b"changed since")
    for command, words in (("check", ["different", "local_only", "local_only"]), ("backed-up", ["missing"] * 3)):
        done = run([command, str(pictures), "-o", "jsonl", "--missing-to", str(tmp_path / "m")], account)
        assert done.returncode == 1, done.stderr
        assert [row["outcome"] for row in rows(done)] == words
        there = sorted(str(path) for path in pictures.rglob("*.jpg"))
        assert (tmp_path / "m").read_text().splitlines() == there
        assert "3 of 3 files" in done.stderr


def test_what_only_the_library_has_is_no_failure(account, library, pictures):
    """The question is whether all that is here is there; --all prints the rest."""
    library.upload(pictures)
    (pictures / "a.jpg").unlink()
    done = run(["check", str(pictures), "--of", "Pictures"], account)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 1)
    assert "1 remote_only" in done.stderr
    shown = run(["check", str(pictures), "--of", "Pictures", "--all", "-o", "jsonl"], account)
    assert sorted(row["outcome"] for row in rows(shown)) == ["remote_only", "same", "same"]


@pytest.mark.parametrize("command", ["check", "backed-up"])
def test_an_empty_folder_is_no_yes(account, tmp_path, command):
    """A card that is not mounted is one."""
    (tmp_path / "card").mkdir()
    done = run([command, str(tmp_path / "card")], account)
    assert done.returncode == 1
    assert "card" in done.stdout + done.stderr


def test_the_list_of_missing_names_is_exact(account, library, tmp_path):
    """With NULs every name can stand in it, and it is empty when nothing is missing; else a line break is told."""
    folder = fill(tmp_path / "P", "plain.jpg", "line\nbreak.jpg", "\x1b[31mred.jpg")
    (folder / os.fsdecode(b"odd\xff.jpg")).write_bytes(b"odd")
    exact = stream(["backed-up", str(folder), "--missing-to", "-", "-0"], account)
    assert exact.returncode == 1
    assert sorted(exact.stdout.split(b"\0")[:-1]) == sorted(os.fsencode(path) for path in folder.iterdir())
    listed = tmp_path / "m"
    listed.write_text("as before")
    lines = run(["backed-up", str(folder), "--missing-to", str(listed)], account)
    assert lines.returncode == 2
    assert "--print0" in lines.stderr
    assert listed.read_text() == "as before"
    library.upload(folder / "plain.jpg")
    assert run(["check", str(folder / "plain.jpg")], account).returncode == 2
    fine = run(["backed-up", str(folder / "plain.jpg"), "--missing-to", str(listed)], account)
    assert (fine.returncode, listed.read_bytes()) == (0, b"")


@pytest.mark.parametrize("command", ["check", "backed-up"])
def test_what_cannot_be_compared(account, pictures, tmp_path, command):
    """A path that leads nowhere, a folder that the library lacks, a list that cannot be written: told first."""
    nowhere = run([command, str(tmp_path / "none")], account)
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert "none" in nowhere.stderr
    into = run([command, str(pictures), "--missing-to", str(tmp_path)], account)
    assert into.returncode == 1
    assert "is a folder" in into.stderr
    assert run([command, str(pictures), "-0"], account).returncode == 2
    if command == "check":
        lacking = run([command, str(pictures), "--of", "/Nowhere"], account)
        assert lacking.returncode == 2
        assert "Nowhere" in lacking.stderr


# --- upload -----------------------------------------------------------------------------------------------------------


def test_upload_and_the_way_back(account, library, pictures):
    """Rows of what went up; the last line takes it back; a rerun has nothing to do."""
    done = run(["upload", str(pictures), "--to", "Backup", "-o", "jsonl"], account)
    assert done.returncode == 0, done.stderr
    assert {row["outcome"] for row in rows(done)} == {"uploaded"}
    assert sorted(in_library(library)) == [f"Backup/Pictures/{name}" for name in ("a.jpg", "b.jpg", "more/c.jpg")]
    again = run(["upload", str(pictures), "--to", "Backup"], account)
    assert (again.returncode, len(again.stdout.splitlines())) == (0, 1)
    assert again.stderr.splitlines() == ["3 exists"]
    undo = done.stderr.splitlines()[-1].removeprefix("amazon-photos ").removesuffix(" takes it back").split()
    assert run([*undo, "--yes", "--max-delete", "100"], account).returncode == 0
    assert in_library(library) == {}


def test_upload_takes_what_the_library_takes(account, library, pictures):
    """Which files, where to, into which album, and what becomes of names that are taken."""
    fill(pictures, "n.txt", "x.HEIC", "thumbs/t.jpg", "Thumbs.db", start=10)
    (pictures / "link").symlink_to(fill(pictures.parent / "Elsewhere", "e.jpg", start=20))
    options = ["--only", "img,vid", "--exclude", "more", "--exclude", "b.*", "--follow-symlinks", "--no-dates"]
    done = run(["upload", f"{pictures}/.", "--to", "A", "--album", "Summer", *options], account)
    assert done.returncode == 0, done.stderr
    there = in_library(library)
    assert sorted(there) == ["A/a.jpg", "A/link/e.jpg", "A/thumbs/t.jpg", "A/x.HEIC"]
    assert sorted(library.albums.contents("Summer").name) == ["a.jpg", "e.jpg", "t.jpg", "x.HEIC"]
    options = ["--extensions", "db,txt", "--junk", "--include", "*umbs*"]
    assert run(["upload", str(pictures), *options], account).returncode == 0
    assert "Pictures/Thumbs.db" in in_library(library)
    (pictures / "a.jpg").write_bytes(b"other content")
    taken = run(["upload", str(pictures / "a.jpg"), "--to", "A"], account)
    assert taken.returncode == 1  # all of it: one file
    assert "conflict" in taken.stdout
    assert run(["upload", str(pictures / "a.jpg"), "--to", "A", "--conflict", "rename"], account).returncode == 0
    assert "A/a(1).jpg" in in_library(library)


def test_what_would_be_uploaded(account, library, pictures, tmp_path):
    """``--dry-run`` and ``--plan`` do nothing; ``apply`` does what the file says."""
    shown = run(["upload", str(pictures), "--dry-run", "-o", "jsonl"], account)
    assert [(row["action"], row["folder"]) for row in rows(shown)][-1] == ("upload", "Pictures/more")
    plan = str(tmp_path / "plan.jsonl")
    assert run(["upload", str(pictures), "--to", "B", "--plan", plan], account).returncode == 0
    assert in_library(library) == {}
    assert run(["apply", plan], account).returncode == 0
    assert len(in_library(library)) == 3
    refused = run(["upload", str(pictures), "--album", "x", "--plan", plan], account)
    assert (refused.returncode, "--album" in refused.stderr) == (2, True)


def test_what_is_replaced_is_limited_and_asked_for(account, library, pictures):
    """At a terminal, and nothing else is; elsewhere ``--max-delete`` is the limit."""
    library.upload(pictures)
    before = in_library(library)
    for path in pictures.rglob("*.jpg"):
        path.write_bytes(path.read_bytes() + b"edited")
    call = ["upload", str(pictures), "--conflict", "replace"]
    refused = run([*call, "--max-delete", "2"], account)
    assert (refused.returncode, in_library(library)) == (6, before), refused.stderr
    with terminals.starting(account) as start:
        no = start(*call, "--max-delete", "3")
        assert "b.jpg" in no.expect("go to the trash: do it?")
        no.type("n\n")
        assert (no.end(), in_library(library)) == (6, before)
        fine = start("upload", str(pictures / "a.jpg"), "--to", "New")
        assert fine.end() == 0
    done = run([*call, "--max-delete", "3"], account)
    assert done.returncode == 0, done.stderr
    assert len(library.trashed()) == 2  # the third was in New by then


def test_what_is_replaced_below_a_folder(account, library, pictures):
    """``--to`` counts once: files go to where the dry run says, and the others of their names to the trash.

    ``find``, which sends nothing, knows it at once.
    """
    call = ["upload", str(pictures), "--to", "T/U"]
    assert run(call, account).returncode == 0
    before = in_library(library)
    (pictures / "a.jpg").write_bytes((pictures / "a.jpg").read_bytes() + b"edited")
    (pictures / "new.jpg").write_bytes(b"new")
    done = run([*call, "--conflict", "replace", "--yes"], account)
    assert done.returncode == 0, done.stderr
    after = in_library(library)
    assert set(after) == {*before, "T/U/Pictures/new.jpg"}
    assert after["T/U/Pictures/a.jpg"] == md5((pictures / "a.jpg").read_bytes())
    assert len(library.trashed()) == 1
    found = run(["find", "name:a.jpg", "--columns", "name,md5", "-o", "jsonl"], account)
    assert [row["md5"] for row in rows(found)] == [after["T/U/Pictures/a.jpg"]]


def test_upload_from_a_pipe(account, library, tmp_path):
    """Exactly these bytes, under exactly this name; the copy that was made is gone."""
    data = bytes(range(256)) * 5000
    call = ["upload", "-", "--name", "Größe .jpg", "--to", "A/B", "--report", str(tmp_path / "r.jsonl"), "-o", "jsonl"]
    done = stream(call, account, given=data)
    assert done.returncode == 0, done.stderr
    assert in_library(library) == {"A/B/Größe .jpg": md5(data)}
    (row,) = [json.loads(line) for line in done.stdout.splitlines()]
    line, summary = report(tmp_path)
    assert (row["path"], line["path"], summary["counts"]) == ("-", "-", {"uploaded": 1})
    assert list(tmp_path.glob("amazon-photos-pipe-*")) == []


def test_a_pipe_wants_a_name(account, tmp_path):
    """It has none itself; a name is no path, and files keep theirs."""
    for call, told in (
        (["upload", "-"], "--name"),
        (["upload", "-", "--name", "a/b"], "without a folder"),
        (["upload", "-", "--name", ".."], "without a folder"),
        (["upload", "-", str(tmp_path), "--name", "a"], "alone"),
        (["upload", str(tmp_path), "--name", "a"], "standard input"),
    ):
        done = run(call, account, given="x")
        assert (done.returncode, done.stdout) == (2, "")
        assert told in done.stderr
    with terminals.starting(account) as start:
        typed = start("upload", "-", "--name", "a")
        assert typed.end() == 2
        assert "nothing is piped" in typed.seen


def test_what_a_killed_pipe_left_is_removed(account, tmp_path):
    """By the next one; not what one that lives is at."""
    from amazon_photos.files.claim import claim, release

    left, alive = (tmp_path / f"amazon-photos-pipe-{name}" for name in ("left", "alive"))
    for folder in (left, alive):
        folder.mkdir()
        (folder / "lock").touch()
        os.utime(folder, (1, 1))
    held = claim(alive / "lock", anew=False)
    try:
        assert stream(["upload", "-", "--name", "a.bin"], account, given=b"x").returncode == 0
    finally:
        release(held)
    assert list(tmp_path.glob("amazon-photos-pipe-*")) == [alive]


# --- download ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def full(library, pictures):
    """The pictures in the library, three of them in an album; ``{path: md5}``."""
    library.upload(pictures, album="Summer")
    return in_library(library)


@pytest.mark.parametrize(
    ("selection", "count"),
    [
        (["/"], 3), (["/Pictures"], 3), (["Pictures/more"], 1), (["/Pictures/a.jpg"], 1), (["albums/Summer"], 3),
        (["/Pictures/*.jpg"], 2), (["--filter", "name:a*"], 1), (["--album", "Summer", "--limit", "2"], 2),
        (["-"], 1), (["--older-than", "2001-01-01"], 0),
    ],
)  # fmt: skip
def test_download_of_a_selection(account, full, library, tmp_path, selection, count):
    """Folders and albums stand for all that they hold, however deep; ``/`` is everything."""
    out = tmp_path / "out"
    node = library.nodes("name:a.jpg").id[0]
    done = run(["download", *selection, "--out", str(out), "--json"], account, given=node)
    assert done.returncode == 0, done.stderr
    assert [row["outcome"] for row in json.loads(done.stdout)] == ["downloaded"] * count
    found = files(out) if out.exists() else {}
    assert set(found.values()) <= set(full.values())
    assert len(found) == count


def test_nothing_selected_is_not_everything(account):
    """It says how everything is called."""
    done = run(["download"], account)
    assert (done.returncode, done.stdout) == (2, "")
    assert "`amazon-photos download /`" in done.stderr


def test_download_as_the_library_does(account, full, library, tmp_path):
    """Layout, sidecars, and what becomes of names that are taken; a rerun fetches nothing."""
    out = tmp_path / "out"
    call = ["download", "/", "--out", str(out)]
    assert run([*call, "--layout", "tree", "--sidecars", "json", "--fsync"], account).returncode == 0
    assert {f"{name}{end}" for name in full for end in ("", ".json")} == set(files(out))
    again = run([*call, "--layout", "tree"], account)
    assert (again.returncode, again.stderr.splitlines()[-1]) == (0, "3 exists")
    (out / "Pictures/a.jpg").write_bytes(b"my own edit")
    left = run([*call, "--layout", "tree"], account)
    assert (left.returncode, "1 of 3 files" in left.stderr) == (3, True)
    assert run([*call, "--layout", "tree", "--on-exists", "repair"], account).returncode == 0
    assert (out / "Pictures/a (old).jpg").read_bytes() == b"my own edit"
    assert files(out)["Pictures/a.jpg"] == full["Pictures/a.jpg"]


def test_what_would_be_downloaded(account, full, tmp_path):
    """By the files that are here; nothing is written, not even the folder, and then just that is done."""
    out = tmp_path / "out"
    call = ["download", "/", "--out", str(out), "--layout", "tree", "-o", "jsonl"]
    shown = rows(run([*call, "--dry-run"], account))
    assert not out.exists()
    assert [row["action"] for row in shown] == ["download"] * 3
    assert run(["download", "/Pictures/a.jpg", *call[2:]], account).returncode == 0
    (out / "Pictures/more").mkdir()
    (out / "Pictures/more/c.jpg").write_bytes(b"mine")
    before = files(out)
    again = {row["path"]: row["action"] for row in rows(run([*call, "--dry-run"], account))}
    words = {"a.jpg": "exists", "b.jpg": "download", "more/c.jpg": "conflict"}
    assert again == {str(out / "Pictures" / name): word for name, word in words.items()}
    assert files(out) == before
    done = {row["path"]: row["outcome"] for row in rows(run([*call, "--all"], account))}
    assert done == {path: word.replace("download", "downloaded") for path, word in again.items()}


def test_download_to_standard_output(account, full, service, tmp_path):
    """The bytes of one file, and nothing else; of several, none."""
    done = stream(["download", "/Pictures/a.jpg", "-o", "-"], account)
    assert (done.returncode, md5(done.stdout)) == (0, full["Pictures/a.jpg"]), done.stderr
    several = stream(["download", "/Pictures/*.jpg", "-o", "-"], account)
    assert (several.returncode, several.stdout) == (2, b"")
    assert stream(["download", "/Pictures", "-o", "-"], account).returncode == 2
    both = stream(["download", "/", "-o", "-", "--out", str(tmp_path)], account)
    assert (both.returncode, both.stdout) == (2, b"")


def test_wrong_bytes_on_standard_output_are_told(account, full, service, tmp_path):
    """They cannot be taken back: the code is 1, and the message says what to do."""
    service.faults([{"operation": "download", "fault": "wrong-bytes"}])
    for call in (["download", "/Pictures/a.jpg", "-o", "-"], ["cat", "/Pictures/a.jpg"]):
        done = stream(call, account)
        assert done.returncode == 1
        assert b"throw away" in done.stderr


# --- what runs share --------------------------------------------------------------------------------------------------


def report(tmp_path):
    return [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]


def test_a_report_ends_with_its_summary(account, pictures, library, tmp_path):
    """Runs stand one behind the other, also those that fail; a line that was cut off is ended."""
    told = ["--report", str(tmp_path / "r.jsonl")]
    assert run(["upload", str(pictures), "--to", "/A/", *told], account).returncode == 0
    *lines, summary = report(tmp_path)
    assert [line["outcome"] for line in lines] == ["uploaded"] * 3
    assert {name: summary[name] for name in ("command", "target", "exit_code", "counts", "bytes", "error")} == {
        "command": "upload",
        "target": "/A",
        "exit_code": 0,
        "counts": {"uploaded": 3},
        "bytes": sum(path.stat().st_size for path in pictures.rglob("*.jpg")),
        "error": None,
    }
    with (tmp_path / "r.jsonl").open("a") as file:
        file.write('{"time": "cut o')
    assert run(["download", "/Nowhere", "--out", str(tmp_path / "out"), *told], account).returncode == 2
    cut, last = (tmp_path / "r.jsonl").read_text().splitlines()[-2:]
    assert cut == '{"time": "cut o'
    assert (json.loads(last)["exit_code"], "Nowhere" in json.loads(last)["error"]) == (2, True)


def test_what_cannot_be_a_report(account, pictures, library, tmp_path):
    """A folder, somebody's photo: told before anything is sent."""
    for path in (tmp_path, pictures / "a.jpg"):
        done = run(["upload", str(pictures), "--report", str(path)], account)
        assert done.returncode == 1, done.stderr
        assert "report" in done.stderr
    assert in_library(library) == {}


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (["upload", "{here}/none"], "no such file"),
        (["download", "/", "--out", "{here}/Pictures/a.jpg"], "is a file"),
        (["upload", "{here}/Pictures", "--bwlimit", "fast"], "--bwlimit"),
        (["upload", "{here}/Pictures", "--only", "pictures"], "category"),
        (["upload", "{here}/Pictures", "--healthcheck", "hc.example"], "healthcheck"),
        (["upload", "{here}/Pictures", "--max-delete", "many"], "--max-delete"),
        (["download", "/", "--layout", "{{nme}}"], "nme"),
        (["download", "/", "--favorite-rating"], "--favorite-rating"),
    ],
)
def test_what_cannot_be_meant(account, full, tmp_path, call, told):
    """One sentence, code 2, and nothing was done."""
    done = run([part.format(here=tmp_path) for part in call], account)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert told in done.stderr
