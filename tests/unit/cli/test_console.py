"""The printer: data for programs and for people, and nothing that a stranger wrote steers the terminal."""

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from amazon_photos import errors
from amazon_photos.cli.output.console import Console

NASTY = "a\x1b[2Jb\r\nc\td\x9b1A\u202ee\x00"
ROWS = [("IMG_1.jpg", 3, True, None), (NASTY, 0, False, "Porto")]
COLUMNS = ("name", "size", "favorite", "place")


class Terminal(io.StringIO):
    """Somebody is watching."""

    def isatty(self):
        return True


def printed(out, **options):
    """What ``ROWS`` look like on ``out``, and what is said beside it."""
    err = io.StringIO()
    Console(out=out, err=err, **options).table(COLUMNS, ROWS)
    return out.getvalue(), err.getvalue()


def test_a_pipe_gets_tabs():
    """A line of names, a line a row, a tab between two values, full values; nothing else on either stream."""
    out, err = printed(io.StringIO())
    first, *rest = out.splitlines()
    assert first.split("\t") == list(COLUMNS)
    assert [line.split("\t") for line in rest] == [
        ["IMG_1.jpg", "3", "true", ""],
        [r"a\x1b[2Jb\r\nc\td\x9b1A\u202ee\x00", "0", "false", "Porto"],
    ]
    assert err == ""


def test_json_is_what_it_was():
    """Every value comes back from ``--json`` as it was, control characters too, and none stands there bare."""
    out, _ = printed(io.StringIO(), as_json=True)
    assert [tuple(row.values()) for row in json.loads(out)] == ROWS
    assert all(line.isprintable() for line in out.splitlines())


def test_no_rows_are_json_too():
    """An empty answer is an empty array."""
    out = io.StringIO()
    Console(out=out, as_json=True).table(COLUMNS, [])
    assert json.loads(out.getvalue()) == []


def test_half_a_character_can_be_printed():
    """A name with half a surrogate pair, which no encoding has, ends nothing."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    Console(out=out).table(("name",), [("a\ud800é",)])
    assert out.buffer.getvalue() == b"name\na\\ud800\\xe9\n"


def test_a_terminal_gets_a_table(monkeypatch):
    """Aligned columns with a bold head, and no control character of a name."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    out, _ = printed(Terminal())
    assert "\x1b[1m" in out.splitlines()[0]
    assert not any(c in out for c in ("\x1b[2J", "\r", "\x9b", "\u202e", "\x00"))
    assert out.splitlines()[1].index("3") == out.splitlines()[2].index("0")


@pytest.mark.parametrize("setting", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colours_can_be_refused(monkeypatch, setting):
    """NO_COLOR, or a terminal that has none, leaves out every colour."""
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    out, _ = printed(Terminal())
    assert "[3" not in out
    assert "\x1b[4" not in out
    assert "name" in out


def test_brackets_are_no_markup():
    """``[red]`` in a name is a name."""
    out = Terminal()
    Console(out=out).table(("name",), [("[red]x[/red]",)])
    assert "[red]x[/red]" in out.getvalue()


def test_notes_stay_out_of_the_data():
    """What is said stands on standard error, a line for each line, and cannot steer the terminal."""
    out, err = io.StringIO(), io.StringIO()
    Console(out=out, err=err).note("first\nsecond \x1b[2J")
    assert (out.getvalue(), err.getvalue()) == ("", "first\nsecond  [2J\n")


def test_progress_is_for_somebody_who_watches():
    """On a terminal a line that the next one replaces, and that is gone before anything else is said; else nothing."""
    for err, shown in ((Terminal(), "\r3 of 9\x1b[K\r\x1b[Kdone\n"), (io.StringIO(), "done\n")):
        console = Console(out=io.StringIO(), err=err)
        console.progress("3 of 9")
        console.note("done")
        assert err.getvalue() == shown


def test_nothing_is_made_that_nobody_reads():
    """When the reader of a pipe is gone, no more rows are taken from where they come."""
    ours, theirs = os.pipe()
    os.close(ours)
    taken = 0

    def rows():
        nonlocal taken
        for taken in range(1_000_000):
            yield (taken, "x" * 100)

    out = os.fdopen(theirs, "w")
    Console(out=out, output="jsonl").table(("number", "name"), rows())
    assert taken < 10_000
    with contextlib.suppress(BrokenPipeError):
        out.close()


MANY = """
from amazon_photos.cli.output.console import Console
console = Console()
for number in range(3000):
    console.table(("number", "name"), [(number, "x" * 100)])
console.note("went on to its end")
"""


def test_a_closed_pipe_ends_quietly():
    """A reader that has had enough is no error, and the command goes on to its own end."""
    ours, theirs = os.pipe()
    os.close(ours)
    run = subprocess.run(
        [sys.executable, "-c", MANY], stdout=theirs, stderr=subprocess.PIPE, text=True, timeout=60, check=False
    )
    os.close(theirs)
    assert (run.returncode, run.stderr) == (0, "went on to its end\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_told():
    """Data that could not be written is an error, of the kind that says what to do."""
    full = Path("/dev/full").open("w")  # noqa: SIM115 - closing it fails from Python 3.14 on: what is left has no room
    with pytest.raises(errors.DiskFull, match="cannot print"):
        Console(out=full).table(("name",), [("x" * 100_000,)])
    with contextlib.suppress(OSError):
        full.close()


def test_output_may_be_closed():
    """Somebody who closed standard output (``>&-``) gets no data, and no crash."""
    code = "from amazon_photos.cli.output.console import Console; Console().table(('a',), [(1,)]); Console().note('b')"
    run = subprocess.run(
        ["sh", "-c", '"$0" -c "$1" >&-', sys.executable, code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "b\n")
