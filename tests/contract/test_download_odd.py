"""One odd thing in a download: it fails its own row, or is told once and clearly; the rest comes down."""

import asyncio
import io
import json
import os
import shutil
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from aiohttp import web

import transfers
from amazon_photos import errors
from amazon_photos.transfer.events import BytesTransferred, PlanUpdated
from amazon_photos.wire.folders import create_folder
from odd_service import odd_service
from transfers import asked, content, files, md5, put, remove_deep

BIG = 3_000_000


@pytest.fixture
async def ap(connect):
    async with connect() as client:
        yield client


@pytest.fixture
def elsewhere(service, tmp_path, monkeypatch):
    """Makes clients of another server."""

    def make(url):
        there = SimpleNamespace(url=url, cookies=service.cookies)
        return transfers.connector(there, tmp_path, monkeypatch)()

    monkeypatch.chdir(tmp_path)
    return make


async def frame(ap, *names, size=2000):
    """A frame of files that are in the library."""
    await put(ap, names, size=size)
    nodes = await ap.nodes("kind:FILE")
    return nodes.sort_values("name", ignore_index=True)


def changed(nodes, column, value):
    """The frame, with another value in its first row."""
    values = list(nodes[column])
    return nodes.assign(**{column: [value, *values[1:]]})


# --- ids, MD5s and sizes ---------------------------------------------------------------------------------------------


ODD = [
    ("id", "/../victim", "not a node id"),
    ("id", "/../../victim", "not a node id"),
    ("id", "a\0b", "not a node id"),
    ("id", "", "not a node id"),
    ("id", None, "not a node id"),
    ("id", None, "not a node id"),
    ("md5", "x/../../../victim", "Node does not exist"),
    ("md5", "x/../../victim", "Node does not exist"),
    ("md5", "0" * 31 + "\0", "Node does not exist"),
    ("size", 1 << 62, "Node does not exist"),
    ("size", -5, "Node does not exist"),
]
"""What no node can be told by, and what its row says then: Amazon is asked for an MD5 or a size that is none."""


@pytest.mark.parametrize("size", [2000, BIG])
async def test_nodes_that_are_none_fail_alone(ap, tmp_path, size):
    """Nothing outside ``out`` is opened, cut or removed; the rows say why, and the others come (faults A2, B3)."""
    await put(ap, ["a.jpg", "b.jpg"], size=size)
    good = (await ap.nodes("kind:FILE"))[["id", "name", "size", "md5"]]
    usual = dict(good.iloc[0])
    rows = [usual | {"id": f"{number:022}", column: value} for number, (column, value, _) in enumerate(ODD)]
    nodes = pd.concat([pd.DataFrame(rows).astype({"size": "int64"}), good], ignore_index=True)
    (tmp_path / "deep").mkdir()
    for folder in (tmp_path, tmp_path / "deep"):  # where the paths would lead
        for name in ("victim", "victim.1.part", *(f"victim.{known}.1.part" for known in (usual["md5"], "unknown"))):
            (folder / name).write_bytes(b"precious")
    before = {path: path.read_bytes() for path in tmp_path.rglob("victim*")}
    events = []
    result = await ap.download(nodes, out=tmp_path / "deep" / "out", on_event=events.append)
    assert list(result.outcome) == ["failed"] * len(ODD) + ["downloaded"] * 2
    planned = [event.bytes for event in events if isinstance(event, PlanUpdated)]
    assert planned[-1] == sum(event.bytes for event in events if isinstance(event, BytesTransferred)) == 2 * size
    assert [why for (_, _, why), said in zip(ODD, result.reason, strict=False) if why not in said] == []
    assert sorted(files(tmp_path / "deep" / "out").values()) == sorted(good.md5)
    assert {path: path.read_bytes() for path in tmp_path.rglob("victim*")} == before
    assert sorted(path.name for path in (tmp_path / "deep").iterdir() if "victim" not in path.name) == ["out"]


