"""A node's bytes without a file: all at once, or one piece after the other, on both faces."""

import contextlib

import pytest

from amazon_photos import AmazonPhotos, errors
from odd_service import odd_service
from transfers import asked, connector, content, put

BIG = 3_000_000


@pytest.fixture
def quick(service, tmp_path, monkeypatch):
    """Makes async clients that lose no time, of whatever stands where the emulator stood."""
    return lambda at=service, **settings: connector(at, tmp_path, monkeypatch)(**settings)


@pytest.fixture
async def client(quick):
    async with quick() as made:
        yield made


async def put_one(ap, size=BIG, name="a.mp4"):
    [node_id] = await put(ap, [name], size=size)
    return await ap.node(node_id)


def gets(service):
    return [seen.status for seen in asked(service)]


# --- read ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, BIG])
async def test_read_gives_all_bytes(client, service, size):
    """All of them, by one request; of an empty file none is needed."""
    assert await client.read(await put_one(client, size)) == content(0, size)
    assert gets(service) == [200] * (size > 0)


async def test_read_verifies_and_reads_wrong_bytes_once_more(client, service):
    """Wrong bytes that pass are not seen; those that stay are ``ContentMismatch``."""
    node = await put_one(client)
    service.faults([{"operation": "download", "nth": 1, "fault": "wrong-bytes"}])
    assert await client.read(node) == content(0, BIG)
    service.faults([{"operation": "download", "fault": "wrong-bytes"}])
    with pytest.raises(errors.ContentMismatch, match="MD5"):
        await client.read(node)


async def test_read_takes_no_more_into_memory_than_is_allowed(client, service):
    """A file above the bound is refused before its bytes are asked for, and the error says what to use."""
    node = await put_one(client)
    with pytest.raises(errors.InvalidInput, match=r"3,000,000 bytes.*stream\(\).*max_bytes"):
        await client.read(node, max_bytes=BIG - 1)
    assert gets(service) == []
    for bound in (BIG, None):
        assert len(await client.read(node, max_bytes=bound)) == BIG


async def test_the_bound_holds_where_the_node_tells_no_size(quick, service):
    """The size is asked of the content's host then, and what is too large is not read."""

    async def odd(asked, forward):
        answer = await forward()
        if asked.path.startswith("/drive/v1/nodes/") and "contentProperties" in answer.json:
            del answer.json["contentProperties"]["size"]
        return answer

    with odd_service(service, odd) as strange:
        async with quick(strange) as ap:
            node = await put_one(ap)
            with pytest.raises(errors.InvalidInput, match="3,000,000 bytes"):
                await ap.read(node, max_bytes=1000)
            assert await ap.read(node) == content(0, BIG)


@pytest.mark.parametrize("bound", [-1, 1.5, "x"])
async def test_a_silly_bound_is_refused(client, service, bound):
    """The error names the argument, and nothing is sent."""
    with pytest.raises(errors.InvalidInput, match="max_bytes"):
        await client.read("A" * 22, max_bytes=bound)
    assert not service.requests


# --- stream --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, None), (0, 10), (1_000_000, 2_500_000), (BIG - 9, None), (5, 5), (BIG - 5, BIG + 9), (BIG, None)],
)
async def test_a_stream_is_a_slice_in_pieces(client, service, start, end):
    """The pieces are of the size wanted, together they are ``data[start:end]``, and one request at most brings them."""
    pieces = [piece async for piece in client.stream(await put_one(client), start=start, end=end, chunk_size=70_000)]
    assert b"".join(pieces) == content(0, BIG)[start:end]
    assert {len(piece) for piece in pieces[:-1]} <= {70_000}
    assert gets(service) == ([200] if (start, end) == (0, None) else [206])[: len(pieces)]


async def test_a_stream_goes_on_where_it_was_cut(client, service):
    """Only the rest is asked for, by Range."""
    node = await put_one(client)
    service.faults([{"operation": "download", "nth": [1, 2], "fault": "cut"}])
    assert b"".join([piece async for piece in client.stream(node)]) == content(0, BIG)
    assert gets(service) == [200, 206, 206]


