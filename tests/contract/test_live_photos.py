"""A live photo's movie belongs to its still: the catalogue has both, whatever way the service tells of them."""

import json
from pathlib import Path

import pytest

from amazon_photos import AsyncAmazonPhotos, F, Settings, errors
from amazon_photos.catalog import movies
from amazon_photos.wire.call import Body
from amazon_photos.wire.content import upload
from odd_service import Answer, odd_service
from transfers import md5, pieces, sent

FILES = 300


@pytest.fixture
def seeded(service):
    service.reset(files=FILES)
    return service


def connect(service, folder, number=0):
    """A client with a catalogue of its own."""
    tuned = Settings(
        endpoint=service.url, catalog=str(folder / f"ap{number}.parquet"), cache_dir=str(folder / "c"),
        backoff_initial=0.01, backoff_max=0.1,
    )  # fmt: skip
    return AsyncAmazonPhotos(service.cookies, settings=tuned, progress=False)


def pairs(db):
    """``{still id: movie id}`` of a frame."""
    assets = db[db.kind == "ASSET"]
    return {parents[0]: own for own, parents in zip(assets.id, assets.parents, strict=True)}


def stills(db):
    return set(db.id[db.extra.str.contains("LIVE_VIDEO", na=False) & (db.kind == "FILE")])


def asked(service, what):
    """The requests that were answered, of listings of assets ("assets") or of one still's children ("children")."""
    if what == "assets":
        return [seen for seen in service.requests if "ASSET" in str(seen.query.get("filters", ""))]
    return [seen for seen in service.requests if seen.path.endswith("/children")]


# --- in the catalogue ------------------------------------------------------------------------------------------------


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


# --- this machine's files --------------------------------------------------------------------------------------------


async def pair_here(ap, folder):
    """A live photo as two files of this machine: its row, its movie's, and the folder they are in."""
    db = (await ap.db).set_index("id", drop=False)
    still, movie = (db.loc[node] for node in next(iter(pairs(db).items())))
    folder.mkdir()
    for row in (still, movie):
        (folder / row["name"]).write_bytes(await ap.read(row))
    return still, movie, folder


async def test_both_are_backed_up(seeded, tmp_path):
    """The card with a live photo on it may be wiped, and the row says where its movie is."""
    async with connect(seeded, tmp_path) as ap:
        still, movie, card = await pair_here(ap, tmp_path / "card")
        found = (await ap.backed_up(card)).set_index("id")
        assert found.backed_up.all()
        assert set(found.index) == {still["id"], movie["id"]}
        assert f"the movie of the live photo {still['name']}" in found.reason[movie["id"]]


async def test_the_movie_is_in_the_folder_of_its_still(seeded, tmp_path):
    """``check`` compares both with that folder, and with no other."""
    async with connect(seeded, tmp_path) as ap:
        still, movie, card = await pair_here(ap, tmp_path / "card")
        path = (await ap._load_index(folders_only=True)).folder_paths()[still["parents"][0]]
        same = await ap.check(card, of=path)
        assert set(same.id[same.outcome == "same"]) == {still["id"], movie["id"]}
        (card / movie["name"]).unlink()
        lost = await ap.check(card, of=path)
        assert f"{path}/{movie['name']}" in set(lost.path[lost.outcome == "remote_only"])
        elsewhere = await ap.check(card, of="Pictures/Web")
        assert not {still["id"], movie["id"]} & set(elsewhere.id)


async def test_a_movie_is_not_sent_again(seeded, tmp_path):
    """A plan and an upload say that both are there."""
    async with connect(seeded, tmp_path) as ap:
        still, movie, card = await pair_here(ap, tmp_path / "card")
        plan = (await ap.plan_upload(card)).set_index("name")
        assert set(plan.action) == {"exists"}
        assert plan.id[movie["name"]] == movie["id"]
        assert f"the movie of the live photo {still['name']}" in plan.reason[movie["name"]]
        assert set((await ap.upload(card)).outcome) == {"exists"}
    assert sent(seeded) == []