@pytest.mark.parametrize("late", [False, True])
async def test_a_service_that_answers_with_a_path_for_an_md5(elsewhere, tmp_path, late):
    """What the service says is looked at as well, also at the second time, before a path is made of it (fault A2)."""
    asked_for = set()
    served = {"b" * 22: ("x/../../../victim", 5), "c" * 22: ("0" * 32, 1 << 62), "d" * 22: (md5(b"hello"), 5)}

    async def answer(request):
        node_id = request.path.rpartition("/")[2]
        if request.path.startswith("/cdproxy"):
            return web.Response(body=b"hello")
        node_md5, size = served[node_id]
        if late and node_id not in asked_for:
            asked_for.add(node_id)
            node_md5 = size = None
        node = {"id": node_id, "name": node_id, "kind": "FILE", "status": "AVAILABLE", "parents": []}
        return web.json_response(node | {"contentProperties": {"md5": node_md5, "size": size, "version": 1}})

    async with odd(answer) as url, elsewhere(url) as ap:
        result = await ap.download(list(served), out="deep/out")
    assert list(result.outcome) == ["failed", "failed", "downloaded"]
    assert "not an MD5" in result.reason[0]
    assert "no file has this size" in result.reason[1]
    assert set(files(tmp_path / "deep")) == {f"out/{'d' * 22}"}


NO_CONTENT = [
    {"contentProperties": {"md5": "zz"}},
    {"contentProperties": {"md5": ""}},
    {"contentProperties": {"md5": 5}},
    {"contentProperties": {"md5": ["a"]}},
    {"contentProperties": {"md5": {}}},
    {"contentProperties": {"size": -1}},
    {"contentProperties": {"size": "some"}},
    {"contentProperties": {"size": 1.5}},
    {"contentProperties": "none"},
]
"""What Amazon may tell of a file's content that is no MD5 and no size."""


@pytest.mark.parametrize("told", NO_CONTENT)
async def test_a_node_with_an_md5_or_size_that_is_none_fails_its_row(service, elsewhere, tmp_path, told):
    """Whichever way the node came in; it is not called one without an MD5 (faults A2, B3)."""

    async def answer(asked, forward):
        reply = await forward()
        for node in reply.json.get("data", [reply.json]) if reply.body.startswith(b"{") else ():
            if node.get("name") == "a.jpg":
                for key, value in told.items():
                    node[key] = node[key] | value if isinstance(value, dict) else value
        return reply

    with odd_service(service, answer) as strange:
        async with elsewhere(strange.url) as ap:
            await put(ap, ["a.jpg", "b.jpg"])
            nodes = (await ap.nodes("kind:FILE")).sort_values("name", ignore_index=True)
            of_catalog = await ap.find("kind:FILE", sort="name")
            csv = pd.read_csv(io.StringIO(nodes.to_csv()))
            for way in (nodes, of_catalog, csv, nodes[["id", "name", "size", "md5"]], list(nodes.id)):
                result = await ap.download(way, out="out")
                assert list(result.outcome) in (["failed", "downloaded"], ["failed", "exists"])
                assert result.reason[0].startswith(("not an MD5", "no file has this size", "not what a file has"))
    assert set(files(tmp_path / "out")) == {"b.jpg"}


@pytest.mark.parametrize("odd_md5", ["zz", "", 5, None])
async def test_an_md5_of_ones_own_that_is_none_is_asked_for(ap, odd_md5):
    """A frame may have been edited: Amazon knows the MD5, and the file is verified by it (fault A2)."""
    nodes = changed(await frame(ap, "a.jpg", "b.jpg"), "md5", odd_md5)
    for what in ("downloaded", "exists"):
        result = await ap.download(nodes, out="out")
        assert list(result.outcome) == [what] * 2
        assert list(result.md5) == [md5(content(0)), md5(content(1))]
        assert result.reason.isna().all()


