"""The emulator's SQL, read as text and asked."""

import json
import re
from pathlib import Path

import pytest

from amazon_photos import emulator
from amazon_photos.emulator.library import bootstrap, listing, nodes, sql
from amazon_photos.emulator.library.database import Database
from amazon_photos.errors import FilterError
from amazon_photos.query.expr import AnyOf, Equal, Prefix, Range, Term
from amazon_photos.query.render import render

NOW = "2026-03-01T12:00:00.000Z"
LAST = "\U0010ffff"
NAMES = (
    "a",
    "b",
    "a" + LAST + "b",
    LAST,
    LAST + "x",
    LAST + LAST,
    "\ud7ff-",
    "\ue000",
    '"q"',
    ", ",
    "new\nline",
)


def test_no_question_mark_is_numbered():
    """From Python 3.14 on, sqlite3 refuses ``?1`` with a sequence of values; until 3.11 it says nothing of it."""
    modules = Path(emulator.__file__).parent.rglob("*.py")
    assert not [path.name for path in modules if re.search(r"\?\d", path.read_text("utf-8"))]


@pytest.fixture
def library(tmp_path):
    """Asks the emulator's own database: ``library(filter)`` gives the names that match."""
    database = Database(tmp_path / "library.sqlite")
    database.write(bootstrap.begin, now=NOW)

    def fill(db):
        for name in NAMES:
            labels = json.dumps([name, "all"], ensure_ascii=False)
            db.execute(
                "INSERT INTO nodes (id, name, kind, status, created, modified, created_by, version, labels) "
                "VALUES (?, ?, 'FILE', 'AVAILABLE', ?, ?, 'test', 1, ?)",
                (name, name, NOW, NOW, labels),
            )

    database.write(fill)

    def names(filters):
        question = listing.question(filters=filters, sort=None, dialect="node", within=sql.Where("kind = 'FILE'"))
        return {row.name for row in database.read(nodes.by_seq, database.read(listing.matching, question))}

    yield names
    database.close()


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("", set(NAMES)),
        (LAST, {LAST, LAST + "x", LAST + LAST}),
        ("a" + LAST, {"a" + LAST + "b"}),
        ("a", {"a", "a" + LAST + "b"}),
        ("\ud7ff", {"\ud7ff-"}),
    ],
)
def test_a_prefix_finds_every_beginning(library, prefix, names):
    """Up to the last character that there is, and across the surrogates, which no text holds."""
    assert library(render(Term("name", Prefix(prefix)), dialect="node")) == names


@pytest.mark.parametrize("name", NAMES)
def test_a_label_is_found_whatever_it_holds(library, name):
    """Quotes, commas, line ends: a label is compared as a whole."""
    assert library(render(Term("labels", Equal(name)), dialect="node")) == {name}
    assert library("labels:all") == set(NAMES)


@pytest.mark.parametrize("word", ["name", "labels", "parents", "description"])
def test_a_group_may_hold_thousands_of_values(library, word):
    """SQLite reads a thousand conditions inside each other, and a chain of them is such a tower."""
    values = ["a", *(f"nobody {number}" for number in range(2_000))]
    found = library(render(Term(word, AnyOf(tuple(map(Equal, values)))), dialect="node"))
    assert found == ({"a"} if word in ("name", "labels") else set())


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"])
def test_a_date_outside_of_the_years_is_refused(date):
    """As any other text that is no date."""
    with pytest.raises(FilterError, match="is no date"):
        sql.where(Term("createdDate", Range(date, None)), "node")
