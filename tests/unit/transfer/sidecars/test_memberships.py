"""Memberships by place: of each node its own, whatever order the rows have."""

import random
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from amazon_photos.catalog.relations.relations_file import KEYS, SCHEMA
from amazon_photos.transfer.sidecars.memberships import MembershipIndex
from amazon_photos.transfer.sidecars.node_knowledge import Membership

MOMENT = datetime(2026, 5, 1, tzinfo=UTC)
ROWS = [
    ("a", "thing", "sea", "sea"),
    ("c", "thing", "sea", "sea"),
    ("stranger", "thing", "sea", "sea"),
    ("a", "person", "p1", "Zoe"),
    ("a", "person", "p2", None),
    ("a", "person", "p0", "Ada"),
]


def index(ids, rows, *, chunks=1):
    """An index over a table of relations, in one piece or several with dictionaries of their own."""
    parts = [rows[number::chunks] for number in range(chunks)]
    keys = pa.table([["thing"], ["sea"], ["sea"], [2], [MOMENT], [None]], KEYS.names).cast(KEYS)
    return MembershipIndex(pa.chunked_array([ids], pa.string()), pa.concat_tables(map(encoded, parts)), keys)


def encoded(rows):
    plain = [pa.array([row[number] for row in rows], pa.string()) for number in range(4)]
    columns = [plain[0], *(column.dictionary_encode() for column in plain[1:])]
    return pa.table([*columns, pa.nulls(len(rows), SCHEMA.types[4])], SCHEMA.names)


@pytest.mark.parametrize("chunks", [1, 3])
def test_each_node_has_its_own(chunks):
    """By relation, name and key, with the age of the answer where it is known; of others nothing."""
    found = index(["b", "a", "", "c"], random.sample(ROWS, len(ROWS)), chunks=chunks)
    sea = Membership("thing", "sea", "sea", MOMENT)
    people = (Membership("person", "p2"), Membership("person", "p0", "Ada"), Membership("person", "p1", "Zoe"))
    assert [found.of(place) for place in range(4)] == [(), (*people, sea), (), (sea,)]


def test_a_membership_that_is_told_twice_is_one():
    """As when a page came twice."""
    assert len(index(["a"], [*ROWS, *ROWS]).of(0)) == 4


@pytest.mark.parametrize(("ids", "rows"), [([], ROWS), (["a"], []), ([], [])])
def test_nothing_is_no_error(ids, rows):
    """Neither of nodes nor of relations."""
    found = index(ids, rows)
    assert [found.of(place) for place in range(len(ids))] == [()] * len(ids)
