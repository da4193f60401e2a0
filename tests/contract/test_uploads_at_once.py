"""Uploads that replace the same files at once: each file is up or there, and nothing is lost.

What happens in between is made to happen: the first upload of one run is held until the other has ended.
"""

import asyncio
import random
import re
from contextlib import contextmanager

import pytest

import transfers
from amazon_photos import AmazonPhotos, Settings, errors
from odd_service import odd_service
from transfers import fill, library, md5, shown

NAMES = [f"{n}.jpg" for n in range(4)]

RUN = """
import sys
from amazon_photos import AmazonPhotos, Settings
url, catalog, folder, seconds = sys.argv[1:]
settings = Settings(endpoint=url, catalog=catalog, backoff_initial=0.05)
with AmazonPhotos(settings=settings, progress=False) as ap:
    ap.root
    print("ready", flush=True)
    sys.stdin.readline()
    print(*ap.upload(folder, conflict="replace").outcome)
"""


@pytest.fixture
async def ap(connect):
    async with connect() as client:
        yield client


def files_of(folder):
    return {f"P/{path.name}": md5(path) for path in folder.iterdir()}


# --- the same folder ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("latency", [0, 0.01, 0.03])
@pytest.mark.parametrize("together", ["tasks", "clients", "catalogues"])
async def test_the_same_folder_twice(connect, service, tmp_path, together, latency):
    """Two tasks, two clients, two catalogues: each file is in place once, and only the old ones are in the trash."""
    async with connect() as ap, connect(0 if together == "clients" else 1) as second:
        old = await ap.upload(fill(tmp_path / "P", *NAMES))
        await second.refresh()
        folder = fill(tmp_path / "P", *NAMES, start=50)
        service.set(latency=latency)
        other = ap if together == "tasks" else second
        results = await asyncio.gather(*(each.upload(folder, conflict="replace") for each in (ap, other)))
        service.set(latency=0)
        assert {word for result in results for word in result.outcome} <= {"replaced", "exists"}
        assert await library(ap) == files_of(folder)
        assert set((await ap.trashed()).id) == set(old.id)
        if together != "catalogues":
            assert await shown(ap) == files_of(folder)


async def test_the_same_folder_in_two_processes(connect, service, start_process, tmp_path):
    """Begun at the same moment, with one catalogue."""
    async with connect() as ap:
        old = await ap.upload(fill(tmp_path / "P", *NAMES))
        folder = fill(tmp_path / "P", *NAMES, start=50)
        arguments = (service.url, tmp_path / "ap0.parquet", folder, 0)
        children = [start_process(RUN, *arguments, stdin=-1) for _ in range(2)]
        for child in children:
            assert child.stdout.readline() == "ready\n"
        for child in children:
            child.stdin.write("\n")
            child.stdin.flush()
        told = [await asyncio.to_thread(child.communicate) for child in children]
        words = [word for out, _ in told for word in out.split()]
        assert len(words) == 2 * len(NAMES), told
        assert set(words) <= {"replaced", "exists"}
        assert await library(ap) == files_of(folder)
        assert set((await ap.trashed()).id) == set(old.id)


# --- in the middle of the other -------------------------------------------------------------------------------


@contextmanager
def another_first(service, tmp_path, folder, **options):
    """A service of which the first upload waits until another client has uploaded ``folder``; and what became of it."""
    done = []

    def upload():
        settings = Settings(
            endpoint=service.url, catalog=str(tmp_path / "other.parquet"), backoff_initial=0.01, backoff_max=0.05
        )
        with AmazonPhotos(service.cookies, settings=settings, progress=False) as other:
            service.set(**options)
            done.append(other.upload(str(folder), conflict="replace"))

    begun = []

    async def odd(asked, forward):
        if asked.uploads and not begun:
            begun.append(asked)
            await asyncio.to_thread(upload)
        while asked.uploads and not done:  # what is sent beside it waits, too
            await asyncio.sleep(0.01)
        return await forward()

    with odd_service(service, odd) as strange:
        yield strange, done


def connect_to(strange, tmp_path, monkeypatch):
    return transfers.connector(strange, tmp_path, monkeypatch)()


async def test_what_the_other_put_in_place_exists(connect, service, tmp_path, monkeypatch):
    """And its row names nothing that is in the way: the same content has the name."""
    async with connect() as ap:
        await ap.upload(fill(tmp_path / "P", *NAMES))
    folder = fill(tmp_path / "P", *NAMES, start=50)
    with another_first(service, tmp_path, folder) as (strange, done):
        async with connect_to(strange, tmp_path, monkeypatch) as ap:
            result = await ap.upload(folder, conflict="replace")
            assert list(result.outcome) == ["exists"] * 4
            assert result.reason.isna().all()
            assert set(done[0].outcome) == {"replaced"}
            assert list(result.id) == list(done[0].id)
            assert await library(ap) == files_of(folder)


async def test_what_amazon_still_works_on_exists(connect, service, tmp_path, monkeypatch):
    """The other run's files are up and not read yet: they are no conflict, and nobody else's to put in place."""
    async with connect() as ap:
        old = await ap.upload(fill(tmp_path / "P", *NAMES))
    folder = fill(tmp_path / "P", *NAMES, start=50)
    with another_first(service, tmp_path, folder, processing=3600) as (strange, done):
        async with connect_to(strange, tmp_path, monkeypatch) as ap:
            result = await ap.upload(folder, conflict="replace")
            assert set(done[0].outcome) == {"failed"}
            assert list(result.outcome) == ["exists"] * 4
            assert set(result.reason) == {"Amazon is still working on it: size and MD5 are not yet confirmed"}
            assert set(old.id) < set((await ap.nodes("kind:FILE")).id)
            service.set(processing=0, clock_offset=7200)
            assert set((await ap.upload(folder, conflict="replace")).outcome) == {"replaced"}
            assert await library(ap) == files_of(folder)


