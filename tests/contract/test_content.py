"""One node's bytes without a download: opened, a range, a thumbnail; the same bytes, or an error."""

import asyncio
import gc
import io
import shutil
import tracemalloc
import zipfile
from contextlib import contextmanager

import pytest
from PIL import Image

from amazon_photos import AmazonPhotos, ContentReader, errors
from odd_service import Answer, odd_service
from transfers import PASSING, asked, connector, content, put

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


# --- the async reader ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 2000, BIG])
async def test_reading_all_gives_the_bytes_and_verifies_them(client, service, size):
    """``read()`` is the file's bytes, from one request (of an empty file none), and ``verified`` turns True."""
    node = await put_one(client, size)
    async with client.open(node) as reader:
        assert isinstance(reader, ContentReader)
        assert (reader.size, reader.name, reader.verified, reader.tell()) == (size, "a.mp4", None, 0)
        assert await reader.read() == content(0, size)
        assert (reader.verified, reader.tell()) == (True, size)
        assert await reader.read() == b""
    assert gets(service) == [200] * (size > 0)


async def test_reading_in_pieces_is_one_request(client, service):
    """Reading on streams: however small the pieces are, Amazon is asked once."""
    reader = await client.open(await put_one(client))
    pieces = []
    while piece := await reader.read(70_000):
        pieces.append(piece)
    await reader.close()
    assert b"".join(pieces) == content(0, BIG)
    assert {len(piece) for piece in pieces[:-1]} == {70_000}
    assert gets(service) == [200]


async def test_jumps_read_what_is_there(client, service):
    """Any place can be read; what lies between is not fetched, and ``verified`` says that nobody knows."""
    data = content(0, BIG)
    async with client.open(await put_one(client)) as reader:
        for place in (2_000_000, 5, BIG - 10, 1_000_000):
            assert reader.seek(place) == place
            assert await reader.read(100) == data[place : place + 100]
        assert reader.seek(-7, 2) == BIG - 7
        assert await reader.read() == data[-7:]
        assert reader.seek(-3, 1) == BIG - 3
        reader.seek(BIG + 5)
        assert await reader.read(10) == b""
        assert reader.verified is None
    assert set(gets(service)) == {206}


async def test_bytes_that_were_read_in_any_order_are_verified_when_they_follow_each_other(client):
    """A look at the beginning first, as picture libraries do, costs no verification."""
    async with client.open(await put_one(client)) as reader:
        await reader.read(16)
        reader.seek(0)
        await reader.read()
        assert reader.verified is True


@pytest.mark.parametrize("fault", [fault for fault in PASSING if fault != "wrong-bytes"])
async def test_faults_that_pass_are_not_seen(client, service, fault):
    """Whatever the first two requests met, the bytes are the file's."""
    node = await put_one(client)
    service.faults([{"operation": "download", "nth": [1, 2], "fault": fault}])
    async with client.open(node) as reader:
        assert await reader.read() == content(0, BIG)
        assert reader.verified is True


async def test_a_cut_connection_goes_on_from_where_it_was(client, service):
    """Only the rest is asked for, by Range."""
    node = await put_one(client)
    service.faults([{"operation": "download", "nth": [1, 2], "fault": "cut"}])
    async with client.open(node) as reader:
        assert await reader.read() == content(0, BIG)
    assert gets(service) == [200, 206, 206]


async def test_a_silent_service_is_given_up_and_asked_again(client, quick, service):
    """A read without progress for the read time-out goes on from where it was."""
    node = await put_one(client)
    async with quick(read_timeout=0.5) as ap:
        service.faults([{"operation": "download", "nth": 1, "fault": "stall-during", "seconds": 3600}])
        async with ap.open(node) as reader:
            assert await reader.read() == content(0, BIG)


async def test_wrong_bytes_are_an_error_at_the_read_that_completes_them(client, service):
    """They cannot be taken back, so they are never tried again in silence; nor does reading on help."""
    node = await put_one(client)
    service.faults([{"operation": "download", "fault": "wrong-bytes"}])
    async with client.open(node) as reader:
        with pytest.raises(errors.ContentMismatch, match="MD5"):
            await reader.read()
        assert reader.verified is False
        with pytest.raises(errors.ContentMismatch):
            await reader.read(1)


@pytest.mark.parametrize(
    ("fault", "error"), [("401", "SessionExpired"), ("html", "SessionExpired"), ("404", "NotFound")]
)
async def test_what_trying_again_cannot_help_is_said_at_once(client, service, fault, error):
    """A dead session and a removed file are one request and one error, and the place stays where it was."""
    node = await put_one(client)
    async with client.open(node) as reader:
        await reader.read(10)
        reader.seek(2_000_000)
        service.faults([{"operation": "download", "fault": fault}])
        service.requests.clear()
        with pytest.raises(getattr(errors, error)):
            await reader.read(10)
        assert (reader.tell(), len(gets(service))) == (2_000_000, 1)
        service.faults([])
        assert await reader.read(10) == content(0, BIG)[2_000_000:2_000_010]


