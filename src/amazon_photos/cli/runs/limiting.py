"""``--max-delete``, looked at before anybody is asked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ...catalog.catalog import Catalog
from ...plans.limit import DeleteLimit, check_removed, count_deleted

if TYPE_CHECKING:
    from ...plans.limit import MaxDelete
    from ...plans.step import Step


def check_limit(catalog: Path, steps: Iterable[Step], limit: MaxDelete) -> None:
    """Check steps against the library as the catalogue knows it. Raises ``TooManyDeletions``.

    It is counted as Amazon counts it, which is asked when the steps are taken: without the movies of live photos.
    """
    import pyarrow.compute as pc

    steps = list(steps)
    kinds = pc.value_counts(Catalog.open(catalog).arrow("kind")["kind"]).to_pylist()
    library = sum(found["counts"] for found in kinds if found["values"] != "ASSET")
    check_removed(steps, DeleteLimit.read(limit), library + count_deleted(steps))
