"""Several downloads into one folder at once, in tasks, threads and processes, also killed ones (fault A1).

They share the work or wait for each other; no final name ever holds anything wrong, and nothing is left in the end.
"""

import asyncio
import contextlib
import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from growing import count_bytes
from transfers import asked, content, files, md5, put

BIG = 3_000_000
PATIENCE = 120
SCRIPT = """
import sys
from amazon_photos import AmazonPhotos, Settings

out, rate, start = sys.argv[1:4]
tuned = Settings.load(backoff_initial=0.01, backoff_max=0.2, catalog=f"{start}.parquet", bwlimit=float(rate) or None)
with AmazonPhotos(settings=tuned, progress=False) as ap:
    nodes = ap.nodes("kind:FILE")
    print("ready", flush=True)
    sys.stdin.readline()
    result = ap.download(nodes, out=out)
for what, reason in zip(result.outcome, result.reason):
    print(what, reason, sep=chr(9))
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


@pytest.fixture
async def library(connect):
    """Puts so many files of a size into the library; gives what is right."""

    async def fill(**sizes):
        right, start = {}, 0
        async with connect() as ap:
            for kind, (count, size) in sizes.items():
                names = [f"{kind}{number}.bin" for number in range(count)]
                await put(ap, names, size=size, start=start)
                right |= {name: md5(content(start + number, size)) for number, name in enumerate(names)}
                start += count
        return right

    return fill


@pytest.fixture
def start(start_process, tmp_path):
    """Starts a download in a process of its own, which waits for a line; gives the process."""
    numbers = itertools.count()

    def begin(rate=0):
        number = next(numbers)
        environ = {"AMAZON_PHOTOS_CACHE_DIR": str(tmp_path / f"c{number}")}
        arguments = (tmp_path / "out", rate, f"child{number}")
        return start_process(SCRIPT, *arguments, environ=environ, stdin=subprocess.PIPE, stderr=None)

    return begin


@pytest.fixture
def watched(tmp_path):
    """Gathers what is ever wrong under a final name, while the test goes on."""
    wrong, ended, right = [], threading.Event(), {}

    def watch():
        while not ended.wait(0.002):
            for path in (tmp_path / "out").glob("[!.]*"):
                with contextlib.suppress(FileNotFoundError):
                    if md5(path) != right.get(path.name):
                        wrong.append((path.name, path.stat().st_size))

    watcher = threading.Thread(target=watch)

    def begin(what):
        right.update(what)
        watcher.start()
        return wrong

    yield begin
    ended.set()
    watcher.join()


def go(*processes):
    """Lets them download at the same moment."""
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()


async def begun(process, shows):
    """Until a process shows that it has begun; one that has ended by then is told at once."""
    until = time.monotonic() + PATIENCE
    while not shows():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        await asyncio.sleep(0.01)


def told(process):
    """How often the process told what; of failures with their reasons."""
    out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    rows = [line.split("\t") for line in out.splitlines()]
    return Counter(what if what != "failed" else f"failed: {reason}" for what, reason in rows)


@pytest.mark.parametrize(
    ("count", "sizes"),
    [
        (2, {"film": (8, 3_500_000), "photo": (20, 900_000), "small": (40, 3_000)}),
        pytest.param(2, {"film": (24, 3_500_000)}, marks=pytest.mark.soak),
        pytest.param(2, {"photo": (60, 900_000)}, marks=pytest.mark.soak),
        pytest.param(4, {"film": (8, 3_500_000), "photo": (40, 900_000), "small": (80, 3_000)}, marks=pytest.mark.soak),
    ],
)
async def test_processes_share_the_work(library, start, watched, tmp_path, count, sizes):
    """Every row of every process is "downloaded" or "exists", each file is downloaded once, and all is right."""
    right = await library(**sizes)
    wrong = watched(right)
    processes = [start() for _ in range(count)]
    await asyncio.to_thread(go, *processes)
    rows = [await asyncio.to_thread(told, process) for process in processes]
    assert not wrong
    assert files(tmp_path / "out") == right
    assert all(set(row) <= {"downloaded", "exists"} for row in rows), rows
    assert sum(row["downloaded"] for row in rows) == len(right)
    assert sum(row["exists"] for row in rows) == len(right) * (count - 1)


async def test_wrong_bytes_of_the_slower_run_reach_no_finished_file(library, start, service, watched, tmp_path):
    """One run is quick and finishes; another is slow and gets wrong bytes: they never get into the finished file."""
    right = await library(film=(1, 12_000_000))
    wrong = watched(right)
    service.faults([{"operation": "download", "nth": 1, "fault": "wrong-bytes"}])
    slow, quick = start(rate=6_000_000), start()
    await asyncio.to_thread(go, slow)
    await begun(slow, lambda: asked(service))
    await asyncio.to_thread(go, quick)
    rows = [await asyncio.to_thread(told, process) for process in (slow, quick)]
    assert rows[0] + rows[1] == Counter(downloaded=1, exists=1)
    assert not wrong
    assert files(tmp_path / "out") == right


@pytest.mark.slow
@pytest.mark.parametrize("count", [2, pytest.param(4, marks=pytest.mark.soak)])
async def test_processes_through_faults(library, start, service, watched, tmp_path, count):
    """A quarter of the answers wrong or cut, one process slow: every file is right, at every moment."""
    right = await library(film=(6, BIG), photo=(20, 900_000), small=(40, 3_000))
    wrong = watched(right)
    service.faults(
        [{"operation": "download", "probability": 0.25, "seed": 5, "fault": ["wrong-bytes", "cut", "reset-during"]}]
    )
    processes = [start(rate=0 if number else 8_000_000) for number in range(count)]
    await asyncio.to_thread(go, *processes)
    rows = [await asyncio.to_thread(told, process) for process in processes]
    assert not wrong
    assert files(tmp_path / "out") == right
    assert all(set(row) <= {"downloaded", "exists"} for row in rows), rows
    assert sum(row["downloaded"] for row in rows) == len(right)


async def kill_and_rerun(kills, library, start, service, watched, tmp_path, seed):
    right = await library(film=(6, BIG), photo=(20, 900_000), small=(40, 3_000))
    wrong = watched(right)
    moments = random.Random(seed)
    service.faults([{"operation": "download", "probability": 0.1, "seed": seed, "fault": ["wrong-bytes", "cut"]}])
    living = start(rate=4_000_000)
    await asyncio.to_thread(go, living)
    for _ in range(kills):
        victim = start(rate=6_000_000)
        await asyncio.to_thread(go, victim)
        await asyncio.sleep(moments.uniform(0, 0.8))
        victim.kill()
        victim.wait()
    if seed % 2:
        living.send_signal(signal.SIGKILL)
        living.wait()
    else:
        assert set(await asyncio.to_thread(told, living)) <= {"downloaded", "exists"}
    last = start()
    await asyncio.to_thread(go, last)
    assert set(await asyncio.to_thread(told, last)) <= {"downloaded", "exists"}
    assert not wrong
    assert files(tmp_path / "out") == right


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.soak)])
async def test_kills_in_between_leave_nothing_wrong(library, start, service, watched, tmp_path, seed):
    """Some runs are killed while another one lives: a rerun ends right, no part is left, nothing was ever wrong."""
    await kill_and_rerun(2, library, start, service, watched, tmp_path, seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10, 20))
async def test_many_kills_in_between_leave_nothing_wrong(library, start, service, watched, tmp_path, seed):
    """The same with twenty kills, ten times."""
    await kill_and_rerun(20, library, start, service, watched, tmp_path, seed)


@pytest.mark.parametrize("together", ["two tasks of one client", "two clients"])
async def test_tasks_share_the_work(connect, library, service, together):
    """Two downloads of one process keep apart as two processes do, and none counts as moved twice."""
    right = await library(film=(6, BIG), small=(40, 3_000))
    moved = [0, 0]

    def watch(number):
        def add(event):
            moved[number] += event.bytes if type(event).__name__ == "BytesTransferred" else 0

        return add

    async with connect() as one, connect(1) as other:
        nodes = await one.nodes("kind:FILE")
        clients = (one, one) if "one client" in together else (one, other)
        results = await asyncio.gather(
            *(ap.download(nodes, out="out", on_event=watch(number)) for number, ap in enumerate(clients))
        )
    rows = [Counter(result.outcome) for result in results]
    assert rows[0] + rows[1] == Counter(downloaded=len(right), exists=len(right))
    assert all(list(result.id) == list(nodes.id) for result in results)
    assert files("out") == right
    by_run = [int(result["size"][result.outcome == "downloaded"].sum()) for result in results]
    assert moved == by_run


async def test_others_are_fetched_while_some_are_busy(connect, library, tmp_path):
    """Files that another run is at come last: however many they are, the rest is not held up by them."""
    await library(film=(4, BIG), small=(40, 3_000))
    async with connect(initial_concurrency=1, max_concurrency=1) as ap:
        nodes = (await ap.nodes("kind:FILE")).sort_values("size", ascending=False)
        held = [hold(node, tmp_path / "out") for _, node in nodes.iloc[:4].iterrows()]
        task = asyncio.create_task(ap.download(nodes, out="out", report="report.jsonl"))
        until = time.monotonic() + PATIENCE
        while len(list(Path("out").glob("[!.]*"))) < 40 and time.monotonic() < until:
            await asyncio.sleep(0.01)
        assert len(list(Path("out").glob("[!.]*"))) == 40
        assert not task.done()
        for part in held:
            part.close()
        result = await task
    assert list(result.outcome) == ["downloaded"] * 44
    assert len(Path("report.jsonl").read_text().splitlines()) == 44
    assert len(files("out")) == 44


async def test_a_run_that_stands_still_is_not_waited_for_for_ever(connect, library, service, tmp_path):
    """Where the other run does nothing any more, the row says so, and a rerun after its end is right."""
    right = await library(film=(1, BIG))
    async with connect(read_timeout=0.1) as ap:
        nodes = await ap.nodes("kind:FILE")
        held = hold(nodes.iloc[0], tmp_path / "out")
        service.requests.clear()
        result = await ap.download(nodes, out="out")
        assert list(result.outcome) == ["failed"]
        assert "another run" in result.reason[0]
        assert not asked(service)
        held.close()
    async with connect() as ap:
        assert list((await ap.download(nodes, out="out")).outcome) == ["downloaded"]
    assert files("out") == right


def hold(node, out):
    """Another run's part, which it owns and does not write."""
    from amazon_photos.files.part_file import PartFile

    held = PartFile(out / node["name"], node_id=node["id"], md5=node["md5"], version=1)
    held.open()
    held.write([b"x"])
    return held


