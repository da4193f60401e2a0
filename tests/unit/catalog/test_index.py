"""The library, arranged for an upload's questions."""

import pyarrow as pa
import pytest

from amazon_photos.catalog.index import LibraryIndex
from amazon_photos.errors import InvalidInput
from libraries import ROWS, table_of_rows

A, B = "a" * 32, "b" * 32


@pytest.fixture
def known():
    whole = table_of_rows(ROWS)
    encoded = whole.set_column(5, "kind", whole["kind"].dictionary_encode())  # as the catalogue stores it
    return LibraryIndex(pa.concat_tables([encoded.slice(0, 4), encoded.slice(4)]), "root")


def test_every_node_of_the_table_is_known(known):
    """Whatever it is; and nothing else."""
    assert all(known.has(row[0]) for row in ROWS)
    assert not known.has("new")
    assert not LibraryIndex(table_of_rows([]), "root").has("one")


def test_contents_are_found(known):
    """A content is found by its whole MD5, wherever it is; one that is not there is not."""
    assert known.content(A).name == "IMG_1.jpg"
    assert known.content(B).parents == ["pics", "root"]
    assert known.content("a" * 31 + "b") is None
    assert known.content("0" * 32) is None


def test_contents_that_are_looked_up_together_are_those_found_one_by_one(known):
    """Their whole MD5s decide, be one half of them another file's; one or many in one call, found or not."""
    halves = ["a" * 16, "b" * 16, "0" * 16, "f" * 16, "a" * 15 + "b", "b" * 15 + "a"]
    sought = [high + low for high in halves for low in halves]
    alone = {md5: None if (node := known.content(md5)) is None else node.id for md5 in sought}
    assert {md5 for md5, node_id in alone.items() if node_id} == {A, B}
    for some in (sought, sought[::-1], [A], [*sought, *sought], []):
        assert [node_id for node_id, _ in known.find_contents(some)] == [alone[md5] for md5 in some]


def test_names_are_found_ignoring_case(known):
    """A name is taken in its folder only, in whatever case; in every folder that the node is in."""
    assert known.find_named("pics", "img_1.JPG").id == "one"
    assert known.find_named("root", "IMG_2.jpg").id == "two"
    assert known.find_named("root", "IMG_1.jpg") is None
    assert known.find_named("root", "pictures").kind == "FOLDER"


def test_folders_are_found_by_path(known):
    """Paths ignore case and how accents are composed; the root's is empty."""
    assert known.folder("") == "root"
    assert known.folder("pictures/CAFÉ") == known.folder("Pictures/Cafe\u0301") == "cafe"
    assert known.folder("Pictures/none") is None
    assert known.folder("pics") is None


def test_albums_are_found_by_name_and_id(known):
    """The exact name comes first, and the id will do; what several agree with is an error that lists them."""
    assert (known.album("holidays"), known.album("Holidays")) == ("album2", "album")
    assert (known.album("album2"), known.album("none")) == ("album2", None)
    with pytest.raises(InvalidInput, match=r"'Holidays' \(album\), 'holidays' \(album2\).*give its id"):
        known.album("HOLIDAYS")


def test_an_empty_library_holds_nothing():
    """Nothing is found, and the root is there."""
    known = LibraryIndex(table_of_rows([]), "root")
    assert known.content(A) is None
    assert known.find_named("root", "a") is None
    assert known.folder("") == "root"


def test_a_movie_belongs_to_its_still():
    """It is found by its content, after a file of the same content, and is in no folder."""
    rows = [*ROWS, ("movie", "IMG_1.mov", ["one"], "c" * 32, 3, "ASSET"), ("lone", "x.mov", ["gone"], None, 3, "ASSET")]
    index = LibraryIndex(table_of_rows(rows), "root")
    assert index.content("c" * 32).id == "movie"
    assert index.still_of("movie").name == "IMG_1.jpg"
    assert [index.still_of(node) for node in ("lone", "one", "nobody")] == [None] * 3
    assert index.find_named("pics", "IMG_1.mov") is None
    index = LibraryIndex(table_of_rows([*rows, ("copy", "c.mov", ["pics"], "c" * 32, 3, "FILE")]), "root")
    assert [node.id for node in index.contents("c" * 32)] == ["copy", "movie"]
    assert list(index.find_contents(["c" * 32] * 2)) == [("copy", "c.mov")] * 2
    assert index.content("c" * 32).id == "copy"
