"""A library whose names are hostile, odd, wide or written from the right: every format, in pipes and at terminals."""

import csv
import fcntl
import io
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import unicodedata

import pytest

import terminals
from amazon_photos.catalog.schema import Header
from amazon_photos.catalog.store import Store
from libraries import table_of_nodes

NAMES = (
    "plain.jpg",
    "\x1b[2J\x1b]0;title\x07.jpg",
    "line\nbreak\r\nand\ttab",
    "bell\x07 \x00 \x7f \x9b31m \x85",
    "\u202egpj.exe\u202c \u2066isolated\u2069 \u200f\u061c",
    "zero\u200bwidth\u2060\ufeff",
    "\u2028line\u2029paragraph",
    "quotes \"two\" 'one' `back` \\backslash\\n \\x1b",
    "commas, semicolons; pipes| %s %d {} $HOME",
    "n" * 252 + ".jpg",
    "👨\u200d👩\u200d👧 ❤\ufe0f 🇵🇹 👍🏽",
    "مرحبا بالعالم.jpg",
    "שלום.png",
    "写真フォルダ①.heic",
    "é\u0301 Z̷̡͝a͟l̶g̕o",
    "  spaces  ",
    '=HYPERLINK("http://example.com")',
    "-rf",
)
LABELS = ["a,b", 'q"q', "\x1b[1m", "line\nbreak"]
COLUMNS = "id,name,labels,createdDate,size"
STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""All controls but tabs and line breaks, and whatever turns the direction of writing."""


@pytest.fixture(scope="module")
def environ(tmp_path_factory):
    """The environment of somebody whose catalogue this is; nothing can be reached from it."""
    home = tmp_path_factory.mktemp("hostile")
    (home / "user").mkdir()
    nodes = [
        {
            "id": f"node_{number:017}",
            "name": name,
            "kind": "FILE",
            "status": "AVAILABLE",
            "version": 1,
            "ownerId": "OWNER",
            "labels": LABELS,
            "createdDate": "2019-07-04T01:02:03.004Z",
            "contentProperties": {"size": number, "contentDate": f"20{number:02}-01-01T00:00:00.000Z"},
        }
        for number, name in enumerate(NAMES)
    ]
    store = Store(home / "ap.parquet")
    with store.lock():
        store.write(table_of_nodes(*nodes), Header(owner="OWNER", complete=True))
    nobody = {"AMAZON_PHOTOS_ENDPOINT": "http://127.0.0.1:9", "AMAZON_PHOTOS_CATALOG": str(store.path)}
    return terminals.clean_environ(home, **nobody)


def find(environ, output, columns=COLUMNS):
    done = terminals.run(["find", "--columns", columns, "-o", output], environ)
    assert (done.returncode, done.stderr) == (0, "")
    assert not STEERING.search(done.stdout)
    return done.stdout


def unescape(text):
    """What the documents say of a value in TSV, read back."""
    code = re.compile(r"\\(?:x(..)|u(....)|U(........)|(.))", re.DOTALL)

    def read(found):
        digits = found[1] or found[2] or found[3]
        return chr(int(digits, 16)) if digits else {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}[found[4]]

    return code.sub(read, text)


def show_controls(text):
    """What the documents say of a value in CSV."""
    return re.sub(STEERING.pattern + "|\t", lambda found: ascii(found[0])[1:-1], text)


def check(rows):
    """The rows are those of the library, all of them."""
    assert [row["name"] for row in rows] == list(NAMES)
    assert [row["labels"] for row in rows] == [LABELS] * len(NAMES)
    assert {row["createdDate"] for row in rows} == {"2019-07-04T01:02:03.004Z"}
    assert [row["size"] for row in rows] == list(range(len(NAMES)))


def test_json_gives_them_back(environ):
    """One array, or an object a line: every name is what it was."""
    check(json.loads(find(environ, "json")))
    check([json.loads(line) for line in find(environ, "jsonl").split("\n")[:-1]])


def test_tsv_gives_them_back(environ):
    """A row is a line, a tab divides two values, and what was escaped can be read back; lists are JSON."""
    head, *rows, end = find(environ, "tsv").split("\n")
    assert (head, end) == (COLUMNS.replace(",", "\t"), "")
    values = [dict(zip(head.split("\t"), map(unescape, row.split("\t")), strict=True)) for row in rows]
    check([{**row, "labels": json.loads(row["labels"]), "size": int(row["size"])} for row in values])


def test_csv_gives_them_back(environ):
    """As every reader of CSV has it; only what would steer a terminal is shown instead."""
    rows = list(csv.DictReader(io.StringIO(find(environ, "csv"), newline="")))
    assert [row["name"] for row in rows] == list(map(show_controls, NAMES))
    assert [json.loads(row["labels"]) for row in rows] == [LABELS] * len(NAMES)


def test_ids_are_lines(environ):
    """Whatever else a node is called."""
    assert find(environ, "ids").split("\n")[:-1] == [f"node_{number:017}" for number in range(len(NAMES))]


def at_terminal(environ, *arguments, width=80):
    """What a command writes to a terminal so wide, all of it as it came."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    code = f"import sys; sys.argv = {['amazon-photos', *arguments]!r}; {terminals.MAIN}"
    with subprocess.Popen([sys.executable, "-c", code], stdin=theirs, stdout=theirs, stderr=theirs, env=environ) as run:
        os.close(theirs)
        seen = b""
        while piece := _read(ours):
            seen += piece
    os.close(ours)
    assert run.returncode == 0
    return seen.decode().replace("\r\n", "\n")


