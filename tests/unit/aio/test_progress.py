"""What people see of a long operation."""

import sys
from types import ModuleType

import pytest

from amazon_photos.aio.progress import Progress, Tally
from amazon_photos.transfer.events import BytesTransferred, FileFinished, PlanUpdated
from amazon_photos.transfer.file_result import FileResult

OUTCOME = FileResult(path="a", outcome="uploaded")


def test_events_add_up():
    """A bar gets bytes done and, once it is known, their total, and how many files are done."""
    shown = []
    tally = Tally(lambda **news: shown.append(news))
    for event in (
        PlanUpdated(2, 30, complete=False),
        BytesTransferred(10),
        BytesTransferred(-10),
        PlanUpdated(2, 30, complete=True),
        BytesTransferred(20),
    ):
        tally(event)
    tally(FileFinished(OUTCOME))
    assert [news["completed"] for news in shown] == [0, 10, 0, 0, 20, 20]
    assert [news["total"] for news in shown] == [None, None, None, 30, 30, 30]
    assert (shown[0]["files"], shown[-1]["files"]) == ("0/2+ files", "1/2 files")


def test_no_total_is_shown_before_it_is_known():
    """Bytes that come before the plan is complete are counted, and nobody is told that they are all."""
    shown = []
    tally = Tally(lambda **news: shown.append(news))
    tally(BytesTransferred(10))
    tally(FileFinished(OUTCOME))
    tally(PlanUpdated(1, 10, complete=True))
    assert [(news["completed"], news["total"]) for news in shown] == [(10, None), (10, None), (10, 10)]


def test_a_terminal_shows_files_bytes_and_rate(capsys):
    """The last thing on the screen is how it ended, on stderr; stdout stays clean."""
    with Progress(shown=True).of_transfer("upload") as told:
        told(PlanUpdated(2, 3_000_000, complete=True))
        for _ in range(2):
            told(BytesTransferred(1_500_000))
            told(FileFinished(OUTCOME))
    out, screen = capsys.readouterr()
    assert out == ""
    assert "2/2 files" in screen
    assert "3.0/3.0 MB" in screen


@pytest.mark.parametrize("shown", [False, None])
def test_nobody_watches(shown, capsys, monkeypatch):
    """Without a terminal and a notebook, and with progress=False, nothing is shown and rich is not loaded."""
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    with Progress(shown=shown).of_transfer("upload") as told:
        assert told is None
    with Progress(shown=shown).of("library") as advance:
        advance(1, 2)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("where", ["terminal", "notebook"])
def test_somebody_watches_a_terminal_or_a_notebook(where, capsys, monkeypatch):
    """Either is enough for bars to be shown without being asked for."""
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    if where == "terminal":
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    else:
        monkeypatch.setitem(sys.modules, "ipykernel", ModuleType("ipykernel"))
    with Progress().of_transfer("upload") as told:
        assert told is not None
        told(PlanUpdated(1, 10, complete=True))
    assert "0/1 files" in capsys.readouterr().err


def test_a_bar_is_drawn_a_few_times_a_second(monkeypatch):
    """A hundred thousand files cost a hundred thousand additions, not as many drawings."""
    drawn = []
    monkeypatch.setattr("rich.progress.Progress.update", lambda self, task, **news: drawn.append(news))
    monkeypatch.setattr("amazon_photos.aio.progress.time.monotonic", lambda: 7.0)
    with Progress(shown=True).of("plan", "files") as advance:
        for number in range(1000):
            advance(number + 1, 1000)
    assert [news["completed"] for news in drawn] == [1, 1000]
    assert drawn[-1]["refresh"]
