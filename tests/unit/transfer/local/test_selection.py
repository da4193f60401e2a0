"""Which files are meant."""

import pytest

from amazon_photos.errors import InvalidInput
from amazon_photos.transfer.local.selection import Selection


def takes(selection, path):
    return selection.reject_reason(path.rpartition("/")[2], path) is None


def test_junk_stays_home():
    """What devices leave behind is not taken, unless it is asked for."""
    assert not takes(Selection.of(), ".DS_Store")
    assert takes(Selection.of(junk=True), ".DS_Store")


def test_junk_folders_stay_home():
    """Folders of a NAS and dot folders are not gone into, unless it is asked for."""
    assert Selection.of().folder_reject_reason("@eaDir", "@eaDir") == "junk"
    assert Selection.of(junk=True).folder_reject_reason("@eaDir", "@eaDir") is None


def test_categories_and_extensions():
    """only=("img",) takes every kind of picture; extensions are read with and without a dot, in either case."""
    assert [takes(Selection.of(only=("img", "vid")), n) for n in ("a.HEIC", "a.mp4", "a.pdf", "a")] == [1, 1, 0, 0]
    assert [takes(Selection.of(only="img"), n) for n in ("a.jpg", "a.mov")] == [1, 0]
    assert [takes(Selection.of(extensions=(".JPG", "heic")), n) for n in ("a.jpg", "a.HEIC", "jpg")] == [1, 1, 0]


def test_globs():
    """A glob without a slash asks for the name, one with a slash for the path; case doesn't matter."""
    assert [takes(Selection.of(include="IMG_*"), p) for p in ("2023/img_1.jpg", "img_x/a.jpg")] == [1, 0]
    assert [takes(Selection.of(include="2023/*"), p) for p in ("2023/a/b.jpg", "x/2023/a.jpg")] == [1, 0]
    assert [takes(Selection.of(exclude=["*.tmp", "raw/*"]), p) for p in ("a.TMP", "raw/a.cr2", "a.cr2")] == [0, 0, 1]
    assert Selection.of(exclude="raw").folder_reject_reason("RAW", "2023/RAW") == "excluded"


def test_an_unknown_category_is_refused():
    """A category that doesn't exist is named, with those that do."""
    with pytest.raises(InvalidInput, match="no category 'photo'; there are: "):
        Selection.of(only=("photo",))
