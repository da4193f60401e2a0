"""``stop_transfers``: what is in flight is finished, nothing more is begun, and the call ends as at any other end."""

import asyncio
import json
import signal
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager

import pytest

from amazon_photos import AmazonPhotos, BytesTransferred, FileFinished, Settings
from transfers import content, files, fill, last_run, library, md5, put, sent

COUNT = 20
NAMES = [f"{number:02}.jpg" for number in range(COUNT)]
PATIENCE = 60
"""Seconds until a test gives up; nothing here takes that long unless it hangs."""
NOT_BEGUN = "stopped before it began"


def stop_after(ap, count):
    """A watcher of events that asks to stop once so many files are done."""
    done = []

    def watch(event):
        if isinstance(event, FileFinished):
            done.append(event.result)
            if len(done) == count:
                assert ap.stop_transfers()

    return watch


async def stop(ap):
    """Asks to stop as soon as there is something to be stopped."""
    async with asyncio.timeout(PATIENCE):
        while not ap.stop_transfers():
            await asyncio.sleep(0.01)


@contextmanager
def stopping(ap, reached):
    """Asks to stop from another thread as soon as it is ``reached``; tells the answers."""
    answers = []

    def watch():
        until = time.monotonic() + PATIENCE
        while not reached() and time.monotonic() < until:
            time.sleep(0.005)
        answers.append(ap.stop_transfers())

    thread = threading.Thread(target=watch)
    thread.start()
    yield answers
    thread.join()


def changed(service):
    """How many nodes were asked to change."""
    return sum(seen.method == "PATCH" for seen in service.requests)


# --- up -------------------------------------------------------------------------------------------------------


async def test_an_upload_ends_with_what_was_done(connect, service, tmp_path):
    """The rows are those of the files in the library, which the catalogue has too; a rerun does the rest."""
    folder = fill(tmp_path / "P", *NAMES)
    service.set(latency=0.05)
    async with connect() as ap:
        rows = await ap.upload(folder, on_event=stop_after(ap, 3), report="report.jsonl")
        assert set(rows.outcome) == {"uploaded"}
        assert 3 <= len(rows) < COUNT
        known = await ap.catalog.find("kind:FILE")
        assert sorted(known.name) == sorted(rows.name)
        assert len((tmp_path / "report.jsonl").read_text().splitlines()) == len(rows)
        service.set(latency=0)
        assert await library(ap) == {f"P/{row.name}": row.md5 for row in rows.itertuples()}
        again = await ap.upload(folder)
        assert Counter(again.outcome) == {"exists": len(rows), "uploaded": COUNT - len(rows)}


async def test_a_stopped_upload_is_a_run_that_ended(connect, service, tmp_path):
    """The history has it with all its steps done, none of which is unknown; undoing it takes back just these."""
    folder = fill(tmp_path / "P", *NAMES)
    service.set(latency=0.05)
    async with connect() as ap:
        rows = await ap.upload(folder, on_event=stop_after(ap, 3))
        service.set(latency=0)
        run = (await ap.history.list()).iloc[0]
        assert (run.done, run.failed, run.unknown) == (len(rows) + 1, 0, 0)  # and the folder
        assert run.state == "done"
        undone = await ap.history.undo(await last_run(ap), max_delete=COUNT)
        assert set(undone.outcome) == {"trashed"}
        assert await library(ap) == {}


async def test_the_album_gets_what_was_done(connect, service, tmp_path):
    """Stopping leaves no file outside of the album that it was meant for."""
    folder = fill(tmp_path / "P", *NAMES)
    service.set(latency=0.05)
    async with connect() as ap:
        rows = await ap.upload(folder, album="Summer", on_event=stop_after(ap, 3))
        service.set(latency=0)
        assert len(rows) < COUNT
        assert sorted((await ap.albums.contents("Summer")).id) == sorted(rows.id)


