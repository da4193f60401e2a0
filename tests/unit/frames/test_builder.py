"""Raw nodes -> table: fast where it can be, and never a row or a value lost."""

import json
import threading
import time
from datetime import UTC, datetime

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_photos.frames import builder, fast, tolerant
from amazon_photos.frames.builder import TableBuilder
from amazon_photos.frames.columns import tree
from amazon_photos.model.fields import REDUNDANT_PATHS, Field
from amazon_photos.model.node import read_node
from libraries import table_of_nodes

PHOTO = {
    "id": "HeMReF-vvJiTTkdPIeWuoP",
    "name": "IMG_1.HEIC",
    "kind": "FILE",
    "version": 3,
    "ownerId": "A2EXAMPLE",
    "createdDate": "2016-05-15T20:07:10.418Z",
    "modifiedDate": "2016-05-15T20:07:12.900Z",
    "status": "AVAILABLE",
    "parents": ["fo1der_AAAAAAAAAAAAAAA"],
    "parentMap": {"FOLDER": ["fo1der_AAAAAAAAAAAAAAA"]},
    "transforms": [],
    "labels": [],
    "description": "",
    "settings": {"favorite": True, "hidden": False},
    "contentProperties": {
        "version": 1,
        "size": 432777,
        "md5": "6df23dc03f9b54cc38a0fc1483df6e21",
        "extension": "heic",
        "contentDate": "2012-08-25T14:23:24.000Z",
        "image": {"width": 4032, "orientation": "1", "dateTime": "2012-08-25T14:23:24.000Z"},
    },
}


def row(node):
    (found,) = table_of_nodes(node).to_pylist()
    return found


def changed(path, value):
    """The photo with another value at a dotted path."""
    node = json.loads(json.dumps(PHOTO))
    *above, last = path.split(".")
    part = node
    for key in above:
        part = part[key]
    part[last] = value
    return node


def test_a_node_becomes_a_row_of_typed_columns():
    """Names lose ``contentProperties.``, dates become times, what is missing is null, and the category is known."""
    found = row(PHOTO)
    assert found["id"] == PHOTO["id"]
    assert found["createdDate"] == datetime(2016, 5, 15, 20, 7, 10, 418000, UTC)
    assert found["size"] == 432777
    assert found["image.width"] == 4032
    assert found["image.dateTime"] == datetime(2012, 8, 25, 14, 23, 24, tzinfo=UTC)
    assert found["settings.favorite"] is True
    assert found["contentProperties.version"] == 1
    assert found["labels"] == []
    assert found["keywords"] is None
    assert found["video.width"] is None
    assert found["tempLink"] is None


def test_what_repeats_another_field_or_says_nothing_is_not_kept():
    """``parentMap`` only repeats ``parents``, and an unknown empty list says nothing: ``extra`` is null."""
    assert row(PHOTO)["extra"] is None


@pytest.mark.parametrize("fallback", [False, True], ids=["fast", "one by one"])
def test_unknown_fields_are_kept_as_they_came(fallback):
    """``extra`` holds what the field table doesn't know, nested as in the node and with the digits it came with."""
    node = changed("contentProperties.image.newLens", {"f": None})
    node["brandNew"] = [1, 2]
    text = json.dumps(node).encode().replace(b'"brandNew": [1', b'"brandNew": [12345678901234567890.10')
    nodes = [msgspec.Raw(text)]
    extra = (tolerant.read(nodes) if fallback else fast.read(nodes)).column("extra")[0].as_py()
    assert json.loads(extra) == {
        "contentProperties": {"image": {"newLens": {"f": None}}},
        "brandNew": [12345678901234567890.10, 2],
    }
    assert "12345678901234567890.10" in extra


def test_the_same_node_gives_the_same_extra_in_any_company():
    """Keys are sorted, containers of ours too, in whatever order and whichever way they came: nothing has changed."""
    unknown = {"zeta": 1, "alpha": {"z": 1, "a": 2}, "contentProperties": {"size": 3, "y": 1, "x": {"b": 1}}}
    other = {"alpha": 5, "contentProperties": {"image": {"q": 1, "p": 2}, "x": 1}, "settings": {"new": 1}, "zeta": 2}
    turned = {key: unknown[key] for key in reversed(unknown)}
    odd = {"version": "twelve"}
    texts = {
        table.column("extra")[len(table) - 1].as_py()
        for node in (unknown, turned)
        for company in ([], [other], [odd], [other, odd])
        for table in (table_of_nodes(*company, node),)
    }
    assert texts == {'{"alpha":{"z": 1, "a": 2},"contentProperties":{"x":{"b": 1},"y":1},"zeta":1}'}
    raw = msgspec.Raw(json.dumps(other).encode())
    (found,) = {read([raw]).column("extra")[0].as_py() for read in (fast.read, tolerant.read)}
    assert found == '{"alpha":5,"contentProperties":{"image":{"p":2,"q":1},"x":1},"settings":{"new":1},"zeta":2}'


