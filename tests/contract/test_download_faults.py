"""Files down, while things go wrong: nothing wrong and nothing partial under a final name."""

import asyncio
import errno
import os
from pathlib import Path

import pandas as pd
import pytest

from amazon_photos import errors
from transfers import PASSING, asked, content, files, md5, put

BIG = 3_000_000


@pytest.fixture
async def ap(connect):
    async with connect() as client:
        yield client


@pytest.mark.parametrize("fault", PASSING)
@pytest.mark.parametrize("size", [3000, BIG])
async def test_faults_that_pass_end_with_the_file(ap, service, fault, size):
    """Whatever the first attempt met, the file is there in the end, and nothing else is."""
    ids = await put(ap, ["a.jpg"], size=size)
    service.faults([{"operation": "download", "nth": 1, "fault": fault}])
    assert list((await ap.download(ids)).outcome) == ["downloaded"]
    assert files("media") == {"a.jpg": md5(content(0, size))}


@pytest.mark.parametrize("fault", [*PASSING, "404", "403"])
@pytest.mark.parametrize("size", [3000, BIG])
async def test_faults_that_stay_end_with_a_reason(connect, service, fault, size):
    """A file that cannot be had is a failed row; no final name holds anything."""
    async with connect(max_attempts=2) as ap:
        ids = await put(ap, ["a.jpg"], size=size)
        service.faults([{"operation": "download", "fault": fault}])
        result = await ap.download(ids)
    assert list(result.outcome) == ["failed"]
    assert result.reason[0]
    assert "a.jpg" not in files("media")


@pytest.mark.parametrize("fault", ["html", "401"])
async def test_a_sign_in_page_is_never_a_photo(ap, service, fault):
    """A page where a photo was due means signed out: the run ends, keeps what was done, and says how to go on."""
    ids = await put(ap, [f"{n}.jpg" for n in range(40)])
    service.faults([{"operation": "download", "nth": list(range(11, 99)), "fault": fault}])
    with pytest.raises(errors.SessionExpired) as caught:
        await ap.download(ids)
    assert set(caught.value.outcomes.outcome) == {"downloaded"}
    assert len(caught.value.outcomes) == len(files("media")) == 10
    assert len(asked(service)) < 40
    (note,) = caught.value.__notes__
    assert note == "10 files were done; after signing in, run the same again"
    service.faults([])
    again = await ap.download(ids)
    assert list(again.outcome).count("exists") == 10
    assert len(files("media")) == 40


async def test_a_cut_download_goes_on_where_it_stopped(ap, service):
    """After a cut, the rest is asked for by Range, and the whole is right."""
    ids = await put(ap, ["a.mp4"], size=BIG)
    service.faults([{"operation": "download", "nth": [1, 2], "fault": "cut"}])
    await ap.download(ids)
    assert [seen.status for seen in asked(service) if seen.method == "GET"] == [200, 206, 206]
    assert files("media") == {"a.mp4": md5(content(0, BIG))}


async def test_a_later_run_goes_on_where_an_earlier_one_stopped(connect, service):
    """What one run left in its part, the next one goes on from; nothing is left in the end."""
    async with connect(max_attempts=1) as ap:
        ids = await put(ap, ["a.mp4"], size=BIG)
        service.faults([{"operation": "download", "nth": 1, "fault": "cut"}])
        assert list((await ap.download(ids)).outcome) == ["failed"]
        (left,) = Path("media").iterdir()
        assert left.suffix == ".part"
        assert 0 < left.stat().st_size < BIG
        service.requests.clear()
        assert list((await ap.download(ids)).outcome) == ["downloaded"]
    assert [seen.status for seen in asked(service)] == [206]
    assert files("media") == {"a.mp4": md5(content(0, BIG))}


async def test_a_damaged_part_costs_only_time(ap):
    """A part whose bytes are not the file's beginning is noticed, and the file is fetched whole."""
    ids = await put(ap, ["a.mp4"], size=BIG)
    Path("media").mkdir()
    part = Path("media") / f".{ids[0]}.{md5(content(0, BIG))}.1.part"
    for left in (b"other bytes" * 1000, content(1, BIG), b"x" * (BIG + 1)):
        part.write_bytes(left)
        assert list((await ap.download(ids)).outcome) == ["downloaded"]
        assert files("media") == {"a.mp4": md5(content(0, BIG))}
        Path("media/a.mp4").unlink()


