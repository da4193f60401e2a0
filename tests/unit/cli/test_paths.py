"""What is at a path of the library, and what matches a glob: by a catalogue that holds every odd name."""

import pytest

from amazon_photos import Catalog
from amazon_photos.catalog.schema import Header
from amazon_photos.catalog.store import Store
from amazon_photos.cli.selection.found_node import ALBUM, FoundNode
from amazon_photos.cli.selection.paths import Paths
from amazon_photos.cli.selection.selecting import Offline, find_ids
from amazon_photos.cli.selection.selection import Selection
from amazon_photos.errors import InvalidInput
from libraries import table_of_nodes

WIDTH = 22
KINDS = {"d": "FOLDER", "v": ALBUM, "f": "FILE"}
LIBRARY = """
    d  root
    d  pics      Pictures        root
    d  y2019     2019            pics
    d  y2020     2020            pics
    d  cafe      Café            y2019
    d  star      a*b             pics
    f  top       top.jpg         root
    f  one       IMG_1.jpg       y2019
    f  two       IMG_2.JPG       y2019
    f  bracket   IMG_[1].jpg     y2019
    f  three     img_3.heic      y2020
    f  lower     note.txt        y2020
    f  upper     NOTE.txt        y2020
    f  accent    é.jpg           cafe
    f  inside    IMG_9.jpg       star
    f  both      shared.jpg      y2019,y2020
    f  idlike    IMG_20190101_120000_HD root
    f  albums    x.jpg           folder
    d  folder    albums          root
    v  summer    Summer
    v  rome      Rome/2019
    v  twin1     Twins
    v  twin2     twins
    v  twin3     Twins
"""


def to_id(key):
    return key.ljust(WIDTH, "-")


def read_nodes(text):
    for line in text.splitlines():
        if not line.strip():
            continue
        kind, key, name, parents = (*(part.strip() for part in line.split("  ") if part.strip()), "", "")[:4]
        yield {
            "id": to_id(key),
            "kind": KINDS[kind],
            "name": name or None,
            "isRoot": key == "root",
            "parents": [to_id(one) for one in parents.split(",") if one],
            "status": "AVAILABLE",
            "createdDate": "2020-01-01T00:00:00.000Z",
        }


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("paths") / "ap.parquet")
    with store.lock():
        nodes = read_nodes(LIBRARY.replace("IMG_20190101_120000_HD root", "IMG_20190101_120000_HD  root"))
        store.write(table_of_nodes(*nodes), Header(owner="OWNER", complete=True, refreshed_at=1))
    return Catalog.open(store.path)


HELD = {"summer": ["one", "three", "bracket"], "rome": ["two"], "twin1": [], "twin2": ["top"], "twin3": ["one"]}
NAMES = {"one": "IMG_1.jpg", "three": "img_3.heic", "bracket": "IMG_[1].jpg", "two": "IMG_2.JPG", "top": "top.jpg"}


class Contents:
    """What albums hold, as somebody else tells it."""

    def list_held(self, album):
        return [FoundNode(to_id(key), "FILE", NAMES[key]) for key in HELD[album.strip("-")]]

    def describe(self, album):
        return f"{len(self.list_held(album))} nodes"


@pytest.fixture
def paths(catalog):
    return Paths(catalog, Contents())