@pytest.mark.parametrize("nothing", ["{}", "{ }", "[]", "[\n]", "[\t ]", "null", "{\r\n }"])
def test_what_says_nothing_is_never_kept(nothing):
    """However it is written, in whatever company, both ways: the node has not changed."""
    text = f'{{"id":"a","x":{nothing},"settings":{{"y":{nothing}}}}}'
    for company in ({}, {"x": {"z": 1}, "settings": {"y": {"z": 1}}}, {"x": [1], "settings": {"y": [1]}}):
        assert table_of_nodes(company, text.encode())["extra"][1].as_py() is None
    assert tolerant.read([msgspec.Raw(text.encode())])["extra"][0].as_py() is None


def test_only_at_the_top_does_a_map_of_parents_repeat_them():
    """A field of that name somewhere else is an unknown one."""
    nested = {"id": "a", "settings": {"parentMap": {"x": 1}}, "contentProperties": {"xAccntParentMap": 2}}
    for node in (nested, {**nested, "version": "odd"}):
        extra = json.loads(table_of_nodes(node)["extra"][0].as_py())
        assert extra["settings"] == {"parentMap": {"x": 1}}
        assert extra["contentProperties"] == {"xAccntParentMap": 2}


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system's zone cannot be changed")
@pytest.mark.parametrize("text", ["2016-05-15T20:07:12", "2016-05-15 20:07:12.0009"])
def test_a_time_without_a_zone_is_utc_wherever_we_are(monkeypatch, text):
    """This machine's zone says nothing about Amazon's times."""
    monkeypatch.setenv("TZ", "America/Toronto")
    time.tzset()
    try:
        found = table_of_nodes({"id": "a", "modifiedDate": text, "version": "odd"})["modifiedDate"][0].as_py()
    finally:
        monkeypatch.undo()
        time.tzset()
    assert found == datetime(2016, 5, 15, 20, 7, 12, tzinfo=UTC)


def test_only_rows_that_have_unknown_fields_have_extra():
    """One new field in one node leaves the other nodes' ``extra`` null."""
    assert table_of_nodes(PHOTO, {**PHOTO, "brandNew": 1}, PHOTO).column("extra").to_pylist() == [
        None,
        '{"brandNew":1}',
        None,
    ]


@pytest.mark.parametrize(
    ("path", "value", "column", "read"),
    [
        ("contentProperties.size", "432777", "size", 432777),
        ("contentProperties.size", 432777.0, "size", 432777),
        ("version", "3", "version", 3),
        ("version", "9223372036854775807", "version", 9223372036854775807),
        ("contentProperties.image.orientation", 6, "image.orientation", "6"),
        ("name", 2019, "name", "2019"),
        ("settings.favorite", "true", "settings.favorite", True),
        (
            "modifiedDate",
            "2016-05-15T22:07:12.900+02:00",
            "modifiedDate",
            datetime(2016, 5, 15, 20, 7, 12, 900000, UTC),
        ),
        ("modifiedDate", "2016-05-15T20:07:12.900123Z", "modifiedDate", datetime(2016, 5, 15, 20, 7, 12, 900000, UTC)),
        ("modifiedDate", "2016-02-29", "modifiedDate", datetime(2016, 2, 29, tzinfo=UTC)),
        ("modifiedDate", "2016-02-29t00:00:00z", "modifiedDate", datetime(2016, 2, 29, tzinfo=UTC)),
    ],
)
def test_other_spellings_of_a_value_are_read(path, value, column, read):
    """A number as text, a whole number with a point, a number where text is due: read, and nothing in ``extra``."""
    found = row(changed(path, value))
    assert found[column] == read
    assert found["extra"] is None


