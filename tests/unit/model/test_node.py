"""A node, typed: one odd part makes it unreadable no more."""

import json
from datetime import UTC, datetime

import msgspec
import pytest

from amazon_photos.model.node import Node, read_node

WHOLE = {
    "id": "a",
    "name": "x.jpg",
    "kind": "FILE",
    "status": "AVAILABLE",
    "version": 2,
    "ownerId": "A2EXAMPLE",
    "isRoot": False,
    "parents": ["p"],
    "createdDate": "2016-05-15T20:07:10.418Z",
    "modifiedDate": "2016-05-15T20:07:10.418Z",
    "settings": {"favorite": True, "hidden": False},
    "contentProperties": {
        "size": 3,
        "md5": "6df23dc03f9b54cc38a0fc1483df6e21",
        "contentType": "image/jpeg",
        "extension": "jpg",
        "contentDate": "2012-08-25T14:23:24.000Z",
        "version": 1,
    },
    "tempLink": "https://example.com",
}
ODD = (None, 7, -1.5, [1], {"x": 1}, "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59")


def read(node):
    return read_node(json.dumps(node).encode())


def flat(node):
    """Every part by its path."""
    parts = msgspec.to_builtins(node)
    return {
        (above, key): value
        for above in ("settings", "contentProperties")
        for key, value in (parts[above] or {}).items()
    } | {("", key): value for key, value in parts.items() if not isinstance(value, dict)}


@pytest.mark.parametrize(
    "path", [("", key) for key in WHOLE] + [(k, key) for k in ("settings", "contentProperties") for key in WHOLE[k]]
)
@pytest.mark.parametrize("value", ODD, ids=json.dumps)
def test_an_odd_part_costs_no_other(path, value):
    """Whatever stands in one field, all others are read (faults B1 and B3)."""
    above, last = path
    node = json.loads(json.dumps(WHOLE))
    (node[above] if above else node)[last] = value
    found, whole = flat(read(node)), flat(read(WHOLE))
    differing = {key for key in whole if found.get(key) != whole[key]}
    assert differing <= ({path} if not isinstance(WHOLE.get(last), dict) else {p for p in whole if p[0] == last})


@pytest.mark.parametrize(("md5", "told"), [("AB" * 16, "ab" * 16), ("x/../../victim", None), ("", None), (None, None)])
def test_an_md5_is_one_or_none(md5, told):
    """Nothing else is told (fault A2)."""
    assert read({"id": "a", "contentProperties": {"md5": md5}}).md5 == told
    assert Node(id="a").md5 is None


@pytest.mark.parametrize(("size", "told"), [(0, 0), (2**62, None), (-1, None), ("5", None)])
def test_a_size_is_one_or_none(size, told):
    """Nothing else is told (fault B3)."""
    assert read({"id": "a", "contentProperties": {"size": size}}).size == told
    assert Node(id="a").size is None


def test_dates_that_can_be_shown_stay():
    """Also in the years 1 and 9999 (fault B1)."""
    found = read({"id": "a", "createdDate": "0001-01-01T00:00:00Z", "modifiedDate": "9999-12-31T23:59:59+01:00"})
    assert found.created_date == datetime(1, 1, 1, tzinfo=UTC)
    assert found.modified_date.astimezone(UTC).hour == 22


@pytest.mark.parametrize("raw", [b"null", b"[]", b'"text"', b"{", b'{"id":"a"', b""])
def test_what_is_no_object_is_refused(raw):
    """There is nothing to read in it."""
    with pytest.raises(msgspec.DecodeError):
        read_node(raw)


def test_bytes_that_are_no_text_are_replaced():
    """As in frames."""
    assert read_node(b'{"id":"a","name":"caf\xff.jpg"}').name == "caf\ufffd.jpg"


def test_what_a_node_shows_steers_no_terminal():
    """repr() and str() hold no control characters and no overrides of direction (fault D7)."""
    node = read({"id": "a\x1b[2J", "name": "\x1b]0;x\x07\u202egpj.exe\n\t\u2066", "parents": ["\x9b1m"]})
    assert repr(node).isprintable()
    assert str(node).isprintable()
