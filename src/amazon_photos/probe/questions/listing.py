"""Listings: the root, pages and how they go on, sorting, and the trash."""

from __future__ import annotations

import re
from typing import Any

from ...model.checks import is_node_id
from ...wire.common import MAX_PER_PAGE
from ..checks import ABSENT, LIST, TEXT, WHOLE, both, counts, every, falls, get, has, holds, nodes, one_of, page, says
from ..question import Differs, Learned, NothingToSee, Question, Seen
from .requests import NEWEST, PHOTOS, SAMPLE, drive, list_nodes

_ROOT = drive("/nodes", filters="isRoot:true")
_NEWEST = list_nodes(PHOTOS)
_ONE = list_nodes(PHOTOS, limit=1)
_TRASH = "kind:(FILE* OR FOLDER*) AND status:(TRASH*)"
_DAY = re.compile(r"(\d{4})-0?(\d+)-0?(\d+)T")
_CAP = "Offset + limit cannot be greater than 9999"


def _learn_root(seen: Seen) -> Learned:
    root = seen.json["data"][0]
    return _ids(root=root.get("id"), owner=root.get("ownerId"))


def _ids(**found: Any) -> dict[str, str]:
    """Only what is an id may stand in a path."""
    return {name: value for name, value in found.items() if is_node_id(value)}


def _learn_photos(seen: Seen) -> Learned:
    data = seen.json["data"]
    first = data[0]
    known = _ids(photo=first.get("id"))
    if isinstance(seen.json.get("count"), int):
        known["count"] = str(seen.json["count"])
    for name, path in (("created", "createdDate"), ("extension", "contentProperties.extension")):
        if isinstance(value := get(first, path), str):
            known[name] = value
    live = next((node["id"] for node in data if node.get("childAssetTypeInfo")), None)
    dated = next((d for n in data if isinstance(d := get(n, "contentProperties.contentDate"), str)), "")
    return known | _ids(live=live) | _learn_day(dated)


def _learn_day(date: str) -> dict[str, str]:
    found = _DAY.match(date)
    return {} if found is None else dict(zip(("year", "month", "day"), found.groups(), strict=True))


def _learn_token(seen: Seen) -> Learned:
    token = seen.json.get("nextToken")
    return {"token": token} if isinstance(token, str) else {}


def _goes_on(seen: Seen) -> None:
    if not seen.json["data"] or seen.known.get("count") == "1":
        raise NothingToSee("there is no second page")
    has(nextToken=TEXT)(seen)


def _is_next(seen: Seen) -> None:
    if not seen.json["data"]:
        raise NothingToSee("there is no second page")
    try:
        holds("photo", present=False)(seen)
    except Differs:
        raise Differs("the first page once more") from None


def _is_full(seen: Seen) -> None:
    found = len(seen.json["data"])
    if found > MAX_PER_PAGE:
        raise Differs("more nodes than that")
    if found < MAX_PER_PAGE and "count" in seen.json and found != seen.json["count"]:
        raise Differs("fewer nodes than that")


def _learn_small(seen: Seen) -> Learned:
    """A photo that can be downloaded whole without being a burden."""
    for node in seen.json["data"]:
        size, md5 = get(node, "contentProperties.size"), get(node, "contentProperties.md5")
        if isinstance(size, int) and 16 < size <= 4 << 20 and isinstance(md5, str):
            return {**_ids(small=node.get("id")), "md5": md5}
    return {}


QUESTIONS = (
    Question(
        fact="root-filter",
        ask=_ROOT,
        documented="isRoot:true finds one node, the root folder",
        check=has(nodes, kind=one_of("FOLDER"), isRoot=one_of(True)),
        learn=_learn_root,
    ),
    Question(
        fact="root-nameless",
        ask=_ROOT,
        documented="the root has no name and no parents",
        check=both(has(nodes, name=ABSENT), every(lambda node, _: not node.get("parents"), "parents")),
    ),
    Question(
        fact="nodes-slash",
        ask=drive("/nodes/", filters="isRoot:true"),
        documented="/nodes/ answers like /nodes",
        check=has(nodes, kind=one_of("FOLDER")),
    ),
    Question(
        fact="page-shape",
        ask=_NEWEST,
        documented="a page has count and data",
        check=has(count=WHOLE, data=LIST),
        learn=_learn_photos,
    ),
    Question(
        fact="page-limit",
        ask=list_nodes(PHOTOS, limit=MAX_PER_PAGE),
        documented="a page has up to 200 nodes",
        check=_is_full,
    ),
    Question(
        fact="page-count",
        ask=_ONE,
        documented="count is over all pages, whatever the limit",
        check=counts("count"),
    ),
    Question(
        fact="page-token",
        ask=_ONE,
        documented="a page that is not the last has a nextToken",
        check=_goes_on,
        learn=_learn_token,
    ),
    Question(
        fact="page-by-token",
        ask=list_nodes(PHOTOS, limit=1, startToken="{token}"),
        documented="startToken goes on where the page before ended",
        check=_is_next,
    ),
    Question(
        fact="page-by-offset",
        ask=list_nodes(PHOTOS, limit=1, offset=1),
        documented="offset goes on where the page before ended",
        check=_is_next,
    ),
    Question(
        fact="page-offset-cap",
        ask=list_nodes(PHOTOS, limit=1, offset=9999),
        documented=f'400 "{_CAP}"',
        statuses=(400,),
        check=says(_CAP),
    ),
    Question(
        fact="sort-descending",
        ask=list_nodes(PHOTOS, sort="['createdDate']"),
        documented="a sort without a direction is descending",
        check=falls("createdDate"),
    ),
    Question(
        fact="sort-double-quotes",
        ask=list_nodes(PHOTOS, sort='["createdDate ASC"]'),
        documented="double quotes do as well as single ones",
        check=falls("createdDate", rises=True),
    ),
    Question(
        fact="sort-size",
        ask=list_nodes(PHOTOS, sort="['contentProperties.size ASC']"),
        documented="nodes are sorted by contentProperties.size",
        check=falls("contentProperties.size", rises=True),
        learn=_learn_small,
    ),
    Question(
        fact="children-page",
        ask=drive("/nodes/{root}/children", limit=SAMPLE, sort=NEWEST),
        documented="children are a page, and have the folder among their parents",
        check=both(page, every(lambda node, seen: seen.known["root"] in node["parents"], "another parent")),
    ),
    Question(
        fact="pictures-folder",
        ask=drive("/nodes/{root}/children", filters="kind:FOLDER AND name:Pictures", limit=SAMPLE),
        documented="every account has /Pictures from the start",
        check=has(nodes, name=one_of("Pictures")),
    ),
    Question(
        fact="trash-only",
        ask=drive("/trash", filters=_TRASH, sort="['modifiedDate DESC']", limit=SAMPLE),
        documented="everything that /trash lists has the status TRASH",
        check=has(nodes, status=one_of("TRASH")),
    ),
    Question(
        fact="trash-offset-cap",
        ask=drive("/trash", filters=_TRASH, sort="['modifiedDate DESC']", limit=1, offset=9999),
        documented=f'400 "{_CAP}", as of /nodes',
        statuses=(400,),
        check=says(_CAP),
    ),
)
