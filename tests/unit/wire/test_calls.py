"""Each call is data: method, service, path, parameters and body, as docs/api.md has them."""

from collections.abc import AsyncIterator

import pytest

from amazon_photos.errors import InvalidInput
from amazon_photos.model.regions import REGIONS
from amazon_photos.query.parser import parse
from amazon_photos.wire import (
    account,
    albums,
    content,
    family,
    folders,
    memories,
    nodes,
    people,
    search,
    session_tokens,
    shares,
    trash,
)
from amazon_photos.wire.call import Body, Call, Host

NODE = "HeMReF-vvJiTTkdPIeWuoP"
OTHER = "-begins_with_a_hyphen0"
VERSION = {"resourceVersion": "V2", "ContentType": "JSON"}
USUAL = {"asset": "ALL", "tempLink": "false", **VERSION}
RENAME = {"recurse": "true", "filters": "", "conflictResolution": "RENAME", **VERSION}


async def nothing() -> AsyncIterator[bytes]:
    yield b""


BODY = Body(3, nothing)
LINK = shares.Link("group1", "s3cret")

READS = [
    (account.usage(), "/account/usage", USUAL),
    (account.info(), "/account/info", USUAL),
    (account.quota(), "/account/quota", USUAL),
    (folders.root(), "/nodes", USUAL | {"filters": "isRoot:true"}),
    (
        folders.folders(limit=200, offset=400),
        "/nodes",
        USUAL
        | {
            "filters": "kind:FOLDER AND status:AVAILABLE",
            "sort": "['createdDate ASC']",
            "limit": 200,
            "offset": 400,
        },
    ),
    (nodes.nodes(), "/nodes", USUAL | {"limit": 200, "offset": 0}),
    (
        nodes.nodes(filters=parse("kind:FILE"), sort="['name ASC']", limit=7, offset=14),
        "/nodes",
        USUAL | {"filters": "kind:FILE", "sort": "['name ASC']", "limit": 7, "offset": 14},
    ),
    (nodes.nodes(limit=7, offset=14, token="t"), "/nodes", USUAL | {"limit": 7, "startToken": "t"}),
    (nodes.node(NODE), f"/nodes/{NODE}", USUAL),
    (nodes.raw_node(OTHER), f"/nodes/{OTHER}", USUAL),
    (nodes.children(NODE, limit=9), f"/nodes/{NODE}/children", USUAL | {"limit": 9, "offset": 0}),
    (
        trash.list_trash(),
        "/trash",
        USUAL | {"limit": 200, "offset": 0, "filters": "kind:(FILE* OR FOLDER*) AND status:(TRASH*)"},
    ),
    (
        search.search(filters=parse("type:(PHOTOS)"), temp_link=True, low_res_thumbnail=False, group_by_time="day"),
        "/search",
        USUAL
        | {
            "filters": "type:(PHOTOS)",
            "limit": 200,
            "offset": 0,
            "searchContext": "customer",
            "lowResThumbnail": "false",
            "tempLink": "true",
            "groupByForTime": "day",
        },
    ),
    (
        search.aggregation("location"),
        "/search/aggregation",
        {"aggregationContext": "all", "category": "location", **VERSION},
    ),
    (
        content.content_redirection(NODE, "A2EXAMPLE"),
        f"/nodes/{NODE}/contentRedirection",
        {"download": "true", "ownerId": "A2EXAMPLE"},
    ),
    (shares.share("sh4re"), "/shares/sh4re", USUAL | {"shareId": "sh4re"}),
    (
        shares.share_children(NODE, "sh4re"),
        f"/nodes/{NODE}/children",
        USUAL | {"limit": 200, "offset": 0, "shareId": "sh4re", "tempLink": "true"},
    ),
    (
        shares.group_nodes(LINK),
        "/search/groups/group1",
        USUAL
        | {
            "limit": 200,
            "offset": 0,
            "searchContext": "groups",
            "groupShareToken": "group1.s3cret",
            "filters": "type:(PHOTOS OR VIDEOS)",
        },
    ),
]


@pytest.mark.parametrize(("call", "path", "params"), READS, ids=lambda value: getattr(value, "operation", None))
def test_reading_calls(call: Call[object], path: str, params: dict[str, object]) -> None:
    """A call that reads is a GET to the metadata service with exactly these parameters, and may be repeated."""
    assert (call.host, call.method, call.path) == (Host.DRIVE, "GET", path)
    assert dict(call.params) == params
    assert call.json is None
    assert call.body is None
    assert call.idempotent


