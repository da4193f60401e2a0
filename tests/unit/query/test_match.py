"""Answering offline, against a plain evaluation row by row that is written here."""

import re
import sys
from datetime import UTC, datetime, timedelta
from subprocess import run

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_photos.errors import FilterError
from amazon_photos.model.fields import COLUMNS, WORDS
from amazon_photos.query.expr import AllOf, And, AnyOf, Equal, Not, Or, Pattern, Prefix, Range, Term
from amazon_photos.query.match import check_pattern, list_columns, mask
from amazon_photos.query.parser import parse

# --- what filters mean, once more and slowly ---------------------------------------------------------------


def holds(expr, row):
    match expr:
        case And(parts):
            return all(holds(part, row) for part in parts)
        case Or(parts):
            return any(holds(part, row) for part in parts)
        case Not(part):
            return not holds(part, row)
        case Term(word, value):
            return fits(value, *seen(word, row))


def seen(word, row):
    """What a row has for a word: a list of values, and their kind."""
    if word == "type":
        major = (row["contentType"] or "").split("/")[0]
        media = {"image": "PHOTOS", "video": "VIDEOS"}.get(major) if row["kind"] != "ASSET" else None
        return [kind for kind in (media, "ALBUMS" if row["kind"] == "VISUAL_COLLECTION" else None) if kind], "type"
    if word.startswith("time"):
        date = row["contentDate"]
        return ([getattr(date, word.removeprefix("time").lower())] if date else []), "int"
    field = WORDS["local"][word]
    value = row[field.column]
    values = value if isinstance(value, list) else [value]
    return [value for value in values if value is not None], field.type.removeprefix("naive_")


def fits(value, has, kind):
    match value:
        case AllOf(parts):
            return all(fits(part, has, kind) for part in parts)
        case AnyOf(parts):
            return any(fits(part, has, kind) for part in parts)
        case Prefix(""):
            return bool(has)
        case Equal(text):
            return any(low <= one <= high for one in has for low, high in [read(text, kind)])
        case Prefix(text):
            return any(one.startswith(text) for one in has)
        case Pattern(regex):
            return any(re.search(regex, one) for one in has)
        case Range():
            return any(between(one, value, kind) for one in has)


def between(one, value, kind):
    if value.low is not None:
        first, last = end(value.low, kind)
        if one < first or (one <= last and not value.include_low):
            return False
    if value.high is not None:
        first, last = end(value.high, kind)
        if one > last or (one >= first and not value.include_high):
            return False
    return True


def end(text, kind):
    """As ``read``; a date is its midnight."""
    first, last = read(text, kind)
    return (first, first if kind == "time" and len(text) <= 10 else last)


def read(text, kind):
    """First and last value that a text stands for."""
    if kind == "time" and len(text) <= 10:
        year, month, day = ([int(part) for part in text.split("-")] + [0, 0])[:3]
        first = datetime(year, month or 1, day or 1, tzinfo=UTC)
        after = datetime(year + (month == 12 or not month), month % 12 + 1 if month else 1, 1, tzinfo=UTC)
        return moment(first), moment(first + timedelta(days=1) if day else after) - 1
    readers = {
        "int": int,
        "float": float,
        "bool": lambda text: text == "true",
        "time": lambda text: moment(datetime.fromisoformat(text)),
        "type": str.upper,
    }
    found = readers.get(kind, str)(text)
    return found, found


