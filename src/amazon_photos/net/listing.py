"""What a listing has given so far: every node once, and whether that was all.

Nodes are told apart by id. What moves between two pages while we read comes once; what slipped between them shows in
the numbers, and the listing is read again. Only hashes of ids are remembered, some 70 bytes for each node.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from ..errors import UnexpectedReply
from ..model.page import Page
from ..wire.reply import HasId

OnPage = Callable[[int, int], None]
"""Called with how many nodes have come and how many there are."""

READINGS = 3
"""How often a listing is read, at the most, until its numbers agree."""
_MOST_BARREN = 20
_node = msgspec.json.Decoder(HasId)


class Listing:
    """``offset`` nodes are passed over, and ``limit`` are wanted (None: all)."""

    def __init__(self, *, offset: int = 0, limit: int | None = None, on_page: OnPage | None = None) -> None:
        self.offset = offset
        self.limit = limit
        self.total = 0
        self.count = 0
        self._on_page = on_page
        self._before: set[int] = set()
        self._reading: set[int] = set()
        self._steady = True
        self._barren = 0

    @property
    def again(self) -> bool:
        """Whether an earlier reading did not settle."""
        return bool(self._before)

    @property
    def full(self) -> bool:
        """Whether as many have come as are wanted."""
        return self.limit is not None and self.count >= self.limit

    @property
    def settled(self) -> bool:
        """Whether this reading, by itself, saw as many as Amazon says there are."""
        return self._steady and len(self._reading) >= self.total

    def begin(self) -> None:
        """A reading begins."""
        self._before |= self._reading
        self._reading = set()
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
        kept, seen = [], len(self._reading)
        for raw in page.data:
            if self.full:
                break
            key = hash(_id(raw))
            if key not in self._reading:
                self._reading.add(key)
                if key not in self._before:
                    self.count += 1
                    kept.append(raw)
        self._barren = 0 if len(self._reading) > seen else self._barren + 1
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