def _read(terminal):
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # how Linux says that the other side is gone
        return b""


def cells_of(text):
    """How many columns a terminal gives it, as Unicode has it."""
    plain = [c for c in text if unicodedata.category(c) not in ("Mn", "Me", "Cf")]
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in plain)


@pytest.mark.parametrize("output", ["table", "tsv", "csv", "json", "jsonl", "ids"])
def test_nothing_reaches_a_terminal_that_steers_it(environ, output):
    """No control but the format's own tabs and line breaks, at a real terminal."""
    seen = at_terminal(environ, "find", "--columns", COLUMNS, "-o", output, width=200)
    assert not STEERING.search(seen)
    assert output == "tsv" or "\t" not in seen
    assert len(re.findall(r"node_\d{17}", seen)) == len(NAMES)


@pytest.mark.parametrize("width", [60, 100, 200])
def test_tables_are_aligned(environ, width):
    """Whatever a name is made of, it is as wide as it seems: no line is too long, and ids stand below each other."""
    lines = at_terminal(environ, "find", "--columns", "name,id", width=width).splitlines()
    assert max(map(cells_of, lines)) <= width
    places = {cells_of(line[: line.index("node_")]) for line in lines if "node_" in line}
    assert places == {cells_of(lines[0][: lines[0].index("id")])}
    assert len([line for line in lines if "node_" in line]) == len(NAMES)


def test_a_narrow_terminal_leaves_nothing_out(environ):
    """In 20 columns each row is a block, a line for each column, and values go on in the next lines."""
    lines = at_terminal(environ, "find", "name:plain.jpg", "--columns", "all", width=20).splitlines()
    assert max(map(cells_of, lines)) <= 20
    values = "".join(line[10:].strip() for line in lines)
    assert "plain.jpg" in values
    assert "node_00000000000000000" in values
    heads = "".join(line[:8].strip() for line in lines)
    assert "createdDatemodifiedDateparents" in heads
    assert heads.endswith("extra")


def run_in(environ, *arguments):
    code = f"import sys; sys.argv = {['amazon-photos', *arguments]!r}; {terminals.MAIN}"
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode("ascii")


@pytest.mark.parametrize(
    "locale", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
)
def test_ascii_is_enough(environ, locale):
    """Where no other letter can be written JSON is JSON still, TSV can be read back, and a table is a table."""
    poor = {**environ, **locale}
    check(json.loads(run_in(poor, "find", "--columns", COLUMNS, "--json")))
    rows = run_in(poor, "find", "--columns", "name").split("\n")[1:-1]
    assert list(map(unescape, rows)) == list(NAMES)
    assert len(run_in(poor, "find", "--columns", "id,name", "-o", "table").splitlines()) == len(NAMES) + 1
