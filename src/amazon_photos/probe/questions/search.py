"""The search index: pages, contexts, and what it knows to search for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..checks import LIST, MISSING, OBJECT, WHOLE, Kind, among, every, get, has, nodes, one_of, page, part, says
from ..question import Ask, NothingToSee, Question, Seen
from .requests import drive, search

_PAGE = search()
_CATEGORIES = {
    "all-people": "allPeople",
    "cluster-id": "clusterId",
    "family-members": "familyMembers",
    "favorite": "favorite",
    "location": "location",
    "people": "people",
    "things": "things",
    "time": "time",
    "type": "type",
}
_ANY = Kind("a value", lambda value: value is not MISSING)
_NO_CONTEXT = "1 validation error detected: Value null at 'searchContext' failed to satisfy constraint"


def _aggregate(category: str) -> Ask:
    return drive("/search/aggregation", aggregationContext="all", category=category)


def _by_category(seen: Seen) -> None:
    has(aggregations=OBJECT)(seen)
    lists: Mapping[str, Any] = seen.json["aggregations"]
    if not any(lists.values()):
        raise NothingToSee("the index has nothing to count")
    for entries in lists.values():
        has(among(entries), match=_ANY, count=WHOLE)(seen)


def _one_category(seen: Seen) -> None:
    has(aggregations=LIST)(seen)
    if not seen.json["aggregations"]:
        raise NothingToSee("the index knows nothing of that kind")
    has(among(seen.json["aggregations"]), count=WHOLE)(seen)


def _values(seen: Seen) -> None:
    _one_category(seen)
    has(among(seen.json["aggregations"]), value=_ANY)(seen)


def _of_year(node: Mapping[str, Any], seen: Seen) -> bool:
    return str(get(node, "contentProperties.contentDate")).startswith(seen.known["year"])


QUESTIONS = (
    Question(fact="search-page", ask=_PAGE, documented="a page has count and data", check=has(count=WHOLE, data=LIST)),
    Question(
        fact="search-fallback",
        ask=_PAGE,
        documented="fallbackPath is NORMAL",
        check=has(fallbackPath=one_of("NORMAL")),
    ),
    Question(
        fact="search-context-required",
        ask=Ask(path="/search", params={k: v for k, v in _PAGE.params.items() if k != "searchContext"}),
        documented=f'400 "{_NO_CONTEXT}: …"',
        statuses=(400,),
        check=says(_NO_CONTEXT),
    ),
    *(
        Question(
            fact=f"search-context-{context}",
            ask=search(context=context),
            documented=f"searchContext={context} is accepted",
            check=page,
        )
        for context in ("all", "unknown", "family", "groups")
    ),
    Question(
        fact="search-kind-refused",
        ask=search("kind:FILE"),
        documented='400 "Invalid fieldName: kind"',
        statuses=(400,),
        check=says("Invalid fieldName: kind"),
    ),
    Question(
        fact="search-offset-uncapped",
        ask=search(offset=9999, limit=1),
        documented="offsets go past 9999",
        check=page,
    ),
    Question(
        fact="search-albums",
        ask=search("type:(ALBUMS)"),
        documented="type:(ALBUMS) finds albums",
        check=has(nodes, kind=one_of("VISUAL_COLLECTION")),
    ),
    Question(
        fact="search-year",
        ask=search("timeYear:({year})"),
        documented="timeYear is the year of contentDate",
        check=every(_of_year, "another year"),
    ),
    Question(
        fact="search-favorite",
        ask=search("favorite:(true)"),
        documented="favorite:(true) finds favourites only",
        check=has(part("settings"), favorite=one_of(True)),
    ),
    Question(
        fact="search-aggregations",
        ask=search(context="all", groupByForTime="year", limit=1),
        documented="aggregations are lists by category, whose entries have match and count",
        check=_by_category,
    ),
    Question(
        fact="aggregation-entries",
        ask=_aggregate("type"),
        documented="an entry has a value, not a match as in /search",
        check=_values,
    ),
    *(
        Question(
            fact=f"aggregation-{word}",
            ask=_aggregate(category),
            documented="a list whose entries have a count",
            check=_one_category,
        )
        for word, category in _CATEGORIES.items()
    ),
)
