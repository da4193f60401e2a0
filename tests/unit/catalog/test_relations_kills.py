"""A catalogue and its relations, two files: a kill between and within their writes leaves a pair that goes together."""

import pyarrow as pa
import pytest

import kills
from amazon_photos.catalog.relations.journal import Journal
from amazon_photos.catalog.relations.relations_file import SCHEMA, RelationKey, RelationsHeader
from amazon_photos.catalog.relations.rows import Answer
from amazon_photos.catalog.relations_view import is_current, read_relations
from amazon_photos.catalog.schema import Header, Revision
from amazon_photos.catalog.store import Store

HEADER = Header(owner="OWNER", complete=True)
REVISION = Revision(lineage="0" * 16, number=1, mark="0" * 8)
LATER = Revision(lineage="0" * 16, number=2, mark="1" * 8)


def relations(*ids):
    columns = [list(ids), ["album"] * len(ids), ["a"] * len(ids), [None] * len(ids), [None] * len(ids)]
    return pa.table([pa.array(column) for column in columns], SCHEMA.names).cast(SCHEMA)


def refresh(store, table, what, *ids):
    """What a refresh writes, in its order: the catalogue, then what goes with it."""
    with store.lock():
        store.write(table, HEADER, what=what)
        revision = store.require_header().revision
        store.relations.replace(relations(*ids), RelationsHeader(owner="OWNER", revision=revision))


@pytest.fixture
def store(tmp_path):
    (tmp_path / "c").mkdir()
    return Store(tmp_path / "c" / "ap.parquet")


def test_a_kill_at_any_step_leaves_a_pair_that_goes_together(store, nodes):
    """What is shown are nodes of the catalogue; and what happened since the relations were written is known."""
    before, after = nodes("a", "b"), nodes("b", "c")
    gone = nodes("a").add_column(0, "change", pa.array(["removed"]))
    come = nodes("c").add_column(0, "change", pa.array(["added"]))

    def prepare():
        for path in sorted(store.path.parent.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        refresh(store, before, None, "a", "b")

    states = set()
    for _ in kills.run(prepare, lambda: refresh(store, after, pa.concat_tables([gone, come]), "b", "c")):
        here, shown = set(store.read(["id"])["id"].to_pylist()), set(read_relations(store)["id"].to_pylist())
        assert shown <= here
        now, then = store.require_header().revision, store.relations.header().revision
        changed = {one for step in store.history.read_since(now, then) for one in step["id"].to_pylist()}
        assert changed == (set() if is_current(store) else {"a", "c"})
        states.add((tuple(sorted(here)), tuple(sorted(shown))))
    assert states == {(("a", "b"), ("a", "b")), (("b", "c"), ("b",)), (("b", "c"), ("b", "c"))}


# --- the journal -----------------------------------------------------------------------------------------------------


def answer(name, *ids):
    return Answer(RelationKey(relation="person", key=name, asked_at=5, count=len(ids)), pa.array(ids, pa.string()))


def kept(folder, owner="OWNER"):
    journal = Journal(folder, owner)
    return {key: one.ids.to_pylist() for key, one in journal.load().items()}, journal.revision


def test_a_kill_at_any_step_of_the_journal_loses_no_answer(tmp_path):
    """Answers are there whole or not at all, and those that were dropped never come back as those of a later one."""
    folder = tmp_path / "part"

    def prepare():
        Journal(folder, "OWNER").clear()
        journal = Journal(folder, "OWNER")
        journal.begin(REVISION)
        journal.keep(answer("-a", "1", "2"))
        journal.keep(answer("b", "3"))

    def work():
        journal = Journal(folder, "OWNER")
        journal.load()
        journal.begin(LATER, dropped=[("person", "b")])
        journal.keep(answer("b", "4"))

    states = set()
    for _ in kills.run(prepare, work):
        found, revision = kept(folder)
        assert found[("person", "-a")] == ["1", "2"]
        states.add((revision.number, tuple(found.get(("person", "b"), ()))))
    assert states == {(1, ("3",)), (1, ()), (2, ()), (2, ("4",))}
    journal = Journal(folder, "OWNER")
    journal.clear()
    assert not folder.exists()


def test_a_kill_while_the_journal_goes_leaves_nothing_of_it(tmp_path):
    """The mark goes last, so the next refresh removes the rest; an empty folder may stay until there is a journal."""
    folder = tmp_path / "part"

    def prepare():
        journal = Journal(folder, "OWNER")
        journal.load()
        journal.begin(REVISION)
        journal.keep(answer("-a", "1", "2"))

    for _ in kills.run(prepare, lambda: Journal(folder, "OWNER").clear()):
        Journal(folder, "OWNER").clear()
        assert not folder.exists() or not list(folder.iterdir())


def test_the_journal_of_another_account_is_not_used(tmp_path):
    """Nor kept."""
    folder = tmp_path / "part"
    journal = Journal(folder, "SOMEBODY")
    journal.begin(REVISION)
    journal.keep(answer("a", "1"))
    assert kept(folder) == ({}, None)
    assert not folder.exists()


@pytest.mark.parametrize("content", [b"", b"{", b'{"key": {}, "ids": []}', b"\xff"])
def test_an_answer_that_cannot_be_read_is_none(tmp_path, content):
    """The others are used; one under another's name is none either."""
    folder = tmp_path / "part"
    journal = Journal(folder, "OWNER")
    journal.begin(REVISION)
    journal.keep(answer("a", "1"))
    (name,) = [path for path in folder.iterdir() if path.name != "about.json"]
    name.with_name("0" * 32 + ".json").write_bytes(name.read_bytes())
    name.with_name("1" * 32 + ".json").write_bytes(content)
    assert kept(folder) == ({("person", "a"): ["1"]}, REVISION)
    name.write_bytes(content)
    assert kept(folder) == ({}, REVISION)