async def test_what_is_not_known_is_not_compared_aloud(service, elsewhere):
    """The reason of a row tells the sizes and MD5s that there are, and no "None" (fault B7)."""

    async def answer(asked, forward):
        reply = await forward()
        if reply.body.startswith(b"{") and "contentProperties" in reply.json:
            del reply.json["contentProperties"]["md5"]
            reply.json["contentProperties"]["size"] = 3000
        return reply

    with odd_service(service, answer) as strange:
        async with elsewhere(strange.url) as ap:
            ids = await put(ap, ["a.jpg"])
            result = await ap.download(ids)
    assert result.reason[0].endswith("not the bytes of a.jpg: 2000 bytes instead of 3000 bytes")


async def test_a_node_that_is_there_twice_is_fetched_once(ap, service):
    """A frame that holds a node twice, as two frames put together do, has one row for it."""
    nodes = await frame(ap, "a.jpg", "b.jpg")
    service.requests.clear()
    result = await ap.download(pd.concat([nodes, nodes]))
    assert list(result.id) == list(nodes.id)
    assert list(result.outcome) == ["downloaded"] * 2
    assert len(asked(service)) == 2
    assert len(files("media")) == 2


async def test_an_md5_in_capitals_is_the_same_md5(ap):
    """What another program wrote in capitals is not another content (fault B5)."""
    nodes = await frame(ap, "a.jpg")
    nodes["md5"] = nodes.md5.str.upper()
    assert [list((await ap.download(nodes)).outcome) for _ in range(2)] == [["downloaded"], ["exists"]]


async def test_a_file_larger_than_the_room_fails_alone(ap, monkeypatch):
    """It is not begun; what fits comes down (fault B3)."""
    nodes = await frame(ap, "a.jpg", "b.jpg", size=2000)
    big = changed(changed(nodes, "size", 1 << 50), "md5", "0" * 32)
    result = await ap.download(big)
    assert list(result.outcome) == ["failed", "downloaded"]
    assert "no room" in result.reason[0]
    assert "make room" in result.reason[0]
    assert set(files("media")) == {"b.jpg"}


async def test_what_is_there_already_needs_no_room(connect, service, monkeypatch):
    """A part of an earlier run counts: only what is missing of it must fit, and it is kept when that does not."""
    async with connect(max_attempts=1) as ap:
        ids = await put(ap, ["a.mp4"], size=BIG)
        service.faults([{"operation": "download", "nth": 1, "fault": "cut"}])
        await ap.download(ids)
        (part,) = Path("media").iterdir()
        there = part.stat().st_size

        def usage(free):
            monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free))

        usage(BIG - there - 1)
        assert "no room" in (await ap.download(ids)).reason[0]
        assert part.stat().st_size == there
        usage(BIG - there)
        assert list((await ap.download(ids)).outcome) == ["downloaded"]
    assert files("media") == {"a.mp4": md5(content(0, BIG))}


# --- dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["image.dateTimeOriginal", "image.dateTime", "contentDate", "createdDate"])
async def test_a_date_that_is_none_costs_only_the_mtime(ap, column):
    """Impossible dates, in whatever field: all files come, and the mtime of those is left alone (fault B1)."""
    dates = ["0001-01-01T00:00:00", "9999-12-31T23:59:59", "0000-12-31T23:59:59", "10000-01-01", "2011-02-03T04:05:06"]
    names = [f"{number}.jpg" for number in range(len(dates))]
    nodes = (await frame(ap, *names))[["id", "name", "size", "md5"]]
    nodes[column] = pd.Series(np.array(dates, "datetime64[s]")).dt.tz_localize("UTC")
    Path("began").touch()
    began = Path("began").stat().st_mtime
    for out, layout in (("flat", "{name}"), ("dated", "{year}/{name}")):
        result = await ap.download(nodes, out=out, layout=layout)
        assert list(result.outcome) == ["downloaded"] * len(dates)
        *odd_ones, right = (Path(path).stat().st_mtime for path in result.path)
        assert all(mtime >= began - 1 for mtime in odd_ones)
        assert right < began - 10**8
    assert set(files("dated")) == {*(f"undated/{name}" for name in names[:-1]), f"2011/{names[-1]}"}