async def test_a_run_that_is_killed_while_another_waits(library, start, watched, tmp_path):
    """Who waits for a run that dies takes its part over and goes on from there."""
    right = await library(film=(1, 12_000_000))
    wrong = watched(right)
    slow, quick = start(rate=1_000_000), start()
    await asyncio.to_thread(go, slow)
    await begun(slow, lambda: count_bytes((tmp_path / "out").glob(".*")))
    await asyncio.to_thread(go, quick)
    await asyncio.sleep(0.5)
    assert quick.poll() is None
    slow.kill()
    assert await asyncio.to_thread(told, quick) == Counter(downloaded=1)
    assert not wrong
    assert files(tmp_path / "out") == right


FORKING = """
import os, signal, sys
from amazon_photos import AmazonPhotos, Settings

child = None

def fork(event):
    global child
    if child is None and type(event).__name__ == "BytesTransferred":
        child = os.fork()
        if not child:
            os.close(1)
            signal.pause()
        print(child, flush=True)

tuned = Settings.load(backoff_initial=0.01, backoff_max=0.2, read_timeout=2, catalog="forking.parquet")
with AmazonPhotos(settings=tuned, progress=False) as ap:
    print(*ap.download(sys.argv[1:], out="media", on_event=fork).outcome)
"""


@pytest.mark.parametrize("killed", [False, True], ids=["the parent lives", "the parent is killed"])
async def test_a_child_made_during_a_download_holds_nobody_up(connect, service, tmp_path, killed):
    """The part belongs to the run, and not to what its program forks: neither its own next attempt nor the next run
    waits for the child (fault A1)."""
    async with connect() as ap:
        ids = await put(ap, ["a.mp4"], size=BIG)
    async with connect(read_timeout=2) as ap:
        service.faults([{"operation": "download", "nth": 1, "fault": "stall-during", "seconds": 3600}])
        environ = {**os.environ, **service.environ, "AMAZON_PHOTOS_CACHE_DIR": str(tmp_path / "cache")}
        child = None
        with subprocess.Popen(
            [sys.executable, "-c", FORKING, *ids], env=environ, cwd=tmp_path, stdout=subprocess.PIPE, text=True
        ) as parent:
            try:
                child = int(await asyncio.to_thread(parent.stdout.readline))
                if killed:
                    parent.kill()
                    assert list((await ap.download(ids)).outcome) == ["downloaded"]
                else:
                    assert await asyncio.to_thread(parent.stdout.readline) == "downloaded\n"
                os.kill(child, 0)  # it lives all the time
            finally:
                parent.kill()
                if child is not None:
                    os.kill(child, signal.SIGKILL)
    assert files(tmp_path / "media") == {"a.mp4": md5(content(0, BIG))}
