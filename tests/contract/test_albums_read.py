"""Reading albums: ``ap.albums.list``, ``get`` and ``contents``."""

import pandas as pd
import pytest

from amazon_photos import AmazonPhotos, errors

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
    filled = ap.albums.create("Filled", node_ids=ids[:1]).id[0]
    ap.refresh(relations=True)
    ap.albums.add(filled, ids[1:])
    ap.albums.create("New")
    service.requests.clear()
    albums = ap.albums.list().set_index("name")
    assert albums["count"].to_dict() == {**albums["count"].to_dict(), "Filled": 5, "New": 0}
    assert pd.isna(albums.first_taken["New"])
    asked = {path for path in paths(service) if path != "/nodes"}
    assert f"/nodes/{filled}/children" in asked
    assert len(service.requests) == 1 + 2 + 1


def test_two_albums_of_one_name_are_told_apart(service, ap):
    """By their ids, counts and dates."""
    service.reset(files=60)
    files = ap.nodes("kind:FILE", sort="contentProperties.contentDate", limit=3)
    one = ap.albums.create("Twice", node_ids=files.id).id[0]
    other = ap.albums.create("Twice").id[0]
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
    album = ap.albums.create("All", node_ids=files).id[0]
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
