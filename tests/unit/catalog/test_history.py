"""Cursors: what they tell leads from then to now exactly, or they say that they do not know. Never anything between."""

import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pyarrow as pa
import pytest

from amazon_photos import Catalog, errors
from amazon_photos.catalog import changes, history
from amazon_photos.catalog.cursor import read_changes
from amazon_photos.catalog.schema import Header
from amazon_photos.catalog.store import Store

OWNER = Header(owner="OWNER", complete=True)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "ap.parquet")


@pytest.fixture
def write(store, nodes):
    """``write("a", {"id": "b", "version": 2})``: the catalogue holds these from now on; gives the cursor."""

    def write(*held, store=store):
        before = store.read() if store.exists() else None
        after = nodes(*held)
        with store.lock():
            store.write(after, OWNER, what=None if before is None else changes.diff(before, after).table)
        return read_changes(store, None)[1]

    return write


def told(store, cursor):
    """``{id: change}`` since then."""
    table = read_changes(store, cursor)[0]
    return dict(zip(table["id"].to_pylist(), table["change"].to_pylist(), strict=True))


def state(table):
    return {row["id"]: row["version"] for row in table.select(["id", "version"]).to_pylist()}


def test_the_first_cursor_comes_with_everything(store, write):
    """All of it was added, and nothing since."""
    cursor = write("a", "b")
    assert told(store, None) == {"a": "added", "b": "added"}
    assert told(store, cursor) == {}
    assert read_changes(store, cursor)[1] == cursor
    assert cursor.isascii()
    assert len(cursor) < 60


def test_steps_are_joined_into_what_differs(store, write):
    """Whatever a node went through, told is the difference between then and now."""
    start = write("stays", "changes", "goes", "returns", {"id": "twice", "version": 1})
    write("stays", {"id": "changes", "version": 2}, "comes", "passes", {"id": "twice", "version": 2})
    middle = write("stays", {"id": "changes", "version": 2}, "comes", "returns", {"id": "twice", "version": 3})
    assert told(store, start) == {
        "changes": "changed", "goes": "removed", "comes": "added", "returns": "changed", "twice": "changed",
    }  # fmt: skip
    end = write("stays")
    assert told(store, middle) == dict.fromkeys(("changes", "comes", "returns", "twice"), "removed")
    assert told(store, end) == {}


def test_a_node_that_is_gone_is_told_as_it_was_last(store, write):
    """With all its columns, though the catalogue has none of them any more."""
    cursor = write("a", {"id": "b", "name": "was.jpg"})
    write("a")
    frame = Catalog.open(store.path).changes(cursor).frame
    assert frame[["change", "id", "name"]].to_numpy().tolist() == [["removed", "b", "was.jpg"]]


def test_a_cursor_survives_a_file_and_another_process(store, write, tmp_path):
    """It is a text; a new ``Catalog`` anywhere takes it, with the line break that a file gave it."""
    (tmp_path / "cursor.txt").write_text(write("a") + "\n")
    write("a", "b")
    found = Catalog.open(store.path).changes((tmp_path / "cursor.txt").read_text())
    assert repr(found) == "<CatalogChanges 1 added, 0 changed, 0 removed>"
    assert len(found) == 1
    assert bool(found)


@pytest.mark.parametrize("wrong", ["", "c1-x", "yesterday", 7, b"c1", "c1-" + "0" * 16 + "-1-" + "g" * 8])
def test_what_is_no_cursor_is_refused(store, write, wrong):
    """The argument is named."""
    write("a")
    with pytest.raises(errors.InvalidInput, match="since is a cursor"):
        read_changes(store, wrong)


def test_a_cursor_of_another_catalogue_is_told(store, write, tmp_path):
    """Nor does that of the one that stood there before fit, and the error says to read all."""
    other = Store(tmp_path / "other.parquet")
    foreign, old = write("a", store=other), write("a")
    store.path.unlink()
    write("a")
    for cursor in (foreign, old):
        with pytest.raises(errors.UnknownCursor, match=r"another catalogue.*changes\(\)"):
            read_changes(store, cursor)


def test_a_catalogue_put_back_from_a_backup_fits_its_own_past_only(store, write, tmp_path):
    """The cursor of what was lost by it is told, though numbers are used again."""
    first = write("a")
    write("a", "b")
    shutil.copy(store.path, tmp_path / "backup")
    lost = write("a", "b", "c")
    shutil.copy(tmp_path / "backup", store.path)
    with pytest.raises(errors.UnknownCursor, match="later state"):
        read_changes(store, lost)
    write("a", "b", "d")
    assert told(store, first) == {"b": "added", "d": "added"}
    with pytest.raises(errors.UnknownCursor, match="too old"):
        read_changes(store, lost)


def test_a_step_that_a_crash_left_over_leads_nowhere(store, write, nodes):
    """It was written, and the catalogue was not: it is never told, and gone after the next write."""
    cursor = write("a")
    what = changes.diff(store.read(), nodes("a", "never")).table
    store.history.add(store.require_header().revision, what)
    assert told(store, cursor) == {}
    write("a", "b")
    assert told(store, cursor) == {"b": "added"}
    assert len(list((store.path.parent / "ap.parquet.changes").iterdir())) == 1


