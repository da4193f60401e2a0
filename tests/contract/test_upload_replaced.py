"""After a replacement ap.parquet shows what is there, without a refresh: the new file, and not the old one."""

import pandas as pd
import pytest

from amazon_photos import Catalog, errors
from amazon_photos.transfer.upload import run
from transfers import fill, library, md5, replace, shown


@pytest.fixture
async def ap(connect):
    async with connect(max_attempts=2) as client:
        yield client


async def test_every_way_of_reading_shows_the_new_file(ap, service, tmp_path):
    """``db``, ``catalog.find`` and the file itself have one row for it, as Amazon tells it; nothing is sent."""
    done = await replace(ap, tmp_path, "a.jpg")
    assert list(done.outcome) == ["replaced"]
    service.requests.clear()
    db, found = await ap.db, await ap.catalog.find("extension:(jpg)")
    offline = Catalog.open("ap0.parquet").find("extension:(jpg)")
    for rows in (db[db.kind == "FILE"], found, offline):
        assert rows[["id", "name", "md5"]].to_numpy().tolist() == [[done.id[0], "a.jpg", done.md5[0]]]
    assert service.requests == []
    amazons = await ap.nodes("kind:FILE")
    pd.testing.assert_frame_equal(found.drop(columns="tempLink"), amazons.drop(columns="tempLink"))


async def test_a_refresh_has_nothing_to_add(ap, tmp_path):
    """What it would bring is there already, of the new file and of the old one; a cursor was told of both."""
    old = (await ap.upload(fill(tmp_path / "P", "a.jpg"))).id[0]
    await ap.refresh()
    first = await ap.catalog.changes()
    done = await ap.upload(fill(tmp_path / "P", "a.jpg", start=9), conflict="replace")
    told = (await ap.catalog.changes(first.cursor)).frame
    assert dict(zip(told.id, told.change, strict=True)) == {done.id[0]: "added", old: "removed"}
    before = await ap.db
    assert len(await ap.refresh()) == 0
    pd.testing.assert_frame_equal(await ap.db, before)
    assert len(await ap.refresh(full=True)) == 0


async def test_hundreds_below_a_folder(ap, monkeypatch, tmp_path):
    """All of them, in several merges; and running the same again finds everything there."""
    monkeypatch.setattr(run, "_MAX_NODES", 150)
    names = [f"{n % 3}/{n}.jpg" for n in range(200)]
    assert set((await replace(ap, tmp_path, *names, to="Backup")).outcome) == {"replaced"}
    there = {f"Backup/P/{name}": md5(tmp_path / "P" / name) for name in names}
    assert await shown(ap) == there == await library(ap)
    again = await ap.upload(tmp_path / "P", to="Backup", conflict="replace")
    assert set(again.outcome) == {"exists"}
    assert await shown(ap) == there


@pytest.mark.parametrize("lost", [False, True])
async def test_a_catalogue_that_is_not_there(connect, service, tmp_path, lost):
    """It is built for the upload; if it is lost meanwhile, what is made of the merge is no complete one."""
    async with connect() as ap:
        await ap.upload(fill(tmp_path / "P", "a.jpg", "b.jpg"))
    folder = fill(tmp_path / "P", "a.jpg", start=9)

    def lose(event):
        if lost:
            (tmp_path / "ap1.parquet").unlink(missing_ok=True)

    async with connect(1) as ap:
        await ap.upload(folder, conflict="replace", on_event=lose)
        assert await shown(ap) == await library(ap)
        assert (await shown(ap))["P/a.jpg"] == md5(folder / "a.jpg")


async def test_a_catalogue_that_cannot_be_written_is_told(connect, tmp_path, caplog):
    """A folder has come where ap.parquet was: the upload ends well, and a warning says what shows it."""
    async with connect() as ap:
        await ap.upload(fill(tmp_path / "P", "a.jpg"))
    folder = fill(tmp_path / "P", "a.jpg", start=9)

    def spoil(event):
        catalog = tmp_path / "ap1.parquet"
        if catalog.is_file():
            catalog.unlink()
            catalog.mkdir()

    async with connect(1) as ap:
        assert list((await ap.upload(folder, conflict="replace", on_event=spoil)).outcome) == ["replaced"]
    warned = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert any("does not show yet what this upload changed" in text for text in warned)


RENAMES = list(range(2, 60))
"""The first rename finds the name taken; these are those after it."""


