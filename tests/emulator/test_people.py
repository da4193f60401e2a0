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


def rename(call, person, name):
    body = {"sourceCluster": person, "newName": name, "context": "customer"}
    return call.ask("PUT", "/drive/v1/cluster/name", body=body)


def merge(call, *people, name="Ada"):
    body = {"clusterIds": list(people), "newName": name, "context": "customer"}
    return call.ask("POST", "/drive/v1/cluster", body=body)


def set_hero(call, person, node_id, **body):
    return call.ask("PUT", f"/drive/v1/cluster/hero/{person}", body={"clusterId": person, "nodeId": node_id} | body)


def picture(call, person):
    return next(entry["searchData"]["nodeId"] for entry in counted(call) if entry["value"] == person)


def test_two_people_of_one_name(people):
    """They stay two, each with their own photos and count."""
    call, ids = people
    before = {entry["value"]: entry["count"] for entry in counted(call)}
    for person in ids[:2]:
        assert rename(call, person, "Sam").status == 200
    entries = {entry["value"]: entry for entry in counted(call)}
    assert [entries[person]["searchData"]["clusterName"] for person in ids[:2]] == ["Sam", "Sam"]
    assert {person: entry["count"] for person, entry in entries.items()} == before


@pytest.mark.parametrize("name", ["", "  ", None, 5, "x" * 257])
def test_names_that_people_cannot_have(people, name):
    """Empty, too long or no text: a 400, for a merge too, and nothing has changed."""
    call, ids = people
    before = counted(call)
    assert rename(call, ids[0], name).status == 400
    assert merge(call, *ids[:2], name=name).status == 400
    assert counted(call) == before


def test_the_id_of_who_was_merged(people):
    """It goes on to mean the other: it finds their photos, renames them, and can be merged on."""
    call, ids = people
    one, two, three = ids[:3]
    assert merge(call, one, two).json["clusterId"] == one
    assert rename(call, two, "Grace").json == {"clusterId": one, "clusterName": "Grace"}
    assert merge(call, three, two, name="All").json["clusterId"] == three
    assert found(call, one) == found(call, two) == found(call, three)
    assert {one, two}.isdisjoint(entry["value"] for entry in counted(call))
    assert merge(call, one, two, three).status == 200


def test_all_or_nobody_is_merged(people):
    """One who is unknown is a 404, and nothing has changed."""
    call, ids = people
    before = counted(call)
    assert merge(call, ids[0], "nobody", ids[1]).status == 404
    assert counted(call) == before


def test_counts_know_at_once(people):
    """Right after a name or a merge, the three lists of people and those beside a search tell it."""
    call, ids = people
    rename(call, ids[0], "Zoe")
    merge(call, ids[0], ids[1], name="Zoe")
    lists = [
        call.get("/drive/v1/search/aggregation", aggregationContext="all", category=category).json["aggregations"]
        for category in ("people", "allPeople", "clusterId")
    ]
    for entries in lists:
        (entry,) = [entry for entry in entries if entry["value"] == ids[0]]
        assert (entry["searchData"]["clusterName"], entry["count"]) == ("Zoe", len(found(call, ids[0])))
    beside = call.search(f"people:({ids[0]})").json["aggregations"]["people"][0]
    assert (beside["match"], beside["count"]) == (ids[0], len(found(call, ids[0])))


def test_a_picture_shows_the_person(people):
    """A node without them, an album, or another id in the body than in the path are a 400."""
    call, ids = people
    node_id = sorted(found(call, ids[0]))[0]
    stranger = next(iter({node["id"] for node in call.search().json["data"]} - found(call, ids[0])))
    assert set_hero(call, ids[0], stranger).status == 400
    assert set_hero(call, ids[0], call.album("x").json["id"]).status == 400
    assert set_hero(call, ids[0], node_id, clusterId=ids[1]).status == 400


def test_a_picture_in_the_trash(people):
    """The newest photo of them stands there until it is back; a purged one does not come back."""
    call, ids = people
    node_id = min(found(call, ids[0]), key=lambda found: call.get(f"/drive/v1/nodes/{found}").json["createdDate"])
    set_hero(call, ids[0], node_id)
    call.trash(node_id)
    other = picture(call, ids[0])
    assert other != node_id
    assert other in found(call, ids[0])
    call.trash(node_id, op="remove")
    assert picture(call, ids[0]) == node_id
    call.purge(node_id)
    assert picture(call, ids[0]) == other


def vault(call, add=(), remove=(), family="f"):
    body = {"familyId": family, "nodesToAdd": list(add), "nodesToRemove": list(remove)}
    return call.ask("POST", "/drive/v1/familyArchive/", body=body)


def test_only_files_go_into_the_vault(call):
    """Folders, albums and the trash are a 400, another owner's ids a 404; none of the batch goes in."""
    node_id, trashed = call.uploaded("a.txt"), call.uploaded("b.txt")
    call.trash(trashed)
    for wrong in (call.folder("f").json["id"], call.album("x").json["id"], trashed):
        assert vault(call, [node_id, wrong]).status == 400
    assert vault(call, [f"A2SOMEBODYELSE:{node_id}"]).status == 404
    assert call.search(searchContext="family").json["count"] == 0
    assert vault(call, [f"{call.owner}:{node_id}"]).status == 200
    assert call.names(call.search(searchContext="family")) == ["a.txt"]


def test_the_vault_is_counted_by_family(call):
    """familyMembers has an entry for each family id; what is in the trash is not counted meanwhile."""
    first, second = call.uploaded("a.txt"), call.uploaded("b.txt")
    vault(call, [first, second], family="F1")
    vault(call, [first], family="F2")

    def members():
        answer = call.get("/drive/v1/search/aggregation", aggregationContext="all", category="familyMembers")
        return [(entry["value"], entry["count"]) for entry in answer.json["aggregations"]]

    assert members() == [("F1", 2), ("F2", 1)]
    call.trash(second)
    assert members() == [("F1", 1), ("F2", 1)]
    call.trash(second, op="remove")
    assert members() == [("F1", 2), ("F2", 1)]
