"""Waiting for async operations from blocking code."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from amazon_photos.blocking.bridge import Bridge, WrongThread
from amazon_photos.errors import Closed


async def nothing():
    return None


@pytest.fixture
def bridge():
    bridge = Bridge()
    yield bridge
    bridge.stop(nothing())


def test_results_and_errors_come_back(bridge):
    """wait() returns what the operation returns and raises what it raises."""

    async def double(n):
        await asyncio.sleep(0)
        return 2 * n

    async def fail():
        raise LookupError("gone")

    assert bridge.wait(double(21)) == 42
    with pytest.raises(LookupError, match="gone"):
        bridge.wait(fail())


async def test_works_where_a_loop_is_running(bridge):
    """In Jupyter a loop runs already; waiting still works."""

    async def answer():
        return 42

    assert bridge.wait(answer()) == 42


def test_many_threads_share_one_bridge(bridge):
    """Calls from several threads run side by side."""
    barrier = asyncio.Barrier(4)

    async def meet():
        async with asyncio.timeout(10):
            await barrier.wait()

    threads = [threading.Thread(target=bridge.wait, args=(meet(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)


def test_leaving_an_iteration_closes_the_source(bridge):
    """Breaking out of a loop runs the async generator's clean-up."""
    closed = []

    async def numbers():
        try:
            n = 0
            while True:
                yield n
                n += 1
        finally:
            closed.append(True)

    items = bridge.iterate(numbers())
    assert [next(items), next(items)] == [0, 1]
    items.close()
    assert closed == [True]


def test_waiting_inside_its_own_loop_is_refused(bridge):
    """It would wait for ever; it says so instead."""

    async def inner():
        bridge.wait(nothing())

    with pytest.raises(WrongThread, match="AsyncAmazonPhotos"):
        bridge.wait(inner())


def test_ctrl_c_cancels_and_waits_for_the_clean_up(bridge):
    """KeyboardInterrupt cancels the operation, and its clean-up has run when the interrupt arrives."""
    cleaned = []

    async def slow():
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.05)
            cleaned.append(True)

    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        bridge.wait(slow())
    assert cleaned == [True]


def test_a_second_ctrl_c_cuts_the_clean_up_off(bridge):
    """Whoever presses twice does not wait for what the first left running; that is cancelled, too."""
    cut = []

    async def stubborn():
        try:
            await asyncio.sleep(3600)
        finally:
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
            try:
                await asyncio.sleep(3600)
            finally:
                cut.append(True)

    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        bridge.wait(stubborn())
    assert cut == [True]


def test_after_stop_it_says_so():
    """A stopped bridge refuses clearly and its thread is gone."""
    bridge = Bridge()
    bridge.stop(nothing())
    bridge.stop(nothing())
    with pytest.raises(Closed):
        bridge.wait(nothing())
    assert not bridge._thread.is_alive()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_is_told(bridge):
    """A fork has no loop thread: waiting there is refused instead of hanging."""
    code = (
        "import os, sys\n"
        "from amazon_photos.blocking.bridge import Bridge, WrongThread\n"
        "async def nothing(): pass\n"
        "bridge = Bridge()\n"
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    try: bridge.wait(nothing())\n"
        "    except WrongThread: os._exit(7)\n"
        "    os._exit(1)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=30, check=False).returncode == 7


def test_a_script_that_never_closes_exits():
    """The loop's thread does not keep the process alive, even in the middle of an operation."""
    code = (
        "import asyncio, threading\n"
        "from amazon_photos.blocking.bridge import Bridge\n"
        "bridge = Bridge()\n"
        "threading.Thread(target=lambda: bridge.wait(asyncio.sleep(60)), daemon=True).start()\n"
    )
    started = time.monotonic()
    run = subprocess.run([sys.executable, "-c", code], timeout=30, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert time.monotonic() - started < 25
