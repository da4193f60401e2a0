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
from .tokens import Snapshot, Snapshots

MAX_PER_PAGE = 200
LAST_OFFSET = 9999
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
    snapshot: Snapshot


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
    else:
        generation = database.generation
        snapshot = snapshots.of(scope, question, generation, lambda: database.read(matching, question))
        start = part.offset
    end = start + part.limit
    rows = database.read(nodes.by_seq, snapshot.seqs[start:end])
    more = tokens and end < len(snapshot.seqs)
    token = snapshots.token(snapshot, end, now=now) if more else None
    return Page(len(snapshot.seqs), rows, token, snapshot)


def matching(db: sqlite3.Connection, question: Question) -> array[int]:
    """List the ``seq`` of every node the question matches, in its order."""
    query = f"SELECT seq FROM nodes WHERE {question.where.text} ORDER BY {question.order}"  # noqa: S608 - values are parameters
    return array("q", [row[0] for row in db.execute(query, question.where.values)])


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
