"""The files themselves: each is whole, and the words of README.md mean what it says."""

import json

import pytest

from golden.golden import FOLDER, NAMES, Fact, fill, load, matches

REQUEST = {"method", "host", "path", "query", "headers", "body"}
README = (FOLDER / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_whole(name):
    """It says how the fact is known, shows a request and an answer, and its example is like itself."""
    fact = load(name)
    assert fact.source
    assert {"method", "host", "path", "headers"} <= fact.request.keys() <= REQUEST
    assert {"status", "headers"} <= fact.response.keys() <= {"status", "headers", "body"}
    assert not fact.differences(fact.response.get("body"), {})


@pytest.mark.parametrize("name", NAMES)
def test_every_path_leads_somewhere(name):
    """No word names a key that the example doesn't show, which would excuse nothing, or too much later."""
    fact = load(name)
    shown = fact.paths()
    for path in (*fact.exact, *fact.any, *fact.open, *fact.optional):
        assert any(matches(path, each, {}) for each in shown), path


@pytest.mark.parametrize("name", NAMES)
def test_every_placeholder_is_told(name):
    """README.md tells what each placeholder of a request is."""
    unfilled = [word for word in json.dumps(load(name).request).split("{")[1:] if word[0].islower()]
    assert all("{" + word.split("}")[0] + "}" in README for word in unfilled if "}" in word)


SHOWN = {"id": "{id}", "size": 3, "tags": ["a"], "more": {"x": None, "when": "2020"}}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, []),
        ({"size": 3.5, "tags": ["b", "c"]}, []),
        ({"id": "J"}, ["id: 'J' where 'I' is recorded"]),
        ({"size": "3"}, ["size: text where number is recorded"]),
        ({"size": True}, ["size: boolean where number is recorded"]),
        ({"tags": []}, ["tags: empty"]),
        ({"tags": ["a", None]}, ["tags[]: null where text is recorded"]),
        ({"new": 1}, ["new: not recorded"]),
        ({"more": {"when": "2021"}}, ["more.x: missing"]),
        ({"more": {"x": None, "when": "", "y": 1}}, ["more.y: not recorded"]),
    ],
)
def test_shapes_differ_by_keys_and_types(change, told):
    """Missing keys, new keys and other types are told with their path; other values are not, ids are."""
    fact = Fact("made", "here", {}, {"status": 200, "body": SHOWN})
    assert (
        fact.differences(
            {"id": "I", "size": 1, "tags": ["z"], "more": {"x": None, "when": "1999"}} | change, {"id": "I"}
        )
        == told
    )


@pytest.mark.parametrize(
    ("words", "body", "told"),
    [
        (
            {"exact": ["more.when"]},
            {"more": {"x": None, "when": "2021"}},
            ["more.when: '2021' where '2020' is recorded"],
        ),
        ({"exact": ["tags"]}, {"tags": ["a", "b"]}, ["tags: 2 elements where 1 are recorded"]),
        ({"optional": ["more.*"]}, {"more": {}}, []),
        ({"optional": ["more"]}, {"more": {}}, ["more.when: missing", "more.x: missing"]),
        ({"open": ["more"]}, {"more": {"x": None, "when": "", "y": 1}}, []),
        ({"any": ["tags[]"]}, {"tags": [1, None]}, []),
        ({"says": ["2020"]}, {"more": {"x": None, "when": "in 2020"}}, []),
        ({"says": ["2020"]}, {"more": {"x": None, "when": "1999"}}, ["nowhere says '2020'"]),
    ],
)
def test_words_change_what_differs(words, body, told):
    """Each of the words does what README.md says of it."""
    fact = Fact("made", "here", {}, {"status": 200, "body": SHOWN}, **words)
    assert fact.differences(SHOWN | body, {}) == told


def test_placeholders_are_filled():
    """In keys and values, everywhere; alone they may be bytes; an unknown one stays, and stands for any text."""
    assert fill({"{a}": ["x{a}{b}", "{c}", 1]}, {"a": "A", "c": b"C"}) == {"A": ["xA{b}", b"C", 1]}
    assert matches("x/{b}/*", "x/1/", {})
    assert not matches("x/{b}/*", "x//", {})
