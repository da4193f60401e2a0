"""A live photo's movie belongs to its still: the catalogue has both, and asks for nothing where nothing is due."""

from pathlib import Path

import pytest

from amazon_photos import F
from amazon_photos.catalog import movies
from live_photos import asked, connect, pairs, stills


@pytest.fixture
def seeded(service):
    """A library with some live photos."""
    service.reset(files=300)
    return service


async def test_each_still_has_its_movie(seeded, tmp_path):
    """A listing by kind brings all of them, in one request more."""
    async with connect(seeded, tmp_path) as ap:
        db = await ap.db
    assert stills(db) == set(pairs(db)) != set()
    assert (len(asked(seeded, "assets")), asked(seeded, "children")) == (1, [])


async def test_without_live_photos_nothing_more_is_asked(service, tmp_path):
    """Who has none pays nothing."""
    async with connect(service, tmp_path) as ap:
        await ap.upload(_file(tmp_path, "a.jpg"))
        service.requests.clear()
        await ap.refresh(full=True)
        await ap.refresh()
    assert asked(service, "assets") == asked(service, "children") == []


async def test_when_nothing_changed_no_movie_is_asked_for(seeded, tmp_path):
    """A refresh of an unchanged library costs what it did."""
    async with connect(seeded, tmp_path) as ap:
        await ap.refresh()
        seeded.requests.clear()
        assert len(await ap.refresh()) == 0
    assert asked(seeded, "assets") == asked(seeded, "children") == []


async def test_a_catalogue_without_movies_gets_them(seeded, tmp_path):
    """One made before is not read anew: the movies come, and are told as added."""
    async with connect(seeded, tmp_path) as ap:
        db = await ap.db
        header = ap._store.header()
        with ap._store.lock():
            table = ap._store.read()
            without = movies.select_counted(table, lists_movies=False)
            ap._store.write(without, header)
        seeded.requests.clear()
        told = await ap.refresh()
        assert set(told.id) == set(pairs(db).values())
        assert set(told.change) == {"added"}
        assert len(seeded.requests) <= 6
        assert set((await ap.db).id) == set(db.id)


# --- asked ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("filters", [F.size > 0, "extension:mov", "name:IMG*", F.kind != "FOLDER", F.kind("ASSET")])
async def test_find_answers_as_the_service_does(seeded, tmp_path, filters):
    """The movie is part of its photo: it comes where the filter says something of kinds."""
    async with connect(seeded, tmp_path) as ap:
        await ap.refresh()
        found, online = await ap.find(filters), await ap.nodes(filters)
        assert set(found.id) == set(online.id) != set()
        assert set(found.kind) == set(online.kind)


async def test_a_movie_is_no_video_by_itself(seeded, tmp_path):
    """Neither for ``videos`` nor for ``find``."""
    async with connect(seeded, tmp_path) as ap:
        await ap.refresh()
        assert set((await ap.find("type:(VIDEOS)")).id) == set((await ap.videos()).id) != set()
        assert set((await ap.find("type:(PHOTOS)")).id) == set((await ap.photos()).id)


# --- a still in the trash --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["trash", "delete", "folder"])
async def test_the_movie_goes_with_its_still(seeded, tmp_path, way):
    """Trashed, purged, or with its folder: the catalogue drops both, and nothing has to be counted."""
    async with connect(seeded, tmp_path) as ap:
        db = (await ap.db).set_index("id", drop=False)
        still, movie = next(iter(pairs(db).items()))
        if way == "folder":
            await ap.trash([db.parents[still][0]])
        else:
            await ap.trash([still])
        if way == "delete":
            await ap.delete([still])
        told = await ap.refresh()
        gone = told.id[told.change == "removed"]
        assert {still, movie} <= set(gone)
        assert {still, movie}.isdisjoint((await ap.db).id)
        assert len(await ap.refresh()) == 0


async def test_a_restored_still_brings_its_movie_back(seeded, tmp_path):
    """Both are there after the next refresh."""
    async with connect(seeded, tmp_path) as ap:
        still, movie = next(iter(pairs(await ap.db).items()))
        await ap.trash([still])
        await ap.refresh()
        await ap.restore([still])
        told = await ap.refresh()
        assert set(told.id[told.change == "added"]) == {still, movie}
        assert pairs(await ap.db)[still] == movie


def _file(folder, name, content=b"x" * 100):
    path = Path(folder, name)
    path.write_bytes(content)
    return path
