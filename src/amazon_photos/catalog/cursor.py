"""What happened in a catalogue since a cursor: a short text that names one revision of one catalogue.

::

    c1-5f0c9a1b2d3e4f60-12-9a8b7c6d     the form of cursors, lineage, number and mark of a ``Revision``
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import CatalogError, InvalidInput
from ..frames.results import Change
from ..model.checks import show
from . import changes
from .schema import Revision
from .store import Store

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_TRIES = 5
"""How often a reader begins anew because a writer came between."""
_CURSOR = re.compile(r"c1-([0-9a-f]{16})-([0-9]{1,8})-([0-9a-f]{8})\Z")
_NOWHERE = Revision(lineage="0" * 16, number=0, mark="0" * 8)
"""Of a catalogue that knows no revisions: its cursor fits none that comes after it."""


@dataclass(frozen=True, slots=True, eq=False)
class CatalogChanges:
    """What came, changed and went in a catalogue since a cursor; ``len`` counts it.

    ``frame`` has a row for each node: ``change`` ("added", "changed" or "removed"), then its columns; of one that is
    gone, as it was last. ``cursor`` is what to ask with the next time: a short text, to be kept wherever you like.
    """

    frame: pd.DataFrame
    cursor: str

    def __repr__(self) -> str:
        counts = self.frame["change"].value_counts()
        told = ", ".join(f"{counts.get(word.value, 0)} {word.value}" for word in Change)
        return f"<{type(self).__name__} {told}>"

    def __len__(self) -> int:
        return len(self.frame)

    def __bool__(self) -> bool:
        return len(self.frame) > 0


def read_changes(store: Store, since: str | None) -> tuple[pa.Table, str]:
    """Read what happened in a catalogue since a cursor, and the next cursor.

    Since None all that it holds was added. Raises ``InvalidInput`` for what is no cursor, ``UnknownCursor`` for one
    that does not fit, and as ``Store.read``.
    """
    start = None if since is None else _read_cursor(since)
    for _ in range(_TRIES):
        now = store.require_header().revision or _NOWHERE
        if start is None:
            table = store.read()
            if now == (store.require_header().revision or _NOWHERE):
                return changes.to_added(table), _to_cursor(now)
            continue
        with contextlib.suppress(FileNotFoundError):
            return changes.join_steps(store.history.read_since(now, start)), _to_cursor(now)
    raise CatalogError(f"{store.path} is being replaced all the time: ask again when its writers are done")


def read_cursor(store: Store) -> str:
    """Read the cursor of the catalogue as it is now. Raises as ``Store.require_header``."""
    return _to_cursor(store.require_header().revision or _NOWHERE)


def _to_cursor(revision: Revision) -> str:
    return f"c1-{revision.lineage}-{revision.number}-{revision.mark}"


def _read_cursor(text: str) -> Revision:
    found = _CURSOR.match(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise InvalidInput(f"since is a cursor that changes() gave, or None for everything; not {show(text)}")
    return Revision(lineage=found[1], number=int(found[2]), mark=found[3])
