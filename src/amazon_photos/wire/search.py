"""The search index: photos, videos and albums by what is in them, and what it knows to search for."""

from __future__ import annotations

from typing import Any, Literal

from ..model.checks import is_node_id, is_size
from ..model.results import Aggregation, Page
from ..query.expr import Expr
from . import response as read
from .call import Call, Response
from .common import API_VERSION, DEFAULT_PARAMS, MAX_PER_PAGE, filter_text

Asset = Literal["ALL", "MOBILE", "NONE", "DESKTOP"]
"""Which assets of a node come along."""
SearchContext = Literal["customer", "all", "unknown", "family", "groups"]
"""Whose pictures are searched."""
GroupByTime = Literal["day", "month", "year"]
"""By what the search index counts."""

CATEGORIES = (
    "allPeople",
    "clusterId",
    "familyMembers",
    "favorite",
    "location",
    "people",
    "things",
    "time",
    "type",
)
"""What ``aggregations`` can be asked for. Source: code."""


def search(
    *,
    filters: Expr | None = None,
    sort: str = "",
    limit: int = MAX_PER_PAGE,
    offset: int = 0,
    asset: Asset = "ALL",
    search_context: SearchContext = "customer",
    group_by_time: GroupByTime | None = None,
    low_res_thumbnail: bool = True,
    temp_link: bool = False,
) -> Call[Page]:
    """List one page of a search. Offsets are not capped at 9999 here. Source: live (29,000 items listed).

    Without ``searchContext`` it is a 400 (live, 2026).
    """
    params: dict[str, str | int] = {
        **DEFAULT_PARAMS,
        "asset": asset,
        "limit": limit,
        "offset": offset,
        "searchContext": search_context,
        "lowResThumbnail": str(low_res_thumbnail).lower(),
        "tempLink": str(temp_link).lower(),
    }
    optional = {"filters": filter_text(filters, "search"), "sort": sort, "groupByForTime": group_by_time}
    params |= {name: text for name, text in optional.items() if text}
    return Call(operation="search", path="/search", params=params, decode=read.page("search"))


def all_aggregations() -> Call[list[Aggregation]]:
    """Aggregate every category at once: they come along with a search.

    Source: live; an entry says ``match`` here.
    """
    call = search(limit=1, search_context="all", group_by_time="year")
    return Call(operation="aggregations", path=call.path, params=call.params, decode=_by_category)


def time_aggregation(filters: Expr, by: GroupByTime) -> Call[list[Aggregation]]:
    """Count by day, month or year what a search finds.

    ``groupByForTime`` is live, how an entry is written is a guess. Read is any text that begins with the numbers of a
    date: "2019", "2019-07", "2019#07#04".
    """
    call = search(filters=filters, limit=1, group_by_time=by)

    def decode(reply: Response) -> list[Aggregation]:
        return [entry for entry in _by_category(reply) if entry.category == "time"]

    return Call(operation="timeline", path=call.path, params=call.params, decode=decode)


def aggregation(category: str) -> Call[list[Aggregation]]:
    """Aggregate one category. Source: live; an entry says ``value`` here."""

    def decode(reply: Response) -> list[Aggregation]:
        return _entries(reply, category, read.decode_as(reply, "aggregations", dict[str, Any]).get("aggregations"))

    return Call(
        operation="aggregations",
        path="/search/aggregation",
        params={"aggregationContext": "all", "category": category, **API_VERSION},
        decode=decode,
    )


def _by_category(reply: Response) -> list[Aggregation]:
    found = read.decode_as(reply, "aggregations", dict[str, Any]).get("aggregations") or {}
    if not isinstance(found, dict):
        raise read.unexpected_reply(reply, "aggregations", "lists by category were due")
    return [entry for category, entries in found.items() for entry in _entries(reply, category, entries or [])]


def _entries(reply: Response, category: str, entries: object) -> list[Aggregation]:
    if not isinstance(entries, list):
        raise read.unexpected_reply(reply, "aggregations", f"a list was due for {category}")
    return [_entry(category, entry) for entry in entries if isinstance(entry, dict)]


def _entry(category: str, entry: dict[str, Any]) -> Aggregation:
    details = entry.get("searchData")
    details = details if isinstance(details, dict) else {}
    value, count, name = entry.get("value", entry.get("match")), entry.get("count"), details.get("clusterName")
    node_id = details.get("nodeId")
    return Aggregation(
        category=category,
        value="" if value is None else str(value),
        count=count if is_size(count) else None,
        name=(name if isinstance(name, str) else None) or None,
        node_id=node_id if is_node_id(node_id) else None,
    )
