"""The formats of a command's data: each holds what it was given, and nothing in it steers a terminal."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from amazon_photos.cli.output.console import Console
from amazon_photos.errors import InvalidInput

COLUMNS = ("id", "name", "taken", "created", "labels", "size")
ROWS = [
    ("-id_1", 'a,"b"\n\x1b[2Jc', datetime(2019, 7, 4, 1, 2, 3), datetime(2020, 1, 1, tzinfo=UTC), ["x", "y,z"], 3),  # noqa: DTZ001
    (None, None, None, None, [], None),
    ("id_2", "ü\u202e", None, None, ["\x9b"], 0),
]


def printed(output, rows=ROWS):
    out = io.StringIO()
    Console(output=output, out=out, err=io.StringIO()).table(COLUMNS, iter(rows))
    return out.getvalue()


def test_json_lines_are_objects():
    """One a line, with the columns' names; times are as Amazon writes them, lists are lists."""
    first, second, third = map(json.loads, printed("jsonl").splitlines())
    assert list(first) == list(COLUMNS)
    assert first["name"] == ROWS[0][1]
    assert (first["taken"], first["created"]) == ("2019-07-04T01:02:03.000", "2020-01-01T00:00:00.000Z")
    assert first["labels"] == ["x", "y,z"]
    assert second == {**dict.fromkeys(COLUMNS), "labels": []}
    assert third["name"] == ROWS[2][1]


def test_json_is_one_array():
    """The same objects; an empty answer is an empty array."""
    assert json.loads(printed("json")) == list(map(json.loads, printed("jsonl").splitlines()))
    assert json.loads(printed("json", [])) == []


def test_csv_is_read_back():
    """Commas and quotes of a value are no others; what would steer a terminal stands there as text, a list is JSON."""
    head, first, second, _ = csv.reader(io.StringIO(printed("csv")))
    assert head == list(COLUMNS)
    assert first[:2] == ["-id_1", 'a,"b"\n\\x1b[2Jc']
    assert json.loads(first[4]) == ["x", "y,z"]
    assert second == ["", "", "", "", "[]", ""]


def test_ids_are_lines():
    """What has none has no line; what has no such column is refused."""
    assert printed("ids") == "-id_1\nid_2\n"
    with pytest.raises(InvalidInput, match="no ids in this"):
        Console(output="ids", out=io.StringIO()).table(("name",), [("a",)])


@pytest.mark.parametrize("output", ["table", "tsv", "csv", "json", "jsonl", "ids"])
def test_nothing_steers_a_terminal(output):
    """Whatever is in a value, in every format."""
    assert all(c in "\n\t" or c.isprintable() for c in printed(output))


@pytest.mark.parametrize("output", ["tsv", "csv", "json", "jsonl", "ids"])
def test_rows_are_written_as_they_come(output):
    """Not gathered: the first are out before the last are made."""
    out, seen = io.StringIO(), []

    def rows():
        for number in range(20_000):
            seen.append(len(out.getvalue()))
            yield (f"id_{number}", "x" * 20, None, None, [], number)

    Console(output=output, out=out, err=io.StringIO()).table(COLUMNS, rows())
    assert seen[0] == 0 < seen[-1]