@pytest.mark.parametrize("bound", ["MAX_STEPS", "MAX_ROWS"])
def test_old_steps_are_forgotten(store, write, monkeypatch, bound):
    """There are never more of them than are allowed; a cursor from before is too old, later ones go on."""
    monkeypatch.setattr(history, bound, 2)
    cursors = [write("a"), write("b"), write("c"), write("c", "d"), write("c", "d", "e")]
    with pytest.raises(errors.UnknownCursor, match="too old"):
        read_changes(store, cursors[0])
    assert told(store, cursors[2]) == {"d": "added", "e": "added"}


def test_what_is_not_ours_is_left_alone(store, write, caplog):
    """A file where the folder would be costs the cursors, with a warning; other files in the folder stay."""
    cursor = write("a")
    folder = store.path.parent / "ap.parquet.changes"
    folder.write_text("mine")
    with caplog.at_level(logging.WARNING):
        write("a", "b")
    assert "is not ours" in caplog.text
    assert folder.read_text() == "mine"
    with pytest.raises(errors.UnknownCursor, match="too old"):
        read_changes(store, cursor)
    folder.unlink()
    folder.mkdir()
    (folder / "notes.parquet").write_text("mine")
    cursor = write("a")
    write("b")
    assert told(store, cursor) == {"a": "removed", "b": "added"}
    assert (folder / "notes.parquet").read_text() == "mine"


def test_a_step_that_cannot_be_read_is_told(store, write):
    """Damage on the disk is no wrong answer."""
    cursor = write("a")
    write("b")
    [step] = (store.path.parent / "ap.parquet.changes").iterdir()
    step.write_bytes(b"PAR1 and no more")
    with pytest.raises(errors.UnknownCursor, match="cannot be read"):
        read_changes(store, cursor)


def test_a_catalogue_that_knows_no_revision_gives_a_cursor_that_fits_nothing(store, write, nodes):
    """Of an older version of this package: read it all, once more."""
    write("a")
    table, header = store.read(), store.require_header()
    import pyarrow.parquet as pq

    from amazon_photos.catalog import schema

    old = schema.with_header(table.schema, Header(owner=header.owner, complete=True))
    pq.write_table(table.replace_schema_metadata(old.metadata), store.path)
    cursor = read_changes(store, None)[1]
    assert told(store, cursor) == {}
    write("a", "b")
    with pytest.raises(errors.UnknownCursor):
        read_changes(store, cursor)


def replay(before, table):
    """What a program holds that follows the cursor: ids and versions."""
    held = dict(before)
    for row in table.select(["change", "id", "version"]).to_pylist():
        if row["change"] == "removed":
            del held[row["id"]]
        else:
            assert (row["id"] in held) == (row["change"] == "changed")
            held[row["id"]] = row["version"]
    return held


@pytest.mark.parametrize("seed", range(3))
def test_following_gives_the_catalogue_whatever_happens(store, write, monkeypatch, tmp_path, seed):
    """Random histories with crashes, backups and forgetting: each cursor leads to what is there, or says it is lost."""
    monkeypatch.setattr(history, "MAX_STEPS", 6)
    dice = random.Random(seed)
    held = {"a": 1}
    known = [(write("a"), held)]
    for _ in range(25):
        held = {key: version + dice.randint(0, 1) for key, version in held.items() if dice.random() < 0.8}
        held |= {dice.choice("abcdefghij"): dice.randint(1, 3) for _ in range(2)}
        if dice.random() < 0.2:
            store.history.add(store.require_header().revision, pa.concat_tables([read_changes(store, None)[0]]))
        if dice.random() < 0.1:
            shutil.copy(store.path, tmp_path / "backup")
        if dice.random() < 0.1 and (tmp_path / "backup").exists():
            shutil.copy(tmp_path / "backup", store.path)
        cursor = write(*({"id": key, "version": version} for key, version in held.items()))
        known.append((cursor, dict(held)))
    now, lost = state(store.read()), 0
    for cursor, then in known:
        try:
            assert replay(then, read_changes(store, cursor)[0]) == now
        except errors.UnknownCursor:
            lost += 1
    assert lost < len(known) - 1


WRITER = """
import sys
from amazon_photos.catalog import changes
from amazon_photos.catalog.cursor import read_cursor
from amazon_photos.catalog.schema import Header
from amazon_photos.catalog.store import Store
from libraries import table_of_nodes

store = Store(sys.argv[1])
for number in range(10_000):
    before = store.read() if store.exists() else None
    start = 0 if before is None else len(before)
    after = table_of_nodes(*({"id": f"{n:05}", "ownerId": "OWNER", "version": 1} for n in range(start + 2)))
    with store.lock():
        what = None if before is None else changes.diff(before, after).table
        store.write(after, Header(owner="OWNER", complete=True), what=what)
    print(read_cursor(store), len(after), flush=True)
"""


def test_after_kill_nine_every_cursor_is_right(store):
    """Writers are killed at any moment; what each of them had told leads to what is there now."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(["tests", *sys.path])}
    dice, seen = random.Random(5), []
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(store.path)], stdout=subprocess.PIPE, text=True, env=environ
        ) as writer:
            seen.append(writer.stdout.readline().split())
            time.sleep(dice.random() / 5)
            writer.send_signal(signal.SIGKILL)
            seen += [line.split() for line in writer.stdout.read().splitlines() if line.count(" ") == 1]
    rows = store.count_rows()
    for cursor, held in seen:
        assert read_changes(store, cursor)[0].num_rows == rows - int(held)