@pytest.mark.parametrize(
    ("path", "value", "column"),
    [
        ("contentProperties.size", "many", "size"),
        ("contentProperties.size", 1.5, "size"),
        ("contentProperties.size", 2**70, "size"),
        ("contentProperties.size", True, "size"),
        ("createdDate", "0000-00-00T00:00:00.000Z", "createdDate"),
        ("createdDate", 1463342830418, "createdDate"),
        ("parents", "fo1der", "parents"),
        ("parents", [1], "parents"),
        ("settings.favorite", 1, "settings.favorite"),
        ("name", {"en": "x"}, "name"),
        ("contentProperties.image", "broken", "image.width"),
        ("contentProperties", [1, 2], "md5"),
        ("settings", False, "settings.hidden"),
    ],
)
def test_a_value_that_cannot_be_read_stays_in_extra(path, value, column):
    """A value of the wrong type leaves its column null and stands in ``extra`` under its own path."""
    found = row(changed(path, value))
    assert found[column] is None
    kept = json.loads(found["extra"])
    for key in path.split("."):
        kept = kept[key]
    assert kept == value


@pytest.mark.parametrize(
    ("path", "text", "column", "attribute"),
    [
        ("contentProperties.video.duration", "9007199254740993", "duration", "duration"),
        ("contentProperties.video.duration", "12345678901234567890123", "duration", "duration"),
        ("contentProperties.image.dateTimeOriginal", '"2016-05-15t20:07:12z"', "taken", "taken"),
        ("contentProperties.image.dateTimeOriginal", '"2016-05-15T20:07:12.999999999Z"', "taken", "taken"),
        ("contentProperties.image.dateTimeOriginal", '"1969-12-31T23:59:59.9999996Z"', "taken", "taken"),
        ("contentProperties.image.dateTimeOriginal", '"0001-01-01T00:00:00.000+01:00"', "taken", "taken"),
        ("contentProperties.image.dateTimeOriginal", '"9999-12-31T23:59:59.000-01:00"', "taken", "taken"),
    ],
)
def test_every_way_of_reading_gives_the_same_value(path, text, column, attribute):
    """Alone, beside an odd node, beside an odd value of its own, a column alone, and typed: one value."""
    node = changed(path.replace("video", "image"), "HERE")
    if "video" in path:
        node["contentProperties"]["video"] = {
            path.rpartition(".")[2]: node["contentProperties"].pop("image")["duration"]
        }
    odd = {**node, "version": "twelve"}
    raws = [msgspec.Raw(json.dumps(one).replace('"HERE"', text).encode()) for one in (node, odd)]
    found = [
        builder.read(raws[:1]),
        builder.read(raws),
        builder.read(raws[1:]),
        builder.read(raws[:1], columns=[column]),
    ]
    values = {value for table in found for value in table[column].to_pylist()}
    assert values == {getattr(read_node(raws[0]), attribute)} == {getattr(read_node(raws[1]), attribute)} - {None}


def test_one_odd_node_disturbs_no_other():
    """In a batch of thousands one node of the wrong types is read by itself; rows keep their order."""
    nodes = [{**PHOTO, "id": f"{number:022}", "version": number} for number in range(3000)]
    nodes[1234]["version"] = "twelve"
    table = table_of_nodes(*nodes)
    assert table.column("id").to_pylist() == [f"{number:022}" for number in range(3000)]
    assert table.column("version").null_count == 1
    assert table.column("extra")[1234].as_py() == '{"version":"twelve"}'
    assert table.column("extra").null_count == 2999


def test_batches_keep_the_order_of_pages():
    """Several batches are read by threads; the rows come in the order the pages came in."""
    gather = TableBuilder()
    for page in range(130):
        gather.add(
            [msgspec.Raw(b'{"id":"%d","n":%d}' % (number, number)) for number in range(page * 200, page * 200 + 200)]
        )
    table = gather.table()
    assert table.column("id").to_pylist() == [str(number) for number in range(26_000)]
    assert table.column("extra")[25_999].as_py() == '{"n":25999}'


def test_pages_do_not_pile_up():
    """While batches are read at most a few wait, and no thread is left afterwards."""
    gather, most = TableBuilder(), 0
    for page in range(10):
        gather.add([msgspec.Raw(b'{"id":"%d"}' % number) for number in range(page * 10_000, page * 10_000 + 10_000)])
        most = max(most, len(gather._under_way))
    assert gather.table().num_rows == 100_000
    assert most <= 2
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("amazon-photos-read")]


