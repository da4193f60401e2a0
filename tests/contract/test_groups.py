"""``ap.albums`` and ``ap.catalog``: what belongs to one concept, held together."""

from pathlib import Path

import pytest

from amazon_photos import AmazonPhotos, AsyncAmazonPhotos, Catalog, errors


@pytest.fixture
def seeded(service, ap):
    service.reset(files=100)
    service.requests.clear()
    return ap


def test_asking_for_a_group_sends_nothing(service, ap):
    """Nor does looking at it, and its repr shows no cookie."""
    assert "Albums of <AmazonPhotos" in repr(ap.albums)
    assert ap.catalog.path == Path("ap.parquet").absolute()
    assert not Path("ap.parquet").exists()
    assert not service.requests
    assert service.cookies["at-main"] not in repr(ap.albums) + repr(ap.catalog)


def test_an_album_from_its_beginning_to_its_end(seeded):
    """It is made, filled, renamed and emptied, by its name, its id or its node."""
    ids = list(seeded.nodes("kind:FILE", limit=3).id)
    album = seeded.albums.create("Best of", node_ids=ids[:1]).id[0]
    assert "Best of" in set(seeded.albums.list().name)
    assert list(seeded.albums.add("best of", ids[1:]).outcome) == ["added", "added"]
    assert set(seeded.children(album).id) == set(ids)
    assert list(seeded.albums.rename(album, "Very best").outcome) == ["renamed"]
    assert seeded.node(album).name == "Very best"
    assert list(seeded.albums.remove(album, ids).outcome) == ["removed"] * 3
    assert not len(seeded.children(album))


def test_a_name_means_one_album(seeded):
    """One that several have is an error that lists them, and so is one that none has."""
    made = [seeded.albums.create("Twice").id[0] for _ in range(2)]
    with pytest.raises(errors.InvalidInput, match="several albums") as caught:
        seeded.albums.add("Twice", [])
    assert all(album in str(caught.value) for album in made)
    with pytest.raises(errors.InvalidInput, match="no album 'Nowhere'"):
        seeded.albums.rename("Nowhere", "x")
    with pytest.raises(errors.InvalidInput, match="an album is due here"):
        seeded.albums.add(None, [])


def test_the_catalogue_answers_as_the_flat_names_do(seeded):
    """The same frames, by the group."""
    catalog = seeded.catalog
    assert len(catalog.refresh()) == len(seeded.db)
    assert catalog.frame().equals(seeded.db)
    assert catalog.find("kind:FILE", sort="-size", limit=3).equals(seeded.find("kind:FILE", sort="-size", limit=3))
    assert catalog.columns("id", "md5").equals(seeded.columns("id", "md5"))
    assert catalog.arrow("id").equals(seeded.arrow("id"))
    md5 = catalog.find("type:(PHOTOS)").md5[0]
    assert catalog.ids_by_md5([md5]).equals(seeded.ids_by_md5([md5]))
    assert catalog.sql("select count(*) as n from db").n[0] == len(seeded.db)


async def test_groups_of_the_async_client(service):
    """The same names, awaited."""
    async with AsyncAmazonPhotos(service.cookies, endpoint=service.url) as client:
        album = (await client.albums.create("Best of")).id[0]
        assert list((await client.albums.list()).id) == [album]
        with pytest.raises(TypeError, match=r"AsyncAmazonPhotos\.find\(\) got an unexpected keyword argument 'limt'"):
            client.catalog.find(limt=1)


def test_a_wrong_call_of_a_group_says_what_was_meant(ap):
    """As one of the client does (fault H10)."""
    with pytest.raises(errors.WrongCall, match=r"^ClientCatalog\.find\(\) got .* 'limt': did you mean 'limit'\?"):
        ap.catalog.find(limt=1)
    with pytest.raises(errors.WrongCall, match=r"^Albums\.create\(\) missing 1 required positional argument: 'name'"):
        ap.albums.create()


def test_a_group_keeps_its_client(service):
    """One that only its group is left of still answers."""
    albums = AmazonPhotos(service.cookies, endpoint=service.url).albums
    assert len(albums.list()) == 0


def test_the_catalogue_tells_what_it_is_and_gives_rows(seeded, service):
    """Owner, time and wholeness as ``Catalog`` has them, rows as plain values; the error where there is none yet."""
    with pytest.raises(errors.CatalogError, match="there is no catalogue"):
        _ = seeded.catalog.owner
    rows = list(seeded.catalog.rows("kind:FILE", sort="-size", limit=3, columns=["name", "size"]))
    plain = Catalog.open("ap.parquet")
    assert rows == list(plain.rows("kind:FILE", sort="-size", limit=3, columns=["name", "size"]))
    assert [set(row) for row in rows] == [{"name", "size"}] * 3
    for told in ("path", "owner", "refreshed_at", "complete"):
        assert getattr(seeded.catalog, told) == getattr(plain, told)
    assert seeded.catalog.complete


def test_a_client_takes_a_catalogue_for_its_path(service, ap, tmp_path):
    """What was opened by itself is refreshed by the client that is given it."""
    service.reset(files=5)
    plain = Catalog(tmp_path / "mine.parquet")
    with AmazonPhotos(service.cookies, endpoint=service.url, catalog=plain, progress=False) as client:
        assert client.catalog.path == plain.path
        client.refresh()
        assert list(plain.find("kind:FILE").name) == list(client.find("kind:FILE").name)


def test_a_folder_is_no_album(seeded):
    """Neither one of the tree nor a node of one: nothing is sent that would change it."""
    seeded.refresh()
    folder = seeded.find_path("Pictures")
    for wrong in (folder, seeded.node(folder)):
        with pytest.raises(errors.InvalidInput, match="an album is due here, and 'Pictures' is a FOLDER"):
            seeded.albums.add(wrong, [])


def test_many_albums_by_their_names_cost_one_listing(seeded, service):
    """As many as are deleted at once; each has its row, in the order given."""
    made = [seeded.create_album(name).id for name in ("One", "Two", "Three")]
    service.requests.clear()
    assert list(seeded.albums.delete(["Three", "One", "Two", "One"]).id) == [made[2], made[0], made[1]]
    listed = [asked for asked in service.requests if asked.method == "GET" and asked.path.endswith("/nodes")]
    assert len(listed) == 1


def test_an_album_is_not_merged_into_itself(seeded):
    """By whatever it is given; it stays as it is."""
    album = seeded.create_album("Best of", node_ids=list(seeded.nodes("kind:FILE", limit=2).id))
    for given in (album.id, "best of", album):
        with pytest.raises(errors.InvalidInput, match="cannot be merged into itself: 'Best of'"):
            seeded.albums.merge("Best of", given)
    assert seeded.node(album.id).status == "AVAILABLE"
    assert len(seeded.children(album.id)) == 2


def test_which_family_is_meant_must_be_told_where_there_are_none_or_two(seeded):
    """Nothing is shared before that is clear; with one, it is that one."""
    one, two, three = seeded.nodes("kind:FILE", limit=3).id
    with pytest.raises(errors.InvalidInput, match="shares nothing with a family yet: give family_id"):
        seeded.family.add(one)
    seeded.family.add(one, family_id="F1")
    assert list(seeded.family.add(two).outcome) == ["shared"]
    seeded.family.add(three, family_id="F2")
    with pytest.raises(errors.InvalidInput, match="has several: F1, F2: give family_id"):
        seeded.family.remove(one)
    assert list(seeded.family.remove(one, family_id="F1").outcome) == ["unshared"]
