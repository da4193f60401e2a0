"""A library of real files, from empty to tidied: what the predecessor's README shows, in its order."""

from . import shots
from .peer import md5
from .scene import Steps

STEPS = Steps()
AGAIN = Steps()
FIRST, SECOND, THIRD = (f"Pictures/{name}" for name in list(shots.PICTURES)[:3])


def columns(rows, name):
    return sorted(row[name] for row in rows)


@STEPS.step("AmazonPhotos(cookies=…)")
def construct(scene):
    scene.peer.do("AmazonPhotos", cookies=scene.service.cookies)
    assert {seen.status for seen in scene.service.requests} == {200}
    return f"{len(scene.service.requests)} requests before the first call (its fault 14)"


@STEPS.step("import amazon_photos", fault=12)
def importing(scene):
    assert (scene.peer.folder / "log.log").exists()
    return "wrote log.log"


@STEPS.step("upload(folder)")
def upload(scene):
    content = shots.write(scene.source)
    replies = scene.peer.do("upload", str(scene.source), refresh=False)
    assert {reply["status"] for reply in replies} == {201}, replies
    there = {path: file["contentProperties"]["md5"] for path, file in scene.outside.files().items()}
    assert there == {path: md5(data) for path, data in content.items()}
    return f"{len(there)} files: paths and MD5 as they were"


@STEPS.step("upload(folder) takes junk", fault=16)
def junk(scene):
    assert scene.ids(f"Pictures/{shots.JUNK}")
    return f"{shots.JUNK} is in the library"


@STEPS.step("upload(folder) twice in one session")
def upload_twice(scene):
    before = scene.outside.files()
    replies = scene.peer.do("upload", str(scene.source), refresh=False)
    assert {reply["status"] for reply in replies} == {409}, replies
    assert scene.outside.files() == before
    return "/Pictures is there from the start, so it knows its folders; 409 for every file"


@STEPS.step("upload(file)", fault=11)
def upload_file(scene):
    answer = scene.peer.attempt("upload", str(scene.source / shots.VIDEO), refresh=False)
    assert answer.error.startswith("NotADirectoryError"), answer
    return "makes a folder of its name, then raises NotADirectoryError"


@STEPS.step("usage()")
def usage(scene):
    rows = {row.pop("type"): row for row in scene.peer.do("usage")}
    _, told = scene.outside.ask("GET", "/account/usage")
    assert set(rows) == set(told) - {"lastCalculated"}
    for kind, row in rows.items():
        assert row == {
            f"{what}_{unit}": told[kind][what][unit] for what in ("billable", "total") for unit in ("bytes", "count")
        }
    assert rows["photo"]["total_count"] == len(shots.PICTURES)
    assert rows["video"]["total_count"] == 1
    return ", ".join(f"{kind} {row['total_count']}" for kind, row in sorted(rows.items()))


@STEPS.step("query(), photos(), videos()")
def query(scene):
    found = {call: scene.peer.do(call) for call in ("query", "photos", "videos")}
    names = sorted(name.rpartition("/")[2] for name in shots.PICTURES)
    assert columns(found["photos"], "name") == names
    assert columns(found["videos"], "name") == [shots.VIDEO]
    assert columns(found["query"], "name") == sorted([*names, shots.VIDEO])
    for row in found["query"]:
        node = scene.outside.node(row["id"])
        assert (row["md5"], row["size"]) == (node["contentProperties"]["md5"], node["contentProperties"]["size"])
    return f"{len(found['photos'])} + {len(found['videos'])}"


