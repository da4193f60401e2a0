"""What each call makes of its answer."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from amazon_photos.errors import SessionExpired, UnexpectedReply
from amazon_photos.model.regions import REGIONS
from amazon_photos.model.results import Aggregation, KindUsage
from amazon_photos.wire import account, content, folders, memories, search, session_tokens, shares, trash
from amazon_photos.wire.call import Call, Response


def decoded(call: Call[Any], body: Any, status: int = 200) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return call.decode(Response(status, {"content-type": "application/json"}, raw))


def test_usage() -> None:
    """Usage has a row for each kind that is there; dates beside them and missing parts do no harm."""
    body = {
        "lastCalculated": "2024-01-01T00:00:00.000Z",
        "photo": {"billable": {"bytes": 0, "count": 0}, "total": {"bytes": 9, "count": 2}},
        "other": {"total": {"bytes": "5", "count": 1}},
    }
    assert decoded(account.usage(), body) == [KindUsage("photo", 0, 0, 9, 2), KindUsage("other", 0, 0, 5, 1)]


def test_usage_with_all_four_kinds() -> None:
    """As recorded: every kind is there, with zeros."""
    nothing = {"billable": {"bytes": 0, "count": 0}, "total": {"bytes": 0, "count": 0}}
    body = {"lastCalculated": "2024-01-01T00:00:00.000Z"} | dict.fromkeys(("other", "doc", "photo", "video"), nothing)
    assert decoded(account.usage(), body) == [KindUsage(kind, 0, 0, 0, 0) for kind in body if kind != "lastCalculated"]


def test_the_address_of_a_zip() -> None:
    """It stands in links.content; when it expires is a moment, and neither it nor the rest is in a repr."""
    body = {"links": {"content": "https://c.example/cdproxy/batchLink/s3cret/content"}, "status": "AVAILABLE"}
    found = decoded(content.batch_link(["a"], owner="A2"), body | {"expires": 1700000000000}, status=201)
    assert (found.address, found.status) == (body["links"]["content"], "AVAILABLE")  # type: ignore[index]
    assert found.expires == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert "s3cret" not in repr(found)
    for odd in ({}, {"expires": 1e300}):
        assert decoded(content.batch_link(["a"]), body | odd).expires is None


@pytest.mark.parametrize(
    ("call", "body"),
    [
        (account.usage(), {"photo": {"total": {"bytes": "lots"}}}),
        (account.usage(), {"photo": {"total": 5}}),
        (account.usage(), [1]),
        (search.aggregation("things"), {"aggregations": {"things": []}}),
        (search.aggregation("things"), {}),
        (search.all_aggregations(), {"aggregations": [1]}),
        (search.all_aggregations(), {"aggregations": {"things": 5}}),
        (folders.root(), {"count": 0, "data": []}),
        (folders.root(), {"count": 1, "data": [{"name": "no id"}]}),
        (content.batch_link(["a"]), {"unknown": 1}),
        (content.batch_link(["a"]), {"links": {"content": None}}),
        (memories.this_day(month=1, day=1), {"collections": 5}),
        (shares.share("s"), {"node": {}}),
    ],
)
def test_unknown_shapes_are_named(call: Call[Any], body: Any) -> None:
    """JSON of the wrong shape is one UnexpectedReply that names the operation and shows a sample."""
    with pytest.raises(UnexpectedReply, match="it begins: ") as caught:
        decoded(call, body)
    assert caught.value.operation == call.operation
    assert caught.value.reply


def test_the_root() -> None:
    """The root is the first node of its page, and may have no name."""
    root = decoded(folders.root(), {"count": 1, "data": [{"id": "r", "isRoot": True, "ownerId": "A2"}]})
    assert (root.id, root.name, root.owner_id, root.is_root) == ("r", "", "A2", True)


def test_one_aggregation() -> None:
    """An entry's word is read whether Amazon calls it value or match; people have names and pictures."""
    body = {
        "aggregations": [
            {"value": "c1", "count": 3, "searchData": {"clusterName": "Ada", "nodeId": "n"}},
            {"match": 2023, "searchData": None},
            "junk",
        ]
    }
    assert decoded(search.aggregation("people"), body) == [
        Aggregation(category="people", value="c1", count=3, name="Ada", node_id="n"),
        Aggregation(category="people", value="2023", count=None, name=None, node_id=None),
    ]