async def test_a_dead_service_is_an_error_after_the_attempts_of_the_settings(quick, service):
    """As often as ``max_attempts`` says, and not once more."""
    async with quick(max_attempts=3) as ap:
        node = await put_one(ap)
        service.faults([{"operation": "download", "fault": "503"}])
        async with ap.open(node) as reader:
            with pytest.raises(errors.Unavailable):
                await reader.read()
    assert gets(service) == [503] * 3


async def test_a_service_without_ranges_is_read_from_its_beginning(service, quick):
    """A 200 where a part was asked for is the whole file: what is before the place is left out."""

    async def odd(asked, forward):
        if asked.path.startswith("/cdproxy/"):
            asked.headers.pop("Range", None)
        return await forward()

    with odd_service(service, odd) as strange:
        async with quick(strange) as ap:
            node = await put_one(ap)
            async with ap.open(node) as reader:
                reader.seek(1_500_001)
                assert await reader.read(1000) == content(0, BIG)[1_500_001:1_501_001]
            assert await ap.read_range(node, 2_000_000, 2_000_010) == content(0, BIG)[2_000_000:2_000_010]


LIES = {
    "another total": {"Content-Range": f"bytes 2000000-{BIG - 1}/{BIG + 1}"},
    "another part": {"Content-Range": f"bytes 1999999-{BIG - 1}/{BIG}"},
    "nothing said": {"Content-Range": ""},
    "nonsense": {"Content-Range": "bytes 2000000-٣/3"},
}


@pytest.mark.parametrize("lie", LIES)
async def test_an_answer_that_is_another_part_is_none(service, quick, lie):
    """What does not say that it is what was asked for is never taken for it."""

    async def odd(asked, forward):
        answer = await forward()
        if answer.status == 206:
            answer.headers |= LIES[lie]
        return answer

    with odd_service(service, odd) as strange:
        async with quick(strange, max_attempts=2) as ap:
            node = await put_one(ap)
            async with ap.open(node) as reader:
                reader.seek(2_000_000)
                with pytest.raises(errors.ContentMismatch):
                    await reader.read()


async def test_a_file_that_is_replaced_while_it_is_read_is_never_mixed(service, quick):
    """The entity tag of a later answer is another one: that is said at once, though size and status agree."""
    tags = iter(['"one"', '"two"', '"two"'])

    async def odd(asked, forward):
        answer = await forward()
        if asked.method == "GET" and asked.path.startswith("/cdproxy/"):
            answer.headers["ETag"] = next(tags)
        return answer

    with odd_service(service, odd) as strange:
        async with quick(strange) as ap:
            node = await put_one(ap)
            async with ap.open(node) as reader:
                await reader.read(10)
                reader.seek(2_000_000)
                with pytest.raises(errors.ContentMismatch, match="replaced"):
                    await reader.read(10)


async def test_idle_readers_stand_in_nobodys_way(quick, service):
    """However many files are open and half read, the client goes on: they give their connections back."""
    async with quick(max_concurrency=2, initial_concurrency=2) as ap:
        node = await put_one(ap)
        readers = [await ap.open(node) for _ in range(5)]
        for reader in readers:
            await asyncio.wait_for(reader.read(10), 20)
        await asyncio.wait_for(ap.usage(), 20)
        for reader in readers:
            assert await asyncio.wait_for(reader.read(), 20) == content(0, BIG)[10:]
            assert reader.verified is True


@contextmanager
def memory_within(most):
    """What is allocated in the block, the emulator's part included, stays below ``most`` bytes."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


async def test_a_large_file_takes_little_memory(client):
    """In pieces, a small part of it; whole, and as a range, little more than the bytes that are given."""
    size = 40 << 20
    node = await put_one(client, size)
    with memory_within(10 << 20):
        async with client.open(node) as reader:
            while await reader.read(100_000):
                pass
    for read in (lambda: client.read_range(node, 0, size), lambda: read_all(client, node)):
        with memory_within(size + (16 << 20)):
            assert len(await read()) == size


async def read_all(client, node):
    async with client.open(node) as reader:
        return await reader.read()


async def test_a_reader_after_its_end_says_so(client, quick):
    """After ``close``, which may be called twice, and after the client's."""
    node = await put_one(client)
    reader = await client.open(node)
    await reader.read(1)
    await reader.close()
    await reader.close()
    with pytest.raises(errors.InvalidInput, match="closed"):
        await reader.read(1)
    other = await client.open(node)
    await other.read(1)
    await client.close()
    with pytest.raises(errors.ClientClosed):
        await other.read(1)
    with pytest.raises(errors.ClientClosed):
        await client.open(node)
    await other.close()


