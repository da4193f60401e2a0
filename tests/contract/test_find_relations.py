"""People, things, places and albums offline: what ``query`` answers right after a refresh, ``find`` answers too."""

import pytest

from amazon_photos import AmazonPhotos, Catalog, F, errors
from amazon_photos.catalog.store import Store
from relations import save_relations

MEDIA = F.type("PHOTOS", "VIDEOS")


@pytest.fixture(scope="module")
def related(module_service, tmp_path_factory):
    """A client whose catalogue has its relations beside it. Nobody changes what it holds."""
    service = module_service
    service.reset(files=400)
    path = tmp_path_factory.mktemp("related") / "ap.parquet"
    with AmazonPhotos(service.cookies, endpoint=service.url, catalog=path, progress=False) as client:
        client.refresh(relations=True)
        service.requests.clear()
        yield client


@pytest.fixture
def kept(related, tmp_path):
    """The catalogue alone, in a folder of its own, without relations."""
    path = tmp_path / "kept.parquet"
    path.write_bytes(related.catalog.path.read_bytes())
    return path


ONLINE_TOO = [
    "type:(PHOTOS OR VIDEOS) AND things:(beach)",
    "type:(PHOTOS OR VIDEOS) AND things:(BEACH)",
    "type:(PHOTOS) AND things:(beach OR sky)",
    "type:(PHOTOS OR VIDEOS) AND things:(beach AND sky)",
    "type:(PHOTOS OR VIDEOS) AND things:(plant AND beach OR sky)",
    "type:(PHOTOS OR VIDEOS) AND things:(nothing)",
    "type:(PHOTOS OR VIDEOS) AND things:(beach) AND timeYear:(2019)",
    "type:(PHOTOS OR VIDEOS) AND things:(beach) AND people:(Ada)",
    "things:(sky) AND people:(Ada) AND timeYear:(2019) AND type:(PHOTOS)",
    "type:(PHOTOS OR VIDEOS) AND people:(Ada)",
    "type:(PHOTOS OR VIDEOS) AND people:(ada)",
    "type:(PHOTOS OR VIDEOS) AND people:(Ada OR Grace)",
    "type:(PHOTOS OR VIDEOS) AND people:(Ada AND Grace)",
    "type:(PHOTOS OR VIDEOS) AND people:(AAAAAAAAAAAAAAAAAAAAAA)",
    "type:(PHOTOS OR VIDEOS) AND clusterId:(AAAAAAAAAAAAAAAAAAAAAA)",
    "type:(PHOTOS OR VIDEOS) AND location:(Seattle)",
    "type:(PHOTOS OR VIDEOS) AND location:(USA)",
    "type:(PHOTOS OR VIDEOS) AND location:(USA#WA)",
    "type:(PHOTOS OR VIDEOS) AND location:(USA#WA#Seattle)",
    "type:(PHOTOS OR VIDEOS) AND location:(USA#W)",
    "type:(PHOTOS OR VIDEOS) AND location:(usa#wa)",
    'type:(PHOTOS OR VIDEOS) AND location:("San Francisco" OR USA#WA)',
    "type:(VIDEOS) AND location:(USA) AND things:(sky)",
    "type:(PHOTOS) AND (people:(Ada) OR things:(beach))",
    "type:(PHOTOS OR VIDEOS) AND favorite:(false) AND people:(Ada)",
    "type:(PHOTOS OR VIDEOS) AND timeMonth:(7) AND (location:(USA) OR things:(beach)) AND extension:(jpg)",
    MEDIA & F.things("beach") & (F.size > 100_000),
    MEDIA & F.people("Ada") & F.things.all("beach", "sky"),
    MEDIA & F.location("Seattle") & F.name.matches(r"\d"),
    MEDIA & (F.people("Ada") | F.location("Seattle")) & ~F.favorite,
]


@pytest.mark.parametrize("filters", ONLINE_TOO, ids=str)
def test_find_gives_what_query_gives(related, filters):
    """The same nodes for every filter that both can answer."""
    asked = sorted(related.query(filters, columns=["id"]).id)
    assert sorted(related.find(filters, columns=["id"]).id) == asked


