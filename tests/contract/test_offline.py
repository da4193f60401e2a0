"""Reading what is on the disk: no request, no waiting, no cookie that must be good."""

import inspect
import socket
import threading

import pytest

from amazon_photos import AmazonPhotos, AsyncAmazonPhotos, Catalog, F
from amazon_photos.catalog.schema import Header
from amazon_photos.catalog.store import Store
from amazon_photos.errors import ClientClosed, ConnectionFailed

MD5 = "0" * 32
READING = {
    "db": lambda ap: ap.db,
    "columns": lambda ap: ap.columns("id", "size"),
    "arrow": lambda ap: ap.arrow("id"),
    "sql": lambda ap: ap.sql("select count(*) from db"),
    "find": lambda ap: ap.find(F.size > 1, sort="size", limit=3),
    "ids_by_md5": lambda ap: ap.ids_by_md5([MD5]),
}
reading = pytest.mark.parametrize("read", READING.values(), ids=READING)


@pytest.fixture
def catalogue(service, tmp_path):
    """ap.parquet of a small library, made by another client; its path."""
    service.reset(files=60)
    with AmazonPhotos(service.cookies, catalog=tmp_path / "ap.parquet", endpoint=service.url, progress=False) as ap:
        ap.refresh()
    service.requests.clear()
    return tmp_path / "ap.parquet"


@pytest.fixture
def nobody():
    """The address of a host that takes connections and never answers, and how many it took."""
    taken = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept():
            while True:
                try:
                    taken.append(listener.accept())
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", taken
        listener.shutdown(socket.SHUT_RDWR)
    for connection, _ in taken:
        connection.close()


@reading
def test_reading_sends_nothing(service, catalogue, read):
    """A fresh client of a complete catalogue asks nobody, not even who it is (fault F1)."""
    with AmazonPhotos(service.cookies, catalog=catalogue, endpoint=service.url) as ap:
        assert len(read(ap)) > 0
    assert service.requests == []


@reading
async def test_reading_sends_nothing_in_async_code(service, catalogue, read):
    """The same of the async client (fault F1)."""
    async with AsyncAmazonPhotos(service.cookies, catalog=catalogue, endpoint=service.url) as ap:
        assert len(await read(ap)) > 0
        assert ap._session.requests == 0
    assert service.requests == []


@reading
def test_reading_opens_no_connection(service, catalogue, nobody, read):
    """With the service unreachable nothing is tried, so nothing is waited for (fault F1)."""
    url, taken = nobody
    with AmazonPhotos(service.cookies, catalog=catalogue, endpoint=url) as ap:
        assert len(read(ap)) > 0
    assert taken == []


@reading
def test_reading_needs_no_good_cookies(service, catalogue, read):
    """A session that is over is of no interest to whoever only reads (fault F1)."""
    with AmazonPhotos({**service.cookies, "at-main": "Atza|dead"}, catalog=catalogue, endpoint=service.url) as ap:
        assert len(read(ap)) > 0
    assert service.requests == []


def test_folders_are_found_without_a_request(service, catalogue):
    """tree, find_path() and print_tree() read the catalogue, and know its root (faults F1, F2)."""
    with AmazonPhotos(service.cookies, catalogue, endpoint=service.url) as ap:
        paths = ap.tree.paths()
        assert all(ap.find_path(path).id == node_id for path, node_id in paths.items())
        ap.print_tree()
    assert len(paths) > 1
    assert service.requests == []


@pytest.mark.parametrize("there", [True, False])
def test_looking_at_a_client_sends_nothing(service, catalogue, there):
    """Editors and debuggers read every attribute that dir() lists: none of them asks anybody (fault F2)."""
    if not there:
        catalogue.unlink()
    with AmazonPhotos(service.cookies, catalogue, endpoint=service.url) as ap:
        assert {"find", "settings"} <= {name for name, _ in inspect.getmembers(ap)}
        assert {"db", "root", "tree"} <= set(dir(type(ap))) - set(dir(ap))
    assert service.requests == []
    assert catalogue.exists() == there


