"""The journal of a run: killed, cut off, damaged, another's, or no file at all."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

import kills
from amazon_photos.errors import InvalidInput, LocalFileError
from amazon_photos.frames.results import NodeOutcome
from amazon_photos.plans.actions import Action
from amazon_photos.plans.journal import JournalWriter
from amazon_photos.plans.journal_reader import list_runs, read_run, summarize_runs
from amazon_photos.plans.run import Counts, Done
from amazon_photos.plans.step import Step

COUNT = 5
STEPS = [
    Step(action=Action.RENAME, id=f"{number:022}", name="é \n\"'", before="é \n\"'", after=f"\u2028{number}")
    for number in range(COUNT)
]
NO_RUN = "20200101-000000-000000-0000"
RENAMED = Done(outcome=NodeOutcome.RENAMED)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "ap.parquet.runs"


def begin(folder, steps=STEPS):
    return JournalWriter.begin(folder, owner="me", operation="rename", steps=steps)


def write(folder, steps=STEPS, done=3):
    """A run of which so many steps were done; its id."""
    with begin(folder, steps) as journal:
        journal.add(dict.fromkeys(range(done), RENAMED))
    return journal.about.run


def lines_of(folder, run):
    return (folder / f"{run}.jsonl").read_bytes().splitlines(keepends=True)


def rewrite(folder, run, lines):
    (folder / f"{run}.jsonl").write_bytes(b"".join(lines))


def summary_of(folder):
    (found,) = summarize_runs(folder)
    return found


def test_what_is_written_is_read(folder):
    """What it was, every step and what became of each; odd names and all."""
    run = write(folder)
    found = read_run(folder, run)
    assert found.steps == STEPS
    assert found.done == dict.fromkeys(range(3), RENAMED)
    assert (found.about.run, found.about.owner, found.about.operation) == (run, "me", "rename")
    assert found.began
    assert found.ended
    assert found.count() == summary_of(folder).counts == Counts(done=3, unknown=2, reversible=COUNT)


@pytest.mark.skipif(os.name == "nt", reason="permissions mean little there")
def test_nobody_else_reads_it(folder):
    """Names are private."""
    run = write(folder)
    assert stat.S_IMODE((folder / f"{run}.jsonl").stat().st_mode) == 0o600


@pytest.mark.skipif(os.name == "nt", reason="it forks")
def test_killed_at_every_step_of_writing(folder):
    """A run that cannot be read whole never began, and whoever lists the runs is not disturbed."""

    def work():
        with begin(folder) as journal:
            journal.add({0: RENAMED})

    for done in kills.run(lambda: None, work):
        for summary in summarize_runs(folder):
            assert summary.about is None or not summary.began or read_run(folder, summary.run).steps == STEPS
        if done:
            assert any(summary.began for summary in summarize_runs(folder))


def test_cut_off_at_every_byte(folder):
    """It began only where every step is there; what was noted until then counts, and nothing else is made up."""
    run = write(folder)
    whole = b"".join(lines_of(folder, run))
    begun = len(b"".join(whole.splitlines(keepends=True)[: COUNT + 1]))
    for size in range(len(whole)):
        rewrite(folder, run, [whole[:size]])
        summary = summary_of(folder)
        if b"\n" not in whole[:size]:
            assert summary.about is None
            continue
        found = read_run(folder, run)
        assert found.began == summary.began == (size >= begun)
        assert found.steps == STEPS[: len(found.steps)]
        assert set(found.done) <= {0, 1, 2}
        assert summary.counts == found.count()


@pytest.mark.parametrize("junk", [b"\0\xff\n", b"{}\n", b'{"step":0}\n', b"[1]\n", b'{"step":"x","do":1}\n', b"\n"])
def test_every_line_damaged(folder, junk):
    """Whichever line it is: the others count, and it is known that one could not be read."""
    run = write(folder)
    lines = lines_of(folder, run)
    for number in range(len(lines)):
        rewrite(folder, run, [*lines[:number], junk, *lines[number + 1 :]])
        found = read_run(folder, run)
        assert found.began
        assert found.about.owner == "me"
        assert found.unreadable == 1
        assert len(found.steps) == COUNT - (0 < number <= COUNT)
        assert {found.steps[place].id for place in found.done} == {
            step.id for n, step in enumerate(STEPS) if n < 3 and number not in (n + 1, n + COUNT + 2)
        }
        assert summary_of(folder).about is not None


def test_the_end_of_a_journal_destroyed(folder):
    """What was begun and done is not told as never begun: nobody knows, so undoing looks at each step."""
    run = write(folder)
    lines = lines_of(folder, run)
    rewrite(folder, run, [*lines[:3], b"\0" * sum(map(len, lines[3:])) + b"\n"])
    found = read_run(folder, run)
    assert found.began
    assert found.count().unknown == COUNT


def test_a_journal_that_tells_nothing(folder):
    """Both lines that tell what it is are gone: it is listed as damaged, and showing it says so."""
    run = write(folder)
    lines = lines_of(folder, run)
    rewrite(folder, run, [line for line in lines if b"about" not in line])
    assert summary_of(folder).about is None
    with pytest.raises(LocalFileError, match="damaged"):
        read_run(folder, run)


def test_a_journal_of_another_name(folder):
    """Renamed, it is not taken for the run that it is called."""
    run = write(folder)
    other = NO_RUN
    (folder / f"{run}.jsonl").rename(folder / f"{other}.jsonl")
    assert summary_of(folder).about is None
    with pytest.raises(LocalFileError, match="another run"):
        read_run(folder, other)


def test_the_same_line_twice(folder):
    """What was said first counts."""
    run = write(folder)
    lines = lines_of(folder, run)
    rewrite(
        folder, run, [*lines[:-1], b'{"step":0,"outcome":"failed"}\n', lines[1].replace(b"0000", b"1111"), lines[-1]]
    )
    found = read_run(folder, run)
    assert found.steps == STEPS
    assert found.done[0] == RENAMED


def test_a_reason_that_comes_later(folder):
    """It counts where the first line gave none, and says the same of the step otherwise."""
    run = write(folder)
    lines = lines_of(folder, run)
    said = b'{"step":0,"outcome":"renamed","reason":"so it is called now"}\n'
    other = b'{"step":0,"outcome":"renamed","reason":"another"}\n'
    rewrite(folder, run, [*lines[:-1], said, other, lines[-1]])
    assert read_run(folder, run).done[0] == replace(RENAMED, reason="so it is called now")


@pytest.mark.skipif(os.name == "nt", reason="there are no such things there")
@pytest.mark.parametrize("kind", ["link", "loop", "pipe", "folder"])
def test_what_is_no_file(folder, kind):
    """Links, pipes and folders of a journal's name are not followed, waited for or read."""
    real = write(folder)
    run = NO_RUN
    path = folder / f"{run}.jsonl"
    if kind == "link":
        path.symlink_to(folder / f"{real}.jsonl")
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    assert [summary.about is None for summary in summarize_runs(folder)] == [False, True]
    with pytest.raises(LocalFileError):
        read_run(folder, run)


