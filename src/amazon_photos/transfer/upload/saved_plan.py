"""Reads a plan made before, perhaps saved and read by whatever program: as a table, as rows, as steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from ...errors import InvalidInput
from ...frames.results import PLAN, UploadAction
from ...model.checks import is_size
from ...plans.actions import Action
from ...plans.step import Step
from ...query.constants import to_scalar
from ..local.found import LocalFile
from .steps import TO_SEND, PlanStep

if TYPE_CHECKING:
    import pandas as pd


def table_of_plan(plan: Any) -> pa.Table:
    """Read a plan made before, perhaps saved and read by whatever program, as a table.

    It has the columns of ``PLAN``. Raises ``InvalidInput`` for another frame, and for a value that cannot be read.
    """
    from ...frames.from_frame import column_names, read_frame  # pandas is for those who bring a frame

    there = column_names(plan)
    missing = [name for name in PLAN.names if name not in there]
    if missing:
        raise InvalidInput(f"this frame is no plan: it has no column {missing[0]!r} (make one with plan_upload)")
    table = read_frame(plan, {field.name: "int" if field.type == pa.int64() else "string" for field in PLAN})
    to_send = pc.is_in(table["action"], pa.array(TO_SEND))
    for name, needed in (("path", table), ("action", table), ("name", table.filter(to_send))):
        if needed[name].null_count:
            raise InvalidInput(
                f"this plan has rows without a {name!r}: leave them out, or make it anew with plan_upload"
            )
    odd = table["action"].filter(pc.invert(pc.is_in(table["action"], pa.array(list(UploadAction)))))
    if len(odd):
        raise InvalidInput(f"a plan knows the actions {', '.join(UploadAction)}; not {odd[0].as_py()!r}")
    return table


def list_replaced(plan: pd.DataFrame | pa.Table) -> list[Step]:
    """List what a plan puts in the trash. Raises ``InvalidInput`` as ``table_of_plan``.

    A row without an id only finishes a replacement: the other is in the trash already.
    """
    return [Step(action=Action.TRASH, id=node_id) for node_id in _list_ids(table_of_plan(plan), UploadAction.REPLACE)]


def list_existing(plan: pa.Table) -> Iterator[str]:
    """List the nodes that files of a plan are there as; none for one that replaces nothing."""
    replaces = any(True for _ in _list_ids(plan, UploadAction.REPLACE))
    return _list_ids(plan, UploadAction.EXISTS) if replaces else iter(())


def _list_ids(plan: pa.Table, action: UploadAction) -> Iterator[str]:
    ids = plan["id"].filter(pc.equal(plan["action"], to_scalar(action, pa.string())))
    return (node_id for some in ids.chunks for node_id in some.to_pylist() if node_id)


def rows_of(plan: pa.Table) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a plan as ``table_of_plan`` reads it."""
    for batch in plan.to_batches(max_chunksize=8192):
        yield from batch.to_pylist()


def step_of(row: Mapping[str, Any]) -> PlanStep:
    """Convert a row of a plan that sends nothing into a step."""
    size = row["size"] if is_size(row["size"]) else 0
    found = LocalFile(row["path"], row["folder"] or "", row["name"] or "", size)
    return PlanStep(
        found=found,
        action=UploadAction(row["action"]),
        reason=row["reason"],
        folder=row["folder"] or "",
        name=row["name"] or "",
        md5=row["md5"],
        id=row["id"],
    )
