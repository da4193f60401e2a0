"""Promises that small changes to the emulator have broken without any other test's notice."""

import io
import json
import zipfile
from urllib.parse import urlsplit

import pytest

from amazon_photos.emulator import running
from amazon_photos.emulator.library import people, purge
from amazon_photos.emulator.library.snapshots import LIFETIME
from amazon_photos.emulator.seeding import fill


def version(call, node_id):
    node = call.get(f"/drive/v1/nodes/{node_id}").json
    return node["version"], node["eTagResponse"]


def album_of(call, *node_ids):
    album = call.album("x").json["id"]
    body = {"op": "add", "value": list(node_ids)}
    assert call.ask("PATCH", f"/drive/v1/nodes/{album}/children", body=body).status == 200
    return album


def test_what_is_in_the_trash_goes_into_no_album(call):
    """A 400, and the album stays as it is."""
    node_id = call.uploaded("a.jpg")
    call.trash(node_id)
    album = call.album("x").json["id"]
    body = {"op": "add", "value": [node_id]}
    assert call.ask("PATCH", f"/drive/v1/nodes/{album}/children", body=body).status == 400
    call.trash(node_id, op="remove")
    assert call.names(call.get(f"/drive/v1/nodes/{album}/children")) == []


def test_an_album_changes_with_its_items(call):
    """Its version and its ETag move on, so that whoever asks what changed is told."""
    node_id = call.uploaded("a.jpg")
    album = call.album("x").json["id"]
    before = version(call, album)
    call.ask("PATCH", f"/drive/v1/nodes/{album}/children", body={"op": "add", "value": [node_id]})
    after = version(call, album)
    assert after[0] == before[0] + 1
    assert after[1] != before[1]


def test_a_new_name_counts_from_then_on(call):
    """The old name is free, the new one is taken, in any case."""
    node_id = call.uploaded("old.txt", b"1")
    assert call.ask("PATCH", f"/drive/v1/nodes/{node_id}", body={"name": "New.txt"}).status == 200
    assert call.upload("nEW.TXT", b"2").status == 409
    assert call.upload("OLD.txt", b"3").status == 201


def test_what_is_in_the_trash_may_have_any_name(call):
    """Names are looked at on the way back only."""
    call.uploaded("taken.txt", b"1")
    node_id = call.uploaded("a.txt", b"2")
    call.trash(node_id)
    assert call.ask("PATCH", f"/drive/v1/nodes/{node_id}", body={"name": "taken.txt"}).status == 200


def test_a_refused_change_leaves_nothing_of_itself(call):
    """All or nothing: a change that fails in its middle is undone, one that came along with it is not."""
    first, second = call.uploaded("a.jpg"), call.uploaded("b.jpg")
    album = call.album("x").json["id"]
    body = {"op": "add", "value": [first, second, "nobody"]}
    assert call.ask("PATCH", f"/drive/v1/nodes/{album}/children", body=body).status == 404
    assert call.names(call.get(f"/drive/v1/nodes/{album}/children")) == []
    folder = {"familyId": "f", "nodesToAdd": [first, "nobody"], "nodesToRemove": []}
    assert call.ask("POST", "/drive/v1/familyArchive/", body=folder).status == 404

    def change_and_fail(db):
        db.execute("DELETE FROM nodes WHERE kind = 'FILE'")
        raise LookupError("in the middle")

    with pytest.raises(LookupError):
        call.service.library.write(change_and_fail)
    assert call.nodes(filters="kind:FILE").json["count"] == 2


def test_what_leaves_pending_is_modified_at_that_moment(call):
    """modifiedDate is when it became ready, so that a listing by it tells of the file."""
    call.service.set(processing=50)
    pending = call.upload("a.jpg", b"a").json
    call.service.set(processing=0, clock_offset=100)
    node = call.get(f"/drive/v1/nodes/{pending['id']}").json
    assert (pending["status"], node["status"]) == ("PENDING", "AVAILABLE")
    assert pending["createdDate"] == node["createdDate"] < node["modifiedDate"] < call.folder("now").json["createdDate"]
    assert node["version"] == pending["version"] + 1


def test_the_search_learns_of_a_file_when_it_is_ready(call):
    """However quick the index is, a file that is PENDING is not found."""
    call.service.set(processing=1000, index_delay=10)
    call.upload("a.jpg", b"a")
    for offset, count in ((0, 0), (500, 0), (1001, 1)):
        call.service.set(clock_offset=offset)
        assert call.search().json["count"] == count


def test_a_folder_in_the_trash_takes_nothing_in(call):
    """A 400 in the service's own words, for uploads and for folders."""
    folder = call.folder("x").json["id"]
    call.trash(folder)
    assert call.upload("a.txt", b"a", parent=folder).status == 400
    assert call.folder("y", parent=folder).status == 400


