"""Filters built in Python."""

import copy
import enum
import math
import pickle
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_photos import F
from amazon_photos.errors import FilterError, InvalidInput
from amazon_photos.model.fields import WORDS
from amazon_photos.query.build import BoolField, FieldNamespace
from amazon_photos.query.coerce import to_filter_tree
from amazon_photos.query.expr import And, AnyOf, Equal, Not, Pattern, Prefix, Range, Term
from amazon_photos.query.parser import parse
from amazon_photos.query.render import render

NOON = "2019-07-04T12:00:00.000Z"


def to_text(filters, dialect, *, strict=True):
    """What is sent of a filter."""
    tree = to_filter_tree(filters, dialect, strict=strict)
    return "" if tree is None else render(tree, dialect=dialect)


class Kind(str, enum.Enum):  # noqa: UP042 - StrEnum is the one that needs no care
    PHOTOS = "PHOTOS"
    LIKE_A_WORD = "a b"


class Year(int, enum.Enum):
    THIS = 2023


class Length(float, enum.Enum):
    SHORT = 1.5


@pytest.mark.parametrize(
    ("built", "text"),
    [
        (F.type("PHOTOS") & F.things("beach", "moon"), "type:PHOTOS AND things:(beach OR moon)"),
        (F.things.all("beach", "moon"), "things:(beach AND moon)"),
        (F.timeYear == 2023, "timeYear:2023"),
        (F.favorite & F.type("PHOTOS"), "favorite:true AND type:PHOTOS"),
        (F.type("PHOTOS") | F.favorite, "type:PHOTOS OR favorite:true"),
        (~F.favorite, "NOT favorite:true"),
        (F.favorite == True, "favorite:true"),  # noqa: E712 - people write it
        (F.favorite == False, "favorite:false"),  # noqa: E712
        (F["settings.hidden"] != True, "NOT settings.hidden:true"),  # noqa: E712
        (F.name != "a b", 'NOT name:"a b"'),
        (F.size > 20_000, "size:{20000 TO *}"),
        (F.size >= 20_000, "size:[20000 TO *]"),
        (F.size < 1e6, "size:{* TO 1000000}"),
        (F.size <= np.int64(7), "size:{* TO 7]"),
        (F.size.between(1, 2), "size:[1 TO 2]"),
        (F["image.width"] >= 4000, "image.width:[4000 TO *]"),
        (F["video.duration"] > np.float64(1.5), "video.duration:{1.5 TO *}"),
        (F["image.orientation"] == 1, "image.orientation:1"),
        (F.name.startswith("IMG_"), "name:IMG_*"),
        (~F["image.location"].exists(), "NOT image.location:*"),
        (F.favorite.exists(), "favorite:*"),
        (F.createdDate >= "2019-07", "createdDate:[2019-07 TO *]"),
        (F.contentDate == date(2019, 7, 4), "contentDate:2019-07-04"),
        (F.contentDate == datetime(2019, 7, 4, 12, tzinfo=UTC), f"contentDate:{NOON}"),
        (F.contentDate == datetime(2019, 7, 4, 12), f"contentDate:{NOON}"),  # noqa: DTZ001 - without a zone it is UTC
        (F.contentDate == datetime(2019, 7, 4, 14, tzinfo=timezone(timedelta(hours=2))), f"contentDate:{NOON}"),
        (F.contentDate == pd.Timestamp("2019-07-04 14:00", tz="Europe/Berlin"), f"contentDate:{NOON}"),
        (F.contentDate == np.datetime64("2019-07-04T12:00:00.000000000"), f"contentDate:{NOON}"),
        (F.contentDate == np.datetime64("2019-07-04T12"), f"contentDate:{NOON}"),
        (F.contentDate == pd.Series(pd.to_datetime([NOON])).to_numpy()[0], f"contentDate:{NOON}"),
        (F.contentDate == np.datetime64("2019-07-04"), "contentDate:2019-07-04"),
        (F.contentDate == np.datetime64("2019-07"), "contentDate:2019-07"),
        (F.contentDate == np.datetime64("2019"), "contentDate:2019"),
        (F.contentDate == datetime(2019, 7, 4, 12, 0, 0, 1, UTC), "contentDate:2019-07-04T12:00:00.000001Z"),
        (F.type(Kind.PHOTOS), "type:PHOTOS"),
        (F.name.startswith(Kind.LIKE_A_WORD), r"name:a\ b*"),
        (F.name == np.str_("a b"), 'name:"a b"'),
        (F.timeYear == Year.THIS, "timeYear:2023"),
        (F["video.duration"] >= Length.SHORT, "video.duration:[1.5 TO *]"),
        (F.favorite == np.True_, "favorite:true"),
        (F.favorite == np.bool_(False), "favorite:false"),
        (F.isShared != np.True_, "NOT isShared:true"),
        (F.favorite == "true", "favorite:true"),
        (F.favorite(True), "favorite:true"),
        (F["settings.hidden"](True, False), "settings.hidden:(true OR false)"),
        (F.type("PHOTOS") & (F.favorite == np.True_), "type:PHOTOS AND favorite:true"),
        (F.extra.exists(), "extra:*"),
        (F["extra"].startswith("{"), r"extra:\{*"),
    ],
)
def test_python_says_what_text_says(built, text):
    """Each way to build a filter gives the tree of a text that can be read beside it."""
    assert built == parse(text)


