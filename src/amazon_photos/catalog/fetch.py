"""What a refresh asks the service. Times are milliseconds since 1970, by the service's clock."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import ExitStack, aclosing
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import UnexpectedReply
from ..frames.builder import TableBuilder, open_reader
from ..model.results import Page
from ..net.date_ranges import DateRange
from ..net.paging import ByToken, OnPage, list_nodes
from ..net.session import Session
from ..query.expr import AnyOf, Expr, Prefix, Range, Term, and_
from ..query.parser import parse
from ..query.values import from_milliseconds
from ..wire.call import with_date
from ..wire.nodes import nodes
from ..wire.trash import TRASHED, list_trash
from .service_clock import read_date

AVAILABLE = parse("status:(AVAILABLE* OR PENDING*)", dialect="node")
ASSETS = and_(AVAILABLE, Term("kind", AnyOf((Prefix("ASSET"),))))
OVERLAP = 600_000
"""Milliseconds; listings lag writes by ten seconds and more."""
SPAN = 20_000
"""Nodes; about what an interrupted listing loses at the most: 100 requests, some seconds."""


@dataclass(frozen=True, slots=True)
class RemoteState:
    """What the service says at this moment: how many nodes are here, when the last change was, and how late it is.

    ``present`` is None where the answer bears no date; ``ahead`` is by how much the service's clock is before ours.
    """

    count: int
    changed_at: int | None
    present: int | None = None
    ahead: int | None = None


async def remote_state(session: Session) -> RemoteState:
    """Ask for the library's state by one request."""
    call = nodes(filters=AVAILABLE, sort="['modifiedDate DESC']", limit=1)
    page, date = await session.send(with_date(call))
    present = read_date(date)
    ahead = None if present is None else present - time.time_ns() // 10**6
    return RemoteState(page.count, _date(_table(page), "modifiedDate"), present, ahead)


async def count(session: Session, span: DateRange) -> int:
    """Count the nodes of this span that are in the library, by one small request."""
    return (await session.send(nodes(filters=span.within(AVAILABLE), limit=1))).count


async def list_ids(session: Session, span: DateRange) -> pa.Array:
    """List the ids of the nodes of this span that are in the library."""
    gather = TableBuilder(session.surprises.at("refresh"))
    await _gather(session, nodes, span.within(AVAILABLE), gather, None)
    return (await gather.table_async()).column("id").combine_chunks()


async def list_changed(session: Session, since: int, on_page: OnPage | None) -> pa.Table:
    """List the nodes modified since then, in the library and in the trash."""
    span = Term("modifiedDate", Range(from_milliseconds(since), None))
    gather = TableBuilder(session.surprises.at("refresh"))
    await _gather(session, nodes, and_(AVAILABLE, span), gather, on_page)
    await _gather(session, list_trash, and_(TRASHED, span), gather, None)
    return await gather.table_async()


async def list_assets(session: Session, since: int) -> pa.Table:
    """List the assets in the library that were modified since then: movies of live photos are among them.

    That they can be listed by kind is a guess, as is that nothing else lists them.
    """
    gather = TableBuilder(session.surprises.at("refresh"))
    span = Term("modifiedDate", Range(from_milliseconds(since), None))
    await _gather(session, nodes, and_(ASSETS, span), gather, None)
    return await gather.table_async()


async def spans(
    session: Session, begin: int | None, there: int, on_page: OnPage | None
) -> AsyncGenerator[tuple[pa.Table, int | None], None]:
    """Yield every node created from ``begin`` on (None: all), in spans of about ``SPAN``, by age.

    Each comes with where it ends; None for the last one. ``there`` is how many had come before ``begin``. Raises
    ``UnexpectedReply`` if Amazon gives the same whatever the dates.
    """
    with ExitStack() as ends:
        reader = open_reader()
        ends.callback(reader.shutdown, wait=False)
        left, most = [DateRange(begin)], None
        while left:
            span = left.pop()
            count, earliest = await _one(session, span.within(AVAILABLE), "createdDate ASC")
            most = 2 * (there + count) + 1000 if most is None else most
            if count > SPAN and len(pieces := await _pieces(session, span, count, earliest)) > 1:
                left += reversed(pieces)
                continue
            gather = TableBuilder(session.surprises.at("refresh"), reader=reader)
            await _gather(session, nodes, span.within(AVAILABLE), gather, _further(on_page, there))
            table = await gather.table_async()
            there += len(table)
            if there > most:
                raise UnexpectedReply(
                    "the library cannot be read in spans: Amazon returns the same nodes whatever the createdDate"
                )
            yield table, span.end


async def _pieces(session: Session, span: DateRange, count: int, earliest: pa.Table) -> list[DateRange]:
    _, latest = await _one(session, span.within(AVAILABLE), "createdDate DESC")
    first, last = _date(earliest, "createdDate"), _date(latest, "createdDate")
    if first is None or last is None:
        return [span]
    return span.split(-(-count // SPAN), first=first, last=last)


async def _one(session: Session, filters: Expr | None, sort: str) -> tuple[int, pa.Table]:
    """How many there are, and the first of them."""
    page = await session.send(nodes(filters=filters, sort=f"['{sort}']", limit=1))
    return page.count, _table(page)


def _table(page: Page) -> pa.Table:
    gather = TableBuilder()
    gather.add(page.data)
    return gather.table()


def _date(table: pa.Table, column: str) -> int | None:
    value = pc.max(table.column(column).cast(pa.int64())).as_py()
    return None if value is None else int(value)


async def _gather(
    session: Session, call: ByToken, filters: Expr | None, gather: TableBuilder, on_page: OnPage | None
) -> None:
    async with aclosing(list_nodes(session, call, filters=filters, on_page=on_page)) as listing:
        async for page in listing:
            await gather.add_async(page.data)


def _further(on_page: OnPage | None, there: int) -> OnPage | None:
    """Report progress including the nodes of earlier spans."""
    return None if on_page is None else lambda done, total: on_page(there + done, there + total)
