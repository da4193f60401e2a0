"""Listings that stand still: what matched when a listing began, kept as a list of row numbers.

A ``nextToken`` points into such a snapshot, so nodes created while somebody lists neither double nor shift anything,
and those purged meanwhile drop out. Tokens live ten minutes by the service's clock, and not past a restart. The same
question asked again, with nothing written in between, is answered from the snapshot too: deep offsets cost nothing.

Whoever asks once for a page in the middle (to see where a million nodes can be split, say) needs no list of them all:
such a snapshot has only the count until somebody goes on from there, and stands still from then on.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
from array import array
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from ..clock import shift
from ..exceptions import MalformedRequest, TokenExpired

LIFETIME = 600
_MAX_ROWS = 8_000_000
"""Rows in all snapshots together (eight bytes each)."""
_MAX_SNAPSHOTS = 4096

_Ask = Callable[[], "array[int]"]


@dataclass(slots=True, eq=False)
class Snapshot:
    """What a question found. ``scope`` is the path it was asked on; ``generation`` the database's then."""

    id: int
    scope: str
    generation: int
    count: int
    ask: _Ask = field(repr=False)
    _seqs: array[int] | None = field(default=None, repr=False)
    _taking: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def rows(self) -> int:
        """How many row numbers it keeps."""
        return 0 if self._seqs is None else len(self._seqs)

    def seqs(self) -> array[int]:
        """Return the row numbers, in the listing's order; they are asked for when somebody needs them."""
        with self._taking:  # many who want them at once wait for one answer
            if self._seqs is None:
                self._seqs = self.ask()
                self.count = len(self._seqs)
        return self._seqs


class Snapshots:
    """The most recently used snapshots, by question and by id. Used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_question: dict[Hashable, Snapshot] = {}
        self._by_id: OrderedDict[int, tuple[Hashable, Snapshot]] = OrderedDict()
        self._last_id = 0
        self._secret = secrets.token_bytes(16)

    def find(self, scope: str, question: Hashable, generation: int) -> Snapshot | None:
        """Find the snapshot of a question; None unless it was asked since the last thing that was written."""
        with self._lock:
            known = self._by_question.get((scope, question))
            if known is None or known.generation != generation:
                return None
            self._by_id.move_to_end(known.id)
            return known

    def keep(self, scope: str, question: Hashable, generation: int, *, count: int, ask: _Ask) -> Snapshot:
        """Make the snapshot of a question that ``ask`` answers."""
        key = (scope, question)
        with self._lock:
            self._last_id += 1
            snapshot = Snapshot(self._last_id, scope, generation, count, ask)
            self._by_question[key] = snapshot
            self._by_id[snapshot.id] = key, snapshot
        return snapshot

    def rows(self, snapshot: Snapshot) -> array[int]:
        """Return a snapshot's row numbers; the least recently used snapshots make room for them."""
        seqs = snapshot.seqs()
        with self._lock:
            self._forget()
        return seqs

    def token(self, snapshot: Snapshot, position: int, *, now: str) -> str:
        """Make a ``nextToken`` for what begins at ``position``."""
        text = f"{snapshot.id}|{position}|{now}"
        return base64.urlsafe_b64encode(f"{text}|{self._seal(text)}".encode()).decode().rstrip("=")

    def resume(self, token: str, *, scope: str, now: str) -> tuple[Snapshot, int]:
        """Find the snapshot and position a token stands for.

        Raises ``TokenExpired``; ``MalformedRequest`` for no token of ours.
        """
        number, position, issued = self._open(token)
        if shift(issued, LIFETIME) < now:
            raise TokenExpired
        with self._lock:
            if number not in self._by_id:
                raise TokenExpired
            self._by_id.move_to_end(number)
            _, snapshot = self._by_id[number]
        if snapshot.scope != scope:
            raise MalformedRequest("Invalid startToken")
        return snapshot, position

    def _open(self, token: str) -> tuple[int, int, str]:
        try:
            text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
            number, position, issued, seal = text.split("|")
        except (binascii.Error, ValueError):
            raise MalformedRequest("Invalid startToken") from None
        if not hmac.compare_digest(seal.encode(), self._seal(f"{number}|{position}|{issued}").encode()):
            raise TokenExpired  # sealed before a restart
        return int(number), int(position), issued

    def _seal(self, text: str) -> str:
        return hashlib.blake2s(text.encode(), key=self._secret, digest_size=6).hexdigest()

    def _forget(self) -> None:
        rows = sum(snapshot.rows for _, snapshot in self._by_id.values())
        while len(self._by_id) > 1 and (len(self._by_id) > _MAX_SNAPSHOTS or rows > _MAX_ROWS):
            _, (key, oldest) = self._by_id.popitem(last=False)
            rows -= oldest.rows
            if self._by_question.get(key) is oldest:
                del self._by_question[key]