@STEPS.step("query(things, time, location)")
def search(scene):
    by_filter = {
        "type:(PHOTOS OR VIDEOS) AND things:(plant AND beach OR moon) AND timeYear:(2023) AND timeMonth:(8)"
        " AND timeDay:(14) AND location:(CAN#BC#Vancouver)": [FIRST, SECOND],
        "type:(PHOTOS) AND things:(plant)": [FIRST, THIRD],
        "timeYear:(1961)": ["Pictures/2022/Kyoto/grandma & grandpa (1961).jpg"],
    }
    for filters, paths in by_filter.items():
        found = columns(scene.peer.do("query", filters), "id")
        assert found == sorted(scene.ids(*paths)), (filters, found)
    assert scene.peer.do("query", "type:(PHOTOS) AND timeYear:(1999)") == []
    return "the README's example finds what its words say"


@STEPS.step("query(malformed)", fault=13)
def malformed(scene):
    answer = scene.peer.attempt("query", "things:(beach")
    assert answer.error == "AttributeError: 'NoneType' object has no attribute 'json'", answer
    assert scene.asked("GET", "/drive/v1/search") == [400], "it knows Amazon's 400 by its words and does not repeat it"
    return "Amazon's words are read, but not passed on"


@STEPS.step("nodes(filters, sort), nodes_by_name()")
def nodes(scene):
    rows = scene.peer.do("nodes", ["kind:FILE", "name:IMG*"], ["name ASC"])
    assert columns(rows, "id") == sorted(scene.ids(FIRST, SECOND, THIRD))
    assert columns(scene.peer.do("nodes_by_name", ["IMG_0001.JPG"]), "name") == ["IMG_0001.JPG"]
    assert scene.peer.do("nodes", ["name:("]) is None
    return f"{len(rows)} by prefix; a malformed filter gives None"


@STEPS.step("aggregations(category, out='')")
def aggregations(scene):
    everything = scene.peer.do("aggregations", "all", out="")
    for category in ("things", "location", "time", "type", "favorite", "people", "clusterId", "allPeople"):
        entries = scene.peer.do("aggregations", category, out="")
        assert [entry["value"] for entry in entries] == [entry["match"] for entry in everything[category]], category
    counts = {entry["match"]: entry["count"] for entry in everything["things"]}
    assert counts == {"plant": 2, "beach": 1, "moon": 1}
    places = {entry["match"]: entry["count"] for entry in everything["location"]}
    assert places["CAN#BC#Vancouver"] == len(shots.PICTURES)
    return ", ".join(f"{thing} {count}" for thing, count in sorted(counts.items()))


@STEPS.step("aggregations(category)", fault=7)
def aggregations_to_a_file(scene):
    answer = scene.peer.attempt("aggregations", category="location")
    assert answer.error.startswith("IsADirectoryError"), answer
    assert scene.asked("GET", "/drive/v1/search/aggregation") == [200]
    return "makes a folder location.json"


@STEPS.step("download(ids)")
def download(scene):
    files = scene.outside.files()
    scene.peer.do("download", [file["id"] for file in files.values()])
    for path, file in files.items():
        (came,) = (scene.peer.folder / "media").glob(f"{file['id']}_*")
        assert came.read_bytes() == (scene.work / path).read_bytes(), path
    return f"{len(files)} files, every byte"


@STEPS.step("download(unknown id)", fault=4)
def download_unknown(scene):
    assert scene.peer.do("download", ["nosuchnodeAAAAAAAAAAAA"])["nodes"] == ["nosuchnodeAAAAAAAAAAAA"]
    assert scene.asked("GET", "/drive/v1/nodes/nosuchnodeAAAAAAAAAAAA/contentRedirection") == [404]
    return "reports success"


@STEPS.step("create_album, rename_album, add_to_album, remove_from_album")
def albums(scene):
    first, second, third = scene.ids(FIRST, SECOND, THIRD)
    album = scene.peer.do("create_album", "Best", [first])["id"]

    def held():
        return {node["id"] for node in scene.outside.all(f"/nodes/{album}/children")}

    assert held() == {first}
    assert scene.peer.do("rename_album", album, "Best of 2023")["name"] == "Best of 2023"
    scene.peer.do("add_to_album", album, [second, third])
    assert held() == {first, second, third}
    scene.peer.do("remove_from_album", album, [first])
    assert held() == {second, third}
    assert scene.outside.node(album)["name"] == "Best of 2023"
    return "3 in, 1 out"


