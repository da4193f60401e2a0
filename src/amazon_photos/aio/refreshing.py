"""A refresh as people see it: one bar for the catalogue and then, where it was asked for, one for its relations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from ..catalog.store import Store
from ..net.session import Session
from .progress import Advance, Progress

if TYPE_CHECKING:
    from ..catalog.changes import Changes
    from ..catalog.relations.refresh import Freshness


async def refresh_shown(
    session: Session,
    store: Store,
    progress: Progress,
    *,
    owner: str,
    full: bool,
    relations: bool,
    quick: bool,
    columns: Sequence[str] | None,
) -> Changes:
    """Refresh the catalogue and, with ``relations``, those; return what changed in the catalogue.

    ``columns`` of what changed are returned; None: all. ``quick`` reads no more of ap.parquet than the refresh needs.
    """
    from ..catalog.refresh import refresh

    with ExitStack() as bars:
        advance = bars.enter_context(progress.of("refresh", "nodes"))

        def begin() -> Advance:
            bars.close()
            return bars.enter_context(progress.of("relations", "rows"))

        wanted = _relations_wanted(session, begin, full=full) if relations else None
        return await refresh(
            session, store, owner=owner, full=full, on_page=advance, relations=wanted, quick=quick, columns=columns
        )


def _relations_wanted(session: Session, begin: Callable[[], Advance], *, full: bool) -> Freshness:
    from ..catalog.relations.refresh import Freshness  # seven modules, that most refreshes do without

    return Freshness(max_age=0 if full else round(session.settings.relations_max_age * 1000), begin=begin)
