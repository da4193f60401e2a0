"""Paths that people give: ~ is the home folder in each of them, and what is no path is told by its argument."""

import json
import os
import subprocess
import sys

import pytest

from amazon_photos import AmazonPhotos, Settings, errors
from transfers import remove_deep

BAD = {"NUL": "a\0b", "5,000 characters": "x" * 5_000, "a long name": "y/" + "x" * 300}


@pytest.fixture
def home(tmp_path, monkeypatch, service):
    """An empty home folder, and an empty current folder beside it."""
    for name in ("home", "here"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "AMAZON_PHOTOS_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    service.reset(files=30)
    yield tmp_path / "home"
    assert list((tmp_path / "here").iterdir()) == []
    assert [path.name for path in (tmp_path / "home").rglob("*.part")] == []


def test_a_tilde_is_the_home_folder_in_every_path(home, service):
    """out=, report=, db_path, tmp=, the cookie file, and what goes up (fault D1)."""
    (home / "cookies.json").write_text(json.dumps(service.cookies))
    (home / "Card").mkdir()
    (home / "db").mkdir()
    (home / "Card" / "a.txt").write_text("a")
    with AmazonPhotos(
        "~/cookies.json", catalog="~/db/ap.parquet", save_responses="~/tmp", endpoint=service.url, progress=False
    ) as ap:
        ap.upload("~/Card", report="~/up.jsonl")
        ap.download(ap.find("name:a.txt"), out="~/out", report="~/down.jsonl")
        ap.query(limit=3, out="~/some/q.parquet")
        ap.aggregations(out="~/a.json")
        assert ap.backed_up("~/Card").backed_up.all()
        assert set(ap.check("~/Card", of="Card").outcome) == {"same"}
    for made in ("db/ap.parquet", "up.jsonl", "out/a.txt", "down.jsonl", "some/q.parquet", "a.json"):
        assert (home / made).is_file(), made
    assert list((home / "tmp").glob("*.json"))


def test_a_folder_called_tilde_is_named_with_its_place(home, service, tmp_path):
    """``./~`` is no home folder, neither for us nor for pandas, which would take it for one (fault D1)."""
    with AmazonPhotos(service.cookies, catalog=home / "ap.parquet", endpoint=service.url, progress=False) as ap:
        ap.aggregations(out="./~/a.json")
        ap.query(limit=1, save=False, out="./~/q.parquet")
    there = tmp_path / "here" / "~"
    assert sorted(path.name for path in there.iterdir()) == ["a.json", "q.parquet"]
    assert list(home.iterdir()) == []
    for path in there.iterdir():
        path.unlink()
    there.rmdir()


def test_a_tilde_is_the_home_folder_in_settings(home, monkeypatch):
    """In config.toml, in the environment and as an argument (fault D1)."""
    (home / "my.toml").write_text('catalog = "~/a.parquet"\ncache_dir = "~/cache"\n')
    environ = {"AMAZON_PHOTOS_CONFIG": "~/my.toml"}
    found = Settings.load(environ)
    assert (found.catalog, found.cache_folder) == (str(home / "a.parquet"), home / "cache")
    found = Settings.load({**environ, "AMAZON_PHOTOS_CATALOG": "~/b.parquet"}, cache_dir="~/c")
    assert (found.catalog, found.cache_dir) == (str(home / "b.parquet"), str(home / "c"))
    assert Settings(catalog="~/d").replace(cache_dir="~/e").cache_folder == home / "e"


def test_a_tilde_is_the_home_folder_of_the_emulator(home):
    """``--data=~/x`` reaches the command as it is (fault D1)."""
    code = (
        "from amazon_photos.emulator.__main__ import command\n"
        "from pathlib import Path\n"
        "context = command.make_context('emulator', ['--data=~/x', '--faults=~/f.json'])\n"
        "print(context.params['data'] == Path.home() / 'x', context.params['script'] == Path.home() / 'f.json')"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout.split() == ["True", "True"]


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("argument", ["db_path", "tmp", "cookies"])
def test_what_is_no_path_is_told_by_its_argument(home, service, argument, bad):
    """Constructing says which of them (fault B7)."""
    given = {"cookies": service.cookies, "endpoint": service.url, argument: BAD[bad]}
    with pytest.raises((errors.InvalidInput, errors.CredentialsError), match=f"^{argument} ") as caught:
        AmazonPhotos(**given)
    assert BAD[bad] not in str(caught.value)


@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_path_is_told_before_anything_is_asked(home, service, bad):
    """out= of every operation, and report= (fault B7)."""
    with AmazonPhotos(service.cookies, catalog=home / "ap.parquet", endpoint=service.url, progress=False) as ap:
        found = ap.find("kind:FILE")[:1]
        (home / "a.txt").write_text("a")
        service.requests.clear()
        for call in (
            lambda: ap.download(found, out=BAD[bad]),
            lambda: ap.query(out=BAD[bad]),
            lambda: ap.aggregations(out=BAD[bad]),
        ):
            with pytest.raises(errors.InvalidInput, match=r"^out "):
                call()
        assert service.requests == []
        for call in (
            lambda: ap.download(found, out=home / "out", report=BAD[bad]),
            lambda: ap.upload("~/a.txt", report=BAD[bad]),
        ):
            with pytest.raises(errors.InvalidInput, match=r"^report "):
                call()


@pytest.mark.parametrize("bad", BAD)
def test_what_goes_up_from_no_path_is_told(home, service, bad):
    """upload(), plan_upload(), backed_up() and check() (fault B7)."""
    with AmazonPhotos(service.cookies, catalog=home / "ap.parquet", endpoint=service.url, progress=False) as ap:
        for call in (ap.upload, ap.plan_upload, ap.backed_up, ap.check):
            with pytest.raises(errors.InvalidInput, match=r"^path |^no such file"):
                call(BAD[bad])


@pytest.mark.parametrize("below", ["", "/2012"])
def test_a_drive_that_is_not_there_is_made_by_no_argument(home, service, below):
    """report= and save_responses= say so, and remembered hashes are done without (fault D5)."""
    (home / "drive").symlink_to(home / "media" / "stick")
    (home / "a.jpg").write_bytes(b"a")
    there = str(home / "drive") + below
    settings = Settings(endpoint=service.url, catalog=str(home / "ap.parquet"), cache_dir=there)
    with AmazonPhotos(service.cookies, settings=settings, progress=False) as ap:
        found = ap.find("kind:FILE")[:1]
        for call in (
            lambda: ap.download(found, out=home / "out", report=f"{there}/a.jsonl"),
            lambda: ap.upload("~/a.jpg", report=f"{there}/a.jsonl"),
        ):
            with pytest.raises(errors.LocalFileError, match=r"the report .*stick', where nothing is; .*mounted"):
                call()
        assert list(ap.backed_up("~/a.jpg").outcome) == ["missing"]
    with (
        AmazonPhotos(service.cookies, catalog=home / "ap.parquet", save_responses=there, endpoint=service.url) as ap,
        pytest.raises(errors.LocalFileError, match=r"drive: a link that leads nowhere"),
    ):
        ap.usage()
    assert not (home / "media").exists()


def test_a_deep_cache_folder_is_made(home, service):
    """As many folders as a path has room for (fault B4)."""
    (home / "a.jpg").write_bytes(b"a")
    settings = Settings(endpoint=service.url, catalog=str(home / "ap.parquet"), cache_dir="~/" + "d/" * 1200)
    os.utime(home / "a.jpg", (1e9, 1e9))
    try:
        with AmazonPhotos(service.cookies, settings=settings, progress=False) as ap:
            assert list(ap.backed_up("~/a.jpg").outcome) == ["missing"]
        assert settings.cache_folder.is_dir()
    finally:
        remove_deep(home / "d")
