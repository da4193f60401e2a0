"""SIGKILL at any moment, then a rerun: it ends as if nothing had been, and no final name ever held anything wrong."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from amazon_photos import AmazonPhotos
from transfers import md5

SOME = pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.soak)])
LAUNCHER = """
import os, sys
from amazon_photos import AmazonPhotos, Settings
import amazon_photos.transfer.download.run, amazon_photos.transfer.upload.run
import pandas

def run(what, target, rate):
    settings = Settings.load(backoff_initial=0.05, catalog=sys.argv[1], bwlimit=float(rate) or None)
    with AmazonPhotos(settings=settings, progress=False) as ap:
        result = ap.upload(target) if what == "upload" else ap.download(ap.nodes("kind:FILE"), out=target)
    assert set(result.outcome) <= {"uploaded", "downloaded", "exists"}, result.outcome.value_counts()

for line in sys.stdin:  # what takes long to load is loaded once; each run is a process of its own
    child = os.fork()
    if not child:
        run(*line.split())
        os._exit(0)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture
def photos(tmp_path):
    """Small and large files, in folders."""
    generator = random.Random(7)
    for number in range(44):
        path = tmp_path / "P" / f"{number % 4}" / f"{number}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(generator.randbytes(4_000_000 if number % 11 == 0 else 20_000))
    return tmp_path / "P"


@pytest.fixture
def run(service, tmp_path):
    """Runs the program in a process of its own and kills it after so many seconds; None lets it end."""
    environ = {**os.environ, **service.environ, "AMAZON_PHOTOS_CACHE_DIR": str(tmp_path / "cache")}
    command = [sys.executable, "-c", LAUNCHER, str(tmp_path / "child.parquet")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environ, cwd=tmp_path, **pipes) as launcher:

        def once(what, target, seconds):
            launcher.stdin.write(f"{what} {target} {0 if seconds is None else 3_000_000}\n")
            launcher.stdin.flush()
            process = int(launcher.stdout.readline())
            if seconds is not None:
                time.sleep(seconds)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            return int(launcher.stdout.readline())

        yield once
        launcher.stdin.close()


@pytest.mark.slow
@SOME
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_an_upload_that_is_killed_again_and_again_ends_right(service, run, photos, tmp_path, kills):
    """Killed at random moments and run once more: every file is there once, every byte right."""
    moments = random.Random(1)
    killed = [run("upload", photos, moments.uniform(0, 0.5)) for _ in range(kills)]
    assert run("upload", photos, None) == 0
    assert -signal.SIGKILL in killed
    assert set(killed) <= {0, -signal.SIGKILL}  # by nothing else
    with AmazonPhotos(service.cookies, endpoint=service.url, db_path=tmp_path / "look.parquet", progress=False) as ap:
        nodes = ap.nodes("kind:FILE")
    files = [path for path in photos.rglob("*") if path.is_file()]
    assert sorted(zip(nodes.name, nodes.md5, strict=True)) == sorted((path.name, md5(path)) for path in files)


@pytest.mark.slow
@SOME
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_download_that_is_killed_again_and_again_ends_right(service, run, photos, tmp_path, kills):
    """Killed at random moments and run once more: every file is there; no final name ever held anything wrong."""
    with AmazonPhotos(service.cookies, endpoint=service.url, db_path=tmp_path / "look.parquet", progress=False) as ap:
        ap.upload(photos)
    right = {path.name: md5(path) for path in photos.rglob("*") if path.is_file()}
    out, seen, ended = tmp_path / "out", set(), threading.Event()

    def watch():
        while not ended.wait(0.005):
            seen.update((path.name, md5(path)) for path in out.glob("[!.]*"))

    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(watch)
        try:
            moments = random.Random(2)
            killed = [run("download", out, moments.uniform(0, 0.5)) for _ in range(kills)]
            assert run("download", out, None) == 0
        finally:
            ended.set()
        watching.result()
    assert -signal.SIGKILL in killed
    assert set(killed) <= {0, -signal.SIGKILL}  # by nothing else
    assert seen
    assert seen <= set(right.items())
    assert {path.name: md5(path) for path in out.iterdir()} == right
