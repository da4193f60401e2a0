"""Reads that fail, wait, or are ended by somebody else: nothing is skipped, and nobody waits for ever."""

import asyncio
import math
import threading

import numpy as np
import pytest

from amazon_photos import errors
from transfers import connector, content, put

BIG = 3_000_000
PATIENCE = 20
"""Seconds until a test gives up; nothing here takes that long unless it hangs."""
STALL = {"operation": "download", "fault": "stall-during", "seconds": 3600}


@pytest.fixture
def quick(service, tmp_path, monkeypatch):
    """Makes async clients that lose no time."""
    return connector(service, tmp_path, monkeypatch)


@pytest.fixture
async def client(quick):
    async with quick() as made:
        yield made


async def put_one(ap):
    [node_id] = await put(ap, ["a.mp4"], size=BIG)
    return await ap.node(node_id)


@pytest.fixture
def film(ap, tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"\n".join(b"%07d" % n for n in range(100_000)))
    return ap.node(ap.upload(tmp_path / "a.mp4").iloc[0].id)


# --- reads that fail -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "read",
    [
        lambda file: file.read(),
        lambda file: file.read(700_000),
        lambda file: file.readinto(bytearray(700_000)),
        lambda file: file.readlines(),
        lambda file: list(file),
        lambda file: file.readline() + file.read(700_000),
    ],
)
def test_a_read_that_fails_skips_nothing(ap, film, service, tmp_path, read):
    """What Python's buffer held already is not lost: the place is where a read that worked has left it."""
    there = (tmp_path / "a.mp4").read_bytes()
    with ap.open(film) as file:
        assert file.read(10) == there[:10]
        ap._loop_thread.wait(file.raw._reader.release())
        service.faults([{"operation": "download", "fault": "404"}])
        with pytest.raises(errors.NotFound):
            read(file)
        place = file.tell()
        assert place <= 1 << 17  # where the last line ends that was there
        service.faults([])
        assert file.read() == there[place:]


@pytest.mark.parametrize("wrong", [1.5, math.nan, math.inf, "x", None, True, [1]])
async def test_a_place_that_is_no_number_is_refused(client, wrong):
    """By the name of the argument, at once; the reader stands where it stood."""
    async with client.open(await put_one(client)) as reader:
        for call in (lambda: reader.seek(wrong), lambda: reader.seek(0, "x"), lambda: reader.seek(0, [])):
            with pytest.raises(errors.InvalidInput, match=r"offset|whence"):
                call()
        if wrong is not None:  # all that is left
            with pytest.raises(errors.InvalidInput, match="size"):
                await reader.read(wrong)
        assert await reader.read(5) == content(0)[:5]


async def test_numbers_of_numpy_are_numbers(client):
    """Places are plain numbers afterwards: numpy's would wrap around."""
    async with client.open(await put_one(client)) as reader:
        assert type(reader.seek(np.int64(7))) is int
        assert await reader.read(np.uint8(5)) == content(0)[7:12]
        assert reader.seek(np.int64(2**63 - 1), 1) == 2**63 + 11
        assert await reader.read(3.0) == b""


# --- ended by somebody else ----------------------------------------------------------------------------------


@pytest.mark.parametrize("read", ["open", "read_range", "download"])
async def test_closing_the_client_ends_what_is_under_way(quick, service, tmp_path, read):
    """Whoever waits for bytes is told at once, though none come any more."""
    async with quick() as ap:
        node = await put_one(ap)
        service.faults([STALL])

        async def wait():
            if read == "open":
                return await (await ap.open(node)).read()
            if read == "download":
                return await ap.download([node], out=tmp_path / "out")
            return await ap.read_range(node, 10, BIG)

        waiting = asyncio.create_task(wait())
        await until_answered(ap)
        await ap.close()
        with pytest.raises(errors.ClientClosed):
            await asyncio.wait_for(waiting, PATIENCE)


async def test_closing_a_reader_ends_its_read(client, service):
    """The read says so, and closing doesn't wait for bytes; the client goes on."""
    node = await put_one(client)
    service.faults([STALL])
    reader = await client.open(node)
    waiting = asyncio.create_task(reader.read())
    await until_answered(client)
    await asyncio.wait_for(reader.close(), PATIENCE)
    with pytest.raises(errors.InvalidInput, match="closed"):
        await waiting
    service.faults([])
    assert await client.read_range(node, 0, 5) == content(0)[:5]


def test_closing_a_file_ends_its_read(ap, film, service):
    """Another thread's, too: Python's own buffer would wait for it."""
    service.faults([STALL])
    file, told = ap.open(film), []

    def read():
        try:
            file.read()
        except ValueError as error:
            told.append(str(error))

    reading = threading.Thread(target=read, daemon=True)
    reading.start()
    while not ap._aio._session._transport._arriving:
        reading.join(0.01)
    file.close()
    reading.join(PATIENCE)
    assert "closed" in told[0]


async def until_answered(ap):
    """An answer has begun."""
    while not ap._session._transport._arriving:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)


# --- many readers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [1, 270_000])
async def test_slow_readers_stand_in_nobodys_way(quick, service, step):
    """However slowly they read on, and however many they are, what waits for a place gets one."""
    async with quick(max_concurrency=2, initial_concurrency=2) as ap:
        node = await put_one(ap)

        async def read_slowly():
            async with ap.open(node) as reader:
                for _ in range(1000):
                    reader.seek(reader.tell() % (2 * BIG // 3))
                    await reader.read(step)
                    await asyncio.sleep(0.2)

        slow = [asyncio.create_task(read_slowly()) for _ in range(2)]
        await asyncio.sleep(0.5)
        await asyncio.wait_for(ap.usage(), PATIENCE)
        for task in slow:
            assert not task.done()
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
