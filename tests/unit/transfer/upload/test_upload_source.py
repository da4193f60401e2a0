"""A local file on its way up."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from amazon_photos.errors import FileChanged, LocalFileError
from amazon_photos.transfer.events import EventEmitter, FileProgress
from amazon_photos.transfer.local.kept import Kept
from amazon_photos.transfer.local.scan import restat
from amazon_photos.transfer.upload.upload_source import UploadSource


def source_of(found):
    return UploadSource(found, FileProgress(EventEmitter(), found.size))


async def read(source):
    blocks = source.body.chunks()
    return [block async for block in blocks] if isinstance(blocks, AsyncIterator) else list(blocks)


@pytest.mark.parametrize("size", [0, 1, 1 << 18, (1 << 18) + 1, 3_000_001])
async def test_every_byte_is_sent_once_in_blocks(tmp_path, size):
    """The blocks are the file's bytes in order, at most 256 KiB each, at every attempt."""
    content = os.urandom(size)
    (tmp_path / "a").write_bytes(content)
    source = source_of(restat(str(tmp_path / "a")))
    for _ in range(2):
        blocks = await read(source)
        assert b"".join(blocks) == content
        assert all(0 < len(block) <= 1 << 18 for block in blocks)
        assert source.sent
        assert source.problem is None
    assert source.body.length == size


@pytest.mark.parametrize("size", [1, 1 << 18, (1 << 18) + 1, 500_000, 1 << 20, 1 << 22, 5 << 20])
@pytest.mark.parametrize("longer", [-1, 0, 1])
async def test_a_file_that_changed_since_it_was_hashed_is_not_sent(tmp_path, size, longer):
    """Shorter, longer or other content is noticed before the last byte is handed over, also of a full last block."""
    (tmp_path / "a").write_bytes(b"x" * size)
    found = restat(str(tmp_path / "a"))
    (tmp_path / "a").write_bytes(b"y" * (size + longer))
    os.utime(tmp_path / "a", ns=(1, 1))
    source = source_of(found)
    with pytest.raises(FileChanged, match="run again"):
        await read(source)
    assert isinstance(source.problem, FileChanged)
    assert not source.sent


@pytest.mark.parametrize("size", [0, 1, 1 << 18, 1 << 20])
async def test_what_was_kept_is_sent_without_reading_it_again(tmp_path, size):
    """The bytes that were hashed go up, at every attempt; they are not looked for in the file."""
    (tmp_path / "a").write_bytes(b"x" * size)
    source = source_of(restat(str(tmp_path / "a"))._replace(kept=Kept(b"y" * size)))
    for _ in range(2):
        assert b"".join(await read(source)) == b"y" * size
        assert source.sent


@pytest.mark.parametrize("change", ["content", "pipe", "gone"])
async def test_what_was_kept_is_not_sent_once_the_file_is_another(tmp_path, change):
    """A file that was written, replaced or removed since it was hashed is told as that, and nothing goes up."""
    (tmp_path / "a").write_bytes(b"x")
    found = restat(str(tmp_path / "a"))._replace(kept=Kept(b"x"))
    (tmp_path / "a").unlink()
    if change == "content":
        (tmp_path / "a").write_bytes(b"yy")
    elif change == "pipe":
        os.mkfifo(tmp_path / "a")
    source = source_of(found)
    with pytest.raises(LocalFileError, match="no such file" if change == "gone" else "run again"):
        await read(source)
    assert source.problem is not None
    assert not source.sent


async def test_a_file_is_not_closed_while_it_is_read(tmp_path):
    """Also by who is cancelled meanwhile: the number of a closed file may be another's when the thread reads."""
    amounts, begun, go_on = [], threading.Event(), threading.Event()

    class Slow(ThreadPoolExecutor):
        def submit(self, do, *args):
            def read():
                begun.set()
                assert go_on.wait(60)
                amounts.append(len(do(*args)))

            return super().submit(read)

    (tmp_path / "a").write_bytes(b"x" * 3_000_000)
    with Slow(1) as threads:
        asyncio.get_running_loop().set_default_executor(threads)
        sending = asyncio.create_task(read(source_of(restat(str(tmp_path / "a")))))
        while not begun.is_set():
            await asyncio.sleep(0.01)
        sending.cancel()
        await asyncio.sleep(0.05)
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await sending
    assert amounts == [1 << 19]


@pytest.mark.parametrize("size", [600_000, 3 << 18])
async def test_a_file_that_changes_while_it_is_sent_is_noticed(tmp_path, size):
    """A write between the first block and the last one ends the upload."""
    (tmp_path / "a").write_bytes(b"x" * size)
    source = source_of(restat(str(tmp_path / "a")))
    blocks = source.body.chunks()
    assert await anext(blocks) == b"x" * (1 << 18)
    (tmp_path / "a").write_bytes(b"z" * size)
    os.utime(tmp_path / "a", ns=(1, 1))
    assert len(await anext(blocks)) == 1 << 18
    with pytest.raises(FileChanged):
        await anext(blocks)


async def test_a_file_that_is_gone_is_a_problem_of_this_machine(tmp_path):
    """What cannot be read is told as that, not as a broken connection."""
    (tmp_path / "a").write_bytes(b"x")
    source = source_of(restat(str(tmp_path / "a")))
    (tmp_path / "a").unlink()
    with pytest.raises(LocalFileError, match="cannot be read: no such file"):
        await read(source)
    assert source.problem is not None


async def test_a_pipe_in_a_file_s_place_is_not_waited_for(tmp_path):
    """What is no regular file any more is a problem of this machine, told at once (fault B7)."""
    (tmp_path / "a").write_bytes(b"x")
    found = restat(str(tmp_path / "a"))
    (tmp_path / "a").unlink()
    os.mkfifo(tmp_path / "a")
    source = source_of(found)
    with pytest.raises(FileChanged, match="no longer a file but a pipe"):
        await read(source)
    assert source.problem is not None
