"""``trash``, ``restore``, ``delete``, ``history``, ``undo`` and ``apply``, as people and as scripts call them."""

import json

import pytest

import terminals
from amazon_photos import AmazonPhotos


@pytest.fixture
def account(service, tmp_path):
    """Somebody who is signed in, with a small library; what is kept goes to a folder of the test's."""
    service.reset(files=40)
    (tmp_path / "user").mkdir()
    where = {"AMAZON_PHOTOS_CATALOG": str(tmp_path / "ap.parquet")}
    return terminals.clean_environ(tmp_path, **service.environ, **where)


@pytest.fixture
def library(service, tmp_path):
    """The same library, by the client."""
    with AmazonPhotos(service.cookies, endpoint=service.url, catalog=tmp_path / "other.parquet", progress=False) as ap:
        yield ap


def ids_of(library, count=4):
    return list(library.nodes("kind:FILE", limit=count).id)


def there(library):
    return set(library.nodes("kind:FILE", columns=["id"]).id)


def test_from_trash_and_back(account, library):
    """A script: ids go in, rows come out; what was done is in the history, and ``undo`` takes it back."""
    ids, before = ids_of(library), there(library)
    done = terminals.run(["trash", *ids, "--json"], account)
    assert done.returncode == 0, done.stderr
    assert [(row["id"], row["outcome"]) for row in json.loads(done.stdout)] == [(one, "trashed") for one in ids]
    assert there(library) == before - set(ids)
    (run,) = json.loads(terminals.run(["history", "--json"], account).stdout)
    assert (run["operation"], run["done"]) == ("trash", 4)
    assert f"amazon-photos undo {run['run']}" in done.stderr
    assert terminals.run(["undo", run["run"], "--max-delete", "10"], account).returncode == 0
    assert there(library) == before
    assert len(terminals.run(["history", run["run"], "-o", "ids"], account).stdout.split()) == 4


def test_ids_come_from_a_pipe(account, library):
    """Of our own output: ids or JSON lines; ``restore`` takes the same."""
    ids = ids_of(library)
    assert terminals.run(["trash", "-"], account, given="\n".join(ids[:2]) + "\n\n").returncode == 0
    lines = "".join(json.dumps({"name": "x", "id": one}) + "\n" for one in ids[2:])
    assert terminals.run(["trash", "-"], account, given=lines).returncode == 0
    assert set(library.trashed().id) >= set(ids)
    assert terminals.run(["restore", "-"], account, given="\n".join(ids)).returncode == 0
    assert not set(library.trashed().id) & set(ids)


def test_a_plan_is_kept_and_applied(account, library, tmp_path):
    """Nothing is done by ``--plan`` and ``--dry-run``; the file is what ``apply`` takes, twice if need be."""
    ids, before = ids_of(library), there(library)
    file = str(tmp_path / "plan.jsonl")
    assert terminals.run(["trash", *ids, "--plan", file], account).returncode == 0
    rows = json.loads(terminals.run(["trash", *ids, "--dry-run", "--json"], account).stdout)
    assert [row["action"] for row in rows] == ["trash"] * 4
    assert there(library) == before
    assert terminals.run(["apply", file, "--max-delete", "4"], account).returncode == 0
    assert there(library) == before - set(ids)
    again = terminals.run(["apply", file, "--max-delete", "4", "--json"], account)
    assert {row["outcome"] for row in json.loads(again.stdout)} == {"skipped"}
    assert "undo" not in again.stderr


def test_the_plan_of_an_upload_is_applied_too(account, library, tmp_path):
    """And shown before, at a terminal."""
    (tmp_path / "P").mkdir()
    (tmp_path / "P" / "new.txt").write_text("new")
    library.save_plan(library.plan_upload(tmp_path / "P"), tmp_path / "plan.jsonl")
    terminal = terminals.Terminal(["apply", str(tmp_path / "plan.jsonl")], account)
    try:
        assert "new.txt" in terminal.expect("1 change: do it?")
        terminal.type("y\n")
        assert terminal.end() == 0
    finally:
        terminal.kill()
    assert len(library.nodes("name:new.txt"))


def test_what_the_plan_of_an_upload_replaces_is_limited_before_anybody_is_asked(account, library, tmp_path):
    """At a terminal too: ``--max-delete`` is looked at first, and what is replaced already does not count."""
    files = [tmp_path / "P" / f"{n}.txt" for n in range(3)]
    files[0].parent.mkdir()
    for version in ("old", "new"):
        for file in files:
            file.write_text(f"{version} {file.name}")
        if version == "old":
            library.upload(tmp_path / "P")
    plan = library.plan_upload(tmp_path / "P", conflict="replace")
    library.save_plan(plan, tmp_path / "plan.jsonl")
    library.upload(plan=plan[:1])
    with terminals.starting(account) as start:
        refused = start("apply", str(tmp_path / "plan.jsonl"), "--max-delete", "1")
        assert refused.end() == 6
        assert "this would remove 2 of" in refused.seen
        assert "do it?" not in refused.seen
    done = terminals.run(["apply", str(tmp_path / "plan.jsonl"), "--max-delete", "2"], account)
    assert done.returncode == 0, done.stderr
    assert sum(library.trashed().name.str.endswith(".txt")) == 3


