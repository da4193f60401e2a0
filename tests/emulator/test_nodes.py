import re

import pytest


def test_the_root(call):
    """The root has no name and no parents."""
    (root,) = call.nodes(filters="isRoot:true").json["data"]
    assert "name" not in root
    assert (root["kind"], root["isRoot"], root["parents"], root["status"]) == ("FOLDER", True, [], "AVAILABLE")


def test_a_fresh_account(call):
    """It has /Pictures and /Pictures/Web from the start, and nothing else (live)."""
    root, *folders = call.nodes(sort="['name ASC']").json["data"]
    pictures, web = folders
    assert (pictures["name"], pictures["parents"]) == ("Pictures", [root["id"]])
    assert (web["name"], web["parents"]) == ("Web", [pictures["id"]])


def test_a_slash_at_the_end(call):
    """/nodes/ answers like /nodes (live)."""
    assert call.get("/drive/v1/nodes/", filters="isRoot:true").json["data"][0]["id"] == call.root


def test_ids(call):
    """Ids are 22 characters of A-Z a-z 0-9 - _."""
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", call.root)


def test_a_new_folder(call):
    """POST /nodes answers 201 with the folder in its parent."""
    root = call.root
    answer = call.folder("Documents", parent=root)
    assert answer.status == 201
    assert (answer.json["name"], answer.json["kind"], answer.json["parents"]) == ("Documents", "FOLDER", [root])
    assert answer.json["parentMap"] == {"FOLDER": [root]}
    assert call.get("/drive/v1/nodes/" + answer.json["id"]).status == 200


def test_a_folder_without_parents_goes_below_the_root(call):
    """`parents` may be missing."""
    answer = call.ask("POST", "/drive/v1/nodes", body={"kind": "FOLDER", "name": "x"})
    assert answer.json["parents"] == [call.root]


def test_names_are_unique_ignoring_case(call):
    """A second folder of the name is a 409 that tells the first one's id, and the name in lower case."""
    root, first = call.root, call.folder("Documents").json["id"]
    answer = call.folder("DOCUMENTS")
    assert answer.status == 409
    assert answer.json["code"] == "NAME_ALREADY_EXISTS"
    assert answer.json["info"] == {"nodeId": first}
    said = f"Node with the name documents already exists under parentId {root} conflicting NodeId: {first}"
    assert answer.json["message"] == said
    assert "logref" in answer.json


def test_the_same_name_in_another_folder(call):
    """Names are unique in a folder only."""
    below = call.folder("x").json["id"]
    assert call.folder("x", parent=below).status == 201


def test_a_parent_that_does_not_exist(call):
    """The service says it in its own English."""
    answer = call.folder("x", parent="n0_such_node_AAAAAAAAA")
    assert (answer.status, answer.json["message"]) == (400, "One of the parentId doesn't exists")


@pytest.mark.parametrize("name", ["", "x" * 257, None, 5])
def test_names_that_cannot_be(call, name):
    """A name is text of 1 to 256 characters."""
    assert call.folder(name).status == 400


def test_a_long_name(call):
    """256 characters are taken."""
    assert call.folder("x" * 256).status == 201


@pytest.mark.parametrize("body", ["{", "[]", '{"kind": "ASSET", "name": "x"}'])
def test_bodies_that_cannot_be_meant(call, body):
    """What is no JSON object of a known kind is a 400."""
    assert call.ask("POST", "/drive/v1/nodes", body=body).status == 400


def test_an_unknown_node(call):
    """404 with the code NODE_NOT_FOUND, for every way to ask for it."""
    for method, path in (("GET", ""), ("PATCH", ""), ("GET", "/children"), ("GET", "/contentRedirection")):
        answer = call.ask(method, "/drive/v1/nodes/nothing" + path, body={"name": "x"} if method == "PATCH" else None)
        assert (answer.status, answer.json["code"]) == (404, "NODE_NOT_FOUND")


def test_an_unknown_path(call):
    """XML, with or without signing in."""
    for call.signed_in in (True, False):
        answer = call.get("/drive/v1/nonsense")
        assert (answer.status, answer.body) == (404, b"<UnknownOperationException/>")
    assert call.ask("DELETE", "/drive/v1/nodes").status == 404