async def test_looking_at_an_async_client_sends_nothing(service, catalogue):
    """The same of the async client, which leaves no coroutine unawaited (fault F2)."""
    catalogue.unlink()
    async with AsyncAmazonPhotos(service.cookies, catalogue, endpoint=service.url) as ap:
        members = dict(inspect.getmembers(ap))
        assert not [name for name, value in members.items() if inspect.iscoroutine(value)]
        assert ap._session.requests == 0
    assert service.requests == []
    assert not catalogue.exists()


def test_what_this_client_makes_is_found_at_once(service, catalogue, tmp_path):
    """Folders of create_folders() and of an upload are in the tree before the next refresh."""
    (tmp_path / "note.jpg").write_bytes(b"\xff\xd8 not much of a photo")
    with AmazonPhotos(service.cookies, catalogue, endpoint=service.url, progress=False) as ap:
        made = ap.create_folders("Travel/2024")
        up = ap.upload(tmp_path / "note.jpg", "Backup/Notes")
        service.requests.clear()
        assert ap.find_path("travel/2024").id == made.id[0]
        assert up.id[0] in set(ap.find(f"parents:{ap.find_path('Backup/Notes').id}").id)
    assert service.requests == []


def test_news_of_folders_come_with_a_refresh(service, catalogue):
    """What another program does is seen by find_path() after refresh(), and not before."""
    with (
        AmazonPhotos(service.cookies, catalogue, endpoint=service.url, progress=False) as ap,
        AmazonPhotos(service.cookies, catalogue.with_name("other.parquet"), endpoint=service.url) as other,
    ):
        assert ap.find_path("Elsewhere") is None
        other.create_folders("Elsewhere")
        assert ap.find_path("Elsewhere") is None
        ap.refresh()
        assert ap.find_path("Elsewhere") is not None


def test_a_catalogue_is_read_without_a_client(catalogue):
    """The file alone is enough: no cookies, no settings, no account (fault F1)."""
    there = Catalog.open(catalogue)
    assert len(there.find()) == len(list(there.rows(columns=["id"]))) == len(there) > 60


@pytest.mark.parametrize("there", ["nothing", "a query's rows", "damaged"])
async def test_without_a_catalogue_and_a_network_it_says_so_at_once(service, catalogue, there):
    """One clear error after one try, which names the file; and the file is what it was (fault F1)."""
    if there == "nothing":
        catalogue.unlink()
    elif there == "damaged":
        catalogue.write_bytes(b"PAR1")
    else:
        store = Store(catalogue)
        with store.lock():
            store.write(store.read().slice(0, 3), Header(owner="X"))
    before = catalogue.read_bytes() if catalogue.exists() else None
    async with AsyncAmazonPhotos(service.cookies, catalog=catalogue, endpoint="http://127.0.0.1:9") as ap:
        with pytest.raises(ConnectionFailed, match=r"no whole catalogue at .*ap\.parquet.*127\.0\.0\.1:9"):
            await ap.db
        assert ap._session.requests == 1
    assert (catalogue.read_bytes() if catalogue.exists() else None) == before


async def test_a_service_that_stumbles_is_asked_again(service, catalogue):
    """Only a host that cannot be reached ends it at once: 503 and 429 are tried again, as everywhere."""
    catalogue.unlink()
    service.faults([{"path": "*", "times": 2, "fault": "503"}])
    async with AsyncAmazonPhotos(service.cookies, catalog=catalogue, endpoint=service.url, progress=False) as ap:
        assert len(await ap.db) > 60


@reading
async def test_a_closed_client_reads_nothing(service, catalogue, read):
    """Closed is closed, also for what needs no request."""
    ap = AsyncAmazonPhotos(service.cookies, catalog=catalogue, endpoint=service.url)
    await ap.close()
    with pytest.raises(ClientClosed):
        await read(ap)


def test_whose_it_is_is_checked_when_it_is_refreshed(service, catalogue):
    """The first refresh asks who this is, and keeps another account's file aside (fault F1)."""
    store = Store(catalogue)
    with store.lock():
        store.write(store.read().slice(0, 3), Header(owner="SOMEBODY", complete=True, refreshed_at=1))
    with AmazonPhotos(service.cookies, catalog=catalogue, endpoint=service.url, progress=False) as ap:
        assert len(ap.db) == 3
        assert not service.requests
        ap.refresh()
        assert len(ap.db) > 60
    assert len(list(catalogue.parent.glob("ap.parquet.of-another-account-*"))) == 1
