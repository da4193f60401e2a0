"""Reading albums: ``ap.albums.list``, ``get`` and ``contents``."""

import pandas as pd
import pytest

from amazon_photos import AmazonPhotos, errors
from odd_service import Answer

COLUMNS = ["name", "count", "cover", "first_taken", "last_taken", "created", "modified", "shared", "id", "asked_at"]
FACTS = ["name", "count", "cover", "first_taken", "last_taken", "created", "shared", "id"]


@pytest.fixture(scope="module")
def known(module_service, tmp_path_factory):
    """A client with relations. Nobody changes what it holds."""
    module_service.reset(files=150)
    path = tmp_path_factory.mktemp("albums") / "ap.parquet"
    with AmazonPhotos(module_service.cookies, endpoint=module_service.url, catalog=path, progress=False) as client:
        client.refresh(relations=True)
        yield client


def paths(service):
    return [seen.path.rpartition("/drive/v1")[2] for seen in service.requests]


def test_a_list_tells_what_each_album_holds(known, module_service):
    """Asked of Amazon: the list, and two requests for each album of more than one node."""
    module_service.requests.clear()
    albums = known.albums.list(online=True)
    assert list(albums.columns) == COLUMNS
    assert len(paths(module_service)) == 1 + (albums["count"].clip(upper=2).clip(lower=1)).sum()
    assert list(albums.name) == sorted(albums.name, key=str.casefold)
    for album in albums.head(6).to_dict("records"):
        held = known.children(album["id"])
        assert album["count"] == len(held)
        assert (album["first_taken"], album["last_taken"]) == (held.contentDate.min(), held.contentDate.max())
        assert album["cover"] in set(held.id)
        node = known.node(album["id"])
        assert (album["created"], album["modified"]) == (node.created_date, node.modified_date)
    assert not albums.shared.any()


def test_what_relations_know_is_not_asked(known, module_service):
    """One request, for the names; none with ``online=False``; the answers are the same, and say how old they are."""
    online = known.albums.list(online=True)
    module_service.requests.clear()
    assert known.albums.list()[FACTS].equals(online[FACTS])
    assert paths(module_service) == ["/nodes"]
    offline = known.albums.list(online=False)
    assert paths(module_service) == ["/nodes"]
    assert offline[FACTS].equals(online[FACTS])
    assert (offline.asked_at < online.asked_at).all()


def test_offline_without_relations_is_an_error(known, tmp_path, module_service):
    """It says what brings them."""
    path = tmp_path / "ap.parquet"
    with AmazonPhotos(module_service.cookies, endpoint=module_service.url, catalog=path) as ap:
        module_service.requests.clear()
        for _ in ("nothing at all", "a catalogue alone"):
            with pytest.raises(errors.CatalogError, match=r"refresh\(relations=True\)"):
                ap.albums.list(online=False)
            path.write_bytes(known.catalog.path.read_bytes())
        assert not module_service.requests


def test_get_gives_the_album_as_it_is_now(known):
    """By name in any case, id, node or row; the id of something else is an error that says what it is."""
    row = known.albums.list().iloc[0]
    node = known.albums.get(row["name"])
    assert (node.id, node.kind) == (row.id, "VISUAL_COLLECTION")
    for given in (row["name"].upper(), row.id, node, row):
        assert known.albums.get(given).id == row.id
    photo = known.nodes("kind:FILE", limit=1).iloc[0]
    for use in (known.albums.get, known.albums.contents):
        with pytest.raises(errors.InvalidInput, match=f"an album is due here, and '{photo['name']}' .* is a FILE"):
            use(photo.id)
        with pytest.raises(errors.NotFound):
            use("-AAAAAAAAAAAAAAAAAAAAA")
        for wrong in (None, 5, "", []):
            with pytest.raises(errors.InvalidInput, match="an album is due here"):
                use(wrong)


def test_an_unknown_album_tells_the_nearest(known):
    """For whatever is done with it."""
    name = known.albums.list().name[0]
    for use in (known.albums.get, known.albums.contents, lambda album: known.albums.add(album, [])):
        with pytest.raises(errors.InvalidInput, match=r"no album .*; the nearest: ") as caught:
            use(f"{name}x")
        assert name in str(caught.value)


# --- with libraries of their own --------------------------------------------------------------------------------------


def test_an_album_that_changed_since_is_asked_for(service, ap):
    """A list is never silently old: what was made or filled after the relations were kept is there, as it is."""
    service.reset(files=60)
    ids = list(ap.nodes("kind:FILE", sort="contentProperties.contentDate", limit=5).id)
    filled = ap.create_album("Filled", node_ids=ids[:1]).id
    ap.refresh(relations=True)
    ap.albums.add(filled, ids[1:])
    ap.create_album("New")
    service.requests.clear()
    albums = ap.albums.list().set_index("name")
    assert albums["count"].to_dict() == {**albums["count"].to_dict(), "Filled": 5, "New": 0}
    assert pd.isna(albums.first_taken["New"])
    asked = {path for path in paths(service) if path != "/nodes"}
    assert f"/nodes/{filled}/children" in asked
    assert len(service.requests) == 1 + 2 + 1


