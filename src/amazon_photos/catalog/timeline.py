"""How many photos and videos the catalogue has of each year, month or day: what ``timeYear`` and the like find."""

from __future__ import annotations

from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from ..query.match import list_columns, mask
from ..query.parser import parse
from .store import Store

By = Literal["year", "month", "day"]
PARTS: tuple[By, ...] = ("year", "month", "day")
PHOTOS, VIDEOS = parse("type:PHOTOS", dialect="local"), parse("type:VIDEOS", dialect="local")


def count_by_period(store: Store, by: By) -> list[tuple[str, int, int, int, int]]:
    """Count photos and videos by the capture date that Amazon knows: ``contentDate``, in UTC.

    Gives ``(period, both, photos, videos, bytes)`` of each that has any, such as "2019-07", the oldest first. What has
    no date is in none. Raises as ``Store.read``.
    """
    table = store.read(list(dict.fromkeys([*list_columns(PHOTOS), "contentDate", "size"])))
    photos, videos = mask(PHOTOS, table), mask(VIDEOS, table)
    dates = table["contentDate"].cast(pa.timestamp("ms", tz="UTC")).cast(pa.timestamp("ms"))  # without the zone's files
    parts = [getattr(pc, part)(dates) for part in PARTS[: PARTS.index(by) + 1]]
    columns: dict[str, Any] = dict(zip(PARTS, parts, strict=False))
    counted = pa.table(
        {**columns, "photos": photos.cast(pa.int64()), "videos": videos.cast(pa.int64()), "bytes": table["size"]}
    ).filter(pc.and_(pc.or_(photos, videos), dates.is_valid()))
    sums = [("photos", "sum"), ("videos", "sum"), ("bytes", "sum")]
    found = counted.group_by(list(columns)).aggregate(sums).sort_by([(part, "ascending") for part in columns])
    return [_row(values, list(columns)) for values in found.to_pylist()]


def _row(values: dict[str, Any], parts: list[str]) -> tuple[str, int, int, int, int]:
    year, *rest = (values[part] for part in parts)
    photos, videos = values["photos_sum"], values["videos_sum"]
    period = "-".join([f"{year:04}", *(f"{part:02}" for part in rest)])
    return period, photos + videos, photos, videos, values["bytes_sum"] or 0
