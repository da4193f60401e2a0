import pytest


@pytest.fixture
def shared(call):
    """``(call, link, ids)``: a link to an album of one photo and to a folder of another; a third is not shown."""
    ids = {name: call.uploaded(name) for name in ("album.jpg", "secret.jpg")}
    ids["album"] = call.album("x").json["id"]
    body = {"op": "add", "value": [ids["album.jpg"]]}
    call.ask("PATCH", f"/drive/v1/nodes/{ids['album']}/children", body=body)
    ids["folder"] = call.folder("f").json["id"]
    ids["folder.jpg"] = call.uploaded("folder.jpg", parent=ids["folder"])
    link = call.ask("POST", "/_emulator/shares", body={"name": "Ours", "nodeIds": [ids["album"], ids["folder"]]}).json
    call.signed_in = False
    return call, link, ids


def test_the_older_link(shared):
    """/shares/{id} gives the collection; its children and theirs are listed, all without signing in."""
    call, link, ids = shared
    share = link["shareId"]
    told = call.get(f"/drive/v1/shares/{share}", shareId=share).json
    assert {"nodeInfo", "shareURL", "creationDate", "statusCode"} <= set(told), "live"
    info = told["nodeInfo"]
    assert (info["kind"], info["name"]) == ("SHARED_COLLECTION", "Ours")
    first = call.get(f"/drive/v1/nodes/{info['id']}/children", shareId=share).json["data"]
    assert {node["id"] for node in first} == {ids["album"], ids["folder"]}
    album = call.get(f"/drive/v1/nodes/{ids['album']}/children", shareId=share, tempLink="true").json["data"]
    assert [node["name"] for node in album] == ["album.jpg"]
    path = album[0]["tempLink"][len(call.service.url) :]
    assert path.startswith("/cdproxy/templink/"), "unlike one's own: no cookies (live)"
    assert call.get(path).body == b"album.jpg"


def test_the_newer_link(shared):
    """photosGroups/shares/{group.secret} describes the group (recorded in 2026); /search/groups lists its photos."""
    call, link, _ = shared
    group = call.get(f"/cdrs/drive/v2/photosGroups/shares/{link['groupShareToken']}").json
    assert (group["kind"], group["groupId"], group["name"]) == ("SHARE_LINK", link["groupId"], "Ours")
    assert set(group) == {
        "name", "kind", "groupId", "nameType", "memberCount", "hasMembership", "createdDate", "modifiedDate",
        "contentAggregations", "coverPhoto", "privacyPreferences",
    }  # fmt: skip
    counts = {"albumCount": 1, "eventCount": 0, "photoCount": 2, "reactionCount": 0, "videoCount": 0}
    assert group["contentAggregations"] == counts
    assert group["coverPhoto"]["ownerId"] == call.service.library.owner
    query = {
        "groupShareToken": link["groupShareToken"],
        "searchContext": "groups",
        "filters": "type:(PHOTOS OR VIDEOS)",
    }
    listed = call.get(f"/drive/v1/search/groups/{link['groupId']}", **query)
    assert set(call.names(listed)) == {"album.jpg", "folder.jpg"}
    del query["filters"]
    assert call.get(f"/drive/v1/search/groups/{link['groupId']}", **query).json["count"] == 2, "no filter (live)"


def test_a_batch_link_of_a_public_link(shared):
    """?shareId= takes bare ids, without signing in (live); what the link does not show is a 404."""
    call, link, ids = shared
    for shown, status in (("folder.jpg", 201), ("secret.jpg", 404)):
        path = f"/drive/v1/batchLink?shareId={link['shareId']}"
        answer = call.ask("POST", path, body={"nodeIds": [ids["album"], ids[shown]]})
        assert answer.status == status
    assert call.ask("POST", "/drive/v1/batchLink", body={"nodeIds": [ids["album"]]}).status == 401


@pytest.mark.parametrize("path", ["/cdproxy/nodes/{}", "/v1/thumbnail/{}", "/drive/v1/nodes/{}"])
def test_what_a_link_shows(shared, path):
    """Content, thumbnails and nodes of what the link shows, by either token; nothing else."""
    call, link, ids = shared
    for query in ({"shareId": link["shareId"]}, {"groupShareToken": link["groupShareToken"]}):
        assert call.get(path.format(ids["folder.jpg"]), **query).status == 200
        assert call.get(path.format(ids["secret.jpg"]), **query).status == 404
    assert call.get(path.format(ids["folder.jpg"])).status == 401


def test_a_link_allows_reading_only(shared):
    """Listing the library or changing a node needs signing in."""
    call, link, ids = shared
    assert call.get("/drive/v1/nodes", shareId=link["shareId"]).status == 401
    path = f"/drive/v1/nodes/{ids['folder.jpg']}?shareId={link['shareId']}"
    assert call.ask("PATCH", path, body={"name": "x"}).status == 401


def test_a_wrong_secret(shared):
    """Is no link at all: 404."""
    call, link, _ = shared
    assert call.get(f"/cdrs/drive/v2/photosGroups/shares/{link['groupId']}.guess").status == 404
    assert call.get(f"/drive/v1/search/groups/{link['groupId']}", groupShareToken="guess").status == 404
    assert call.get(f"/drive/v1/search/groups/{link['groupId']}").status == 404


def test_a_revoked_link(shared):
    """404, and the files stay."""
    call, link, ids = shared
    assert call.ask("DELETE", f"/_emulator/shares/{link['shareId']}").status == 200
    assert call.get(f"/drive/v1/shares/{link['shareId']}").status == 404
    assert call.get(f"/cdproxy/nodes/{ids['folder.jpg']}", shareId=link["shareId"]).status == 404
    call.signed_in = True
    assert call.get(f"/cdproxy/nodes/{ids['folder.jpg']}").status == 200


def test_shared_collections_are_not_listed(shared):
    """/nodes lists files, folders and albums; the link's node only when its kind is asked for."""
    call, link, _ = shared
    call.signed_in = True
    assert "SHARED_COLLECTION" not in {node["kind"] for node in call.nodes().json["data"]}
    (node,) = call.nodes(filters="kind:SHARED_COLLECTION").json["data"]
    assert node["id"] == link["nodeId"]
