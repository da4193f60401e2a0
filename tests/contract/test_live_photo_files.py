"""A live photo as two files: up, down, and compared with this machine's."""

import json
from pathlib import Path

import pytest

from amazon_photos.catalog import movies
from amazon_photos.wire.call import Body
from amazon_photos.wire.content import upload
from live_photos import asked, connect, lists_none, pairs, stills, without_movies
from odd_service import Answer, odd_service
from transfers import md5, pieces, sent


@pytest.fixture
def seeded(service):
    """A library with some live photos."""
    service.reset(files=300)
    return service


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


async def put_copy(ap, path):
    """A file of the same content as a movie, which Amazon takes if it is not told that it is one."""
    content = path.read_bytes()
    raw = await ap._session.send(upload("copy.mov", (await ap.root).id, Body(len(content), lambda: pieces(content))))
    return [json.loads(bytes(raw))["id"]]
