"""A thread for many small jobs."""

import asyncio
import threading

import pytest

from amazon_photos.transfer.worker_thread import WorkerThread


async def test_jobs_run_in_their_order_in_one_other_thread():
    """Each job's result comes back to whoever asked for it; all ran in one thread that is not the loop's."""
    order, threads = [], set()

    def job(number):
        order.append(number)
        threads.add(threading.get_ident())
        return number * 2

    with WorkerThread() as files:
        results = await asyncio.gather(*(files.run(lambda n=n: job(n)) for n in range(100)))
    assert results == [n * 2 for n in range(100)]
    assert order == list(range(100))
    assert len(threads) == 1
    assert threading.get_ident() not in threads


async def test_a_job_that_fails_fails_alone():
    """An error goes to whoever asked for that job; the others are done."""
    with WorkerThread() as files:
        results = await asyncio.gather(
            files.run(lambda: 1), files.run(lambda: 1 / 0), files.run(lambda: 2), return_exceptions=True
        )
    assert results[::2] == [1, 2]
    assert isinstance(results[1], ZeroDivisionError)


async def test_whoever_no_longer_waits_is_no_trouble():
    """A job whose asker was cancelled is carried out, and the thread goes on."""
    gate = threading.Event()
    with WorkerThread() as files:
        given_up = asyncio.ensure_future(files.run(gate.wait))
        await asyncio.sleep(0)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        gate.set()
        assert await files.run(lambda: "on") == "on"