def test_what_text_cannot_say():
    """Patterns are built only."""
    assert F.name.matches(r"\(\d+\)") == Term("name", Pattern(r"\(\d+\)"))


def test_many_values_are_one_term():
    """A list of ids is one parameter, given value by value."""
    ids = ["-a", "b", "c"]
    assert F.id(*ids) == Term("id", AnyOf(tuple(map(Equal, ids))))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: F.typ, "F knows no word 'typ'\ndid you mean 'type'?"),
        (lambda: F.hidden, "did you mean 'settings.hidden'?"),
        (lambda: F["image.widht"], "did you mean 'image.width'?"),
        (lambda: F["?"], "known words: name, taken"),
        (lambda: F.size > "big", "size must be a whole number, not 'big'"),
        (lambda: F.size > 1.5, "size must be a whole number, not '1.5'"),
        (lambda: F.size == None, "~F.size.exists()"),  # noqa: E711
        (lambda: F.size == True, "F.size cannot be compared with True"),  # noqa: E712
        (lambda: F.size.startswith("1"), "size does not take word:value*"),
        (lambda: F.name.startswith(1), "takes text here"),
        (lambda: F.name.matches("("), "no regular expression"),
        (lambda: F.name(), "F.name() needs a value"),
        (lambda: F.id(["a", "b"]), "F.id(*values)"),
        (lambda: F.things > "b", "things does not take word:[a TO b] in an offline filter"),
        (lambda: F.createdDate > "yesterday", "createdDate must be a date such as 2019"),
        (lambda: F.createdDate > 5, "F.createdDate cannot be compared with 5"),
        (lambda: F.createdDate > pd.NaT, "F.createdDate cannot be compared with NaT"),
        (lambda: F.name == F.id, "F.name cannot be compared with F.id"),
        (lambda: F.favorite == 1, "F.favorite cannot be compared with 1; it is True or False"),
        (lambda: F.favorite != 0.0, "F.favorite cannot be compared with 0.0"),
        (lambda: F.favorite == np.int64(1), "it is True or False"),
        (lambda: F.favorite == None, "~F.favorite.exists()"),  # noqa: E711
        (lambda: F.favorite == F.isRoot.exists, "F.favorite cannot be compared with <bound method"),
        (lambda: F.favorite == "yes", "favorite must be true or false, not 'yes'"),
        (lambda: F.favorite("yes"), "favorite must be true or false, not 'yes'"),
        (lambda: F.favorite(), "F.favorite() needs a value"),
        (lambda: F[5], "a word of F is text, such as F['image.width'], not 5"),
        (lambda: F[["name"]], "a word of F is text"),
        (lambda: F.name == "\ud800", "name holds half a character: '\\ud800'"),
        (lambda: F.name > "a\udfff", "half a character"),
        (lambda: F.name.startswith("\ud800"), "half a character"),
        (lambda: F.name.matches("\ud800"), "half a character"),
        (lambda: F.labels("a", "\ud800"), "half a character"),
        (lambda: F.createdDate > datetime.min.replace(tzinfo=timezone(timedelta(hours=5))), "cannot be compared with"),
        (lambda: F.createdDate < datetime.max.replace(tzinfo=timezone(timedelta(hours=-5))), "cannot be compared with"),
        (lambda: F.size > 10**5000, "F.size cannot be compared with a number of more than 4300 digits"),
        (lambda: F.size > math.inf, "size must be a whole number, not 'inf'"),
        (lambda: F["video.duration"] < math.inf, "video.duration must be a number, not 'inf'"),
        (lambda: F.createdDate == np.datetime64("NaT"), "cannot be compared with"),
        (lambda: F.createdDate == np.datetime64("2019-07-04", "W"), "cannot be compared with"),
        *((lambda unit=unit: F.createdDate == np.datetime64("2019", unit), "cannot be") for unit in ("2Y", "3M", "2D")),
        (lambda: F.createdDate == np.timedelta64(5, "D"), "cannot be compared with"),
        (lambda: F.size == np.datetime64(5, "ns"), "F.size cannot be compared with"),
        (lambda: F.name == np.datetime64("2019"), "F.name cannot be compared with"),
        (lambda: F.image, "it only begins other words: image.dateTime, image.width"),
        (lambda: F.settings, "it only begins other words: settings.favorite, settings.hidden"),
    ],
)
def test_mistakes_fail_on_the_line_where_they_stand(wrong, message):
    """Unknown words and values that cannot be meant are refused while building, with advice."""
    with pytest.raises(InvalidInput) as caught:
        wrong()
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [lambda: 1 < F.size < 5, lambda: F.type("a") and F.favorite, lambda: not F.name, lambda: F.favorite or F.favorite],
)
def test_and_or_not_are_no_operators_of_filters(wrong):
    """Python's own words cannot combine filters; silence would drop half of them."""
    with pytest.raises(TypeError):
        wrong()