@pytest.mark.parametrize(
    "run", ["", "../x", "x", None, 5, "20200101-000000-000000-0000\n", "20200101-000000-000000-0000"]
)
def test_what_is_no_run(folder, run):
    """It is named, and no path is made of it."""
    with pytest.raises(InvalidInput, match="run"):
        read_run(folder, run)


def test_other_files_beside_them(folder):
    """Only what is called as a run is one; no folder at all is no runs."""
    assert list_runs(folder) == []
    run = write(folder)
    for name in ("notes.txt", "x.jsonl", f"{run}.jsonl.bak", f".{run}.jsonl"):
        (folder / name).write_text("x")
    assert list_runs(folder) == [run]


def test_the_latest_comes_first(folder):
    """By the moment at which they began."""
    runs = [write(folder) for _ in range(3)]
    assert list_runs(folder) == runs[::-1]


@pytest.mark.skipif(os.name == "nt", reason="files have no limit there")
def test_a_disk_that_gets_full(folder):
    """Before anything is done an error says so and leaves no journal; the file is closed."""
    import resource

    steps = [Step(action=Action.TRASH, id=f"{number:022}") for number in range(5000)]
    limits, before = resource.getrlimit(resource.RLIMIT_FSIZE), signal.getsignal(signal.SIGXFSZ)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(LocalFileError, match="cannot write the journal"):
            begin(folder, steps)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path):
    """A file of its name: the error says what to do where no history is wanted."""
    (tmp_path / "runs").write_text("")
    with pytest.raises(LocalFileError, match="cannot make the folder"):
        begin(tmp_path / "runs")
    with pytest.raises(LocalFileError, match="cannot read the folder of journals"):
        list_runs(tmp_path / "runs")


def test_two_processes_at_once(folder):
    """Each has a journal of its own, and who lists them meanwhile sees whole ones."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_journal as t; from pathlib import Path\n"
        "for _ in range(20): t.write(Path(sys.argv[2]))"
    )
    here = Path(__file__).parent
    command = [sys.executable, "-c", code, str(here), str(folder)]
    environ = os.environ | {"PYTHONPATH": str(here.parents[1])}
    processes = [subprocess.Popen(command, env=environ) for _ in range(2)]
    while any(process.poll() is None for process in processes):
        for summary in summarize_runs(folder):
            assert summary.about is None or not summary.began or read_run(folder, summary.run).steps == STEPS
        time.sleep(0.01)
    assert [process.returncode for process in processes] == [0, 0]
    assert [summary.counts.done for summary in summarize_runs(folder)] == [3] * 40


def test_a_reader_while_it_is_written(folder):
    """Never half of a line: every step is read as it is, or not yet."""
    steps = [Step(action=Action.TRASH, id=f"{number:022}") for number in range(2000)]
    journal = begin(folder, steps)
    thread = threading.Thread(target=lambda: [journal.add({n: RENAMED}) for n in range(2000)])
    thread.start()
    while thread.is_alive():
        assert read_run(folder, journal.about.run).unreadable == 0
    with journal:
        thread.join()


def test_lists_do_not_read_all_of_it(folder):
    """Of a run that ended the first and the last line are enough, however damaged it is between."""
    steps = [Step(action=Action.TRASH, id=f"{number:022}", after="TRASH") for number in range(3000)]
    with begin(folder, steps) as journal:
        journal.add(dict.fromkeys(range(3000), Done(outcome=NodeOutcome.TRASHED)))
    run = journal.about.run
    lines = lines_of(folder, run)
    rewrite(folder, run, [lines[0], b"x" * 100_000, b"\n", lines[-1]])
    assert summary_of(folder).counts == Counts(done=3000, reversible=3000)


def test_no_secret_can_be_in_it():
    """A step has names, ids and what changes: nothing of requests or sessions."""
    assert {field.name for field in msgspec.structs.fields(Step)} == {
        "action", "id", "name", "kind", "target", "target_name", "before", "after", "position", "count", "note",
    }  # fmt: skip
