"""``columns=``: only what is wanted is built, on every listing, by both faces."""

import msgspec
import pytest

from amazon_photos import Catalog, F
from amazon_photos.errors import InvalidInput
from amazon_photos.frames import builder
from amazon_photos.model.fields import SHORT_COLUMNS

LISTINGS = {
    "query": lambda ap, **options: ap.query("type:(PHOTOS OR VIDEOS)", **options),
    "photos": lambda ap, **options: ap.photos(**options),
    "videos": lambda ap, **options: ap.videos(**options),
    "nodes": lambda ap, **options: ap.nodes("kind:FILE", **options),
    "residual": lambda ap, **options: ap.nodes((F.kind == "FILE") & (F.iso > 100), **options),
    "sorted": lambda ap, **options: ap.nodes(sort="-size", **options),
    "search": lambda ap, **options: ap.search("type:(PHOTOS)", **options).frame(),
    "search_nodes": lambda ap, **options: ap.search_nodes("kind:FILE", **options).frame(),
    "children": lambda ap, **options: ap.children("Pictures", **options),
    "trashed": lambda ap, **options: ap.trashed(**options),
    "folders": lambda ap, **options: ap.folders(**options),
    "find": lambda ap, **options: ap.find("kind:FILE", sort="-taken", **options),
    "catalog": lambda ap, **options: ap.catalog.find("kind:FILE", **options),
}
NAMES = ["width", "id", "category", "taken"]


@pytest.mark.parametrize("listing", LISTINGS)
def test_a_listing_gives_the_columns_asked_for(service, ap, listing):
    """Names in their order, the first screen, or all: the same rows and values as of the whole frame."""
    service.reset(files=60)
    ap.trash(ap.nodes("kind:FILE", limit=2).id)
    whole, give = LISTINGS[listing](ap), LISTINGS[listing]
    assert len(whole) > 0
    for columns, expected in ((NAMES, NAMES), ("short", list(SHORT_COLUMNS)), ("all", list(whole))):
        found = give(ap, columns=columns)
        assert list(found) == expected
        assert found.equals(whole[expected])
        assert found.dtypes.equals(whole[expected].dtypes)
    with pytest.raises(InvalidInput, match="there is no column 'widht': 'width' is probably meant"):
        give(ap, columns=["widht"])


def test_a_refresh_returns_the_columns_asked_for(service, ap):
    """With ``change`` before them, the first time and later; ap.parquet gets all, a wrong name is told at once."""
    service.reset(files=60)
    service.requests.clear()
    with pytest.raises(InvalidInput, match="there is no column 'widht': 'width' is probably meant"):
        ap.refresh(columns=["widht"])
    assert not service.requests
    first = ap.refresh(columns=NAMES)
    assert list(first) == ["change", *NAMES]
    assert first[NAMES].equals(ap.db[NAMES])
    ap.trash(ap.find("kind:FILE", limit=1).id)
    later = ap.refresh(columns="short")
    assert list(later) == ["change", *SHORT_COLUMNS]
    assert list(later.change) == ["removed"]
    again = ap.refresh(full=True, columns="extra")
    assert list(again) == ["change", "extra"]
    assert len(again) == 0


@pytest.mark.parametrize("columns", ["Short", ["short"], ["md5", "all"], ("ALL",)])
def test_short_and_all_stand_alone(service, ap, columns):
    """Spelled in another way, or within a list, the message says what was probably meant."""
    service.reset(files=5)
    for listing in ("photos", "catalog"):
        with pytest.raises(InvalidInput, match=r"columns='(short|all)' stands alone"):
            LISTINGS[listing](ap, columns=columns)


def test_names_in_a_list_where_they_are_given_one_by_one(ap):
    """``columns`` and ``arrow`` take names, not a list of them, and say so before anything is read."""
    for read in (ap.columns, ap.arrow):
        with pytest.raises(InvalidInput, match="give the names one after the other"):
            read(["id", "name"])
        with pytest.raises(InvalidInput, match="columns='short' stands alone"):
            read("short")


def test_pages_have_them_too(service, ap):
    """A search that is read page by page builds the same columns."""
    service.reset(files=60)
    assert {tuple(page) for page in ap.search("type:(PHOTOS)", columns="short").pages()} == {SHORT_COLUMNS}


def test_parts_of_rows_are_not_saved(service, ap):
    """ap.parquet takes whole rows: few columns leave it alone, unless it is told to save, which builds everything."""
    service.reset(files=60)
    ap.photos(columns="short")
    assert not ap.catalog.path.exists()
    found = ap.photos(columns=["name"], save=True)
    assert list(found) == ["name"]
    assert Catalog.open(ap.catalog.path).frame().md5.notna().all()
    ap.photos("extension:jpg", columns="all")
    assert len(Catalog.open(ap.catalog.path)) == len(found)


@pytest.mark.parametrize(
    "odd",
    [
        b'{"id":"b","name":"b","contentProperties":{"size":-5,"md5":"x"},"kind":"FILE"}',
        b'{"id":"b","name":"b","contentProperties":{"size":"7","image":{"width":"9"}},"kind":"FILE"}',
        b'{"id":"b","name":"b","name":"c"}',
        b'{"id":"b","contentProperties":[]}',
        b"null",
        b"5",
    ],
)
@pytest.mark.parametrize("columns", [["size", "id"], ["name", "width"], ["id", "extra"], []])
def test_odd_nodes_are_read_as_ever(odd, columns):
    """Whichever columns are asked for, they hold what the whole table holds in them."""
    nodes = [msgspec.Raw(b'{"id":"a","name":"a","version":1}'), msgspec.Raw(odd)]
    assert builder.read(nodes, columns=columns).equals(builder.read(nodes).select(columns))