async def test_a_file_in_flight_is_finished_however_slow(connect, service, tmp_path):
    """A file of which only the beginning was sent arrives whole; the next one is not begun."""
    folder = fill(tmp_path / "P", "a.mp4", "b.mp4", size=400_000)
    async with connect(bwlimit=400_000, max_concurrency=1, initial_concurrency=1) as ap:
        begun = []

        def watch(event):
            if isinstance(event, BytesTransferred) and not begun:
                begun.append(ap.stop_transfers())

        rows = await ap.upload(folder, on_event=watch)
        assert begun == [True]
        assert list(rows.outcome) == ["uploaded"]
        assert (await library(ap))["P/a.mp4"] == md5(folder / "a.mp4")


async def test_hashing_is_left_at_once(connect, service, tmp_path):
    """A huge file that is being read is no file in flight: it has no row, and nothing was sent."""
    folder = fill(tmp_path / "P")
    folder.mkdir()
    with (folder / "huge.mp4").open("wb") as file:
        file.truncate(64 << 30)
    async with connect() as ap:
        await ap.refresh()
        uploading = asyncio.create_task(ap.upload(folder))
        await asyncio.sleep(0.3)
        await stop(ap)
        assert (await asyncio.wait_for(uploading, PATIENCE)).empty
        assert not sent(service)


async def test_what_is_being_prepared_ends_with_no_rows(connect, service, tmp_path):
    """Asked to stop while the catalogue is read, an upload sends nothing; its frame has its columns and no row."""
    folder = fill(tmp_path / "P", *NAMES)
    service.faults([{"operation": "nodes", "fault": "stall", "seconds": 3600}])
    async with connect() as ap:
        uploading = asyncio.create_task(ap.upload(folder))
        while not service.requests:
            await asyncio.sleep(0.01)
        assert ap.stop_transfers()
        rows = await asyncio.wait_for(uploading, PATIENCE)
        service.faults([])
        assert rows.empty
        assert "outcome" in rows.columns
        assert not sent(service)
        assert len(await ap.upload(folder)) == COUNT


def test_a_signal_handler_may_ask(service, start_process, tmp_path):
    """A script whose handler of Ctrl-C asks to stop goes on behind its upload, with its rows."""
    folder = fill(tmp_path / "P", *NAMES)
    service.set(latency=0.05)
    process = start_process(SCRIPT, folder, environ={"AMAZON_PHOTOS_CACHE_DIR": str(tmp_path / "cache")})
    report = tmp_path / "report.jsonl"
    until = time.monotonic() + PATIENCE
    while not (report.exists() and report.read_text().count("\n") >= 3) and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, complaints = process.communicate(timeout=PATIENCE)
    assert (process.returncode, complaints) == (0, "")
    told = json.loads(out)
    assert told["asked"] == [True]
    assert 3 <= told["uploaded"] < COUNT


SCRIPT = """
import json, signal, sys
from amazon_photos import AmazonPhotos
ap = AmazonPhotos(catalog="child.parquet", progress=False)
asked = []
signal.signal(signal.SIGINT, lambda *_: asked.append(ap.stop_transfers()))
rows = ap.upload(sys.argv[1], report="report.jsonl")
print(json.dumps({"asked": asked, **rows.outcome.value_counts().to_dict()}))
"""
if sys.platform == "win32":
    test_a_signal_handler_may_ask = pytest.mark.skip("signals are another thing there")(test_a_signal_handler_may_ask)


# --- down -----------------------------------------------------------------------------------------------------


def test_a_download_ends_with_what_was_done(service, ap, tmp_path):
    """Asked from another thread: the files here are those of the rows, all right; a rerun does the rest."""
    source = fill(tmp_path / "P", *NAMES, *(f"more {name}" for name in NAMES))
    nodes = ap.upload(source)
    out = tmp_path / "out"
    service.set(latency=0.05)
    with stopping(ap, lambda: out.exists() and len(list(out.glob("*.jpg"))) >= 3) as answers:
        rows = ap.download(nodes, out=out)
    service.set(latency=0)
    assert answers == [True]
    assert set(rows.outcome) == {"downloaded"}
    assert 3 <= len(rows) < 2 * COUNT
    assert files(out) == {row.name: row.md5 for row in rows.itertuples()}
    again = ap.download(nodes, out=out)
    assert Counter(again.outcome) == {"exists": len(rows), "downloaded": 2 * COUNT - len(rows)}
    assert files(out) == files(source)