@pytest.mark.parametrize("path", ["/drive/v1/nodes", "/drive/v1/trash"])
def test_offset_and_limit_reach_9999_and_no_further(call, path):
    """Exactly 9999 is answered, 10,000 is not."""
    assert call.get(path, offset=9799, limit=200).status == 200
    assert call.get(path, offset=9800, limit=200).status == 400
    assert call.get(path, offset=9998, limit=1).status == 200
    assert call.get(path, offset=9999, limit=1).status == 400


def test_a_token_lives_ten_minutes(call):
    """To the second, by the service's clock."""
    for name in ("a", "b"):
        call.uploaded(name)
    token = call.nodes(limit=1).json["nextToken"]
    call.service.set(clock_offset=LIFETIME - 60)
    assert call.nodes(limit=1, startToken=token).status == 200
    call.service.set(clock_offset=LIFETIME + 1)
    assert call.nodes(limit=1, startToken=token).status == 400


def test_a_revoked_link_leaves_no_node(call):
    """Its SHARED_COLLECTION is gone, too."""
    share = call.ask("POST", "/_emulator/shares", body={"nodeIds": [call.uploaded("a.jpg")]}).json
    assert call.nodes(filters="kind:SHARED_COLLECTION").json["count"] == 1
    call.ask("DELETE", f"/_emulator/shares/{share['shareId']}")
    assert call.nodes(filters="kind:SHARED_COLLECTION").json["count"] == 0
    assert call.get(f"/drive/v1/nodes/{share['nodeId']}").status == 404


def test_hidden_photos_are_no_memories(call):
    """Who hides a photo does not want to be reminded of it."""
    call.service.reset(files=300)
    where = "/drive/v2/memories/v1/collections/this_day_filtered"
    (month, day) = call.service.library.read(
        lambda db: db.execute("SELECT month, day FROM nodes WHERE kind = 'FILE' AND status = 'AVAILABLE'").fetchone()
    )
    query = {"month": month, "day": day, "includeContents": "true", "contentsSize": 100}

    def shown():
        return {node["id"] for year in call.get(where, **query).json["collections"] for node in year["nodes"]}

    before = shown()
    assert before
    for node_id in before:
        call.ask("PATCH", f"/drive/v1/nodes/{node_id}", body={"settings": {"hidden": True}})
    assert shown() == set()


def test_merged_twice(call):
    """Whoever was merged into somebody who was merged again is that one, for searching, naming and merging."""
    ids = [call.uploaded(f"{name}.jpg") for name in "abc"]
    seqs = dict(call.service.library.read(lambda db: db.execute("SELECT id, seq FROM nodes").fetchall()))
    for name, node_id in zip("ABC", ids, strict=True):
        call.service.library.write(people.recognise, name=name, seq=seqs[node_id], node_id=node_id)
    listed = call.get("/drive/v1/search/aggregation", category="people").json["aggregations"]
    clusters = {entry["searchData"]["clusterName"]: entry["value"] for entry in listed}
    for pair in (("B", "A"), ("C", "B")):
        body = {"clusterIds": [clusters[name] for name in pair], "newName": "one", "context": "customer"}
        assert call.ask("POST", "/drive/v1/cluster", body=body).json["clusterId"] == clusters[pair[0]]
    for cluster in clusters.values():
        found = call.search(filters=f"people:({cluster})")
        assert found.json["count"] == 3
        body = {"sourceCluster": cluster, "newName": "other", "context": "customer"}
        assert call.ask("PUT", "/drive/v1/cluster/name", body=body).json["clusterId"] == clusters["C"]


def test_a_purge_leaves_nothing_behind(call):
    """No row of any table tells of a node that is gone: another one may get its number."""
    node_id = call.uploaded("a.jpg")
    album = album_of(call, node_id)
    library = call.service.library
    seq, album_seq = (
        library.read(lambda db, one=one: db.execute("SELECT seq FROM nodes WHERE id = ?", (one,)).fetchone()[0])
        for one in (node_id, album)
    )

    def columns(db):
        """Every column of numbers of nodes; the only other table of numbers is ``nodes`` itself."""
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        named = [(table, row) for table in tables for row in db.execute(f"PRAGMA table_info({table})")]
        return [(table, row[1]) for table, row in named if row[2] == "INTEGER" and table != "nodes"]

    def is_told(table, column, number):
        query = f"SELECT 1 FROM {table} WHERE {column} = {number}"
        return library.read(lambda db: db.execute(query).fetchone()) is not None

    def told_in(number):
        return {f"{table}.{column}" for table, column in library.read(columns) if is_told(table, column, number)}

    library.write(lambda db: db.execute("INSERT INTO things VALUES ('x', ?)", (seq,)))
    library.write(people.recognise, name="A", seq=seq, node_id=node_id)
    call.ask("POST", "/drive/v1/familyArchive/", body={"familyId": "f", "nodesToAdd": [node_id], "nodesToRemove": []})
    call.ask("POST", "/_emulator/shares", body={"nodeIds": [node_id]})
    held = {"placements.child", "album_items.node", "things.node", "faces.node", "family.node", "share_items.node"}
    assert (told_in(seq), told_in(album_seq)) == (held, {"album_items.album"})
    assert call.purge(node_id).json == {"errorMap": {}}
    assert told_in(seq) == set()


