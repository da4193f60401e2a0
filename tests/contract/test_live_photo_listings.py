"""Services that tell of live photos' movies in other ways than we guess: the catalogue has them all the same."""

import pytest

from amazon_photos import errors
from amazon_photos.catalog import movies
from live_photos import asked, connect, lists_none, pairs, stills, tells_none
from odd_service import Answer, odd_service


@pytest.fixture
def seeded(service):
    """A library with some live photos."""
    service.reset(files=300)
    return service


async def refuses(asked, forward):
    answer = await forward()
    if "ASSET" in asked.query.get("filters", ""):
        answer.status = 400
        answer.json.clear()
        answer.json.update(logref="x", code="", message="Invalid filter: kind")
    return answer


async def no_parents(asked, forward):
    """Nothing says whose movie it is, but for where it was asked for."""
    answer = await forward()
    if asked.path.startswith("/drive/v1/nodes"):
        for node in answer.json.get("data", ()):
            if node["kind"] == "ASSET":
                node["parents"] = []
    return answer


@pytest.mark.parametrize("odd", [lists_none, refuses, no_parents])
async def test_the_children_of_each_still_are_asked_for(seeded, tmp_path, odd):
    """Where no listing brings them: a request for each still, once."""
    async with connect(seeded, tmp_path) as ap:
        expected = pairs(await ap.db)
    with odd_service(seeded, odd) as strange:
        async with connect(strange, tmp_path, 1) as ap:
            seeded.requests.clear()
            assert pairs(await ap.db) == expected
            assert len(asked(seeded, "children")) == len(expected)
            seeded.requests.clear()
            assert len(await ap.refresh()) == 0
            assert asked(seeded, "children") == []
            assert len(await ap.refresh(full=True)) == 0
            assert asked(seeded, "children") == []


async def test_what_has_no_movie_is_asked_about_once(seeded, tmp_path):
    """And again when it was modified."""
    with odd_service(seeded, tells_none) as strange:
        async with connect(strange, tmp_path) as ap:
            db = await ap.db
            assert pairs(db) == {}
            seeded.requests.clear()
            await ap.refresh()
            assert asked(seeded, "assets") == asked(seeded, "children") == []
            await ap.favorite(sorted(stills(db))[:1])
            await ap.refresh()
            assert len(asked(seeded, "children")) == 1


async def test_where_nobody_tells_of_movies_few_are_asked_about(seeded, tmp_path, monkeypatch):
    """A refresh that finds none among so many asks no further; the next one goes on with the others."""
    monkeypatch.setattr(movies, "_AT_ONCE", 2)
    with odd_service(seeded, tells_none) as strange:
        async with connect(strange, tmp_path) as ap:
            number = len(stills(await ap.db))
            assert len(asked(seeded, "children")) == 2
            for _ in range(number):
                await ap.refresh()
            assert len(asked(seeded, "children")) == number


async def test_a_movie_that_comes_after_its_photo_is_found(seeded, tmp_path):
    """What was modified in the last minutes is asked about again: its movie may be on its way."""
    late = True

    async def odd(asked, forward):
        return await (tells_none if late else lists_none)(asked, forward)

    with odd_service(seeded, odd) as strange:
        async with connect(strange, tmp_path) as ap:
            still = min(stills(await ap.db))
            await ap.favorite([still])
            await ap.refresh()
            late = False
            await ap.refresh()
            assert set(pairs(await ap.db)) == {still}


async def test_a_movie_that_is_not_ready_is_asked_for_again(seeded, tmp_path):
    """Amazon is still working on it: it counts as missing until its MD5 is known."""
    late = True

    async def odd(asked, forward):
        answer = await forward()
        for node in answer.json.get("data", ()) if late and asked.path.startswith("/drive/v1/nodes") else ():
            if node["kind"] == "ASSET":
                node.update(status="PENDING", contentProperties=None)
        return answer

    with odd_service(seeded, odd) as strange:
        async with connect(strange, tmp_path) as ap:
            db = await ap.db
            assert db[db.kind == "ASSET"].md5.isna().all()
            late = False
            told = await ap.refresh()
            assert set(told.id[told.change == "changed"]) == set(pairs(db).values())
            assert (await ap.db).query("kind == 'ASSET'").md5.notna().all()