def test_more_may_be_added_after_a_look():
    """The table so far may be taken at any time."""
    gather = TableBuilder()
    gather.add([msgspec.Raw(b'{"id":"1"}')])
    assert gather.table().num_rows == 1
    gather.add([msgspec.Raw(b'{"id":"2"}')])
    assert gather.table().column("id").to_pylist() == ["1", "2"]


@pytest.mark.parametrize(
    ("node", "extra"),
    [
        (b"null", None),
        (b"{}", None),
        (b"[1]", "[1]"),
        (b'"text"', '"text"'),
        (b"5", "5"),
    ],
)
def test_what_is_no_node_is_a_row_too(node, extra):
    """Even what is no object gives a row, between the others."""
    table = table_of_nodes(PHOTO, node, PHOTO)
    assert table.column("id").to_pylist() == [PHOTO["id"], None, PHOTO["id"]]
    assert table.column("extra")[1].as_py() == extra


def test_of_a_key_that_comes_twice_the_last_one_counts():
    """JSON with a repeated key is read as everybody reads it."""
    table = table_of_nodes(b'{"id":"a","name":"x","name":"y","settings":{"hidden":true},"settings":{"hidden":false}}')
    assert table.column("name")[0].as_py() == "y"
    assert table.column("settings.hidden")[0].as_py() is False


def test_nodes_may_span_lines():
    """A service that indents its JSON is read like one that doesn't."""
    node = json.dumps({**PHOTO, "brandNew": {"a": [1]}}, indent=2).encode()
    table = table_of_nodes(node, node)
    assert table.column("md5").to_pylist() == ["6df23dc03f9b54cc38a0fc1483df6e21"] * 2
    assert json.loads(table.column("extra")[1].as_py()) == {"brandNew": {"a": [1]}}


@pytest.mark.parametrize("spanning", [range(1, 300), range(299, 300), range(300)], ids=["but one", "the last", "all"])
def test_a_block_may_end_within_a_node_that_spans_lines(monkeypatch, spanning):
    """Wherever lines end, the rows are the same, and read the fast way."""
    monkeypatch.setattr(fast, "_BLOCK", 1 << 12)
    nodes = [PHOTO | {"id": f"n{number}", "brandNew": [number]} for number in range(300)]
    raws = [json.dumps(node, indent=1 if number in spanning else None) for number, node in enumerate(nodes)]
    found = fast.read([msgspec.Raw(text.encode()) for text in raws])
    wanted = tolerant.read([msgspec.Raw(json.dumps(node).encode()) for node in nodes])
    assert found.drop_columns("extra").to_pylist() == wanted.drop_columns("extra").to_pylist()
    assert [json.loads(text) for text in found["extra"].to_pylist()] == [{"brandNew": [n]} for n in range(300)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (b'"\\ud83d\\ude00.jpg"', "\U0001f600.jpg"),
        (b'"\\ud83d.jpg"', "\ufffd.jpg"),
        (b'"\\\\ud83d.jpg"', "\\ud83d.jpg"),
        (b'"caf\xff.jpg"', "caf\ufffd.jpg"),
        (b'"a\\u0000b.jpg"', "a\x00b.jpg"),
        ('"жук.jpg"'.encode(), "жук.jpg"),
    ],
)
def test_text_is_text_whatever_bytes_came(text, name):
    """Halves of surrogate pairs and bytes that are no UTF-8 become replacement characters; all else stays."""
    table = table_of_nodes(b'{"id":"1","name":' + text + b"}")
    assert table.column("name")[0].as_py() == name


def test_a_node_larger_than_a_block_is_read():
    """A node of many megabytes is a row like any other."""
    table = table_of_nodes(PHOTO, {**PHOTO, "description": "x" * 3_000_000}, PHOTO)
    assert [len(text) for text in table.column("description").to_pylist()] == [0, 3_000_000, 0]


