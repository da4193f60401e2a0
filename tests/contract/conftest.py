"""Clients of the emulator's."""

from __future__ import annotations

import pytest

import transfers
from amazon_photos import AmazonPhotos, AsyncAmazonPhotos


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
