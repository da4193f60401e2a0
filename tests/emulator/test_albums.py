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


def test_items_stand_in_the_order_they_were_put_in(call):
    """Without a sort; what is taken out and put in again is the last; a sort is obeyed as anywhere (guess-albums)."""
    ids = {name: call.uploaded(name) for name in ("a.txt", "b.txt", "c.txt")}
    album = call.album("x").json["id"]
    change(call, album, "add", [ids["c.txt"], ids["a.txt"]])
    change(call, album, "add", [ids["b.txt"], ids["a.txt"]])
    assert items(call, album) == ["c.txt", "a.txt", "b.txt"]
    change(call, album, "remove", [ids["c.txt"]])
    change(call, album, "add", [ids["c.txt"]])
    assert items(call, album) == ["a.txt", "b.txt", "c.txt"]
    answer = call.get(f"/drive/v1/nodes/{album}/children", sort="['name DESC']")
    assert call.names(answer) == ["c.txt", "b.txt", "a.txt"]


def test_the_trash_keeps_places_in_albums(call):
    """A photo in the trash is not shown, counted or on the cover, and is back in its place when restored."""
    ids = [call.uploaded(name) for name in ("a.txt", "b.txt", "c.txt")]
    album = call.album("x").json["id"]
    change(call, album, "add", ids)
    call.trash(ids[0])
    answer = call.get(f"/drive/v1/nodes/{album}/children")
    assert (answer.json["count"], call.names(answer)) == (2, ["b.txt", "c.txt"])
    covers = call.get(f"/drive/v1/nodes/{album}").json["collectionProperties"]["covers"]
    assert [cover["id"] for cover in covers] == ids[1:]
    call.trash(ids[0], op="remove")
    assert items(call, album) == ["a.txt", "b.txt", "c.txt"]


def test_an_album_in_the_trash_keeps_its_items(call):
    """Its photos are not trashed with it, it takes no others meanwhile, and comes back with all."""
    album, node_id, other = call.album("x").json["id"], call.uploaded("a.txt"), call.uploaded("b.txt")
    change(call, album, "add", [node_id])
    assert call.trash(album).json == {"count": 1, "errors": {}}
    assert call.get(f"/drive/v1/nodes/{node_id}").json["status"] == "AVAILABLE"
    assert call.names(call.get("/drive/v1/trash")) == ["x"]
    assert call.names(call.search("type:(ALBUMS)")) == []
    assert change(call, album, "add", [other]).status == 400
    call.trash(album, op="remove")
    assert items(call, album) == ["a.txt"]


def test_purged_items_are_in_no_album(call):
    """And asking to take one out is a 404."""
    album, node_id = call.album("x").json["id"], call.uploaded("a.txt")
    change(call, album, "add", [node_id])
    call.purge(node_id)
    assert items(call, album) == []
    assert change(call, album, "remove", [node_id]).status == 404


def test_an_album_is_modified_with_its_items(call):
    """Version, eTag and modifiedDate change with a membership, and not where nothing changes."""
    album, node_id = call.album("x").json["id"], call.uploaded("a.txt")

    def seen():
        node = call.get(f"/drive/v1/nodes/{album}").json
        return node["version"], node["eTagResponse"], node["modifiedDate"]

    states = [seen()]
    for op in ("add", "remove"):
        for _ in range(2):
            change(call, album, op, [node_id])
            states.append(seen())
    assert states[1] == states[2]
    assert states[3] == states[4]
    assert states[0] < states[1] < states[3]


def test_only_files_of_the_account(call):
    """Another owner's id is a 404; albums, folders and what is in the trash are a 400; none of the batch goes in."""
    album, other, node_id = call.album("x").json["id"], call.album("y").json["id"], call.uploaded("a.txt")
    trashed = call.uploaded("b.txt")
    call.trash(trashed)
    assert change(call, album, "add", [node_id, f"A2SOMEBODYELSE:{node_id}"]).status == 404
    for wrong in (other, call.folder("f").json["id"], trashed):
        assert change(call, album, "add", [node_id, wrong]).status == 400
    assert items(call, album) == []


def test_albums_of_one_name(call):
    """Two are made, and one is renamed to the name of another, without a refusal."""
    first, second = call.album("Summer").json["id"], call.album("summer").json["id"]
    assert first != second
    assert call.ask("PATCH", f"/drive/v1/nodes/{second}", body={"name": "Summer"}).json["name"] == "Summer"
    assert call.names(call.search("type:(ALBUMS) AND name:(Summer)")) == ["Summer", "Summer"]


def test_albums_of_one_name_refused(call):
    """With album-names-unique both are a 409 that names the album in the way; the trash doesn't count."""
    call.service.set(deviations=["album-names-unique"])
    first, second = call.album("Summer").json["id"], call.album("Winter").json["id"]
    for answer in (call.album("SUMMER"), call.ask("PATCH", f"/drive/v1/nodes/{second}", body={"name": "summer"})):
        assert (answer.status, answer.json["code"], answer.json["info"]) == (
            409,
            "NAME_ALREADY_EXISTS",
            {"nodeId": first},
        )
    call.trash(first)
    assert call.album("Summer").status == 201


def test_covers_without_the_resource_version(call):
    """No owner stands anywhere then."""
    album = call.album("x").json["id"]
    change(call, album, "add", [call.uploaded("a.jpg")])
    (cover,) = call.get(f"/drive/v1/nodes/{album}").json["collectionProperties"]["covers"]
    assert set(cover) == {"id", "isDefault"}