# --- deep folders ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
async def test_a_library_of_any_depth(ap, tmp_path):
    """A thousand folders in each other are made; what the system cannot hold fails alone (fault B4)."""
    root = (await ap.root).id

    async def below(*names):
        parent = root
        for name in names:
            parent = (await ap._send(create_folder(name, parent))).id
        return parent

    ids = await put(ap, ["a.jpg"], folder=await below(*"d" * 1000))
    ids += await put(ap, ["b.jpg"], start=1, folder=await below(*["e" * 250] * 20))
    ids += await put(ap, ["c.jpg"], start=2)
    try:
        result = await ap.download(ids, out="out", layout="tree")
        found = [(path.name, md5(path)) for path in Path(f"out/{'/'.join('d' * 1000)}").iterdir()]
    finally:
        remove_deep(tmp_path / "out")
    assert list(result.outcome) == ["downloaded", "failed", "downloaded"]
    assert "too long" in result.reason[1].lower()
    assert found == [("a.jpg", md5(content(0)))]


# --- where it goes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("argument", ["out", "report"])
async def test_a_path_that_is_none_is_refused_once(ap, service, argument):
    """A NUL or 5,000 characters: one error of ours before anything is fetched (fault B7)."""
    nodes = await frame(ap, "a.jpg")
    service.requests.clear()
    for path in ("a\0b", "a" * 5000, "a/" * 2500 + "b"):
        with pytest.raises(errors.AmazonPhotosError) as caught:
            await ap.download(nodes, **{argument: path})
        assert len(str(caught.value)) < 600
    assert not asked(service)


@pytest.mark.skipif(sys.platform != "linux", reason="needs folders in which nothing can be made")
@pytest.mark.parametrize("out", ["/proc/photos", "/proc/photos/2012", "photos", "photos/2012"])
async def test_a_folder_that_cannot_be_made_ends_the_run_once(ap, tmp_path, monkeypatch, out):
    """The system knows no such folder though the one above is there: one error, no end of tries (faults B7, D5)."""
    nodes = await frame(ap, "a.jpg", "b.jpg")
    (tmp_path / "deleted").mkdir()
    monkeypatch.chdir(tmp_path / "deleted")
    (tmp_path / "deleted").rmdir()
    real, tries = os.mkdir, []

    def mkdir(*args, **options):
        tries.append(args)
        assert len(tries) < 1000, "it does not end"
        return real(*args, **options)

    monkeypatch.setattr(os, "mkdir", mkdir)
    with pytest.raises(errors.LocalFileError, match=f"cannot make the folder {out}: .*gone") as caught:
        await ap.download(nodes, out=out)
    assert "downloaded" not in set(caught.value.outcomes.outcome)


@pytest.mark.parametrize("below", ["", "/photos", "/photos/2012"])
async def test_a_link_to_a_drive_that_is_not_there(ap, service, tmp_path, below):
    """``out`` at or below a link that leads nowhere says so once, with both names (fault D5)."""
    nodes = await frame(ap, "a.jpg", "b.jpg")
    (tmp_path / "drive").symlink_to("/media/not-mounted")
    service.requests.clear()
    with pytest.raises(errors.LocalFileError, match=r"drive' is a link to '/media/not-mounted', where nothing is"):
        await ap.download(nodes, out=f"drive{below}")
    assert not asked(service)


async def test_a_link_to_a_folder_is_a_folder(ap, tmp_path):
    """``out`` that is a link to a folder which is there is used."""
    nodes = await frame(ap, "a.jpg")
    (tmp_path / "real").mkdir()
    (tmp_path / "drive").symlink_to("real")
    assert list((await ap.download(nodes, out="drive/photos")).outcome) == ["downloaded"]
    assert set(files("real")) == {"photos/a.jpg"}