def test_an_album_that_changed_shortly_before_is_asked_for(service, ap):
    """Listings lag: what relations tell of it may be older than its change."""
    service.reset(files=10)
    album = ap.create_album("New", node_ids=list(ap.nodes("kind:FILE").id)[:2]).id
    ap.refresh(relations=True)
    service.requests.clear()
    ap.albums.list()
    assert paths(service).count(f"/nodes/{album}/children") == 2


def test_two_albums_of_one_name_are_told_apart(service, ap):
    """By their ids, counts and dates."""
    service.reset(files=60)
    files = ap.nodes("kind:FILE", sort="contentProperties.contentDate", limit=3)
    one = ap.create_album("Twice", node_ids=files.id).id
    other = ap.create_album("Twice").id
    for use in (ap.albums.get, ap.albums.contents, lambda album: ap.albums.rename(album, "x")):
        with pytest.raises(errors.InvalidInput, match="'twice' can mean several albums") as caught:
            use("twice")
        dates = f"{files.contentDate.iloc[0]:%Y-%m-%d} to {files.contentDate.iloc[2]:%Y-%m-%d}"
        assert f"({one}: 3 nodes, {dates})" in str(caught.value)
        assert f"({other}: 0 nodes)" in str(caught.value)


def test_contents_are_children_in_the_albums_order(service, ap):
    """With the filters and options of ``children``; the order is the service's, however many pages there are."""
    service.reset(files=450)
    files = ap.nodes("kind:FILE", columns=["id"]).id
    album = ap.create_album("All", node_ids=files)
    found = ap.albums.contents("All")
    assert found.equals(ap.children(album))
    assert set(found.id) == set(files)
    some = ap.albums.contents(
        album, filters="contentProperties.extension:jpg", sort="-size", limit=3, columns=["id", "size"]
    )
    assert list(some.columns) == ["id", "size"]
    assert list(some["size"]) == sorted(some["size"], reverse=True)
    assert len(some) == 3
    assert list(ap.albums.contents(album, offset=100, limit=250).id) == list(found.id[100:350])


JSON = {"Content-Type": "application/json"}
ODD = {
    "gone": Answer(404, b'{"message": "no"}', JSON),
    "refused": Answer(403, b'{"message": "no"}', JSON),
    "malformed": Answer(400, b'{"message": "no"}', JSON),
    "no count": Answer(200, b'{"data": []}', JSON),
    "a huge count": Answer(200, b'{"count": 1' + 30 * b"0" + b', "data": []}', JSON),
    "a negative count": Answer(200, b'{"count": -4, "data": []}', JSON),
    "no list": Answer(200, b'{"count": 4, "data": null}', JSON),
}


@pytest.mark.parametrize("answer", ODD.values(), ids=ODD)
def test_an_album_that_tells_nothing_keeps_no_other_from_the_list(connect_same, connect_odd, caplog, answer):
    """It was deleted meanwhile, say: what nobody knows of it is missing."""
    with connect_same() as ap:
        right = ap.albums.list()
    wrong = right.id[1]

    async def odd(asked, forward):
        return answer if asked.path.endswith(f"/{wrong}/children") else await forward()

    with connect_odd(odd) as strange, connect_same(strange) as ap:
        found = ap.albums.list()
        others = found.id != wrong
        assert list(found.id) == list(right.id)
        assert found[others][FACTS].equals(right[others][FACTS])
        assert found[~others][["count", "first_taken", "last_taken", "asked_at"]].isna().all(axis=None)


@pytest.mark.parametrize("node", [None, 5, {"name": "no id"}, {"id": "a", "contentProperties": {"contentDate": 5}}])
def test_a_picture_that_cannot_be_read_has_no_date(connect_same, connect_odd, node):
    """Its album is counted."""

    async def odd(asked, forward):
        answer = await forward()
        if asked.path.endswith("/children"):
            answer.json["data"] = [node]
        return answer

    with connect_same() as ap:
        right = ap.albums.list()
    with connect_odd(odd) as strange, connect_same(strange) as ap:
        found = ap.albums.list()
    assert found["count"].equals(right["count"])
    assert found.first_taken.isna().all()


def test_an_id_that_is_none_is_not_asked_for(connect_same, connect_odd):
    """No path is made of it; the other albums are listed."""

    async def odd(asked, forward):
        answer = await forward()
        if asked.path.endswith("/nodes") and "VISUAL_COLLECTION" in asked.query.get("filters", ""):
            answer.json["data"] += [{"id": "../../x", "name": "a", "kind": "VISUAL_COLLECTION"}]
        return answer

    with connect_same() as ap:
        right = ap.albums.list()
    with connect_odd(odd) as strange, connect_same(strange) as ap:
        found = ap.albums.list()
    assert set(right.id) <= set(found.id)
