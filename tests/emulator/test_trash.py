import pytest

from amazon_photos.emulator.library import scheduled, trash

DAY = 86400
TRASHED = "kind:(FILE* OR FOLDER*) AND status:(TRASH*)"


def trashed(call):
    return call.names(call.get("/drive/v1/trash", filters=TRASHED, sort="['name ASC']"))


def files(call):
    return call.names(call.nodes(filters="kind:FILE", sort="['name ASC']"))


def test_into_the_trash_and_back(call):
    """op=add moves a node from /nodes to /trash, op=remove back."""
    node_id = call.uploaded("a.txt")
    assert call.trash(node_id).status == 200
    assert (files(call), trashed(call)) == ([], ["a.txt"])
    assert call.get(f"/drive/v1/nodes/{node_id}").json["status"] == "TRASH"
    assert call.trash(node_id, op="remove", conflictResolution="RENAME").status == 200
    assert (files(call), trashed(call)) == (["a.txt"], [])


def test_every_page_of_the_trash_is_trash(call):
    """The second page holds no live node (the trap of the predecessor)."""
    call.trash(*[call.uploaded(f"t{number}") for number in range(5)])
    call.uploaded("alive")
    pages = [call.get("/drive/v1/trash", limit=3, offset=offset).json for offset in (0, 3)]
    assert [node["status"] for page in pages for node in page["data"]] == ["TRASH"] * 5


def test_a_folder_takes_its_descendants_along(call):
    """And brings back what it took, not what was trashed before it."""
    above = call.folder("above").json["id"]
    below = call.folder("below", parent=above).json["id"]
    early = call.uploaded("early", parent=below)
    call.uploaded("late", parent=below)
    call.trash(early)
    call.trash(above)
    assert trashed(call) == ["above", "below", "early", "late"]
    call.trash(above, op="remove")
    assert trashed(call) == ["early"]
    assert files(call) == ["late"]


def test_a_name_taken_meanwhile(call):
    """The trash holds no names; on the way back RENAME finds a free one, and without it the node stays."""
    first = call.uploaded("a.txt", b"1")
    call.trash(first)
    call.uploaded("A.txt", b"2")
    answer = call.trash(first, op="remove", conflictResolution="")
    assert answer.json["errors"][first]["code"] == "NAME_ALREADY_EXISTS"
    assert trashed(call) == ["a.txt"]
    assert call.trash(first, op="remove", conflictResolution="RENAME").json["errors"] == {}
    assert files(call) == ["A.txt", "a(1).txt"]


def test_one_failure_stops_nothing(call):
    """Unknown ids are told in a map; the others are done."""
    node_id = call.uploaded("a.txt")
    answer = call.trash("nothing", node_id)
    assert (answer.status, list(answer.json["errors"])) == (200, ["nothing"])
    assert answer.json["errors"]["nothing"]["code"] == "NODE_NOT_FOUND"
    assert trashed(call) == ["a.txt"]


@pytest.mark.parametrize("act", ["trash", "purge"])
def test_at_most_fifty(call, act):
    """Fifty at once, not fifty-one."""
    ids = [call.uploaded(f"{number:02}") for number in range(51)]
    assert getattr(call, act)(*ids).status == 400
    assert len(files(call)) == 51
    assert getattr(call, act)(*ids[:50]).status == 200
    assert len(files(call)) == 1


@pytest.mark.parametrize("body", [{}, {"op": "add"}, {"op": "add", "value": []}, {"op": "burn", "value": ["x"]}])
def test_what_the_trash_cannot_be_told(call, body):
    """A 400."""
    assert call.ask("PATCH", "/drive/v1/trash", body=body).status == 400


def test_the_root_cannot_be_trashed(call):
    """Nor purged."""
    root = call.root
    assert call.trash(root).json["errors"][root]["errorCode"] == "ForbiddenAccess"
    assert call.purge(root).json == {"errorMap": {root: "ForbiddenAccess"}}
    assert call.root == root


