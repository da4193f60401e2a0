"""Those who watch a transfer see all of it, and can do it no harm."""

import threading

from amazon_photos import AmazonPhotos
from amazon_photos.transfer.events import BytesTransferred, FileFinished, PlanUpdated
from transfers import PASSING, content, files, fill, library, put

BIG = 3_000_000


def seen(told):
    """The last plan, the bytes that moved, and the names that were finished."""
    plan = [event for event in told if isinstance(event, PlanUpdated)][-1]
    moved = sum(event.bytes for event in told if isinstance(event, BytesTransferred))
    return plan, moved, sorted(event.result.name for event in told if isinstance(event, FileFinished))


async def test_an_upload_is_seen_through_all_faults(connect, service, tmp_path):
    """Bytes count once, however often they were sent; what is there already counts as a file and no byte."""
    folder = fill(tmp_path / "P", "there.jpg")
    async with connect() as ap:
        await ap.upload(folder)
        fill(tmp_path / "P", *(f"{n:02}.jpg" for n in range(20)), size=300_000, start=5)
        service.faults([{"operation": "upload*", "probability": 0.3, "seed": 3, "fault": [*PASSING, "504-stored"]}])
        told = []
        await ap.upload(folder, on_event=told.append)
    size = sum(path.stat().st_size for path in folder.glob("[01]*.jpg"))
    names = sorted(path.name for path in folder.iterdir())
    assert seen(told) == (PlanUpdated(21, size, complete=True), size, names)


async def test_a_download_is_seen_through_all_faults(connect, service):
    """The same for downloads: small ones, large ones that go on after a cut, and what is there already."""
    names = [f"{n}.jpg" for n in range(12)]
    async with connect() as ap:
        ids = await put(ap, names) + await put(ap, ["a.mp4", "b.mp4"], size=BIG, start=50)
        await ap.download(ids[0])
        service.faults([{"operation": "download", "probability": 0.3, "seed": 8, "fault": PASSING}])
        told = []
        await ap.download(ids, on_event=told.append)
    size = 11 * 2000 + 2 * BIG
    assert seen(told) == (PlanUpdated(14, size, complete=True), size, sorted([*names, "a.mp4", "b.mp4"]))


async def test_what_an_earlier_run_brought_does_not_move_again(connect, service):
    """A download that goes on counts what it still fetches."""
    async with connect(max_attempts=1) as ap:
        ids = await put(ap, ["a.mp4"], size=BIG)
        service.faults([{"operation": "download", "nth": 1, "fault": "cut"}])
        first, second = [], []
        await ap.download(ids, on_event=first.append)
        await ap.download(ids, on_event=second.append)
    assert seen(first)[:2] == (PlanUpdated(1, 0, complete=True), 0)
    plan, moved, _ = seen(second)
    assert 0 < moved == plan.bytes < BIG


async def test_one_who_raises_does_no_harm(connect, caplog, tmp_path):
    """Whatever on_event does, every file arrives; what it raised is logged once."""
    async with connect() as ap:
        result = await ap.upload(fill(tmp_path / "P", "a.jpg", "b.jpg"), on_event=lambda event: 1 / 0)
        await ap.download(result, on_event=lambda event: 1 / 0)
        assert len(await library(ap)) == 2
    assert files("media") == files(tmp_path / "P")
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [ZeroDivisionError] * 2


def test_the_blocking_client_tells_from_its_own_thread(service, tmp_path, monkeypatch):
    """on_event is called in the loop's thread while the caller waits."""
    monkeypatch.chdir(tmp_path)
    threads = set()
    with AmazonPhotos(service.cookies, endpoint=service.url, progress=False) as ap:
        ap.upload(fill(tmp_path / "P", "a.jpg"), on_event=lambda event: threads.add(threading.current_thread().name))
    assert threads == {"amazon-photos"}


async def test_a_bar_shows_both_ways(service, tmp_path, monkeypatch, capsys):
    """progress=True: each transfer leaves one line, with all files and bytes."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "P").mkdir()
    (tmp_path / "P" / "a.bin").write_bytes(content(1, 1_500_000))
    with AmazonPhotos(service.cookies, endpoint=service.url, progress=True) as ap:
        ap.download(ap.upload(tmp_path / "P"))
    out, screen = capsys.readouterr()
    assert out == ""
    lines = [line for line in screen.splitlines() if not line.startswith("refresh: ")]  # it has one where it takes long
    assert [line.partition(" in ")[0] for line in lines] == [
        "upload: 1 file (1 uploaded), 1.5 MB",
        "download: 1 file (1 downloaded), 1.5 MB",
    ]
