"""Ctrl-C in a script: the first finishes what is under way, the second leaves at once; both leave a right state."""

import json
import signal
import sys
import time
from collections import Counter
from functools import partial

import pytest

from amazon_photos import AmazonPhotos
from transfers import content, files, fill, md5

SCRIPT = """
import sys
from amazon_photos import AmazonPhotos, Settings
from amazon_photos.transfer import pool

what, target, grace = sys.argv[1:4]
assert "grace" in pool.run_bounded.__kwdefaults__
pool.run_bounded.__kwdefaults__["grace"] = float(grace)

def work(ap):
    try:
        if what == "upload":
            ap.upload(target, report="report.jsonl")
        else:
            ap.download(ap.nodes("kind:FILE"), out=target, report="report.jsonl")
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        raise

ap = AmazonPhotos(settings=Settings.load(catalog="child.parquet"), progress=False)
if "closes" in sys.argv:
    with ap:
        work(ap)
else:
    work(ap)
"""
COUNT = 60
NAMES = [f"{number:02}.jpg" for number in range(COUNT)]
HOURS = "3600"
PATIENCE = 120
"""Seconds until a test gives up; nothing here takes that long unless it hangs."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C of another process is another thing there")


@pytest.fixture
def start(start_process, tmp_path):
    """Starts the script; gives its process."""
    return partial(start_process, SCRIPT, environ={"AMAZON_PHOTOS_CACHE_DIR": str(tmp_path / "cache")})


@pytest.fixture
def ap(service, tmp_path):
    """Another client, which sees how things are."""
    with AmazonPhotos(
        service.cookies, endpoint=service.url, db_path=tmp_path / "look.parquet", progress=False
    ) as client:
        yield client


def told(tmp_path):
    """What the script's report says so far."""
    report = tmp_path / "report.jsonl"
    lines = report.read_text().splitlines() if report.exists() else []
    return [json.loads(line) for line in lines]


def wait_until(reached, process):
    """Until it is so; a script that has ended without fails the test at once."""
    until = time.monotonic() + PATIENCE
    while not reached():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.01)


def wait_for(tmp_path, count, process):
    """Until so many files are done."""
    wait_until(lambda: len(told(tmp_path)) >= count, process)


def ended(process):
    """How the script ended, and what it said."""
    out, complaints = process.communicate(timeout=PATIENCE)
    return process.returncode, out.strip(), complaints.strip().splitlines()[-1:]


BY_CTRL_C = (-signal.SIGINT, "interrupted", ["KeyboardInterrupt"])


def uploads(ap):
    nodes = ap.nodes("kind:FILE")
    return Counter(zip(nodes.name, nodes.md5, strict=True))


# --- up -------------------------------------------------------------------------------------------------------


def test_the_first_one_finishes_uploads_under_way(start, service, ap, tmp_path):
    """What was begun arrives, is told and remembered, nothing else is begun, and a rerun does the rest."""
    folder = fill(tmp_path / "P", *NAMES)
    service.set(latency=0.1)
    process = start("upload", folder, HOURS, "closes")
    wait_for(tmp_path, 5, process)
    process.send_signal(signal.SIGINT)
    assert ended(process) == BY_CTRL_C
    service.set(latency=0)
    done = Counter((line["name"], line["md5"]) for line in told(tmp_path))
    assert 5 <= len(done) < COUNT
    assert uploads(ap) == done
    with AmazonPhotos(
        service.cookies, endpoint=service.url, db_path=tmp_path / "child.parquet", progress=False
    ) as other:
        remembered = other.db  # as the script left it
    assert set(remembered[remembered.kind == "FILE"].name) == {name for name, _ in done}
    assert Counter(ap.upload(folder).outcome) == {"exists": len(done), "uploaded": COUNT - len(done)}
    assert uploads(ap) == Counter((name, md5(folder / name)) for name in NAMES)


