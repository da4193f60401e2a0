"""What a listing has given so far: every node once, and whether that was all.

Nodes are told apart by id (``seen``). What moves between two pages while we read comes once; what slipped between them
shows in the numbers, and the listing is read again.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

import msgspec

from ..errors import UnexpectedReply
from ..model.page import Page
from ..wire.reply import HasId
from .seen import Seen

OnPage = Callable[[int, int], None]
"""Called with how many nodes have come and how many there are."""

READINGS = 3
"""How often a listing is read, at the most, until its numbers agree."""
_MOST_BARREN = 20
_node = msgspec.json.Decoder(HasId)


class Listing:
    """``offset`` nodes are passed over, and ``limit`` are wanted (None: all). For ``with``."""

    def __init__(self, *, offset: int = 0, limit: int | None = None, on_page: OnPage | None = None) -> None:
        self.offset = offset
        self.limit = limit
        self.total = 0
        self.count = 0
        self._on_page = on_page
        self._seen = Seen()
        self._reading = 0
        self._came = 0
        self._steady = True
        self._barren = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._seen.close()

    @property
    def again(self) -> bool:
        """Whether an earlier reading did not settle."""
        return self._reading > 1

    @property
    def full(self) -> bool:
        """Whether as many have come as are wanted."""
        return self.limit is not None and self.count >= self.limit

    @property
    def settled(self) -> bool:
        """Whether this reading, by itself, saw as many as Amazon says there are."""
        return self._steady and self._came >= self.total

    def begin(self) -> None:
        """A reading begins."""
        self._reading += 1
        self._came = 0
        self._steady, self._barren = True, 0

    def expect(self, there: int) -> None:
        """Amazon's latest word on how many there are."""
        wanted = max(0, there - self.offset)
        self.total = wanted if self.limit is None else min(wanted, self.limit)

    def moved(self) -> None:
        """The library changed while it was read: the numbers prove nothing."""
        self._steady = False

    def fresh(self, page: Page) -> Page:
        """The page without what has come before and what is not wanted.

        Raises ``UnexpectedReply`` when page after page holds nothing that this reading has not seen.
        """
        kept, came = [], self._came
        for raw in page.data:
            if self.full:
                break
            before = self._seen.note(_id(raw), self._reading)
            if before is None:
                self.count += 1
                kept.append(raw)
            self._came += before != self._reading
        self._barren = 0 if self._came > came else self._barren + 1
        if self._barren > _MOST_BARREN:
            raise UnexpectedReply(
                f"a listing leads nowhere: {_MOST_BARREN} pages held nothing new "
                f"({self.total} nodes announced, {self.count} given)"
            )
        if self._on_page:
            self._on_page(self.count, max(self.count, self.total))
        return msgspec.structs.replace(page, data=kept)

    def finish(self) -> None:
        """After the last reading. Raises ``UnexpectedReply`` if Amazon announces more than it gave."""
        if self.count < self.total:
            raise UnexpectedReply(
                f"incomplete listing: {self.total} nodes announced, {self.count} given, also after reading it "
                f"{READINGS} times; try again when nothing is being uploaded or deleted"
            )


def _id(raw: msgspec.Raw) -> str:
    try:
        return _node.decode(raw).id
    except msgspec.DecodeError:
        raise UnexpectedReply("a listing holds something that is no node") from None
