"""Old catalogue + what came -> new catalogue."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from amazon_photos.catalog import changes
from amazon_photos.catalog.changes import Changes


def said(what: Changes):
    return sorted(zip(what.table.column("change").to_pylist(), what.table.column("id").to_pylist(), strict=True))


def ids(table):
    return table.column("id").to_pylist()


def test_what_is_new_changed_and_gone(nodes, at):
    """One row for each difference: change first, then the node's columns; a node that is gone is shown as it was."""
    old = nodes(at("a", 2001), at("b", 2002), at("c", 2003, name="c.jpg"))
    came = nodes(at("b", 2002, version=2, name="new.jpg"), at("d", 2000), {"id": "c", "status": "TRASH", "version": 2})
    new, what = changes.apply(old, came)
    assert said(what) == [("added", "d"), ("changed", "b"), ("removed", "c")]
    assert what.table.schema.names == ["change", *old.schema.names]
    by_id = {row["id"]: row for row in what.table.to_pylist()}
    assert by_id["b"]["name"] == "new.jpg"
    assert by_id["c"]["name"] == "c.jpg"
    assert ids(new) == ["d", "a", "b"]
    assert (what.count("added"), what.count("changed"), what.count("removed"), len(what)) == (1, 1, 1, 3)


def test_what_came_again_unchanged_is_no_change(nodes):
    """Refreshes overlap; the same node once more is not news, and the table stays the one it was."""
    old = nodes({"id": "a", "labels": ["x"], "parents": []}, {"id": "b"})
    new, what = changes.apply(old, nodes({"id": "b"}, {"id": "a", "labels": ["x"], "parents": []}))
    assert said(what) == []
    assert new is old


def test_every_column_counts_as_a_change_but_temporary_links(nodes):
    """Also lists, and null against a value; a link that soon ends is no change."""
    old = nodes({"id": "a", "parents": ["p"]}, {"id": "b", "tempLink": "x"}, {"id": "c"}, {"id": "d", "labels": []})
    came = nodes(
        {"id": "a", "parents": ["q"]},
        {"id": "b", "tempLink": "y"},
        {"id": "c", "name": ""},
        {"id": "d", "labels": ["", ""]},
    )
    _, what = changes.apply(old, came)
    assert said(what) == [("changed", "a"), ("changed", "c"), ("changed", "d")]


def test_a_node_older_than_ours_is_left_out(nodes):
    """A listing that lags behind never turns a node back."""
    old = nodes(
        {"id": "a", "version": 5, "name": "new"}, {"id": "b", "version": 2, "modifiedDate": "2024-02-02T00:00:00Z"}
    )
    came = nodes(
        {"id": "a", "version": 4, "name": "old"}, {"id": "b", "version": 2, "modifiedDate": "2024-02-01T00:00:00Z"}
    )
    new, what = changes.apply(old, came)
    assert new is old
    assert said(what) == []


def test_restored_after_trashed_stays(nodes):
    """Of several states of one node the newest counts, in whatever order they come."""
    old = nodes({"id": "a", "version": 1})
    trashed, restored = {"id": "a", "version": 2, "status": "TRASH"}, {"id": "a", "version": 3}
    for came in (nodes(trashed, restored), nodes(restored, trashed)):
        new, _ = changes.apply(old, came)
        assert ids(new) == ["a"]


def test_ids_that_are_gone_leave(nodes):
    """What is known to be gone leaves; ids we never had are no matter."""
    new, what = changes.apply(nodes("a", "b"), nodes(), ["b", "unknown"])
    assert ids(new) == ["a"]
    assert said(what) == [("removed", "b")]


def test_what_is_gone_does_not_come_back_in_the_same_breath(nodes):
    """Changed first and purged then: a node that the listing still told of is gone, and one we never had is no news."""
    new, what = changes.apply(nodes("a", "b"), nodes({"id": "a", "version": 2}, "c"), ["a", "c"])
    assert ids(new) == ["b"]
    assert said(what) == [("removed", "a")]


def test_the_order_of_keys_in_extra_is_no_change(nodes):
    """What a node carries beyond the columns is compared as JSON: other values count, other spellings don't."""
    old = nodes("a", "b", "c", "d", "e")
    texts = ['{"x":{"p":1,"q":[2]},"y":1.10}', '{"x":1}', '{"x":true}', None, '{"x":1}']
    later = ['{"y":1.10, "x":{"q":[2],"p":1}}', '{"x":2}', '{"x":1}', '{"x":1}', None]
    column = old.schema.get_field_index("extra")
    before, now = (old.set_column(column, "extra", pa.array(told, pa.string())) for told in (texts, later))
    assert said(changes.diff(before, now)) == [("changed", node_id) for node_id in "bcde"]
    assert changes.apply(before, now.slice(0, 1))[0] is before