async def test_an_album_gets_the_photo(seeded, tmp_path):
    """A movie is in no album by itself: its row says so, and its photo is there, once."""
    async with connect(seeded, tmp_path) as ap:
        still, movie, card = await pair_here(ap, tmp_path / "card")
        for path in (card, card / movie["name"]):
            done = (await ap.upload(path, album="Card")).set_index("id")
            assert "the album gets the photo and not its movie" in done.reason[movie["id"]]
            assert list((await ap.children("Card")).id) == [still["id"]]


async def test_md5s_lead_to_movies(seeded, tmp_path):
    """And to a file of that content rather than to a movie."""
    async with connect(seeded, tmp_path) as ap:
        still, movie, card = await pair_here(ap, tmp_path / "card")
        assert list(await ap.ids_by_md5([still["md5"], movie["md5"]])) == [still["id"], movie["id"]]
        [copy] = await put_copy(ap, card / movie["name"])
        await ap.refresh()
        assert list(await ap.ids_by_md5([movie["md5"]])) == [copy]
        assert set((await ap.backed_up(card / movie["name"])).id) == {copy}


async def test_a_movie_that_the_catalogue_lacks_is_not_sent_twice(seeded, tmp_path):
    """Where Amazon answers that it has the content, whatever it is, it exists."""
    async with connect(seeded, tmp_path) as ap:
        _, movie, card = await pair_here(ap, tmp_path / "card")

    async def odd(asked, forward):
        if asked.uploads:
            there = {"logref": "x", "code": "MD5_DUPLICATE", "message": "", "info": {"nodeId": movie["id"]}}
            return Answer(409, json.dumps(there).encode(), {"Content-Type": "application/json"})
        return await without_movies(asked, forward)

    with odd_service(seeded, odd) as strange:
        async with connect(strange, tmp_path, 1) as ap:
            done = await ap.upload(card / movie["name"])
            assert list(zip(done.outcome, done.id, strict=True)) == [("exists", movie["id"])]


# --- down ------------------------------------------------------------------------------------------------------------


def stem(path):
    return str(Path(path).with_suffix(""))


async def test_a_photo_comes_with_its_movie(seeded, tmp_path):
    """By its id alone: two files of one name, the movie's row behind the photo's, and the second run finds both."""
    async with connect(seeded, tmp_path) as ap:
        still, movie = next(iter(pairs(await ap.db).items()))
        for outcome in ("downloaded", "exists"):
            done = await ap.download(still, out=tmp_path / "out")
            assert list(done.id) == [still, movie]
            assert set(done.outcome) == {outcome}
            assert stem(done.path[0]) == stem(done.path[1])
        assert [md5(Path(path)) for path in done.path] == list(done.md5)
    assert asked(seeded, "children") == []


async def test_without_movies(seeded, tmp_path):
    """``movies=False`` brings what was named, and nothing else."""
    async with connect(seeded, tmp_path) as ap:
        still = next(iter(pairs(await ap.db)))
        assert list((await ap.download(still, out=tmp_path / "out", movies=False)).id) == [still]


async def test_a_catalogue_that_lacks_movies_is_no_obstacle(seeded, tmp_path, monkeypatch):
    """Of a photo whose movie the last refresh did not come to, the movie is asked for."""
    async with connect(seeded, tmp_path) as ap:
        expected = pairs(await ap.db)
    monkeypatch.setattr(movies, "MAX_ASKED", 1)
    with odd_service(seeded, lists_none) as strange:
        async with connect(strange, tmp_path, 1) as ap:
            lacking = sorted(stills(await ap.db) - set(pairs(await ap.db)))
            assert not ap._store.header().has_movies
            assert set((await ap.download(lacking, out=tmp_path / "out")).id) == {
                *lacking, *(expected[still] for still in lacking)
            }  # fmt: skip


async def test_a_photo_that_a_query_brought_has_its_movie(seeded, tmp_path):
    """Queries bring photos into the catalogue, and no movies: then the photo's row tells that there is one."""
    async with connect(seeded, tmp_path) as ap:
        still, movie = next(iter(pairs(await ap.db).items()))
        await ap.trash([still])
        await ap.refresh()
        await ap.restore([still])
        await ap.query("type:(PHOTOS)")
        known = set((await ap.db).id)
        assert (still in known, movie in known) == (True, False)
        assert list((await ap.download(still, out=tmp_path / "out")).id) == [still, movie]
        await ap.refresh()
        assert {still, movie} <= set((await ap.db).id)