async def test_a_refresh_that_fails_at_the_movies_leaves_no_half(seeded, tmp_path):
    """The catalogue is there whole or not at all; the next refresh brings everything."""
    broken = True

    async def odd(asked, forward):
        if broken and "ASSET" in asked.query.get("filters", ""):
            return Answer(403)
        return await forward()

    with odd_service(seeded, odd) as strange:
        async with connect(strange, tmp_path) as ap:
            with pytest.raises(errors.Forbidden):
                await ap.refresh()
            assert not (tmp_path / "ap0.parquet").exists()
            broken = False
            db = await ap.db
            assert set(pairs(db)) == stills(db) != set()


async def test_so_many_are_asked_for_in_one_refresh(seeded, tmp_path, monkeypatch):
    """A refresh ends in good time; the next one goes on."""
    monkeypatch.setattr(movies, "MAX_ASKED", 3)
    with odd_service(seeded, lists_none) as strange:
        async with connect(strange, tmp_path) as ap:
            db = await ap.db
            assert len(pairs(db)) == 3 < len(stills(db))
            for _ in range(len(stills(db))):
                await ap.refresh()
            assert set(pairs(await ap.db)) == stills(db)


async def lists_all(asked, forward):
    """Without a kind it lists assets, too, and counts them."""
    filters = asked.query.get("filters", "")
    if asked.path == "/drive/v1/nodes" and "kind" not in filters and "startToken" not in asked.query:
        kinds = "kind:(FILE* OR FOLDER* OR VISUAL_COLLECTION* OR ASSET*)"
        return await forward(query=asked.query | {"filters": f"{kinds} AND {filters}" if filters else kinds})
    return await forward()


async def test_a_service_that_lists_them_with_the_rest(seeded, tmp_path):
    """They are rows like others, and the counts are right: nothing is read twice."""
    with odd_service(seeded, lists_all) as strange:
        async with connect(strange, tmp_path) as ap:
            db = await ap.db
            assert set(pairs(db)) == stills(db) != set()
            seeded.requests.clear()
            assert len(await ap.refresh()) == 0
            assert len(seeded.requests) <= 4
            still, movie = next(iter(pairs(db).items()))
            await ap.trash([still])
            seeded.requests.clear()
            told = await ap.refresh()
            assert set(told.id) == {still, movie}
            assert len(seeded.requests) <= 6


async def test_a_service_that_begins_to_list_them(seeded, tmp_path):
    """Then everything is read once, and the catalogue is the same."""
    async with connect(seeded, tmp_path) as ap:
        before = await ap.db
    with odd_service(seeded, lists_all) as strange:
        async with connect(strange, tmp_path) as ap:
            assert len(await ap.refresh()) == 0
            assert len(await ap.refresh()) == 0
            assert set((await ap.db).id) == set(before.id)


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00.000Z", None])
async def test_whenever_a_photo_was_modified(seeded, tmp_path, date):
    """A date that can be none, or none at all, keeps no movie away."""

    async def odd(asked, forward):
        answer = await forward()
        for node in answer.json.get("data", ()) if asked.path == "/drive/v1/nodes" else ():
            if node.get("childAssetTypeInfo"):
                node["modifiedDate"] = date
        return answer

    with odd_service(seeded, odd) as strange:
        async with connect(strange, tmp_path) as ap:
            db = await ap.db
            assert set(pairs(db)) == stills(db) != set()


async def other_assets(asked, forward):
    """Smaller pictures are assets, too."""
    answer = await forward()
    if asked.path.startswith("/drive/v1/nodes"):
        for node in answer.json.get("data", ())[:1]:
            if node["kind"] == "ASSET":
                node["assetProperties"]["assetType"] = "THUMBNAIL"
    return answer


async def test_other_assets_are_no_movies(seeded, tmp_path):
    """Only what says that it is a movie, or says nothing, is one."""
    with odd_service(seeded, other_assets) as strange:
        async with connect(strange, tmp_path) as ap:
            db = await ap.db
            assert not db[db.kind == "ASSET"].extra.str.contains("THUMBNAIL").any()
            assert len(pairs(db)) == len(stills(db)) - 1
