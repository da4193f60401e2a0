"""The blocking twin of ``aio.listing.Search``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NoReturn, SupportsIndex

from ..aio import listing as aio
from ..aio.misuse import refuse_copy
from ..model.node import Node
from .loop_thread import HasLoopThread, blocking

if TYPE_CHECKING:
    import pandas as pd

_WAYS = (".count(), .frame()", "for page in .pages(), for node in .nodes()")


class Search:
    """A listing that is read when and how you ask for it; ``for`` gives nodes. Reading it again asks again."""

    def __init__(self, search: aio.Search, client: HasLoopThread) -> None:
        self._aio = search
        self._loop_thread = client._loop_thread
        self._client = client  # one that nobody holds closes

    def __repr__(self) -> str:
        return self._aio._text.to_text("Search", self._aio._found, _WAYS)

    def _repr_html_(self) -> str:
        return self._aio._text.to_html("Search", self._aio._found, _WAYS)

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        refuse_copy(self)

    def __iter__(self) -> Iterator[Node]:
        return self.nodes()

    count: Final = blocking(aio.Search.count)
    frame: Final = blocking(aio.Search.frame)
    table: Final = blocking(aio.Search.table)

    def pages(self) -> Iterator[pd.DataFrame]:
        """Yield frames of up to 200 rows, in order; none for a search without matches."""
        yield from self._loop_thread.iterate(self._aio.pages())  # not return: whoever iterates holds self

    def nodes(self) -> Iterator[Node]:
        """Yield typed nodes, in order. What is odd about one is left out; ``id`` is "" where none came."""
        yield from self._loop_thread.iterate(self._aio.nodes())