async def test_a_link_inside_of_out_fails_its_own_files(ap, tmp_path):
    """A year that is a link to a drive which is not there: its rows say so, the others come (fault D5)."""
    nodes = (await frame(ap, "a.jpg", "b.jpg"))[["id", "name", "size", "md5"]]
    nodes["contentDate"] = pd.to_datetime(["2011-01-01", "2012-01-01"], utc=True)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "2011").symlink_to("/media/not-mounted")
    result = await ap.download(nodes, out="out", layout="{year}/{name}")
    assert list(result.outcome) == ["failed", "downloaded"]
    assert "2011: a link that leads nowhere" in result.reason[0]


@pytest.mark.skipif(sys.platform == "win32", reason="needs pipes")
@pytest.mark.parametrize("size", [2000, BIG])
@pytest.mark.parametrize("kind", ["link", "pipe"])
async def test_what_is_planted_at_a_parts_name(ap, tmp_path, kind, size):
    """A link or a pipe under the name that the part would have holds nothing up and is not followed (fault A3)."""
    nodes = await frame(ap, "a.jpg", size=size)
    Path("media").mkdir()
    (tmp_path / "victim").write_bytes(b"precious")
    for name in (nodes.md5[0], "unknown"):
        path = Path("media") / f".{nodes.id[0]}.{name}.1.part"
        path.symlink_to(tmp_path / "victim") if kind == "link" else os.mkfifo(path)
    assert list((await asyncio.wait_for(ap.download(nodes), 60)).outcome) == ["downloaded"]
    assert md5(Path("media/a.jpg")) == nodes.md5[0]
    assert (tmp_path / "victim").read_bytes() == b"precious"


@pytest.mark.parametrize("size", [2000, BIG])
@pytest.mark.parametrize("edit", [b"my own edit", None])
async def test_a_kill_between_two_names_costs_no_edit(ap, size, edit):
    """The part and the photo are one file after such a kill; the photo, edited or not, is never written (fault A4)."""
    nodes = await frame(ap, "a.jpg", size=size)
    await ap.download(nodes)
    photo = Path("media/a.jpg")
    left = [Path("media") / f".{nodes.id[0]}.{name}.1.part" for name in (nodes.md5[0], "unknown")]
    for path in left:
        os.link(photo, path)
    if edit:
        with photo.open("r+b") as file:  # in place
            file.write(edit)
    before = photo.read_bytes()
    result = await ap.download(nodes, on_exists="rename")
    assert list(result.outcome) == ["downloaded" if edit else "exists"]
    assert photo.read_bytes() == before
    assert len([name for name in files("media") if not name.startswith(".")]) == (2 if edit else 1)
    assert not left[0 if size == BIG else 1].exists()


async def test_what_a_killed_repair_left_goes_with_the_next_download(ap):
    """Also of a small file whose name is free, and that is written without a part."""
    nodes = await frame(ap, "a.jpg", size=2000)
    Path("media").mkdir()
    (Path("media") / f".{nodes.id[0]}.unknown.1.part").write_bytes(b"half")
    result = await ap.download(nodes)
    assert list(result.outcome) == ["downloaded"]
    assert list(files("media")) == ["a.jpg"]