async def test_a_cancelled_read_can_be_done_again(client, service):
    """Nothing is lost: the place is where it was."""
    node = await put_one(client)
    service.faults([{"operation": "download", "nth": 1, "fault": "stall-during", "seconds": 3600}])
    async with client.open(node) as reader:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(reader.read(), 0.3)
        assert reader.tell() == 0
        assert await reader.read() == content(0, BIG)


async def test_size_and_md5_that_amazon_does_not_tell(service, quick):
    """The size is learned from the answer; without an MD5 nothing is verified, and ``verified`` says False."""

    async def odd(asked, forward):
        answer = await forward()
        if asked.method == "GET" and asked.path.startswith("/drive/v1/nodes/"):
            answer.json["contentProperties"] = {"contentType": "video/mp4"}
        return answer

    with odd_service(service, odd) as strange:
        async with quick(strange) as ap:
            node = await put_one(ap)
            async with ap.open(node.id) as reader:
                assert (reader.size, reader.verified) == (BIG, False)
                assert await reader.read() == content(0, BIG)
            assert await ap.read_range(node.id, BIG - 5, BIG + 5) == content(0, BIG)[-5:]
            assert await ap.read_range(node.id, BIG + 1, BIG + 5) == b""


# --- what can be opened --------------------------------------------------------------------------------------


async def test_a_node_in_every_form_is_opened(client, service):
    """An id, a node, a row, a record, a frame of one row; of those that tell size and MD5 nothing is asked."""
    node = await put_one(client, 2000)
    frame = await client.nodes("kind:FILE")
    row = frame.iloc[0]
    told = [node, row, frame, frame.to_dict("records")[0], {"id": node.id, "size": 2000, "md5": node.md5}]
    service.requests.clear()
    for given in told:
        assert await client.read_range(given, 0, 2000) == content(0)
    assert len(service.requests) == len(told)
    for given in (node.id, {"id": node.id}):
        assert await client.read_range(given, 0, 2000) == content(0)


@pytest.mark.parametrize("wrong", [None, 7, "", "../x", [], ["x", "y"], {"name": "a"}, [{"id": "a"}, {"id": "b"}]])
async def test_what_is_no_node_is_refused(client, service, wrong):
    """Before anything is sent."""
    for operation in (client.open(wrong), client.read_range(wrong, 0, 1), client.thumbnails.get(wrong, width=9)):
        with pytest.raises(errors.InvalidInput):
            await operation
    assert not service.requests


async def test_what_has_no_content_is_refused(client, service):
    """Folders, as an object, a row or an id, albums, and what Amazon is still processing."""
    root = await client.root
    service.set(processing=1000)
    pending = await put_one(client, 2000)
    assert pending.status == "PENDING"
    for wrong, why in ((root, "folder"), (root.id, "folder"), (pending, "PENDING"), (pending.id, "PENDING")):
        with pytest.raises(errors.InvalidInput, match=why):
            await client.open(wrong)
    with pytest.raises(errors.NotFound):
        await client.open("A" * 22)


# --- ranges --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (0, 0),
        (0, 1),
        (5, 5),
        (1_000_000, 2_500_000),
        (BIG - 1, BIG),
        (BIG - 5, BIG + 9),
        (BIG, BIG + 1),
        (BIG - 9, None),
    ],
)
async def test_a_range_is_a_slice(client, start, end):
    """``read_range(node, a, b)`` is ``data[a:b]``."""
    assert await client.read_range(await put_one(client), start, end) == content(0, BIG)[start:end]


@pytest.mark.parametrize("fault", PASSING)
async def test_a_range_through_faults(client, service, fault):
    """Whatever the first request met; of a part, nobody can tell that bytes in it are wrong."""
    node = await put_one(client)
    service.faults([{"operation": "download", "nth": 1, "fault": fault}])
    span = (0, BIG) if fault == "wrong-bytes" else (1_000_000, BIG)
    assert await client.read_range(node, *span) == content(0, BIG)[slice(*span)]


async def test_a_range_asks_for_no_more_than_is_wanted(client, service):
    """A part is one request for just these bytes; what lies beyond the end is none."""
    node = await put_one(client)
    await client.read_range(node, 10, 20)
    await client.read_range(node, BIG, BIG + 1)
    assert gets(service) == [206]


@pytest.mark.parametrize(
    ("start", "end", "named"),
    [(-1, 5, "start"), (0, -1, "end"), (5, 4, "end"), (0.5, 2, "start"), ("a", 2, "start"), (0, "b", "end")],
)
async def test_a_silly_range_is_refused(client, service, start, end, named):
    """The error names the argument, and nothing is sent."""
    with pytest.raises(errors.InvalidInput, match=named):
        await client.read_range("A" * 22, start, end)
    assert not service.requests


