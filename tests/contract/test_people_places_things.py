"""``ap.places``, ``ap.things`` and ``ap.people``: what there is, how much of it, and the photos of each."""

import pytest

from amazon_photos import AmazonPhotos, errors
from amazon_photos.catalog.store import Store
from relations import save_relations

COLUMNS = {
    "people": ["name", "count", "id", "picture", "asked_at"],
    "things": ["name", "count", "id", "picture", "asked_at"],
    "places": ["name", "count", "id", "state", "country", "picture", "asked_at"],
}
CATEGORIES = {"people": "allPeople", "things": "things", "places": "location"}


@pytest.fixture(scope="module")
def known(module_service, tmp_path_factory):
    """A client with relations. Nobody changes what it holds."""
    module_service.reset(files=400)
    path = tmp_path_factory.mktemp("known") / "ap.parquet"
    with AmazonPhotos(module_service.cookies, endpoint=module_service.url, catalog=path, progress=False) as client:
        client.refresh(relations=True)
        yield client


@pytest.fixture
def bare(module_service, known, tmp_path):
    """A client of the same library with nothing on its disk."""
    path = tmp_path / "bare.parquet"
    with AmazonPhotos(module_service.cookies, endpoint=module_service.url, catalog=path, progress=False) as client:
        module_service.requests.clear()
        yield client


@pytest.mark.parametrize("group", COLUMNS)
def test_a_list_has_what_amazon_knows_most_frequent_first(bare, module_service, group):
    """By one request, and nothing of the local catalogue is made."""
    found = getattr(bare, group).list()
    assert len(module_service.requests) == 1
    assert list(found.columns) == COLUMNS[group]
    asked = bare.aggregations(CATEGORIES[group])
    assert dict(zip(found.id, found["count"], strict=True)) == dict(zip(asked.value, asked["count"], strict=True))
    assert dict(zip(found.id, found.picture, strict=True)) == dict(zip(asked.value, asked.node_id, strict=True))
    assert list(found["count"]) == sorted(found["count"], reverse=True)
    assert found.asked_at.notna().all()
    assert not bare.catalog.path.exists()


@pytest.mark.parametrize("group", COLUMNS)
def test_lists_are_the_same_offline(known, module_service, group):
    """With ``online=False`` nothing is sent, and ``asked_at`` says how old the answer is."""
    online = getattr(known, group).list(online=True)
    module_service.requests.clear()
    offline = getattr(known, group).list(online=False)
    assert not module_service.requests
    assert offline.drop(columns="asked_at").equals(online.drop(columns="asked_at"))
    assert (offline.asked_at < online.asked_at).all()


def test_who_answers_when_nobody_says(known, module_service):
    """Places and things are told by the relations; people, who can be renamed, by Amazon."""
    module_service.requests.clear()
    assert len(known.places.list())
    assert len(known.things.list())
    assert not module_service.requests
    assert len(known.people.list())
    assert len(module_service.requests) == 1


@pytest.mark.parametrize("group", COLUMNS)
def test_offline_without_relations_is_an_error_that_says_so(bare, module_service, group):
    """Nothing is sent for it, and a switch is a switch."""
    with pytest.raises(errors.CatalogError, match=r"relations=True\) makes bare\.relations\.parquet"):
        getattr(bare, group).list(online=False)
    with pytest.raises(errors.InvalidInput, match="online must be True or False"):
        getattr(bare, group).list(online="yes")
    assert not module_service.requests


def test_relations_of_another_account_are_not_told(known, bare):
    """A list asks instead; who wants no question gets an error."""
    bare.refresh()
    save_relations(Store(bare.catalog.path), [("thing", "theirs", None, 5, None)], [], owner="A2SOMEBODYELSE")
    assert "theirs" not in set(bare.things.list().id)
    with pytest.raises(errors.CatalogError, match="another account"):
        bare.things.list(online=False)


def test_people_without_a_name_are_listed_too(bare):
    """All, those with a name, or those without."""
    everybody, named, unnamed = (bare.people.list(named=which) for which in (None, True, False))
    assert set(named.id) == set(bare.aggregations("people").value)
    assert unnamed.name.isna().all()
    assert sorted(everybody.id) == sorted([*named.id, *unnamed.id])
    assert len(unnamed)