def test_extra_that_is_no_json_is_compared_as_text(nodes):
    """Another program may have written it; nor does depth without end stop a comparison."""
    deep = "[" * 100_000 + "]" * 100_000
    old = nodes("a", "b", "c", "d")
    texts, later = ["no json", "no json", deep, deep], ["no  json", "no json", deep, deep + " "]
    column = old.schema.get_field_index("extra")
    before, now = (old.set_column(column, "extra", pa.array(told, pa.string())) for told in (texts, later))
    assert said(changes.diff(before, now)) == [("changed", "a"), ("changed", "d")]


def test_adding_never_takes_away(nodes):
    """What a query fetched only adds and renews: no node leaves, and an equal or older one replaces nothing."""
    old = nodes({"id": "a", "version": 2, "name": "a"}, {"id": "b", "status": "PENDING"}, "c")
    came = nodes(
        {"id": "a", "version": 2, "name": "other"},
        {"id": "b", "name": "ready"},
        {"id": "c", "version": 2, "status": "TRASH"},
        {"id": "d", "status": "TRASH"},
        {"id": "e"},
    )
    assert said(changes.compare_newer(old, came, nodes())) == [("added", "e"), ("changed", "b")]


def test_what_was_trashed_leaves_unless_ours_is_newer(nodes):
    """A row that is as it was before its trashing goes; one that was restored and refreshed since stays."""
    old = nodes({"id": "a", "version": 2}, {"id": "b", "version": 4}, {"id": "c", "version": 1}, "d", "e")
    before = nodes({"id": "a", "version": 2}, {"id": "b", "version": 2}, {"id": "c", "version": 2}, "d", "f")
    came = nodes({"id": "e", "version": 2}, "f")
    what = changes.compare_newer(old, came, before)
    assert said(what) == [("changed", "e"), ("removed", "a"), ("removed", "c"), ("removed", "d")]


def test_what_was_trashed_twice_leaves_once_by_its_newest_state(nodes):
    """An older state beside it, in whatever order they come, keeps nothing and removes nothing twice."""
    old = nodes({"id": "a", "version": 2}, {"id": "b", "version": 1})
    states = [
        {"id": "a", "version": 1},
        {"id": "a", "version": 3},
        {"id": "b", "version": 1},
        {"id": "b", "version": 1},
    ]
    for before in (nodes(*states), nodes(*reversed(states))):
        what = changes.compare_newer(old, nodes(), before)
        assert said(what) == [("removed", "a"), ("removed", "b")]


def test_rows_without_an_id_are_left_out(nodes):
    """Only what can be told apart can be kept."""
    new, _ = changes.apply(nodes("a"), nodes({"id": None}, "b"))
    assert sorted(ids(new)) == ["a", "b"]


def test_between_two_catalogues(nodes):
    """After everything was read: what the new catalogue has, lacks and tells otherwise."""
    old, new = nodes("a", "b", {"id": "c", "name": "x"}), nodes({"id": "c", "name": "y"}, "a", "d")
    assert said(changes.diff(old, new)) == [("added", "d"), ("changed", "c"), ("removed", "b")]
    assert said(changes.diff(nodes(), new)) == [("added", "a"), ("added", "c"), ("added", "d")]


STATES = st.fixed_dictionaries(
    {
        "id": st.sampled_from("abcdefgh"),
        "version": st.integers(1, 4),
        "status": st.sampled_from(["AVAILABLE", "TRASH", "PENDING"]),
        "name": st.sampled_from(["x", "y"]),
        "contentProperties": st.sampled_from(
            [None, *({"contentDate": f"{year}-01-01T00:00:00Z"} for year in (2001, 2002))]
        ),
    }
)


def current(states):
    """What a person would say is the last state of each node."""
    last = {}
    for state in states:
        if state["id"] not in last or state["version"] >= last[state["id"]]["version"]:
            last[state["id"]] = state
    return last


@given(st.lists(STATES, max_size=8), st.lists(STATES, max_size=8))
def test_any_news_gives_the_library_as_it_is_now(nodes, before, after):
    """The catalogue holds each node's newest state, without the trash; the changes say what happened."""
    old, _ = changes.apply(nodes(), nodes(*before))
    new, what = changes.apply(old, nodes(*after))
    kept = {k: v for k, v in current(before).items() if v["status"] != "TRASH"}
    expected = {k: v for k, v in current([*kept.values(), *after]).items() if v["status"] != "TRASH"}
    assert {row["id"]: (row["version"], row["name"]) for row in new.to_pylist()} == {
        k: (v["version"], v["name"]) for k, v in expected.items()
    }
    told = dict(zip(what.table.column("id").to_pylist(), what.table.column("change").to_pylist(), strict=True))
    assert {k for k, v in told.items() if v == "added"} == expected.keys() - kept.keys()
    assert {k for k, v in told.items() if v == "removed"} == kept.keys() - expected.keys()
    assert isinstance(new, pa.Table)
