"""Uploads against a service whose answers name other things than what was made: nobody's good photo is touched."""

import json
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

import transfers
from odd_service import Answer, odd_service
from transfers import content, fill, library, md5, put, sent


@pytest.fixture
async def ap(connect):
    async with connect() as client:
        yield client


@pytest.fixture
def upload_against(service, tmp_path, monkeypatch):
    """Uploads to a service that a function makes odd."""

    async def upload(odd, *args, **kwargs):
        with odd_service(service, odd) as strange:
            async with transfers.connector(strange, tmp_path, monkeypatch)(9, max_attempts=3) as ap:
                return await ap.upload(*args, **kwargs)

    return upload


def reads_node(asked, node_id):
    return asked.method == "GET" and asked.path == f"/drive/v1/nodes/{node_id}"


def ago(**time):
    return (datetime.now(UTC) - timedelta(**time)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# --- A5: an answer that names another node ---------------------------------------------------------------------


@pytest.mark.parametrize("processing", [0.0, 0.02])
async def test_answers_that_are_repeated_cost_nobody_a_photo(ap, service, tmp_path, processing):
    """A tenth of the answers are other uploads': every file is there once, nothing is in the trash (fault A5)."""
    folder = fill(tmp_path / "P", *(f"{n % 3}/{n:03}.jpg" for n in range(150)))
    service.set(processing=processing)
    service.faults([{"operation": "upload*", "probability": 0.1, "seed": 3, "fault": "repeat"}])
    result = await ap.upload(folder)
    service.faults([])
    assert len(sent(service)) > 155
    assert len(await ap.trashed()) == 0
    assert set(result.outcome) == {"uploaded"}
    assert await library(ap) == {f"P/{p.relative_to(folder)}": md5(p) for p in folder.rglob("*.jpg")}
    assert dict(zip(result.id, result.md5, strict=True)) == (await ap.nodes("kind:FILE")).set_index("id").md5.to_dict()


STRANGERS = {
    "of another name": ({"name": "b.jpg"}, {}, {}, "uploaded"),
    "in another folder": ({"folder": "Q"}, {}, {}, "uploaded"),
    "made long before": ({}, {"createdDate": ago(minutes=1)}, {}, "conflict"),
    "made at no time": ({}, {"createdDate": None}, {}, "conflict"),
    "made in the future": ({}, {"createdDate": ago(days=-9)}, {}, "conflict"),
    "in two folders": ({}, {"parents": ["P", "Q"]}, {}, "conflict"),
    "that is a folder": ({}, {"kind": "FOLDER"}, {}, "conflict"),
    "in the trash": ({}, {"status": "TRASH"}, {}, "conflict"),
    "that turns out to have another name": ({}, {}, {"name": "b.jpg"}, "conflict"),
    "that turns out to be a folder": ({}, {}, {"kind": "FOLDER"}, "conflict"),
    "that turns out to be nothing": ({}, {}, {"kind": ""}, "conflict"),
    "that turns out to be in the trash": ({}, {}, {"status": "TRASH"}, "conflict"),
    "of the catalogue": ({"name": "b.jpg", "known": True}, {"name": "a.jpg", "createdDate": "now"}, {}, "uploaded"),
}
"""How a node differs from one just made: really, by what the answer and all say of it, by what it shows when it is
looked at again; and what becomes of our file."""


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_what_is_not_proven_to_be_just_made_stays(connect, upload_against, tmp_path, stranger):
    """The answer is 201 and names a photo with other bytes: it stays where it is, and the row says so (fault A5)."""
    really, said, seen, expected = STRANGERS[stranger]
    name, good, firsts = really.get("name", "a.jpg"), [], []
    async with connect() as ap:
        folders = dict(zip("PQ", (await ap.create_folders("P", "Q")).id, strict=True))
        said = said | ({"parents": [folders[one] for one in said["parents"]]} if "parents" in said else {})
        if "known" in really:
            good += await put(ap, [name], start=77, folder=folders["P"])

        async def odd(asked, forward):
            first = asked.uploads and not firsts
            firsts.extend([1] if first else [])
            if first and not good:
                good.append(await asked.also_put(name, content(77), folders[really.get("folder", "P")]))
            answer = await (asked.also("GET", f"/drive/v1/nodes/{good[0]}") if first else forward())
            if first or (good and reads_node(asked, good[0])):
                told = said | (seen if not first else {})
                answer.json.update({key: ago() if value == "now" else value for key, value in told.items()})
            return answer

        result = await upload_against(odd, fill(tmp_path / "P", "a.jpg", size=2500))
        assert len(await ap.trashed()) == 0
        assert (await ap.node(good[0])).status == "AVAILABLE"
        assert list(result.outcome) == [expected]
        if expected == "uploaded":
            assert (await library(ap))["P/a.jpg"] == md5(tmp_path / "P" / "a.jpg")
        else:
            assert good[0] in result.reason[0] or "other content has the name" in result.reason[0]


@pytest.mark.parametrize("size", [0, 1], ids=["empty", "of one byte"])
async def test_another_file_of_the_same_content_is_ours_unless_empty(upload_against, ap, tmp_path, size):
    """The answer names a file elsewhere: with our content it will do, but empty files are all alike (fault A5)."""
    folder = (await ap.create_folders("Q")).id[0]
    others = []

    async def odd(asked, forward):
        if asked.uploads and not others:
            others.append(await asked.also_put("b.jpg", b"x" * size, folder))
            return await asked.also("GET", f"/drive/v1/nodes/{others[0]}")
        return await forward()

    file = tmp_path / "P" / "a.jpg"
    file.parent.mkdir()
    file.write_bytes(b"x" * size)
    result = await upload_against(odd, file.parent)
    assert list(result.outcome) == (["exists"] if size else ["uploaded"])
    assert (others[0] in set(result.id)) is (size > 0)
    assert set(await library(ap)) == ({"Q/b.jpg"} if size else {"P/a.jpg", "Q/b.jpg"})


@pytest.mark.parametrize("date", ["yesterday", "", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 01 Jan 2090 00:00:00 GMT"])
async def test_a_service_without_a_clock_gets_nothing_trashed(upload_against, ap, tmp_path, date):
    """Whether a node was just made, only the service's clock can say: if that makes no sense, all stays (fault A5)."""
    spoilt = []

    async def odd(asked, forward):
        if asked.uploads and not spoilt:
            spoilt.append(asked.body)
            asked.body = content(55)
        answer = await forward()
        answer.headers["Date"] = date
        return answer

    result = await upload_against(odd, fill(tmp_path / "P", "a.jpg"), dates=False)
    assert list(result.outcome) == ["conflict"]
    assert "not be ours" in result.reason[0]
    assert len(await ap.trashed()) == 0


async def test_an_answer_with_a_wrong_md5_is_looked_at_again(upload_against, ap, tmp_path):
    """Only the answer was wrong: the file is right, stays, and is uploaded once (fault A5)."""

    async def odd(asked, forward):
        answer = await forward()
        if asked.uploads:
            answer.json["contentProperties"]["md5"] = "0" * 32
        return answer

    result = await upload_against(odd, fill(tmp_path / "P", "a.jpg"))
    assert list(result.outcome) == ["uploaded"]
    assert pd.isna(result.reason[0])
    assert len(await ap.trashed()) == 0
    assert await library(ap) == {"P/a.jpg": md5(tmp_path / "P" / "a.jpg")}


async def test_an_answer_of_ours_with_the_id_of_another_is_not_believed(upload_against, ap, tmp_path):
    """Name, folder, size and MD5 are ours, the id is a photo's that was there before: no row has that id (fault A5)."""
    (other,) = await put(ap, ["good.jpg"], start=77)

    async def odd(asked, forward):
        answer = await forward()
        if asked.uploads:
            answer.json["id"] = other
        return answer

    result = await upload_against(odd, fill(tmp_path / "P", "a.jpg"))
    nodes = (await ap.nodes("kind:FILE")).set_index("name")
    assert sorted(nodes.index) == ["a.jpg", "good.jpg"]
    assert list(result.outcome) == ["uploaded"]
    assert list(result.id) == [nodes.id["a.jpg"]]
    assert len(await ap.trashed()) == 0


@pytest.mark.parametrize("said", [{"status": "TRASH"}, {"kind": "FOLDER"}, {"status": "PURGED"}])
async def test_an_answer_that_is_no_file_of_ours_is_not_uploaded(upload_against, ap, tmp_path, said):
    """The right MD5 in the trash, or on a folder, is not uploaded: we look ourselves, and tell what is (fault A5)."""

    async def odd(asked, forward):
        answer = await forward()
        if asked.uploads or (asked.method == "GET" and asked.path.startswith("/drive/v1/nodes")):
            for node in answer.json.get("data", [answer.json]):
                node.update(said if node.get("kind") == "FILE" else {})
        return answer

    result = await upload_against(odd, fill(tmp_path / "P", "a.jpg"))
    assert not set(result.outcome) & {"uploaded", "exists"}
    assert len(await ap.trashed()) == 0


async def test_what_arrived_wrong_is_trashed_and_sent_again(upload_against, ap, tmp_path, service):
    """The service stored other bytes under our name: that node, proven to be ours, goes to the trash, once."""
    spoilt = []

    async def odd(asked, forward):
        if asked.uploads and not spoilt:
            spoilt.append(asked.body)
            asked.body = content(55)
        return await forward()

    result = await upload_against(odd, fill(tmp_path / "P", "a.jpg"), dates=False)
    assert list(result.outcome) == ["uploaded"]
    assert "put in the trash" in result.reason[0]
    assert await library(ap) == {"P/a.jpg": md5(tmp_path / "P" / "a.jpg")}
    assert list((await ap.trashed()).md5) == [md5(content(55))]
    assert len(sent(service)) == 2


async def test_what_another_client_is_sending_is_not_trashed(upload_against, ap, service, tmp_path):
    """After a lost answer, another client's file of our name, still in the works, is not taken for ours (fault A5)."""
    theirs = []
    service.set(processing=0.3)

    async def odd(asked, forward):
        if asked.uploads and not theirs:
            theirs.append(await asked.also_put("a.jpg", content(66), asked.query["parentNodeId"]))
            return Answer(503)
        return await forward()

    result = await upload_against(odd, fill(tmp_path / "P", "a.jpg"))
    assert list(result.outcome) == ["failed"]
    assert "not be ours" in result.reason[0]
    assert len(await ap.trashed()) == 0
    assert (await ap.node(theirs[0])).md5 == md5(content(66))


@pytest.mark.parametrize("how", ["create", "exists"])
async def test_files_go_to_their_own_folder(upload_against, ap, service, tmp_path, how):
    """An answer that names another folder than the one to be made puts no file into that one (fault A5)."""
    wrong = []

    async def odd(asked, forward):
        answer = await forward()
        if asked.method == "POST" and asked.path == "/drive/v1/nodes" and asked.json["name"] == "Q" and len(wrong) < 1:
            wrong.append(1)
            other = (await asked.also("GET", "/drive/v1/nodes", query={"filters": "kind:FOLDER AND name:P"})).json
            if how == "create":
                return Answer(200, _dumped(other["data"][0]), {"Content-Type": "application/json"})
            said = {"code": "NAME_ALREADY_EXISTS", "message": "exists", "info": {"nodeId": other["data"][0]["id"]}}
            return Answer(409, _dumped(said), {"Content-Type": "application/json"})
        return answer

    await ap.create_folders("P")
    result = await upload_against(odd, [fill(tmp_path / "P", "a.jpg"), fill(tmp_path / "Q", "b.jpg", start=5)])
    there = await library(ap)
    assert there["P/a.jpg"] == md5(tmp_path / "P" / "a.jpg")
    assert "P/b.jpg" not in there
    assert list(result.outcome) == ["uploaded", "uploaded" if how == "create" else "failed"]


async def test_an_album_that_is_another_node_gets_nothing(upload_against, ap, tmp_path):
    """An answer that names a folder as the new album: nothing goes there, rows say so, a rerun mends it (fault A5)."""
    folder = fill(tmp_path / "P", "a.jpg", "b.jpg")
    made = []

    async def odd(asked, forward):
        if asked.method == "POST" and asked.path == "/drive/v1/nodes" and asked.json["kind"] == "VISUAL_COLLECTION":
            return made[0]
        answer = await forward()
        if asked.method == "POST" and asked.path == "/drive/v1/nodes":
            made.append(answer)
        return answer

    result = await upload_against(odd, folder, album="Holidays")
    assert list(result.outcome) == ["uploaded", "uploaded"]
    assert all("names something else" in reason for reason in result.reason)
    assert set(await library(ap)) == {"P/a.jpg", "P/b.jpg"}
    assert not (await ap.upload(folder, album="Holidays")).reason.notna().any()
    albums = await ap.albums.list()
    assert list(albums.name) == ["Holidays"]
    assert len(await ap.children(albums.id[0])) == 2


def _dumped(value):
    return json.dumps(value).encode()


# --- replacing -------------------------------------------------------------------------------------------------


async def replaced_while(upload_against, connect, tmp_path, act, **kwargs):
    """An upload with conflict="replace", while something happens at its first byte; its frame, and the old id."""
    async with connect() as ap:
        old = (await ap.upload(fill(tmp_path / "P", "a.jpg"))).id[0]
    done = []

    async def odd(asked, forward):
        if asked.uploads and not done:
            done.append(await act(asked, old))
        return await forward()

    return await upload_against(odd, fill(tmp_path / "P", "a.jpg", start=9), conflict="replace", **kwargs), old


async def renamed(asked, node_id, name):
    await asked.also("PATCH", f"/drive/v1/nodes/{node_id}", json={"name": name, "resourceVersion": "V2"})


async def test_a_folder_that_takes_the_name_is_not_replaced(upload_against, connect, tmp_path):
    """A folder of the name that appeared during the run stays, with all it holds; so does the new file (fault A5)."""

    async def act(asked, old):
        await renamed(asked, old, "elsewhere.jpg")
        parent = asked.query["parentNodeId"]
        await asked.also("POST", "/drive/v1/nodes", json={"kind": "FOLDER", "name": "a.jpg", "parents": [parent]})

    result, _ = await replaced_while(upload_against, connect, tmp_path, act)
    assert list(result.outcome) == ["failed"]
    assert "is a folder there" in result.reason[0]
    async with connect(2) as ap:
        assert len(await ap.trashed()) == 0
        assert md5(tmp_path / "P" / "a.jpg") in (await library(ap)).values()


async def test_only_what_the_plan_saw_is_replaced(upload_against, connect, tmp_path):
    """Another client's photo that took the name during the run stays; so does the new file, beside it (fault A5)."""

    async def act(asked, old):
        await renamed(asked, old, "elsewhere.jpg")
        await asked.also_put("a.jpg", content(66), asked.query["parentNodeId"])

    result, _ = await replaced_while(upload_against, connect, tmp_path, act)
    assert list(result.outcome) == ["failed"]
    assert "both stay" in result.reason[0]
    async with connect(2) as ap:
        assert len(await ap.trashed()) == 0
        there = await library(ap)
        assert there["P/a.jpg"] == md5(content(66))
        assert md5(tmp_path / "P" / "a.jpg") in there.values()


async def test_the_old_file_stays_until_the_new_one_is_confirmed(upload_against, connect, service, tmp_path):
    """While Amazon is still working on the new file nothing is replaced; a rerun finishes it (fault A5)."""

    async def act(asked, old):
        service.set(processing=3600)

    result, old = await replaced_while(upload_against, connect, tmp_path, act)
    assert list(result.outcome) == ["failed"]
    assert "still working" in result.reason[0]
    service.set(processing=0, clock_offset=7200)
    async with connect(2) as ap:
        assert len(await ap.trashed()) == 0
        assert list((await ap.upload(tmp_path / "P", conflict="replace")).outcome) == ["replaced"]
        assert list((await ap.trashed()).id) == [old]
        assert await library(ap) == {"P/a.jpg": md5(tmp_path / "P" / "a.jpg")}


@pytest.mark.parametrize(
    ("change", "answered_with"),
    [("/drive/v1/nodes/", "itself"), ("/drive/v1/nodes/", "the old"), ("/drive/v1/trash", "/drive/v1/trash")],
)
async def test_a_rename_or_a_trashing_that_was_not_carried_out_is_done_again(
    upload_against, connect, tmp_path, change, answered_with
):
    """Answers of yes to what was not done are not believed: the replacement has its name in the end (fault A5)."""
    lied = []
    async with connect() as ap:
        old = (await ap.upload(fill(tmp_path / "P", "a.jpg"))).id[0]

    async def odd(asked, forward):
        if asked.method == "PATCH" and asked.path.startswith(change) and not lied:
            lied.append(asked.path)
            paths = {"itself": asked.path, "the old": f"/drive/v1/nodes/{old}"}
            return await asked.also("GET", paths.get(answered_with, answered_with))
        return await forward()

    result = await upload_against(odd, fill(tmp_path / "P", "a.jpg", start=9), conflict="replace")
    assert lied
    assert (list(result.outcome), list(result.name)) == (["replaced"], ["a.jpg"])
    async with connect(2) as ap:
        assert list((await ap.trashed()).id) == [old]
        assert await library(ap) == {"P/a.jpg": md5(tmp_path / "P" / "a.jpg")}


# --- what is there under our name, or with our bytes -----------------------------------------------------------


async def test_other_content_of_the_same_name_and_size_is_not_ours(upload_against, ap, tmp_path):
    """After a lost answer, a file of our name and size with other bytes doesn't pass for what we sent."""
    done = []

    async def odd(asked, forward):
        if asked.uploads and not done:
            done.append(await asked.also_put("a.jpg", content(66, len(asked.body)), asked.query["parentNodeId"]))
            return Answer(503)
        return await forward()

    result = await upload_against(odd, fill(tmp_path / "P", "a.jpg"))
    assert list(result.outcome) == ["conflict"]
    assert "other content has the name" in result.reason[0]
    assert list((await library(ap)).values()) == [md5(content(66, (tmp_path / "P" / "a.jpg").stat().st_size))]


async def test_a_search_that_ignores_the_md5_finds_nothing_of_ours(upload_against, ap, tmp_path):
    """After a lost answer, files that a service gives whatever was asked for don't pass for what we sent."""
    await put(ap, ["x.jpg", "y.jpg"], start=50)
    done = []

    async def odd(asked, forward):
        if asked.uploads and not done:
            done.append(1)
            return Answer(503)
        if "md5" in asked.query.get("filters", ""):
            return await forward(query=asked.query | {"filters": "kind:FILE"})
        return await forward()

    result = await upload_against(odd, fill(tmp_path / "P", "a.jpg"))
    assert list(result.outcome) == ["uploaded"]
    assert (await library(ap))["P/a.jpg"] == md5(tmp_path / "P" / "a.jpg")


@pytest.mark.parametrize(("place", "what"), [("P/a.jpg", "exists"), ("P/z.jpg", "exists"), ("Q/a.jpg", "exists")])
async def test_what_somebody_else_sent_meanwhile_exists(upload_against, ap, tmp_path, place, what):
    """The same content by another client, after the plan and before our first byte: "exists", and no second copy."""
    folder, _, name = place.partition("/")
    folders = dict(zip("PQ", (await ap.create_folders("P", "Q")).id, strict=True))
    done = []

    async def odd(asked, forward):
        if asked.uploads and not done:
            done.append(await asked.also_put(name, asked.body, folders[folder]))
        return await forward()

    result = await upload_against(odd, fill(tmp_path / "P", "a.jpg"))
    assert (list(result.outcome), list(result.id)) == ([what], done)
    assert await library(ap) == {place: md5(tmp_path / "P" / "a.jpg")}


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("same", [True, False])
async def test_a_refusal_is_looked_into(upload_against, ap, tmp_path, named, same):
    """409, whether or not it says which node is in the way: "exists" if that holds our content, else what it holds."""
    folder = (await ap.create_folders("P")).id[0]
    there = []

    async def odd(asked, forward):
        if not asked.uploads:
            return await forward()
        if not there:
            there.append(await asked.also_put("a.jpg", asked.body if same else content(66), folder))
        said = {"code": "NAME_ALREADY_EXISTS", "message": "exists"} | ({"info": {"nodeId": there[0]}} if named else {})
        return Answer(409, _dumped(said), {"Content-Type": "application/json"})

    result = await upload_against(odd, fill(tmp_path / "P", "a.jpg"))
    assert list(result.outcome) == ["exists" if same else "conflict"]
    assert list(result.id.dropna()) == (there if named or same else [])
    if named and not same:
        assert "other content has the name: a.jpg" in result.reason[0]
    assert set(await library(ap)) == {"P/a.jpg"}


@pytest.mark.parametrize("said", [{"name": "A"}, {"name": "Z"}, {"name": ""}, {"status": "TRASH"}, {"kind": "FOLDER"}])
async def test_a_new_album_that_is_not_what_was_asked_for_gets_nothing(upload_against, ap, tmp_path, said):
    """Another name, before or behind ours, the trash, a folder: files go up, and no album gets them (fault A5)."""

    async def odd(asked, forward):
        answer = await forward()
        if asked.method == "POST" and asked.path == "/drive/v1/nodes" and asked.json["kind"] == "VISUAL_COLLECTION":
            answer.json.update(said)
        return answer

    result = await upload_against(odd, fill(tmp_path / "P", "a.jpg"), album="Holidays")
    assert list(result.outcome) == ["uploaded"]
    assert "names something else" in result.reason[0]
    assert [len(await ap.children(album)) for album in (await ap.albums.list()).id] == [0]


async def test_one_odd_node_in_a_search_stops_nothing(upload_against, ap, tmp_path):
    """A node that cannot be read, among those found after a lost answer, is passed over."""

    async def odd(asked, forward):
        answer = await forward()
        if asked.uploads:
            return Answer(504)
        if "name:" in asked.query.get("filters", "") and "parents" in asked.query.get("filters", ""):
            answer.json["data"].insert(0, {"id": "odd", "kind": "FILE", "parents": "P", "name": 5})
        return answer

    result = await upload_against(odd, fill(tmp_path / "P", "a.jpg"))
    assert list(result.outcome) == ["uploaded"]
    assert await library(ap) == {"P/a.jpg": md5(tmp_path / "P" / "a.jpg")}


# --- confirming --------------------------------------------------------------------------------------------------


async def test_what_arrived_wrong_and_is_told_late_goes_to_the_trash(ap, service, tmp_path):
    """A file without content properties at first: once its MD5 is told and isn't ours, the row is "failed"."""
    folder = fill(tmp_path / "P", "a.bin")
    service.set(processing=0.05)
    plan = await ap.plan_upload(folder)
    plan["md5"] = "0" * 32
    result = await ap.upload(plan=plan)
    assert list(result.outcome) == ["failed"]
    assert "put in the trash" in result.reason[0]
    assert pd.isna(result.id[0])
    assert await library(ap) == {}
    assert list((await ap.trashed()).name) == ["a.bin"]


@pytest.mark.parametrize("status", [404, 500])
async def test_a_look_that_fails_ends_no_run(upload_against, service, tmp_path, status):
    """Files that cannot be looked at afterwards are rows that say so; the others go up."""
    service.set(processing=0.05)
    failed = []

    async def odd(asked, forward):
        answer = await forward()
        if asked.method == "GET" and answer.json.get("name") == "a.jpg":
            failed.append(1)
            return Answer(status)
        return answer

    result = await upload_against(odd, fill(tmp_path / "P", "a.jpg", "b.jpg"))
    assert failed
    assert list(result.outcome) == ["uploaded", "uploaded"]
    assert "not yet confirmed" in result.reason[0]
    assert pd.isna(result.reason[1])