def test_without_the_resource_version(call):
    """Nodes lack ownerId unless resourceVersion=V2 is said."""
    node_id = call.uploaded("a.txt")
    path = "/drive/v1/nodes/" + node_id
    assert "ownerId" not in call.get(path).json
    assert call.get(path, resourceVersion="V2").json["ownerId"] == call.service.library.owner
    assert "ownerId" not in call.get("/drive/v1/nodes").json["data"][0]


def test_renaming(call):
    """PATCH {name} renames; a name that is taken is a 409; one's own in another case isn't."""
    first, second = call.uploaded("a.txt"), call.uploaded("b.txt")
    path = "/drive/v1/nodes/" + first
    changed = call.ask("PATCH", path, body={"name": "A.TXT"})
    assert (changed.status, changed.json["name"], changed.json["version"]) == (200, "A.TXT", 2)
    taken = call.ask("PATCH", path, body={"name": "B.txt"})
    assert (taken.status, taken.json["info"]["nodeId"]) == (409, second)


@pytest.mark.parametrize("setting", ["favorite", "hidden"])
def test_settings(call, setting):
    """PATCH {settings: {favorite or hidden: bool}} keeps it, and asking for it finds it."""
    node_id = call.uploaded("a.txt")
    call.uploaded("b.txt")
    answer = call.ask("PATCH", "/drive/v1/nodes/" + node_id, body={"settings": {setting: True}})
    assert answer.json["settings"][setting] is True
    assert call.names(call.nodes(filters=f"settings.{setting}:true")) == ["a.txt"]


def test_description_and_labels(call):
    """Both are kept, within their limits: 500 characters, and 10 labels of 256."""
    path = "/drive/v1/nodes/" + call.uploaded("a.txt")
    answer = call.ask("PATCH", path, body={"description": "d" * 500, "labels": ["x", "y"]})
    assert (answer.json["description"], answer.json["labels"]) == ("d" * 500, ["x", "y"])
    for wrong in ({"description": "d" * 501}, {"labels": ["x"] * 11}, {"labels": ["x" * 257]}, {}):
        assert call.ask("PATCH", path, body=wrong).status == 400


def test_a_change_is_seen(call):
    """Every change raises the version and moves modifiedDate and the ETag."""
    path = "/drive/v1/nodes/" + call.uploaded("a.txt")
    before = call.get(path)
    call.service.set(clock_offset=60)
    after = call.ask("PATCH", path, body={"description": "new"})
    assert after.json["version"] == before.json["version"] + 1
    assert after.json["modifiedDate"] > before.json["modifiedDate"]
    assert after.headers["ETag"] != before.headers["ETag"]


def test_the_root_stays_as_it_is(call):
    """Renaming it is forbidden."""
    answer = call.ask("PATCH", "/drive/v1/nodes/" + call.root, body={"name": "x"})
    assert (answer.status, answer.json["errorCode"]) == (403, "ForbiddenAccess")


def test_children(call):
    """A folder's children are what is in it, not what is below that."""
    below = call.folder("below").json["id"]
    call.uploaded("a.txt", parent=below)
    assert call.names(call.get(f"/drive/v1/nodes/{call.root}/children")) == ["Pictures", "below"]
    assert call.names(call.get(f"/drive/v1/nodes/{below}/children")) == ["a.txt"]


def test_account(call):
    """/account/info and /account/quota answer as recorded."""
    assert call.get("/drive/v1/account/info").json == {"termsOfUse": "1.0.0", "status": "ACTIVE"}
    assert set(call.get("/drive/v1/account/quota").json) == {"quota", "lastCalculated", "available"}


def test_usage(call):
    """Usage counts bytes and files by kind; all four kinds are there, with zeros (live, 2024)."""
    call.uploaded("a.txt", b"12345")
    usage = call.get("/drive/v1/account/usage").json
    expected = {"bytes": 5, "count": 1}
    assert usage["doc"] == {"billable": expected, "total": expected}
    assert set(usage) == {"lastCalculated", "doc", "photo", "video", "other"}
    nothing = {"bytes": 0, "count": 0}
    assert usage["photo"] == usage["video"] == usage["other"] == {"billable": nothing, "total": nothing}


