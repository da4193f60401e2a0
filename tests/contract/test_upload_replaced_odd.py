"""A replacement whose answers are odd, or that ends in the middle: ap.parquet shows what is known to be there."""

import asyncio
import re
import threading
from contextlib import suppress
from functools import partial

import pytest

import transfers
from amazon_photos import errors
from amazon_photos.transfer.upload import run
from odd_service import Answer, odd_service
from transfers import fill, library, md5, replace, shown


async def test_one_whose_session_ends_while_it_is_confirmed_is_shown_beside_the_old(service, tmp_path, monkeypatch):
    """It is up when the run ends, as other files are of which Amazon has not told the content yet."""
    confirming = False

    async def odd(asked, forward):
        is_look = asked.method == "GET" and re.fullmatch(r"/drive/v1/nodes/[^/]+", asked.path)
        return Answer(401) if confirming and is_look else await forward()

    with odd_service(service, odd) as strange:
        async with transfers.connector(strange, tmp_path, monkeypatch)() as ap:
            await ap.upload(fill(tmp_path / "P", "a.jpg"))
            service.set(processing=3600)
            confirming = True
            with pytest.raises(errors.SessionExpired):
                await ap.upload(fill(tmp_path / "P", "a.jpg", start=9), conflict="replace")
            confirming = False
            assert set(await shown(ap)) == set(await library(ap))
            assert len(await shown(ap)) == 2


@pytest.fixture
def impatient(monkeypatch):
    """What is under way when somebody presses Ctrl-C has a moment to finish, not ten seconds."""
    monkeypatch.setattr(run, "run_bounded", partial(run.run_bounded, grace=0.1))


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("method", "is_shown"), [("GET", True), ("PATCH", False)], ids=["confirming", "renaming"])
async def test_one_that_ctrl_c_cuts_short_is_shown_if_its_name_is_known(
    service, tmp_path, monkeypatch, method, is_shown
):
    """While its content is looked at it has its temporary name; in the middle of a rename nobody knows its name."""
    under_way, cut_short = asyncio.Event(), threading.Event()
    loop, watching = asyncio.get_running_loop(), False

    async def odd(asked, forward):
        answer = await forward()
        is_it = asked.method == method and re.fullmatch(r"/drive/v1/nodes/[^/]+", asked.path) and answer.status == 200
        if watching and is_it:
            loop.call_soon_threadsafe(under_way.set)
            await asyncio.to_thread(cut_short.wait, 20)
        return answer

    with odd_service(service, odd) as strange:
        async with transfers.connector(strange, tmp_path, monkeypatch)() as ap:
            await ap.upload(fill(tmp_path / "P", "a.jpg"))
            service.set(processing=3600 if method == "GET" else 0)
            folder, watching = fill(tmp_path / "P", "a.jpg", start=9), True
            uploading = asyncio.create_task(ap.upload(folder, conflict="replace"))
            await under_way.wait()
            uploading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await uploading
            watching = False
            cut_short.set()
            there = await library(ap)
            assert md5(folder / "a.jpg") in there.values() or is_shown
            assert set(await shown(ap)) == (set(there) if is_shown else set())


@pytest.mark.parametrize("part", ["contentProperties", "parents"])
async def test_an_answer_that_leaves_something_out_makes_no_row(service, tmp_path, monkeypatch, part):
    """A rename that is answered without the content or the folder of the node is looked at once more."""

    async def odd(asked, forward):
        answer = await forward()
        if asked.method == "PATCH" and part in answer.json:
            del answer.json[part]
        return answer

    with odd_service(service, odd) as strange:
        async with transfers.connector(strange, tmp_path, monkeypatch)() as ap:
            done = await replace(ap, tmp_path, "a.jpg")
            assert list(done.outcome) == ["replaced"]
            assert await shown(ap) == {"P/a.jpg": done.md5[0]}


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_a_rename_that_was_answered_leaves_no_row_of_the_old_name(service, tmp_path, monkeypatch, status):
    """It was carried out, and the look after it is refused: no row has the temporary name, which is gone."""
    renamed = []

    async def odd(asked, forward):
        if asked.path in renamed:
            return Answer(status)
        answer = await forward()
        if asked.method == "PATCH" and "contentProperties" in answer.json:
            del answer.json["contentProperties"]
            renamed.append(asked.path)
        return answer

    with odd_service(service, odd) as strange:
        async with transfers.connector(strange, tmp_path, monkeypatch)() as ap:
            with suppress(errors.SessionExpired):
                assert list((await replace(ap, tmp_path, "a.jpg")).outcome) == ["failed"]
            assert len(renamed) == 1
            assert await shown(ap) == {}
            assert list(await library(ap)) == ["P/a.jpg"]


