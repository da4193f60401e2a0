"""The account's own values, which filters are filled with, and what rows are held against."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

from amazon_photos.query.match import mask
from amazon_photos.query.parser import parse

from .checks import Live

if TYPE_CHECKING:
    from amazon_photos import Search

_NAMES = (
    "kind", "name", "start", "parent", "extension", "major", "md5", "created", "modified", "taken", "year", "month",
    "day", "things", "people", "location", "clusterId",
)  # fmt: skip
"""What filters are filled with; of a plain file, or listed by an aggregation."""


def learn(live: Live, whole: pd.DataFrame) -> None:
    """Keep the values of one file of the account, one with a plain name if there is any."""
    plain = whole[whole.name.str.fullmatch(r"[A-Za-z0-9_.]{5,}")]
    for row in (whole if plain.empty else plain).head(1).to_dict("records"):
        live.found |= {
            "id": row["id"],
            "kind": row["kind"],
            "parent": row["parents"][0],
            "extension": _text(row["extension"]),
            "major": _text(row["contentType"]) and row["contentType"].partition("/")[0],
            "md5": row["md5"],
            "created": _moment(row["createdDate"]),
            "modified": _moment(row["modifiedDate"]),
            "taken": _moment(row["contentDate"]),
        }
        if not plain.empty:
            live.found |= {"name": row["name"], "start": row["name"][:4]}
    taken = whole.contentDate.dropna()
    if len(taken):
        live.found |= {"year": taken.iloc[0].year, "month": taken.iloc[0].month, "day": taken.iloc[0].day}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _moment(value: pd.Timestamp) -> str | None:
    """As Amazon writes one; None where there is none."""
    return None if pd.isna(value) else f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03}Z"


def counter(search: Callable[[str], Search]) -> Callable[[str], int]:
    """Make a function that counts what a filter finds, by one request."""
    return lambda text: search(text).count()


def fill(live: Live, pattern: str) -> tuple[str, bool]:
    """Return the filter with the account's own values, and whether it has any."""
    names = [name for name in live.found | dict.fromkeys(_NAMES) if "{" + name + "}" in pattern]
    return pattern.format(**{name: live.value(name) for name in names}), bool(names)


def expect_satisfied(live: Live, pattern: str, text: str, dialect: Any, table: Any) -> None:
    """Every row satisfies the filter, as the catalogue answers it."""
    holds = mask(parse(text, dialect=dialect), table).to_pylist()
    live.expect(all(holds), f"{shown(pattern)}: {holds.count(False)} of {len(holds)} rows don't satisfy it", text)


def shown(pattern: str) -> str:
    """A filter without anybody's values."""
    return pattern.replace("{{", "{").replace("}}", "}")


def expect_in_order(live: Live, values: pd.Series[Any], sort: str) -> None:
    """The values come in order. Where something has none, it may stand anywhere; capitals may count or not."""
    held = values.dropna().tolist()
    folded = [value.casefold() if isinstance(value, str) else value for value in held]
    in_order = any(way == sorted(way, reverse=sort.startswith("-")) for way in (held, folded))
    live.expect(in_order, f"sort {sort}: not in order", held)