# --- thumbnails ----------------------------------------------------------------------------------------------


def picture(width=640, height=480):
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 90)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def photo(ap, tmp_path):
    (tmp_path / "a.jpg").write_bytes(picture())
    return ap.upload(tmp_path / "a.jpg").iloc[0]


def test_a_thumbnail_is_a_small_jpeg(ap, photo, service):
    """It fits what was asked for, and Amazon is asked with owner and box as recorded."""
    for node in (photo.id, ap.node(photo.id)):
        for asked_for, size in (({"width": 100, "height": 30}, (40, 30)), ({"width": 64}, (64, 48))):
            small = Image.open(io.BytesIO(ap.thumbnails.get(node, **asked_for)))
            assert (small.format, small.size) == ("JPEG", size)
    last = [seen for seen in service.requests if "/thumbnail/" in seen.path][-1]
    assert last.query == {"ownerId": ap.root.owner_id, "viewBox": "64"}


def test_a_thumbnail_of_no_picture_is_an_error(ap, photo):
    """A folder, a node that is not there, and sides that no picture has."""
    with pytest.raises(errors.InvalidInput, match="folder"):
        ap.thumbnails.get(ap.root, width=10)
    with pytest.raises(errors.NotFound):
        ap.thumbnails.get("A" * 22, width=10)
    for side in (0, -1, 1.5, 1 << 20, "x"):
        with pytest.raises(errors.InvalidInput, match="height"):
            ap.thumbnails.get(photo.id, width=10, height=side)


async def test_what_is_no_jpeg_is_no_thumbnail(service, quick):
    """The door checks what comes."""

    async def odd(asked, forward):
        return (
            Answer(200, b"GIF89a", {"Content-Type": "image/jpeg"}) if "/thumbnail/" in asked.path else await forward()
        )

    with odd_service(service, odd) as strange:
        async with quick(strange) as ap:
            with pytest.raises(errors.UnexpectedReply):
                await ap.thumbnails.get((await put_one(ap, 2000)).id, width=10)


# --- an ordinary file ----------------------------------------------------------------------------------------


@pytest.fixture
def zipped(ap, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        for name in "abc":
            file.writestr(f"{name}.txt", f"{name}-ö\n" * 100_000)
    return ap.upload(tmp_path / "a.zip").iloc[0].id


def test_it_is_an_ordinary_file(ap, zipped, tmp_path):
    """Whatever takes a binary file takes it: zipfile, shutil, text wrappers, iteration, ``readinto``."""
    there = (tmp_path / "a.zip").read_bytes()
    with ap.open(zipped) as file:
        assert isinstance(file, io.BufferedReader)
        assert (file.name, file.mode, file.readable(), file.seekable(), file.writable()) == (
            "a.zip",
            "rb",
            True,
            True,
            False,
        )
        with zipfile.ZipFile(file) as archive:
            assert archive.testzip() is None
            with archive.open("b.txt") as member:
                assert next(iter(io.TextIOWrapper(member, "utf-8"))) == "b-ö\n"
        file.seek(0)
        with (tmp_path / "copy.zip").open("wb") as copy:
            shutil.copyfileobj(file, copy)
        assert (tmp_path / "copy.zip").read_bytes() == there
        assert (file.tell(), file.read(), file.seek(-4, 2)) == (len(there), b"", len(there) - 4)
        buffer = bytearray(10)
        assert (file.readinto(buffer), bytes(buffer[:4])) == (4, there[-4:])
        with pytest.raises(io.UnsupportedOperation):
            file.write(b"x")


def test_a_picture_is_opened_in_place(ap, photo):
    """PIL reads it as from a disk."""
    with ap.open(photo) as file, Image.open(file) as opened:
        opened.load()
        assert opened.size == (640, 480)


def test_a_file_after_its_end_says_so(ap, zipped):
    """Closing it twice is fine; reading it then is what it is of any file; after the client's end, ``ClientClosed``."""
    file, other = ap.open(zipped), ap.open(zipped)
    file.close()
    file.close()
    with pytest.raises(ValueError, match="closed"):
        file.read()
    other.read(10)
    ap.close()
    with pytest.raises(errors.ClientClosed):
        other.read()
    other.close()
    with pytest.raises(errors.ClientClosed):
        ap.open(zipped)


def test_a_file_keeps_its_client(service, zipped, tmp_path):
    """A client that only the file holds goes on."""
    file = AmazonPhotos(service.cookies, endpoint=service.url, progress=False).open(zipped)
    gc.collect()
    assert file.read() == (tmp_path / "a.zip").read_bytes()
    file.close()