WRITES = [
    (folders.create_folder("a", NODE), "POST", "/nodes", {"kind": "FOLDER", "name": "a", "parents": [NODE]}, True),
    (albums.create_album("b"), "POST", "/nodes", {"kind": "VISUAL_COLLECTION", "name": "b"}, False),
    (
        albums.change_album(NODE, "add", [OTHER]),
        "PATCH",
        f"/nodes/{NODE}/children",
        {"op": "add", "value": [OTHER]},
        True,
    ),
    (nodes.rename(NODE, "c"), "PATCH", f"/nodes/{NODE}", {"name": "c"}, True),
    (nodes.move(NODE, [OTHER]), "PATCH", f"/nodes/{NODE}", {"parents": [OTHER]}, True),
    (nodes.favorite(NODE, True), "PATCH", f"/nodes/{NODE}", {"settings": {"favorite": True}}, True),
    (nodes.hidden(NODE, False), "PATCH", f"/nodes/{NODE}", {"settings": {"hidden": False}}, True),
    (nodes.describe(NODE, "d"), "PATCH", f"/nodes/{NODE}", {"description": "d"}, True),
    (nodes.label(NODE, ["e"]), "PATCH", f"/nodes/{NODE}", {"labels": ["e"]}, True),
    (trash.trash([NODE]), "PATCH", "/trash", RENAME | {"op": "add", "value": [NODE]}, True),
    (trash.restore([NODE]), "PATCH", "/trash", RENAME | {"op": "remove", "value": [NODE]}, True),
    (trash.purge([NODE, OTHER]), "POST", "/bulk/nodes/purge", {"recurse": "false", "nodeIds": [NODE, OTHER]}, True),
    (
        family.change_family_vault("fam", add=[NODE]),
        "POST",
        "/familyArchive/",
        {"nodesToAdd": [NODE], "nodesToRemove": [], "familyId": "fam"},
        True,
    ),
    (
        people.rename_cluster("c1", "Ada"),
        "PUT",
        "/cluster/name",
        {"sourceCluster": "c1", "newName": "Ada", "context": "customer"},
        True,
    ),
    (
        people.combine_clusters(["c1", "c2"], "Ada"),
        "POST",
        "/cluster",
        {"clusterIds": ["c1", "c2"], "newName": "Ada", "context": "customer"},
        False,
    ),
    (
        people.update_cluster_thumbnail("c1", NODE),
        "PUT",
        "/cluster/hero/c1",
        {"clusterId": "c1", "nodeId": NODE},
        True,
    ),
    (content.batch_link([NODE], owner="A2"), "POST", "/batchLink", {"nodeIds": [f"A2:{NODE}"]}, True),
]


@pytest.mark.parametrize(("call", "method", "path", "body", "repeatable"), WRITES)
def test_writing_calls(call: Call[object], method: str, path: str, body: dict[str, object], repeatable: bool) -> None:
    """A call that changes something repeats the version in its JSON body, and says whether sending it twice is safe."""
    assert (call.host, call.method, call.path, call.idempotent) == (Host.DRIVE, method, path, repeatable)
    assert call.json == body | VERSION


def test_a_zip_of_a_share() -> None:
    """Of a public link the ids go bare, with the share; no more than 1200 at once, and none is no zip."""
    call = content.batch_link([NODE], owner="A2", share_id="sh4re")
    assert (call.params, call.json) == ({"shareId": "sh4re"}, {"nodeIds": [NODE], **VERSION})
    assert content.batch_link([NODE] * 1200).json
    for ids in ([NODE] * 1201, []):
        with pytest.raises(InvalidInput, match="1 to 1200 files"):
            content.batch_link(ids)


def test_a_group_may_be_listed_without_a_filter() -> None:
    """The filter of a newer link may be left out."""
    assert "filters" not in shares.group_nodes(LINK, filters=None).params


def test_upload_a() -> None:
    """The bytes go to the content host with parentNodeId, and are never sent twice blindly."""
    call = content.upload("a.jpg", NODE, BODY)
    assert (call.host, call.method, call.path, call.idempotent) == (Host.CONTENT, "POST", "/nodes", False)
    assert call.params == {"name": "a.jpg", "kind": "FILE", "parentNodeId": NODE}
    assert call.body is BODY


def test_upload_b() -> None:
    """The newer upload says size, MD5 and, only where there is one, the capture date and what to do with conflicts."""
    call = content.upload_with_date("a", NODE, BODY, md5="x", content_date="2020-01-01T00:00:00.000Z")
    assert (call.host, call.method, call.path, call.idempotent) == (Host.UPLOAD, "POST", "/upload", False)
    assert call.params == {
        "name": "a",
        "parentNodeId": NODE,
        "fileSize": 3,
        "contentDate": "2020-01-01T00:00:00.000Z",
    }
    assert call.headers == {"x-amzn-file-md5": "x"}
    renaming = content.upload_with_date("a", NODE, BODY, md5="x", conflict_resolution="RENAME")
    assert renaming.params == {"name": "a", "parentNodeId": NODE, "fileSize": 3, "conflictResolution": "RENAME"}


