"""Batches like those before: read another way, and to the same rows."""

import json
import sys
from contextlib import suppress

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_photos.frames import builder, expected, fast
from amazon_photos.frames.columns import tree
from amazon_photos.frames.expected import expect, read_expected
from amazon_photos.model.fields import Field

NODE = {
    "id": "HeMReF-vvJiTTkdPIeWuoP",
    "name": "IMG_1.HEIC",
    "kind": "FILE",
    "version": 3,
    "createdDate": "2016-05-15T20:07:10.418Z",
    "parents": ["fo1der_AAAAAAAAAAAAAAA"],
    "parentMap": {"FOLDER": ["fo1der_AAAAAAAAAAAAAAA"]},
    "transforms": [],
    "properties": {},
    "labels": ["a", "b"],
    "description": "",
    "settings": {"favorite": True, "hidden": False},
    "contentProperties": {
        "size": 432777,
        "md5": "6df23dc03f9b54cc38a0fc1483df6e21",
        "contentDate": "2016-05-15T20:07:10.418Z",
        "contentSignatures": [{"contentSignatureType": "MD5", "contentSignature": "a5b1"}],
        "image": {"width": 4032, "height": 3024, "make": "Apple"},
        "video": {"duration": 1.5},
    },
}


@pytest.fixture(scope="module", autouse=True)
def any_batch():
    """However few the nodes of a batch, it is tried; what one module's batches had is not expected of another's."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(expected, "MIN_NODES", 1)
        expected.forget()
        yield
        expected.forget()


def dumps(node):
    return json.dumps(node, separators=(",", ":")).encode()


def raws(*nodes):
    return [msgspec.Raw(node if isinstance(node, bytes) else dumps(node)) for node in nodes]


def read_unexpected(nodes):
    expected.forget()
    return builder.read(nodes)


def read_after(nodes, *before):
    """What arrow-rs read without a doubt (None: nothing), and the table that became of them."""
    expected.forget()
    builder.read(raws(*before))
    found = read_expected(nodes)
    expected.forget()
    builder.read(raws(*before))
    return found, builder.read(nodes)


def with_change(**changed):
    return {**NODE, **changed}


@pytest.mark.parametrize(
    "node",
    [
        NODE,
        {"id": "only"},
        with_change(contentProperties=None),
        with_change(labels=[], description="beetle"),
        with_change(version=-0.0),
        json.dumps(NODE, indent=2).encode(),
    ],
    ids=range(6),
)
def test_what_is_expected_needs_no_second_look(node):
    """Missing fields, nulls and spaces are no surprise, and the rows are the same."""
    nodes = raws(NODE, node, NODE)
    proven, table = read_after(nodes, NODE)
    assert proven is not None
    assert table.equals(read_unexpected(nodes))


@pytest.mark.parametrize(
    "node",
    [
        with_change(brandNew=1),
        with_change(settings={"favorite": True, "new": []}),
        with_change(properties={"a": 1}),
        with_change(parentMap={"ALBUM": ["x"]}),
        with_change(transforms=[1]),
        with_change(transforms=["a"]),
        with_change(version="3"),
        with_change(version=3.5),
        with_change(version=2**53 + 1),
        with_change(version=2**63),
        with_change(version=True),
        with_change(name=3),
        with_change(createdDate=1463342830418),
        with_change(createdDate="2016-05-15T20:07:10.418"),
        with_change(createdDate="2016-05-15T20:07:10.418123Z"),
        with_change(createdDate="2016-12-31T23:59:60Z"),
        with_change(createdDate="yesterday"),
        with_change(description="ends in \\"),
        with_change(contentProperties={"video": {"duration": "NaN"}}),
        b'{"id":"a","contentProperties":{"video":{"duration":1e400}}}',
        b'{"id":"a","name":"x","name":"y"}',
        b'{"id":"a","name":"x","name":null}',
        b'{"id":"a","settings":{"favorite":true},"settings":{"hidden":true}}',
        b'{"id":"a","name" : null}',
        b'{"id":"a","name":"\\ud83d.jpg"}',
        b'{"id":"a","name":"caf\xff.jpg"}',
        b"null",
        b"[1]",
        b'{"id":"a","x":' + b"[" * 500 + b"]" * 500 + b"}",
    ],
    ids=range(29),
)
def test_what_is_not_proven_is_read_by_arrow(node):
    """Whatever arrow-rs would pass over, round or take for something else: nothing of it shows in the rows."""
    nodes = raws(NODE, node, NODE)
    proven, table = read_after(nodes, NODE)
    assert proven is None
    assert table.equals(read_unexpected(nodes))


def test_what_was_new_is_expected_from_then_on():
    """Fields that nobody has written down are in doubt once."""
    new = with_change(brandNew={"a": [{"b": 1}], "at": "2020-01-01T00:00:00Z"}, other=None)
    expected.forget()
    builder.read(raws(NODE))
    found = [read_expected(raws(new)), builder.read(raws(new)), read_expected(raws(new)), builder.read(raws(new))]
    assert found[0] is None
    assert found[2] is not None
    assert found[3].equals(found[1])
    assert json.loads(found[3]["extra"][0].as_py())["brandNew"] == new["brandNew"]


def test_surprises_are_told_all_the_same():
    """Who is told of fields that nobody has written down hears of them in each batch."""
    told = []
    expected.forget()
    nodes = raws(with_change(brandNew={"a": "b"}, count=3))
    for _ in range(3):
        told.append([])
        fast.read(nodes, lambda *what: told[-1].append(what))
    assert told[0]
    assert told == [told[0]] * 3


def test_batches_that_are_always_in_doubt_are_tried_ever_less():
    """Trying in vain costs half as much as reading."""
    tried = 0
    expected.forget()
    for number in range(100):
        builder.read(raws(with_change(**{f"new{number}": 1})))
        tried += expected._expected.not_tried == 0
    assert 3 < tried < 10


def test_thousands_of_fields_are_not_expected():
    """A map of ids would make every later batch as wide."""
    expected.forget()
    expect(pa.schema([(f"f{number}", pa.string()) for number in range(1000)]))
    assert read_expected(raws({"f1": "x"})) is None


def test_a_name_that_ends_elsewhere_is_not_expected():
    """Between Arrow and arrow-rs a name ends at its first NUL: what has another name is not taken for it."""
    nodes = raws(b'{"id":"a","x":1}')
    proven, table = read_after(nodes, b'{"id":"a","x\\u0000y":1}')
    assert proven is None
    assert table["extra"].to_pylist() == ['{"x":1}']


def test_without_arrow_rs_everything_is_read(monkeypatch):
    """Where there is no build of it, Arrow's own reader reads."""
    monkeypatch.setitem(sys.modules, "arro3.io", None)
    nodes = raws(NODE)
    proven, table = read_after(nodes, NODE)
    assert proven is None
    assert table.equals(read_unexpected(nodes))


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=5),
    st.just("2020-01-01T00:00:00Z"),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text('ab"\\:', max_size=2), inner, max_size=2),
    max_leaves=4,
)
RIGHT = {
    "string": st.text(max_size=6),
    "int": st.integers(-(2**54), 2**54),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "bool": st.booleans(),
    "time": st.sampled_from(["2024-02-29T23:59:59.999Z", "1901-01-01T00:00:00Z", "2024-02-29T23:59:59+01:00"]),
    "strings": st.lists(st.text(max_size=3), max_size=2),
}