def test_purging(call):
    """A purged node is gone, and so are its bytes when no other node holds them."""
    first = call.uploaded("a.txt", b"same")
    second = call.upload("b.txt", b"same", suppress="deduplication").json["id"]
    content = call.service.library.data / "content"
    call.purge(first)
    assert call.get(f"/drive/v1/nodes/{first}").status == 404
    assert call.get(f"/cdproxy/nodes/{second}").body == b"same"
    call.purge(second)
    call.uploaded("c.txt")  # writes come one after the other: the bytes of b.txt are gone by now
    assert len([path for path in content.rglob("*") if path.is_file()]) == 1


def test_purging_a_folder(call):
    """A folder that holds live nodes is refused without recurse."""
    folder = call.folder("x").json["id"]
    call.uploaded("a.txt", parent=folder)
    assert call.purge(folder).json == {"errorMap": {folder: "FOLDER_NOT_EMPTY"}}
    assert files(call) == ["a.txt"]
    assert call.purge(folder, recurse="true").json == {"errorMap": {}}
    assert files(call) == []


def test_two_names_for_what_a_purge_tells(call):
    """errorMap with a text (seen in a client of 2024); errors with the refusal (guess), by an option."""
    assert call.purge("nothing").json == {"errorMap": {"nothing": "NODE_NOT_FOUND"}}
    call.service.set(purge_errors="errors")
    assert call.purge("nothing").json["errors"]["nothing"]["code"] == "NODE_NOT_FOUND"


def test_too_many_for_a_purge(call):
    """More than fifty: 400 in these words (code)."""
    answer = call.purge(*["x"] * 51)
    assert answer.status == 400
    assert answer.json["message"].endswith("Member must have length less than or equal to 50")


def test_the_trash_empties_itself(call):
    """After thirty days by the service's clock, and not before."""
    node_id = call.uploaded("a.txt")
    call.trash(node_id)
    call.service.set(clock_offset=30 * DAY - 60)
    assert trashed(call) == ["a.txt"]
    call.service.set(clock_offset=30 * DAY + 60)
    assert trashed(call) == []
    assert call.get(f"/drive/v1/nodes/{node_id}").status == 404


def test_albums_and_favourites_survive_the_trash(call):
    """What comes back is what it was."""
    node_id, album = call.uploaded("a.txt"), call.album("x").json["id"]
    call.ask("PATCH", f"/drive/v1/nodes/{album}/children", body={"op": "add", "value": [node_id]})
    call.ask("PATCH", f"/drive/v1/nodes/{node_id}", body={"settings": {"favorite": True}})
    call.trash(node_id)
    assert call.names(call.get(f"/drive/v1/nodes/{album}/children")) == []
    call.trash(node_id, op="remove")
    assert call.names(call.get(f"/drive/v1/nodes/{album}/children")) == ["a.txt"]
    assert call.get(f"/drive/v1/nodes/{node_id}").json["settings"]["favorite"] is True


def test_a_new_name_is_taken_like_any_other(call):
    """What came back under a free name has that name now, in any case; the one it had is free again."""
    first = call.uploaded("a.txt", b"1")
    call.trash(first)
    second = call.uploaded("A.txt", b"2")
    call.trash(first, op="remove", conflictResolution="RENAME")
    assert call.upload("A(1).TXT", b"3").status == 409
    call.trash(second)
    assert call.upload("a.TXT", b"4").status == 201


def test_the_trash_keeps_for_exactly_thirty_days(call):
    """A millisecond before they have passed it is there; when they have, it is gone."""
    library, node_id = call.service.library, call.uploaded("a.txt")
    library.write(trash.add, node_ids=[node_id], now="2090-01-01T00:00:00.000Z")
    assert library.write(scheduled.settle, now="2090-01-30T23:59:59.999Z") == []
    assert library.read(scheduled.first) == "2090-01-31T00:00:00.000Z"
    assert len(library.write(scheduled.settle, now="2090-01-31T00:00:00.000Z")) == 1
    assert trashed(call) == []
