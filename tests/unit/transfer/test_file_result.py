"""Rows of outcomes."""

import json

import pytest

from amazon_photos.errors import LocalFileError
from amazon_photos.frames.results import TRANSFERS, RowBuilder
from amazon_photos.frames.to_pandas import to_frame
from amazon_photos.transfer.file_result import FileResult
from amazon_photos.transfer.run_report import RunReport


def test_rows_come_in_the_order_of_the_work():
    """Whatever ended first, the frame is in the order in which the files were found."""
    rows = RowBuilder(TRANSFERS)
    for place in (2, 0, 1):
        rows.add(FileResult(path=f"{place}.jpg", outcome="uploaded").row(place))
    frame = to_frame(rows.table())
    assert list(frame.columns) == ["path", "id", "name", "outcome", "reason", "size", "md5"]
    assert list(frame["path"]) == ["0.jpg", "1.jpg", "2.jpg"]


def test_many_rows_are_gathered():
    """More rows than one batch, and none at all, make a table of the same columns."""
    rows = RowBuilder(TRANSFERS)
    for place in range(20_000):
        rows.add(FileResult(path="a", outcome="exists", size=place).row(place))
    assert to_frame(rows.table())["size"].sum() == sum(range(20_000))
    empty = to_frame(RowBuilder(TRANSFERS).table())
    assert len(empty) == 0
    assert str(empty["size"].dtype) == "Int64"


def test_a_name_that_is_no_text_can_be_shown():
    r"""Bytes that are no UTF-8 appear as \xff; they break no frame and no report."""
    rows = RowBuilder(TRANSFERS)
    rows.add(FileResult(path="bad\udcff.jpg", outcome="failed").row(0))
    assert to_frame(rows.table())["path"][0] == "bad\\xff.jpg"


def test_the_report_has_a_line_for_each_file_as_it_happens(tmp_path):
    """A report is appended to, line by line, and can be read while it grows."""
    path = tmp_path / "report.jsonl"
    for number in range(2):
        with RunReport(path) as report:
            report.add(FileResult(path="bad\udcff.jpg", outcome="failed", reason="no", size=number))
            lines = [json.loads(line) for line in path.read_text().splitlines()]
            assert len(lines) == number + 1
    assert lines[1] | {"time": ""} == {
        "time": "",
        "path": "bad\\xff.jpg",
        "outcome": "failed",
        "reason": "no",
        "id": None,
        "name": None,
        "size": 1,
        "md5": None,
    }


def test_a_report_that_cannot_be_written_is_told_before_anything_is_sent(tmp_path):
    """The report's folder must be there."""
    with pytest.raises(LocalFileError, match="cannot write the report"), RunReport(tmp_path / "no" / "report"):
        pass
