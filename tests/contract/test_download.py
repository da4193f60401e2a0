"""Files down: nothing overwritten, nothing outside the folder, the same names at every run."""

import asyncio
import os
import threading
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

import pictures
from amazon_photos import errors
from transfers import asked, content, files, md5, put

BIG = 3_000_000


@pytest.fixture
async def ap(connect):
    async with connect() as client:
        yield client


# --- the plain path -------------------------------------------------------------------------------------------


async def test_files_come_down_with_every_byte_right(ap, tmp_path):
    """Small, large and empty files land in ``media``, and the rows say where."""
    ids = await put(ap, ["a.jpg"]) + await put(ap, ["b.mp4"], size=BIG, start=1) + await put(ap, ["c"], size=0, start=2)
    result = await ap.download(ids)
    assert list(result.outcome) == ["downloaded"] * 3
    assert list(result.id) == ids
    assert files("media") == {"a.jpg": md5(content(0)), "b.mp4": md5(content(1, BIG)), "c": md5(b"")}
    assert [md5(Path(path).read_bytes()) for path in result.path] == list(result.md5)


async def test_a_second_run_fetches_nothing(connect, ap, service):
    """What is there with the same content is not fetched again, whether it is remembered or read."""
    ids = await put(ap, ["a.jpg", "b.jpg"])
    await ap.download(ids)
    for cache in ("c", "another"):
        service.requests.clear()
        async with connect(cache_dir=cache) as client:
            assert list((await client.download(ids)).outcome) == ["exists", "exists"]
        assert not asked(service)


async def test_a_frame_costs_no_metadata_request(ap, service):
    """With id, name, size and md5 in the frame, all that is asked for is the bytes."""
    await put(ap, ["a.jpg", "b.jpg"])
    nodes = (await ap.nodes("kind:FILE"))[["id", "name", "size", "md5"]]
    service.requests.clear()
    assert list((await ap.download(nodes)).outcome) == ["downloaded"] * 2
    assert [seen.method for seen in service.requests] == ["GET", "GET"] == [seen.method for seen in asked(service)]


async def test_four_files_more_than_requests_are_under_way(connect, service, monkeypatch):
    """While some wait for the disk others come; however slow it is, no more of them are held in memory."""
    go_on, really = threading.Event(), os.fsync

    def fsync(number):
        assert go_on.wait(60)
        really(number)

    async with connect(initial_concurrency=2, max_concurrency=2) as ap:
        await put(ap, [f"{number}.jpg" for number in range(20)])
        nodes = (await ap.nodes("kind:FILE"))[["id", "name", "size", "md5"]]
        service.requests.clear()
        monkeypatch.setattr(os, "fsync", fsync)
        task = asyncio.create_task(ap.download(nodes, fsync=True))
        try:
            async with asyncio.timeout(60):
                while len(asked(service)) < 6:
                    await asyncio.sleep(0.01)
            await asyncio.sleep(0.3)  # for one more that should not come
            assert len(asked(service)) == 6
        finally:
            go_on.set()
            outcomes = (await task).outcome
    assert list(outcomes) == ["downloaded"] * 20


async def test_what_an_upload_gives_can_be_downloaded(ap, tmp_path):
    """The frame of an upload is a frame of nodes; the same bytes come back."""
    pictures.write(tmp_path / "in", "a.jpg", "b.jpg")
    await ap.download(await ap.upload(tmp_path / "in"))
    assert files("media") == files(tmp_path / "in")


async def test_ids_that_are_no_files(ap):
    """Unknown ids fail, folders and albums without files are skipped, one id may come alone, and none is no error."""
    (known,) = await put(ap, ["a.jpg"])
    album = await ap.create_album("Holidays")
    folder = (await ap.create_folders("Empty")).id[0]
    result = (await ap.download(["x" * 22, folder, album.id, known])).set_index("id")
    assert dict(result.outcome) == {
        "x" * 22: "failed",
        folder: "skipped",
        album.id: "skipped",
        known: "downloaded",
    }
    assert "not exist" in result.reason["x" * 22]
    assert list((await ap.download(known)).outcome) == ["exists"]
    assert len(await ap.download([])) == 0


@pytest.mark.parametrize(
    "name",
    ["../../x", "..", "/etc/passwd", "CON.jpg", "a\\b", "x\x01\x1b[0m.jpg", "👍" * 64, "é" * 250 + ".jpg", "x.", "-rf"],
)
async def test_hostile_names_stay_in_the_folder(ap, tmp_path, name):
    """Whatever a node is called, its file is in the folder, under a name that every system takes."""
    ids = await put(ap, [name])
    result = await ap.download(ids, out=tmp_path / "deep" / "out")
    path = Path(result.path[0])
    assert list(result.outcome) == ["downloaded"]
    assert path.parent == tmp_path / "deep" / "out"
    assert len(path.name.encode()) <= 255
    assert not set(path.name) & set('\\:*?"<>|\x01')
    assert files(tmp_path / "deep") == {f"out/{path.name}": md5(content(0))}


