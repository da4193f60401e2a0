"""What is answered here sees all that it asks for: against the emulator, which hides what the service hides."""

import pytest

from amazon_photos import AmazonPhotos, F, emulator
from amazon_photos.errors import FilterError

KINDS = "kind:(FILE* OR FOLDER* OR VISUAL_COLLECTION* OR ASSET* OR SHARED_COLLECTION*)"
STATUSES = "status:(AVAILABLE* OR PENDING* OR TRASH* OR PURGED*)"


@pytest.fixture(scope="module")
def ap(tmp_path_factory):
    """A library with photos, videos, a text, albums, folders, movies of live photos, and a trash."""
    with emulator.running(files=300) as service:
        home = tmp_path_factory.mktemp("home")
        with AmazonPhotos(
            service.cookies, catalog=str(home / "ap.parquet"), endpoint=service.url, progress=False
        ) as client:
            text = home / "notes.txt"
            text.write_text("no photo")
            client.upload(text)
            client.trash(client.query(limit=5, save=False))
            client.refresh(full=True)
            yield client


@pytest.fixture(scope="module")
def everything(ap):
    """Every node there is, of whatever kind and status."""
    return ap.nodes([KINDS, STATUSES])


BIG = F.size > 10**12
LISTINGS = [
    ((F.status == "TRASH") | BIG, lambda nodes: nodes.status == "TRASH"),
    (F.status != "AVAILABLE", lambda nodes: nodes.status != "AVAILABLE"),
    (~F.status("AVAILABLE") & (F.size > 0), lambda nodes: (nodes.status != "AVAILABLE") & (nodes["size"] > 0)),
    ((F.kind == "ASSET") | BIG, lambda nodes: (nodes.kind == "ASSET") & (nodes.status == "AVAILABLE")),
    (~F.kind("FILE", "FOLDER", "VISUAL_COLLECTION"), lambda nodes: nodes.kind == "ASSET"),
    (F.kind.matches("^A") & F.status.matches("."), lambda nodes: nodes.kind == "ASSET"),
    (F.name.matches("x$") & (F.kind == "FILE"), lambda nodes: nodes.name.str.endswith("x") & (nodes.kind == "FILE")),
]


@pytest.mark.parametrize(("tree", "holds"), LISTINGS)
def test_a_listing_gives_all_that_holds(ap, everything, tree, holds):
    """The trash and the movies of live photos, as soon as the filter says something of status or kind."""
    expected = everything[holds(everything).fillna(value=False)]
    assert set(ap.nodes(tree).id) == set(expected.id)
    assert len(expected) or "x$" in repr(tree)


SEARCHES = [
    F.type("ALBUMS") | BIG,
    F.type.exists(),
    ~F.type("PHOTOS"),
    ~F.type("PHOTOS", "VIDEOS"),
    F.kind == "VISUAL_COLLECTION",
    F.kind == "FILE",
    F.kind != "FOLDER",
    ~F.kind("FILE") & ~F.kind("FOLDER", "ASSET", "SHARED_COLLECTION"),
    F.type("PHOTOS") & F.name.matches("1") | F.type("ALBUMS") & F.name.matches("a"),
    F.type("ALBUMS") & ~F.favorite,
    F.type("VIDEOS") & (F.kind != "FOLDER"),
    ~F.favorite & ~F.kind("VISUAL_COLLECTION"),
    F.status == "AVAILABLE",
]


@pytest.mark.parametrize("tree", SEARCHES)
def test_a_search_gives_what_is_found_offline(ap, tree):
    """Albums, and files that are neither photo nor video, as soon as the filter says something of type or kind."""
    found = ap.find(tree)
    asks = {"type", "kind"} & {term.field for term in tree.terms()}
    kinds = ["FILE", "VISUAL_COLLECTION"] if asks else ["FILE"]
    assert set(ap.query(tree, save=False).id) == set(found[found.kind.isin(kinds)].id)
    assert len(found)


@pytest.mark.parametrize("tree", [F.kind == "FOLDER", F.kind != "FILE", F.status == "TRASH", F.status != "AVAILABLE"])
def test_what_a_search_never_lists_is_no_empty_answer(ap, tree):
    """The error says whom to ask, and it is true."""
    with pytest.raises(FilterError, match=r"a search never lists(.|\n)*ask nodes\(\)"):
        ap.query(tree, save=False)
    assert len(ap.nodes(tree))


def test_photos_and_videos_read_their_filter_by_itself(ap):
    """Brackets that open in what was typed close there; eight parameters of one's own are not too many."""
    with pytest.raises(FilterError, match="this bracket was never opened"):
        ap.photos("favorite:true) OR (favorite:false", save=False)
    with pytest.raises(FilterError, match="this quote is never closed"):
        ap.videos(["favorite:true", 'name:"a'], save=False)
    years = " OR ".join(f"timeYear:{year}" for year in range(2010, 2018))
    found = ap.find(["type:PHOTOS", years])
    assert set(ap.photos(years, save=False).id) == set(found.id)
    assert len(ap.photos([None, ""], save=False)) == len(ap.photos(save=False)) == len(ap.find("type:PHOTOS"))
    assert set(ap.videos(["favorite:false", F.size > 0], save=False).id) == set(
        ap.find(F.type("VIDEOS") & (F.favorite == "false") & (F.size > 0)).id
    )


def test_extra_is_a_word_like_every_column(ap):
    """Offline, and in what is answered here."""
    assert set(ap.find(F.extra.exists()).id) == set(ap.find("extra:*").id)
    nodes = ap.nodes(F["extra"].exists() | (F.size > 0))
    assert set(ap.find(F.extra.matches(".") | (F.size > 0)).id) == set(nodes.id)


def test_thousands_of_values_are_one_parameter(ap):
    """However the service reads them."""
    named = ap.db[ap.db.name.notna() & (ap.db.kind != "ASSET")]
    names = [*named.name, *(f"nobody-{number}" for number in range(3_000))]
    assert set(ap.nodes(F.name(*names)).id) == set(named.id)