def level(known):
    fields = {}
    for key, part in known.items():
        right = RIGHT[part.type] if isinstance(part, Field) else level(part)
        fields[key] = st.one_of(*[right] * 12, st.none(), VALUES)
    return st.builds(
        lambda a, b: {**b, **a},
        st.fixed_dictionaries({}, optional=fields),
        st.just({}) | st.dictionaries(st.sampled_from(["u", "v", 'w"', "x\\", "name"]), VALUES, max_size=2),
    )


TEXTS = st.builds(
    lambda node, indent, escaped: json.dumps(node, **indent, ensure_ascii=escaped, allow_nan=False),
    level(tree()),
    st.sampled_from([{"separators": (",", ":")}] * 3 + [{}, {"indent": 1}]),
    st.booleans(),
)


@st.composite
def batches(draw):
    """JSON texts that a page may hold."""
    found = []
    for _ in range(draw(st.integers(1, 4))):
        with suppress(ValueError, UnicodeEncodeError):  # no JSON
            text = draw(TEXTS).encode()
            msgspec.json.decode(text)
            found.append(text)
    return found or [b'{"id":"a"}']


@given(batches(), batches())
def test_rows_do_not_hang_on_what_came_before(before, now):
    """Whatever an earlier batch had, the rows of the next are those of a batch that comes first."""
    nodes = raws(*now)
    _, table = read_after(nodes, *before)
    assert table.equals(read_unexpected(nodes))
    _, table = read_after(nodes, *now)
    assert table.equals(read_unexpected(nodes))


