"""What may be shown of an answer that nobody has written down, and how it is counted."""

import itertools
import json
import string
import threading

import msgspec
import pytest

from amazon_photos.frames import builder
from amazon_photos.model.surprises import (
    MAX_SURPRISES,
    Surprises,
    describe_shape,
    note_node,
    show_path,
    show_word,
)

NODE = {"id": "n" * 22, "kind": "FILE", "status": "AVAILABLE", "name": "Aunt Mary.jpg"}


def raws(*nodes):
    return [msgspec.Raw(json.dumps(node).encode()) for node in nodes]


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (None, "null"),
        (True, "boolean"),
        (3.5, "number"),
        ("Aunt Mary", "text of 9"),
        (["a", 1], "list of 2: text of 1"),
        ([], "list of 0"),
        ({"lat": 1.5, "at": {"x": {"y": {"z": 1}}}}, "{lat: number, at: {x: {y: object of 1}}}"),
        ({"k" * 22: 1, "Aunt Mary": 2}, "{(22 characters): number, (9 characters): number}"),
        ({"A2EXAMPLE77OWNR": [], "d41d8cd98f00b204": 1}, "{(15 characters): list of 0, (16 characters): number}"),
        ({"md5": 1, "iso8601": 2, "s3Key": 3}, "{md5: number, (7 characters): number, s3Key: number}"),
        (dict.fromkeys("abcdefghijklmnop", 1), "{" + ", ".join(f"{c}: number" for c in "abcdefghijkl") + ", …}"),
    ],
)
def test_a_sample_tells_types_and_lengths_alone(value, shape):
    """No value, and no key that could be an id or a name."""
    assert describe_shape(value) == shape


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("HOLOGRAM", "HOLOGRAM"),
        ("PARENT_NODE_ID_MISSING", "PARENT_NODE_ID_MISSING"),
        ("FileIsLockedError", "FileIsLockedError"),
        ("Aunt Mary", "(9 characters)"),
        ("HeMReFvvJiTTkdPIeWuoPw", "(22 characters)"),
        ("Atza|secret", "(11 characters)"),
        ("2024-01-01", "(10 characters)"),
        ("A" * 60, "(60 characters)"),
    ],
)
def test_only_amazons_own_words_are_shown(word, shown):
    """What doesn't look like one is told by its length."""
    assert show_word(word) == shown


def test_paths_show_names_of_fields_alone():
    """A part that could be an id, or a name, is told by its length."""
    assert show_path("contentProperties.image.lensModel") == "contentProperties.image.lensModel"
    assert show_path("shares." + "a" * 22 + ".Aunt Mary") == "shares.(22 characters).(9 characters)"


def test_surprises_are_counted_by_where_they_came():
    """The first sample stays; another operation is another row."""
    found = Surprises()
    for where, sample, count in (("nodes", "number", 1), ("search", "null", 2), ("nodes", "text of 3", 4)):
        found.at(where)("field", "lens", sample, count)
    assert found.rows() == [("field", "lens", "nodes", 5, "number"), ("field", "lens", "search", 2, "null")]


def test_a_map_of_ids_fills_no_memory():
    """Different surprises are remembered up to a bound; the rest are counted together."""
    found = Surprises()
    names = ["".join(letters) for letters in itertools.product(string.ascii_lowercase, repeat=3)]
    for name in names[: 3 * MAX_SURPRISES]:
        found.note("nodes", "field", name, describe_shape({"a" * 40: {"b" * 40: dict.fromkeys(names, 1)}}))
    rows = found.rows()
    assert len(rows) == MAX_SURPRISES + 1
    assert rows[-1] == ("field", "…", "nodes", 2 * MAX_SURPRISES, "")
    assert max(len(sample) for *_, sample in rows) < 500


def test_threads_lose_no_count():
    """Pages are read by several threads."""
    found = Surprises()
    threads = [threading.Thread(target=lambda: [found.note("a", "kind", "K") for _ in range(500)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found.rows()[0][3] == 2000


ODD = [
    NODE | {"lensModel": "Aunt Mary", "childAssetTypeInfo": [{"assetType": "LIVE_VIDEO"}]},
    NODE | {"kind": "HOLOGRAM", "contentProperties": {"image": {"bokeh": 3}, "contentSignatures": [{"a": "b"}]}},
    NODE | {"status": "Aunt Mary", "lensModel": "x", "empty": [], "nothing": None},
]
EXPECTED = {
    ("field", "lensModel"): (2, "text of 9"),
    ("field", "contentProperties.image.bokeh"): (1, "number"),
    ("kind", "HOLOGRAM"): (1, ""),
    ("status", "(9 characters)"): (1, ""),
}


@pytest.mark.parametrize("slow", [False, True], ids=["fast", "tolerant"])
def test_nodes_that_become_frames(slow):
    """Every surprise is counted by nodes, whichever way they are read; what is documented or says nothing is none."""
    found = Surprises()
    nodes = [*ODD, NODE | {"size": "Aunt Mary", "version": "Aunt Mary"}] if slow else ODD
    builder.read(raws(*nodes), found.at("nodes"))
    expected = EXPECTED | (
        {("value", "version"): (1, "text of 9"), ("field", "size"): (1, "text of 9")} if slow else {}
    )
    assert {(what, name): (count, sample) for what, name, _, count, sample in found.rows()} == expected


def test_a_single_node():
    """One that becomes no frame is looked at as a whole."""
    found = Surprises()
    for node in ODD:
        note_node(node, found.at("node"))
    assert {(what, name): (count, sample) for what, name, _, count, sample in found.rows()} == EXPECTED


def test_an_ordinary_library_has_no_surprise():
    """Nothing is noted of documented nodes."""
    found = Surprises()
    whole = NODE | {"protectedFolder": False, "properties": {"owner": {"a": "b"}}, "parentMap": {"FOLDER": ["x"]}}
    builder.read(raws(NODE, whole), found.at("nodes"))
    note_node(whole, found.at("nodes"))
    assert found.rows() == []
