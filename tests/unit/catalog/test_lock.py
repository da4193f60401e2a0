"""Two writers never write at once."""

import asyncio
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from amazon_photos.catalog.store import Store
from amazon_photos.errors import CatalogError, CatalogLocked

HOLDER = textwrap.dedent("""
    import sys, time
    from amazon_photos.catalog.store import Store

    with Store(sys.argv[1]).lock():
        print("held", flush=True)
        time.sleep(60)
""")


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path / "ap.parquet"], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_another_process_is_waited_for_and_then_named(tmp_path, holder):
    """After the patience is up the error says which process holds the catalogue and what to do."""
    store = Store(tmp_path / "ap.parquet", patience=0.2)
    with pytest.raises(CatalogLocked, match=f"number {holder.pid}.*wait until"), store.lock():
        pass


async def test_waiting_lets_the_loop_run(tmp_path, holder):
    """An async wait for the lock holds up nothing else."""
    store = Store(tmp_path / "ap.parquet", patience=0.3)
    turns = 0

    async def count():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0.01)

    counting = asyncio.create_task(count())
    with pytest.raises(CatalogLocked):
        async with store.lock():
            pass
    counting.cancel()
    assert turns > 3


def test_a_killed_holder_holds_nothing(tmp_path, holder):
    """The system lets go of a dead process's lock: nobody has to remove a file by hand."""
    holder.kill()
    holder.wait()
    with Store(tmp_path / "ap.parquet", patience=5).lock():
        pass


def test_threads_keep_apart(tmp_path):
    """Two clients in one process exclude each other too, and the second one gets its turn."""
    store, other = Store(tmp_path / "ap.parquet"), Store(tmp_path / "ap.parquet")
    inside, order = threading.Event(), []

    def second():
        inside.wait(10)
        with other.lock():
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with store.lock():
        inside.set()
        order.append("first")
    thread.join(20)
    assert order == ["first", "second"]


async def test_tasks_of_one_loop_keep_apart(tmp_path):
    """Two refreshes at once on one loop come one after the other."""
    inside = 0

    async def enter():
        nonlocal inside
        async with Store(tmp_path / "ap.parquet").lock():
            inside += 1
            assert inside == 1
            await asyncio.sleep(0.02)
            inside -= 1

    await asyncio.gather(enter(), enter(), enter())


def test_an_error_inside_lets_go(tmp_path):
    """Whatever happens inside, the lock is free afterwards."""
    store = Store(tmp_path / "ap.parquet", patience=0)
    with pytest.raises(ZeroDivisionError), store.lock():
        raise ZeroDivisionError
    with store.lock():
        pass


def test_a_place_where_no_lock_can_be_is_a_clear_error(tmp_path):
    """A folder that is not there is named."""
    with pytest.raises(CatalogError, match=r"no folder .*nowhere"), Store(tmp_path / "nowhere" / "ap.parquet").lock():
        pass


async def test_work_keeps_the_lock_though_nobody_waits_for_it(tmp_path):
    """Cancelled, however often, who waits leaves at once; the lock is let go of when the thread has ended."""
    store, begun, go_on = Store(tmp_path / "ap.parquet"), threading.Event(), threading.Event()

    def work():
        begun.set()
        assert go_on.wait(60)

    task = asyncio.create_task(store.lock().run(work))
    assert await asyncio.to_thread(begun.wait, 60)
    hasty = Store(store.path, patience=0)
    try:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(CatalogLocked), hasty.lock():
            pass
    finally:
        go_on.set()
    async with store.lock():
        pass


async def test_what_work_does_is_returned_or_raised(tmp_path):
    """And the lock is free afterwards."""
    store = Store(tmp_path / "ap.parquet", patience=0)
    assert await store.lock().run(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        await store.lock().run(lambda: 1 // 0)
    ended = ThreadPoolExecutor(1)
    ended.shutdown()
    with pytest.raises(RuntimeError):
        await store.lock().run(lambda: 7, ended)
    with store.lock():
        pass


async def test_who_waits_takes_no_thread(tmp_path):
    """As many as there are threads, and more, wait for one that has the lock and needs a thread to go on."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2))
    store = Store(tmp_path / "ap.parquet")
    async with store.lock():
        waiting = [asyncio.create_task(store.lock().run(lambda: 7)) for _ in range(4)]
        await asyncio.sleep(0.2)
        async with asyncio.timeout(30):
            await asyncio.to_thread(int)
    assert await asyncio.gather(*waiting) == [7] * 4