async def test_large_files_on_their_way_down_are_finished(connect, service, tmp_path):
    """A file of which a part is here gets its name; of one that was not begun there is nothing at all."""
    async with connect(bwlimit=8_000_000, max_concurrency=1, initial_concurrency=1) as ap:
        names = ["a.mp4", "b.mp4", "c.mp4", "d.mp4"]
        ids = await put(ap, names, size=2_000_000)
        begun = []

        def watch(event):
            if isinstance(event, BytesTransferred) and not begun:
                begun.append(ap.stop_transfers())

        rows = await ap.download(ids, out=tmp_path / "out", on_event=watch)
        assert list(rows.outcome) == ["downloaded"]
        assert files(tmp_path / "out") == {row.name: row.md5 for row in rows.itertuples()}
        assert rows.md5[0] == md5(content(names.index(rows.name[0]), 2_000_000))


async def test_a_file_of_another_run_is_not_waited_for(connect, service, tmp_path):
    """What another run is writing has no row once one is asked to stop, however long that run takes."""
    async with connect() as ap, connect(1) as other:
        ids = await put(ap, ["a.mp4"], size=3_000_000)
        service.faults([{"operation": "download", "nth": [1], "fault": "stall-during", "seconds": 3600}])
        slow = asyncio.create_task(other.download(ids, out=tmp_path / "out"))
        while not list((tmp_path / "out").glob(".*")):
            await asyncio.sleep(0.01)
        waiting = asyncio.create_task(ap.download(ids, out=tmp_path / "out"))
        await asyncio.sleep(0.5)
        assert not waiting.done()
        await stop(ap)
        assert (await asyncio.wait_for(waiting, PATIENCE)).empty
        slow.cancel()
        await asyncio.sleep(0.01)
        slow.cancel()  # it leaves now
        await asyncio.gather(slow, return_exceptions=True)


# --- changes --------------------------------------------------------------------------------------------------


@pytest.fixture
def many(service, ap):
    """A client of a library of a hundred files, which is slow from here on."""
    service.reset(files=100)
    ap.refresh()
    service.requests.clear()
    service.set(latency=0.02)
    return ap


def test_changes_that_were_not_begun_are_skipped(service, many):
    """Each node has a row: changed, or skipped with the reason; and so it is in the library."""
    nodes = many.catalog.find("kind:FILE")
    before = set(nodes[nodes["settings.favorite"].fillna(value=False)].id)
    with stopping(many, lambda: changed(service) >= 5) as answers:
        rows = many.favorite(nodes)
    service.set(latency=0)
    assert answers == [True]
    assert set(rows.outcome) == {"favorited", "skipped"}
    assert list(rows.id) == list(nodes.id)
    assert set(rows[rows.outcome == "skipped"].reason) == {NOT_BEGUN}
    now = many.nodes("kind:FILE")
    assert set(now[now["settings.favorite"].fillna(value=False)].id) - before == (
        set(rows[rows.outcome == "favorited"].id) - before
    )


def test_undoing_a_stopped_run_takes_back_what_was_done(service, many):
    """The journal has what was not begun as skipped, and its run as ended."""
    nodes = many.catalog.find("kind:FILE")
    with stopping(many, lambda: changed(service) >= 5):
        rows = many.describe(nodes, "a text")
    service.set(latency=0)
    run = many.history.list().iloc[0]
    done = int((rows.outcome == "described").sum())
    assert (run.done, run.skipped, run.unknown, run.failed) == (done, len(nodes) - done, 0, 0)
    service.requests.clear()
    undone = many.history.undo(run.run)
    assert Counter(undone.outcome)["described"] == done
    assert changed(service) == done


