"""Bounded work and its orderly end."""

import asyncio

import pytest

from amazon_photos.errors import ConnectionFailed
from amazon_photos.transfer.pool import FailureBudget, run_bounded


async def numbers(count, drawn):
    for number in range(count):
        drawn.append(number)
        yield number


async def test_no_more_at_once_than_allowed():
    """Work is drawn only when there is a hand for it, and everything is done."""
    busy, most, done, drawn = 0, 0, [], []

    async def do(number):
        nonlocal busy, most
        busy += 1
        most = max(most, busy, len(drawn) - len(done))
        await asyncio.sleep(0.001)
        busy -= 1
        done.append(number)

    await run_bounded(numbers(50, drawn), do, width=4)
    assert sorted(done) == list(range(50))
    assert most == 4


async def test_fewer_at_once_where_told():
    """How many may be under way can change while the work goes on; what waits has not been drawn."""
    allowed, busy, most, drawn = 1, 0, [], []

    async def do(number):
        nonlocal allowed, busy
        busy += 1
        most.append(busy)
        await asyncio.sleep(0.001)
        assert len(drawn) <= number + allowed
        busy -= 1
        allowed = 1 if number < 5 else 3

    await run_bounded(numbers(30, drawn), do, width=8, now=lambda: allowed)
    assert max(most[:5]) == 1
    assert max(most) == 3
    assert len(most) == 30


async def test_an_error_stops_new_work_and_lets_the_rest_finish():
    """What is under way when an error comes out is finished; what has not begun is not begun."""
    done, drawn = [], []

    async def do(number):
        if number == 1:
            raise ValueError("stop")
        await asyncio.sleep(0.05)
        done.append(number)

    with pytest.raises(ValueError, match="stop"):
        await run_bounded(numbers(100, drawn), do, width=3)
    assert done == [0, 2]
    assert len(drawn) <= 4


async def test_the_first_cancellation_lets_work_finish():
    """Ctrl-C: what is under way is finished, nothing new is begun, and the cancellation goes on."""
    done, started = [], asyncio.Event()

    async def do(number):
        started.set()
        await asyncio.sleep(0.05)
        done.append(number)

    task = asyncio.create_task(run_bounded(numbers(100, []), do, width=2))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == [0, 1]


async def test_the_second_cancellation_leaves_now():
    """Ctrl-C twice: nothing is waited for."""
    ended, started = [], asyncio.Event()

    async def do(number):
        started.set()
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append(number)

    task = asyncio.create_task(run_bounded(numbers(100, []), do, width=2))
    await started.wait()
    task.cancel()
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sorted(ended) == [0, 1]


async def test_what_takes_too_long_is_cut_off():
    """After the time of grace, work that doesn't end is cancelled."""
    started = asyncio.Event()

    async def do(number):
        started.set()
        await asyncio.sleep(3600)

    task = asyncio.create_task(run_bounded(numbers(2, []), do, width=2, grace=0.01))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_patience_ends_only_when_nothing_succeeds():
    """Failures end the run once nothing has gone through for long; one success begins anew."""
    patience, error = FailureBudget(0.0), ConnectionFailed("down")
    patience.note_failure(error)
    patience.note_success()
    patience.note_failure(error)
    with pytest.raises(ConnectionFailed) as caught:
        patience.note_failure(error)
    (note,) = caught.value.__notes__
    assert "the run ends here" in note


def test_every_failure_that_may_end_the_run_says_why_once():
    """Several fail at the same moment, and any of them may be the one that is raised; one may be noted twice."""
    patience, errors = FailureBudget(0.0), [ConnectionFailed("down") for _ in range(3)]
    patience.note_failure(ConnectionFailed("down"))
    for error in [*errors, *errors]:
        with pytest.raises(ConnectionFailed):
            patience.note_failure(error)
    assert [len(error.__notes__) for error in errors] == [1, 1, 1]
