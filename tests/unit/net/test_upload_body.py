"""A body on its way up: what goes wrong with it is told apart from what goes wrong with the connection."""

import asyncio

import pytest

from amazon_photos.errors import LocalFileError
from amazon_photos.net.limits import RateLimiter
from amazon_photos.net.upload_body import UploadBody
from amazon_photos.settings import Settings
from amazon_photos.wire.call import Body


class Writer:
    """Takes what aiohttp's writer would, until the connection breaks."""

    def __init__(self, breaks_at=None, slow=0.0):
        self.taken = []
        self._breaks_at = breaks_at
        self._slow = slow

    async def write(self, piece):
        if len(self.taken) == self._breaks_at:
            raise ConnectionResetError("Cannot write to closing transport")
        await asyncio.sleep(self._slow)
        self.taken.append(piece)


async def send(pieces, length, writer, *, settings=None, after=0.0):
    async def chunks():
        for piece in pieces:
            if isinstance(piece, Exception):
                raise piece
            if isinstance(piece, float):
                await asyncio.sleep(piece)
            else:
                yield piece

    body = Body(length, chunks)
    sending = UploadBody("upload", body, RateLimiter(None), settings or Settings())
    with sending:
        async with asyncio.timeout(None) as deadline:
            await sending.payload(deadline).write_with_length(writer, length)
            await asyncio.sleep(after)


async def test_pieces_are_handed_over_as_they_are():
    """Every piece goes to aiohttp, in order; an empty body has none."""
    writer = Writer()
    await send([b"one", b"two"], 6, writer)
    await send([], 0, writer)
    assert writer.taken == [b"one", b"two"]


@pytest.mark.parametrize("length", [5, 7])
async def test_a_body_of_another_length_is_a_problem_of_this_machine(length):
    """Neither more nor fewer bytes than announced are sent as if they were all."""
    writer = Writer()
    with pytest.raises(LocalFileError, match="changed its length"):
        await send([b"one", b"two"], length, writer)
    assert len(b"".join(writer.taken)) <= length


async def test_a_file_that_cannot_be_read_is_told_as_that():
    """Also where aiohttp would call it a broken connection."""
    with pytest.raises(LocalFileError, match="cannot read what is to be sent"):
        await send([b"one", OSError(5, "Input/output error")], 6, Writer())


async def test_a_connection_that_breaks_is_none_of_the_file_s_faults():
    """It is tried again, which a file that cannot be read is not."""
    with pytest.raises(ConnectionResetError):
        await send([b"one", b"two"], 6, Writer(breaks_at=1))


@pytest.mark.parametrize("breaks", ["taking", "reading", "answering"])
async def test_only_silence_of_the_other_side_ends_it(breaks):
    """A piece that nobody takes, and an answer that does not begin, end in a time-out; a slow disk does not."""
    settings = Settings(read_timeout=0.05, answer_timeout=0.05)
    writer = Writer(slow=0.3 if breaks == "taking" else 0.0)
    pieces = [b"one", 0.3 if breaks == "reading" else 0.0, b"two"]
    ended = send(pieces, 6, writer, settings=settings, after=0.3 if breaks == "answering" else 0.0)
    if breaks == "reading":
        await ended
        assert writer.taken == [b"one", b"two"]
        return
    with pytest.raises(TimeoutError):
        await ended


def at_once():
    """What is in memory already."""
    yield b"one"
    yield memoryview(b"two")


async def piece_by_piece():
    """What has to be waited for."""
    for piece in at_once():
        yield piece


@pytest.mark.parametrize("chunks", [at_once, piece_by_piece])
async def test_a_body_that_was_looked_at_is_sent_all_the_same(chunks):
    """A middleware of aiohttp's may read all of it before: what is sent then is made anew."""
    writer, sending = Writer(), UploadBody("upload", Body(6, chunks), RateLimiter(None), Settings())
    async with asyncio.timeout(None) as deadline:
        payload = sending.payload(deadline)
        assert await payload.as_bytes() == b"onetwo"
        with sending:
            await payload.write(writer)
    assert b"".join(writer.taken) == b"onetwo"


@pytest.mark.parametrize("length", [5, 7])
async def test_what_is_in_memory_is_held_to_its_length_too(length):
    """Neither more nor fewer bytes than announced are sent as if they were all."""
    writer, sending = Writer(), UploadBody("upload", Body(length, at_once), RateLimiter(None), Settings())
    with pytest.raises(LocalFileError, match="changed its length"), sending:
        async with asyncio.timeout(None) as deadline:
            await sending.payload(deadline).write(writer)
    assert len(b"".join(writer.taken)) <= length
