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
