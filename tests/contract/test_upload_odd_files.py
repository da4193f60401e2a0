"""Odd files on this machine: strange times, dates that are none, and things that take a file's place meanwhile."""

import json
import os
import shutil
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

import pictures
import transfers
from amazon_photos import errors
from odd_service import Answer, odd_service
from transfers import fill, library, md5

SECOND = 10**9


@pytest.fixture
async def ap(connect):
    async with connect() as client:
        yield client


def dated(path, seconds):
    """The file with another modification time; skips where the file system cannot keep it."""
    os.utime(path, ns=(seconds * SECOND, seconds * SECOND))
    if path.stat().st_mtime_ns != seconds * SECOND:
        pytest.skip("this file system keeps no such times")
    return path


@pytest.fixture
def far_folder(tmp_path):
    """A folder on a file system that keeps any time, where there is one."""
    if not os.access("/dev/shm", os.W_OK):
        yield tmp_path / "far"
        return
    folder = Path("/dev/shm") / f"amazon-photos-test-{os.getpid()}-{threading.get_ident()}"
    folder.mkdir()
    yield folder / "far"
    shutil.rmtree(folder)


# --- B2: times beyond 64 bits of nanoseconds ---------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [15_032_385_535, -12_000_000_000, 1 << 40, -(1 << 40)])
async def test_files_of_far_times_go_up_like_any_other(connect, tmp_path, far_folder, seconds):
    """Times after 2262 and before 1677: planned, tried, sent, remembered, reported, and planned again (fault B2)."""
    dated(fill(far_folder, "a.jpg", "b.jpg") / "a.jpg", seconds)
    async with connect() as ap:
        plan = await ap.plan_upload(far_folder)
        assert list(plan.mtime_ns.isna()) == [True, False]
        assert list((await ap.upload(far_folder, dry_run=True)).action) == ["upload", "upload"]
        plan.to_parquet("plan.parquet")
        result = await ap.upload(plan=plan, report="report.jsonl")
        assert list(result.outcome) == ["uploaded", "uploaded"]
        assert await library(ap) == {"far/a.jpg": md5(far_folder / "a.jpg"), "far/b.jpg": md5(far_folder / "b.jpg")}
        assert len(Path("report.jsonl").read_text().splitlines()) == 2
        assert (await ap.backed_up(far_folder)).backed_up.all()
    async with connect(1) as ap:
        assert list((await ap.upload(far_folder)).outcome) == ["exists", "exists"]
        assert list((await ap.check(far_folder, of="far")).outcome) == ["same", "same"]


async def test_a_plan_with_an_impossible_size_is_no_crash(ap, tmp_path):
    """Rows that send nothing may hold any number that a column can hold: they are told as they are (fault B2)."""
    plan = (await ap.plan_upload(fill(tmp_path / "P", "a.jpg", "b.jpg"))).astype({"size": object})
    plan.loc[0, "action"] = "exists"
    plan.loc[0, "size"] = 1 << 70
    with pytest.raises(errors.InvalidInput, match="'size', not 1180591620717411303424"):
        await ap.upload(plan=plan)
    plan.loc[0, "size"] = 1 << 62
    assert list((await ap.upload(plan=plan)).outcome) == ["exists", "uploaded"]


# --- C2, C1: what is told to Amazon ------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [1965, 1901, 1827])
async def test_a_scan_dated_by_hand_keeps_its_date(ap, far_folder, year):
    """A modification time before 1970 is passed on as capture date, and comes down again (fault C2)."""
    when = datetime(year, 7, 14, 12, tzinfo=UTC)
    dated(fill(far_folder, "scan.jpg") / "scan.jpg", round(when.timestamp()))
    assert list((await ap.upload(far_folder)).outcome) == ["uploaded"]
    nodes = await ap.nodes("kind:FILE")
    assert nodes.contentDate[0].to_pydatetime() == when


async def test_a_date_that_the_service_refuses_costs_no_file(service, far_folder, tmp_path, monkeypatch):
    """Where dates before 1970 are refused the file goes up without, and its row says so (fault C2)."""
    dated(fill(far_folder, "scan.jpg", "new.jpg") / "scan.jpg", -142_000_000)

    async def odd(asked, forward):
        if asked.query.get("contentDate", "2") < "1970":
            return Answer(400, b'{"message": "bad request"}', {"Content-Type": "application/json"})
        return await forward()

    with odd_service(service, odd) as strange:
        async with transfers.connector(strange, tmp_path, monkeypatch)(max_attempts=3) as ap:
            result = (await ap.upload(far_folder)).set_index("name")
    assert set(result.outcome) == {"uploaded"}
    assert result.reason["scan.jpg"] == "its date could not be passed on"


