"""Tables for people: no column is left out, and no line is wider than the terminal."""

import io
import itertools

import pytest

from amazon_photos.cli.output.console import Console
from amazon_photos.cli.output.drawn_table import MEASURED_ROWS, fold
from amazon_photos.errors import width_of

COLUMNS = ("name", "size", "taken", "id")
ROWS = [
    ("a rather long name of several words.jpg", 1, "2019-07-04T01:02:03.000", "HeMReF-vvJiTTkdPIeWuoP"),
    ("b.jpg", 20_000, "2020-07-04T01:02:03.000", "YeMReF-vvJiTTkdPIeWuoP"),
    ("c", None, None, "ZeMReF-vvJiTTkdPIeWuoP"),
]


class Terminal(io.StringIO):
    """Somebody is watching."""

    def isatty(self):
        return True


@pytest.fixture
def draw(monkeypatch):
    """The lines of a table at a terminal so wide."""
    monkeypatch.setenv("TERM", "dumb")

    def drawn(width, rows=ROWS, columns=COLUMNS):
        monkeypatch.setenv("COLUMNS", str(width))
        out = Terminal()
        Console(output="table", out=out, err=io.StringIO()).table(columns, rows)
        return out.getvalue().splitlines()

    return drawn


def test_what_fits_is_a_line_a_row(draw):
    """Two spaces between columns, numbers to the right, nothing after the last value."""
    head, first, second, third = draw(120)
    assert head.split() == list(COLUMNS)
    assert [line.split("  ")[0] for line in (first, second, third)] == [row[0] for row in ROWS]
    assert first.index("1 ", 39) == second.index("20000") + 4
    assert {line.index("eMReF") for line in (first, second, third)} == {head.index("id") + 1}
    assert not any(line.endswith(" ") for line in (head, first, second, third))


def test_names_are_folded_before_times_and_ids(draw):
    """What is of one width in all rows stays in one piece while others can give way."""
    lines = draw(80)
    assert max(map(len, lines)) <= 80
    assert all(any(row[3] in line for line in lines) for row in ROWS)
    assert [line[:24].strip() for line in lines[1:4]] == ["a rather long name of", "several words.jpg", "b.jpg"]


@pytest.mark.parametrize("width", range(1, 40, 5))
def test_a_row_is_a_block_where_columns_have_no_room(draw, width):
    """Each column has its line, however narrow it is; a line of nothing stands between two rows."""
    lines = draw(width)
    assert max(map(len, lines)) <= max(width, 4)
    blocks = [list(block) for some, block in itertools.groupby(lines, bool) if some]
    assert len(blocks) == len(ROWS)
    text = "".join("".join(block) for block in blocks).replace(" ", "")
    cells = "".join(map(str, filter(None, itertools.chain(*ROWS)))).replace("T01:02:03.000", "01:02:03")
    assert sorted(text) == sorted(cells.replace(" ", "") + "".join(COLUMNS) * len(ROWS))


def test_rows_beyond_the_first_are_drawn_as_they_come(draw):
    """Not gathered: widths are those of the first rows, and what is wider is folded."""
    rows = [("x", 1)] * MEASURED_ROWS + [("yy" * 10, 2)]
    lines = draw(80, rows, ("name", "size"))
    assert lines[MEASURED_ROWS + 1 :] == ["yyyy     2", *["yyyy"] * 4]


def test_a_table_without_rows_is_nothing(draw):
    """Names above nothing tell nobody anything."""
    assert draw(80, []) == []


def test_times_are_short(draw):
    """To the second; in all other forms they are whole."""
    row = ("a", 1, "2016-05-18T15:55:52.148Z", "x2016-05-18T15:55:52.148Z")
    assert draw(80, [row])[1].split() == ["a", "1", "2016-05-18", "15:55:52", "x2016-05-18T15:55:52.148Z"]


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("one two three", 8, ["one two", "three"]),
        ("", 5, [""]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("写真写真", 5, ["写真", "写真"]),
        ("写", 1, ["写"]),
        ("e\u0301" * 4, 2, ["e\u0301e\u0301"] * 2),
        ("ab   cd", 4, ["ab", "cd"]),
    ],
)
def test_folding(text, room, lines):
    """At spaces, else anywhere, but never between a letter and its accent; a wide letter takes two columns."""
    assert [line.strip() for line in fold(text, room) if line.strip() or not text] == lines
    assert all(width_of(line) <= max(room, 2) for line in fold(text, room))
