"""What people see of a long operation."""

import os
import pty
import re
import subprocess
import sys
import textwrap
import threading

import pytest

from amazon_photos.aio.progress import Progress
from amazon_photos.aio.screens import LineScreen, NotebookScreen, _fit, find_screen
from amazon_photos.aio.tally import Tally
from amazon_photos.errors import RateLimited
from amazon_photos.net.waits import Waits
from amazon_photos.transfer.events import BytesTransferred, FileFinished, PlanUpdated
from amazon_photos.transfer.file_result import FileResult

UPLOADED = FileResult(path="a", outcome="uploaded")
FAILED = FileResult(path="b", outcome="failed")


class Clock:
    """A clock that is set."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_a_transfer_tells_files_bytes_rate_and_time_left(clock):
    """All four, from the events; while files are still being found, totals and the time have a plus."""
    tally = Tally("upload", "files", clock)
    tally.transfer(PlanUpdated(2, 30_000_000, complete=False))
    tally.transfer(BytesTransferred(10_000_000))
    clock.now = 5.0
    assert tally.look() == ["0/2+ files", "10.0/30.0 MB+", "2.0 MB/s", "0:10+ left"]
    assert tally.fraction is None
    tally.transfer(PlanUpdated(2, 30_000_000, complete=True))
    tally.transfer(BytesTransferred(5_000_000))
    tally.transfer(FileFinished(UPLOADED))
    clock.now = 10.0
    assert tally.look() == ["1/2 files", "15.0/30.0 MB", "1.5 MB/s", "0:10 left"]
    assert tally.fraction == 0.5


def test_the_rate_is_that_of_the_last_seconds(clock):
    """After a pause the time left is not that of the quick beginning."""
    tally = Tally("query", "items", clock)
    for clock.now, done in ((1.0, 10_000), (60.0, 10_000), (70.0, 10_100), (80.0, 10_200)):
        tally.advance(done, 11_200)
        told = tally.look()
    assert told == ["10,200/11,200 items", "10 items/s", "1:40 left"]


def test_where_nothing_moves_files_tell_how_far_it_is(clock):
    """An upload of what is there already has no bytes to go."""
    tally = Tally("upload", "files", clock)
    tally.transfer(PlanUpdated(4, 0, complete=True))
    tally.transfer(FileFinished(UPLOADED))
    clock.now = 2.0
    assert tally.fraction == 0.25
    assert tally.look()[-1] == "0:06 left"


def test_bytes_that_have_to_move_again_are_no_rate(clock):
    """A failed attempt takes its bytes back: the rate is 0, not below, and nobody divides by it."""
    tally = Tally("upload", "files", clock)
    tally.transfer(PlanUpdated(1, 1000, complete=True))
    tally.transfer(BytesTransferred(500))
    clock.now = 1.0
    tally.look()
    tally.transfer(BytesTransferred(-500))
    clock.now = 2.0
    assert tally.look() == ["0/1 files", "0.0/1.0 kB", "0 B/s", "-:-- left"]


def test_the_line_that_stays_says_what_was_done(clock):
    """How many, what became of them, how much and in what time; or where it was stopped."""
    tally = Tally("upload", "files", clock)
    tally.transfer(PlanUpdated(3, 2_000_000, complete=True))
    tally.transfer(BytesTransferred(2_000_000))
    for result in (UPLOADED, FAILED, UPLOADED):
        tally.transfer(FileFinished(result))
    clock.now = 3725.0
    assert tally.receipt(whole=True) == "upload: 3 files (2 uploaded, 1 failed), 2.0 MB in 1:02:05"
    tally = Tally("refresh", "nodes", clock)
    tally.advance(600, 2000)
    assert tally.receipt(whole=False) == "refresh: stopped at 600/2,000 nodes in 0:00"


def test_what_stands_in_the_way_is_told(clock):
    """Retries since it began, what is waited for now, and in the end how many retries it took."""
    waits = Waits(clock)
    waits.retries = 5
    tally = Tally("upload", "files", clock, waits)
    assert tally.tell_trouble() == []
    waits.retries += 1
    assert tally.tell_trouble() == ["1 retry"]
    waits.retries += 2
    waits.hold(12.0, RateLimited("x"))
    assert tally.tell_trouble() == ["3 retries", "waiting 12 s: Amazon asks to slow down (429)"]
    assert tally.receipt(whole=True) == "upload: 0 files in 0:00, 3 retries"


def test_a_transfer_with_files_left_was_stopped(clock):
    """An upload that was asked to stop ends well, and its line says that there was more."""
    tally = Tally("upload", "files", clock)
    tally.transfer(PlanUpdated(3, 10, complete=True))
    tally.transfer(FileFinished(UPLOADED))
    assert tally.receipt(whole=True) == "upload: stopped at 1/3 files (1 uploaded), 0 B in 0:00"


@pytest.mark.parametrize(
    ("room", "line"),
    [
        (200, "1/2 files  5/9 MB  2 MB/s  0:10 left  3 retries  waiting 12 s: too fast"),
        (65, "1/2 files  5/9 MB  2 MB/s  0:10 left  waiting 12 s: too fast"),
        (55, "1/2 files  5/9 MB  0:10 left  waiting 12 s: too fast"),
        (45, "1/2 files  0:10 left  waiting 12 s: too fast"),
        (34, "0:10 left  waiting 12 s: too fast"),
        (30, "0:10 left  waiting 12 s"),
    ],
)
def test_a_narrow_terminal_is_told_what_matters(room, line):
    """Why nothing happens matters more than how fast it was."""
    told = ["1/2 files", "5/9 MB", "2 MB/s", "0:10 left"]
    assert _fit(told, ["3 retries", "waiting 12 s: too fast"], room) == line


@pytest.mark.parametrize("shown", [False, None])
def test_nobody_watches(shown, capsys):
    """Without a terminal and a notebook, and with progress=False, nothing is shown and nothing runs."""
    before = set(threading.enumerate())
    with Progress(shown=shown).of_transfer("upload") as told:
        assert told is None
    with Progress(shown=shown).of("refresh") as advance:
        assert not set(threading.enumerate()) - before
        advance(1, 2)
    assert capsys.readouterr() == ("", "")


def test_lines_where_no_bar_can_be(capsys, monkeypatch):
    """With progress=True and no terminal: plain lines, our own hint once, and one at the end; on stderr alone."""
    monkeypatch.setattr(LineScreen, "every", 0.6)
    monkeypatch.setattr(LineScreen, "_hinted", False)
    seen = threading.Event()
    write = sys.stderr.write
    monkeypatch.setattr(sys.stderr, "write", lambda text: (write(text), text.count("\n") and seen.set()))
    with Progress(shown=True).of_transfer("upload") as told:
        told(PlanUpdated(2, 3_000_000, complete=True))
        for _ in range(2):
            seen.clear()
            assert seen.wait(20)
            told(BytesTransferred(1_500_000))
            told(FileFinished(UPLOADED))
    out, lines = capsys.readouterr()
    assert out == ""
    first, *others, last = lines.splitlines()
    assert first.startswith("upload: 0/2 files, 0.0/3.0 MB, 0 B/s, -:-- left  (a line every 30 seconds; ")
    assert [line for line in others if line.startswith("upload: 1/2 files, 1.5/3.0 MB")]
    assert "every" not in "".join(others)
    assert last.startswith("upload: 2 files (2 uploaded), 3.0 MB in ")


def test_what_is_done_at_once_shows_nothing(capsys, monkeypatch):
    """A query of a moment leaves no line; a transfer always does, for it says what was done."""
    monkeypatch.setattr("amazon_photos.aio.progress._AT_ONCE", 60)  # however slow this machine is
    with Progress(shown=True).of("search") as advance:
        advance(1, 1)
    with Progress(shown=True).of_transfer("download"):
        pass
    assert re.fullmatch(r"download: 0 files in \d+:\d\d\n", capsys.readouterr().err)


def test_an_error_leaves_how_far_it_came(capsys):
    """The line says that it was stopped, and the error is the operation's."""

    def upload():
        with Progress(shown=True).of_transfer("upload") as told:
            told(PlanUpdated(2, 10, complete=True))
            raise KeyError

    with pytest.raises(KeyError):
        upload()
    assert capsys.readouterr().err.startswith("upload: stopped at 0/2 files, 0 B in ")


