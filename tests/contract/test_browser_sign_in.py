"""The whole of it, as a person does it: a real browser, a real terminal, and a day later nobody has to be there."""

import json
import os
import shutil

import pytest

pytest.importorskip("pty", reason="Windows has no terminals of this kind")
pytest.importorskip("playwright", reason="no Playwright here: pip install playwright (it is in the group dev)")

from playwright.sync_api import sync_playwright

import pictures
import sign_in_pages
import terminals
from amazon_photos import AmazonPhotos

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NEEDS_CHROMIUM = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")
HOURS_25 = 25 * 3600


@pytest.fixture
def home(service, tmp_path, monkeypatch):
    """A machine where nobody has signed in; its environment, which is this process's too."""
    service.sign_in.start_over()
    (tmp_path / "user").mkdir()
    environ = terminals.clean_environ(tmp_path, AMAZON_PHOTOS_ENDPOINT=service.url)
    for name in os.environ:
        if name.lower().startswith(("session_id", "ubid_", "at_")):
            monkeypatch.delenv(name)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return environ


def sign_in_by_browser(address, account, folder):
    """Sign in at ``address`` with Chromium, by the labels that a person reads; gives the address it ends on."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
            env={**os.environ, "HOME": str(folder)},
        )
        page = browser.new_page()
        page.goto(address)
        page.get_by_label("E-mail").fill(account["name"])
        page.get_by_label("Password").fill(account["password"])
        page.get_by_role("button").click()
        page.locator("input:visible").fill(account["digits"])
        page.get_by_role("button").click()
        page.wait_for_url("**/ap/maplanding?**")
        ended = page.url
        browser.close()
    return ended


@NEEDS_CHROMIUM
def test_sign_in_once_and_go_on(service, home, tmp_path):
    """Password and second factor in Chromium, the address pasted; 25 hours later it goes on by itself."""
    start = terminals.Terminal(["login", "--register", "--tld", "com", "--store", "file", "--no-open"], home)
    try:
        start.expect("Register this device? [y/N]:")
        start.type("y\n")
        start.expect("then press Enter:")
        address = sign_in_pages.find_address(start.seen)
        start.type(sign_in_by_browser(address, service.sign_in.account, tmp_path / "user") + "\n")
        assert start.end() == 0, start.seen
    finally:
        start.kill()
    pictures.write(tmp_path / "Pictures", "DSC1.JPG", "DSC2.JPG", start=70)
    with AmazonPhotos(progress=False) as ap:
        assert list(ap.upload("Pictures/DSC1.JPG").outcome) == ["uploaded"]
        assert (ap.session.way, ap.session.renewable) == ("registered", True)
        service.requests.clear()
        service.set(clock_offset=HOURS_25)
        assert list(ap.upload("Pictures/DSC2.JPG").outcome) == ["uploaded"]
        assert len(ap.photos()) == 2
    asked = [each for each in service.requests if each.path.startswith(("/ap/", "/auth/"))]
    assert [each.path for each in asked] == ["/ap/exchangetoken/cookies"]
    service.requests.clear()
    done = terminals.run(["doctor", "--json"], home)  # another process, with what the first one has kept
    hosts = [row for row in json.loads(done.stdout) if row["check"].startswith("host ")]
    assert {row["outcome"] for row in hosts} == {"fine"}, hosts
    with AmazonPhotos(progress=False) as ap:
        assert len(ap.photos()) == 2
    assert "/ap/exchangetoken/cookies" not in [each.path for each in service.requests]
