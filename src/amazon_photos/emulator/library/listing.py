"""Pages of nodes: by offset with the 9999 rule, or by token. ``count`` is over all pages."""

from __future__ import annotations

import re
import sqlite3
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from amazon_photos.errors import FilterError
from amazon_photos.query.parser import parse
from amazon_photos.query.sort import parse_sort

from ..exceptions import MalformedRequest
from ..numbers import read_whole
from . import nodes, sql
from .database import Database
from .snapshots import Snapshot, Snapshots

MAX_PER_PAGE = 200
LAST_OFFSET = 9999
_MAX_LISTED_WHOLE = LAST_OFFSET + 1
"""Nodes that are listed at once, to the last of them: whoever splits a library by dates asks for so many."""
_ROOT = re.compile(r"\s*\(?\s*isRoot\s*:\s*\(?\s*true")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Which part of a listing is asked for."""

    limit: int = MAX_PER_PAGE
    offset: int = 0
    token: str | None = None

    @classmethod
    def read(
        cls, *, limit: str | None, offset: str | None, token: str | None, capped: bool, most: int = MAX_PER_PAGE
    ) -> Slice:
        """Read the parameters; ``capped`` is the 9999 rule, ``most`` the largest page.

        Raises ``MalformedRequest``.
        """
        size, start = _number("limit", limit, most), _number("offset", offset, 0)
        if not 1 <= size <= most:
            raise MalformedRequest(f"Limit must be between 1 and {most}")
        if start < 0:
            raise MalformedRequest("Offset must not be negative")
        if capped and not token and start + size > LAST_OFFSET:
            raise MalformedRequest(f"Offset + limit cannot be greater than {LAST_OFFSET}")
        return cls(limit=size, offset=start, token=token or None)


@dataclass(frozen=True, slots=True)
class Question:
    """A listing: a condition and an order."""

    where: sql.Where
    order: str


@dataclass(frozen=True, slots=True)
class Page:
    count: int
    rows: Sequence[nodes.Row]
    next_token: str | None


def question(
    *, filters: str | None, sort: str | None, dialect: sql.Dialect, within: sql.Where, default_order: str = ""
) -> Question:
    """Read what the parameters ask, inside ``within``.

    Raises ``FilterError``.
    """
    condition = within
    if filters and filters.strip():
        condition = _filter(filters, dialect) & within
    return Question(condition, sql.order(parse_sort(sort or ""), default=default_order))


def page(
    database: Database, snapshots: Snapshots, *, scope: str, question: Question, part: Slice, tokens: bool, now: str
) -> Page:
    """Return one page.

    Raises ``TokenExpired`` and ``MalformedRequest``.
    """
    if part.token and not tokens:
        raise MalformedRequest("Invalid startToken")
    if part.token:
        snapshot, start = snapshots.resume(part.token, scope=scope, now=now)
        seqs: Sequence[int] = snapshots.list_rows(snapshot)[start : start + part.limit]
    else:
        start = part.offset
        snapshot, seqs = _begin(database, snapshots, scope, question, part, stand_still=tokens and not start)
    end = start + part.limit
    token = snapshots.token(snapshot, end, now=now) if tokens and end < snapshot.count else None
    return Page(snapshot.count, database.read(nodes.by_seq, seqs), token)


def _begin(
    database: Database, snapshots: Snapshots, scope: str, question: Question, part: Slice, *, stand_still: bool
) -> tuple[Snapshot, Sequence[int]]:
    """Return what the question found, and the part of it that is asked for.

    What is to stand still is listed at once. Otherwise only the page is read where there are many and nobody has asked
    the same before.
    """
    generation = database.generation
    known = snapshots.find(scope, question, generation)
    if known is None:
        count = None if stand_still else database.read(_count, question)
        known = snapshots.keep(
            scope, question, generation, count=count or 0, ask=lambda: database.read(matching, question)
        )
        if count is not None and count > _MAX_LISTED_WHOLE:
            return known, database.read(_slice, question, part)
    return known, snapshots.list_rows(known)[part.offset : part.offset + part.limit]


def matching(db: sqlite3.Connection, question: Question) -> array[int]:
    """List the ``seq`` of every node the question matches, in its order.

    In the order they came in, sorting here is quicker: an index that has all that is asked lists them by kind.
    """
    query = f"SELECT seq FROM nodes WHERE {question.where.text}"  # noqa: S608 - values are parameters
    if question.order == sql.AS_THEY_CAME:
        return array("q", sorted(row[0] for row in db.execute(query, question.where.values)))
    return array("q", [row[0] for row in db.execute(f"{query} ORDER BY {question.order}", question.where.values)])


def _count(db: sqlite3.Connection, question: Question) -> int:
    query = f"SELECT COUNT(*) FROM nodes WHERE {question.where.text}"  # noqa: S608 - values are parameters
    return int(db.execute(query, question.where.values).fetchone()[0])


def _slice(db: sqlite3.Connection, question: Question, part: Slice) -> list[int]:
    """List the ``seq`` of the nodes on a page, and look at none behind it."""
    query = f"SELECT seq FROM nodes WHERE {question.where.text} ORDER BY {question.order} LIMIT ? OFFSET ?"  # noqa: S608 - values are parameters
    return [row[0] for row in db.execute(query, (*question.where.values, part.limit, part.offset))]


def _filter(filters: str, dialect: sql.Dialect) -> sql.Where:
    """The real service looks no further than ``isRoot:true``: what stands behind it may be anything (live)."""
    try:
        return sql.where(parse(filters, dialect=dialect), dialect)
    except FilterError:
        if dialect == "node" and _ROOT.match(filters):
            return sql.Where("is_root")
        raise


def _number(name: str, text: str | None, default: int) -> int:
    return default if text is None or text == "" else read_whole(name, text)