@pytest.mark.parametrize(
    ("node", "category"),
    [
        ({"kind": "FILE", "name": "a.JPG", "contentProperties": {"extension": "JPG"}}, "img"),
        ({"kind": "FILE", "name": "a.mp4"}, "vid"),
        ({"kind": "FILE", "name": "jpg"}, None),
        ({"kind": "FILE", "name": "a.xyz", "contentProperties": {"extension": "xyz"}}, None),
        ({"kind": "FOLDER", "name": "trip.jpg"}, None),
        ({"kind": "ASSET", "name": "a.mov", "contentProperties": {"extension": "mov"}}, "vid"),
        ({"kind": "FILE", "name": None}, None),
    ],
)
def test_category_is_the_predecessors(node, category):
    """By extension, or by the name of a file whose content is not known yet; folders have none."""
    assert table_of_nodes(node, PHOTO).column("category").to_pylist()[0] == category


# --- whatever comes ----------------------------------------------------------------------------------------------

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(lambda t: t.isoformat(timespec="milliseconds") + "Z"),  # noqa: DTZ001
    st.integers(-50, 50).map(str),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def level(known):
    """Objects with some known keys (of any type, or of the right one) and some unknown ones."""
    fields = {}
    for key, part in known.items():
        right = level(part) if not isinstance(part, Field) else RIGHT[part.type]
        fields[key] = st.one_of(right, right, right, VALUES)
    return st.builds(
        lambda a, b: {**b, **a},
        st.fixed_dictionaries({}, optional=fields),
        st.dictionaries(st.text(max_size=4), VALUES, max_size=2),
    )


RIGHT = {
    "string": st.text(max_size=8),
    "int": st.integers(-(2**63), 2**63 - 1),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "bool": st.booleans(),
    "time": st.just("2024-02-29T23:59:59.999Z"),
    "strings": st.lists(st.text(max_size=4), max_size=2),
}
NODES = st.lists(level(tree()), max_size=6)