def test_uploads_that_take_longer_than_the_grace_are_cut(start, service, ap, tmp_path):
    """After the grace the script ends by itself; nothing is there twice, and a rerun does the rest."""
    folder = fill(tmp_path / "P", *NAMES)
    service.faults([{"operation": "upload*", "nth": list(range(6, 999)), "fault": "stall", "seconds": 3600}])
    process = start("upload", folder, 0.5, "closes")
    wait_for(tmp_path, 5, process)
    process.send_signal(signal.SIGINT)
    assert ended(process) == BY_CTRL_C
    service.faults([])
    ap.upload(folder)
    assert uploads(ap) == Counter((name, md5(folder / name)) for name in NAMES)


@pytest.mark.parametrize("closes", ["closes", "forgets to close"])
def test_the_second_one_leaves_uploads_at_once(start, service, ap, tmp_path, closes):
    """However long the grace is, the script ends now; nothing is there twice, and a rerun does the rest."""
    folder = fill(tmp_path / "P", *NAMES)
    service.faults([{"operation": "upload*", "nth": list(range(6, 999)), "fault": "stall", "seconds": 3600}])
    process = start("upload", folder, HOURS, closes)
    wait_for(tmp_path, 5, process)
    process.send_signal(signal.SIGINT)
    time.sleep(1)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert ended(process) == BY_CTRL_C
    service.faults([])
    ap.upload(folder)
    assert uploads(ap) == Counter((name, md5(folder / name)) for name in NAMES)


# --- down -----------------------------------------------------------------------------------------------------

RIGHT = {name: md5(content(number)) for number, name in enumerate(NAMES)}


@pytest.fixture
def library(ap, tmp_path):
    """Files to fetch."""
    for number, name in enumerate(NAMES):
        (tmp_path / "in" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_bytes(content(number))
    ap.upload(tmp_path / "in")


@pytest.mark.usefixtures("library")
def test_the_first_one_finishes_downloads_under_way(start, service, ap, tmp_path):
    """What was begun is there and told, nothing else is, no part is left, and a rerun does the rest."""
    service.set(latency=0.1)
    process = start("download", tmp_path / "out", HOURS, "closes")
    wait_for(tmp_path, 5, process)
    process.send_signal(signal.SIGINT)
    assert ended(process) == BY_CTRL_C
    service.set(latency=0)
    done = {line["name"]: line["md5"] for line in told(tmp_path)}
    assert 5 <= len(done) < COUNT
    assert files(tmp_path / "out") == done
    result = ap.download(ap.nodes("kind:FILE"), out=tmp_path / "out")
    assert Counter(result.outcome) == {"exists": len(done), "downloaded": COUNT - len(done)}
    assert files(tmp_path / "out") == RIGHT


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("closes", ["closes", "forgets to close"])
def test_the_second_one_leaves_downloads_at_once(start, service, ap, tmp_path, closes):
    """However long the grace is, the script ends now; no final name holds anything wrong, and a rerun does the rest."""
    service.faults([{"operation": "download", "nth": list(range(6, 999)), "fault": "stall-during", "seconds": 3600}])
    process = start("download", tmp_path / "out", HOURS, closes)
    wait_for(tmp_path, 5, process)
    process.send_signal(signal.SIGINT)
    time.sleep(1)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert ended(process) == BY_CTRL_C
    service.faults([])
    left = files(tmp_path / "out")
    assert len(left) >= 5
    assert left == {name: RIGHT[name] for name in left}
    ap.download(ap.nodes("kind:FILE"), out=tmp_path / "out")
    assert files(tmp_path / "out") == RIGHT


def test_hashing_ends_too(start, tmp_path):
    """A script that is still hashing large files ends when it is told so; Python would wait for its threads."""
    for name in "abc":
        with (tmp_path / f"{name}.mp4").open("wb") as file:
            file.truncate(1 << 40)
    process = start("upload", tmp_path, HOURS, "forgets to close")
    wait_until((tmp_path / "child.parquet").exists, process)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    assert ended(process) == BY_CTRL_C