def test_content_stays_as_long_as_one_node_holds_it(call):
    """Purging one of two nodes with the same bytes keeps them for the other."""
    first, second = call.uploaded("a.txt", b"same"), call.uploaded("b.txt", b"same", suppress="deduplication")
    call.purge(first)
    call.service.library.sweep()
    assert call.get(f"/cdproxy/nodes/{second}").body == b"same"
    md5 = call.get(f"/drive/v1/nodes/{second}").json["contentProperties"]["md5"]
    assert call.service.library.read(purge.list_unreferenced, [md5]) == []
    call.purge(second)
    call.service.library.sweep()
    assert not call.service.library.store.path(md5).exists()


def test_a_folder_brings_back_what_it_took(call):
    """All of it, however deep."""
    outer = call.folder("outer").json["id"]
    inner = call.folder("inner", parent=outer).json["id"]
    call.uploaded("deep.txt", parent=inner)
    call.trash(outer)
    call.trash(outer, op="remove")
    assert call.names(call.get(f"/drive/v1/nodes/{inner}/children")) == ["deep.txt"]


def test_the_same_bytes_as_in_the_trash_are_new(call):
    """Duplicates are looked for outside the trash."""
    call.trash(call.uploaded("a.txt", b"same"))
    assert call.upload("b.txt", b"same").status == 201


def test_a_link_lives_a_quarter_of_an_hour(call):
    """By the service's clock."""
    node_id = call.uploaded("a.txt")
    link = call.get(f"/drive/v1/nodes/{node_id}/contentRedirection").headers["Location"]
    path = urlsplit(link).path
    for offset, status in ((800, 200), (901, 403)):
        call.service.set(clock_offset=offset)
        assert call.get(path).status == status


def test_a_zip_holds_files_only(call):
    """The movies of live photos are not in it; what is asked for twice is in it once."""
    call.service.reset(files=200)
    query = "SELECT id, name FROM nodes WHERE has_live_video AND status = 'AVAILABLE'"
    node_id, name = call.service.library.read(lambda db: db.execute(query).fetchone())
    assert len(call.get(f"/drive/v1/nodes/{node_id}/children", filters="kind:ASSET").json["data"]) == 1
    path = call.zip_of(node_id, node_id)
    with zipfile.ZipFile(io.BytesIO(call.get(path).body)) as archive:
        assert archive.namelist() == [name]


def test_another_script_forgets_what_the_last_one_kept(call):
    """The answer that repeat repeats was given under the same script."""
    call.service.faults([{"operation": "nodes.list", "nth": 2, "fault": "repeat"}])
    call.uploaded("a")
    call.nodes(filters="kind:FILE")
    call.service.faults([{"operation": "nodes.list", "fault": "repeat"}])
    call.uploaded("b")
    assert sorted(call.names(call.nodes(filters="kind:FILE"))) == ["a", "b"]


def test_what_is_due_is_looked_for_after_every_change(call):
    """A file that comes while another waits is brought about in its own time."""
    call.service.set(index_delay=1000)
    call.upload("late.jpg", b"1")
    assert call.search().json["count"] == 0
    call.service.set(index_delay=10)
    call.upload("soon.jpg", b"2")
    call.service.set(clock_offset=500)
    assert call.names(call.search()) == ["soon.jpg"]


def test_albums_of_an_invented_library_are_full_some_day(call, monkeypatch):
    """They take so many items and no more."""
    monkeypatch.setattr(fill, "_MAX_IN_ALBUM", 7)
    call.service.reset(files=2000)
    query = "SELECT MAX(items) FROM (SELECT COUNT(*) AS items FROM album_items GROUP BY album)"
    assert call.service.library.read(lambda db: db.execute(query).fetchone()[0]) == 7


def test_what_a_crash_left_in_incoming_goes_at_the_start(tmp_path):
    """Uploads that were on their way are nobody's; content that no node holds, too."""
    with running(tmp_path):
        pass
    md5 = "ab" + "0" * 30
    for path in (tmp_path / "incoming" / ("0" * 32), tmp_path / "content" / "ab" / md5):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    with running(tmp_path):
        assert not [
            path for folder in ("incoming", "content") for path in (tmp_path / folder).rglob("*") if path.is_file()
        ]


def test_json_is_json(call):
    """Every answer that says so can be read back as what it was."""
    call.uploaded("Übung \u2028 \x7f \U0001f600.jpg")
    answer = call.nodes(filters="kind:FILE")
    assert json.loads(answer.body)["data"][0]["name"] == "Übung \u2028 \x7f \U0001f600.jpg"
