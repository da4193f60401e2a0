"""Old rows and new answers become the next rows."""

import pyarrow as pa

from amazon_photos.catalog.relations.known import ToldKey
from amazon_photos.catalog.relations.relations_file import SCHEMA, RelationKey, RelationsFile, RelationsHeader
from amazon_photos.catalog.relations.rows import MAX_UNKNOWN, MAX_UNKNOWN_IN_ALL, Answer, merge

THEN, NOW = 1_600_000_000_000, 1_700_000_000_000
CATALOG = pa.array([f"n{number}" for number in range(10)])


def key(relation, name, at=NOW, **more):
    return RelationKey(relation=relation, key=name, asked_at=at, **more)


def told(relation, key, name=None):
    return ToldKey(relation=relation, key=key, name=name)


def answer(relation, name, *ids):
    return (relation, name), Answer(key(relation, name), pa.array(ids, pa.string()))


def merged(old, known, now_told, answers, *, catalog=CATALOG, now=NOW):
    known = {(one.relation, one.key): one for one in known}
    table, keys = merge(old, known, now_told, dict(answers), catalog=catalog, now=now)
    assert table.schema.equals(SCHEMA)
    return table, keys


def rows(table):
    moments = table.column("first_seen").cast(pa.int64()).to_pylist()
    plain = table.drop_columns(["first_seen"]).to_pylist()
    return [(*row.values(), moment) for row, moment in zip(plain, moments, strict=True)]


def first(*answers, told_now):
    return merged(SCHEMA.empty_table(), [], told_now, answers, now=THEN)


def test_rows_are_in_the_order_told():
    """Keys as they were told, nodes as they were listed."""
    table, keys = first(
        answer("thing", "sea", "n3", "n1"),
        answer("person", "-a", "n1"),
        told_now=[told("person", "-a", "Ada"), told("thing", "sea", "sea")],
    )
    assert rows(table) == [
        ("n1", "person", "-a", "Ada", THEN),
        ("n3", "thing", "sea", "sea", THEN),
        ("n1", "thing", "sea", "sea", THEN),
    ]
    assert [(one.relation, one.key, one.name) for one in keys] == [("person", "-a", "Ada"), ("thing", "sea", "sea")]


def test_when_a_row_was_seen_first_stays():
    """Rows that were there keep it, new ones are seen now; what is no longer listed goes."""
    before, keys = first(answer("thing", "sea", "n1", "n2"), told_now=[told("thing", "sea")])
    table, _ = merged(before, keys, [told("thing", "sea")], [answer("thing", "sea", "n5", "n2")])
    assert [(row[0], row[-1]) for row in rows(table)] == [("n5", NOW), ("n2", THEN)]


def test_a_name_changes_without_listing():
    """Of a person that was renamed every row has the new name, and the key its old answer."""
    before, keys = first(answer("person", "a", "n1"), told_now=[told("person", "a", "Ada")])
    table, keys = merged(before, keys, [told("person", "a", "Augusta")], [])
    assert rows(table) == [("n1", "person", "a", "Augusta", THEN)]
    assert (keys[0].name, keys[0].asked_at) == ("Augusta", NOW)


def test_keys_and_nodes_that_are_gone_lose_their_rows():
    """A key that is no longer told, and a node that the catalogue no longer has."""
    before, keys = first(
        answer("person", "a", "n1", "n2"),
        answer("person", "b", "n1"),
        told_now=[told("person", "a"), told("person", "b")],
    )
    table, keys = merged(before, keys, [told("person", "a")], [], catalog=CATALOG.slice(2))
    assert rows(table) == [("n2", "person", "a", None, THEN)]
    assert [one.key for one in keys] == ["a"]


def unknown_of(merged):
    return merged[1][0].unknown


def test_what_the_catalogue_does_not_have_is_remembered():
    """It has no row, but its key knows it, whether it was never there or went, until the catalogue has it."""
    now_told = [told("person", "a")]
    table, keys = first(answer("person", "a", "n1", "new"), told_now=now_told)
    assert [row[0] for row in rows(table)] == ["n1"]
    assert keys[0].unknown == ("new",)
    assert unknown_of(merged(table, keys, now_told, [])) == ("new",)
    assert unknown_of(merged(table, keys, now_told, [], catalog=CATALOG.slice(2))) == ("n1", "new")
    assert unknown_of(merged(table, keys, now_told, [answer("person", "a")], catalog=CATALOG.slice(2))) == ("n1", "new")
    assert unknown_of(merged(table, keys, now_told, [answer("person", "a")])) == ("new",)
    assert unknown_of(merged(table, keys, now_told, [], catalog=pa.array(["new"]))) == ("n1",)


def test_not_too_many_are_remembered():
    """The latest ones."""
    _, keys = first(answer("person", "a", *(f"x{n}" for n in range(MAX_UNKNOWN + 5))), told_now=[told("person", "a")])
    assert len(keys[0].unknown) == MAX_UNKNOWN


def test_of_many_keys_each_remembers_less(tmp_path):
    """So that the file can be read again, however many there are."""
    several = 3_000
    ids = [f"{number:022}" for number in range(MAX_UNKNOWN)]
    names = [f"{number:022}" for number in range(several)]
    table, keys = first(
        *(answer("album", name, *ids) for name in names), told_now=[told("album", name) for name in names]
    )
    assert 0 < sum(len(one.unknown) for one in keys) <= MAX_UNKNOWN_IN_ALL
    file = RelationsFile(tmp_path / "ap.relations.parquet")
    file.replace(table, RelationsHeader(owner="A2", revision=None, keys=keys))
    assert file.header().keys == keys


def test_a_key_without_an_answer_is_left_out():
    """One that was refused, and never listed before."""
    assert first(told_now=[told("person", "a")]) == (SCHEMA.empty_table(), ())


def test_a_key_without_nodes_is_one():
    """An empty album has no rows, and is among the keys."""
    table, keys = first(answer("album", "a"), told_now=[told("album", "a", "Empty")])
    assert (len(table), [one.name for one in keys]) == (0, ["Empty"])
