"""Fault rules about single nodes: three of a hundred fail, the others don't."""

import pytest

from amazon_photos.errors import InvalidInput


@pytest.fixture
def six(call):
    """``(call, ids)`` of six files in the order of their names, n0.txt to n5.txt."""
    return call, [call.uploaded(f"n{number}.txt") for number in range(6)]


def status_of(call, node_ids):
    return [call.get(f"/drive/v1/nodes/{node_id}").json.get("status") for node_id in node_ids]


def rename(call, node_id, name="new"):
    return call.ask("PATCH", f"/drive/v1/nodes/{node_id}", body={"name": name})


def test_three_of_a_batch_are_not_trashed(six):
    """They stand in the map of errors with what was to go wrong, the others are in the trash."""
    call, ids = six
    faults = ["403", "404", "500"]
    rules = [
        {"operation": "trash.change", "node_id": node_id, "fault": fault}
        for node_id, fault in zip(ids[::2], faults, strict=True)
    ]
    call.service.faults(rules)
    answer = call.trash(*ids)
    assert answer.status == 200
    assert answer.json["count"] == 3
    errors = answer.json["errors"]
    assert list(errors) == ids[::2]
    assert errors[ids[0]]["errorCode"] == "ForbiddenAccess"
    assert errors[ids[2]]["code"] == "NODE_NOT_FOUND"
    assert errors[ids[4]]["message"] == "Internal failure"
    assert status_of(call, ids) == ["AVAILABLE", "TRASH"] * 3


def test_some_are_not_restored(six):
    """What is true of the way into the trash is true of the way out."""
    call, ids = six
    call.trash(*ids)
    call.service.faults([{"operation": "trash.change", "node_name": "n[01]*", "fault": 409}])
    assert set(call.trash(*ids, op="remove").json["errors"]) == set(ids[:2])
    assert status_of(call, ids) == ["TRASH"] * 2 + ["AVAILABLE"] * 4


@pytest.mark.parametrize("form", ["errorMap", "errors"])
def test_some_are_not_purged(six, form):
    """They are in either form of the map, and are still there."""
    call, ids = six
    call.service.set(purge_errors=form)
    call.service.faults([{"operation": "purge", "node_name": "*", "every": 3, "fault": "403"}])
    assert set(call.purge(*ids).json[form]) == {ids[2], ids[5]}
    assert [status is None for status in status_of(call, ids)] == [True, True, False] * 2


def test_a_purge_tells_numbers(six):
    """With purge_errors="numbers" the map has each one's status, of what goes wrong by itself, too."""
    call, ids = six
    call.service.set(purge_errors="numbers")
    call.service.faults([{"operation": "purge", "node_id": ids[0], "fault": "409"}])
    assert call.purge(*ids[:2], "nothing").json == {"errorMap": {ids[0]: 409, "nothing": 404}}


def test_nodes_are_counted_over_requests(six):
    """Three of a hundred are three, in however many batches they come; times ends it."""
    call, ids = six
    call.service.faults([{"operation": "trash.change", "node_name": "*", "nth": [2, 6, 8], "fault": "500"}])
    failed = [list(call.trash(*part).json["errors"]) for part in (ids[:3], ids[3:], [ids[1]], [ids[5]])]
    assert failed == [[ids[1]], [ids[5]], [], [ids[5]]]


def test_what_does_all_or_nothing_is_refused(six):
    """An album takes none of a batch in which one node is refused, whether it is named with its owner or not."""
    call, ids = six
    album = call.album("x").json["id"]
    call.service.faults([{"operation": "children.change", "node_name": "n3.txt", "fault": "403"}])
    path, items = f"/drive/v1/nodes/{album}/children", [*ids[:3], f"{call.service.library.owner}:{ids[3]}"]
    assert call.ask("PATCH", path, body={"op": "add", "value": items}).status == 403
    assert call.get(path).json["count"] == 0
    assert call.ask("PATCH", path, body={"op": "add", "value": items[:3]}).status == 200


@pytest.mark.parametrize("fault", ["403", "404", "409", "429", "500"])
def test_one_node_is_not_renamed(six, fault):
    """The node of the path is refused with that status and stays as it was; others are renamed."""
    call, ids = six
    call.service.faults([{"operation": "nodes.change", "node_id": ids[:2], "fault": fault, "retry_after": 1}])
    answer = rename(call, ids[0])
    assert (answer.status, answer.headers["Retry-After"]) == (int(fault), "1")
    assert rename(call, ids[2]).status == 200
    assert call.get(f"/drive/v1/nodes/{ids[0]}").json["name"] == "n0.txt"


def test_downloads_of_one_node(six):
    """Whatever has a node in its path can be refused so."""
    call, ids = six
    call.service.faults([{"operation": "download*", "node_name": "n1*", "fault": "404"}])
    assert [call.get(f"/cdproxy/nodes/{node_id}").status for node_id in ids[:3]] == [200, 404, 200]


def test_other_requests_do_not_mind(six):
    """A rule about nodes says nothing of requests without one, of other operations, and of what cannot be read."""
    call, ids = six
    call.service.faults([{"operation": "trash.*", "node_name": "*", "fault": "500"}])
    assert call.nodes().status == call.get("/drive/v1/trash").status == 200
    assert rename(call, ids[0]).status == 200
    assert call.ask("PATCH", "/drive/v1/trash", body="nonsense").status == 400


@pytest.mark.parametrize(
    "rule",
    [
        {"node_id": "x", "fault": "cut"},
        {"node_name": "*", "fault": ["403", "html"]},
        {"node_name": "*", "fault": "503"},
        {"node_id": [], "fault": "403"},
        {"node_id": 5, "fault": "403"},
        {"node_id": [5], "fault": "403"},
        {"node_id": "x" * 101, "fault": "403"},
        {"node_name": 5, "fault": "403"},
        {"node_name": "*" * 1001, "fault": "403"},
    ],
)
def test_rules_about_nodes_that_cannot_be(call, rule):
    """InvalidInput that names the rule."""
    with pytest.raises(InvalidInput, match="fault rule 1"):
        call.service.faults([rule])