def test_every_key_is_found_by_its_id(related):
    """People that nobody named too, and places in full."""
    for category, word in (("allPeople", "clusterId"), ("allPeople", "people"), ("location", "location")):
        for entry in related.aggregations(category).itertuples():
            found = related.find(MEDIA & F[word](entry.value), columns=["id"])
            assert len(found) == entry.count, (word, entry.value)


def test_nothing_is_sent_and_no_client_is_needed(related, module_service):
    """The bare catalogue answers alike, by ``find`` and ``rows``."""
    module_service.requests.clear()
    filters = 'things:(beach) AND people:("Ada") AND NOT favorite:true'
    found = related.find(filters)
    catalog = Catalog.open(related.catalog.path)
    assert catalog.find(filters).equals(found)
    assert related.catalog.find(filters).equals(found)
    assert [row["id"] for row in catalog.rows(filters, columns=["id"])] == list(found.id)
    assert len(found)
    assert not module_service.requests


def test_albums_are_a_word_by_name_and_by_id(related):
    """In any case, negated, and joined with all the rest."""
    album = related.nodes("kind:VISUAL_COLLECTION", limit=1).iloc[0]
    inside = set(related.children(album.id).id)
    assert set(related.find(F.album(album["name"])).id) == inside
    assert set(related.find(f'album:("{album["name"].upper()}")').id) == inside
    assert set(related.find(F.album(album.id)).id) == inside
    assert not inside & set(related.find(~F.album(album.id)).id)
    assert len(related.find(~F.album(album.id))) + len(inside) == (related.db.kind != "ASSET").sum()
    some = related.find(F.album(album.id) & MEDIA, sort="-size", limit=2, columns=["id", "size"])
    assert list(some.columns) == ["id", "size"]
    assert list(some["size"]) == sorted(some["size"], reverse=True)


def test_names_have_beginnings_patterns_and_presence(related):
    """What a local filter can do with text, it can do with the names of keys."""
    people = related.aggregations("people")
    starting = [row["value"] for _, row in people.iterrows() if row["name"].startswith("A")]

    def ids(found):
        return sorted(found.id)

    assert ids(related.find(F.people.startswith("A"))) == ids(related.find(F.people(*starting)))
    assert ids(related.find(F.people.matches("(?i)^a"))) == ids(related.find(F.people(*starting)))
    everybody = list(related.aggregations("allPeople").value)
    assert ids(related.find(F.clusterId.exists())) == ids(related.find(F.clusterId(*everybody)))
    lonely = related.find(MEDIA & ~F.clusterId.exists())
    assert len(lonely) + len(related.find(MEDIA & F.clusterId.exists())) == len(related.find(MEDIA))


def test_without_relations_the_error_says_what_brings_them(kept, tmp_path, module_service):
    """Of the client before anything is built or sent, and of the bare catalogue."""
    module_service.requests.clear()
    catalog = Catalog.open(kept)
    with AmazonPhotos(module_service.cookies, endpoint=module_service.url, catalog=tmp_path / "none.parquet") as ap:
        for find in (catalog.find, catalog.rows, ap.find, ap.catalog.find, ap.catalog.rows):
            with pytest.raises(errors.FilterError, match=r"'things'(.|\n)*refresh\(relations=True\)"):
                find("things:(beach) AND size:[5 TO *]")
    assert not module_service.requests


def test_an_unknown_name_tells_the_nearest(related, caplog):
    """Of albums, people and places; a person's unknown id and an unknown thing find nothing, as online."""
    catalog = Catalog.open(related.catalog.path)
    album = related.nodes("kind:VISUAL_COLLECTION", limit=1).iloc[0]["name"]
    for text, near in (
        ("people:(Adda)", "Ada"),
        ("location:(Seatle)", "Seattle"),
        (f'album:("{album}s")', album),
    ):
        with pytest.raises(errors.FilterError, match="this library knows no") as caught:
            catalog.find(text)
        assert f"the nearest: {near}" in caught.value.hint
        assert "relation_keys()" in caught.value.hint
    assert not len(catalog.find("things:(beech)"))
    assert "no things:(beech)" in caplog.text
    assert not len(catalog.find("people:(AAAAAAAAAAAAAAAAAAAAAA)"))


