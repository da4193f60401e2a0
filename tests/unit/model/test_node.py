"""A node, typed: one odd part makes it unreadable no more."""

import json
import pickle
from copy import copy, deepcopy
from datetime import UTC, datetime
from functools import reduce

import msgspec
import pytest

from amazon_photos.frames import tolerant
from amazon_photos.model.fields import FIELDS
from amazon_photos.model.node import Node, read_node

DATE = "2012-08-25T14:23:24.000Z"
WHOLE = {
    "id": "a",
    "name": "x.jpg",
    "kind": "FILE",
    "status": "AVAILABLE",
    "version": 2,
    "ownerId": "A2EXAMPLE",
    "isRoot": True,
    "parents": ["p"],
    "createdDate": "2016-05-15T20:07:10.418Z",
    "modifiedDate": "2016-05-15T20:07:10.418Z",
    "settings": {"favorite": True, "hidden": False},
    "description": "d",
    "labels": ["l"],
    "keywords": ["k"],
    "isShared": True,
    "restricted": True,
    "protectedFolder": True,
    "createdBy": "CloudDriveWeb",
    "eTagResponse": "AbCdEfGhI02",
    "subKinds": ["s"],
    "contentProperties": {
        "size": 3,
        "md5": "6df23dc03f9b54cc38a0fc1483df6e21",
        "contentType": "image/jpeg",
        "extension": "jpg",
        "contentDate": DATE,
        "version": 1,
        "image": {
            **dict.fromkeys(("dateTime", "dateTimeOriginal", "dateTimeDigitized"), DATE),
            "width": 4032,
            "height": 3024,
            "orientation": "1",
            "make": "Apple",
            "model": "iPhone XS",
            "software": "12.1",
            "location": "49.28,-123.12",
            "focalLength": "17/4",
            "apertureValue": "54823/32325",
            "exposureTime": "1/320",
            "isoSpeedRatings": "200",
            "flash": "No",
            "exposureMode": "Auto",
            "exposureProgram": "Aperture-priority AE",
            "meteringMode": "Evaluative",
            "whiteBalance": "Daylight",
            "colorSpace": "sRGB",
            "xResolution": "72",
            "yResolution": "72",
            "resolutionUnit": "2",
        },
        "video": {
            "width": 1920,
            "height": 1080,
            "duration": 10.26,
            "rotate": 90,
            "bitrate": 13434190.0,
            "videoCodec": "h264",
            "audioCodec": "aac",
            "videoFrameRate": 29.97,
            "make": "Apple",
            "model": "iPhone 6",
            "creationDate": "2015-01-03T00:00:00.000Z",
            "location": "49.28,-123.12",
        },
    },
    "tempLink": "https://example.com/secret",
}
"""Every part that a node can have."""
ODD = (
    *(None, 7, -1.5, True, "7", [1], [None], {"x": 1}, 2**70),
    *("0000-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "\ud800"),
)


def read(node):
    return read_node(json.dumps(node).encode())


def paths(part, above=()):
    """The way to every value."""
    for key, value in part.items():
        yield (*above, key)
        if isinstance(value, dict):
            yield from paths(value, (*above, key))


def flat(node):
    """Every value that was read, by the way to it."""
    parts = msgspec.to_builtins(node)
    return {path: reduce(dict.__getitem__, path, parts) for path in paths(parts)}


WAYS = list(paths(WHOLE))


def test_every_part_is_read():
    """A node has every field of the table, and tells what Amazon told."""
    assert set(flat(read(WHOLE))) == set(WAYS)
    assert {field.path for field in FIELDS if field.path} <= {".".join(way) for way in WAYS}
    assert msgspec.json.decode(msgspec.json.encode(read(WHOLE)), type=Node) == read(WHOLE)


@pytest.mark.parametrize("path", WAYS, ids=".".join)
def test_an_odd_part_costs_no_other(path):
    """Whatever stands in one field, all others are read (faults B1 and B3)."""
    whole = flat(read(WHOLE))
    others = {way: value for way, value in whole.items() if way[: len(path)] != path and way != path[: len(way)]}
    for value in ODD:
        node = json.loads(json.dumps(WHOLE))
        reduce(dict.__getitem__, path[:-1], node)[path[-1]] = value
        found = flat(read(node))
        assert {way: found.get(way) for way in others} == others, value


@pytest.mark.parametrize("path", WAYS, ids=".".join)
def test_an_odd_part_is_read_as_in_a_frame(path):
    """What a frame makes of a value in another type is what a node has: both are read by one rule."""
    column = next((field.column for field in FIELDS if field.path == ".".join(path)), None)
    for value in ODD if column else ():
        node = json.loads(json.dumps(WHOLE))
        reduce(dict.__getitem__, path[:-1], node)[path[-1]] = value
        raw = json.dumps(node).encode()
        shown = tolerant.read([msgspec.Raw(raw)]).column(column)[0].as_py()
        if isinstance(shown, datetime):
            shown = shown.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        missing = {"isRoot": False}.get(column, [] if column in LISTS else None)
        without_none = [part for part in shown if part is not None] if isinstance(shown, list) else shown
        assert read_node(raw).to_dict()[column] == (missing if shown is None else without_none), value


LISTS = {field.column for field in FIELDS if field.type == "strings"}


@pytest.mark.parametrize(("md5", "told"), [("AB" * 16, "ab" * 16), ("x/../../victim", None), ("", None), (None, None)])
def test_an_md5_is_one_or_none(md5, told):
    """Nothing else is told (fault A2)."""
    assert read({"id": "a", "contentProperties": {"md5": md5}}).md5 == told
    assert Node(id="a").md5 is None


@pytest.mark.parametrize(("size", "told"), [(0, 0), (2**62, None), (-1, None), ("5", 5), ("x", None)])
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


def test_half_a_character_is_replaced():
    """As in frames: the node is not lost for it."""
    assert read_node(b'{"id":"a","name":"\\ud83d.jpg"}').name == "\ufffd.jpg"


def test_a_node_shows_what_tells_it_apart():
    """Its repr has name, kind, id, capture time and size, in one short line, and no address of its content."""
    shown = repr(read(WHOLE))
    assert shown == "Node('x.jpg', kind='FILE', id='a', taken='2012-08-25 14:23:24', size=3)"
    assert repr(Node()) == "Node('', kind='', id='')"
    assert repr(Node(id="r", is_root=True, kind="FOLDER")) == "Node('~', kind='FOLDER', id='r')"


def test_rich_shows_no_address_either():
    """rich asks a node itself what to print of it."""
    assert dict(read(WHOLE).__rich_repr__()).keys() == {"name", "kind", "id", "taken", "size"}


@pytest.mark.parametrize("way", [copy, deepcopy, lambda node: pickle.loads(pickle.dumps(node))])
def test_a_node_can_be_copied(way):
    """copy, deepcopy and pickle give an equal node."""
    node = read(WHOLE)
    assert way(node) == node
    assert way(node).content_properties.image.model == "iPhone XS"


def test_a_node_can_be_in_a_set():
    """Equal nodes are one; another version of a node is another."""
    node = read(WHOLE)
    assert {node, read(WHOLE), read(WHOLE | {"version": 3})} == {node, read(WHOLE | {"version": 3})}


def test_a_node_is_a_flat_dict():
    """It has the names of a frame's columns, takes JSON's way, and tells times as Amazon does."""
    found = read(WHOLE).to_dict()
    assert json.loads(json.dumps(found)) == found
    assert found["createdDate"] == "2016-05-15T20:07:10.418Z"
    assert found["taken"] == "2012-08-25T14:23:24.000"
    assert found["image.isoSpeedRatings"], found["iso"] == ("200", 200)
    assert found["tempLink"] == "https://example.com/secret"
    assert {field.column for field in FIELDS if field.column} <= set(found)
    assert Node().to_dict().keys() == found.keys()