async def test_one_that_an_earlier_run_left_and_amazon_still_works_on(ap, service, tmp_path):
    """The rerun says so in its own words, as the first one did; once it is read, the next one finishes it."""
    await ap.upload(fill(tmp_path / "P", "a.jpg"))
    service.set(processing=3600)
    folder = fill(tmp_path / "P", "a.jpg", start=9)
    for _ in range(2):
        done = await ap.upload(folder, conflict="replace")
        assert list(done.outcome) == ["failed"]
        assert "Amazon is still working on it: it is beside the other, as a." in done.reason[0]
    service.set(processing=0, clock_offset=7200)
    assert list((await ap.upload(folder, conflict="replace")).outcome) == ["replaced"]


async def test_other_content_that_came_since_is_never_replaced(connect, service, tmp_path, monkeypatch):
    """Each of two has files of its own for the names: what the plan did not see stays, and the next run replaces it."""
    async with connect() as ap:
        await ap.upload(fill(tmp_path / "P", *NAMES[:2]))
    mine, others = fill(tmp_path / "mine" / "P", *NAMES, start=50), fill(tmp_path / "others" / "P", *NAMES, start=90)
    with another_first(service, tmp_path, others) as (strange, done):
        async with connect_to(strange, tmp_path, monkeypatch) as ap:
            result = await ap.upload(mine, conflict="replace")
            assert list(result.outcome) == ["failed"] * 2 + ["conflict"] * 2
            assert result.reason[:2].str.contains("another file has come under the name").all()
            assert list(result.reason[2:]) == [
                f"other content has the name: {n}; the plan did not see it" for n in NAMES[2:]
            ]
            assert files_of(others).items() <= (await library(ap)).items()
            again = await ap.upload(mine, conflict="replace")
            assert set(again.outcome) == {"replaced"}
            assert all(f"is in the trash ({node})" in why for node, why in zip(done[0].id, again.reason, strict=True))
            assert await library(ap) == files_of(mine)


async def test_what_each_of_two_runs_did_is_taken_back(connect, service, tmp_path, monkeypatch):
    """Undoing the one that found everything there takes nothing from the other."""
    async with connect() as ap:
        await ap.upload(fill(tmp_path / "P", *NAMES))
    folder = fill(tmp_path / "P", *NAMES, start=50)
    with another_first(service, tmp_path, folder) as (strange, _):
        async with connect_to(strange, tmp_path, monkeypatch) as ap:
            await ap.upload(folder, conflict="replace")
            assert len(await ap.history.undo((await ap.history.list()).run[0], max_delete=99)) == 0
            assert await library(ap) == files_of(folder)


async def test_what_a_run_only_finished_is_taken_back_with_the_run_before(ap, service, tmp_path):
    """Cut off when the old file was in the trash: undoing the rerun, which only gave the name, takes nothing away."""
    await ap.upload(fill(tmp_path / "P", "a.jpg"))
    before = await library(ap)
    service.faults([{"method": "PATCH", "operation": "nodes.change", "nth": list(range(2, 60)), "fault": "403"}])
    folder = fill(tmp_path / "P", "a.jpg", start=9)
    await ap.upload(folder, conflict="replace")
    service.faults([])
    assert list((await ap.upload(folder, conflict="replace")).outcome) == ["replaced"]
    for run, there in zip((await ap.history.list()).run[:2], (files_of(folder), before), strict=True):
        await ap.history.undo(run, max_delete=9)
        assert await library(ap) == there


# --- listings that are wrong ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("same", [True, False])
async def test_listings_that_repeat_lose_nothing(connect, service, tmp_path, seed, same):
    """Whatever each row says: what is up or there is in the library, or the row that put it in the trash says so."""
    async with connect() as ap, connect(1) as second:
        await ap.upload(fill(tmp_path / "P", *NAMES))
        await second.refresh()
        mine = fill(tmp_path / "P", *NAMES, start=50)
        others = mine if same else fill(tmp_path / "others" / "P", *NAMES, start=90)
        service.faults([{"operation": "nodes.list", "probability": 0.5, "seed": seed, "fault": "repeat"}])
        other = random.Random(seed).choice([ap, second])
        both = await asyncio.gather(
            ap.upload(mine, conflict="replace"), other.upload(others, conflict="replace"), return_exceptions=True
        )
        service.faults([])
        results = [each for each in both if not isinstance(each, errors.AmazonPhotosError)]
        there = set((await library(ap)).values())
        trashed = {
            node
            for result in results
            for node in re.findall(r"in the trash \((.{22})\)", " ".join(result.reason.dropna()))
        }
        for row in (row for result in results for row in result.itertuples()):
            if row.outcome in ("exists", "uploaded", "replaced"):
                assert row.md5 in there or row.id in trashed, row


@pytest.mark.parametrize("what", ["FOLDER", "FILE"])
async def test_another_listing_is_not_taken_for_the_root(service, tmp_path, monkeypatch, what):
    """The question for the root is answered with something else: nothing is sent to where that is."""
    service.reset(files=40)

    async def odd(asked, forward):
        if asked.query.get("filters") == "isRoot:true":
            return await asked.also(
                "GET", "/drive/v1/nodes", query={**asked.query, "filters": f"kind:{what} AND name:*"}
            )
        return await forward()

    with odd_service(service, odd) as strange:
        async with connect_to(strange, tmp_path, monkeypatch) as ap:
            with pytest.raises(errors.UnexpectedReply, match="something else than the root folder"):
                await ap.upload(fill(tmp_path / "P", "a.jpg"))
    assert not transfers.sent(service)