def test_downloads_ask_for_the_bytes_as_they_are() -> None:
    """A download begins where it is told, and is never packed on the way."""
    assert content.download(NODE).headers == {"Accept-Encoding": "identity"}
    assert content.download(NODE, start=5).headers == {"Accept-Encoding": "identity", "Range": "bytes=5-"}
    assert content.download(NODE).host is Host.CONTENT
    assert content.content_redirection(NODE, "o", start=5).headers["Range"] == "bytes=5-"


def test_thumbnails() -> None:
    """A small picture is asked for by width, or by width and height; a shared one by what opens the share."""
    call = content.thumbnail(NODE, "A2", width=300, height=200)
    assert (call.host, call.path) == (Host.THUMBNAILS, f"/thumbnail/{NODE}")
    assert call.params == {"ownerId": "A2", "viewBox": "300,200"}
    assert content.thumbnail(NODE, "A2", width=300).params["viewBox"] == "300"
    assert shares.shared_thumbnail(NODE, LINK, width=9).params == {"groupShareToken": "group1.s3cret", "viewBox": "9"}
    assert shares.shared_thumbnail(NODE, shares.Link("sh4re"), width=9).params == {"shareId": "sh4re", "viewBox": "9"}


def test_calls_of_other_services() -> None:
    """Memories and newer public links have hosts and paths of their own."""
    this_day = memories.this_day(month=2, day=29, most=5)
    assert (this_day.host, this_day.path) == (
        Host.MEMORIES,
        "/memories/v1/collections/this_day_filtered",
    )
    assert this_day.params == {"month": 2, "day": 29, "includeContents": "true", "contentsSize": 5}
    group = shares.group_share(LINK)
    assert (group.host, group.path) == (Host.SITE, "/cdrs/drive/v2/photosGroups/shares/group1.s3cret")
    assert session_tokens.access_token().path == "/photos/auth/token"


async def test_renewing_a_session() -> None:
    """The sess-at cookie goes in a form, with the marketplace's domain, and is not sent twice."""
    call = session_tokens.renew(REGIONS["co.uk"], "Atza|a b")
    assert (call.host, call.method, call.path) == (Host.SITE, "POST", "/ap/exchangetoken/refresh")
    assert call.body is not None
    assert not call.idempotent
    sent = b"".join([piece async for piece in call.body.chunks()])
    assert len(sent) == call.body.length
    assert b"app_name=Amazon+Drive" in sent
    assert b"domain=.amazon.co.uk" in sent
    assert b"source_token=Atza%7Ca+b" in sent


@pytest.mark.parametrize("bad", ["", "a/b", "../x", "a b", "a?b=c", "a\n", "%2e%2e", "é", None, 7])
def test_an_id_that_could_leave_its_path_is_refused(bad: object) -> None:
    """Nothing but letters, digits, - and _ gets into a path, so no id reaches another call."""
    with pytest.raises(InvalidInput, match="not a node id"):
        nodes.node(bad)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="not a node id"):
        trash.purge([NODE, bad])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.amazon.com/photos/share/AbC-1_2", shares.Link("AbC-1_2")),
        ("https://www.amazon.co.uk/photos/shared/gr0up.s3cr-et_/", shares.Link("gr0up", "s3cr-et_")),
        (" https://www.amazon.de/gp/photos/share/x?ref=y#z ", shares.Link("x")),
    ],
)
def test_public_links_are_read(url: str, expected: shares.Link) -> None:
    """Both kinds of public link are understood, from any marketplace."""
    assert shares.link(url) == expected


@pytest.mark.parametrize("url", ["", "https://www.amazon.com/photos/all", "https://[", "x", "/photos/shared/nodot"])
def test_what_is_no_public_link_is_refused(url: str) -> None:
    """Anything else is refused before a request, with what links look like."""
    with pytest.raises(InvalidInput, match="not a public link"):
        shares.link(url)


def test_a_calls_repr_says_no_more_than_a_log_may() -> None:
    """Parameters, headers, JSON and bodies stay out of repr: they hold names, tokens and bytes."""
    shown = repr(shares.group_nodes(LINK)) + repr(nodes.rename(NODE, "private name")) + repr(LINK)
    shown += repr(content.upload_with_date("private name", NODE, BODY, md5="d41d8cd9"))
    for hidden in ("s3cret", "private name", "d41d8cd9", "chunks", "RENAME"):
        assert hidden not in shown
    assert "operation='rename'" in shown
    assert f"/nodes/{NODE}" in shown
