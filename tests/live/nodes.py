"""The questions of a reading run that come first: the account and the node index.

Each listing asks for a few rows, so that all of them together stay within ``gate.MAX_NODES``. What a filter takes is
read off the first rows of the account itself.
"""

from __future__ import annotations

from functools import partial

from amazon_photos.errors import NotFound

from .checks import Check, LeftOut, Live
from .values import counter, expect_in_order, expect_satisfied, fill, learn, shown

SAMPLE, ROWS, FEWER = 20, 3, 2
"""Rows of the first listing, of others, and of those by a filter."""
NODE_FILTERS = {
    "kind": "kind:{kind}",
    "kind, several": "kind:(FILE* OR FOLDER*)",
    "status": "status:AVAILABLE",
    "name": 'kind:FILE AND name:"{name}"',
    "name, prefix": "kind:FILE AND name:{start}*",
    "parents": "parents:{parent}",
    "extension": "contentProperties.extension:{extension}",
    "content type": "contentProperties.contentType:{major}*",
    "md5": "contentProperties.md5:{md5}",
    "created, range": 'createdDate:["{created}" TO *]',
    "modified, range": 'modifiedDate:["{modified}" TO *]',
    "created, until": 'createdDate:{{* TO "{created}"]',
    "created, between": 'createdDate:["{created}" TO "{created}"]',
    "taken, range": 'contentProperties.contentDate:{{* TO "{taken}"]',
    "favourites": "settings.favorite:true",
    "hidden": "settings.hidden:false",
    "folders": "kind:FOLDER",
    "albums": "kind:VISUAL_COLLECTION",
}
NODE_SORTS = (
    "name", "kind", "status", "createdDate", "modifiedDate", "contentDate", "size", "contentType", "extension",
)  # fmt: skip


def list_checks() -> list[tuple[str, Check]]:
    """List the checks in their order: what later ones ask with is learned by the first."""
    return [
        ("account info", account),
        ("usage", usage),
        ("quota", quota),
        ("root", root),
        ("first nodes", first_nodes),
        ("one node", one_node),
        ("a node that is not there", missing_node),
        *((f"nodes: {name}", partial(node_filter, name)) for name in NODE_FILTERS),
        *((f"nodes by {name}", partial(node_sort, name)) for name in NODE_SORTS),
        ("children of the root", children_of_root),
        ("contents of an album", album_contents),
        ("trash", trash),
        ("counts of listings", counts_of_listings),
    ]


# --- the account


def account(live: Live) -> None:
    """The session lives."""
    told = live.ap.account()
    live.expect(told.get("status") == "ACTIVE", "account info: the status is not ACTIVE", told)


def usage(live: Live) -> None:
    """What counts against the quota is part of all."""
    told = live.ap.usage()
    live.expect((told.billable_bytes <= told.total_bytes).all(), "usage: more is billable than there is", told)
    live.expect((told.billable_count <= told.total_count).all(), "usage: more files are billable than there are", told)


def quota(live: Live) -> None:
    """No more is free than there is."""
    told = live.ap.quota()
    live.expect(0 <= told["available"] <= told["quota"], "quota: available is not between 0 and quota", told)


def root(live: Live) -> None:
    """It is a folder without a name and a parent, and has an owner."""
    found = live.ap.root
    live.expect(found.is_root and found.kind == "FOLDER", "the root is no folder that says isRoot", found)
    live.expect(not found.parents and not found.name, "the root has a parent or a name", found)
    live.expect(found.owner_id, "the root has no ownerId", found)


# --- the node index


def first_nodes(live: Live) -> None:
    """Files have what every file has; the values that later checks ask with are theirs."""
    found = live.sample = live.ap.nodes("kind:FILE", sort="-createdDate", limit=SAMPLE)
    if found.empty:
        raise LeftOut("the account has no files")
    live.expect((found.kind == "FILE").all(), "kind:FILE also gave other kinds", found.kind)
    live.expect(found.id.is_unique, "a listing gave one id twice", found.id)
    live.expect(found.id.str.fullmatch(r"[A-Za-z0-9_-]{22}").all(), "an id is not 22 of A-Z a-z 0-9 _ -", found.id)
    live.expect((found.parents.map(len) > 0).all(), "a file has no parent", found.id)
    whole = found[(found.status == "AVAILABLE") & found.md5.notna()]
    live.expect(len(whole), "no file that is AVAILABLE has an md5", found.status)
    live.expect(whole["size"].notna().all(), "a file that is AVAILABLE has no size", whole.id)
    if len(whole):
        learn(live, whole)


def one_node(live: Live) -> None:
    """Asked for alone, a node is what the listing said."""
    wanted = live.value("id")
    node = live.ap.node(wanted)
    assert live.sample is not None
    (row,) = live.sample[live.sample.id == wanted].to_dict("records")
    for name in ("id", "name", "kind", "size", "md5"):
        live.expect(getattr(node, name) == row[name], f"a node's {name} differs from the listing's", node)


def missing_node(live: Live) -> None:
    """An id that nobody has is a 404."""
    try:
        live.ap.node("A" * 22)
    except NotFound:
        return
    live.expect(False, "an invented id is a node")


def node_filter(name: str, live: Live) -> None:
    """Every row satisfies the filter, as it is answered offline; one made of a node's own values finds something."""
    text, learned = fill(live, NODE_FILTERS[name])
    table = live.ap.search_nodes(text, limit=FEWER).table()
    expect_satisfied(live, NODE_FILTERS[name], text, "node", table)
    live.expect(table.num_rows or not learned, f"{shown(NODE_FILTERS[name])}: nothing, though a node has that", text)


def node_sort(column: str, live: Live) -> None:
    """Both ways, the rows come in order."""
    for sort in (column, f"-{column}"):
        found = live.ap.nodes("kind:FILE", sort=sort, limit=ROWS)
        expect_in_order(live, found[column], sort)


def children_of_root(live: Live) -> None:
    """They name it as their parent."""
    found = live.ap.children(live.ap.root, limit=ROWS)
    live.expect(found.parents.map(lambda held: live.ap.root.id in held).all(), "a child names another parent", found.id)


def album_contents(live: Live) -> None:
    """An album holds files, and is none of their parents."""
    albums = live.ap.nodes("kind:VISUAL_COLLECTION", limit=1)
    if albums.empty:
        raise LeftOut("the account has no albums")
    live.expect((albums.parents.map(len) == 0).all(), "an album has a parent", albums.id)
    found = live.ap.children(albums.id[0], limit=ROWS)
    live.expect(found.kind.isin(["FILE"]).all(), "an album holds what is no file", found.kind)


def trash(live: Live) -> None:
    """What the trash lists is in the trash."""
    found = live.ap.trashed(limit=ROWS)
    live.expect((found.status == "TRASH").all(), "the trash lists what is not in it", found.status)


def counts_of_listings(live: Live) -> None:
    """Files and folders together are as many as files and folders."""
    count = counter(live.ap.search_nodes)
    both, files, folders = count("kind:(FILE* OR FOLDER*)"), count("kind:FILE"), count("kind:FOLDER")
    live.expect(both == files + folders, "FILE* OR FOLDER* are not FILE and FOLDER", (both, files, folders))
