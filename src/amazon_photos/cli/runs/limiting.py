"""``--max-delete``, looked at before anybody is asked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ...catalog.movies import count_library
from ...catalog.store import Store
from ...plans.limit import DeleteLimit, check_removed, count_deleted

if TYPE_CHECKING:
    from ...plans.limit import MaxDelete
    from ...plans.step import Step


def check_limit(catalog: Path, steps: Iterable[Step], limit: MaxDelete) -> None:
    """Check steps against the library as the catalogue knows it.

    It is counted as Amazon counted it at the last refresh; Amazon itself is asked when the steps are taken.
    Raises ``TooManyDeletions``, and ``CatalogError``.
    """
    store = Store(catalog)
    header, kinds = store.require_header(), store.read(["kind"])
    library = count_library(kinds, lists_movies=header.lists_movies) + header.count_offset
    steps = list(steps)
    check_removed(steps, DeleteLimit.read(limit), library + count_deleted(steps))
