"""Ids that come through a pipe: in every form of our own output, and never anything that is no id."""

import csv
import io
import json

import pytest

from amazon_photos.cli.output.console import Console
from amazon_photos.cli.selection.standard_input import MAX_LINE, is_id, read_ids
from amazon_photos.errors import InvalidInput, LocalFileError

IDS = ["HeMReF-vvJiTTkdPIeWuoP", "-eMReF-vvJiTTkdPIeWuo_", "0" * 22]
FORMS = ["csv", "ids", "json", "jsonl", "tsv"]
ROWS = [('a, b\t"c"\n', node_id, 7) for node_id in IDS]


def write(form, columns, rows):
    """What a command prints."""
    out = io.StringIO()
    Console(output=form, out=out).table(columns, rows)
    return out.getvalue()


def read(data):
    return list(read_ids(io.BytesIO(data.encode() if isinstance(data, str) else data)))


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_our_output_is_read(form):
    """What one command prints another takes: names with commas, tabs and line breaks stand in no one's way."""
    assert read(write(form, ("name", "id", "size"), ROWS)) == IDS


def test_forms_may_be_mixed_and_lines_may_be_empty():
    """Ids and JSON lines, with space around them, as people put files together."""
    lines = f"\n  {IDS[0]}  \n" + json.dumps({"id": IDS[1]}) + f"\n\n{IDS[2]}"
    assert read(lines) == IDS


@pytest.mark.parametrize("form", ["ids", "jsonl", "csv", "tsv"])
def test_windows_ends_lines_otherwise(form):
    """CRLF, and a mark at the beginning (BOM)."""
    text = write(form, ("id", "size"), [(one, 1) for one in IDS]).replace("\n", "\r\n")
    assert read(b"\xef\xbb\xbf" + text.encode()) == IDS


def test_a_table_of_ids_alone_is_one():
    """Its line of names is no id."""
    assert read("id\n" + "\n".join(IDS)) == IDS


def test_an_id_that_comes_twice_comes_twice():
    """Who reads them makes each once."""
    assert read(f"{IDS[0]}\n{IDS[0]}\n") == [IDS[0]] * 2


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("/Pictures/2019\n", "line 1 of standard input is no id"),
        (f"{IDS[0]}\n*\n", "line 2 of standard input is no id, which has 22 letters: '*'"),
        ("amazon-photos: nobody is signed in\n", "line 1 of standard input is no id"),
        ('{"name": "x"}\n', "line 1 of standard input has no id"),
        ('{"id": 7}\n', "line 1 of standard input is no id"),
        ('{"id": "/Pictures"}\n', "line 1 of standard input is no id"),
        ('{"id": \n', "line 1 of standard input is neither an id nor a JSON object"),
        ("{" * 100_000, "line 1 of standard input is neither an id nor a JSON object"),
        ("name\tid\nx\t\n", "line 2 of standard input has no id"),
        ("name\tid\nx\n", "line 2 of standard input has no id"),
        (b"\xff\xfeH\x00e\x00", "line 1 of standard input is no text in UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "line 1 of standard input is no text in UTF-8"),
        (b"\x00" * 22 + b"\n", "line 1 of standard input is no id"),
    ],
)
def test_what_is_no_id_is_told(data, told):
    """With its line, and before anything is done."""
    with pytest.raises(InvalidInput, match="^" + told.replace("*", r"\*")):
        read(data)


def test_a_line_without_an_end_ends():
    """Somebody gave a disk's image: it is not read to its end."""
    stream = io.BytesIO(b"0" * (3 * MAX_LINE))
    with pytest.raises(InvalidInput, match="line 1 of standard input has no end"):
        list(read_ids(stream))
    assert stream.tell() == MAX_LINE


def test_a_closed_standard_input_is_told():
    """The shell's ``<&-``."""
    with pytest.raises(InvalidInput, match="standard input is closed"):
        list(read_ids(None))


def test_what_cannot_be_read_is_told(tmp_path):
    """As a folder, which a shell opens without a word."""

    class Folder(io.RawIOBase):
        def readline(self, size=-1):
            raise IsADirectoryError(21, "Is a directory")

    with pytest.raises(LocalFileError, match="cannot read standard input: Is a directory"):
        list(read_ids(Folder()))


def test_ids_have_22_letters():
    """Also if they begin with a hyphen; paths and names have others."""
    assert all(map(is_id, IDS))
    assert not any(map(is_id, ["", "-", IDS[0] + "x", IDS[0][1:], "a/" + "b" * 20, "é" * 22, IDS[0] + "\n"]))


def test_a_cell_may_have_line_breaks():
    """As CSV has them; one that never ends is told."""
    rows = "".join(f'"a\n\nid\n{node_id}",{node_id}\n' for node_id in IDS)
    assert read("name,id\n" + rows) == IDS
    with pytest.raises(InvalidInput, match=r"is no id|has no id|a quoted cell has no end"):
        read('name,id\n"x,' + "\n".join(IDS * 10_000))


def test_csv_is_what_csv_is():
    """A cell may be quoted though it need not be."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([("size", "id"), *((1, one) for one in IDS)])
    assert read(out.getvalue()) == IDS