def test_family_vault(call):
    """Nodes go into the family vault and out of it; searchContext=family finds them."""
    node_id = call.uploaded("a.txt")
    body = {"familyId": "family", "nodesToAdd": [node_id], "nodesToRemove": []}
    assert call.ask("POST", "/drive/v1/familyArchive/", body=body).status == 200
    assert call.names(call.search(searchContext="family")) == ["a.txt"]
    body = {"familyId": "family", "nodesToAdd": [], "nodesToRemove": [node_id]}
    call.ask("POST", "/drive/v1/familyArchive/", body=body)
    assert call.names(call.search(searchContext="family")) == []


CHANGES = {
    "name": "b.txt",
    "settings": {"favorite": True},
    "description": "at the sea",
    "labels": ["sea", "sand"],
}


@pytest.mark.parametrize("key", CHANGES)
def test_each_change_is_a_new_version(call, key):
    """One more, with another eTagResponse, ETag and modifiedDate, also where the value was there; all else stays."""
    path = f"/drive/v1/nodes/{call.uploaded('a.txt')}"
    states = [call.get(path).json]
    for _ in range(2):
        answer = call.ask("PATCH", path, body={key: CHANGES[key]})
        assert answer.headers["ETag"] == f'"{answer.json["eTagResponse"]}"'
        states.append(answer.json)
    assert [state["version"] for state in states] == [1, 2, 3]
    assert len({state["eTagResponse"] for state in states}) == 3
    changing = {"version", "eTagResponse", "modifiedDate"}
    same = [{name: value for name, value in state.items() if name not in {key, *changing}} for state in states]
    assert same[0] == same[1] == same[2]


def test_changes_come_together_or_not_at_all(call):
    """Several in one PATCH are one version; one that is refused refuses all."""
    path = f"/drive/v1/nodes/{call.uploaded('a.txt')}"
    assert call.ask("PATCH", path, body=CHANGES).json["version"] == 2
    before = call.get(path).json
    for wrong in ({"labels": ["x"] * 11}, {"description": "x" * 501}, {"settings": {"rated": True}}, {"name": ""}):
        assert call.ask("PATCH", path, body={"name": "c.txt", "description": "y", **wrong}).status == 400
    assert call.get(path).json == before


def test_content_properties_stay_as_they_are(call):
    """Whoever touches them gets a 403 (2015), whatever comes along."""
    path = f"/drive/v1/nodes/{call.uploaded('a.txt')}"
    body = {"contentProperties": {"contentDate": "2020-01-01T00:00:00.000Z"}, "name": "b.txt"}
    answer = call.ask("PATCH", path, body=body)
    assert (answer.status, answer.json["errorCode"]) == (403, "ForbiddenAccess")
    assert call.get(path).json["version"] == 1


def test_a_name_is_taken_by_files_and_folders_alike(call):
    """409 with the id of the one that has it and its name in lower case, in whichever folder the node is."""
    folder = call.folder("Trip").json["id"]
    node_id = call.uploaded("a.txt")
    answer = call.ask("PATCH", f"/drive/v1/nodes/{node_id}", body={"name": "TRIP"})
    assert (answer.status, answer.json["code"], answer.json["info"]) == (409, "NAME_ALREADY_EXISTS", {"nodeId": folder})
    assert answer.json["message"].startswith(f"Node with the name trip already exists under parentId {call.root} ")


def test_the_trash_is_renamed_but_not_moved(call):
    """As users of 2015 saw it."""
    node_id, folder = call.uploaded("a.txt"), call.folder("f").json["id"]
    call.trash(node_id)
    path = f"/drive/v1/nodes/{node_id}"
    assert call.ask("PATCH", path, body={"name": "b.txt"}).json["name"] == "b.txt"
    assert call.ask("PATCH", path, body={"parents": [folder]}).status == 400
