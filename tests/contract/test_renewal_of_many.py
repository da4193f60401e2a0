"""A session that dies in the middle of many things: transfers, several processes, and processes that are killed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

import devices
import kills
from amazon_photos import AsyncAmazonPhotos, Settings, errors
from devices import age, keep, mints
from odd_service import Answer, odd_service
from transfers import fill, library, md5

QUICK = {"backoff_initial": 0.01, "backoff_max": 0.05}
UPLOADS = ("/cdproxy/nodes", "/v2/upload")


@pytest.fixture
def device(service):
    """The session of a device that has just been registered."""
    return devices.sign_in_device(service)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty home for profiles, and the current folder beside it."""
    monkeypatch.setenv("AMAZON_PHOTOS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AMAZON_PHOTOS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
async def ap(service, home, device):
    """A client of the profile "family"."""
    keep(device, "family")
    settings = Settings(endpoint=service.url, **QUICK)
    async with AsyncAmazonPhotos(profile="family", settings=settings, progress=False) as client:
        yield client


class Killer:
    """Ends the session after each of so many requests to some paths, from a thread beside the client's."""

    def __init__(self, service, after, paths):
        self._service, self._after, self._paths = service, list(after), paths
        self.done = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self):
        while self._after and not self._stop.wait(0.002):
            if sum(request.path.startswith(self._paths) for request in self._service.requests) >= self._after[0]:
                self._service.sign_in.expire_sessions()
                self._after.pop(0)
                self.done += 1

    def __enter__(self):
        self._service.requests.clear()
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()


@pytest.mark.slow
@pytest.mark.parametrize("count", [300, pytest.param(2000, marks=pytest.mark.soak)])
async def test_an_upload_during_which_the_session_dies_three_times(ap, service, tmp_path, count):
    """Nothing is lost and nothing is there twice: every file is up once, and each death costs one renewal."""
    folder = fill(tmp_path / "P", *(f"{n % 5}/{n}.jpg" for n in range(count)))
    with Killer(service, (count // 5, count // 2, count * 4 // 5), UPLOADS) as killer:
        result = await ap.upload(folder)
    assert killer.done == 3
    assert mints(service) == 3
    assert list(result.outcome.unique()) == ["uploaded"]
    assert len(result) == count
    statuses = [request.status for request in service.requests if request.path.startswith(UPLOADS)]
    assert sum(status < 300 for status in statuses) == count  # a 409 would say that it was there already
    assert len(statuses) <= count + 3 * ap.settings.max_concurrency
    assert await library(ap) == {f"P/{p.relative_to(folder)}": md5(p) for p in folder.rglob("*.jpg")}


@pytest.mark.slow
@pytest.mark.parametrize("count", [300, pytest.param(2000, marks=pytest.mark.soak)])
async def test_a_download_during_which_the_session_dies_three_times(ap, service, tmp_path, count):
    """Every file arrives, whole and once."""
    folder = fill(tmp_path / "P", *(f"{n % 5}/{n}.jpg" for n in range(count)))
    await ap.upload(folder)
    nodes = await ap.nodes("kind:FILE")
    with Killer(service, (count // 5, count // 2, count * 4 // 5), ("/cdproxy/nodes", "/drive/v1/nodes")) as killer:
        result = await ap.download(nodes, out=tmp_path / "out")
    assert killer.done == 3
    assert mints(service) == 3
    assert list(result.outcome.unique()) == ["downloaded"]
    assert sorted(map(md5, (tmp_path / "out").rglob("*.jpg"))) == sorted(map(md5, folder.rglob("*.jpg")))


@pytest.mark.parametrize("status", [400, 401])
@pytest.mark.parametrize("stored", [False, True])
async def test_a_session_that_ends_while_a_file_is_on_its_way(service, home, device, tmp_path, status, stored):
    """Amazon says so at the upload's end, by a 401 or a 400 (live): the file is looked for, and sent again if it is not
    there. It is never there twice."""
    folder = fill(tmp_path / "P", "a.jpg")
    keep(device, "family")
    sent = []

    async def odd(asked, forward):
        if asked.method != "POST" or not asked.path.startswith(UPLOADS):
            return await forward()
        sent.append(asked)
        if len(sent) > 1:
            return await forward()
        if stored:
            await forward()
        service.sign_in.expire_sessions()
        return Answer(status, b'{"message": "Token has expired"}', {"Content-Type": "application/json"})

    with odd_service(service, odd) as strange:
        settings = Settings(endpoint=strange.url, **QUICK)
        async with AsyncAmazonPhotos(profile="family", settings=settings, progress=False) as ap:
            service.requests.clear()
            result = await ap.upload(folder)
            assert set(result.outcome) <= {"uploaded", "exists"}
            assert len(await library(ap)) == 1
    assert mints(service) == 1
    assert len(sent) == (1 if stored and status == 401 else 2)


async def test_a_transfer_goes_on_after_login(service, ap, device, home, tmp_path):
    """A refused renewal ends the run with what is done; after signing in, the same client does the rest."""
    folder = fill(tmp_path / "P", *(f"{n}.jpg" for n in range(60)))
    await ap.root
    account = ap.session.account
    with Killer(service, (20,), UPLOADS):
        service.sign_in.kill_refresh_tokens()
        with pytest.raises(errors.SessionExpired, match="amazon-photos login --profile family") as caught:
            await ap.upload(folder)
    done = len(caught.value.outcomes)
    assert 0 < done < 60
    service.sign_in.start_over()
    again = await asyncio.to_thread(devices.sign_in_device, service)
    keep(replace(again, account=account), "family")
    result = await ap.upload(folder)
    assert list(result.outcome).count("uploaded") == 60 - done
    assert len(await library(ap)) == 60


# --- several processes --------------------------------------------------------------------------------------

ASK = """
import sys
from amazon_photos import AmazonPhotos

with AmazonPhotos(profile="family", progress=False) as ap:
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(5):
        assert ap.account()["status"] == "ACTIVE"
"""


@pytest.mark.parametrize("why", ["old", "ended"])
def test_processes_that_renew_at_once(service, home, device, why):
    """Three processes find the session old, or ended: one of them renews it, for all."""
    store = keep(age(device, 21) if why == "old" else device, "family")
    if why == "ended":
        service.sign_in.expire_sessions()
    service.requests.clear()
    environ = {**os.environ, "AMAZON_PHOTOS_ENDPOINT": service.url}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen([sys.executable, "-c", ASK], env=environ, **pipes) for _ in range(3)]
    try:
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            process.stdin.write("\n")
            process.stdin.flush()
        assert [process.wait(60) for process in processes] == [0] * 3
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    assert mints(service) == 1
    assert store.load().minted > device.minted - timedelta(seconds=1)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_renewal_that_is_killed_at_each_step(service, home, device):
    """SIGKILL each time it opens, renames or locks anything: the old session or the new one, for its owner alone."""
    from amazon_photos import AmazonPhotos

    old = age(device, 21)
    stores = []

    def prepare():
        stores[:] = [keep(old, "family")]

    def work():
        with AmazonPhotos(profile="family", endpoint=service.url, progress=False) as ap:
            ap.account()

    outcomes = set()
    for done in kills.run(prepare, work):
        kept = stores[0].load()
        assert kept.id == old.id
        assert kept.credentials()
        assert stores[0].profile.session_path.stat().st_mode & 0o077 == 0
        outcomes.add((done, kept.minted > old.minted))
    assert (True, True) in outcomes
    assert (False, False) in outcomes
