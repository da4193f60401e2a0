"""A library of a thousand: paging, batches and people."""

from .scene import Steps

STEPS = Steps()
PAGE = 200
BATCH = 50


@STEPS.step("AmazonPhotos(cookies=…), a thousand files")
def construct(scene):
    scene.peer.do("AmazonPhotos", cookies=scene.service.cookies, db_path="many.parquet")
    return f"{len(scene.service.requests)} requests before the first call (its fault 14)"


@STEPS.step("query() beyond one page: everything is there")
def query(scene):
    rows = scene.peer.do("query")
    there = {
        node["id"]
        for node in scene.outside.all(
            "/search", searchContext="customer", filters="type:(PHOTOS OR VIDEOS)", sort="['name ASC']"
        )
    }
    assert {row["id"] for row in rows} == there
    assert len(there) > PAGE
    return f"{len(there)} files"


@STEPS.step("query() beyond one page: once each", fault=10)
def query_doubled(scene):
    rows = scene.peer.do("query")
    assert len(rows) - len({row["id"] for row in rows}) == PAGE
    return f"{PAGE} of them twice"


@STEPS.step("nodes() beyond one page", fault=5)
def nodes(scene):
    rows = scene.peer.do("nodes", ["kind:FILE", "status:AVAILABLE"])
    assert len(rows) == PAGE < len(scene.outside.nodes("kind:FILE AND status:AVAILABLE"))
    return f"never more than {PAGE}"


@STEPS.step("trash(more than a batch)")
def trash(scene):
    ids = some_ids(scene, 2 * PAGE + 50)
    replies = scene.peer.do("trash", ids)
    assert {reply["status"] for reply in replies} == {200}
    assert len(replies) == len(ids) / BATCH
    in_trash = {node["id"] for node in scene.outside.all("/trash")}
    assert in_trash >= set(ids)
    return f"{len(ids)} in {len(replies)} requests"


@STEPS.step("trashed() beyond one page", fault=1)
def trashed(scene):
    told = {row["id"] for row in scene.peer.do("trashed")}
    assert "AVAILABLE" in {scene.outside.node(node_id)["status"] for node_id in told}
    assert all(node["status"] == "TRASH" for node in scene.outside.all("/trash"))
    return "lists live nodes as trashed"


@STEPS.step("restore(more than a batch)", fault=8)
def restore(scene):
    ids = [node["id"] for node in scene.outside.all("/trash")][: BATCH + 10]
    reply = scene.peer.do("restore", ids)
    assert reply["status"] == 400, reply
    assert scene.outside.become(ids) == {"TRASH"}
    assert scene.peer.do("restore", ids[:BATCH])["status"] == 200
    assert scene.outside.become(ids[:BATCH]) == {"AVAILABLE"}
    return f"{len(ids)} at once are refused, and it does not say so; {BATCH} come back"


@STEPS.step("delete(more than a batch)")
def delete(scene):
    ids = [node["id"] for node in scene.outside.all("/trash")][: 2 * BATCH + 1]
    assert [reply["status"] for reply in scene.peer.do("delete", ids)] == [200] * 3
    assert scene.outside.become(ids) == {"gone"}
    return f"{len(ids)} in 3 requests"


@STEPS.step("rename_cluster, update_cluster_thumbnail, combine_clusters")
def people(scene):
    clusters = [entry["value"] for entry in scene.peer.do("aggregations", "clusterId", out="")]
    first, second = clusters[:2]
    scene.peer.do("rename_cluster", first, "Ada")
    assert named(scene)[first] == "Ada"
    picture = scene.outside.all("/search", searchContext="customer", filters=f"clusterId:({first})")[0]["id"]
    scene.peer.do("update_cluster_thumbnail", first, picture)
    scene.peer.do("combine_clusters", [first, second], "Ada and Bob")
    after = named(scene)
    assert "Ada and Bob" in after.values()
    assert len(after) == len(clusters) - 1
    return f"{len(clusters)} people, then {len(after)}"


@STEPS.step("add_to_family_vault, remove_from_family_vault")
def family(scene):
    ids = some_ids(scene, 2)
    for call, key in (("add_to_family_vault", "nodesAdded"), ("remove_from_family_vault", "nodesRemoved")):
        assert scene.peer.do(call, "family", ids)[key] == ids
    assert scene.asked("POST", "/drive/v1/familyArchive/") == [200, 200]
    return "2 in, 2 out"


def some_ids(scene, number):
    """Ids of files that are in no trash."""
    return [node["id"] for node in scene.outside.nodes("kind:FILE AND status:AVAILABLE")][:number]


def named(scene):
    """Name of every person, by cluster."""
    _, reply = scene.outside.ask("GET", "/search/aggregation", category="clusterId", aggregationContext="all")
    return {entry["value"]: entry["searchData"]["clusterName"] for entry in reply["aggregations"]}