@pytest.mark.parametrize("other", ["type:PHOTOS", None, F.name, True])
def test_filters_combine_with_filters_only(other):
    """Anything else beside & or | is a TypeError."""
    with pytest.raises(TypeError):
        F.favorite & other
    with pytest.raises(TypeError):
        F.type("a") | other


def test_a_flag_is_the_term_it_stands_for():
    """F.favorite in a tree is compared, hashed and written like any other term."""
    term = Term("favorite", Equal("true"))
    assert F.favorite == term
    assert term == F.favorite
    assert (F.favorite != term) is False
    assert F.favorite != F.isRoot
    assert hash(F.favorite) == hash(term)
    assert And((F.favorite, F.favorite)) == And((term, term))
    assert ~~F.favorite == term
    assert render(F.favorite) == "favorite:(true)"
    assert (F.favorite != False) == Not(Term("favorite", Equal("false")))  # noqa: E712
    assert (F.favorite == ~F.favorite, F.favorite == And((term, term)), And((term, term)) == F.favorite) == (False,) * 3
    assert F.favorite in {term}


def test_tools_that_look_around_find_nothing_odd():
    """copy, pickle, hasattr, dir and Jupyter's display work on F and on what it builds."""
    built = F.favorite & (F.size > 5)
    for thing in (built, F.favorite):
        assert copy.deepcopy(thing) == thing
        assert pickle.loads(pickle.dumps(thing)) == thing
    assert repr(copy.copy(F)) == repr(pickle.loads(pickle.dumps(F))) == "F"
    assert not hasattr(F, "shape")
    assert not hasattr(F, "_repr_html_")
    assert {"type", "things", "size", "contentDate"} <= set(dir(F))
    assert (repr(F.name), repr(F["image.width"])) == ("F.name", "F['image.width']")
    with pytest.raises(TypeError, match=r"dir\(F\)"):
        list(F)


