"""A listing that is inert until it is read: nothing is sent when it is made, and the method picks the shape.

::

    found = ap.search("type:(PHOTOS) AND timeYear:(2023)")
    await found.count()                  how many, by one request
    async for page in found.pages()      frames of up to 200 rows, one after the other
    async for node in found              typed nodes, one after the other: found.nodes()
    await found.frame()                  all of it as one frame

``pages`` and ``nodes`` hold a few pages at a time, however large the library is. When the library changes so that a
listing has to be read again, they give what was missed at the end; ``frame`` begins anew, and keeps the order.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, NoReturn, Protocol, SupportsIndex

import msgspec

from ..errors import FilterError
from ..model.fields import Dialect
from ..model.node import Node, read_node
from ..model.surprises import Note, note_nothing
from ..net.paging import ListingPage, OnPage
from ..query.expr import Expr
from ..query.sort import SortOrder, refuse_pages
from .loop_bound import Reading
from .misuse import refuse_copy
from .progress import Progress
from .search_text import SearchText

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


_WAYS = ("await .count(), await .frame()", "async for page in .pages(), async for node in .nodes()")


class PageSource(Protocol):
    """Gives the pages of a listing: from ``offset``, at most ``limit`` nodes."""

    def __call__(
        self, *, offset: int, limit: int | None, on_page: OnPage | None, restart: bool
    ) -> AsyncGenerator[ListingPage, None]: ...


class Search:
    """A listing that is read when and how you ask for it; ``async for`` gives nodes. Reading it again asks again."""

    def __init__(
        self,
        pages: PageSource,
        *,
        local: Expr | None,
        offset: int,
        limit: int | None,
        sort: SortOrder,
        columns: Sequence[str] | None = None,
        to_frame: Callable[[pa.Table], Awaitable[pd.DataFrame]],
        progress: Progress,
        title: str,
        asked: Expr | None = None,
        dialect: Dialect = "node",
        note: Note = note_nothing,
    ) -> None:
        self._pages = pages
        self._local = local
        self._offset = offset
        self._limit = limit
        self._sort = sort
        self._columns = columns
        self._to_frame = to_frame
        self._progress = progress
        self._title = title
        self._note = note
        self._text = SearchText(
            title="" if title == "search" else title,
            asked=asked,
            local=local,
            dialect=dialect,
            sort=sort,
            offset=offset,
            limit=limit,
        )
        self._found: int | None = None

    def __repr__(self) -> str:
        return self._text.to_text(type(self).__name__, self._found, _WAYS)

    def _repr_html_(self) -> str:
        return self._text.to_html(type(self).__name__, self._found, _WAYS)

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        refuse_copy(self)

    def __aiter__(self) -> AsyncGenerator[Node, None]:
        return self.nodes()

    async def count(self) -> int:
        """Count what it gives, by one request.

        If a part of the filter must be answered here, all of it is read.
        """
        self._found = await self._count()
        return self._found

    async def _count(self) -> int:
        if self._local is not None:
            total, in_order = 0, True
            async for piece in self._read_pieces():
                total, in_order = total + len(piece.data), piece.in_order
            return total if in_order else self._count_window(total)
        async with aclosing(self._pages(offset=0, limit=1, on_page=None, restart=False)) as pages:
            async for page in pages:
                return self._count_window(page.count)
        return 0

    def _count_window(self, count: int) -> int:
        """How many of so many lie between offset and limit."""
        there = max(0, count - self._offset)
        return there if self._limit is None else min(there, self._limit)

    def pages(self) -> AsyncGenerator[pd.DataFrame, None]:
        """Yield frames of up to 200 rows, in order; none for a search without matches.

        Raises ``FilterError`` for a sort that Amazon cannot do: for it all has to be there, as in ``frame``.
        """
        self._check_sort()
        return Reading(self._read_frames())

    def nodes(self) -> AsyncGenerator[Node, None]:
        """Yield typed nodes, in order. What is odd about one is left out; ``id`` is "" where none came.

        Raises ``FilterError`` as ``pages`` does.
        """
        self._check_sort()
        return Reading(self._read_nodes())

    def _check_sort(self) -> None:
        if self._sort.here:
            refuse_pages(self._sort)

    async def _read_frames(self) -> AsyncGenerator[pd.DataFrame, None]:
        found = 0
        async with aclosing(self._read_pieces()) as pieces:
            async for piece in pieces:
                found += len(piece.data)
                if piece.data:
                    yield await self._to_frame(
                        await asyncio.to_thread(_build_table, piece.data, self._note, self._columns)
                    )
        self._found = found

    async def _read_nodes(self) -> AsyncGenerator[Node, None]:
        found = 0
        async with aclosing(self._read_pieces()) as pieces:
            async for piece in pieces:
                found += len(piece.data)
                _note_one(piece.data, self._note)
                for raw in piece.data:
                    yield _to_node(raw)
        self._found = found

    async def frame(self) -> pd.DataFrame:
        """Return everything that matches; an empty frame with the usual columns if nothing does."""
        return await self._to_frame(await self.table())

    async def table(self) -> pa.Table:
        """Return everything that matches, as an Arrow table."""
        from ..frames.builder import TableBuilder

        columns = self._columns and list(
            dict.fromkeys([*self._columns, *(key.field.column for key in self._sort.keys)])
        )
        gather, in_order = TableBuilder(self._note, columns), True
        with self._progress.of(self._title) as advance:
            async with aclosing(self._read_pieces(advance, restart=True)) as pieces:
                async for piece in pieces:
                    gather = TableBuilder(self._note, columns) if piece.again else gather
                    in_order = piece.in_order
                    await gather.add_async(piece.data)
        table = await gather.table_async()
        if in_order:
            table = table.slice(0, self._limit)
        else:
            table = (await asyncio.to_thread(_sort, table, self._sort)).slice(self._offset, self._limit)
        self._found = len(table)
        return table if self._columns is None else table.select(self._columns)

    async def _read_pieces(
        self, on_page: OnPage | None = None, *, restart: bool = False
    ) -> AsyncGenerator[ListingPage, None]:
        """Yield each page with the nodes that match. Of unsorted pages all are given: the caller sorts and slices."""
        if self._local is None:
            offset, limit = (0, None) if self._sort.here else (self._offset, self._limit)
            pages = self._pages(offset=offset, limit=limit, on_page=on_page, restart=restart)
            async with aclosing(pages):
                async for piece in pages:
                    yield self._mark_unsorted(piece)
            return
        part = _Window(self._offset, self._limit)
        pages = self._pages(offset=0, limit=None, on_page=on_page, restart=restart)
        async with aclosing(pages):
            async for piece in pages:
                part = _Window(self._offset, self._limit) if piece.again else part
                found = await asyncio.to_thread(_match, piece.data, self._local)
                piece = self._mark_unsorted(piece)
                yield msgspec.structs.replace(piece, data=part.of(found) if piece.in_order else found)
                if part.full:
                    return

    def _mark_unsorted(self, piece: ListingPage) -> ListingPage:
        """The page; where Amazon could not sort, one that is in no order."""
        return msgspec.structs.replace(piece, in_order=False) if self._sort.here else piece


class _Window:
    """Applies ``offset`` and ``limit`` to nodes that were filtered on this machine."""

    def __init__(self, offset: int, limit: int | None) -> None:
        self._offset = offset
        self._left = limit

    @property
    def full(self) -> bool:
        return self._left is not None and self._left <= 0

    def of(self, nodes: Sequence[msgspec.Raw]) -> list[msgspec.Raw]:
        """Return those of the next ``nodes`` that lie between offset and limit."""
        kept = list(nodes[self._offset :])
        self._offset = max(0, self._offset - len(nodes))
        if self._left is not None:
            kept = kept[: self._left]
            self._left -= len(kept)
        return kept


def _note_one(nodes: Sequence[msgspec.Raw], note: Note) -> None:
    from ..frames.builder import note_one

    note_one(nodes, note)


def _build_table(nodes: Sequence[msgspec.Raw], note: Note, columns: Sequence[str] | None) -> pa.Table:
    from ..frames.builder import TableBuilder

    gather = TableBuilder(note, columns)
    gather.add(nodes)
    return gather.table()


def _match(nodes: Sequence[msgspec.Raw], local: Expr) -> list[msgspec.Raw]:
    from ..query.match import list_columns, mask

    if not nodes:
        return []
    table = _build_table(nodes, note_nothing, list_columns(local))
    return [node for node, holds in zip(nodes, mask(local, table).to_pylist(), strict=True) if holds]


def _sort(table: pa.Table, sort: SortOrder) -> pa.Table:
    """Sort the table as Amazon would: missing values last."""
    if not sort.keys:
        raise FilterError(
            f"Amazon does not sort so many nodes, and the sort {sort.text!r} cannot be done here: sort by columns"
        )
    from ..catalog.view import order_by

    return table.take(order_by(table, sort.keys))


def _to_node(raw: msgspec.Raw) -> Node:
    """Read a node, leaving out the parts that cannot be read: one odd node must not end a search."""
    try:
        return read_node(raw)
    except (msgspec.DecodeError, RecursionError):
        return Node()