@pytest.mark.parametrize("lies", [1, 99])
async def test_a_trashing_that_was_not_carried_out_takes_no_row(service, tmp_path, monkeypatch, lies):
    """Amazon says yes and trashes nothing, time and again or until it refuses: both files are there, and shown."""
    lied = []

    async def odd(asked, forward):
        if asked.method == "PATCH" and asked.path == "/drive/v1/trash" and len(lied) < lies:
            lied.append(asked.path)
            return await asked.also("GET", "/drive/v1/trash")
        return await forward()

    service.faults([{"operation": "trash.change", "node_name": "a.jpg", "fault": "403"}])
    with odd_service(service, odd) as strange:
        async with transfers.connector(strange, tmp_path, monkeypatch)(max_attempts=2) as ap:
            done = await replace(ap, tmp_path, "a.jpg")
            assert list(done.outcome) == ["failed"]
            assert lied
            assert await shown(ap) == await library(ap)
            assert len(await shown(ap)) == 2


@pytest.mark.parametrize(("lies", "outcome"), [(2, "replaced"), (3, "failed")])
async def test_a_name_is_asked_for_after_each_trashing(service, tmp_path, monkeypatch, lies, outcome):
    """The third one counts as the first does, and is the last: a name still taken then leaves both, and says so."""
    trashings = []

    async def odd(asked, forward):
        if asked.method == "PATCH" and asked.path == "/drive/v1/trash":
            trashings.append(asked.path)
            if len(trashings) <= lies:
                return await asked.also("GET", "/drive/v1/trash")
        return await forward()

    with odd_service(service, odd) as strange:
        async with transfers.connector(strange, tmp_path, monkeypatch)(max_attempts=2) as ap:
            done = await replace(ap, tmp_path, "a.jpg")
            assert list(done.outcome) == [outcome]
            assert ("is in the trash" in done.reason[0]) == (len(await ap.trashed()) == 1) == (lies == 2)
            assert await shown(ap) == await library(ap)
    assert len(trashings) == 3


API_VERSION = {"resourceVersion": "V2", "ContentType": "JSON"}


async def test_an_old_file_that_somebody_else_trashes_makes_room(service, tmp_path, monkeypatch):
    """It is in the trash before we put it there: the name is free, and nothing is said to have come under it."""
    trashed = []

    async def odd(asked, forward):
        old = asked.path.rpartition("/")[2]
        if asked.method == "GET" and asked.path.startswith("/drive/v1/nodes/") and not trashed:
            trashed.append(old)
            change = {"recurse": "true", "op": "add", "filters": "", "conflictResolution": "RENAME", "value": [old]}
            await asked.also("PATCH", "/drive/v1/trash", json=change | API_VERSION)
        return await forward()

    with odd_service(service, odd) as strange:
        async with transfers.connector(strange, tmp_path, monkeypatch)(max_attempts=2) as ap:
            done = await replace(ap, tmp_path, "a.jpg")
            assert list(done.outcome) == ["replaced"], done.reason[0]
            assert trashed == list((await ap.trashed()).id)
            assert await shown(ap) == await library(ap)
            assert list(await shown(ap)) == ["P/a.jpg"]
