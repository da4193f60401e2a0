import pytest


@pytest.fixture
def people(call):
    """``(call, ids)`` of a library with the people that an invented one has."""
    call.service.reset(files=300)
    return call, [entry["value"] for entry in counted(call)]


def counted(call):
    answer = call.get("/drive/v1/search/aggregation", aggregationContext="all", category="allPeople")
    return answer.json["aggregations"]


def found(call, person):
    return {node["id"] for node in call.search(filters=f"people:({person})").json["data"]}


def test_people_are_counted(people):
    """Each entry has a cluster's id, how many photos, its name, and a picture; the search finds as many."""
    call, _ = people
    entry = counted(call)[0]
    assert entry["count"] == len(found(call, entry["value"]))
    assert entry["searchData"]["nodeId"]
    assert found(call, entry["value"])


def test_naming(people):
    """PUT /cluster/name."""
    call, ids = people
    body = {"sourceCluster": ids[0], "newName": "Ada", "context": "customer"}
    assert call.ask("PUT", "/drive/v1/cluster/name", body=body).json == {"clusterId": ids[0], "clusterName": "Ada"}
    names = {entry["value"]: entry["searchData"]["clusterName"] for entry in counted(call)}
    assert names[ids[0]] == "Ada"


def test_merging(people):
    """POST /cluster makes two people one: either id finds the photos of both."""
    call, ids = people
    both = found(call, ids[0]) | found(call, ids[1])
    body = {"clusterIds": ids[:2], "newName": "Ada", "context": "customer"}
    assert call.ask("POST", "/drive/v1/cluster", body=body).status == 200
    assert found(call, ids[0]) == found(call, ids[1]) == both
    assert len(counted(call)) == len(ids) - 1


def test_a_hero(people):
    """PUT /cluster/hero/{id} chooses a person's picture."""
    call, ids = people
    node_id = sorted(found(call, ids[0]))[0]
    body = {"clusterId": ids[0], "nodeId": node_id}
    assert call.ask("PUT", f"/drive/v1/cluster/hero/{ids[0]}", body=body).status == 200
    pictures = {entry["value"]: entry["searchData"]["nodeId"] for entry in counted(call)}
    assert pictures[ids[0]] == node_id


def test_nobody(people):
    """Unknown people and unknown pictures are a 404, missing names a 400."""
    call, ids = people
    assert call.ask("PUT", "/drive/v1/cluster/name", body={"sourceCluster": "x", "newName": "A"}).status == 404
    assert call.ask("PUT", "/drive/v1/cluster/name", body={"sourceCluster": ids[0], "newName": ""}).status == 400
    assert call.ask("POST", "/drive/v1/cluster", body={"clusterIds": [], "newName": "A"}).status == 400
    assert call.ask("PUT", f"/drive/v1/cluster/hero/{ids[0]}", body={"nodeId": "x"}).status == 404