async def test_without_a_catalogue_amazon_is_asked_for_the_movie(seeded, tmp_path):
    """A frame of a search says which photos have one, an id is looked up."""
    async with connect(seeded, tmp_path) as ap:
        expected = pairs(await ap.db)
    async with connect(seeded, tmp_path, 1) as ap:
        found = (await ap.nodes("kind:FILE")).set_index("id", drop=False).loc[sorted(expected)]
        seeded.requests.clear()
        done = await ap.download(found.reset_index(drop=True), out=tmp_path / "out")
        assert list(done.id) == [node for still in sorted(expected) for node in (still, expected[still])]
        assert len(asked(seeded, "children")) == len(expected)
        still = next(iter(expected))
        assert list((await ap.download(still, out=tmp_path / "one")).id) == [still, expected[still]]


@pytest.mark.parametrize("layout", ["{name}", "tree", "{year}/{month:02}/{id}", "{md5}"])
async def test_the_whole_library_holds_each_pair_once(seeded, tmp_path, layout):
    """Photo and movie stand side by side under matching names, whatever the layout, also where photos share a name."""
    async with connect(seeded, tmp_path) as ap:
        db = await ap.db
        db = db[db.kind.isin(["FILE", "ASSET"])]
        done = (await ap.download(db, out=tmp_path / "out", layout=layout)).set_index("id")
        assert list(done.index) == list(db.id)
        for still, movie in pairs(db).items():
            assert stem(done.path[still]) == stem(done.path[movie])


async def test_a_folder_and_an_album_bring_pairs(seeded, tmp_path):
    """What they hold is the photo; its movie comes along."""
    async with connect(seeded, tmp_path) as ap:
        db = (await ap.db).set_index("id", drop=False)
        still, movie = next(iter(pairs(db).items()))
        album = (await ap.create_album("Live", node_ids=[still])).id
        for what in (db.parents[still][0], album):
            done = await ap.download(what, out=tmp_path / what)
            assert {still, movie} <= set(done.id)
            assert len(done) == done.id.nunique()


async def test_a_movie_alone_is_in_the_folder_of_its_photo(seeded, tmp_path):
    """Asked for by itself it keeps its name, and its place in the library's folders."""
    async with connect(seeded, tmp_path) as ap:
        db = (await ap.db).set_index("id", drop=False)
        still, movie = next(iter(pairs(db).items()))
        folder = (await ap._load_index(folders_only=True)).folder_paths()[db.parents[still][0]]
        [path] = (await ap.download(movie, out=tmp_path / "out", layout="tree")).path
        assert path == str(tmp_path / "out" / folder / db["name"][movie])


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


# --- services that answer differently --------------------------------------------------------------------------------


async def lists_none(asked, forward):
    """Kinds are no way to list assets."""
    answer = await forward()
    if "ASSET" in asked.query.get("filters", ""):
        answer.json.update(count=0, data=[])
    return answer


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


async def tells_none(asked, forward):
    """Stills name a movie that is nowhere."""
    if asked.path.endswith("/children"):
        answer = await forward()
        answer.json.update(count=0, data=[])
        return answer
    return await lists_none(asked, forward)


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


async def without_movies(asked, forward):
    """Neither listings nor stills tell of movies."""
    answer = await forward()
    if asked.path.startswith("/drive/v1/nodes") and "data" in answer.json:
        for node in answer.json["data"]:
            node["childAssetTypeInfo"] = []
    return answer


async def put_copy(ap, path):
    """A file of the same content as a movie, which Amazon takes if it is not told that it is one."""
    content = path.read_bytes()
    raw = await ap._session.send(upload("copy.mov", (await ap.root).id, Body(len(content), lambda: pieces(content))))
    return [json.loads(bytes(raw))["id"]]


def _file(folder, name, content=b"x" * 100):
    path = Path(folder, name)
    path.write_bytes(content)
    return path
