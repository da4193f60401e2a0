"""Files up, while things go wrong: every file is there once in the end, or its row says why not."""

import asyncio
import errno
import json
import os
from pathlib import Path

import pytest

import pictures
from amazon_photos import errors
from transfers import PASSING, STORED, fill, library, md5, sent


@pytest.fixture
async def ap(connect):
    async with connect() as client:
        yield client


@pytest.mark.parametrize("fault", [*PASSING, *STORED])
@pytest.mark.parametrize("size", [3000, 700_000])
async def test_every_fault_ends_with_the_file_there_once(ap, service, tmp_path, fault, size):
    """Whatever the first attempt met, the file is there once, with every byte right."""
    folder = fill(tmp_path / "P", "a.jpg", size=size)
    service.faults([{"operation": "upload*", "nth": 1, "fault": fault}])
    assert list((await ap.upload(folder)).outcome) == ["uploaded"]
    assert await library(ap) == {"P/a.jpg": md5(folder / "a.jpg")}


async def test_a_silent_service_is_given_up_and_tried_again(connect, service, tmp_path):
    """An upload without progress for the read time-out is cut and sent again."""
    folder = fill(tmp_path / "P", "a.jpg", size=700_000)
    service.faults([{"operation": "upload*", "nth": 1, "fault": "stall", "seconds": 3600}])
    async with connect(read_timeout=0.3) as ap:
        assert list((await ap.upload(folder)).outcome) == ["uploaded"]
        assert await library(ap) == {"P/a.jpg": md5(folder / "a.jpg")}


@pytest.mark.slow
@pytest.mark.parametrize("count", [600, pytest.param(2000, marks=pytest.mark.soak)])
async def test_many_files_through_many_faults(ap, service, tmp_path, count):
    """Through a tenth of mixed faults, also while folders are made and looked for, every file is there once."""
    folder = fill(tmp_path / "P", *(f"{n % 5}/{n}.jpg" for n in range(count)))
    service.faults(
        [
            {"operation": "upload*", "probability": 0.1, "seed": 5, "fault": [*PASSING, *STORED]},
            {"path": "/drive/*", "probability": 0.05, "seed": 6, "fault": ["503", "reset-after", "cut"]},
        ]
    )
    result = await ap.upload(folder)
    service.faults([])
    assert set(result.outcome) == {"uploaded"}
    assert await library(ap) == {f"P/{p.relative_to(folder)}": md5(p) for p in folder.rglob("*.jpg")}


async def test_a_lost_session_stops_at_once_and_the_rerun_goes_on(connect, service, tmp_path):
    """401 in the middle: no new work, what was done is told, and running the same again does only the rest."""
    folder = fill(tmp_path / "P", *(f"{n:03}.jpg" for n in range(100)))
    service.faults([{"operation": "upload*", "nth": list(range(30, 200)), "fault": "401"}])
    async with connect() as ap:
        with pytest.raises(errors.SessionExpired) as caught:
            await ap.upload(folder)
    done = caught.value.outcomes
    assert set(done.outcome) == {"uploaded"}
    assert 29 - 16 <= len(done) <= 29
    assert len(sent(service)) <= 29 + 16
    assert "run the same again" in caught.value.__notes__[0]
    async with connect() as ap:
        there = await ap.db  # what was done is in ap.parquet already
        assert set(there[there.kind == "FILE"].id) == set(done.id)
    service.faults([])
    async with connect(1) as ap:
        again = await ap.upload(folder)
        assert list(again.outcome).count("uploaded") == 71
        assert len(await library(ap)) == 100


async def test_a_dead_service_ends_the_run(connect, service, tmp_path):
    """When nothing goes through any more, the run ends within its budget, however many files are left."""
    folder = fill(tmp_path / "P", *(f"{n}.jpg" for n in range(500)))
    service.faults([{"operation": "upload*", "fault": "503"}])
    async with connect(retry_budget=0.5, max_attempts=3) as ap:
        with pytest.raises(errors.Unavailable) as caught:
            await ap.upload(folder)
    assert len(caught.value.outcomes) < 400
    assert not set(caught.value.outcomes.outcome) - {"failed"}
    assert "nothing went through" in caught.value.__notes__[0]
    assert "signing in" not in "".join(caught.value.__notes__)


