"""Names of columns, ours and Amazon's paths, wherever one filters, sorts or selects."""

import pytest

from amazon_photos import Catalog, F, errors

NAMES = {name: f"contentProperties.{name}" for name in ("image.width", "size", "md5")}


def _folder(ap):
    """The folder of the first photo that has a width."""
    return ap.find(F.type("PHOTOS") & F["image.width"].exists()).parents[0][0]


@pytest.fixture(scope="module")
def ap(module_service, tmp_path_factory):
    from amazon_photos import AmazonPhotos

    module_service.reset(files=60)
    catalog = tmp_path_factory.mktemp("home") / "ap.parquet"
    with AmazonPhotos(module_service.cookies, endpoint=module_service.url, catalog=catalog, progress=False) as client:
        client.refresh()
        yield client


LISTINGS = {
    "nodes": lambda ap, filters, **options: ap.nodes(filters, **options),
    "search_nodes": lambda ap, filters, **options: ap.search_nodes(filters, **options).frame(),
    "children": lambda ap, filters, **options: ap.children(_folder(ap), filters=filters, **options),
    "query": lambda ap, filters, **options: ap.query(filters, save=False, **options),
    "photos": lambda ap, filters, **options: ap.photos(filters, save=False, **options),
    "search": lambda ap, filters, **options: ap.search(filters, **options).frame(),
    "find": lambda ap, filters, **options: ap.find(filters, **options),
    "catalog.find": lambda ap, filters, **options: ap.catalog.find(filters, **options),
    "Catalog.find": lambda ap, filters, **options: Catalog.open(ap.catalog.path).find(filters, **options),
}
listings = pytest.mark.parametrize("listing", LISTINGS.values(), ids=LISTINGS)


@listings
def test_text_filters(ap, listing):
    """By width, size and content, under either name, and mixed with Amazon's own words; as F does."""
    whole = ap.find(F.type("PHOTOS"))
    some = whole[whole["image.width"].notna()].iloc[0]
    for ours, theirs in NAMES.items():
        value = some[ours]
        for name in (ours, theirs):
            found = listing(ap, f"name:{some['name']} AND {name}:{value}")
            assert some.id in set(found.id), name
            assert set(found[ours]) == {value}, name
            assert set(found.id) == set(listing(ap, (F.name == some["name"]) & (F[name] == value)).id), name
    wide = listing(ap, "image.width:[1 TO *] AND size:[1 TO *]")
    assert len(wide)
    assert wide["image.width"].min() >= 1


@listings
@pytest.mark.parametrize("name", ["image.width", "contentProperties.image.width"])
def test_sorts(ap, listing, name):
    """What Amazon cannot sort by is sorted here: with limit and offset, up and down, missing values last."""
    whole = listing(ap, None, sort=f"-{name}")["image.width"]
    assert whole.to_list() == whole.sort_values(ascending=False, na_position="last").to_list()
    part = listing(ap, None, sort=name, limit=4, offset=2)["image.width"]
    assert part.to_list() == whole.sort_values(na_position="last").to_list()[2:6]


def test_a_count_of_what_is_sorted_here(ap):
    """Offset and limit taken into account."""
    there = ap.search_nodes("kind:FILE").count()
    assert ap.search_nodes("kind:FILE", sort="image.width", offset=3).count() == there - 3
    assert ap.search_nodes("kind:FILE AND size:[0 TO *]", sort="image.width", offset=3, limit=5).count() == 5


def test_pages_cannot_wait_for_all(ap, module_service):
    """One after the other they come as Amazon sorts; the error says what it can, before anything is sent."""
    module_service.requests.clear()
    found = ap.search("type:(PHOTOS)", sort="image.width")
    for read in (found.pages, found.nodes):
        with pytest.raises(errors.FilterError, match=r"(?s)cannot sort by 'image.width'.*frame\(\) sorts.*createdDate"):
            next(read())
    assert not module_service.requests


@pytest.mark.parametrize("name", ["image.width", "contentProperties.image.width"])
def test_selecting(ap, name):
    """Either name selects the column, which is called by ours."""
    assert list(ap.columns("id", name, "image.width").columns) == ["id", "image.width"]
    assert ap.arrow(name).column_names == ["image.width"]
    catalog = Catalog.open(ap.catalog.path)
    assert list(catalog.find(columns=[name]).columns) == ["image.width"]
    assert list(next(catalog.rows(columns=[name]))) == ["image.width"]
    assert list(next(ap.catalog.rows(columns=[name]))) == ["image.width"]


def test_unknown_names_suggest(ap):
    """Whoever mistypes one is told which is probably meant."""
    for ask in (
        lambda: ap.find(sort="image.widht"),
        lambda: ap.nodes(sort="image.widht"),
        lambda: ap.query(sort="image.widht"),
        lambda: ap.columns("image.widht"),
        lambda: ap.find("image.widht:3"),
    ):
        with pytest.raises(errors.InvalidInput, match=r"image\.width\b"):
            ask()
