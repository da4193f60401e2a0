"""Two writers never write at once."""

import asyncio
import subprocess
import sys
import textwrap
import threading

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
