"""Sessions out of browsers: Firefox's own files with their real schema, and Chromium's by its library."""

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from amazon_photos.auth import chromium, firefox
from amazon_photos.auth.browsers import list_sources, read_session
from amazon_photos.errors import BrowserUnreadable, CredentialsError, InvalidInput, MissingExtra
from firefox_files import CONTAINERS, FUTURE, PAST, put
from firefox_files import FirefoxHome as Home

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the folders are those of Linux")
COOKIES = {"session-id": "111-1111111-1111111", "ubid-main": "222-2222222-2222222", "at-main": "Atza|secret"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_session_out_of_firefox(home: Home) -> None:
    """The profile that Firefox opens is found, and a session is made of its cookies, with the dates that they end."""
    home.put(home.profile(), COOKIES)
    (source,) = list_sources("firefox", home.environ)
    assert (source.title, source.marketplaces) == ("Firefox, profile default-release", ("com",))
    session = read_session(source)
    assert dict(session.credentials().cookies) == COOKIES
    assert (session.way, session.marketplace, session.renewable) == ("browser", "com", False)
    assert session.expires is not None
    assert session.expires.year == 2100


def test_milliseconds(home: Home) -> None:
    """Newer Firefox keeps dates in milliseconds."""
    profile = home.profile()
    home.put(profile, COOKIES, expiry=FUTURE * 1000)
    (source,) = list_sources("firefox", home.environ)
    expires = read_session(source).expires
    assert expires is not None
    assert expires.year == 2100


@pytest.mark.parametrize(
    "root",
    [
        ".mozilla/firefox",
        ".config/mozilla/firefox",
        "snap/firefox/common/.mozilla/firefox",
        ".var/app/org.mozilla.firefox/.mozilla/firefox",
    ],
)
def test_where_firefox_lives(root: str, home: Home, tmp_path: Path) -> None:
    """Of a package, of snap and of flatpak."""
    home.put(home.profile(root=tmp_path / root), COOKIES)
    assert [source.marketplaces for source in list_sources("firefox", home.environ)] == [("com",)]


@pytest.mark.parametrize(
    ("system", "root"),
    [
        ("darwin", "Library/Application Support/Firefox"),
        ("win32", "Roaming/Mozilla/Firefox"),
        ("win32", "Local/Packages/Mozilla.Firefox_n80bbvh6b1yt2/LocalCache/Roaming/Mozilla/Firefox"),
    ],
)
def test_where_firefox_lives_elsewhere(
    system: str, root: str, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On macOS, on Windows, and there also out of Microsoft's Store."""
    home.put(home.profile(root=tmp_path / root), COOKIES)
    environ = {**home.environ, "APPDATA": str(tmp_path / "Roaming"), "LOCALAPPDATA": str(tmp_path / "Local")}
    monkeypatch.setattr(sys, "platform", system)
    assert [profile.name for profile in firefox.list_profiles(environ)] == ["default-release"]


def test_several_profiles(home: Home) -> None:
    """What is signed in comes first, then the one that the installation opens, whatever is marked as default beside."""
    home.put(home.profile("a.default"), {"session-id": "1"})
    home.put(home.profile(), {"session-id": "1"})
    names = [source.profile.name for source in list_sources("firefox", home.environ)]
    assert names == ["default-release", "default"]
    home.put(home.root / "Profiles" / "a.default", {n: v for n, v in COOKIES.items() if n != "session-id"})
    assert [s.profile.name for s in list_sources("firefox", home.environ)] == ["default", "default-release"]


def test_a_profile_elsewhere(home: Home, tmp_path: Path) -> None:
    """One with a whole path, in an old file without sections for installations."""
    home.put(home.profile(), COOKIES)
    ini = home.root / "profiles.ini"
    ini.write_text(
        f"[Profile0]\nName=Mine\nIsRelative=0\nPath={home.root}/Profiles/b.default-release\nDefault=1\n", "utf-8"
    )
    (source,) = list_sources("firefox", home.environ)
    assert (source.profile.name, source.profile.default) == ("Mine", True)


def test_containers(home: Home) -> None:
    """Each container has its own cookies, and is offered by the name that it has in Firefox."""
    profile = home.profile()
    (profile / "containers.json").write_text(json.dumps(CONTAINERS), "utf-8")
    for number in (0, 1, 2, 4, 9):
        home.put(profile, COOKIES | {"session-id": str(number)}, f"^userContextId={number}" if number else "")
    sources = list_sources("firefox", home.environ)
    assert [source.container for source in sources] == ["", "Personal", "Work", "Grandma", "container 9"]
    assert [read_session(source).credentials().session_id for source in sources] == ["0", "1", "2", "4", "9"]
    assert sources[3].title == "Firefox, profile default-release, container Grandma"


def test_parts_of_other_sites_are_left(home: Home) -> None:
    """Cookies that Amazon set as a part of another site's page, and those of other sites with its name in theirs."""
    profile = home.profile()
    home.put(profile, COOKIES)
    home.put(profile, {"at-main": "Atza|ads"}, "^partitionKey=%28https%2Cexample.com%29")
    home.put(profile, {"at-main": "Atza|evil"}, host=".amazon.com.example.com")
    (source,) = list_sources("firefox", home.environ)
    assert dict(read_session(source).credentials().cookies) == COOKIES


def test_a_container_of_no_number(home: Home) -> None:
    """What cannot be one is outside of all of them."""
    profile = home.profile()
    home.put(profile, COOKIES, origin=f"^userContextId={'9' * 5000}")
    (source,) = list_sources("firefox", home.environ)
    assert (source.container, source.marketplaces) == ("", ("com",))


def test_expired_cookies_are_left(home: Home) -> None:
    """A sign-in that ended is none: the source says so, and reading it tells which cookie ended when."""
    profile = home.profile()
    home.put(profile, {"session-id": "1", "ubid-main": "2"})
    home.put(profile, {"at-main": "Atza|old"}, expiry=PAST)
    (source,) = list_sources("firefox", home.environ)
    with pytest.raises(CredentialsError, match="at-main is there, but it expired on 2020-09-13"):
        read_session(source)


def test_while_firefox_runs(home: Home) -> None:
    """What stands in the -wal only is read too, while Firefox holds the database locked; nothing is changed there."""
    profile = home.profile()
    with closing(sqlite3.connect(profile / "cookies.sqlite")) as running:
        running.execute("PRAGMA journal_mode = WAL")
        running.execute("PRAGMA wal_autocheckpoint = 0")
        running.execute("PRAGMA locking_mode = EXCLUSIVE")
        put(running, COOKIES)
        running.commit()
        running.execute("BEGIN IMMEDIATE")
        before = {each.name: each.read_bytes() for each in profile.iterdir()}
        assert b"Atza|secret" not in before["cookies.sqlite"]
        (source,) = list_sources("firefox", home.environ)
        assert dict(read_session(source).credentials().cookies) == COOKIES
        assert {each.name: each.read_bytes() for each in profile.iterdir()} == before


def test_no_copy_stays(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy that is read is gone afterwards, also when it cannot be read."""
    import tempfile

    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    profile = home.profile()
    home.put(profile, COOKIES)
    list_sources("firefox", home.environ)
    (profile / "cookies.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(BrowserUnreadable, match="DatabaseError; close Firefox"):
        list_sources("firefox", home.environ)
    assert list_sources(None, home.environ) == []
    assert not list((tmp_path / "tmp").iterdir())


def test_no_browser(home: Home) -> None:
    """Nothing there is no error."""
    assert list_sources("firefox", home.environ) == []
    with pytest.raises(InvalidInput, match="browser must be one of 'firefox'"):
        list_sources("netscape", home.environ)


def test_chrome_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says why not, and three ways that work."""
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(BrowserUnreadable, match=r"since version 127.*Firefox; or export.*; or copy a request"):
        chromium.list_profiles("chrome")


def test_chromium_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pip line that installs it; and that Firefox needs nothing."""
    monkeypatch.setitem(sys.modules, "rookie_cookies", None)
    with pytest.raises(MissingExtra, match=r"pip install rookie-cookies \(Firefox needs nothing\)"):
        chromium.list_profiles("brave")


def make_chromium(home: Path) -> None:
    """Chromium's profile with its real schema; the values are encrypted with the key that it has without a keyring."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

    key = PBKDF2HMAC(SHA1(), 16, b"saltysalt", 1).derive(b"peanuts")

    def encrypt(text: str) -> bytes:
        pad = 16 - len(text.encode()) % 16
        encryptor = Cipher(algorithms.AES(key), modes.CBC(b" " * 16)).encryptor()
        return b"v10" + encryptor.update(text.encode() + bytes([pad]) * pad) + encryptor.finalize()

    folder = home / ".config/chromium/Default"
    (folder / "Network").mkdir(parents=True)
    (folder.parent / "Local State").write_text(json.dumps({"profile": {"info_cache": {"Default": {"name": "Me"}}}}))
    with closing(sqlite3.connect(folder / "Cookies")) as database, database:
        database.execute("CREATE TABLE meta (key LONGVARCHAR NOT NULL UNIQUE PRIMARY KEY, value LONGVARCHAR)")
        database.execute("INSERT INTO meta VALUES ('version', '18')")
        database.execute(
            "CREATE TABLE cookies (creation_utc INTEGER NOT NULL, host_key TEXT NOT NULL, top_frame_site_key TEXT NOT "
            "NULL, name TEXT NOT NULL, value TEXT NOT NULL, encrypted_value BLOB NOT NULL, path TEXT NOT NULL, "
            "expires_utc INTEGER NOT NULL, is_secure INTEGER NOT NULL, is_httponly INTEGER NOT NULL, last_access_utc "
            "INTEGER NOT NULL, has_expires INTEGER NOT NULL, is_persistent INTEGER NOT NULL, "
            "priority INTEGER NOT NULL, samesite INTEGER NOT NULL, "
            "source_scheme INTEGER NOT NULL, source_port INTEGER NOT NULL, last_update_utc INTEGER NOT NULL)"
        )
        for name, value in COOKIES.items():
            database.execute(
                "INSERT INTO cookies VALUES (1, '.amazon.com', '', ?, '', ?, '/', ?, 1, 1, 1, 1, 1, 1, 0, 2, 443, 1)",
                (name, encrypt(value), (FUTURE + 11_644_473_600) * 1_000_000),
            )


def test_a_session_out_of_chromium(tmp_path: Path) -> None:
    """What Chromium keeps without a keyring is decrypted; in a process of its own, for it looks where HOME is."""
    pytest.importorskip("rookie_cookies")
    pytest.importorskip("cryptography")
    import os
    import subprocess

    make_chromium(tmp_path)
    code = (
        "from amazon_photos.auth.browsers import *\n"
        "(source,) = list_sources('chromium'); session = read_session(source)\n"
        "print(source.title, dict(session.credentials().cookies), session.expires.year)"
    )
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "DBUS_"))} | {"HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.stdout == f"Chromium, profile Me {COOKIES} 2100\n", run.stderr
