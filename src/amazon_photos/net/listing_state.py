"""The state of a listing while it is read: which nodes it has given, each once, and whether that was all.

Nodes are told apart by id (``seen_ids``), and those without an id by their JSON text. A listing is *steady* while
Amazon's total does not fall: a node that is created meanwhile only moves others to later pages, and duplicates are
dropped. A node that is deleted meanwhile may move another one to a page that was read already, and pages may come
empty or twice: then the totals disagree, and the listing is read again. The second reading adds what the first one
missed; or, with ``restart``, it replaces the first. One thing no total shows: a deletion and a creation between the
same two pages of a listing by offset.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import msgspec

from ..errors import UnexpectedReply
from ..model.results import Page
from ..wire.response import HasId
from .seen_ids import MAX_LATEST, MAX_LATEST_HELD, SeenIds

OnPage = Callable[[int, int], None]
"""Called with how many nodes have come and how many there are."""

MAX_READINGS = 3
"""How often a listing is read, at the most, until its numbers agree."""
_MAX_EMPTY_PAGES = 20
_NO_ID = "\0"
"""Begins no id."""
_NO_ID_TO_READ = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_node = msgspec.json.Decoder(HasId)
_LEADING_ID = re.compile(rb'\{"id":"([\w-]+)"')
"""The id, where Amazon's answers have it (seen live): a third of the time of decoding a node."""


class ListingPage(Page, frozen=True, kw_only=True):
    """A page without duplicates of earlier pages, and without what ``offset`` and ``limit`` leave out."""

    again: bool = False
    """Whether all pages before this one are to be forgotten: the listing was restarted."""
    in_order: bool = True
    """Whether the order is the one that was asked for."""


class ListingState:
    """``offset`` nodes are passed over, and ``limit`` are wanted (None: all). For ``with``."""

    in_order: bool
    total: int
    count: int

    def __init__(
        self, *, offset: int = 0, limit: int | None = None, on_page: OnPage | None = None, restart: bool = False
    ) -> None:
        self.offset = offset
        self.limit = limit
        self.total = 0
        self.count = 0
        self.in_order = True
        self._on_page = on_page
        self._restart = restart
        self._seen = SeenIds(MAX_LATEST_HELD if restart else MAX_LATEST)  # who begins anew holds what came
        self._reading = 0
        self._came = 0
        self._expected = 0
        self._steady = True
        self._empty_pages = 0
        self._again = False
        self._alike = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._seen.close()

    @property
    def full(self) -> bool:
        """Whether as many have come as are wanted."""
        return self.limit is not None and self.count >= self.limit

    @property
    def ended(self) -> bool:
        """Whether the limit is reached, and the numbers give no reason for another reading."""
        return self.full and (self._steady or not self._restart)

    @property
    def last_try(self) -> bool:
        """Whether there will be no other reading."""
        return self._reading == MAX_READINGS

    @property
    def consistent(self) -> bool:
        """Whether this reading, by itself, saw as many as Amazon said there were when it began."""
        return self._steady and self._came + self._alike >= self.total

    def begin(self) -> None:
        """Begin a reading."""
        self._reading += 1
        self._came = 0
        self._steady, self._empty_pages = True, 0
        self._alike = 0
        if self._restart:
            self.count, self.in_order, self._again = 0, True, self._reading > 1

    def note_total(self, there: int) -> None:
        """Note Amazon's total, as the first page of a reading gives it.

        A total below the last one proves nothing yet: the listing is read again, and the second time it counts.
        """
        wanted = max(0, there - self.offset)
        self.total = wanted if self.limit is None else min(wanted, self.limit)
        if there < self._expected:
            self.mark_unstable()
        self._expected = there

    def note_decrease(self, by: int) -> None:
        """Note that the count fell by so many, if any, from one page to the next: some were deleted."""
        if by > 0:
            self._expected -= by
            self.mark_unstable()

    def mark_unstable(self) -> None:
        """Note that the library changed while it was read: the numbers prove nothing."""
        self._steady = False

    def deduplicate(self, page: Page) -> ListingPage:
        """Return the page without duplicates of earlier pages, and without what is beyond ``limit``.

        Raises ``UnexpectedReply`` after too many pages in a row that hold nothing new although more are announced.
        """
        kept: list[msgspec.Raw] = []
        came = self._came
        nodes, keys = page.data, _list_keys(page.data)
        while nodes and not self.full:
            room = len(nodes) if self.limit is None else self.limit - self.count
            kept += self._pick_new(nodes[:room], keys[:room])
            nodes, keys = nodes[room:], keys[room:]
        self._watch(page, is_new=self._came > came)
        if self._on_page:
            self._on_page(self.count, max(self.count, self.total))
        again, self._again = self._again, False
        return ListingPage(count=page.count, data=kept, next_token=page.next_token, again=again, in_order=self.in_order)

    def _pick_new(self, nodes: Sequence[msgspec.Raw], keys: Sequence[str]) -> list[msgspec.Raw]:
        """Those among some nodes and their keys that are to be given."""
        seen = self._seen.check_and_add(keys, self._reading)
        if not any(seen):
            self._came += len(nodes)
            self.count += len(nodes)
            return list(nodes)
        kept = []
        for raw, key, before in zip(nodes, keys, seen, strict=True):
            if before == self._reading:
                self._alike += key.startswith(_NO_ID)  # perhaps another one, of which nothing else is known
            else:
                self._came += 1
                if before is None or self._restart:
                    kept.append(raw)
        self.count += len(kept)
        return kept

    def _watch(self, page: Page, *, is_new: bool) -> None:
        if is_new:
            self._empty_pages = 0
        elif page.data or page.next_token:  # the empty end of a part leads nowhere, and need not
            self._empty_pages += 1
        if self._empty_pages > _MAX_EMPTY_PAGES:
            raise UnexpectedReply(
                f"a listing leads nowhere: {_MAX_EMPTY_PAGES} pages held nothing new "
                f"({self.total} nodes announced, {self.count} given)"
            )

    def finish(self) -> None:
        """End the last reading. Raises ``UnexpectedReply`` if Amazon announces more than it gave."""
        if self.count + self._alike < self.total:
            raise UnexpectedReply(
                f"incomplete listing: {self.total} nodes announced, {self.count} given, also after reading it "
                f"{MAX_READINGS} times; try again when nothing is being uploaded or deleted"
            )


def _list_keys(nodes: Sequence[msgspec.Raw]) -> list[str]:
    """What tells each node of a page apart."""
    found = [_LEADING_ID.match(raw) for raw in nodes]
    if all(found):
        return [str(match[1], "ascii") for match in found if match]
    with suppress(*_NO_ID_TO_READ):
        ids = [_node.decode(raw).id for raw in nodes]
        if all(ids):
            return ids
    without_id: Counter[str] = Counter()
    return [_id(raw) or _stand_in(raw, without_id) for raw in nodes]


def _id(raw: msgspec.Raw) -> str | None:
    """None (or "") for what has none: it is a row all the same."""
    try:
        return _node.decode(raw).id
    except _NO_ID_TO_READ:
        return None


def _stand_in(raw: msgspec.Raw, on_page: Counter[str]) -> str:
    """What tells a node without an id apart: its text, and how many like it stand before it on the page."""
    text = hashlib.md5(bytes(raw), usedforsecurity=False).hexdigest()
    on_page[text] += 1
    return f"{_NO_ID}{text} {on_page[text]}"
