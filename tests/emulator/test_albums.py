def change(call, album, op, value):
    body = {"op": op, "value": value, "resourceVersion": "V2", "ContentType": "JSON"}
    return call.ask("PATCH", f"/drive/v1/nodes/{album}/children", body=body)


def items(call, album):
    return call.names(call.get(f"/drive/v1/nodes/{album}/children"))


def test_a_new_album(call):
    """201: no parents, contentProperties null, collectionProperties there."""
    answer = call.album("Summer")
    assert answer.status == 201
    node = answer.json
    assert (node["kind"], node["parents"], node["contentProperties"]) == ("VISUAL_COLLECTION", [], None)
    assert node["collectionProperties"] == {"covers": [], "query": {}}


def test_albums_need_the_resource_version(call):
    """Without resourceVersion=V2 creating one is a 400, without a trace."""
    answer = call.ask("POST", "/drive/v1/nodes", body={"kind": "VISUAL_COLLECTION", "name": "Summer"})
    assert answer.status == 400
    assert call.names(call.nodes(filters="kind:VISUAL_COLLECTION")) == []


def test_putting_in_and_taking_out(call):
    """Bare ids and owner:id are both taken; a file stays in its folder and may be in many albums."""
    first, second = call.uploaded("a.txt"), call.uploaded("b.txt")
    album, other = call.album("x").json["id"], call.album("y").json["id"]
    owner = call.service.library.owner
    assert change(call, album, "add", [first, f"{owner}:{second}"]).status == 200
    change(call, other, "add", [first])
    assert (items(call, album), items(call, other)) == (["a.txt", "b.txt"], ["a.txt"])
    change(call, album, "remove", [f"{owner}:{first}"])
    assert items(call, album) == ["b.txt"]
    assert call.get(f"/drive/v1/nodes/{first}").json["parents"] == [call.root]


def test_membership_is_not_doubled(call):
    """Adding twice changes nothing, nor does taking out what isn't there."""
    album, node_id = call.album("x").json["id"], call.uploaded("a.txt")
    for _ in range(2):
        assert change(call, album, "add", [node_id, node_id]).status == 200
    assert call.get(f"/drive/v1/nodes/{album}/children").json["count"] == 1
    for _ in range(2):
        assert change(call, album, "remove", [node_id]).status == 200
    assert items(call, album) == []


def test_at_most_twenty_five(call):
    """26 at once are a 400 and nothing is put in."""
    album = call.album("x").json["id"]
    ids = [call.uploaded(f"{number:02}") for number in range(26)]
    assert change(call, album, "add", ids).status == 400
    assert items(call, album) == []
    assert change(call, album, "add", ids[:25]).status == 200


def test_all_or_nothing(call):
    """An unknown id is a 404 and nothing is put in."""
    album, node_id = call.album("x").json["id"], call.uploaded("a.txt")
    assert change(call, album, "add", [node_id, "nothing"]).status == 404
    assert items(call, album) == []


def test_only_albums_take_items(call):
    """Folders don't, folders don't go in, and only add and remove are known."""
    album, node_id, folder = call.album("x").json["id"], call.uploaded("a.txt"), call.folder("f").json["id"]
    assert change(call, folder, "add", [node_id]).status == 400
    assert change(call, album, "add", [folder]).status == 400
    assert change(call, album, "replace", [node_id]).status == 400


def test_covers(call):
    """An album shows its first pictures, with their owner."""
    album, node_id = call.album("x").json["id"], call.uploaded("a.jpg")
    change(call, album, "add", [node_id])
    node = call.get(f"/drive/v1/nodes/{album}", resourceVersion="V2").json
    (cover,) = node["collectionProperties"]["covers"]
    assert cover == {"id": node_id, "ownerId": call.service.library.owner, "isDefault": True}


def test_an_album_goes_without_its_items(call):
    """Purging it leaves the files."""
    album, node_id = call.album("x").json["id"], call.uploaded("a.txt")
    change(call, album, "add", [node_id])
    call.purge(album)
    assert call.get(f"/drive/v1/nodes/{album}").status == 404
    assert call.get(f"/drive/v1/nodes/{node_id}").json["status"] == "AVAILABLE"
