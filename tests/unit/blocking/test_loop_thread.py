"""Waiting for async operations from blocking code."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from contextlib import aclosing

import pytest

from amazon_photos.blocking.loop_thread import LoopThread, WrongThread
from amazon_photos.errors import ClientClosed

PATIENCE = 60
"""Seconds until a test gives up; nothing here takes that long unless it hangs."""


async def nothing():
    return None


async def numbers():
    n = 0
    while True:
        yield n
        n += 1


@pytest.fixture
def loop_thread():
    loop_thread = LoopThread(nothing)
    gc.disable()  # an interrupt that comes while something is finalized is lost
    yield loop_thread
    gc.enable()
    loop_thread.stop()


def elsewhere(call, *args):
    """Calls in another thread, which doesn't keep the tests alive; what comes of it is a future."""
    outcome = Future()

    def run():
        try:
            outcome.set_result(call(*args))
        except Exception as error:
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return outcome


def test_results_and_errors_come_back(loop_thread):
    """wait() returns what the operation returns and raises what it raises."""

    async def double(n):
        await asyncio.sleep(0)
        return 2 * n

    async def fail():
        raise LookupError("gone")

    assert loop_thread.wait(double(21)) == 42
    with pytest.raises(LookupError, match="gone"):
        loop_thread.wait(fail())


async def test_works_where_a_loop_is_running(loop_thread):
    """In Jupyter a loop runs already; waiting still works."""

    async def answer():
        return 42

    assert loop_thread.wait(answer()) == 42


