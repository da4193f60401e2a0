"""Patterns of names: a shell's, whatever the case and the Unicode form; compared with Python's own where it has one."""

import fnmatch

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_photos.cli.selection.globs import is_glob, match_names, match_written
from amazon_photos.errors import InvalidInput

ACCENT = "Cafe\u0301.jpg"


def matching(pattern, *names):
    marks = match_names(pa.array(names, pa.string()), pattern).to_pylist()
    return [name for name, marked in zip(names, marks, strict=True) if marked]


@pytest.mark.parametrize(
    ("pattern", "names", "found"),
    [
        ("*.jpg", ["a.jpg", "b.JPG", "c.heic", ".jpg", "a.jpg.tmp"], ["a.jpg", "b.JPG", ".jpg"]),
        ("IMG_??.jpg", ["img_01.jpg", "IMG_1.jpg", "IMG_001.jpg"], ["img_01.jpg"]),
        ("IMG_[0-4]*", ["IMG_1", "img_4x", "IMG_5", "IMG_"], ["IMG_1", "img_4x"]),
        ("[!a]*", ["apple", "Apple", "beer"], ["beer"]),
        ("[]]x", ["]x", "[]x"], ["]x"]),
        ("a[b", ["a[b", "ab"], ["a[b"]),
        ("*", ["", "a\nb", "x"], ["", "a\nb", "x"]),
        ("**", ["x"], ["x"]),
        ("a.b", ["a.b", "axb"], ["a.b"]),
        ("caf?.jpg", [ACCENT, "Café.jpg", "cafe.jpg", "CAFÉ.JPG"], [ACCENT, "Café.jpg", "cafe.jpg", "CAFÉ.JPG"]),
        ("cafÉ*", [ACCENT, "Café.jpg", "cafe.jpg"], [ACCENT, "Café.jpg"]),
        ("[é-ö]*", ["Éa", "fa"], ["Éa"]),
        ("STRASSE*", ["Straße 1"], ["Straße 1"]),
        ("日本*", ["日本の夏", "日"], ["日本の夏"]),
    ],
)
def test_patterns_match_whole_names(pattern, names, found):
    """As people expect of a shell, and of a library where case is no matter."""
    assert matching(pattern, *names) == found


@given(st.text("ab[]!-*?.\\^$(", max_size=8), st.text("ab[]!-.\\^$(", max_size=6))
def test_plain_patterns_match_as_pythons_do(pattern, name):
    """Ranges that run backwards are told here, and match nothing there."""
    try:
        found = bool(matching(pattern, name))
    except InvalidInput:
        assert "[" in pattern
        return
    assert found == fnmatch.fnmatchcase(name, pattern)


def test_a_range_that_runs_backwards_is_told():
    """It can be no slip of ours."""
    with pytest.raises(InvalidInput, match=r"'\[z-a\]\*' is no pattern"):
        matching("[z-a]*", "x")


def test_missing_names_match_nothing():
    """Nor does a name that is written out mean one."""
    names = pa.array([None, "x"], pa.string())
    assert match_names(names, "*").to_pylist() == [False, True]
    assert match_written(names, "X").to_pylist() == [False, True]
    assert match_names(pa.array([], pa.string()), "*").to_pylist() == []


def test_what_is_written_out_means_itself():
    """A name may have what makes a pattern."""
    names = pa.array(["IMG[1].jpg", "IMG1.jpg", "a*b", "axb"], pa.string())
    assert match_written(names, "img[1].JPG").to_pylist() == [True, False, False, False]
    assert match_written(names, "a*b").to_pylist() == [False, False, True, False]


def test_what_has_a_star_may_be_a_pattern():
    """Nothing else is one."""
    assert all(map(is_glob, ["*", "a?", "[ab]", "x["]))
    assert not any(map(is_glob, ["", "a.jpg", "{a,b}", "a]b", "~"]))
