"""The interlock: whatever the client would send, what may not be sent is not sent."""

import asyncio
import json

import aiohttp
import pytest

from live.gate import MAX_NODES, Gate, NodesSpent, Refused
from live.journal import Journal
from odd_service import odd_service

OURS, FOREIGN, NAME = "ours_00000000000000000", "foreign_00000000000000", "amazon-photos live test"
TRASH, PURGE, NODES = "/drive/v1/trash", "/drive/v1/bulk/nodes/purge", "/drive/v1/nodes"
UPLOAD = "/cdproxy/nodes?name=a.jpg&kind=FILE&parentNodeId="


@pytest.fixture
def gate(tmp_path):
    """An open gate, with a journal that names one folder."""
    gate = Gate(pause=0)
    gate.journal, gate.own_name = Journal(tmp_path / "journal", tld="com"), NAME
    gate.journal.has_made(gate.journal.will_make("FOLDER", NAME), OURS)
    return gate


async def send(gate, account, method, path, body=None):
    """A request through the gate; its status."""
    with gate.installed():
        session = aiohttp.ClientSession(account.url)
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in account.cookies.items())}
    headers["x-amzn-sessionid"] = account.cookies["session-id"]
    data = None if body is None else json.dumps(body).encode()
    async with session, session.request(method, path, data=data, headers=headers) as response:
        return response.status


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", f"{NODES}/{FOREIGN}", {"name": NAME}),
        ("PATCH", f"{NODES}/{OURS}", {"parents": [FOREIGN]}),
        ("PATCH", f"{NODES}/{FOREIGN}/children", {"op": "add", "value": [OURS]}),
        ("PATCH", f"{NODES}/{OURS}/children", {"op": "add", "value": [OURS, FOREIGN]}),
        ("PATCH", TRASH, {"op": "add", "value": [OURS, FOREIGN]}),
        ("PATCH", TRASH, {"op": "add", "value": []}),
        ("PATCH", TRASH, {"op": "add"}),
        ("PATCH", TRASH, {"op": "add", "value": [OURS], "filters": "kind:FILE"}),
        ("PUT", f"/drive/v1/trash/{FOREIGN}", None),
        ("POST", PURGE, {"nodeIds": [OURS, FOREIGN]}),
        ("POST", PURGE, {"nodeIds": OURS[:1]}),
        ("POST", NODES, {"kind": "FOLDER", "name": "another name"}),
        ("POST", NODES, {"kind": "FILE", "name": NAME}),
        ("POST", UPLOAD + FOREIGN, None),
        ("POST", "/cdproxy/nodes?name=a.jpg&kind=FILE", None),
        ("PUT", f"/cdproxy/nodes/{OURS}/content", None),
        ("DELETE", f"{NODES}/{OURS}", None),
        ("POST", "/drive/v1/familyArchive/", {"nodesToAdd": [OURS]}),
        ("PUT", "/drive/v1/cluster/name", {"sourceCluster": "a", "newName": "b"}),
        ("POST", "/drive/v1/batchLink", {"nodeIds": [OURS]}),
        ("OPTIONS", NODES, None),
    ],
)
async def test_what_touches_anything_else_is_not_sent(gate, account, method, path, body):
    """A change of what the journal does not name is refused, and nothing is sent afterwards."""
    with pytest.raises(Refused):
        await send(gate, account, method, path, body)
    with pytest.raises(Refused):
        await send(gate, account, "GET", NODES)
    assert account.requests() == []


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE", "OPTIONS", "HEAD"])
async def test_reading_sends_nothing_but_get(account, method):
    """Without a journal no other method gets through, whatever it is for."""
    with pytest.raises(Refused):
        await send(Gate(pause=0), account, method, f"{NODES}/{OURS}", {"name": NAME})
    assert account.requests() == []


async def test_what_is_ours_gets_through(gate, account):
    """The run's own folder is made and its id noted; an answer about something else is not noted, and ends the run."""
    root = account.ask(f"{NODES}?filters=isRoot:true")["data"][0]["id"]
    account.control("POST", "faults", [{"operation": "nodes.create", "nth": 2, "fault": "repeat"}])
    wanted = {"kind": "FOLDER", "name": NAME, "parents": [root], "resourceVersion": "V2"}
    assert await send(gate, account, "POST", NODES, wanted) == 201
    (made,) = set(gate.journal.made) - {OURS}
    assert json.loads(account.nodes()[made])["name"] == NAME
    assert await send(gate, account, "POST", PURGE, {"recurse": "false", "nodeIds": [made]}) == 200
    await send(gate, account, "POST", NODES, {**wanted, "kind": "VISUAL_COLLECTION"})
    assert set(gate.journal.made) == {OURS, made}
    assert [node.kind for node in gate.journal.uncertain] == ["VISUAL_COLLECTION"]
    assert gate.closed


async def test_an_answer_about_somebody_elses_node_gives_no_right_to_it(gate, service):
    """A new folder's answer that names a folder of the account: its id is not noted, and nothing is sent any more."""
    service.reset(files=20)

    async def name_another(asked, forward):
        answer = await forward()
        if asked.method == "POST":
            answer.json |= {"id": FOREIGN, "name": "Pictures"}
        return answer

    with odd_service(service, name_another) as strange:
        wanted = {"kind": "VISUAL_COLLECTION", "name": NAME, "resourceVersion": "V2"}
        assert await send(gate, strange, "POST", NODES, wanted) == 201
    assert list(gate.journal.made) == [OURS]
    assert gate.closed


async def test_no_more_than_so_many_nodes_are_asked_for(account):
    """A listing that would go beyond is not sent; smaller questions are still answered."""
    gate = Gate(pause=0)
    assert await send(gate, account, "GET", f"{NODES}?limit={MAX_NODES - 10}") == 200
    for path in (f"{NODES}?limit=11", f"{NODES}", "/drive/v1/search?limit=200", "/drive/v1/trash?limit=20"):
        with pytest.raises(NodesSpent):
            await send(gate, account, "GET", path)
    assert await send(gate, account, "GET", f"{NODES}?limit=10") == 200
    assert len(account.requests()) == 2


async def test_the_next_request_waits_for_its_turn(account):
    """While the pause lasts, however many are asked at once, one has been sent."""
    gate = Gate(pause=3600)
    asked = [asyncio.create_task(send(gate, account, "GET", "/drive/v1/account/info")) for _ in range(4)]
    done, waiting = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
    assert (len(done), len(account.requests())) == (1, 1)
    for task in waiting:
        task.cancel()
    await asyncio.wait(waiting)