def keys(found):
    return [node.id.rstrip("-") for node in found.nodes]


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/", "root"),
        ("~", "root"),
        ("/Pictures", "pics"),
        ("Pictures/2019/", "y2019"),
        ("//pictures/./2019", "y2019"),
        ("/Pictures/2019/IMG_1.jpg", "one"),
        ("/pictures/2019/img_1.JPG", "one"),
        ("/Pictures/2019/cafe\u0301/E\u0301.jpg", "accent"),
        ("/Pictures/2019/IMG_[1].jpg", "bracket"),
        ("/Pictures/a*b", "star"),
        ("/Pictures/a*b/IMG_9.jpg", "inside"),
        ("/Pictures/2020/note.txt", "lower"),
        ("/Pictures/2019/shared.jpg", "both"),
        ("/Pictures/2020/shared.jpg", "both"),
        ("/IMG_20190101_120000_HD", "idlike"),
        ("/albums", "folder"),
        ("/albums/x.jpg", "albums"),
        ("albums/Summer", "summer"),
        ("albums/sUMMER", "summer"),
        ("albums/Rome/2019", "rome"),
        ("albums/twins", "twin2"),
        (f"albums/{to_id('twin3')}", "twin3"),
        ("albums/Summer/img_3.HEIC", "three"),
        ("albums/Summer/IMG_[1].jpg", "bracket"),
        ("albums/Rome/2019/IMG_2.JPG", "two"),
    ],
)
def test_a_path_means_one(paths, path, key):
    """However it is written; and no program chose it."""
    found = paths.find(path)
    assert (keys(found), found.computed) == ([key], False)


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("/Pictures/2019/IMG_?.jpg", ["one", "two"]),
        ("/Pictures/2019/*", ["cafe", "bracket", "one", "two", "both"]),
        ("/Pictures/20*/img_*", ["bracket", "one", "two", "three"]),
        ("/pictures/2019/CAF?/*", ["accent"]),
        ("/*/2019", ["y2019"]),
        ("/**/*.heic", ["three"]),
        ("/**/shared.jpg", ["both"]),
        ("/Pictures/2020/**", ["lower", "upper", "both", "three"]),
        ("/Pictures/a*/IMG*", ["inside"]),
        ("/Pictures/**/201?", ["y2019"]),
        ("albums/*", ["rome", "summer", "twin1", "twin2", "twin3"]),
        ("albums/T*", ["twin1", "twin2", "twin3"]),
        ("albums/Summer/*", ["one", "three", "bracket"]),
        ("albums/Summer/img_?.jpg", ["one"]),
        ("albums/Rome/2019/**", ["two"]),
        ("albums/S*/*.heic", ["three"]),
        ("albums/R*/*", ["two"]),
        ("albums/Rome/*", ["rome"]),
    ],
)
def test_a_glob_means_all_that_match(paths, glob, expected):
    """Also where that is one alone: a limit holds for it."""
    found = paths.find(glob)
    assert sorted(keys(found)) == sorted(expected)
    assert found.computed


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/Pictures/2O19", "the library has nothing at '/Pictures/2O19': did you mean '2019'?"),
        ("/Pcitures/2019", "did you mean 'Pictures'?"),
        ("/Pictures/2019/IMG_1.jpg/x", "'IMG_1.jpg' is a file, and holds nothing"),
        ("/Pictures/2020/Note.txt", "'Note.txt' can mean several: "),
        ("/Pictures/2019/*.png", "nothing in the library matches '/Pictures/2019/*.png'; `amazon-photos ls`"),
        ("/Nowhere/**", "nothing in the library matches"),
        ("/Pictures/../top.jpg", "the library has nothing at"),
        ("HeMReF-vvJiTTkdPIeWu", "that is no id: one has 22 letters, not 20"),
        ("/Pictures/[z-a]*", "is no pattern"),
        ("albums", "'albums' is no album: albums/Summer is one, and albums/* are all of them"),
        ("albums/", "is no album"),
        ("albums/Sumer", "there is no album 'Sumer': did you mean 'Summer'?"),
        ("albums/Winter*", "nothing in the library matches 'albums/Winter*'"),
        ("albums/Summer/IMG_2.jpg", "nothing is at 'albums/Summer/IMG_2.jpg': did you mean 'IMG_1.jpg'?"),
        ("albums/Summer/*.png", "nothing in the library matches"),
        ("albums/Twins", "'Twins' can mean several albums: 'Twins' (twin1-----------------: 0 nodes), 'Twins' (twin3"),
    ],
)
def test_what_is_not_there_is_told(paths, path, told):
    """With the nearest, or with what tells those apart that could be meant."""
    with pytest.raises(InvalidInput) as error:
        paths.find(path)
    assert told in str(error.value)


