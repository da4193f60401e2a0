"""Each fact that can be made otherwise than on record, made so; and as it is on record without."""

from pathlib import Path

import pytest

from amazon_photos.emulator import Options
from amazon_photos.emulator.deviations import DEVIATIONS
from amazon_photos.errors import InvalidInput
from emulator.signing_in import Device

DOCS = Path(__file__).parents[2] / "docs/emulator.md"


def node(call):
    return call.get(f"/drive/v1/nodes/{call.uploaded('a.txt')}").json


def temp_link(call):
    path = call.get(f"/drive/v1/nodes/{call.uploaded('a.txt')}", tempLink="true").json["tempLink"]
    call.signed_in = False
    return call.get(path[len(call.service.url) :]).status


def signed_out(call):
    call.signed_in = False
    return call.get("/drive/v1/account/info").status


def aggregation_keys(call):
    call.uploaded("a.jpg")
    return set(call.get("/drive/v1/search/aggregation", category="type").json["aggregations"][0])


def fresh_device(call):
    call.service.sign_in.start_over()
    return Device(call)


def access_token(call):
    device = fresh_device(call)
    token = device.access_token(device.registered()["bearer"]["refresh_token"]).json["access_token"]
    return call.ask("GET", "/drive/v1/account/info", headers={"x-amz-access-token": token}).status


def registration(call):
    device = fresh_device(call)
    return device.register(device.code()).status


def state(call):
    return "openid.oa2.state=abc" in fresh_device(call).land(**{"openid.oa2.state": "abc"})


def first_character(call):
    device = fresh_device(call)
    answer = device.cookies(device.registered()["bearer"]["refresh_token"])
    return answer.json["response"]["tokens"]["cookies"][".amazon.com"][0]["Value"][:1]


def album_of_two(call):
    """An album with a photo of 2020 and then one of 2010."""
    ids = [
        call.upload_v2(f"{year}.txt", year.encode(), contentDate=f"{year}-01-01T00:00:00.000Z").json["id"]
        for year in ("2020", "2010")
    ]
    album = call.album("x").json["id"]
    call.ask("PATCH", f"/drive/v1/nodes/{album}/children", body={"op": "add", "value": ids})
    return album, ids


def order_of_items(call):
    album, _ = album_of_two(call)
    return call.names(call.get(f"/drive/v1/nodes/{album}/children"))


def items_after_a_restore(call):
    album, ids = album_of_two(call)
    call.trash(ids[0])
    call.trash(ids[0], op="remove")
    return call.get(f"/drive/v1/nodes/{album}/children").json["count"]


def second_album(call):
    call.album("x")
    return call.album("X").status


def merged(call):
    """The ids of two people who were merged, the one that came back, and what the second's filter finds."""
    call.service.reset(files=100)
    answer = call.get("/drive/v1/search/aggregation", category="allPeople")
    ids = [entry["value"] for entry in answer.json["aggregations"][:2]]
    body = {"clusterIds": ids, "newName": "Ada", "context": "customer"}
    back = call.ask("POST", "/drive/v1/cluster", body=body).json["clusterId"]
    return ids, back, call.search(f"people:({ids[1]})").json["count"]


def keeps_an_id(call):
    ids, back, _ = merged(call)
    return back in ids


def finds_the_merged(call):
    return merged(call)[2] > 0


def kinds_listed(call):
    call.service.reset(files=400)
    return {node["kind"] for offset in (0, 200, 400) for node in call.nodes(offset=offset, limit=200).json["data"]}


def listed_and_children(call):
    """Whether /nodes lists assets that are asked for, and whether a still does."""
    call.service.reset(files=400)
    listed = call.nodes(filters="kind:ASSET").json["count"] > 0
    stills = call.nodes(filters="kind:FILE", limit=200, offset=200).json["data"]
    still = next(node for node in stills if node["childAssetTypeInfo"])
    return listed, call.get(f"/drive/v1/nodes/{still['id']}/children").json["count"] == 1


def embedded_assets(call):
    """Of a still that is asked for with its assets, and of one that is asked for without."""
    call.service.reset(files=400)
    stills = call.nodes(filters="kind:FILE", limit=200, offset=200, asset="ALL").json["data"]
    still = next(node for node in stills if node["childAssetTypeInfo"])
    plain = call.get(f"/drive/v1/nodes/{still['id']}", asset="NONE").json
    return [node["kind"] for node in still["assets"]], plain["assets"]


def kinds_in_the_trash(call):
    call.service.reset(files=400)
    stills = call.nodes(filters="kind:FILE", limit=200, offset=200).json["data"]
    call.trash(next(node["id"] for node in stills if node["childAssetTypeInfo"]))
    return {node["kind"] for node in call.get("/drive/v1/trash").json["data"]}