@pytest.mark.parametrize(
    "rule",
    [
        {"operation": "trash.change", "node_name": "a.jpg", "fault": "403"},
        {"operation": "trash.change", "fault": "503"},
        {"operation": "trash.change", "fault": "401"},
        {"operation": "nodes.change", "nth": RENAMES, "fault": "403"},
        {"operation": "nodes.change", "nth": RENAMES, "fault": "401"},
        {"operation": "nodes.change", "nth": 2, "fault": "503"},
        {"operation": "nodes.change", "nth": 2, "fault": "reset-after"},
        {"operation": "trash.change", "nth": 1, "fault": "reset-after"},
    ],
    ids=lambda rule: f"{rule['operation']}-{rule['fault']}",
)
async def test_wherever_it_ends_both_files_are_shown_as_they_are(ap, service, tmp_path, rule):
    """Trashing or renaming fails, or an answer is lost: the catalogue has what the library has, under its name."""
    await ap.upload(fill(tmp_path / "P", "a.jpg"))
    folder = fill(tmp_path / "P", "a.jpg", start=9)
    service.faults([{"method": "PATCH", **rule}])
    try:
        await ap.upload(folder, conflict="replace")
    except errors.SessionExpired:
        assert rule["fault"] == "401"
    service.faults([])
    there = await shown(ap)
    assert there == await library(ap)
    assert md5(folder / "a.jpg") in there.values()


@pytest.mark.parametrize(
    ("operation", "nth", "fault"),
    [
        ("trash.change", 1, "403"),
        ("trash.change", [1, 2], "503"),
        ("nodes.change", 1, "403"),
        ("nodes.change", 2, "403"),
        ("nodes.change", [2, 3], "503"),
    ],
)
async def test_a_failed_row_tells_where_the_new_file_is(ap, service, tmp_path, operation, nth, fault):
    """Whatever request fails once it is up: the reason has the name that it went up under."""
    await ap.upload(fill(tmp_path / "P", "a.jpg"))
    service.faults([{"method": "PATCH", "operation": operation, "nth": nth, "fault": fault}])
    done = await ap.upload(fill(tmp_path / "P", "a.jpg", start=9), conflict="replace")
    assert list(done.outcome) == ["failed"]
    (temporary,) = {name.removeprefix("P/") for name in await library(ap)} - {"a.jpg"}
    assert f"the new file went up as {temporary}" in done.reason[0]
    assert ("may be called a.jpg" in done.reason[0]) == (operation == "nodes.change" and fault == "503")


@pytest.mark.parametrize("fault", ["503", "reset-after"])
async def test_a_name_that_nobody_knows_is_not_shown(ap, service, tmp_path, fault):
    """No rename is answered: the old file is gone all the same, and a refresh tells what the new one is called."""
    await ap.upload(fill(tmp_path / "P", "a.jpg"))
    folder = fill(tmp_path / "P", "a.jpg", start=9)
    service.faults([{"operation": "nodes.change", "method": "PATCH", "nth": RENAMES, "fault": fault}])
    assert list((await ap.upload(folder, conflict="replace")).outcome) == ["failed"]
    service.faults([])
    assert await shown(ap) == {}
    await ap.refresh()
    assert await shown(ap) == await library(ap)
    again = {"503": "replaced", "reset-after": "exists"}[fault]
    assert list((await ap.upload(folder, conflict="replace")).outcome) == [again]
    assert await shown(ap) == {"P/a.jpg": md5(folder / "a.jpg")} == await library(ap)


async def test_one_that_amazon_still_works_on_is_shown_beside_the_old(ap, service, tmp_path):
    """Both are there, and the next run puts the new one in its place."""
    await ap.upload(fill(tmp_path / "P", "a.jpg"))
    service.set(processing=3600)
    folder = fill(tmp_path / "P", "a.jpg", start=9)
    assert list((await ap.upload(folder, conflict="replace")).outcome) == ["failed"]
    assert set(await shown(ap)) == set(await library(ap))
    assert len(await shown(ap)) == 2
    service.set(processing=0, clock_offset=7200)
    assert list((await ap.upload(folder, conflict="replace")).outcome) == ["replaced"]
    assert await shown(ap) == {"P/a.jpg": md5(folder / "a.jpg")}


async def test_content_that_was_told_late_is_shown(ap, service, tmp_path):
    """Amazon told it while the old file kept its place, which it keeps: the row has it, as the library does."""
    await ap.upload(fill(tmp_path / "P", "a.jpg"))
    service.set(processing=0.05)
    service.faults([{"method": "PATCH", "operation": "nodes.change", "fault": "403"}])
    folder = fill(tmp_path / "P", "a.jpg", start=9)
    assert list((await ap.upload(folder, conflict="replace")).outcome) == ["failed"]
    assert await shown(ap) == await library(ap)
    assert md5(folder / "a.jpg") in (await shown(ap)).values()


async def test_a_live_photo_goes_with_its_movie(ap, service, tmp_path):
    """The movie is in the trash with its photo: neither has a row any more, and a refresh agrees."""
    service.reset(files=300)
    db = await ap.db
    movie = db[db.kind == "ASSET"].iloc[0]
    still = db[db.id == movie["parents"][0]].iloc[0]
    folder = db[db.id == still["parents"][0]].iloc[0]
    file = fill(tmp_path / "new", still["name"], start=9) / still["name"]
    assert list((await ap.upload(file, to=folder["id"], conflict="replace")).outcome) == ["replaced"]
    assert not {movie["id"], still["id"]} & set((await ap.db).id)
    assert len(await ap.refresh()) == 0