def test_items_are_found_together(paths):
    """Each node once, in the order of the items; ids that nobody knows stay, for whoever is asked to change them."""
    unknown = "U" * WIDTH
    found = paths.find_all([unknown, "/Pictures/2019/IMG_1.jpg", to_id("one"), to_id("pics"), "/Pictures/20?9/*1.jpg"])
    assert keys(found) == [unknown, "one", "pics"]
    assert [node.kind for node in found.nodes] == ["", "FILE", "FOLDER"]
    assert found.computed


def choose(catalog, *items, **conditions):
    selected = find_ids(catalog, Selection.read(items=items, **conditions))
    return [one.rstrip("-") for one in selected.ids], selected.computed


def test_what_is_said_of_a_folder_is_said_of_the_files_below(catalog):
    """At whatever depth; folders are only found by a filter that speaks of kinds, and the root by none."""
    found, computed = choose(catalog, "/Pictures", filters=["name:IMG_*"])
    assert sorted(found) == ["bracket", "inside", "one", "two"]
    assert computed
    assert "y2019" not in choose(catalog, "/Pictures", filters=["NOT name:IMG_*"])[0]
    assert set(choose(catalog, "/Pictures", filters=["kind:FOLDER"])[0]) == {"y2019", "y2020", "cafe", "star"}
    assert "root" not in choose(catalog, filters=["kind:FOLDER"])[0]
    assert "pics" not in choose(catalog, filters=["NOT favorite:true"])[0]


def test_what_is_said_of_files_keeps_some_of_them(catalog):
    """Of what a glob found, of ids, of both; nothing may be left."""
    assert choose(catalog, "/Pictures/2019/*", filters=["name:IMG_1*"])[0] == ["one"]
    assert choose(catalog, to_id("one"), to_id("two"), filters=["name:IMG_2*"])[0] == ["two"]
    assert choose(catalog, to_id("one"), filters=["name:nothing"]) == ([], True)
    assert choose(catalog, "U" * WIDTH, filters=["kind:FILE"]) == ([], True)


def test_the_first_so_many(catalog):
    """Of the items in their order, of what a filter finds."""
    assert choose(catalog, to_id("two"), to_id("one"), limit=1) == (["two"], False)
    assert choose(catalog, "/top.jpg", "/Pictures", limit=1) == (["top"], False)
    assert len(choose(catalog, filters=["kind:FILE"], limit=2)[0]) == 2


def test_relations_that_were_never_refreshed_are_told(catalog):
    """What an album holds and who is on a photo, offline: with what brings it."""
    for items, more in ((["albums/Summer/*"], {}), ([], {"albums": ["Summer"]}), ([], {"people": ["Ada"]})):
        with pytest.raises(InvalidInput, match=r"refresh\(relations=True\)|refresh --relations"):
            choose(catalog, *items, **more)
    assert choose(catalog, "albums/Summer") == (["summer"], False)
    with pytest.raises(InvalidInput, match="what it holds is not known"):
        choose(catalog, "albums/Twins")
    assert Offline(catalog).describe(to_id("summer")) == "what it holds is not known"


def test_thousands_of_folders_and_ids_are_one_question(catalog):
    """A filter may have as many of them as a library has."""
    ids = [f"{number:022}" for number in range(10_000)]
    assert choose(catalog, *ids, "/top.jpg")[0] == [*ids, "top"]
    assert choose(catalog, *ids, "/top.jpg", filters=["kind:FILE"])[0] == ["top"]


def test_a_circle_of_folders_ends(tmp_path):
    """A catalogue may hold anything."""
    nodes = list(read_nodes("d  root\nd  a  A  root,b\nd  b  B  a\nf  x  x.jpg  b"))
    store = Store(tmp_path / "ap.parquet")
    with store.lock():
        store.write(table_of_nodes(*nodes), Header(owner="OWNER", complete=True, refreshed_at=1))
    assert choose(Catalog.open(store.path), "/A/**") == (["x"], True)
    assert choose(Catalog.open(store.path), "/A", filters=["kind:FILE"]) == (["x"], True)