async def test_a_silent_service_is_given_up_and_tried_again(connect, service):
    """A download without progress for the read time-out is cut, and goes on."""
    async with connect() as ap:
        ids = await put(ap, ["a.mp4"], size=BIG)
    async with connect(read_timeout=0.5) as ap:
        service.faults([{"operation": "download", "nth": 1, "fault": "stall-during", "seconds": 3600}])
        assert list((await ap.download(ids)).outcome) == ["downloaded"]
    assert files("media") == {"a.mp4": md5(content(0, BIG))}


@pytest.mark.slow
@pytest.mark.parametrize("count", [600, pytest.param(2000, marks=pytest.mark.soak)])
async def test_many_files_through_many_faults(ap, service, tmp_path, count):
    """Through a tenth of mixed faults, every file is there, and every byte right."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(count):
        (folder / f"{number}.bin").write_bytes(content(number))
    nodes = await ap.upload(folder)
    service.faults([{"operation": "download*", "probability": 0.1, "seed": 4, "fault": PASSING}])
    done = await ap.download(nodes)
    assert set(done.outcome) == {"downloaded"}, set(done.reason.dropna())
    assert files("media") == files(folder)


async def test_a_dead_service_ends_the_run(connect, service, tmp_path):
    """When nothing comes any more, the run ends within its budget, however many files are left."""
    async with connect(retry_budget=0.5, max_attempts=3) as ap:
        nodes = pd.DataFrame({"id": [f"{n:022}" for n in range(2000)], "name": "x", "size": 5, "md5": "0" * 32})
        service.faults([{"operation": "download", "fault": "503"}])
        with pytest.raises(errors.Unavailable) as caught:
            await ap.download(nodes)
    assert len(caught.value.outcomes) < 1500
    assert files("media") == {}
    assert "nothing went through" in caught.value.__notes__[0]
    assert "signing in" not in "".join(caught.value.__notes__)


async def test_wrong_content_does_not_end_the_run(connect, service):
    """A service that answers is not dead: each file that arrives as another gets all its attempts, and fails alone."""
    async with connect(retry_budget=0.05, backoff_initial=0.005, backoff_max=0.01, max_attempts=4) as ap:
        ids = await put(ap, [f"{n}.jpg" for n in range(40)])
        service.faults([{"operation": "download", "fault": "wrong-bytes"}])
        result = await ap.download(ids)
    assert list(result.outcome) == ["failed"] * 40
    assert len(asked(service)) == 40 * 4
    assert files("media") == {}


@pytest.mark.parametrize(("number", "error"), [(errno.ENOSPC, errors.DiskFull), (errno.EROFS, errors.LocalFileError)])
@pytest.mark.parametrize("size", [3000, BIG])
async def test_no_room_and_no_entry_stop_early_and_leave_nothing(ap, monkeypatch, number, error, size):
    """A full disk and a read-only folder end the run with one clear message and no debris."""
    ids = await put(ap, [f"{n}.jpg" for n in range(30)], size=size)
    real = os.write

    def write(file, data):
        if os.fstat(file).st_size + len(data) > 0 and "/media/" in str(Path(f"/proc/self/fd/{file}").readlink()):
            raise OSError(number, os.strerror(number))
        return real(file, data)

    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc to tell files apart")
    monkeypatch.setattr(os, "write", write)
    with pytest.raises(error) as caught:
        await ap.download(ids)
    assert len(caught.value.outcomes) < 30
    assert "media" in str(caught.value)
    assert files("media") == {}


async def test_cancelling_finishes_small_files_and_keeps_parts(ap, service):
    """Ctrl-C: what is under way is finished; what is cut off keeps its part, and the rerun goes on from it."""
    ids = await put(ap, [f"{n}.jpg" for n in range(60)])
    service.set(latency=0.05)
    task = asyncio.create_task(ap.download(ids))
    while len(asked(service)) < 5:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    begun = len(files("media"))
    assert 5 <= begun < 60
    assert not [name for name in files("media") if name.endswith(".part")]
    service.set(latency=0)
    assert list((await ap.download(ids)).outcome).count("exists") == begun
    assert len(files("media")) == 60