@pytest.mark.parametrize(
    "odd",
    [
        {"description": 'say "cheese"'},
        {"description": '"a":null'},
        {"description": "жук 😀"},
        {"name": "\U00020bb7.jpg"},  # arrow-rs 0.9 takes the escaped pair for U+10BB7
        {"name": "\U0010ffff"},
        {"labels": "a\0b"},  # where it refuses one, its message ends the process
        {"version": "3\0"},
        {"settings": {"favorite": "\0"}},
        {"name": ["a\0b"]},
        {"name": {"a\0b": 1}},
        {"name": ":null", "brandNew": 1},  # begins as a key ends whose value is null
        {"name": ":null.jpg", "contentProperties": {"video": {"duration": "NaN"}}},
        {"labels": [":null"], "brandNew": 1},
        {":null": 1},
        {"kind": "FOLDER", "contentProperties": None, "name": ":null,", "brandNew": 1},
    ],
    ids=ascii,
)
def test_what_arrow_rs_reads_wrongly_is_read_as_ever(odd):
    """Characters, fields and numbers are those of the text, whatever came before."""
    nodes = raws(NODE, with_change(**odd), NODE)
    _, table = read_after(nodes, NODE, with_change(contentProperties=None))
    assert table.equals(read_unexpected(nodes))


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ({"foo": {}}, {"foo": {"a": None}}),
        ({"settings": {"favorite": True, "foo": {}}}, {"settings": {"favorite": True, "foo": {"a": None}}}),
        ({"properties": {}}, {"properties": {"a": None}}),
        ({"foo": [{}]}, {"foo": [{"a": None}]}),
        ({"foo": {}, "other": {"foo": {"a": 1}}}, {"foo": {"a": None}, "other": {"foo": {}}}),
    ],
    ids=ascii,
)
def test_a_null_key_in_an_object_that_was_empty_is_kept(before, now):
    """``{"foo": {"a": null}}`` is worth a place in ``extra``, whether a batch before had ``"foo": {}`` or not."""
    nodes = raws(NODE, with_change(**now))
    _, table = read_after(nodes, NODE, with_change(**before))
    assert table.equals(read_unexpected(nodes))
    assert '"a":null' in table["extra"].to_pylist()[1]


def test_albums_that_say_null_of_what_files_have_are_proven():
    """Objects that are empty as ever, ``properties`` for one, keep nothing from being proven."""
    album = {**NODE, "kind": "VISUAL_COLLECTION", "contentProperties": None}
    proven, _ = read_after(raws(NODE, album), NODE, album)
    assert proven is not None


def test_a_text_without_escapes_is_proven():
    """Else the tests above would prove nothing; raw characters of every plane are what they are."""
    nodes = raws(NODE, json.dumps({**NODE, "name": "\U00020bb7 \U0010ffff ä"}, ensure_ascii=False).encode())
    proven, table = read_after(nodes, NODE)
    assert proven is not None
    assert table["name"].to_pylist()[1] == "\U00020bb7 \U0010ffff ä"
