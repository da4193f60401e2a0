"""``upload``, ``download``, ``check``, ``backed-up`` and ``cat``, as people and as scripts call them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import terminals
from amazon_photos import AmazonPhotos
from transfers import fill

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


def stream(arguments, environ, **streams):
    """Run a command that writes bytes."""
    code = f"import sys; sys.argv = {['amazon-photos', *arguments]!r}; {terminals.MAIN}"
    return subprocess.run([sys.executable, "-c", code], env=environ, check=False, timeout=60, **streams)


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
        done = stream(["cat", item], account, capture_output=True)
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
    done = stream(["cat", binary, *asked], account, capture_output=True)
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
    with Path("/dev/full").open("wb") as full:
        done = stream(["cat", binary], account, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert b"No space left" in done.stderr


def test_cat_of_what_is_no_file(account, binary):
    """A folder, nothing, or several: told, and nothing is written."""
    for item, told in (("/Deep", "no file"), ("/Deep/none.bin", "no file"), ("no-such", "no file")):
        done = terminals.run(["cat", item], account)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert told in done.stderr


# --- check and backed-up ----------------------------------------------------------------------------------------------


def test_all_of_it_is_there(account, library, pictures):
    """Code 0, nothing is printed but the names of columns, and how many is said."""
    library.upload(pictures)
    for command in (["check", str(pictures), "--of", "/Pictures"], ["backed-up", str(pictures)]):
        done = terminals.run(command, account)
        assert (done.returncode, len(done.stdout.splitlines())) == (0, 1), done.stderr
        assert "all of 3 files" in done.stderr
        assert len(rows(terminals.run([*command, "--all", "-o", "jsonl"], account))) == 3


def test_what_is_missing_is_told(account, library, pictures, tmp_path):
    """Code 1; the rows that are not fine; a file of their paths."""
    library.upload(pictures / "a.jpg", to="Pictures")
    (pictures / "a.jpg").write_bytes(b"changed since")
    for command, words in (("check", ["different", "local_only", "local_only"]), ("backed-up", ["missing"] * 3)):
        done = terminals.run([command, str(pictures), "-o", "jsonl", "--missing-to", str(tmp_path / "m")], account)
        assert done.returncode == 1, done.stderr
        assert [row["outcome"] for row in rows(done)] == words
        there = sorted(str(path) for path in pictures.rglob("*.jpg"))
        assert (tmp_path / "m").read_text().splitlines() == there
        assert "3 of 3 files" in done.stderr


def test_what_only_the_library_has_is_no_failure(account, library, pictures):
    """The question is whether all that is here is there; --all prints the rest."""
    library.upload(pictures)
    (pictures / "a.jpg").unlink()
    done = terminals.run(["check", str(pictures), "--of", "Pictures"], account)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 1)
    assert "1 remote_only" in done.stderr
    shown = terminals.run(["check", str(pictures), "--of", "Pictures", "--all", "-o", "jsonl"], account)
    assert sorted(row["outcome"] for row in rows(shown)) == ["remote_only", "same", "same"]


@pytest.mark.parametrize("command", ["check", "backed-up"])
def test_an_empty_folder_is_no_yes(account, tmp_path, command):
    """A card that is not mounted is one."""
    (tmp_path / "card").mkdir()
    done = terminals.run([command, str(tmp_path / "card")], account)
    assert done.returncode == 1
    assert "card" in done.stdout + done.stderr


def test_the_list_of_missing_names_is_exact(account, library, tmp_path):
    """With NULs every name can stand in it, and it is empty when nothing is missing; else a line break is told."""
    folder = fill(tmp_path / "P", "plain.jpg", "line\nbreak.jpg", "\x1b[31mred.jpg")
    (folder / os.fsdecode(b"odd\xff.jpg")).write_bytes(b"odd")
    exact = stream(["backed-up", str(folder), "--missing-to", "-", "-0"], account, capture_output=True)
    assert exact.returncode == 1
    assert sorted(exact.stdout.split(b"\0")[:-1]) == sorted(os.fsencode(path) for path in folder.iterdir())
    listed = tmp_path / "m"
    listed.write_text("as before")
    lines = terminals.run(["backed-up", str(folder), "--missing-to", str(listed)], account)
    assert lines.returncode == 2
    assert "--print0" in lines.stderr
    assert listed.read_text() == "as before"
    library.upload(folder / "plain.jpg")
    assert terminals.run(["check", str(folder / "plain.jpg")], account).returncode == 2
    fine = terminals.run(["backed-up", str(folder / "plain.jpg"), "--missing-to", str(listed)], account)
    assert (fine.returncode, listed.read_bytes()) == (0, b"")


@pytest.mark.parametrize("command", ["check", "backed-up"])
def test_what_cannot_be_compared(account, pictures, tmp_path, command):
    """A path that leads nowhere, a folder that the library lacks, a list that cannot be written: told first."""
    nowhere = terminals.run([command, str(tmp_path / "none")], account)
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert "none" in nowhere.stderr
    into = terminals.run([command, str(pictures), "--missing-to", str(tmp_path)], account)
    assert into.returncode == 1
    assert "is a folder" in into.stderr
    assert terminals.run([command, str(pictures), "-0"], account).returncode == 2
    if command == "check":
        lacking = terminals.run([command, str(pictures), "--of", "/Nowhere"], account)
        assert lacking.returncode == 2
        assert "Nowhere" in lacking.stderr
