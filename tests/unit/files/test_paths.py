"""How paths that people give are read."""

import os
from enum import StrEnum
from pathlib import Path

import pytest

from amazon_photos.errors import InvalidInput
from amazon_photos.files.paths import expand_path, find_home


class Place(StrEnum):
    HERE = "~/here"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return str(tmp_path)


@pytest.mark.parametrize(
    ("given", "below"),
    [("~", ""), ("~/", "/"), ("~/a b/c", "/a b/c"), (Path("~/x"), "/x"), ("~/x/.", "/x/."), (Place.HERE, "/here")],
)
def test_a_tilde_is_the_home_folder(home, given, below):
    """As in a shell; what stands behind it is left alone (fault D1)."""
    assert expand_path("out", given) == home + below


@pytest.mark.parametrize(
    "given", ["a/~", "./~/x", "~$letter.docx", "~nobody-has-this-name/x", "", ".", "a\nb", "/x//y/"]
)
def test_every_other_path_stays_as_it_is(home, given):
    """A tilde inside of a path, and before what is no user, is a letter (fault D1)."""
    assert expand_path("out", given) == given


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("a\0b", "tmp holds a NUL character"),
        ("x" * 5_000, "tmp is too long: 5,000 characters"),
        ("x/" * 2_500, "tmp is too long: "),
        ("a/" + "x" * 256, "tmp holds a name that is too long"),
        ("\ud800", "tmp holds half a character"),
        (b"x", "tmp must be a path, as text or a Path, not bytes"),
        (5, "tmp must be a path, as text or a Path, not int"),
        (None, "tmp must be a path, as text or a Path, not NoneType"),
    ],
)
def test_what_no_file_system_has_is_refused(given, says):
    """With the name of the argument, and without the text: it may be cookies in the wrong place (fault B7)."""
    with pytest.raises(InvalidInput, match=f"^{says}") as caught:
        expand_path("tmp", given)
    assert "xxx" not in str(caught.value)


@pytest.mark.parametrize("name", ["x" * 255, "a/" * 2_000])
def test_what_a_file_system_has_passes(name):
    """Up to the longest name and path (fault B7)."""
    assert expand_path("tmp", name) == name


@pytest.mark.skipif(os.name == "nt", reason="HOME means nothing there")
@pytest.mark.parametrize("without", ["", "relative"])
def test_a_home_that_is_no_place_counts_as_none(monkeypatch, without):
    """Then the list of users tells; nothing is ever made in a folder called ~, nor in the root (fault B6)."""
    monkeypatch.setenv("HOME", without)
    theirs = find_home()
    assert theirs is None or (Path(theirs).is_absolute() and theirs != "/")
    if theirs is not None:
        assert expand_path("out", "~/x") == f"{theirs}/x"
