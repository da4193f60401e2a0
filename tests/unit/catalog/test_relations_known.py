"""Which keys are listed again, and which are not."""

import pyarrow as pa
import pytest

from amazon_photos.catalog.relations.known import ToldKey, choose_keys, find_runs, find_touched
from amazon_photos.catalog.relations.relations_file import SCHEMA, RelationKey

NOW = 1_700_000_000_000
WEEK = 604_800_000


def key(relation="person", name="ada", count=5, age=1000, **more):
    return RelationKey(relation=relation, key=name, count=count, asked_at=NOW - age, **more)


def told(relation="person", name="ada", count=5):
    return ToldKey(relation=relation, key=name, count=count)


def chosen(known, *some, touched=frozenset(), max_age=WEEK, now=NOW):
    known = {(one.relation, one.key): one for one in known}
    return [one.id for one in choose_keys(some, known, touched=touched, now=now, max_age=max_age)]


ADA = ("person", "ada")


@pytest.mark.parametrize(
    ("known", "now_told", "is_asked"),
    [
        ([], told(), True),
        ([key()], told(), False),
        ([key(count=4)], told(), True),
        ([key(count=6)], told(), True),
        ([key(count=None)], told(), True),
        ([key(count=None)], told(count=None), False),
        ([key(count=7)], told(count=None), False),
        ([key(age=WEEK - 1)], told(), False),
        ([key(age=WEEK)], told(), True),
        ([key(age=-10_000)], told(), False),
        ([key(age=-WEEK)], told(), True),
        ([key("thing")], told(), True),
    ],
    ids=[
        "never listed",
        "as it was",
        "grew",
        "shrank",
        "told no count then",
        "tells no count",
        "tells no count now",
        "nearly old",
        "old",
        "clocks tick apart",
        "the clock was set back",
        "a person called as a thing",
    ],
)
def test_what_changed_or_is_old_is_listed(known, now_told, is_asked):
    """By its count and by its age, each key by itself."""
    assert chosen(known, now_told) == ([ADA] if is_asked else [])


@pytest.mark.parametrize(("before", "is_asked"), [(5_000, True), (700_000, False), (-5_000, True)])
def test_an_album_that_changed_shortly_before_is_listed_again(before, is_asked):
    """The listing may not have known of it yet: listings lag behind."""
    album = key("album", "a", count=None)
    now_told = ToldKey(relation="album", key="a", changed_at=album.asked_at - before)
    assert bool(chosen([album], now_told)) == is_asked


def test_what_something_happened_to_is_listed():
    """Also where count and age say nothing."""
    assert chosen([key()], told(), touched={ADA}) == [ADA]


@pytest.mark.parametrize("arguments", [{"touched": None}, {"max_age": 0}], ids=["nobody knows", "everything is old"])
def test_all_of_it_is_listed(arguments):
    """Where nobody knows what happened, and where no answer may be older than now."""
    assert chosen([key()], told(), **arguments) == [ADA]


def test_the_order_is_the_services():
    """Keys come in the order in which they were told."""
    names = ["c", "a", "b"]
    assert [name for _, name in chosen([], *(told(name=name) for name in names))] == names


def table(*rows):
    columns = zip(*rows, strict=True) if rows else [[]] * 3
    ids, relations, keys = (pa.array(column, pa.string()) for column in columns)
    empty = pa.nulls(len(rows))
    return pa.table([ids, relations, keys, empty, empty], SCHEMA.names).cast(SCHEMA)


ROWS = table(
    ("n1", "person", "ada"),
    ("n2", "person", "ada"),
    ("n2", "person", "bob"),
    ("n3", "thing", "bob"),
    ("n4", "album", "a1"),
)
KNOWN = [
    key(),
    key(name="bob", unknown=("n9",)),
    key("thing", "bob"),
    key("album", "a1"),
    key("album", "a2"),
    key("person", "a2"),
]


def touched(*ids, rows=ROWS):
    known = {(one.relation, one.key): one for one in KNOWN}
    return find_touched(rows, known, pa.array(ids, pa.string()))


@pytest.mark.parametrize(
    ("changed", "keys"),
    [
        ("n1", {ADA}),
        ("n2", {ADA, ("person", "bob")}),
        ("n3", {("thing", "bob")}),
        ("n4", {("album", "a1")}),
        ("n9", {("person", "bob")}),
        ("a2", {("album", "a2")}),
        ("n7", set()),
    ],
)
def test_a_node_touches_the_keys_that_hold_it(changed, keys):
    """Those with a row of it, those that told it when the catalogue had no such node, and the album that it is."""
    assert touched(changed) == keys


def test_nothing_touches_nothing():
    """No changes and no rows; and what nobody knows stays unknown."""
    assert touched() == frozenset()
    assert touched("n1", rows=table()) == frozenset()
    assert find_touched(ROWS, {}, None) is None


def test_rows_of_a_key_stand_together_also_in_pieces():
    """Runs are found across the pieces of a table, whose dictionaries differ."""
    rows = pa.concat_tables([ROWS.slice(0, 1), table(("n2", "person", "ada")), ROWS.slice(2)])
    runs = [(run.id, run.start, run.end) for run in find_runs(rows)]
    assert runs[:2] == [(ADA, 0, 2), (("person", "bob"), 2, 3)]
    assert [end - start for _, start, end in runs] == [2, 1, 1, 1]
