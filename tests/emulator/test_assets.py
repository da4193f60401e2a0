"""Assets: the movies of live photos, each the child of its still."""

import pytest

LISTED = "kind:(ASSET*)"


@pytest.fixture
def live(call):
    """``(call, still, asset)`` of an invented library's first live photo that is not in the trash."""
    call.service.reset(files=400)
    assets = call.nodes(filters=LISTED, limit=200).json["data"]
    asset = assets[0]
    return call, node(call, asset["parents"][0]), asset


def node(call, node_id, **query):
    return call.get(f"/drive/v1/nodes/{node_id}", resourceVersion="V2", **query).json


def children(call, node_id, **query):
    return call.get(f"/drive/v1/nodes/{node_id}/children", resourceVersion="V2", **query).json["data"]


def test_an_asset(live):
    """Its parent is the still, its dates are the still's, and it has size, MD5 and a video of its own."""
    _, still, asset = live
    assert (asset["kind"], asset["assetProperties"]) == ("ASSET", {"assetType": "LIVE_VIDEO"})
    assert (asset["parents"], asset["parentMap"]) == ([still["id"]], {})
    assert asset["createdDate"] == still["createdDate"]
    assert asset["name"].rpartition(".")[0] == still["name"].rpartition(".")[0]
    content, of_still = asset["contentProperties"], still["contentProperties"]
    assert content["contentDate"][:19] == of_still["contentDate"][:19]
    assert (content["extension"], content["contentType"]) == ("mov", "video/quicktime")
    assert (content["md5"], content["size"]) != (of_still["md5"], of_still["size"])
    assert content["video"]["duration"] > 0
    assert "properties" not in asset


def test_a_still(live):
    """It says that there is a video, has an empty list of assets whatever is asked for, and lists it as its child."""
    call, still, asset = live
    assert still["childAssetTypeInfo"] == [{"assetType": "LIVE_VIDEO"}]
    for query in ({}, {"asset": "ALL"}, {"asset": "NONE"}):
        assert node(call, still["id"], **query)["assets"] == []
        assert children(call, still["id"], **query) == [asset]


def test_where_assets_are_listed(live):
    """In /nodes when the filter asks for a kind; never in a folder, a search or the trash."""
    call, still, asset = live
    assert asset["id"] in {
        found["id"] for found in call.nodes(filters=f"parents:{still['id']} AND kind:ASSET").json["data"]
    }
    assert call.nodes(filters=f"parents:{still['id']}").json["count"] == 0
    kinds = {found["kind"] for found in children(call, still["parents"][0], limit=200)}
    assert kinds == {"FILE"}
    assert call.search(f"name:({asset['name']})").json["count"] == 0


def test_trash_and_restore_with_the_still(live):
    """Both go and come back together, as new versions; the trash lists the still alone."""
    call, still, asset = live
    before = call.get("/drive/v1/trash").json["count"]
    call.trash(still["id"])
    trashed = node(call, asset["id"])
    assert (trashed["status"], trashed["version"]) == ("TRASH", asset["version"] + 1)
    assert trashed["modifiedDate"] == node(call, still["id"])["modifiedDate"] > asset["modifiedDate"]
    assert call.get("/drive/v1/trash").json["count"] == before + 1
    assert children(call, still["id"]) == []
    assert asset["id"] not in {found["id"] for found in call.nodes(filters=LISTED).json["data"]}
    call.trash(still["id"], op="remove")
    back = node(call, asset["id"])
    assert (back["status"], back["version"]) == ("AVAILABLE", asset["version"] + 2)
    assert children(call, still["id"]) == [back]


def test_purged_with_the_still(live):
    """From the trash or from outside of it, without recurse."""
    call, still, asset = live
    assert call.purge(still["id"]).json == {"errorMap": {}}
    assert call.get(f"/drive/v1/nodes/{asset['id']}").status == 404


def test_an_asset_alone_stays(live):
    """It can be neither trashed nor restored, purged, moved, put in an album or in the vault."""
    call, still, asset = live
    assert set(call.trash(asset["id"]).json["errors"]) == {asset["id"]}
    assert set(call.purge(asset["id"]).json["errorMap"]) == {asset["id"]}
    path = f"/drive/v1/nodes/{asset['id']}"
    assert call.ask("PUT", f"/drive/v1/trash/{asset['id']}").status == 400
    assert call.ask("PATCH", path, body={"parents": [call.root]}).status == 400
    album = call.album("x").json["id"]
    body = {"op": "add", "value": [asset["id"]]}
    assert call.ask("PATCH", f"/drive/v1/nodes/{album}/children", body=body).status == 400
    vault = {"familyId": "f", "nodesToAdd": [asset["id"]], "nodesToRemove": []}
    assert call.ask("POST", "/drive/v1/familyArchive/", body=vault).status == 400
    assert node(call, asset["id"]) == asset
    call.trash(still["id"])
    assert set(call.trash(asset["id"], op="remove").json["errors"]) == {asset["id"]}
    assert node(call, asset["id"])["status"] == "TRASH"


def test_changes_of_the_still_leave_the_asset_alone(live):
    """A name, a description, a place among the favourites and a move change one node."""
    call, still, asset = live
    for body in (
        {"name": "other.heic"},
        {"description": "x"},
        {"settings": {"favorite": True}},
        {"parents": [call.root]},
    ):
        assert call.ask("PATCH", f"/drive/v1/nodes/{still['id']}", body=body).status == 200
    assert node(call, asset["id"]) == asset


def test_what_an_asset_holds_is_no_duplicate(live):
    """Its bytes can be uploaded as a file of their own."""
    call, _, asset = live
    content = call.get(f"/cdproxy/nodes/{asset['id']}").body
    answer = call.upload("video.mov", content)
    assert (answer.status, answer.json["contentProperties"]["md5"]) == (201, asset["contentProperties"]["md5"])