def test_many_threads_share_one_loop(loop_thread):
    """Calls from several threads run side by side."""
    barrier = asyncio.Barrier(4)

    async def meet():
        async with asyncio.timeout(10):
            await barrier.wait()

    threads = [threading.Thread(target=loop_thread.wait, args=(meet(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)


def test_leaving_an_iteration_closes_the_source(loop_thread):
    """Breaking out of a loop runs the async generator's clean-up."""
    closed = []

    async def counting():
        try:
            async for n in numbers():
                yield n
        finally:
            closed.append(True)

    items = loop_thread.iterate(counting())
    assert [next(items), next(items)] == [0, 1]
    items.close()
    assert closed == [True]


def test_waiting_inside_its_own_loop_is_refused(loop_thread):
    """It would wait for ever; it says so instead."""

    async def inner():
        loop_thread.wait(nothing())

    with pytest.raises(WrongThread, match="AsyncAmazonPhotos"):
        loop_thread.wait(inner())


def test_ctrl_c_cancels_and_waits_for_the_clean_up(loop_thread):
    """KeyboardInterrupt cancels the operation, and its clean-up has run when the interrupt arrives."""
    cleaned = []

    async def slow():
        asyncio.get_running_loop().call_later(0.1, press_ctrl_c)
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.05)
            cleaned.append(True)

    with pytest.raises(KeyboardInterrupt):
        loop_thread.wait(slow())
    assert cleaned == [True]


def press_ctrl_c():
    os.kill(os.getpid(), signal.SIGINT)


def test_a_second_ctrl_c_cuts_the_clean_up_off(loop_thread):
    """What the first left running is cancelled by the second, too, and has ended when the caller is back."""
    happened = []

    async def slow():
        try:
            press_ctrl_c()
            await asyncio.sleep(3600)
        finally:
            try:
                press_ctrl_c()
                await asyncio.sleep(3600)
            finally:
                happened.append("cut off")

    with pytest.raises(KeyboardInterrupt):
        loop_thread.wait(slow())
    assert happened == ["cut off"]


def test_whoever_presses_twice_leaves_whatever_is_left_running(loop_thread):
    """A clean-up that heeds no cancellation is abandoned after some seconds: nobody has to kill the program."""
    still_running, let_it_end = threading.Event(), asyncio.Event()
    give_up = threading.Timer(PATIENCE, lambda: loop_thread._loop.call_soon_threadsafe(let_it_end.set))

    async def stubborn():
        press_ctrl_c()
        cancelled = 0
        while not let_it_end.is_set():
            try:
                await let_it_end.wait()
            except asyncio.CancelledError:
                cancelled += 1
                if cancelled == 1:
                    press_ctrl_c()
                else:
                    still_running.set()
        still_running.clear()

    give_up.start()
    with pytest.raises(KeyboardInterrupt):
        loop_thread.wait(stubborn())
    assert still_running.is_set()  # the caller is back before it has ended
    give_up.cancel()
    loop_thread._loop.call_soon_threadsafe(let_it_end.set)
    assert loop_thread.wait(asyncio.sleep(0, 42)) == 42


def test_ctrl_c_on_the_way_in_starts_nothing(loop_thread, recwarn):
    """Who is interrupted before the loop has heard of the operation does not wait for it, and it never begins."""
    waiting, pressed = threading.Event(), threading.Event()
    begun = []

    async def begin():
        begun.append(True)

    def stand_in_the_door():
        with loop_thread._door:
            waiting.set()
            pressed.wait(PATIENCE)

    standing = elsewhere(stand_in_the_door)
    waiting.wait(PATIENCE)
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        loop_thread.wait(begin())
    pressed.set()
    standing.result(PATIENCE)
    loop_thread.wait(nothing())
    gc.collect()
    assert begun == []
    assert list(recwarn) == []


def test_an_operation_may_end_the_program(loop_thread):
    """SystemExit, of a callback say, comes to the caller, and the loop goes on for the others."""

    async def leave():
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        loop_thread.wait(leave())
    assert loop_thread.wait(asyncio.sleep(0, 42)) == 42


# --- the end -----------------------------------------------------------------------------------------------


def test_after_stop_it_says_so():
    """A stopped thread refuses clearly and its thread is gone; stopping twice is fine."""
    loop_thread = LoopThread(nothing)
    loop_thread.stop()
    loop_thread.stop()
    with pytest.raises(ClientClosed):
        loop_thread.wait(nothing())
    with pytest.raises(ClientClosed):
        next(loop_thread.iterate(numbers()))
    assert not loop_thread._thread.is_alive()


def test_stop_cuts_off_what_others_wait_for():
    """It gets time to tidy up before the last operation is run, and whoever waits for it is told."""
    happened = []
    begun = threading.Event()

    async def last():
        happened.append("last")

    async def slow():
        try:
            begun.set()
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0.05)
            happened.append("tidied up")

    loop_thread = LoopThread(last)
    waiting = elsewhere(loop_thread.wait, slow())
    begun.wait(PATIENCE)
    loop_thread.stop()
    with pytest.raises(ClientClosed):
        waiting.result(PATIENCE)
    assert happened == ["tidied up", "last"]
    assert not loop_thread._thread.is_alive()


def test_stop_does_not_wait_for_ever():
    """What tidies up for too long is cut off there, too."""
    begun = threading.Event()

    async def stubborn():
        try:
            begun.set()
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(3600)

    loop_thread = LoopThread(nothing)
    waiting = elsewhere(loop_thread.wait, stubborn())
    begun.wait(PATIENCE)
    loop_thread.stop()
    with pytest.raises(ClientClosed):
        waiting.result(PATIENCE)


def test_stop_ends_a_reader_in_another_thread():
    """An iteration ends with Closed, whether it waits for an item or is busy with one; its source is closed."""
    read, closed = threading.Event(), threading.Event()

    async def endless():
        try:
            async for n in numbers():
                yield n
                await asyncio.sleep(0)
        finally:
            closed.set()

    loop_thread = LoopThread(nothing)

    def go_on():
        for _ in loop_thread.iterate(endless()):
            read.set()

    reading = elsewhere(go_on)
    read.wait(PATIENCE)
    loop_thread.stop()
    with pytest.raises(ClientClosed):
        reading.result(PATIENCE)
    assert closed.is_set()


def test_stop_closes_what_is_being_read(caplog):
    """Iterators that are still open are closed, the outermost first; nobody hears of it, then or later."""
    closed = []

    async def within():
        try:
            async for n in numbers():
                yield n
        finally:
            await asyncio.sleep(0.01)
            closed.append("within")

    async def outermost():
        try:
            async with aclosing(within()) as items:
                async for n in items:
                    yield n
        finally:
            await asyncio.sleep(0.01)
            closed.append("outermost")

    loop_thread = LoopThread(nothing)
    left = loop_thread.iterate(outermost())
    assert [next(left), next(left)] == [0, 1]
    loop_thread.stop()
    assert closed == ["within", "outermost"]
    left.close()
    with pytest.raises(StopIteration):
        next(left)
    assert caplog.records == []


def test_reading_on_after_stop_says_so():
    """An iterator that was left open raises ``ClientClosed`` when it is asked for more."""
    loop_thread = LoopThread(nothing)
    items = loop_thread.iterate(numbers())
    next(items)
    loop_thread.stop()
    with pytest.raises(ClientClosed):
        next(items)


def test_the_garbage_collector_may_come_by_on_the_loop(loop_thread):
    """An iterator that is dropped on the loop's own thread is closed all the same, and nothing waits for itself."""
    closed = threading.Event()

    async def source():
        try:
            async for n in numbers():
                yield n
        finally:
            closed.set()

    held = [loop_thread.iterate(source())]
    next(held[0])

    async def drop():
        held.clear()

    loop_thread.wait(drop())
    assert closed.wait(PATIENCE)


def test_the_loop_may_stop_itself():
    """stop() in a callback returns at once, and the thread ends."""
    loop_thread = LoopThread(nothing)

    async def stop():
        loop_thread.stop()

    loop_thread.wait(stop())
    loop_thread._thread.join(PATIENCE)
    assert not loop_thread._thread.is_alive()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_is_told(loop_thread):
    """A fork has no loop thread: waiting there is refused instead of hanging."""
    code = (
        "import os, sys\n"
        "from amazon_photos.blocking.loop_thread import LoopThread, WrongThread\n"
        "async def nothing(): pass\n"
        "loop_thread = LoopThread(nothing)\n"
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    try: loop_thread.wait(nothing())\n"
        "    except WrongThread: os._exit(7)\n"
        "    os._exit(1)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=30, check=False).returncode == 7


def test_a_script_that_never_closes_exits():
    """The loop's thread does not keep the process alive, even in the middle of an operation."""
    code = (
        "import asyncio, threading\n"
        "from amazon_photos.blocking.loop_thread import LoopThread\n"
        "loop_thread = LoopThread(lambda: asyncio.sleep(0))\n"
        "threading.Thread(target=lambda: loop_thread.wait(asyncio.sleep(60)), daemon=True).start()\n"
    )
    started = time.monotonic()
    run = subprocess.run([sys.executable, "-c", code], timeout=30, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert time.monotonic() - started < 25
