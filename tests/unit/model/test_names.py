"""What a name means."""

import pytest

from amazon_photos.errors import InvalidInput
from amazon_photos.model.names import FolderIndex, NameAndId, fold_name, resolve_name

AGREE = [
    ("Café", "Cafe\u0301"), ("Café", "CAFE\u0301"), ("Straße", "STRASSE"), ("Straße", "STRAẞE"), ("ﬁlm", "FILM"),
    ("İstanbul", "i\u0307stanbul"), ("ΟΔΟΣ", "οδος"), ("οδος", "οδοσ"), ("\u1e9b\u0323", "\u1e69"),
    ("가", "\u1100\u1161"),
]  # fmt: skip
DIFFER = [("\u0131sparta", "isparta"), ("Istanbul", "İstanbul"), ("Cafe", "Café"), ("a", "a "), ("ö", "oe")]


@pytest.mark.parametrize(("one", "other"), AGREE)
def test_names_that_agree(one, other):
    """Case and Unicode form don't matter, in whatever order they differ."""
    assert fold_name(one) == fold_name(other)
    assert resolve_name(one, [NameAndId(other, "id")]).id == "id"
    assert resolve_name(other, [NameAndId(one, "id")]).id == "id"


@pytest.mark.parametrize(("one", "other"), DIFFER)
def test_names_that_differ(one, other):
    """Other letters are other names: a dotless i is no i."""
    assert resolve_name(one, [NameAndId(other, "id")]) is None


def test_exactly_so_wins():
    """A name that is written exactly so is meant, whatever else agrees; one node that comes twice is one."""
    there = [NameAndId("STRASSE", "1"), NameAndId("Straße", "2"), NameAndId("Straße", "2")]
    assert resolve_name("Straße", there).id == "2"
    assert resolve_name("STRASSE", there).id == "1"


def test_several_are_listed():
    """When several agree and none is written so, or several are, the error lists them with their ids."""
    there = [NameAndId("STRASSE", "1"), NameAndId("Straße", "2")]
    with pytest.raises(
        InvalidInput, match=r"'strasse' can mean several folders: 'STRASSE' \(1\), 'Straße' \(2\); write"
    ):
        resolve_name("strasse", there)
    with pytest.raises(InvalidInput, match=r"albums: 'A' \(1\), 'A' \(2\); rename all but one, or give its id"):
        resolve_name("A", [NameAndId("A", "1"), NameAndId("A", "2")], kind="album")
    with pytest.raises(InvalidInput, match=r"\(9\) and 3 more; "):
        resolve_name("A", [NameAndId("A", str(n)) for n in range(13)])


def test_paths_go_from_folder_to_folder():
    """Each name of a path is found in the folder before it; what is missing is what is below the last one there."""
    index = FolderIndex("root")
    index.add("a", "A", ["root"])
    index.add("b", "B", ["a", "other"])
    assert index.find("") == "root"
    assert index.find("/a//b/") == "b"
    assert index.find("b") is None
    assert index.find_deepest("a/B/c/D") == ("b", "c/D")
    index.clear()
    assert index.find_deepest("a/B") == ("root", "a/B")


def test_deep_paths_need_no_recursion():
    """Five thousand folders inside each other are found (fault B4)."""
    index = FolderIndex("root")
    for number in range(5_000):
        index.add(str(number), "d", [str(number - 1) if number else "root"])
    assert index.find("D/" * 5_000) == "4999"