async def test_two_photos_of_one_name_both_survive(ap, tmp_path):
    """Names that collide are kept apart in the same way at every run, in whatever order and company the nodes come."""
    ids = []
    for number, name in enumerate(("IMG_1.jpg", "img_1.JPG", "IMG_1.jpg")):
        folder = await ap.create_folders(f"F{number}")
        folder_id = (await ap.find_path(f"F{number}")).id
        assert folder is not None
        ids += await put(ap, [name], start=number, folder=folder_id)
    first = await ap.download(ids, out="one")
    second = await ap.download(ids[::-1], out="two")
    assert len(files("one")) == 3
    assert files("one") == files("two")
    assert {md5(content(n)) for n in range(3)} == set(files("one").values())
    again = await ap.download(ids[1:], out="one")
    assert list(again.outcome) == ["exists", "exists"]
    assert set(first.id) == set(second.id)


async def test_the_tree_of_the_library(ap, tmp_path):
    """layout="tree" keeps the folders, which are made safe too."""
    pictures.write(tmp_path / "Pics", "a.jpg", "2023/b.jpg", "2023/x: y/c.jpg")
    ids = (await ap.upload(tmp_path / "Pics")).id
    await ap.download(ids, out="out", layout="tree")
    assert set(files("out")) == {"Pics/a.jpg", "Pics/2023/b.jpg", "Pics/2023/x_ y/c.jpg"}


async def test_a_template_and_the_capture_time(ap, service, tmp_path):
    """A template sorts by capture time, and mtime is the capture time; also for a frame that doesn't tell it."""
    pictures.write(tmp_path / "in", "a.jpg", taken="2011-02-03 04:05:06")
    result = await ap.upload(tmp_path / "in")
    for number, nodes in enumerate((result.id, result, await ap.nodes("kind:FILE"))):
        await ap.download(nodes, out=f"out{number}", layout="{year}/{month:02}/{name}")
        assert list(files(f"out{number}")) == ["2011/02/a.jpg"]
        mtime = (Path(f"out{number}") / "2011/02/a.jpg").stat().st_mtime
        assert datetime.fromtimestamp(mtime) == datetime(2011, 2, 3, 4, 5, 6)  # noqa: DTZ001, DTZ006 - the camera's clock


# --- what is there already ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("on_exists", "what"), [("skip", "conflict"), ("rename", "downloaded"), ("error", "failed")])
async def test_what_differs_is_never_overwritten(ap, tmp_path, on_exists, what):
    """A file of other content stays as it is; the node is left, or gets another name, or fails."""
    ids = await put(ap, ["a.jpg"])
    Path("media").mkdir()
    Path("media/a.jpg").write_bytes(b"mine")
    for _ in range(2):
        result = await ap.download(ids, on_exists=on_exists)
        assert list(result.outcome) == [what]
        assert Path("media/a.jpg").read_bytes() == b"mine"
        what = "exists" if what == "downloaded" else what
    assert len(files("media")) == (2 if on_exists == "rename" else 1)


async def test_a_file_that_appears_meanwhile_is_not_overwritten(ap, service):
    """The name is looked at once more when the bytes are there."""
    ids = await put(ap, ["a.jpg"])
    service.faults([{"operation": "download", "fault": "stall", "seconds": 1.5}])
    task = asyncio.create_task(ap.download(ids))
    await asyncio.sleep(0.5)
    Path("media").mkdir(exist_ok=True)
    Path("media/a.jpg").write_bytes(b"mine")
    assert list((await task).outcome) == ["conflict"]
    assert files("media") == {"a.jpg": md5(b"mine")}


@pytest.mark.parametrize("content", [b"PAR1 no more", b"", pd.DataFrame({"a": [1]}).to_parquet()])
async def test_an_unreadable_catalogue_stops_no_download(ap, content):
    """What the library holds is asked for when ap.parquet is damaged, or another program's."""
    ids = await put(ap, ["a.jpg"])
    Path("ap0.parquet").write_bytes(content)
    assert list((await ap.download(ids)).outcome) == ["downloaded"]
    assert Path("ap0.parquet").read_bytes() == content


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"node_ids": pd.DataFrame({"name": ["a"]})}, "no column 'id'"),
        ({"node_ids": [5]}, "not a node id"),
        ({"node_ids": ["x"], "layout": "{year}"}, "layout"),
        ({"node_ids": ["x"], "on_exists": "overwrite"}, '"rename", "error" or "repair", not .overwrite'),
    ],
)
async def test_what_cannot_be_meant_is_refused(ap, service, arguments, why):
    """Bad arguments are an error before anything is asked."""
    with pytest.raises(errors.InvalidInput, match=why):
        await ap.download(**arguments)
    assert not service.requests


async def test_a_file_is_no_folder(ap, tmp_path):
    """out= that is a file is refused."""
    ids = await put(ap, ["a.jpg"])
    (tmp_path / "out").write_bytes(b"x")
    with pytest.raises(errors.InvalidInput, match="is a file"):
        await ap.download(ids, out=tmp_path / "out")
