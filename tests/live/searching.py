"""The questions of a reading run about the search index: what there is to search for, and searches for it."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from .checks import Check, Live
from .values import counter, expect_in_order, expect_satisfied, fill, shown

ROWS, PAGE = 2, 4
FILTERS = {
    "photos": "type:(PHOTOS)",
    "videos": "type:(VIDEOS)",
    "albums": "type:(ALBUMS)",
    "year": "timeYear:({year})",
    "month": "timeYear:({year}) AND timeMonth:({month})",
    "day": "timeYear:({year}) AND timeMonth:({month}) AND timeDay:({day})",
    "favorite": "favorite:(true)",
    "extension": "extension:({extension})",
    "name": "name:({start}*)",
    "things": "things:({things})",
    "people": "people:({people})",
    "location": "location:({location})",
    "clusterId": "clusterId:({clusterId})",
}
INDEX_ONLY = {"things", "people", "location", "clusterId"}
OPTIONS: dict[str, tuple[Any, ...]] = {
    "asset": ("ALL", "MOBILE", "NONE", "DESKTOP"),
    "search_context": ("customer", "all", "unknown", "family", "groups"),
    "group_by_time": ("day", "month", "year"),
    "low_res_thumbnail": (True, False),
    "temp_link": (True,),
}
CATEGORIES = ("allPeople", "clusterId", "familyMembers", "favorite", "location", "people", "things", "time", "type")


def list_checks() -> list[tuple[str, Check]]:
    """List the checks in their order; ``nodes`` has learned by then what they ask with."""
    return [
        *((f"aggregations: {name}", partial(aggregation, name)) for name in (*CATEGORIES, "all")),
        *((f"search: {name}", partial(search_filter, name)) for name in FILTERS),
        *(
            (f"search, {name}={value}", partial(search_option, name, value))
            for name in OPTIONS
            for value in OPTIONS[name]
        ),
        ("search, newest first", partial(search_sort, "-contentDate", 2 * PAGE - 1)),
        ("search, oldest first", partial(search_sort, "contentDate", PAGE)),
        ("counts of searches", counts_of_searches),
    ]


def aggregation(category: str, live: Live) -> None:
    """Every value is counted; the first is asked for later."""
    found = live.ap.aggregations(category)
    live.expect((found["count"].dropna() >= 0).all(), "a count is below 0", found)
    live.expect(found["value"].notna().all(), "an entry has no value", found)
    if category != "all":
        named = [text for text in found["value"].dropna() if re.fullmatch(r"[\w#-]+", text)]
        live.found[category] = named[0] if named else None


def search_filter(name: str, live: Live) -> None:
    """Every row satisfies the filter as far as that can be told offline; a listed value finds something."""
    text, learned = fill(live, FILTERS[name])
    table = live.ap.search(text, limit=ROWS).table()
    if name not in INDEX_ONLY:
        expect_satisfied(live, FILTERS[name], text, "search", table)
    live.expect(table.num_rows or not learned, f"{shown(FILTERS[name])}: nothing, though it is listed", text)


def search_option(name: str, value: Any, live: Live) -> None:
    """The parameter's value is taken; temp_link gives each node an address."""
    options: dict[str, Any] = {name: value}
    found = live.ap.search(limit=1, **options).frame()
    live.expect(found.kind.isin(["FILE"]).all(), f"{name}={value} gave what is no file", found.kind)
    if name == "temp_link":
        host = live.ap.settings.endpoint or "https://"
        live.expect(found.tempLink.str.startswith(host).all(), "a tempLink is no https address", found.id)


def search_sort(sort: str, rows: int, live: Live) -> None:
    """The rows come in order, over the end of a page, too."""
    expect_in_order(live, live.ap.search(sort=sort, limit=rows).frame()["contentDate"], sort)


def counts_of_searches(live: Live) -> None:
    """Photos and videos together are as many as photos and videos."""
    count = counter(live.ap.search)
    both, photos, videos = count("type:(PHOTOS OR VIDEOS)"), count("type:(PHOTOS)"), count("type:(VIDEOS)")
    live.expect(both == photos + videos, "PHOTOS OR VIDEOS are not PHOTOS and VIDEOS", (both, photos, videos))
