"""Events: what moved counts once, and nobody who watches can do harm."""

import logging

from hypothesis import given
from hypothesis import strategies as st

from amazon_photos.transfer.events import BytesTransferred, EventEmitter, FileFinished, FileProgress, PlanUpdated
from amazon_photos.transfer.file_result import FileResult


def test_plans_grow_and_stay_complete():
    """Each Planned tells all there is; once every file has been found, it says so for good."""
    told = []
    watch = EventEmitter(told.append)
    watch.plan(files=1, bytes=5)
    watch.plan(files=1)
    watch.plan(complete=True)
    watch.plan(bytes=-2)
    assert told == [
        PlanUpdated(1, 5, complete=False),
        PlanUpdated(2, 5, complete=False),
        PlanUpdated(2, 5, complete=True),
        PlanUpdated(2, 3, complete=True),
    ]


@given(
    size=st.integers(1, 50),
    attempts=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=5),
    arrived=st.booleans(),
)
def test_bytes_that_moved_add_up_to_what_was_planned(size, attempts, arrived):
    """However often a file was begun anew, or continued: in the end as much has moved as there was to do."""
    told = []
    watch = EventEmitter(told.append)
    watch.plan(files=1, bytes=size, complete=True)
    meter, reached = FileProgress(watch, size), size
    for number, (start, amount) in enumerate(attempts):
        start = min(start, reached if number else size)
        meter.attempt(start)
        meter.move(min(amount, size - start))
        reached = start + min(amount, size - start)
    meter.settle(arrived=arrived)
    moved = sum(event.bytes for event in told if isinstance(event, BytesTransferred))
    planned = [event for event in told if isinstance(event, PlanUpdated)]
    assert moved == planned[-1].bytes
    assert 0 <= moved <= size
    assert arrived or not moved


def test_one_who_raises_is_told_no_more(caplog):
    """An exception of a watcher is logged once; the others go on being told."""
    told, calls = [], []

    def fails(event):
        calls.append(event)
        raise LookupError("mine")

    watch = EventEmitter(fails, told.append)
    outcome = FileResult(path="a", outcome="uploaded")
    with caplog.at_level(logging.ERROR, "amazon_photos.transfer"):
        watch.finish(outcome)
        watch.finish(outcome)
    assert told == [FileFinished(outcome)] * 2
    assert len(calls) == 1
    assert [record.exc_info[1].args for record in caplog.records] == [("mine",)]
