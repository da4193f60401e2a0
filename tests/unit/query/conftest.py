"""What the tests of the filter language share: random trees of each dialect, and a small library to ask them of."""

import random
from datetime import UTC, datetime, timedelta
from functools import cache

import pyarrow as pa
import pytest
from hypothesis import strategies as st

from amazon_photos.model.fields import COLUMNS, WORDS, Operator
from amazon_photos.query.expr import AllOf, And, AnyOf, Equal, Not, Or, Pattern, Prefix, Range, Term

EVERY_COLUMN = {**COLUMNS, "extra": WORDS["local"]["extra"]}
INDEX_ONLY = {word for word, field in WORDS["local"].items() if field.relation}
NAMES = ["IMG_1.JPG", "img_1.jpg", "IMG_2.JPG", "", "a b", "Über", "日本.mov", "z\U0001f600", "a'b\"c\\d", "or"]
MOMENTS = [
    datetime(1969, 12, 31, 23, 59, 59, 999000, UTC),
    datetime(2019, 7, 4, tzinfo=UTC),
    datetime(2019, 7, 31, 23, 59, 59, 999000, UTC),
    datetime(2019, 12, 31, 23, 59, 59, 999000, UTC),
    datetime(2020, 1, 1, tzinfo=UTC),
    datetime(2020, 2, 29, 12, 30, tzinfo=UTC),
    datetime(2023, 8, 14, tzinfo=UTC),
]
POOLS = {
    "string": NAMES,
    "strings": NAMES,
    "int": [-5, 0, 1, 2, 8, 14, 1000, 2019, 2**62],
    "float": [-0.5, 0.0, 10.26, 29.97],
    "bool": [True, False],
    "time": MOMENTS,
    "naive_time": MOMENTS,
}
SPECIAL_POOLS = {
    "contentType": ["image/jpeg", "image/heic", "video/mp4", "application/pdf", "image", "images/x"],
    "kind": ["FILE", "FOLDER", "VISUAL_COLLECTION", "ASSET"],
    "status": ["AVAILABLE", "PENDING", "TRASH", "PURGED"],
    "extra": ['{"xAccntParents":["a b"]}', '{"a":1}'],
    "type": ["PHOTOS", "VIDEOS", "ALBUMS", "photos", "DOCUMENTS"],
    "timeYear": [1969, 2019, 2020, 2023],
    "timeMonth": [1, 2, 7, 8, 12],
    "timeDay": [1, 4, 14, 29, 31],
}
ARROW = {
    "string": pa.string(),
    "strings": pa.list_(pa.string()),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "time": pa.timestamp("ms", tz="UTC"),
    "naive_time": pa.timestamp("ms"),
}


