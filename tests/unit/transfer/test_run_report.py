"""The run report."""

import errno
import json
import os
import sys
import threading

import pytest

from amazon_photos.errors import InvalidInput, LocalFileError
from amazon_photos.transfer.file_result import FileResult
from amazon_photos.transfer.run_report import RunReport

DONE = FileResult(path="a.jpg", outcome="downloaded", name="a.jpg", size=1)


def test_each_file_is_a_line(tmp_path):
    """Lines are added to what is there, each whole at once."""
    for _ in range(2):
        with RunReport(tmp_path / "r.jsonl") as report:
            report.add(DONE)
            assert (tmp_path / "r.jsonl").read_bytes().endswith(b"\n")
    lines = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
    assert [line["outcome"] for line in lines] == ["downloaded"] * 2


def test_a_short_write_is_gone_on_with(tmp_path):
    """A system that takes half a line gets the other half, too."""
    with RunReport(tmp_path / "r.jsonl") as report:
        real = report._file

        class Half:
            def write(self, data):
                return real.write(data[: max(1, len(data) // 2)])

            def close(self):
                real.close()

        report._file = Half()
        report.add(DONE)
    assert json.loads((tmp_path / "r.jsonl").read_text())["outcome"] == "downloaded"


@pytest.mark.parametrize("path", ["r\0", "r" * 5000, "r/" * 2500, "no/such/folder", "."])
def test_a_report_that_cannot_be_written_says_so(tmp_path, monkeypatch, path):
    """A NUL, 5,000 characters, a folder or none: one clear error before anything is fetched (fault B7)."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises((InvalidInput, LocalFileError), match="report") as caught, RunReport(path):
        pass
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("content", [b"\xff\xd8\xff\xe0", b"path,what\n", b"\n", b" {}"])
def test_a_file_of_other_content_is_no_report(tmp_path, content):
    """A photo that was named by mistake stays as it is; an empty file and one of our lines are added to (fault B7)."""
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(content)
    with pytest.raises(LocalFileError, match=r"photo.jpg': there is a file of other content"), RunReport(photo):
        pass
    assert photo.read_bytes() == content
    photo.write_bytes(b"")
    for lines in (1, 2):
        with RunReport(photo) as report:
            report.add(DONE)
        assert len(photo.read_bytes().splitlines()) == lines


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes")
@pytest.mark.parametrize("read", [False, True])
def test_a_pipe_is_no_report(tmp_path, read):
    """A pipe would hold everything up: it is refused at once, whether somebody reads it or not (fault B7)."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK) if read else None
    refused = []

    def try_it():
        try:
            with RunReport(pipe):
                pass
        except LocalFileError as error:
            refused.append(str(error))

    thread = threading.Thread(target=try_it, daemon=True)
    thread.start()
    thread.join(30)
    assert len(refused) == 1
    assert "pipe" in refused[0]
    if reader is not None:
        os.close(reader)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no /dev/null")
def test_a_report_to_nowhere():
    """Devices are fine, and are written as usual."""
    with RunReport("/dev/null") as report:
        report.add(DONE)
        assert os.get_blocking(report._file.fileno())


def test_a_report_that_ends_in_the_middle_says_so(tmp_path):
    """What the system says of a line is told with the file's name."""
    with RunReport(tmp_path / "r.jsonl") as report:
        real = report._file

        class Full:
            def write(self, data):
                raise OSError(errno.EIO, os.strerror(errno.EIO))

            def close(self):
                real.close()

        report._file = Full()
        with pytest.raises(LocalFileError, match=r"cannot write the report .*r\.jsonl"):
            report.add(DONE)


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