@pytest.mark.parametrize("odd", [True, -1, 1.5, "5", [], {}, [1], {"a": 1}, 2**63, 10**30])
def test_what_an_aggregation_tells_in_another_shape_is_not_told(odd: Any) -> None:
    """Neither counts nor names nor pictures: a file that is written with them could not be read."""
    entry = {"value": "c1", "count": odd, "searchData": {"clusterName": odd, "nodeId": odd}}
    name = odd if isinstance(odd, str) else None
    for call, body in (
        (search.aggregation("people"), {"aggregations": [entry]}),
        (search.all_aggregations(), {"aggregations": {"people": [entry]}}),
    ):
        assert decoded(call, body) == [
            Aggregation(category="people", value="c1", count=None, name=name, node_id=name),
        ]


def test_all_aggregations() -> None:
    """All categories come in one answer, by category; an empty one may be null."""
    body = {"count": 9, "aggregations": {"things": [{"match": "beach", "count": 2}], "people": None}}
    assert decoded(search.all_aggregations(), body) == [
        Aggregation(category="things", value="beach", count=2, name=None, node_id=None)
    ]
    assert decoded(search.all_aggregations(), {"count": 0, "data": []}) == []


@pytest.mark.parametrize(
    "body",
    [
        {"a": "NODE_NOT_FOUND"},
        {"errors": {"a": {"message": "NODE_NOT_FOUND"}}},
        {"failed": {"a": {"code": "NODE_NOT_FOUND"}, "stranger": "x"}, "count": 2},
    ],
)
def test_nodes_that_were_refused_are_singled_out(body: Any) -> None:
    """Errors by node are found in whatever map they come, and only for nodes we asked about."""
    assert decoded(trash.purge(["a", "b"]), body) == {"a": "NODE_NOT_FOUND"}


@pytest.mark.parametrize("value", [0, 1, 404, "NODE_NOT_FOUND", None, {"code": "X"}])
@pytest.mark.parametrize("name", ["errorMap", "errors"])
def test_whatever_stands_in_a_map_of_errors_is_one(name: str, value: object) -> None:
    """Numbers too, whatever they are; a number is told as one."""
    (reason,) = decoded(trash.purge(["a", "b"]), {name: {"a": value, "stranger": 1}}).values()
    assert reason == (f"Amazon refused it (error {value})" if isinstance(value, int) else reason)


@pytest.mark.parametrize("body", [b"", {}, {"a": {"id": "a", "status": "TRASH"}, "b": "SUCCESS"}, {"a": None}])
def test_no_refusal_is_invented(body: Any) -> None:
    """An answer that names our nodes without an error is no refusal."""
    assert decoded(trash.trash(["a", "b"]), body) == {}


def test_memories() -> None:
    """The nodes of all collections come as one list, as they were sent."""
    body = {"collections": [{"year": 2020, "nodes": [{"id": "a"}]}, {"year": 2021}, {"nodes": [{"id": "b"}]}]}
    assert [json.loads(bytes(node))["id"] for node in decoded(memories.this_day(month=1, day=1), body)] == ["a", "b"]


def test_a_share_gives_its_node() -> None:
    """A public link leads to the node it shows; old ones tell more."""
    body: dict[str, Any] = {"nodeInfo": {"id": "c", "kind": "SHARED_COLLECTION"}}
    assert decoded(shares.share("s"), body).node.id == "c"
    more = {"shareURL": "https://www.amazon.com/photos/share/s", "creationDate": "2020-01-01", "statusCode": 200}
    found = decoded(shares.share("s"), body | more)
    assert (found.url, found.created, found.status_code) == (more["shareURL"], "2020-01-01", "200")


def test_a_group_link() -> None:
    """As recorded, and passed on as it came."""
    body = {
        "name": "n",
        "kind": "SHARE_LINK",
        "groupId": "g",
        "memberCount": 1,
        "contentAggregations": {"photoCount": 2},
    }
    assert decoded(shares.group_share(shares.Link("g", "s")), body) == body


def test_bytes() -> None:
    """Content comes as it is; a sign-in page is no content."""
    assert content.download("a").decode(Response(206, {"content-type": "image/jpeg"}, b"\xff\xd8")) == b"\xff\xd8"
    for call in (content.download("a"), content.thumbnail("a", "o", width=9)):
        with pytest.raises(SessionExpired):
            call.decode(Response(200, {"content-type": "text/html"}, b"<html>ap/signin"))


def test_fresh_cookies() -> None:
    """A renewed session gives its cookies by name; a shape we don't know is not even sampled, for it holds cookies."""
    call = session_tokens.renew(REGIONS["com"], "x")
    body = {"response": {"tokens": {"cookies": [{"Name": "at-main", "Value": "Atza|1", "Path": "/"}]}}}
    assert decoded(call, body) == {"at-main": "Atza|1"}
    with pytest.raises(UnexpectedReply) as caught:
        decoded(call, {"response": {"cookies": [{"Name": "session-token", "Value": "precious"}]}})
    assert "precious" not in str(caught.value) + caught.value.reply
