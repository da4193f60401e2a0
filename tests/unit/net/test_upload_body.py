"""A body on its way up: what goes wrong with it is told apart from what goes wrong with the connection."""

import pytest

from amazon_photos.errors import LocalFileError
from amazon_photos.net.limits import RateLimiter
from amazon_photos.net.upload_body import UploadBody
from amazon_photos.settings import Settings
from amazon_photos.wire.call import Body


class Writer:
    """Takes what aiohttp's writer would, until the connection breaks."""

    def __init__(self, breaks_at=None):
        self.taken = []
        self._breaks_at = breaks_at

    async def write(self, piece):
        if len(self.taken) == self._breaks_at:
            raise ConnectionResetError("Cannot write to closing transport")
        self.taken.append(piece)


async def send(pieces, length, writer):
    async def chunks():
        for piece in pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    sending = UploadBody("upload", None, RateLimiter(None), Settings())
    async with sending.watch():
        await sending.payload(Body(length, chunks)).write_with_length(writer, length)


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
