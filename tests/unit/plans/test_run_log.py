"""The journal of a run whose steps are written as they come."""

import asyncio
from contextlib import suppress
from functools import partial

import pytest

from amazon_photos.errors import LocalFileError
from amazon_photos.frames.results import NodeOutcome
from amazon_photos.plans.actions import Action
from amazon_photos.plans.journal import JournalWriter
from amazon_photos.plans.journal_reader import list_runs, read_run
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