# --- odd servers -----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def odd(answer):
    """A server that answers every request by ``answer``; gives its address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("said", "sent", "starts"),
    [
        ("bytes 0-2999999/3000000", 0, [1000]),
        ("bytes 500-2999999/3000000", 500, [1000, None]),
        ("bytes 1000-2999999/3000000", 1000, [1000]),
        ("bytes 1000-2999999/*", 1000, [1000]),
        ("bytes 1000-3999999/4000000", 0, [1000, None]),
        ("nonsense", 0, [1000, None]),
    ],
)
async def test_the_rest_of_a_file_is_what_the_answer_says_it_is(elsewhere, said, sent, starts):
    """An answer that begins elsewhere than was asked for is not put behind what is there."""
    data, ranges = content(0, BIG), []

    async def answer(request):
        start = request.headers.get("Range")
        ranges.append(None if start is None else int(start[6:-1]))
        if start is None:
            return web.Response(body=data)
        return web.Response(status=206, body=data[sent:], headers={"Content-Range": said})

    nodes = pd.DataFrame({"id": ["a" * 22], "name": ["a.mp4"], "size": [BIG], "md5": [md5(data)]})
    nodes["contentProperties.version"] = 1
    Path("media").mkdir()
    async with odd(answer) as url, elsewhere(url) as ap:
        (Path("media") / f".{'a' * 22}.{md5(data)}.1.part").write_bytes(data[:1000])
        assert list((await ap.download(nodes)).outcome) == ["downloaded"]
    assert ranges == starts
    assert files("media") == {"a.mp4": md5(data)}


async def test_arrow_knows_the_columns_that_are_read(ap):
    """A frame that pyarrow made is a frame like any other."""
    nodes = await frame(ap, "a.jpg")
    again = pa.Table.from_pandas(nodes[["id", "name", "size", "md5"]]).to_pandas(types_mapper=pd.ArrowDtype)
    assert list((await ap.download(again)).outcome) == ["downloaded"]


@pytest.mark.parametrize("size", [2000, BIG])
async def test_a_file_that_is_called_like_a_part_stays(ap, size):
    """A photo whose name is that of another node's unfinished download keeps its bytes, whatever is fetched beside
    it (fault A4)."""
    (film,) = await put(ap, ["film.mp4"], size=size)
    known = md5(content(0, size)) if size == BIG else "unknown"
    (odd,) = await put(ap, [f".{film}.{known}.1.part"], start=1)
    for outcome in ("downloaded", "exists"):
        for node in (odd, film):
            result = await ap.download([node])
            assert list(result.outcome) == [outcome]
        assert sorted(files("media").values()) == sorted([md5(content(0, size)), md5(content(1))])


POOR_LOCALE = """
import sys
from amazon_photos import AmazonPhotos, errors

assert sys.getfilesystemencoding() != "utf-8"
with AmazonPhotos(db_path="poor.parquet", progress=False) as ap:
    for layout in ("{name}", "tree"):
        result = ap.download(sys.argv[1:], out=f"media-{len(layout)}", layout=layout, report="report.jsonl")
        for outcome, reason in zip(result.outcome, result.reason):
            print(outcome, ascii(reason))
    for arguments in ({"out": "\\u65e5"}, {"report": "\\u65e5"}):
        try:
            ap.download(sys.argv[1:], **arguments)
        except errors.InvalidInput as error:
            print(ascii(str(error)))
try:
    AmazonPhotos(db_path="\\u65e5.parquet")
except errors.InvalidInput as error:
    print(ascii(str(error)))
"""


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are Unicode there, whatever the locale")
async def test_a_name_that_the_locale_cannot_write_fails_alone(ap, service, tmp_path):
    """Under a locale without its letters a name, or a folder's, costs its own rows; such a path that was given is
    refused by name (fault B7)."""
    folder = (await ap._send(create_folder("日本", (await ap.root).id))).id
    ids = [*await put(ap, ["日本.jpg", "a.jpg"]), *await put(ap, ["b.jpg"], start=2, folder=folder)]
    poor = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    environ = {**os.environ, **service.environ, "AMAZON_PHOTOS_CACHE_DIR": str(tmp_path / "cache")} | poor
    child = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", POOR_LOCALE, *ids], env=environ, capture_output=True, text=True
    )
    said = child.stdout.splitlines()
    assert child.returncode == 0, child.stderr[-2000:]
    assert [line.strip("'").split()[0] for line in said] == [
        *("failed", "downloaded", "downloaded", "failed", "downloaded", "failed"), "out", "report", "db_path",
    ]  # fmt: skip
    assert "a path that this system cannot have" in said[0]
    assert "a path that this system cannot have" in said[5]
    assert all("a character of another locale" in line for line in said[6:])
    names = [json.loads(line)["name"] for line in Path("report.jsonl").read_text("utf-8").splitlines()]
    assert sorted(names) == ["a.jpg"] * 2 + ["b.jpg"] * 2 + ["日本.jpg"] * 2