def test_every_word_can_be_asked_for():
    """F has each column and each word of both dialects; those that are true or false are filters by themselves."""
    for word, field in WORDS["local"].items():
        assert isinstance(F[word], BoolField) == (field.type == "bool")
    declared = set(FieldNamespace.__annotations__)
    assert declared == {w for w, field in WORDS["local"].items() if field.type == "bool" and w.isidentifier()}


def test_prefixes_and_ranges_are_canonical():
    """What F builds is what the parser builds: no empty group, no group of one."""
    assert F.type("PHOTOS") == Term("type", Equal("PHOTOS"))
    assert F.name.startswith("") == F.name.exists() == Term("name", Prefix(""))
    assert (F.size >= 1) == Term("size", Range("1", None))


def test_an_unknown_word_is_a_filter_error_for_those_who_catch_it():
    """F.typ is a FilterError, F['typ'] too."""
    with pytest.raises(FilterError):
        _ = F.typ
    with pytest.raises(FilterError):
        _ = F["typ"]


@pytest.mark.parametrize("member", Kind)
def test_an_enums_member_is_its_value(member):
    """Not its name, which Python 3.11 writes for a member that is text: in trees, in text, and unchecked."""
    assert to_text(F.name(member), "node") == to_text(F.name(member.value), "node")

    class Filter(str, enum.Enum):  # noqa: UP042
        NAMED = f'name:"{member.value}"'

    assert to_text(Filter.NAMED, "node") == to_text(Filter.NAMED.value, "node")
    unchecked = to_text(Filter.NAMED, "node", strict=False)
    assert (type(unchecked), unchecked) == (str, Filter.NAMED.value)


DATES = st.datetimes(timezones=st.none() | st.timezones())
UNITS = st.sampled_from(["Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns"])
ODD = [None, pd.NA, pd.NaT, [], (), {}, object, F, F.name, b"x", 10**5000, Kind.PHOTOS, Year.THIS, pd.Series([1])]
ANYTHING = st.one_of(
    st.sampled_from(ODD),
    st.booleans() | st.booleans().map(np.bool_),
    st.integers() | st.integers(-(2**63), 2**63 - 1).map(np.int64),
    st.floats() | st.floats().map(np.float64) | st.floats(width=32).map(np.float32) | st.decimals(),
    DATES | st.dates() | st.times() | st.timedeltas(),
    st.builds(np.datetime64, st.integers(-(2**62), 2**62), UNITS) | st.builds(np.datetime64, st.datetimes(), UNITS),
    st.text(st.characters()) | st.text().map(np.str_) | st.text("0123456789-+.eT:Z ", max_size=25),
)


@given(word=st.sampled_from(sorted(WORDS["local"])), value=ANYTHING, ask=st.sampled_from(["==", "!=", "<", ">=", "()"]))
def test_whatever_a_word_is_compared_with_gives_a_filter_or_our_error(word, value, ask):
    """Never True or False, never an error in Python's own words; and what is built can be checked and written."""
    asking = {
        "==": lambda word: word == value,
        "!=": lambda word: word != value,
        "<": lambda word: word < value,
        ">=": lambda word: word >= value,
        "()": lambda word: word(value),
    }
    if isinstance(F[word], BoolField) and ask in ("<", ">="):
        return
    try:
        built = asking[ask](F[word])
    except InvalidInput:
        return
    assert parse(render(built, dialect="local")) == built
    if word not in ("things", "location", "people", "clusterId", "type"):  # which know their values
        assert to_filter_tree(built, "local") == built