def test_a_screen_that_breaks_stops_nothing(monkeypatch):
    """A closed stderr, a kernel that went away: the operation goes on."""
    monkeypatch.setattr(sys, "stderr", open(os.devnull, "w"))  # noqa: SIM115, PTH123 - closed next
    sys.stderr.close()
    with Progress(shown=True).of_transfer("upload") as told:
        told(PlanUpdated(1, 1, complete=True))


TERMINAL = textwrap.dedent("""
    import sys, time
    from amazon_photos.aio.progress import Progress
    from amazon_photos.transfer.events import BytesTransferred, PlanUpdated
    with Progress().of_transfer("upload") as told, Progress().of("second", "nodes") as advance:
        told(PlanUpdated(12, 34_000_000, complete=True))
        advance(5, 50)
        for _ in range(8):
            time.sleep(0.15)
            told(BytesTransferred(1_000_000))
        print("printed")
""")


IN_TIME = re.compile(r" in \d+:\d\d")
"""What a line in the end tells."""


def resize(terminal, columns):
    """Makes a terminal so many columns wide."""
    import fcntl
    import struct
    import termios

    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))


def on_a_terminal(columns, *, then=None, **environment):
    """What a program writes to a terminal of so many columns, and then of others: its screen in full."""
    mother, daughter = pty.openpty()
    resize(daughter, columns)
    clean = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
    program = subprocess.Popen(
        [sys.executable, "-c", TERMINAL],
        stdin=daughter, stdout=daughter, stderr=daughter,
        env=clean | {"TERM": "xterm-256color"} | environment,
    )  # fmt: skip
    os.close(daughter)
    shown = b""
    while True:
        try:
            piece = os.read(mother, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
        if then is not None and shown.count(b"left") >= 2:
            resize(mother, then)
            shown, then = b"", None
    os.close(mother)
    assert program.wait(60) == 0
    return shown.decode()


def without_escapes(text):
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pty")
@pytest.mark.parametrize("columns", [160, 80, 40, 20])
def test_on_a_terminal(columns):
    """Bars of two operations at once, no line wider than the terminal, and in the end one line for each."""
    screen = without_escapes(on_a_terminal(columns))
    lines = [line for line in re.split(r"[\r\n]+", screen) if line.strip()]
    finals = [line for line in lines if IN_TIME.search(line)]
    assert [line.split(":")[0] for line in finals] == ["second", "upload"]
    assert "printed" in lines
    bars = [line for line in lines if line not in finals and "printed" not in line]
    assert max(len(line) for line in bars) <= columns
    wanted = ("0/12 files", "/34.0 MB", "MB/s", "left") if columns >= 80 else ("left",)
    assert any(all(part in line for part in wanted) for line in bars), bars


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pty")
def test_a_terminal_that_becomes_narrow():
    """From then on no line is wider than it is, but for one that was being drawn."""
    screen = without_escapes(on_a_terminal(160, then=40))
    bars = [line for line in re.split(r"[\r\n]+", screen) if line.strip() and not IN_TIME.search(line)][4:]
    assert bars
    assert max(len(line) for line in bars) <= 40


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pty")
@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
def test_a_terminal_that_closes(term):
    """The operation goes on, what is printed goes where stdout leads, and the program comes to its end."""
    mother, daughter = pty.openpty()
    resize(daughter, 120)
    code = TERMINAL.replace("    told(Plan", "    print('begun', flush=True)\n    told(Plan")
    program = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=daughter, env=os.environ | {"TERM": term}
    )
    os.close(daughter)
    assert program.stdout.readline() == b"begun\n"
    if term != "dumb":
        os.read(mother, 1)
    os.close(mother)
    assert program.communicate(timeout=60)[0] == b"printed\n"
    assert program.returncode in (0, 120)  # 120: the rest of a line is in Python's buffer, and it tells that it stays


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pty")
def test_what_is_printed_goes_where_stdout_leads():
    """A bar on the terminal takes nothing away from a file or a pipe that stdout is."""
    mother, daughter = pty.openpty()
    resize(daughter, 120)
    code = TERMINAL.replace("time.sleep(0.15)", "time.sleep(0.15); print('row')")
    program = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=daughter, env=os.environ | {"TERM": "xterm"}
    )
    os.close(daughter)
    assert program.communicate(timeout=60)[0] == b"row\n" * 8 + b"printed\n"
    os.close(mother)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pty")
def test_no_color_and_dumb_terminals():
    """NO_COLOR is honoured; a terminal that cannot move its cursor gets lines without any escape."""
    colours = re.compile(r"\x1b\[[0-9;]*(3[0-9]|38;5;[0-9]+)m")
    assert colours.search(on_a_terminal(120))
    assert not colours.search(on_a_terminal(120, NO_COLOR="1"))
    assert "\x1b" not in on_a_terminal(120, TERM="dumb")


def test_a_script_that_only_has_ipython_is_no_notebook(monkeypatch):
    """Loading IPython, as many libraries do, is no kernel: nothing is displayed then."""
    ipython = pytest.importorskip("IPython")
    assert ipython.get_ipython() is None
    assert not isinstance(find_screen(), NotebookScreen)
