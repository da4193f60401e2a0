"""A listing that is inert until it is read: nothing is sent when it is made, and the method picks the shape.

::

    found = ap.search("type:(PHOTOS) AND timeYear:(2023)")
    await found.count()                  how many, by one request
    async for page in found.pages()      frames of up to 200 rows, one after the other
    async for node in found.nodes()      typed nodes, one after the other
    await found.frame()                  all of it as one frame

``pages`` and ``nodes`` hold a few pages at a time, however large the library is.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Protocol

import msgspec

from ..errors import UnexpectedReply
from ..model.node import Node
from ..model.page import Page
from ..net.paging import OnPage
from ..query.expr import Expr
from .progress import Progress

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class Pages(Protocol):
    """Gives the pages of a listing, at most ``limit`` nodes."""

    def __call__(self, *, limit: int | None, on_page: OnPage | None) -> AsyncGenerator[Page, None]: ...


class Search:
    """What matches a filter, read when and how you ask for it. Reading it again asks again."""

    def __init__(
        self,
        pages: Pages,
        *,
        local: Expr | None,
        limit: int | None,
        to_frame: Callable[[pa.Table], pd.DataFrame],
        progress: Progress,
        title: str,
        in_order: Callable[[pa.Table], pa.Table] | None = None,
    ) -> None:
        self._pages = pages
        self._local = local
        self._limit = limit
        self._to_frame = to_frame
        self._progress = progress
        self._title = title
        self._in_order = in_order

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._title}: not read yet>"

    async def count(self) -> int:
        """How many match: one request; if we must answer a part of the filter ourselves, all of it is read."""
        if self._local is not None:
            total = 0
            async for nodes in self._raw():
                total += len(nodes)
            return total
        async with aclosing(self._pages(limit=1, on_page=None)) as pages:
            async for page in pages:
                return page.count if self._limit is None else min(page.count, self._limit)
        return 0

    async def pages(self) -> AsyncGenerator[pd.DataFrame, None]:
        """Frames of up to 200 rows, in order; none for a search without matches."""
        async with aclosing(self._raw()) as parts:
            async for nodes in parts:
                if nodes:
                    yield self._to_frame(_table(nodes))

    async def nodes(self) -> AsyncGenerator[Node, None]:
        """Typed nodes, in order."""
        async with aclosing(self._raw()) as parts:
            async for nodes in parts:
                for raw in nodes:
                    yield _node(raw)

    async def frame(self) -> pd.DataFrame:
        """Everything that matches; an empty frame with the usual columns if nothing does."""
        return self._to_frame(await self.table())

    async def table(self) -> pa.Table:
        """As ``frame``, as an Arrow table."""
        from ..frames import Gather

        gather = Gather()
        with self._progress.of(self._title) as advance:
            async with aclosing(self._raw(advance)) as parts:
                async for nodes in parts:
                    gather.add(nodes)
        table = gather.table()
        return table if self._in_order is None else self._in_order(table)

    async def _raw(self, on_page: OnPage | None = None) -> AsyncGenerator[Sequence[msgspec.Raw], None]:
        """The nodes of each page that match, up to the limit."""
        left = self._limit
        asked_limit = self._limit if self._local is None else None
        async with aclosing(self._pages(limit=asked_limit, on_page=on_page)) as pages:
            async for page in pages:
                nodes = page.data if self._local is None else _matching(page.data, self._local)
                nodes = nodes if left is None else nodes[:left]
                yield nodes
                if left is not None:
                    left -= len(nodes)
                    if left <= 0:
                        return


def _table(nodes: Sequence[msgspec.Raw]) -> pa.Table:
    from ..frames import Gather

    gather = Gather()
    gather.add(nodes)
    return gather.table()


def _matching(nodes: Sequence[msgspec.Raw], local: Expr) -> list[msgspec.Raw]:
    from ..query.match import mask

    if not nodes:
        return []
    return [node for node, holds in zip(nodes, mask(local, _table(nodes)).to_pylist(), strict=True) if holds]


def _node(raw: msgspec.Raw) -> Node:
    try:
        return msgspec.json.decode(raw, type=Node)
    except msgspec.DecodeError as error:
        raise UnexpectedReply(f"a node in an unknown shape ({error})") from None