def reads_as(value, kind, column):
    """Whether the column's value is the node's, read as the column's type."""
    if kind == "time":
        moment = datetime.fromisoformat(value)
        return column == (moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    if kind == "string":
        return column == (value if isinstance(value, str) else json.dumps(value))
    if kind in ("int", "float"):
        return column == (float if kind == "float" else int)(value)
    if kind == "bool":
        return column == {"true": True, "false": False}.get(value, value) if isinstance(value, str) else column is value
    return column == value


def nothing_lost(node, known, row, extra, *, top=True):
    """Every value of the node is in its column or, unchanged, in ``extra``."""
    for key, value in node.items():
        part = known.get(key)
        if value is None or (part is None and (value in ([], {}) or (top and key in REDUNDANT_PATHS))):
            continue
        if isinstance(part, Field) and row[part.column] is not None:
            assert reads_as(value, part.type, row[part.column]), (key, value, row[part.column])
        elif part is not None and not isinstance(part, Field) and isinstance(value, dict):
            nothing_lost(value, part, row, (extra or {}).get(key), top=False)
        elif not (part is not None and value in ([], {})):
            assert (extra or {})[key] == value, (key, value, extra)


@given(NODES)
def test_no_row_and_no_value_is_lost(nodes):
    """Whatever types and unknown fields nodes have: one row for each, in order, and every value is somewhere."""
    rows = table_of_nodes(*nodes).to_pylist()
    assert len(rows) == len(nodes)
    for node, found in zip(nodes, rows, strict=True):
        extra = json.loads(found["extra"]) if found["extra"] else None
        nothing_lost(node, tree(), found, extra)


FLAT = {key: RIGHT[part.type] for key, part in tree().items() if isinstance(part, Field)}


@given(st.lists(st.fixed_dictionaries({}, optional=FLAT), min_size=1, max_size=5))
def test_both_ways_read_alike(nodes):
    """What the fast way reads, and what is then looked at once more, the slow way reads the same."""
    raws = [msgspec.Raw(json.dumps(node).encode()) for node in nodes]
    fast.read(raws)
    assert builder.read(raws).to_pylist() == tolerant.read(raws).to_pylist()


def test_the_fast_way_refuses_rather_than_guesses():
    """A type that doesn't fit is an error there, so that the slow way gets to see it."""
    with pytest.raises(pa.ArrowException):
        fast.read([msgspec.Raw(b'{"version":"1"}')])


def test_a_map_of_ids_takes_no_square_of_the_nodes(monkeypatch):
    """Fields of another name in each node, or thousands in one, become no columns, and none of it is lost."""
    widest, parse = [0], fast._parse

    def measure(nodes):
        found = parse(nodes)
        widest[0] = max(
            widest[0],
            len(found.schema.field("reactions").type) * len(nodes) if "reactions" in found.schema.names else 0,
        )
        return found

    monkeypatch.setattr(fast, "_parse", measure)
    nodes = [PHOTO | {"reactions": {f"owner{number}": 1}} for number in range(3000)]
    nodes[7]["reactions"] |= {f"another{number}": 1 for number in range(6000)}
    read = builder.read([msgspec.Raw(json.dumps(node).encode()) for node in nodes])
    assert [json.loads(text)["reactions"] for text in read["extra"].to_pylist()] == [n["reactions"] for n in nodes]
    assert widest[0] < 1_000_000


@pytest.mark.parametrize("field", ["childAssetTypeInfo", "somethingNew"])
def test_a_list_that_is_mostly_empty_is_read_the_fast_way(field):
    """One live photo among thousands of photos, in another block of the text, does not make all of them slow."""
    nodes = [{**PHOTO, "id": f"{number:022}", field: []} for number in range(3000)]
    nodes[2500][field] = [{"assetType": "LIVE_VIDEO"}]
    nodes[2900][field] = [{"assetType": "LIVE_VIDEO"}, {"assetType": "2024-01-01"}]
    table = fast.read([msgspec.Raw(json.dumps(node).encode()) for node in nodes])
    assert [json.loads(text)[field] for text in table["extra"].to_pylist() if text and field in text] == [
        nodes[2500][field],
        nodes[2900][field],
    ]


def test_nodes_with_other_unknown_fields_each_have_their_own():
    """Fields are told apart by the nodes that have them; what says nothing in one is in no other."""
    kinds = [{}, {"a": 1}, {"b": []}, {"d": {}, "b": [2]}, {"settings": {"c": 3}}, {"a": None, "settings": {"c": None}}]
    nodes = [{**PHOTO, **kinds[number % len(kinds)]} for number in range(60)]
    table = fast.read([msgspec.Raw(json.dumps(node).encode()) for node in nodes])
    wanted = [None, '{"a":1}', None, '{"b":[2]}', '{"settings":{"c":3}}', None]
    assert [text and text.replace(" ", "") for text in table["extra"].to_pylist()] == wanted * 10


def test_very_many_kinds_of_unknown_fields_are_read_at_once():
    """Nothing is lost where there are more than are told apart."""
    nodes = [{**PHOTO, f"new{number % 60}": number} for number in range(120)]
    table = fast.read([msgspec.Raw(json.dumps(node).encode()) for node in nodes])
    assert [json.loads(text) for text in table["extra"].to_pylist()] == [{f"new{n % 60}": n} for n in range(120)]


@pytest.mark.parametrize("count", [1, 150, 2500])
@pytest.mark.parametrize("when", ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"])
def test_a_date_that_no_calendar_has_is_kept_in_an_unknown_field(when: str, count: int) -> None:
    """Arrow takes it for a time, and Python cannot show it: it stands in ``extra`` as it came, told as a text."""
    told: list[tuple[str, str, str, int]] = []
    node = msgspec.Raw(msgspec.json.encode({"id": "x", "lastViewed": when}))
    table = builder.read([node] * count, lambda *what: told.append(what))
    assert set(table["extra"].to_pylist()) == {f'{{"lastViewed":"{when}"}}'}
    assert told == [("field", "lastViewed", f"text of {len(when)}", count)]


@pytest.mark.parametrize("number", ["1.7976931348623159e308", "1e309", f"-1{'0' * 309}"])
def test_a_number_too_large_for_a_column_is_kept(number: str) -> None:
    """No float holds it: the column is null, not infinite, and ``extra`` has it as it came."""
    content = f'{{"contentProperties":{{"video":{{"duration":{number}}}}}}}'
    table = builder.read([msgspec.Raw(f'{{"id":"x",{content[1:]}'.encode())] * 3)
    assert table["video.duration"].to_pylist() == [None] * 3
    assert table["extra"].to_pylist() == [content] * 3


def test_half_a_character_in_a_long_node_costs_only_what_it_stands_in() -> None:
    """A node of some kilobytes is looked through first, and what msgspec refuses there is read one by one."""
    long = b'{"id":"x","description":"' + b"x" * 5000 + b'\\ud800"}'
    table = builder.read([msgspec.Raw(long), msgspec.Raw(b'{"id":"y","kind":"FILE"}')])
    assert table["id"].to_pylist() == ["x", "y"]
