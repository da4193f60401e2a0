"""Closing a blocking client while it is read elsewhere, or half read, and not holding on to it at all."""

import gc
import threading
from concurrent.futures import Future

import pytest

from amazon_photos import AmazonPhotos, errors

PHOTOS = "type:(PHOTOS)"
PATIENCE = 60
"""Seconds until a test gives up; nothing here takes that long unless it hangs."""


@pytest.fixture
def connect(service, tmp_path):
    """Makes clients; nobody else holds them."""
    service.reset(files=1500)

    def make():
        return AmazonPhotos(service.cookies, catalog=tmp_path / "ap.parquet", endpoint=service.url, progress=False)

    return make


def elsewhere(call):
    """Calls in another thread, which doesn't keep the tests alive; what comes of it is a future."""
    outcome = Future()

    def run():
        try:
            outcome.set_result(call())
        except BaseException as error:
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return outcome


# --- closed by another thread ------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["pages", "nodes"])
def test_a_reader_in_another_thread_is_told(connect, service, shape):
    """Who is reading a search when the client is closed gets ClientClosed, and doesn't wait for ever."""
    service.set(latency=0.02)
    ap = connect()
    begun = threading.Event()

    def read():
        while True:
            for _ in getattr(ap.search(PHOTOS), shape)():
                begun.set()

    reading = elsewhere(read)
    assert begun.wait(PATIENCE)
    ap.close()
    with pytest.raises(errors.ClientClosed):
        reading.result(PATIENCE)


@pytest.mark.parametrize(
    "call",
    [
        lambda ap: ap.usage(),
        lambda ap: ap.search(PHOTOS).count(),
        lambda ap: ap.query(PHOTOS),
        lambda ap: list(ap.search(PHOTOS).pages()),
        lambda ap: ap.nodes(),
        lambda ap: ap.db,
    ],
    ids=["usage", "count", "query", "pages", "nodes", "db"],
)
def test_a_call_that_is_cut_off_says_so(connect, service, call):
    """Whatever waits for an answer when another thread closes the client raises ClientClosed, one of our own errors."""
    service.faults([{"path": "*", "fault": "stall"}])
    ap = connect()
    calling = elsewhere(lambda: call(ap))
    with pytest.raises(TimeoutError):
        calling.result(0.5)
    ap.close()
    with pytest.raises(errors.ClientClosed):
        calling.result(PATIENCE)


def test_closing_among_many_threads(connect):
    """However many threads are at it, each gets its answers or ClientClosed."""
    ap = connect()
    begun = threading.Barrier(7)

    def ask():
        begun.wait(PATIENCE)
        while True:
            ap.search(PHOTOS).count()

    asking = [elsewhere(ask) for _ in range(6)]
    begun.wait(PATIENCE)
    ap.close()
    for each in asking:
        with pytest.raises(errors.ClientClosed):
            each.result(PATIENCE)


# --- closed with something half read -----------------------------------------------------------------------


def test_reading_on_after_the_end_says_so(connect):
    """A search that was half read when the client closed raises ClientClosed when it is read on, and can be let go."""
    with connect() as ap:
        pages, nodes, untouched = ap.search(PHOTOS).pages(), ap.search(PHOTOS).nodes(), ap.search(PHOTOS).pages()
        next(pages), next(pages), next(nodes)
    for half_read in (pages, nodes, untouched):
        with pytest.raises(errors.ClientClosed):
            next(half_read)
        half_read.close()


# --- never held --------------------------------------------------------------------------------------------


def test_a_search_keeps_its_client(connect):
    """Nobody has to hold on to the client: what is read of its search is all there."""
    count = connect().search(PHOTOS).count()
    assert count > 400
    assert len(connect().search(PHOTOS).frame()) == count
    assert connect().search(PHOTOS).table().num_rows == count
    assert sum(len(page) for page in connect().search(PHOTOS).pages()) == count
    assert sum(1 for _ in connect().search(PHOTOS).nodes()) == count


@pytest.mark.parametrize("shape", ["pages", "nodes"])
def test_a_half_read_search_keeps_its_client(connect, shape):
    """A client that was let go while something of it is read stays open until that ends."""
    items = getattr(connect().search(PHOTOS, limit=450), shape)()
    next(items)
    gc.collect()
    assert sum(1 for _ in items) == {"pages": 2, "nodes": 449}[shape]


def test_a_client_nobody_holds_closes(connect):
    """A search keeps its client no longer than it lives itself: then the thread ends."""
    found = connect().search(PHOTOS)
    pages = found.pages()
    next(pages), next(pages)
    thread = found._loop_thread._thread
    assert thread.is_alive()
    del found, pages
    gc.collect()
    thread.join(PATIENCE)
    assert not thread.is_alive()
