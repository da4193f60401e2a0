"""JSON sidecars: all that is known, in one schema."""

import json
from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from amazon_photos.transfer.sidecars.json_sidecar import LISTS, render_json, tells_the_same
from amazon_photos.transfer.sidecars.node_knowledge import Membership, NodeKnowledge

MOMENT = datetime(2026, 5, 1, 10, tzinfo=UTC)
VALUES = {"id": "x" * 22, "name": "a.jpg", "size": 1, "labels": ["b"], "taken": None}


def test_everything_is_told_with_its_age():
    """The columns, the five lists, and when each was asked for; who has no name has a key."""
    held = (Membership("album", "a1", "Summer", MOMENT), Membership("person", "p1"), Membership("family", "f1", "Us"))
    found = json.loads(render_json(NodeKnowledge(VALUES, held, MOMENT)))
    assert {name: found[name] for name in VALUES} == VALUES
    assert found["albums"] == [{"key": "a1", "name": "Summer"}]
    assert found["people"] == [{"key": "p1", "name": None}]
    assert found["family"] == [{"key": "f1", "name": "Us"}]
    assert found["things"] == found["places"] == []
    assert found["as_of"]["node"] == found["as_of"]["albums"]["a1"] == "2026-05-01T10:00:00.000Z"
    assert found["as_of"]["people"] == {"p1": None}


def test_what_nobody_asked_is_null():
    """An empty list would say that Amazon tells none."""
    found = json.loads(render_json(NodeKnowledge(VALUES)))
    assert [found[name] for name in LISTS] == [None] * 5


def test_age_alone_is_no_change():
    """Two sidecars that differ in how old the same answers are tell the same; other answers do not."""
    held = (Membership("album", "a1", "Summer"),)
    one = render_json(NodeKnowledge(VALUES, held))
    assert tells_the_same(one, render_json(NodeKnowledge(VALUES, (held[0]._replace(asked_at=MOMENT),), MOMENT)))
    assert not tells_the_same(one, render_json(NodeKnowledge(VALUES | {"name": "b.jpg"}, held)))
    assert not tells_the_same(one, render_json(NodeKnowledge(VALUES, ())))


@given(st.text(st.characters()))
@example("\ud800\udfff\x00\U0001f600")
def test_any_name_is_read_back(name):
    """Halves of surrogate pairs, which no file can hold, become U+FFFD; NUL and the like stay."""
    data = render_json(NodeKnowledge({"name": name}, (Membership("person", "k", name),)))
    plain = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in name)
    found = json.loads(data.decode())
    assert found["name"] == found["people"][0]["name"] == plain