@pytest.mark.parametrize("taken", ["2019:01:01 24:04:20", "2024:02:30 10:00:00", "    :  :     :  :  "])
async def test_an_impossible_capture_date_is_none(ap, tmp_path, taken):
    """A picture whose EXIF date no calendar has gets its modification time as capture date (fault C1)."""
    (tmp_path / "P").mkdir()
    (tmp_path / "P" / "a.jpg").write_bytes(pictures.jpeg().replace(b"2023:08:14 10:15:00", taken.encode()))
    os.utime(tmp_path / "P" / "a.jpg", (1_500_000_000, 1_500_000_000))
    await ap.upload(tmp_path / "P")
    assert (await ap.nodes("kind:FILE")).contentDate[0].timestamp() == 1_500_000_000


# --- B7: something else in a file's place ------------------------------------------------------------------------


def pipe(path):
    os.mkfifo(path)


def link_to_pipe(path):
    os.mkfifo(f"{path}.pipe")
    path.symlink_to(f"{path}.pipe")


def device(path):
    path.symlink_to("/dev/zero")


def folder(path):
    path.mkdir()


def link_to_another(path):
    path.with_suffix(".other").write_bytes(b"somebody's")
    path.symlink_to(path.with_suffix(".other"))


@pytest.fixture
def watched():
    """Frees whoever waits for a pipe for long, so that a test fails and does not hang; which had to be freed."""
    freed, waiting, ended = [], [], threading.Event()

    def free():
        patience = 20.0
        while not ended.wait(patience):
            patience = 0.2
            for path in waiting:
                freed.append(path)
                os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK))

    thread = threading.Thread(target=free, daemon=True)
    thread.start()
    yield waiting, freed
    ended.set()
    thread.join()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
@pytest.mark.parametrize("instead", [pipe, link_to_pipe, device, folder, link_to_another])
@pytest.mark.parametrize("name", ["a.jpg", "a.bin", "a.mp4"])
async def test_what_takes_a_file_s_place_stops_nothing(service, tmp_path, monkeypatch, watched, instead, name):
    """A pipe, device, folder or link put in a file's place after its MD5 was taken: its row fails (fault B7)."""
    files = fill(tmp_path / "P", name, "b.jpg")

    async def odd(asked, forward):
        if asked.method == "POST" and asked.path == "/drive/v1/nodes":  # the folder: all is hashed, nothing sent
            (files / name).unlink()
            instead(files / name)
            watched[0].extend(str(p) for p in files.iterdir() if p.is_fifo())
        return await forward()

    with odd_service(service, odd) as strange:
        async with transfers.connector(strange, tmp_path, monkeypatch)(max_attempts=2) as ap:
            result = (await ap.upload(files)).set_index("name")
            assert dict(result.outcome) == {name: "failed", "b.jpg": "uploaded"}
            assert await library(ap) == {"P/b.jpg": md5(files / "b.jpg")}
    assert (
        "changed" in result.reason[name] or "no longer a file" in result.reason[name] or "is a" in result.reason[name]
    )
    assert not watched[1]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
@pytest.mark.parametrize("instead", [pipe, device, folder])
async def test_what_takes_a_file_s_place_before_hashing_stops_nothing(ap, tmp_path, monkeypatch, watched, instead):
    """The same between the listing of the folder and the taking of the MD5 (fault B7)."""
    files, real = fill(tmp_path / "P", "a.jpg", "b.jpg"), os.open

    def swapping(path, *args, **kwargs):
        if str(path) == str(files / "a.jpg") and (files / "a.jpg").is_file():
            (files / "a.jpg").unlink()
            instead(files / "a.jpg")
            watched[0].extend([path] if instead is pipe else [])
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", swapping)
    assert list((await ap.upload(files)).outcome) == ["failed", "uploaded"]
    assert not watched[1]


# --- D5 ----------------------------------------------------------------------------------------------------------


async def test_a_planned_file_that_is_gone_is_told_as_gone(ap, tmp_path):
    """A file deleted since the plan, and one whose link leads nowhere now, have reasons that say which (fault D5)."""
    files = fill(tmp_path / "P", "a.jpg", "b.jpg", "c.jpg")
    plan = await ap.plan_upload(files)
    (files / "a.jpg").unlink()
    (files / "b.jpg").unlink()
    (files / "b.jpg").symlink_to("nowhere")
    result = await ap.upload(plan=plan, report="report.jsonl")
    assert list(result.outcome) == ["skipped", "skipped", "uploaded"]
    assert result.reason[0] == "it is no longer there"
    assert "link" in result.reason[1]
    told = [json.loads(line) for line in Path("report.jsonl").read_text().splitlines()]
    assert {line["reason"] for line in told} == {result.reason[0], result.reason[1], None}