def test_a_plan_that_is_applied_can_be_stopped(service, many):
    """What is left of it holds, and can be applied again."""
    nodes = many.catalog.find("kind:FILE")
    plan = many.describe(nodes, "a text", dry_run=True)
    with stopping(many, lambda: changed(service) >= 5):
        rows = many.apply(plan)
    service.set(latency=0)
    done = int((rows.outcome == "described").sum())
    assert 5 <= done < len(nodes)
    assert Counter(many.apply(plan).outcome) == {"described": len(nodes) - done, "skipped": done}


# --- whoever asks ---------------------------------------------------------------------------------------------


def test_asking_where_nothing_is_under_way(service, ap, tmp_path):
    """It says so, and what comes afterwards is not stopped by it."""
    assert ap.stop_transfers() is False
    assert Counter(ap.upload(fill(tmp_path / "P", *NAMES)).outcome) == {"uploaded": COUNT}
    assert ap.stop_transfers() is False


async def test_asking_twice_is_asking_once(connect, service, tmp_path):
    """However often it is asked, what is in flight is finished."""
    folder = fill(tmp_path / "P", *NAMES)
    service.set(latency=0.05)
    async with connect() as ap:
        uploading = asyncio.create_task(ap.upload(folder))
        while len(sent(service)) < 3:
            await asyncio.sleep(0.01)
        assert ap.stop_transfers()
        await asyncio.sleep(0)
        assert ap.stop_transfers()
        rows = await uploading
        assert set(rows.outcome) == {"uploaded"}
        assert len(rows) < COUNT
        assert ap.stop_transfers() is False


async def test_several_calls_of_one_client_stop_together(connect, service, tmp_path):
    """All that is under way is asked; another client's are not."""
    folders = [fill(tmp_path / name, *NAMES, start=n * COUNT) for n, name in enumerate("ABC")]
    service.set(latency=0.05)
    async with connect() as ap, connect(1) as other:
        both = [asyncio.create_task(ap.upload(folder)) for folder in folders[:2]]
        third = asyncio.create_task(other.upload(folders[2]))
        while len(sent(service)) < 6:
            await asyncio.sleep(0.01)
        ap.stop_transfers()
        assert all(len(rows) < COUNT for rows in await asyncio.gather(*both))
        assert len(await third) == COUNT


async def test_a_plan_is_no_transfer(connect, service, tmp_path):
    """Half a plan would be none: it is not stopped, and whoever asks is told so."""
    folder = fill(tmp_path / "P", *NAMES)
    service.set(latency=0.2)
    async with connect() as ap:
        planning = asyncio.create_task(ap.upload(folder, dry_run=True))
        while not service.requests:
            await asyncio.sleep(0.01)
        assert ap.stop_transfers() is False
        assert len(await planning) == COUNT


def test_a_cancelled_upload_that_was_asked_to_stop_leaves(service, tmp_path, monkeypatch):
    """A client that is closed ends what it was finishing: a file that takes hours holds nobody."""
    monkeypatch.chdir(tmp_path)
    folder = fill(tmp_path / "P", "a.jpg")
    service.faults([{"operation": "upload*", "fault": "stall", "seconds": 3600}])
    settings = Settings(endpoint=service.url, catalog=str(tmp_path / "ap.parquet"), cache_dir=str(tmp_path / "c"))
    ap = AmazonPhotos(service.cookies, settings=settings, progress=False)
    ended, sending = [], threading.Event()

    def upload():
        try:
            ap.upload(folder, on_event=lambda event: isinstance(event, BytesTransferred) and sending.set())
        except Exception as error:
            ended.append(type(error).__name__)

    thread = threading.Thread(target=upload)
    thread.start()
    assert sending.wait(PATIENCE)
    assert ap.stop_transfers()
    ap.close()
    thread.join(PATIENCE)
    assert ended == ["ClientClosed"]