def test_what_cannot_be_undone_wants_a_yes(account, library):
    """Where nobody can be asked it is refused, with its number and code 6; --yes does it."""
    ids, before = ids_of(library, 2), there(library)
    refused = terminals.run(["delete", *ids], account)
    assert (refused.returncode, refused.stdout) == (6, "")
    assert "2 of 2 cannot be undone" in refused.stderr
    assert there(library) == before
    done = terminals.run(["delete", *ids, "--yes"], account)
    assert done.returncode == 0
    assert "undo" not in done.stderr
    assert there(library) == before - set(ids)


def test_a_filter_has_a_limit(account, library):
    """Code 6, and nothing was done; a number allows it."""
    before = there(library)
    refused = terminals.run(["trash", "--filter", "kind:FILE"], account)
    assert refused.returncode == 6
    assert "--max-delete" in refused.stderr
    assert there(library) == before
    assert terminals.run(["trash", "--filter", "kind:FILE", "--max-delete", "1000"], account).returncode == 0
    assert there(library) == set()


def test_a_share_is_of_what_amazon_counts(account, library, service):
    """Movies of live photos are rows, but nobody counts them: what would be refused is not asked."""
    service.reset(files=400)  # some of them live
    library.refresh()
    assert terminals.run(["refresh"], account).returncode == 0
    kinds = library.catalog.columns("kind").kind
    rows, counted = len(kinds), sum(kinds != "ASSET")
    choices = ((few, share) for few in range(1, counted) for share in range(1, 100))
    few, share = next(one for one in choices if counted * one[1] < one[0] * 100 <= rows * one[1])
    terminal = terminals.Terminal(["trash", *ids_of(library, few), "--max-delete", f"{share}%"], account)
    try:
        assert terminal.end() == 6
    finally:
        terminal.kill()
    assert "do it?" not in terminal.seen
    assert "nothing was done" in terminal.seen


@pytest.mark.parametrize("answer", ["y\n", "n\n"])
def test_at_a_terminal_the_plan_comes_first(account, library, answer):
    """It is shown, and somebody is asked; no is code 6, and nothing was done."""
    ids, before = ids_of(library, 2), there(library)
    terminal = terminals.Terminal(["trash", *ids], account)
    try:
        assert "AVAILABLE" in terminal.expect("2 changes: do it?")
        terminal.type(answer)
        assert terminal.end() == (0 if answer == "y\n" else 6)
    finally:
        terminal.kill()
    assert there(library) == (before - set(ids) if answer == "y\n" else before)


def test_a_part_that_fails_is_code_3(account, library):
    """The others are done, and the row says why."""
    ids = ids_of(library, 2)
    done = terminals.run(["trash", *ids, "-" * 22, "--json"], account)
    assert done.returncode == 3
    assert [row["outcome"] for row in json.loads(done.stdout)] == ["trashed", "trashed", "failed"]
    assert "1 of 3 failed" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "given", "told"),
    [
        (["trash"], "", "nothing is selected"),
        (["trash", "-"], "\n", "standard input names nothing"),
        (["trash", "-"], '{"name": "x"}\n', "line 1 of standard input has no id"),
        (["trash", "-"], "{\n", "line 1 of standard input is neither an id nor"),
        (["trash", "Pictures/Nowhere"], "", "the library has nothing at 'Pictures/Nowhere'"),
        (["trash", ""], "", "an empty text names no node"),
        (["trash", "--older-than", "3 fortnights"], "", "--older-than is an age"),
        (["trash", "--filter", " "], "", "--filter is empty"),
        (["trash", "--filter", "kindd:FILE"], "", "did you mean 'kind'"),
        (["undo", "yesterday"], "", "a run is due"),
        (["apply", "no-such-file"], "", "there is no plan no-such-file"),
        (["trash", "x", "--max-delete", "many"], "", "--max-delete is a number"),
    ],
)
def test_what_cannot_be_meant_is_told(account, arguments, given, told):
    """Nothing is done, and a sentence says what is wrong."""
    done = terminals.run(arguments, account, given=given)
    assert done.returncode in (1, 2)
    assert done.stdout == ""
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_at_the_question_does_nothing(account, library):
    """It ends as Ctrl-C ends everything else, and nothing was done."""
    ids, before = ids_of(library, 2), there(library)
    terminal = terminals.Terminal(["trash", *ids], account)
    try:
        terminal.expect("2 changes: do it?")
        terminal.interrupt()
        assert terminal.end() == 130
    finally:
        terminal.kill()
    assert there(library) == before


def test_a_wrong_column_is_told_before_anything_is_asked(account, library):
    [node_id] = ids_of(library, 1)
    library.trash([node_id])
    done = terminals.run(["delete", node_id, "--columns", "nope"], account)
    assert done.returncode == 2, done.stderr
    assert "nope" in done.stderr
    assert "cannot be undone" not in done.stderr