async def test_a_stream_of_wrong_bytes_ends_with_an_error(client, service):
    """The piece that completes them is never given."""
    node = await put_one(client)
    service.faults([{"operation": "download", "fault": "wrong-bytes"}])
    pieces = client.stream(node, chunk_size=1_000_000)
    assert [len(await anext(pieces)) for _ in range(2)] == [1_000_000] * 2
    with pytest.raises(errors.ContentMismatch, match="MD5"):
        await anext(pieces)


async def test_leaving_a_stream_early_closes_the_connection(client):
    """Nothing is on its way any more, and the client goes on."""
    node = await put_one(client)
    async with contextlib.aclosing(client.stream(node)) as pieces:
        async for piece in pieces:
            assert content(0, BIG).startswith(piece)
            assert client._session._transport._arriving
            break
    assert not client._session._transport._arriving
    assert await client.read_range(node, 0, 4) == content(0, BIG)[:4]


async def test_a_closed_client_ends_its_streams(client):
    """The next piece is ``ClientClosed``, however much of it had come."""
    pieces = client.stream(await put_one(client))
    await anext(pieces)
    await client.close()
    with pytest.raises(errors.ClientClosed):
        await anext(pieces)


@pytest.mark.parametrize(
    ("given", "named"),
    [({"start": -1}, "start"), ({"start": 2, "end": 1}, "end"), ({"chunk_size": 0}, "chunk_size"),
     ({"chunk_size": 1 << 40}, "chunk_size"), ({"chunk_size": "x"}, "chunk_size")],
)  # fmt: skip
async def test_silly_pieces_are_refused_with_the_call(client, given, named):
    """Not with the first piece: the line at fault is the one in the traceback."""
    with pytest.raises(errors.InvalidInput, match=named):
        client.stream("A" * 22, **given)


async def test_what_is_no_node_has_no_bytes(client, service):
    """Before anything is sent."""
    for wrong in (None, 7, "", "../x", "a/../b.jpg", "/", [], {"name": "a"}):
        with pytest.raises(errors.InvalidInput):
            await client.read(wrong)
        with pytest.raises(errors.InvalidInput):
            await anext(client.stream(wrong))
    assert not service.requests


# --- paths ---------------------------------------------------------------------------------------------------


async def test_a_path_is_a_node(client):
    """Of a file in a folder or in the root; folders are found as everywhere, the file's name is exact."""
    await client.create_folders("Pictures/2023")
    folder = await client.find_path("Pictures/2023")
    await put(client, ["a b.jpg"], size=9, start=1, folder=folder.id)
    await put(client, ["top.jpg"], size=9, start=2)
    assert await client.read("Pictures/2023/a b.jpg") == await client.read("pictures/2023/a b.jpg") == content(1, 9)
    assert await client.read("/top.jpg") == content(2, 9)
    for missing in ("Pictures/2023/A B.jpg", "Pictures/no.jpg"):
        with pytest.raises(errors.InvalidInput, match="no file"):
            await client.read(missing)
    with pytest.raises(errors.InvalidInput, match="no folder"):
        await client.read("Nowhere/a.jpg")


# --- the blocking face ---------------------------------------------------------------------------------------


def test_the_blocking_face_streams_and_reads(ap, tmp_path):
    """``for`` in the place of ``async for``; leaving early and closing are the same."""
    (tmp_path / "a.mp4").write_bytes(content(3, BIG))
    row = ap.upload(tmp_path / "a.mp4").iloc[0]
    assert ap.read(row) == b"".join(ap.stream(row)) == b"".join(ap.stream(row, chunk_size=999_983)) == content(3, BIG)
    with contextlib.closing(ap.stream(row, start=7)) as pieces:
        assert next(pieces) == content(3, BIG)[7 : 7 + (1 << 18)]
    assert not ap._aio._session._transport._arriving
    with pytest.raises(errors.InvalidInput, match="chunk_size"):
        ap.stream(row, chunk_size=0)


def test_a_stream_keeps_its_client(service, ap, tmp_path):
    """A client that nobody else holds is not closed while somebody iterates."""
    (tmp_path / "a.mp4").write_bytes(content(3, BIG))
    row = ap.upload(tmp_path / "a.mp4").iloc[0]
    pieces = AmazonPhotos(service.cookies, endpoint=service.url, progress=False).stream(row.id)
    assert b"".join(pieces) == content(3, BIG)