def test_two_of_one_name_are_told_apart(related, kept):
    """By their ids, how many nodes they have, and when these were taken."""
    ids = list(related.find("type:(PHOTOS)", sort="contentDate", limit=3, columns=["id"]).id)
    keys = [(kind, f"{kind}{n}", "Twin", 1 + n, None) for kind in ("album", "person") for n in (0, 1)]
    rows = [(ids[0], "album", "album0", "Twin"), *((node, "album", "album1", "Twin") for node in ids[1:])]
    save_relations(Store(kept), keys, rows)
    catalog = Catalog.open(kept)
    with pytest.raises(errors.FilterError, match="can mean several") as caught:
        catalog.find("album:(Twin)")
    dates = [f"{date:%Y-%m-%d}" for date in related.find("type:(PHOTOS)", sort="contentDate", limit=3).contentDate]
    assert f"album0 (1 node, {dates[0]} to {dates[0]})" in str(caught.value)
    assert f"album1 (2 nodes, {dates[1]} to {dates[2]})" in str(caught.value)
    with pytest.raises(errors.FilterError, match=r"person0 \(1 node\), person1 \(2 nodes\)"):
        catalog.find("people:(Twin)")
    assert list(catalog.find("album:(album0)").id) == ids[:1]


def test_new_relations_and_a_new_catalogue_are_seen(related, kept):
    """What was kept in memory is of one version of the two files."""
    catalog, ids = Catalog.open(kept), list(related.find(MEDIA, limit=2, columns=["id"]).id)
    save_relations(Store(kept), [("thing", "beach", None, 1, None)], [(ids[0], "thing", "beach", None)])
    assert list(catalog.find("things:(beach)").id) == ids[:1]
    save_relations(Store(kept), [("thing", "beach", None, 1, None)], [(ids[1], "thing", "beach", None)])
    assert list(catalog.find("things:(beach)").id) == ids[1:]
    store = Store(kept)
    with store.lock():
        store.write(
            store.read().filter([node == ids[1] for node in store.read(["id"])["id"].to_pylist()]), store.header()
        )
    assert list(catalog.find("things:(beach)").id) == ids[1:]
    assert not len(catalog.find("NOT things:(beach)"))


def test_relations_that_cannot_be_used_are_an_error_that_says_so(kept):
    """Another account's, and what is damaged; all other filters are answered."""
    save_relations(Store(kept), [("thing", "beach", None, 0, None)], [], owner="A2SOMEBODYELSE")
    with pytest.raises(errors.CatalogError, match="belongs to another account"):
        Catalog.open(kept).find("things:(beach)")
    Store(kept).relations.path.write_bytes(b"PAR1 no")
    with pytest.raises(errors.CatalogError, match=r"kept\.relations\.parquet is damaged"):
        Catalog.open(kept).find("things:(beach)")
    assert len(Catalog.open(kept).find("type:(PHOTOS)"))


def test_the_family_vault_is_a_word_too(related, kept):
    """By the family's id or name, or whichever it is; it is known offline alone."""
    ids = list(related.find(MEDIA, limit=2, columns=["id"]).id)
    save_relations(Store(kept), [("family", "A2ANN", "Ann", 1, None)], [(ids[0], "family", "A2ANN", "Ann")])
    for who in ("A2ANN", "Ann", "ann"):
        assert list(Catalog.open(kept).find(F.family(who)).id) == ids[:1]
    assert list(Catalog.open(kept).find("family:*").id) == ids[:1]
    with pytest.raises(errors.FilterError, match="no family called 'Bob'"):
        Catalog.open(kept).find("family:(Bob)")
    with pytest.raises(errors.FilterError, match="answered offline"):
        related.query("family:(Ann)")