@pytest.mark.parametrize("group", COLUMNS)
def test_the_photos_of_each(bare, group):
    """By name, in any case, by id, and by the row of a list: as many as were counted."""
    listed = getattr(bare, group).list()
    for place in (0, len(listed) - 1):
        row = listed.iloc[place]
        found = getattr(bare, group).photos(row, columns=["id"])
        assert len(found) == row["count"]
        assert set(getattr(bare, group).photos(row.id, columns=["id"]).id) == set(found.id)
    first = listed.iloc[0]
    for name in (first["name"], first["name"].upper()):
        assert len(getattr(bare, group).photos(name, columns=["id"])) == first["count"]


def test_photos_are_a_query_with_a_term_more(bare):
    """Its filters, its options, its columns; a place may be a country or a state."""
    filters, options = "type:(PHOTOS) AND favorite:(false)", {"sort": "-size", "limit": 3, "columns": ["id", "size"]}
    largest = bare.people.photos("Ada", filters=filters, **options)
    assert largest.equals(bare.query(f"{filters} AND people:(Ada)", **options))
    assert len(largest) == 3
    places = bare.places.list()
    usa = places[places.country == "USA"]
    for name in ("USA", "usa"):
        assert len(bare.places.photos(name, columns=["id"])) == usa["count"].sum()
    washington = usa[usa.state == "WA"]
    assert len(bare.places.photos("USA#WA", columns=["id"])) == washington["count"].sum()
    with pytest.raises(errors.WrongCall, match=r"photos\(\) got .* 'limt'"):
        bare.places.photos("USA", limt=1)


@pytest.mark.parametrize(
    ("group", "wrong", "near"),
    [("people", "Adda", "Ada"), ("places", "Seatle", "Seattle"), ("things", "beech", "beach")],
)
def test_an_unknown_name_tells_the_nearest(bare, group, wrong, near):
    """So does an id of another account; what is no name says what is due."""
    with pytest.raises(errors.FilterError, match=f"knows no .* called '{wrong}'") as caught:
        getattr(bare, group).photos(wrong)
    assert f"the nearest: {near}" in str(caught.value)
    assert f"{group}.list()" in str(caught.value)
    with pytest.raises(errors.FilterError, match=r"knows no .* called '-AAAAAAAAAAAAAAAAAAAAA'"):
        getattr(bare, group).photos("-AAAAAAAAAAAAAAAAAAAAA")
    for wrong in (None, "", 5, []):
        with pytest.raises(errors.InvalidInput, match=rf"is due here: its name, its id, or a row of {group}\.list\(\)"):
            getattr(bare, group).photos(wrong)


def test_two_people_of_one_name_are_told_apart(service, ap):
    """By their ids and counts; either is given by its id."""
    service.reset(files=300)
    people = ap.people.list().head(2)
    for who in people.id:
        ap.rename_cluster(who, "Twin")
    with pytest.raises(errors.FilterError, match="'twin' can mean several") as caught:
        ap.people.photos("twin")
    for who, count in zip(people.id, people["count"], strict=True):
        assert f"{who} ({count} node" in str(caught.value)
    assert len(ap.people.photos(people.id[0], columns=["id"])) == people["count"][0]
    called = ap.people.list().set_index("id").name
    assert set(called[list(people.id)]) == {"Twin"}


def test_people_are_changed_by_a_row_as_by_a_name(service, ap):
    """A row of ``list()`` is a person wherever one is due, and a frame is several."""
    service.reset(files=300)
    people = ap.people.list()
    first = people.iloc[0]
    assert ap.people.rename(first, "Ada King").outcome[0] == "renamed"
    photo = ap.people.photos("Ada King", limit=1)
    assert ap.people.set_picture(first, photo).outcome[0] == "pictured"
    plan = ap.people.merge(first, people.iloc[1:3], dry_run=True)
    assert list(plan.id) == list(people.id[1:3])
    assert list(ap.people.merge(first, people.iloc[1], dry_run=True).id) == [people.id[1]]
    assert list(ap.people.merge("Ada King", [people.name[1]], dry_run=True).id) == [people.id[1]]


def test_who_is_changed_and_unknown_is_told_by_calls(service, ap):
    """Nobody wrote a filter, so the error has no advice about one."""
    service.reset(files=300)
    ap.people.rename("Ada", "Ada King")
    for change in (lambda who: ap.people.rename(who, "Eve"), lambda who: ap.people.merge("Grace", who)):
        with pytest.raises(errors.FilterError, match=r"(?s)nearest: .*Ada King.*people\.list\(\)") as caught:
            change("Ada")
        assert "quote" not in str(caught.value)
        assert "aggregations" not in str(caught.value)
    for wrong in (None, 5, ""):
        with pytest.raises(errors.InvalidInput, match="a person is due here"):
            ap.people.rename(wrong, "Eve")
