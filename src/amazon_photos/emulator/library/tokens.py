"""Listings that stand still: what matched when a listing began, kept as a list of row numbers.

A ``nextToken`` points into such a snapshot, so nodes created while somebody lists neither double nor shift anything,
and those purged meanwhile drop out. Tokens live ten minutes by the service's clock, and not past a restart. The same
question asked again, with nothing written in between, is answered from the snapshot too: deep offsets cost nothing.
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
from dataclasses import dataclass

from ..clock import shift
from ..exceptions import MalformedRequest, TokenExpired

LIFETIME = 600
_MAX_ROWS = 8_000_000
"""Rows in all snapshots together (eight bytes each)."""
_MAX_SNAPSHOTS = 256


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``seqs`` in the listing's order. ``scope`` is the path it was asked on; ``generation`` the database's then."""

    id: int
    scope: str
    generation: int
    seqs: array[int]


class Snapshots:
    """The most recent snapshots, by question and by id. Used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_question: OrderedDict[Hashable, Snapshot] = OrderedDict()
        self._by_id: OrderedDict[int, Snapshot] = OrderedDict()
        self._rows = 0
        self._last_id = 0
        self._secret = secrets.token_bytes(16)

    def of(self, scope: str, question: Hashable, generation: int, ask: Callable[[], array[int]]) -> Snapshot:
        """Get the snapshot of a question, made by ``ask`` unless nothing was written since the last time."""
        key = (scope, question)
        with self._lock:
            known = self._by_question.get(key)
        if known is not None and known.generation == generation:
            return known
        seqs = ask()
        with self._lock:
            self._last_id += 1
            snapshot = Snapshot(self._last_id, scope, generation, seqs)
            self._by_question[key] = self._by_id[snapshot.id] = snapshot
            self._by_question.move_to_end(key)
            self._rows += len(seqs)
            self._forget()
        return snapshot

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
            snapshot = self._by_id.get(number)
        if snapshot is None:
            raise TokenExpired
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
        while self._by_id and (len(self._by_id) > _MAX_SNAPSHOTS or self._rows > _MAX_ROWS) and len(self._by_id) > 1:
            _, oldest = self._by_id.popitem(last=False)
            self._rows -= len(oldest.seqs)
            for key, snapshot in list(self._by_question.items()):
                if snapshot is oldest:
                    del self._by_question[key]
                    break