def written(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")[:23] + "Z"
    return str(value)


# --- trees -------------------------------------------------------------------------------------------------


def texts(word, kind, dialect):
    """Texts that a word of that kind can read: often one that the library holds, sometimes anything."""
    name = word.removeprefix("contentProperties.") if word != "contentProperties.version" else word
    pool = st.sampled_from([written(value) for value in SPECIAL_POOLS.get(name, POOLS[kind])])
    if kind in ("string", "strings"):
        return pool | st.text(max_size=8) | st.text("aA \\\"'*()[]{}:-+&|!^~?#\n\t,AND OR", max_size=8)
    if kind == "int":
        return pool | st.integers(-(2**70), 2**70).map(str)
    if kind == "float":
        return pool | st.floats(allow_nan=False, allow_infinity=False).map(repr)
    if kind == "bool":
        return pool if word != "isRoot" or dialect == "local" else st.just("true")
    anytime = st.datetimes(datetime(1960, 1, 1), datetime(2030, 1, 1)).map(lambda d: written(d.replace(tzinfo=UTC)))  # noqa: DTZ001
    partial = st.sampled_from(["2019", "2019-07", "2019-07-04", "2020-02-29", "2023-08-14T00:00:00+02:00", "1969-12"])
    if kind == "naive_time":
        return (pool | anytime | partial).map(lambda text: text.removesuffix("Z").partition("+")[0])
    return pool | anytime | partial if dialect == "local" else pool | anytime


def leaves(word, kind, operators, dialect, patterns):
    text = texts(word, kind, dialect)
    some = []
    if Operator.EQUAL in operators:
        some.append(text.map(Equal))
    if Operator.PREFIX in operators:
        prefixes = text if word != "contentProperties.contentType" else st.sampled_from(["image", "video", ""])
        some.append(prefixes.map(Prefix))
    if Operator.RANGE in operators:
        ends = st.none() | text
        some.append(st.builds(Range, ends, ends, st.booleans(), st.booleans()))
    if dialect == "local":
        some.append(st.just(Prefix("")))
    if patterns and Operator.PREFIX in operators:
        some.append(st.sampled_from(["IMG", "^a", "_[12]", "(?i)img", "g$", ""]).map(Pattern))
    return st.one_of(some)


def joined(group, first, second):
    """A canonical group of both: what is such a group already gives its parts."""
    return group(tuple(p for part in (first, second) for p in (part.parts if isinstance(part, group) else (part,))))


@st.composite
def grown(draw, leaf, groups, most):
    """Canonical trees of up to ``most`` leaves, wide and deep: each step adds a leaf, or joins what is there."""
    standing = [draw(leaf)]
    for step in draw(st.lists(st.sampled_from([None, *groups]), max_size=most - 1)):
        if step is Not:
            standing[-1] = ~standing[-1]
        elif step is None:
            standing.append(draw(leaf))
        else:
            beside = standing.pop() if len(standing) > 1 else draw(leaf)
            standing[-1] = joined(step, standing[-1], beside)
    while len(standing) > 1:
        beside = standing.pop()
        standing[-1] = joined(draw(st.sampled_from(groups[:2])), standing[-1], beside)
    return standing[0]


def words(dialect):
    """``(word, kind, operators)`` of every word, in the spelling that the dialect writes."""
    for word, field in WORDS[dialect].items():
        operators = field.operators(dialect)
        if dialect == "local":
            if word in INDEX_ONLY:
                continue
            operators = {"string": Operator.ALL, "strings": Operator.ALL, "bool": Operator.EQUAL}.get(
                field.type, Operator.EQUAL | Operator.RANGE
            )
            operators = Operator.EQUAL if word == "type" else operators
        elif field.name_in(dialect) != word or not operators:
            continue
        yield word, field.type, operators


@cache
def trees_of(dialect, *, patterns=False, only=None):
    def term(word, kind, operators):
        values = grown(leaves(word, kind, operators, dialect, patterns), (AllOf, AnyOf), 6)
        return st.builds(Term, st.just(word), values)

    terms = st.one_of([term(*found) for found in words(dialect) if only is None or found[0] in only])
    if dialect == "local":
        return grown(terms, (And, Or, Not), 24)
    return grown(terms, (And, Or), 8)


@pytest.fixture(scope="session")
def trees():
    """``trees(dialect)``: a strategy for canonical trees, of the words ``only``; ``patterns=True`` adds patterns."""
    return trees_of


# --- a library ---------------------------------------------------------------------------------------------


def value_for(column, kind, chance):
    if chance.random() < 0.2:
        return None
    pool = SPECIAL_POOLS.get(column, POOLS[kind])
    if kind == "strings":
        return [chance.choice([*pool, None]) for _ in range(chance.randrange(4))]
    if kind in ("time", "naive_time") and chance.random() < 0.5:
        return datetime(1965, 1, 1, tzinfo=UTC) + timedelta(milliseconds=chance.randrange(60 * 365 * 86_400_000))
    return chance.choice(pool)


@pytest.fixture(scope="session")
def rows():
    """Two hundred nodes as dicts: everything may be missing."""
    chance = random.Random(7)
    return [{name: value_for(name, field.type, chance) for name, field in EVERY_COLUMN.items()} for _ in range(200)]


@pytest.fixture(scope="session")
def library(rows):
    """The rows as a catalogue: in uneven pieces, each with dictionaries of its own."""
    columns = {}
    for name, field in EVERY_COLUMN.items():
        kind = ARROW[field.type]
        pieces = [pa.array([row[name] for row in rows[a:b]], kind) for a, b in ((0, 90), (90, 95), (95, 230))]
        pieces[2] = pieces[2].slice(0, 105)
        columns[name] = pa.chunked_array(
            [piece.dictionary_encode() if field.low_cardinality else piece for piece in pieces]
        )
    whole = pa.table(columns)
    return pa.concat_tables([whole.slice(0, 33), whole.slice(33, 100), whole.slice(133)])
