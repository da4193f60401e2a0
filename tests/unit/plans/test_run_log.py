"""The journal of a run whose steps are written as they come."""

import asyncio
from contextlib import suppress
from functools import partial

import pytest

from amazon_photos.errors import LocalFileError
from amazon_photos.frames.results import NodeOutcome
from amazon_photos.plans.actions import Action
from amazon_photos.plans.journal import JournalWriter
from amazon_photos.plans.journal_reader import is_under_way, list_made, list_runs, read_run, summarize_runs
from amazon_photos.plans.run_log import RunLog
from amazon_photos.plans.step import Step

ID = "a" * 22


def file(name):
    return Step(action=Action.UPLOAD, id="new file", name=name, kind="FILE", target=ID, before="", after="0" * 32)


def make_log(folder):
    return RunLog(partial(JournalWriter.begin, folder, owner="me", operation="upload", steps=()))


def read_last(folder):
    return read_run(folder, list_runs(folder)[0])


async def test_it_begins_with_the_first_step(tmp_path):
    """No step, no file; steps written at the same time share one journal, each under its own number."""
    async with make_log(tmp_path) as log:
        assert list_runs(tmp_path) == []
        numbers = await asyncio.gather(*(log.write([file(f"{n}.jpg")]) for n in range(5)))
    assert sorted(numbers) == [0, 1, 2, 3, 4]
    assert len(list_runs(tmp_path)) == 1
    assert len(read_last(tmp_path).steps) == 5


async def test_what_a_step_made_is_known_before_its_outcome(tmp_path):
    """The id that was told first counts until there is an outcome; then the outcome's does."""
    async with make_log(tmp_path) as log:
        number = await log.write([file("a.jpg"), file("b.jpg")])
        log.note_made(number, ID)
        log.note_made(number + 1, ID)
        log.note(number + 1, NodeOutcome.FAILED, "it was not right")
    run = read_last(tmp_path)
    assert (run.find_made(0), run.find_made(1)) == (ID, "")
    assert run.interrupted


async def test_what_became_of_a_step_is_written_in_the_same_turn_of_the_loop(tmp_path):
    """With the next step, in one write, or by itself; nothing waits for the end of the run."""
    async with make_log(tmp_path) as log:
        log.note(await log.write([file("a.jpg")]), NodeOutcome.UPLOADED, made=ID)
        second = await log.write([file("b.jpg")])
        assert set(read_last(tmp_path).done) == {0}
        log.note(second, NodeOutcome.UPLOADED, made="b" * 22)
        await asyncio.sleep(0)
        assert set(read_last(tmp_path).done) == {0, 1}


async def test_an_outcome_is_written_however_the_run_ends(tmp_path):
    """An error in the very turn in which a step was settled loses nothing of it."""
    with suppress(RuntimeError):
        async with make_log(tmp_path) as log:
            log.note(await log.write([file("a.jpg")]), NodeOutcome.UPLOADED, made=ID)
            raise RuntimeError
    assert read_last(tmp_path).find_made(0) == ID


async def test_a_run_without_its_end_is_interrupted(tmp_path):
    """Where steps come one by one, more may have been done than is written, unless the run says that it ended."""
    async with make_log(tmp_path) as log:
        log.note(await log.write([file("a.jpg")]), NodeOutcome.UPLOADED, made=ID)
    assert not read_last(tmp_path).interrupted
    with suppress(RuntimeError):
        async with make_log(tmp_path) as log:
            log.note(await log.write([file("a.jpg")]), NodeOutcome.UPLOADED, made=ID)
            raise RuntimeError
    assert read_last(tmp_path).interrupted


async def test_a_run_of_no_step_never_began(tmp_path):
    """A program that is killed right after the first line did nothing."""
    with JournalWriter.begin(tmp_path, owner="me", operation="upload", steps=()):
        assert not read_last(tmp_path).began


async def test_no_step_begins_where_nothing_can_be_written(tmp_path):
    """The error is raised before the first step, and before each after it."""
    (tmp_path / "runs").write_text("in the way")
    async with make_log(tmp_path / "runs") as log:
        for _ in range(2):
            with pytest.raises(LocalFileError, match="without a journal nothing is changed"):
                await log.write([file("a.jpg")])
        with pytest.raises(LocalFileError):
            log.check()


async def test_without_history_nothing_is_written(tmp_path):
    """A log that has nothing to begin takes everything and keeps none."""
    async with RunLog(None) as log:
        log.note(await log.write([file("a.jpg")]), NodeOutcome.UPLOADED, made=ID)
        log.check()
    assert list(tmp_path.iterdir()) == []


async def test_lists_tell_of_a_run_what_its_journal_does(tmp_path):
    """The last line of one that ended, and all lines of another: how many steps, and whether it was interrupted."""
    async with make_log(tmp_path) as log:
        log.note(await log.write([file("a.jpg")]), NodeOutcome.UPLOADED, made=ID)
        log.note(await log.write([file("b.jpg")]), NodeOutcome.FAILED, "no")
        log.check()
        (during,) = summarize_runs(tmp_path)
    (after,) = summarize_runs(tmp_path)
    assert (during.counts, during.began, during.interrupted) == (after.counts, True, True)
    assert (after.counts.steps, after.counts.reversible, after.began, after.interrupted) == (2, 1, True, False)


async def test_a_run_is_under_way_until_its_journal_is_closed(tmp_path):
    """It is locked while it is written, also where an error ends it."""
    with suppress(RuntimeError):
        async with make_log(tmp_path) as log:
            await log.write([file("a.jpg")])
            (run,) = list_runs(tmp_path)
            assert is_under_way(tmp_path, run)
            raise RuntimeError
    assert not is_under_way(tmp_path, run)


async def test_what_was_made_is_known_by_its_run(tmp_path):
    """By an outcome, and by what was told before it; what a step turned out not to have made is nobody's."""
    async with make_log(tmp_path) as log:
        first = await log.write([file("a.jpg"), file("b.jpg"), file("c.jpg")])
        log.note(first, NodeOutcome.UPLOADED, made="a" * 22)
        log.note_made(first + 1, "b" * 22)
        log.note_made(first + 2, "c" * 22)
        log.note(first + 2, NodeOutcome.EXISTS)
    (run,) = list_runs(tmp_path)
    assert list_made(tmp_path) == {"a" * 22: run, "b" * 22: run}