async def test_full_storage_is_told_and_not_tried_for_every_file(ap, service, tmp_path):
    """When the quota is used up, files fail with the reason; pictures that cost nothing still go up."""
    folder = fill(tmp_path / "P", *(f"{n:02}.mp4" for n in range(40)), size=100_000)
    fill(tmp_path / "P", "z.jpg", start=99)
    service.set(quota=450_000, prime=True)
    (folder / "z.jpg").write_bytes(pictures.jpeg(3))
    result = (await ap.upload(folder)).set_index("name")
    assert list(result.outcome).count("uploaded") == 5
    assert result.outcome["z.jpg"] == "uploaded"
    assert "storage is full" in result.reason["39.mp4"]
    assert len(sent(service)) < 40


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that nobody can read")
async def test_a_file_that_cannot_be_read_does_not_stop_the_others(ap, tmp_path):
    """A file whose bytes the system refuses is a failed row, whoever asks; the others go up."""
    folder = fill(tmp_path / "P", "a.jpg", "b.jpg")
    result = await ap.upload([f"{folder}/.", "/proc/self/mem"])
    assert list(result.outcome) == ["uploaded", "uploaded", "failed"]
    assert "cannot be read: input/output error" in result.reason[2]


@pytest.mark.parametrize("when", ["hashing", "sending"])
async def test_a_file_that_may_not_be_opened_does_not_stop_the_others(ap, tmp_path, monkeypatch, when):
    """A file that is refused when its MD5 is due, or (a large one) only when its bytes are, is a failed row."""
    folder, opened, real = fill(tmp_path / "P", "a.jpg", "b.jpg"), [], os.open
    (folder / "a.jpg").write_bytes(b"large" * (1 << 20))

    def refusing(path, *args, **kwargs):
        if str(path).endswith("a.jpg"):
            opened.append(path)
            if when == "hashing" or len(opened) > 1:
                raise PermissionError(errno.EACCES, "Permission denied", path)
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", refusing)
    result = await ap.upload(folder)
    assert opened
    assert list(result.outcome) == ["failed", "uploaded"]
    assert "cannot be read: permission denied" in result.reason[0]


async def test_a_folder_that_cannot_be_listed_does_not_stop_the_others(ap, tmp_path, monkeypatch):
    """A folder that the system refuses is a failed row of its own; what is elsewhere goes up."""
    folder, real = fill(tmp_path / "P", "a.jpg", "sub/b.jpg"), os.scandir

    def refusing(path):
        if str(path).endswith("sub"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", refusing)
    result = (await ap.upload(folder)).set_index("path")
    assert dict(result.outcome) == {str(folder / "a.jpg"): "uploaded", str(folder / "sub"): "failed"}
    assert "cannot be read: permission denied" in result.reason[str(folder / "sub")]


async def test_cancelling_finishes_what_is_under_way(connect, service, tmp_path):
    """Ctrl-C: files under way are finished, no new ones begun; a rerun does the rest, and nothing is there twice."""
    folder = fill(tmp_path / "P", *(f"{n:03}.jpg" for n in range(200)))
    service.set(latency=0.02)
    report = tmp_path / "report.jsonl"
    async with connect() as ap:
        task = asyncio.create_task(ap.upload(folder, report=report))
        while len(sent(service)) < 20:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    told = [json.loads(line) for line in report.read_text().splitlines()]
    begun = len(sent(service))
    assert {line["outcome"] for line in told} == {"uploaded"}
    assert len(told) == begun < 200
    service.set(latency=0)
    async with connect(1) as ap:
        assert list((await ap.upload(folder)).outcome).count("uploaded") == 200 - begun
        assert await library(ap) == {f"P/{p.name}": md5(p) for p in folder.iterdir()}


async def test_a_file_that_is_not_what_the_plan_says_is_sent_once_and_not_kept(ap, service, tmp_path):
    """The MD5 of the plan is not the file's: what arrived goes to the trash, and is not sent again."""
    plan = await ap.plan_upload(fill(tmp_path / "P", "a.bin"))
    plan["md5"] = "0" * 32
    result = await ap.upload(plan=plan)
    assert list(result.outcome) == ["failed"]
    assert "not what was sent" in result.reason[0]
    assert "no longer what it was" in result.reason[0]
    assert await library(ap) == {}
    assert list((await ap.trashed()).md5) == [md5(tmp_path / "P" / "a.bin")]
    assert len(sent(service)) == 1


async def test_folders_that_vanish_are_made_anew(connect, service, tmp_path):
    """A folder that was trashed since the library was looked at is made again."""
    async with connect() as ap:
        await ap.upload(fill(tmp_path / "P", "a.jpg"))
        plan = await ap.plan_upload(fill(tmp_path / "P", "b.jpg", start=5))
        folder = (await ap.folders()).set_index("name").id["P"]
        async with connect(1) as other:
            await other.trash(folder)
        await ap.upload(plan=plan)
        assert "P/b.jpg" in await library(ap)