@STEPS.step("favorite, unfavorite, hide, unhide", fault=2)
def switches(scene):
    for call in ("favorite", "unfavorite", "hide", "unhide"):
        answer = scene.peer.attempt(call, scene.ids(FIRST))
        assert answer.error.endswith("unexpected keyword argument 'ids'"), answer
    assert not [seen for seen in scene.service.requests if seen.method == "PATCH"]
    return "raise before anything is sent"


@STEPS.step("trash, trashed, restore")
def trash(scene):
    ids = scene.ids(FIRST, SECOND)
    assert [reply["status"] for reply in scene.peer.do("trash", ids)] == [200]
    assert scene.outside.become(ids) == {"TRASH"}
    assert columns(scene.peer.do("trashed"), "id") == sorted(ids)
    assert not set(ids) & set(columns(scene.peer.do("query"), "id"))
    assert scene.peer.do("restore", ids)["status"] == 200
    assert scene.outside.become(ids) == {"AVAILABLE"}
    assert scene.peer.do("trashed") == []
    assert scene.ids(FIRST, SECOND) == ids, "they are where they were"
    return "2 there and back"


@STEPS.step("trash(folder), restore(folder)")
def trash_folder(scene):
    folder = scene.outside.nodes("kind:FOLDER AND name:2023")[0]["id"]
    ids = scene.ids(FIRST, SECOND)
    scene.peer.do("trash", [folder])
    assert scene.outside.become([folder, *ids]) == {"TRASH"}
    scene.peer.do("restore", [folder])
    assert scene.outside.become([folder, *ids]) == {"AVAILABLE"}
    return "with what it holds"


@STEPS.step("delete(ids)")
def delete(scene):
    ids = scene.ids(THIRD)
    scene.peer.do("trash", ids)
    assert [reply["status"] for reply in scene.peer.do("delete", ids)] == [200]
    assert scene.outside.become(ids) == {"gone"}
    assert THIRD not in scene.outside.files()
    return "gone for good"


@AGAIN.step("a new session: folders, tree, find_path, print_tree")
def folders(scene):
    scene.peer.do("AmazonPhotos", cookies=scene.service.cookies)
    there = {folder["id"] for folder in scene.outside.nodes("kind:FOLDER") if not folder["isRoot"]}
    assert there <= {folder["id"] for folder in scene.peer.do("folders")}
    kyoto = scene.outside.nodes("kind:FOLDER AND name:Kyoto")[0]["id"]
    assert scene.peer.do("find_path", "Pictures/2022/Kyoto")["id"] == kyoto
    printed = scene.peer.attempt("print_tree", color=False).printed
    assert printed.splitlines()[0].startswith("~ ")
    assert f"└── Kyoto {kyoto}\n" in printed, printed
    return f"{len(there)} folders"


@AGAIN.step("upload(folder) again: what is there already")
def upload_again(scene):
    before = scene.outside.files()
    assert scene.peer.do("upload", str(scene.source), skip_dedup=True, refresh=False)
    statuses = scene.asked("POST", "/cdproxy/nodes")
    assert sorted(statuses) == [201, *[409] * len(before)], statuses
    after = scene.outside.files()
    assert {path: after[path] for path in before} == before
    assert set(after) - set(before) == {THIRD}
    return f"409 for {len(before)} files; the deleted one is back"


@AGAIN.step("refresh_db()", fault=6)
def refresh(scene):
    ids = scene.ids(SECOND)
    scene.peer.do("trash", ids)
    scene.peer.do("delete", ids)
    scene.peer.do("refresh_db")
    known = {row["id"] for row in scene.peer.do("db")}
    assert known >= set(ids)
    assert scene.outside.become(ids) == {"gone"}
    return "a deleted node stays in its database"