def upload_of_an_asset(call):
    call.service.reset(files=400)
    stills = call.nodes(filters="kind:FILE", limit=200, offset=200).json["data"]
    still = next(node["id"] for node in stills if node["childAssetTypeInfo"])
    asset = call.get(f"/drive/v1/nodes/{still}/children").json["data"][0]["id"]
    return call.upload("video.mov", call.get(f"/cdproxy/nodes/{asset}").body).status


def items_of_a_batch(call):
    """The status of a batch with one unknown id, and how many items the album has then."""
    node_id, path = call.uploaded("a.txt"), f"/drive/v1/nodes/{call.album('x').json['id']}/children"
    answer = call.ask("PATCH", path, body={"op": "add", "value": ["nothing", node_id]})
    return answer.status, call.get(path).json["count"]


CHANGES = {
    "album-takes-what-it-can": (items_of_a_batch, (404, 0), (200, 1)),
    "trash-says-error-map": (
        lambda call: call.trash("nothing").json.get("errorMap"),
        None,
        {"nothing": "NODE_NOT_FOUND"},
    ),
    "assets-always-listed": (lambda call: "ASSET" in kinds_listed(call), False, True),
    "assets-are-duplicates": (upload_of_an_asset, 201, 409),
    "assets-embedded": (embedded_assets, ([], []), (["ASSET"], [])),
    "assets-not-listed": (listed_and_children, (True, True), (False, True)),
    "trash-lists-assets": (kinds_in_the_trash, {"FILE"}, {"FILE", "ASSET"}),
    "merge-new-id": (keeps_an_id, True, False),
    "merged-person-gone": (finds_the_merged, True, False),
    "album-by-date": (order_of_items, ["2020.txt", "2010.txt"], ["2010.txt", "2020.txt"]),
    "album-names-unique": (second_album, 201, 409),
    "trash-leaves-albums": (items_after_a_restore, 2, 1),
    "access-token-refused": (access_token, 200, 401),
    "mac-dms-required": (registration, 200, 400),
    "sign-in-echoes-state": (state, False, True),
    "cookies-unquoted": (first_character, '"', "2"),
    "search-context-optional": (lambda call: call.search(searchContext=None).status, 400, 200),
    "usage-leaves-kinds-out": (lambda call: len(call.get("/drive/v1/account/usage").json), 5, 1),
    "missing-node-400": (lambda call: call.get("/drive/v1/nodes/nothing").status, 404, 400),
    "protected-folder-missing": (lambda call: "protectedFolder" in node(call), True, False),
    "content-type-renamed": (lambda call: "mimeType" in node(call)["contentProperties"], False, True),
    "redirection-200": (
        lambda call: call.get(f"/drive/v1/nodes/{call.uploaded('a.txt')}/contentRedirection").status,
        302,
        200,
    ),
    "offsets-uncapped": (lambda call: call.nodes(offset=9900, limit=200).status, 400, 200),
    "count-missing": (lambda call: "count" in call.nodes().json, True, False),
    "page-limit-100": (lambda call: call.nodes(limit=101).status, 200, 400),
    "signed-out-403": (signed_out, 401, 403),
    "unknown-path-json": (lambda call: call.get("/drive/v1/nonsense").body[:1], b"<", b"{"),
    "temp-link-open": (temp_link, 401, 200),
    "aggregation-says-match": (
        aggregation_keys,
        {"value", "count", "searchData"},
        {"match", "count", "searchData"},
    ),
    "trailing-slash-404": (lambda call: call.get("/drive/v1/nodes/").status, 200, 404),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_deviation_changes_one_fact(call, name):
    """The fact is as on record without it, and otherwise with it."""
    look, recorded, other = CHANGES[name]
    assert look(call) == recorded
    call.signed_in = True
    call.service.reset()
    call.service.set(deviations=[name])
    assert look(call) == other


def test_every_deviation_is_tried():
    """None is without a test and without its line in the documents."""
    assert set(CHANGES) == set(DEVIATIONS)
    assert all(f"| `{name}` | {what} |" in DOCS.read_text("utf-8") for name, what in DEVIATIONS.items())


@pytest.mark.parametrize("wrong", ["nonsense", ["nonsense"], [5], 5, None])
def test_deviations_that_do_not_exist(wrong):
    """An InvalidInput that names those that do."""
    with pytest.raises(InvalidInput, match="deviation"):
        Options(deviations=wrong)


def test_options_over_http(call):
    """They go there and back as JSON."""
    wanted = {"deviations": ["count-missing"], "marketplace": "de", "moving": False, "purge_errors": "errors"}
    answer = call.ask("PATCH", "/_emulator/options", body=wanted)
    assert {name: answer.json[name] for name in wanted} == wanted
    assert call.ask("PATCH", "/_emulator/options", body={"marketplace": "dk"}).status == 400
    assert call.ask("PATCH", "/_emulator/options", body={"purge_errors": "x"}).status == 400