def moment(date):
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return round((date - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)


class Moment(int):
    """Milliseconds since 1970 that still know their year, month and day."""

    def __new__(cls, date):
        self = super().__new__(cls, moment(date))
        self.year, self.month, self.day = date.year, date.month, date.day
        return self


@pytest.fixture(scope="session")
def answered(rows):
    """``answered(tree)``: for each row whether the tree holds."""
    plain = [{k: Moment(v) if isinstance(v, datetime) else v for k, v in row.items()} for row in rows]
    return lambda tree: [holds(tree, row) for row in plain]


# --- the tests ---------------------------------------------------------------------------------------------


@given(data=st.data())
def test_a_mask_is_what_a_reader_of_the_filter_would_answer(trees, library, answered, data):
    """Every word, operator and combination over rows with gaps: as evaluated row by row, and without nulls."""
    tree = data.draw(trees("local", patterns=True))
    answer = mask(tree, library)
    assert answer.type == pa.bool_()
    assert answer.null_count == 0
    assert answer.to_pylist() == answered(tree)


@given(data=st.data())
def test_only_the_needed_columns_are_read(trees, library, data):
    """list_columns names real columns, and they are enough."""
    tree = data.draw(trees("local"))
    needed = list_columns(tree)
    assert set(needed) <= {*COLUMNS, "extra"}
    assert mask(tree, library.select(needed)).equals(mask(tree, library))


NODES = pa.table(
    {
        "name": ["a.jpg", "b.mp4", "album", None],
        "kind": ["FILE", "FILE", "VISUAL_COLLECTION", "FOLDER"],
        "contentType": pa.array(["image/jpeg", "video/mp4", None, None]).dictionary_encode(),
        "size": [10, 2_000_000, None, None],
        "settings.favorite": [True, False, None, None],
        "labels": [["x", "y"], [], None, ["y"]],
        "parents": [["p"], ["p", "q"], [], ["q"]],
        "contentDate": pa.array([1564617599999, 1546300800000, None, None], pa.timestamp("ms", tz="UTC")),
    }
)


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("type:(PHOTOS OR VIDEOS)", "1100"),
        ("type:albums", "0010"),
        ("type:(VIDEOS) AND timeYear:(2019 OR 2020) AND size:[1000000 TO *]", "0100"),
        ("NOT favorite:true", "0111"),
        ("favorite:false", "0100"),
        ("settings.favorite:*", "1100"),
        ("name:*", "1110"),
        ("NOT name:*", "0001"),
        ("name:A.jpg", "0000"),
        ("name:{a.jpg TO b.mp4]", "0110"),
        ("labels:(x AND y)", "1000"),
        ("labels:y", "1001"),
        ("labels:*", "1001"),
        ("parents:p AND parents:q", "0100"),
        ("contentDate:2019", "1100"),
        ("contentDate:2019-07", "1000"),
        ("contentDate:{2019-01-01 TO *]", "1000"),
        ('contentDate:"2019-01-01T01:00:00+01:00"', "0100"),
        ("timeMonth:[2 TO 7]", "1000"),
        ("size:99999999999999999999", "0000"),
        ("size:[* TO 99999999999999999999]", "1100"),
        ("size:{99999999999999999999 TO *]", "0000"),
        ("size:(9223372036854775808 OR -9223372036854775809)", "0000"),
        ("size:9223372036854775808", "0000"),
        ("size:-9223372036854775809", "0000"),
        ("size:[-9223372036854775809 TO 9223372036854775808]", "1100"),
        ("size:[* TO -9223372036854775809]", "0000"),
        ("size:[9223372036854775808 TO *]", "0000"),
    ],
)
def test_what_filters_find(text, matches):
    """Examples that can be checked by eye: a missing value matches no term, and NOT is the exact complement."""
    assert "".join("01"[found] for found in mask(parse(text, dialect="local"), NODES).to_pylist()) == matches


@pytest.mark.parametrize("word", ["things", "location", "people", "clusterId", "album", "family"])
def test_what_is_answered_by_relations_needs_them(word):
    """The error says what brings them, and whom to ask meanwhile."""
    online = "" if word in ("album", "family") else r"(.|\n)*query\(\)"
    with pytest.raises(FilterError, match=rf"does not hold what answers {word!r}(.|\n)*relations=True{online}"):
        mask(Term(word, Equal("x")), NODES)


RELATED = {"beach": "1100", "moon": "0110", "Summer": "0001"}


def related(question):
    """The rows of each key that the value fits."""
    keys = [key for key in RELATED if fits(question.value, [key], "string")]
    return pa.array([any(RELATED[key][row] == "1" for key in keys) for row in range(4)])


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("things:beach", "1100"),
        ("NOT things:beach", "0011"),
        ("things:(beach AND moon)", "0100"),
        ("things:(beach OR moon)", "1110"),
        ("things:(beach OR moo*) AND size:10", "1000"),
        ("things:* OR album:Summer", "1111"),
        ("album:Summer OR kind:FILE", "1101"),
        ("NOT (things:beach OR things:moon) AND NOT album:Summer", "0000"),
    ],
)
def test_relations_stand_beside_columns(text, matches):
    """A word that no column answers combines with every other, and with NOT."""
    assert "".join("01"[found] for found in mask(parse(text, dialect="local"), NODES, related).to_pylist()) == matches


@pytest.mark.parametrize(
    "tree",
    [
        Term("size", Equal("big")),
        Term("nmae", Equal("x")),
        Term("size", Prefix("1")),
        Term("name", Pattern("(")),
        Term("name", "x"),
        And((Term("name", Equal("x")), "name:y")),
    ],
)
def test_a_tree_that_means_nothing_is_a_filter_error(tree):
    """Trees built by hand are checked as text is."""
    with pytest.raises(FilterError):
        mask(tree, NODES)


def test_patterns_are_checked_before_anything_is_listed():
    """A broken pattern, or one that RE2 cannot run, is refused with a reason."""
    check_pattern(r"(?i)img_\d+")
    with pytest.raises(FilterError, match="no look-around"):
        check_pattern(r"a(?=b)")


def test_an_empty_table_and_a_crumbled_one_have_masks_too(library):
    """No rows give an empty mask; many small pieces give the mask of the whole."""
    tree = parse("type:PHOTOS OR name:IMG_1*", dialect="local")
    assert len(mask(tree, library.slice(0, 0))) == 0
    crumbs = pa.concat_tables([library.slice(row, 1) for row in range(len(library))])
    assert mask(tree, crumbs).to_pylist() == mask(tree, library).to_pylist()


def test_reading_filters_needs_no_pyarrow():
    """The emulator parses filters, and F builds them, without loading pyarrow or numpy."""
    code = (
        "import sys; from amazon_photos import F; from amazon_photos.query import coerce, match, pushdown; "
        "str(coerce.to_filter_tree(F.type('PHOTOS') & (F.size > 3) & F.favorite | F.favorite, 'local')); "
        "sys.exit('pyarrow' in sys.modules or 'numpy' in sys.modules)"
    )
    assert run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
