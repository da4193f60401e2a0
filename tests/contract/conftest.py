"""Clients of the emulator's."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

import transfers
from amazon_photos import AmazonPhotos, AsyncAmazonPhotos, Settings
from memberships import PAGE, members
from monitors import monitoring
from odd_service import odd_service


@pytest.fixture
def ap(service, tmp_path, monkeypatch):
    """A blocking client in an empty current folder; its catalogue is ap.parquet there."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    monkeypatch.setenv("AMAZON_PHOTOS_CACHE_DIR", str(tmp_path / "cache"))
    with AmazonPhotos(service.cookies, endpoint=service.url, progress=False) as client:
        yield client


@pytest.fixture
async def async_ap(service, tmp_path, monkeypatch):
    """An async client in an empty current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AMAZON_PHOTOS_CACHE_DIR", str(tmp_path / "cache"))
    async with AsyncAmazonPhotos(service.cookies, endpoint=service.url, progress=False) as client:
        yield client


@pytest.fixture
def connect(service, tmp_path, monkeypatch):
    """Makes async clients that lose no time; each number has a catalogue of its own."""
    return transfers.connector(service, tmp_path, monkeypatch)


@pytest.fixture
def connect_odd(service, tmp_path, monkeypatch):
    """Makes a client of a service with a small library, whose answers ``odd(asked, forward)`` alters."""
    monkeypatch.chdir(tmp_path)
    service.reset(files=40)
    return partial(odd_service, service)


@pytest.fixture
def start_process(service, tmp_path):
    """Starts Python with a script and the emulator's cookies in its environment; ends it when the test does."""
    started = []

    def start(script, *arguments, environ=(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=None):
        process = subprocess.Popen(
            [sys.executable, "-c", script, *map(str, arguments)],
            env=os.environ | service.environ | dict(environ),
            cwd=tmp_path,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def refreshed(service, ap):
    """A client whose relations are up to date; requests are counted from here on."""
    service.reset(files=120)
    ap.refresh(relations=True)
    service.requests.clear()
    return ap


@pytest.fixture
def connect_same(service, tmp_path, monkeypatch):
    """Makes clients with one catalogue and small pages that lose no time, of a service or a proxy before it."""
    monkeypatch.chdir(tmp_path)
    service.reset(files=40)

    def connect(of=service, **settings):
        usual = {"page_size": PAGE, "backoff_initial": 0.01, "backoff_max": 0.02, "max_attempts": 2}
        return AmazonPhotos(of.cookies, settings=Settings(endpoint=of.url, **usual | settings), progress=False)

    return connect


@pytest.fixture
def right(connect_same):
    """What belongs to what, as a service tells it that answers as it should."""
    with connect_same() as ap:
        ap.refresh(relations=True)
        rows = members(ap.catalog)
    for name in ("ap.parquet", "ap.relations.parquet"):
        Path(name).unlink()
    return rows


@pytest.fixture
def monitor():
    """A monitor that is told of runs: its ``url``, and the ``paths`` that were called."""
    with monitoring() as started:
        yield started
