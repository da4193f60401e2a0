"""A session that is kept: where it is safe, by whom it can be read, and what is left when anything goes wrong."""

import contextlib
import json
import logging
import os
import pickle
import re
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import keyrings
import kills
import leaks
from amazon_photos.auth.credentials import Credentials
from amazon_photos.auth.profiles import Profile, find_profile
from amazon_photos.auth.saved_session import SavedSession, make_session
from amazon_photos.auth.session_store import SessionStore
from amazon_photos.auth.system_keyring import SystemKeyring
from amazon_photos.errors import (
    CredentialsError,
    FileExposed,
    KeyringFailed,
    LocalFileError,
    NotSignedIn,
    NotWritable,
    WrongProfile,
)

keyring = pytest.importorskip("keyring")
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
COOKIES = {"session-id": "111-1111111-1111111", "ubid-main": "222-2222222-2222222", "at-main": "Atza|" + "s3cretA" * 90}
TOKEN = "Atnr|" + "r3freshT" * 60


def make(value: str = "", token: str = "", account: str = "A1", tld: str = "com") -> SavedSession:
    cookies = COOKIES if tld == "com" else {k.replace("main", "acbde"): v for k, v in COOKIES.items()}
    session = make_session(Credentials.load(cookies, environ={}), "pasted", NOW)
    session = session.of_account(account) if account else session
    return changed(session, refresh_token=token, serial="5e71a1" if token else "")


def changed(session: SavedSession, **values: Any) -> SavedSession:
    from dataclasses import replace

    return replace(session, **values)


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Chooses a keyring; there is none to begin with."""
    from keyring.backends.fail import Keyring

    before = keyring.get_keyring()
    monkeypatch.setenv("KEYRING_FOLDER", str(tmp_path / "keyring"))
    keyring.set_keyring(Keyring())
    yield lambda kind: keyring.set_keyring(kind())
    keyring.set_keyring(before)


@pytest.fixture
def store(tmp_path: Path, backend: Any) -> SessionStore:
    return at(tmp_path)


def at(tmp_path: Path, seconds: float = 20, name: str = "family") -> SessionStore:
    profile = find_profile(name, {"AMAZON_PHOTOS_HOME": str(tmp_path / "home")})
    return SessionStore(profile, keyring=SystemKeyring(f"test/{name}", seconds=seconds))


def everything_in(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def secrets_in(*folders: Path) -> list[str]:
    found = [data for folder in folders for data in everything_in(folder).values()]
    text = "\n".join(data.decode("utf-8", "replace") for data in found)
    return leaks.spelled_in(text, {"cookie": COOKIES["at-main"], "token": TOKEN})


# --- where it goes ----------------------------------------------------------------------------------------------


def test_a_file_where_there_is_no_keyring(store: SessionStore) -> None:
    """Cookies go into a file that only its owner can read, and come back as they were."""
    session = make()
    assert store.save(session).store == "file"
    assert store.load() == session
    mode = stat.S_IMODE(store.profile.session_path.stat().st_mode)
    assert mode == 0o600 or os.name == "nt"


def test_the_keyring_where_there_is_one(store: SessionStore, backend: Any, tmp_path: Path) -> None:
    """All secrets are in the keyring, in pieces that Windows takes, and none in any file of ours."""
    backend(keyrings.FileKeyring)
    session = make(token=TOKEN)
    assert store.save(session).store == "keyring"
    assert store.load() == session
    assert not secrets_in(tmp_path / "home")
    assert len(list((tmp_path / "keyring").iterdir())) > 1


def test_what_may_be_told_asks_no_keyring(store: SessionStore, backend: Any) -> None:
    """Looking needs neither the secrets nor the keyring, which may be locked."""
    backend(keyrings.FileKeyring)
    store.save(session := make(token=TOKEN))
    backend(keyrings.LockedKeyring)
    kept = store.look()
    assert kept is not None
    assert kept.info == session.info
    with pytest.raises(KeyringFailed):
        store.load()


def test_a_keyring_that_hides_nothing_is_none(store: SessionStore, backend: Any, tmp_path: Path) -> None:
    """A back end that says itself that it is weak is taken only if somebody has named it."""
    backend(keyrings.WeakKeyring)
    assert store.save(make()).store == "file"
    assert not (tmp_path / "keyring").exists()


def test_a_refresh_token_goes_into_a_file_only_when_asked(store: SessionStore) -> None:
    """Without a keyring it is refused, nothing is left, and the words say how to ask."""
    with pytest.raises(KeyringFailed, match="--store file"):
        store.save(make(token=TOKEN))
    assert store.look() is None
    assert store.save(make(token=TOKEN), store="file").store == "file"
    assert store.load().refresh_token == TOKEN


def test_a_keyring_that_was_asked_for_and_is_not_there(store: SessionStore) -> None:
    """store="keyring" is kept or refused; it does not become a file."""
    with pytest.raises(KeyringFailed, match="pip install keyring"):
        store.save(make(), store="keyring")
    assert store.look() is None


def test_a_disk_without_modes(store: SessionStore, modeless: None, caplog: pytest.LogCaptureFixture) -> None:
    """It takes cookies, with a warning, and no refresh token, even when asked for."""
    with caplog.at_level(logging.WARNING):
        assert not store.save(make()).protected
    assert "knows no modes" in caplog.text
    kept = store.look()
    assert kept is not None
    assert not kept.protected
    assert store.load().credentials().cookies == COOKIES
    with pytest.raises(FileExposed, match="knows no modes"):
        store.save(make(token=TOKEN), store="file")
    assert store.load().refresh_token == ""


def test_a_refresh_token_that_was_moved_to_such_a_disk(
    store: SessionStore, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """It is not used from there."""
    store.save(make(token=TOKEN), store="file")
    request.getfixturevalue("modeless")
    with pytest.raises(FileExposed, match="knows no modes"):
        store.load()


def test_from_file_to_keyring_and_back(store: SessionStore, backend: Any, tmp_path: Path) -> None:
    """Signing in anew with another store leaves nothing in the one before."""
    store.save(make(token=TOKEN), store="file")
    backend(keyrings.FileKeyring)
    store.save(make(token=TOKEN))
    assert not secrets_in(tmp_path / "home")
    store.save(make(token=TOKEN), store="file")
    assert not list((tmp_path / "keyring").iterdir())


# --- keyrings that do not work ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (keyrings.LockedKeyring, "the keyring is locked; unlock it"),
        (keyrings.HangingKeyring, "did not answer within 0.2 seconds"),
        (keyrings.FailingKeyring, r"the keyring failed \(writing: RuntimeError\)"),
        (keyrings.CuttingKeyring, "the keyring did not keep what it was given"),
        (keyrings.ForgettingKeyring, "the keyring did not keep what it was given"),
    ],
)
def test_a_keyring_that_does_not_work(kind: Any, said: str, backend: Any, tmp_path: Path) -> None:
    """Locked, hanging or failing: refused with what to do; no file in its place, and no secret in the error."""
    backend(kind)
    store = at(tmp_path, seconds=0.2)
    with pytest.raises(KeyringFailed, match=f"{said}.*--store file") as caught:
        store.save(make(token=TOKEN))
    shown = leaks.everything_of(caught.value, but=__file__)
    assert not leaks.spelled_in(shown, {"cookie": COOKIES["at-main"], "token": TOKEN})
    assert not store.profile.session_path.exists()


def test_a_keyring_that_begins_to_lie_costs_nothing(store: SessionStore, backend: Any, monkeypatch: Any) -> None:
    """What it did not keep takes no place: the session before it is still there."""
    backend(keyrings.FileKeyring)
    store.save(session := make(token=TOKEN))
    honest = keyrings.FileKeyring.set_password
    monkeypatch.setattr(keyrings.FileKeyring, "set_password", lambda *given: honest(*given[:-1], given[-1][:100]))
    with pytest.raises(KeyringFailed):
        store.update(session.rotate({"session-token": "another" * 9}, NOW))
    assert store.load() == session


def test_a_keyring_that_was_emptied(store: SessionStore, backend: Any, tmp_path: Path) -> None:
    """Somebody deleted the entries: not signed in, and the command that mends it."""
    backend(keyrings.FileKeyring)
    store.save(make())
    for each in (tmp_path / "keyring").iterdir():
        each.unlink()
    with pytest.raises(NotSignedIn, match="amazon-photos login --profile family"):
        store.load()


def test_a_session_that_moves_while_it_is_read(store: SessionStore, backend: Any, tmp_path: Path) -> None:
    """Another process saves into the other slot and wipes the one that was about to be read: the new one is given."""
    backend(keyrings.FileKeyring)
    store.save(session := make(token=TOKEN))
    rotated = session.rotate({"session-id": "999-1"}, NOW)
    moved: list[bool] = []

    class Moving(keyrings.FileKeyring):
        def get_password(self, service: str, username: str) -> Any:
            if not moved:
                moved.append(True)
                at(tmp_path).update(rotated)
            return super().get_password(service, username)

    backend(Moving)
    assert store.load().credentials().session_id == "999-1"


# --- what cannot be read ----------------------------------------------------------------------------------------


def test_nobody_has_signed_in(store: SessionStore, tmp_path: Path) -> None:
    """An empty profile says which command signs it in; looking makes nothing."""
    with pytest.raises(NotSignedIn, match="'family': `amazon-photos login --profile family`"):
        store.load()
    assert store.look() is None
    assert not (tmp_path / "home").exists()


DEEP = b'{"format":1,"x":' + b"[" * 400_000


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b'{"format": 1}', b"\xff\xfe", b'{"format": 1, "store": "cloud"}', DEEP], ids=range(7)
)
def test_a_damaged_file(text: bytes, store: SessionStore) -> None:
    """Whatever stands there: one error that shows none of it, and signing in anew mends it."""
    store.save(make())
    store.profile.session_path.write_bytes(text)
    with pytest.raises(CredentialsError, match="damaged: sign in anew"):
        store.load()
    store.save(session := make())
    assert store.load() == session


def test_what_could_not_be_read_again_is_not_written(store: SessionStore) -> None:
    """A session that is too large for its file leaves the one before it."""
    store.save(session := make(token=TOKEN), store="file")
    large = session.rotate({f"x{number}": "y" * 50_000 for number in range(30)}, NOW)
    with pytest.raises(LocalFileError, match="more than 1 MiB"):
        store.update(large)
    assert store.load() == session


def test_a_write_that_fails_shows_nothing(store: SessionStore) -> None:
    """A full disk, a folder in the way: no frame of the traceback holds what was to be written."""
    session = make(token=TOKEN)
    for is_large in (False, True):
        store.profile.session_path.mkdir(parents=True, exist_ok=True)
        store.profile.folder.chmod(0o700)
        store.profile.folder.parent.chmod(0o700)
        large = {f"x{number}": "y" * 50_000 for number in range(30 * is_large)}
        with pytest.raises(LocalFileError) as caught:
            store.save(session.rotate(large, NOW), store="file")
        shown = leaks.everything_of(caught.value, but=__file__)
        assert not leaks.spelled_in(shown, {"cookie": COOKIES["at-main"], "token": TOKEN})


def test_a_file_of_a_newer_version(store: SessionStore) -> None:
    """It is not guessed at."""
    store.save(make())
    path = store.profile.session_path
    path.write_text(path.read_text("utf-8").replace('"format":1', '"format":2', 1), "utf-8")
    with pytest.raises(CredentialsError, match="newer version"):
        store.load()


def test_a_damaged_file_shows_nothing(store: SessionStore) -> None:
    """Neither the message nor a frame of the traceback holds what was read."""
    store.save(make(token=TOKEN), store="file")
    path = store.profile.session_path
    path.write_text(path.read_text("utf-8").replace('"changed"', '"chanced"'), "utf-8")
    with pytest.raises(CredentialsError) as caught:
        store.load()
    shown = leaks.everything_of(caught.value, but=__file__)
    assert not leaks.spelled_in(shown, {"cookie": COOKIES["at-main"], "token": TOKEN})


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_a_file_that_others_can_read(store: SessionStore) -> None:
    """It is refused at each reading, and signing in anew mends that too."""
    store.save(make())
    store.profile.session_path.chmod(0o644)
    for use in (store.load, store.look):
        with pytest.raises(FileExposed, match="chmod 600"):
            use()
    with pytest.raises(WrongProfile):
        store.save(make(account="A2"))
    store.save(make())
    store.load()


def test_nothing_of_it_is_shown() -> None:
    """Neither repr nor pickle."""
    session = make(token=TOKEN)
    assert not leaks.spelled_in(leaks.shown(session), {"cookie": COOKIES["at-main"], "token": TOKEN})
    for each in (session, session.cookies[0]):
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(each)


# --- one account each -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (make(account="A2"), "is another account's"),
        (make(account=""), "whose this session is nobody has asked"),
        (make(tld="de"), "is of amazon.com, and this session of amazon.de"),
    ],
)
def test_another_account_is_refused(other: SavedSession, said: str, store: SessionStore) -> None:
    """Another account, one that nobody knows, another marketplace: the profile stays as it was."""
    store.save(session := make())
    with pytest.raises(WrongProfile, match=f"{said}.*logout --profile family"):
        store.save(other)
    assert store.load() == session


def test_a_device_that_was_registered_meanwhile_is_kept(store: SessionStore) -> None:
    """Nobody could take it back if another sign-in, which has not seen it, took its place."""
    first = changed(make(token=TOKEN), way="registered")
    store.save(first, store="file", over="")
    with pytest.raises(CredentialsError, match="registered by somebody else meanwhile"):
        store.save(make(), store="file", over="")
    assert store.load() == first
    store.save(second := make(), store="file", over=first.id)
    assert store.load() == second


def test_the_account_is_learned(store: SessionStore) -> None:
    """A session whose account nobody knew gets it from Amazon, once; then it is held to it."""
    store.save(make(account=""))
    store.note_account("A1")
    store.note_account("A1")
    with pytest.raises(WrongProfile):
        store.note_account("A2")
    assert store.load().account == make(account="A1").account
    assert "A1" not in store.profile.session_path.read_text("utf-8")


def test_one_serial_for_machine_and_profile(store: SessionStore, backend: Any) -> None:
    """Whoever registers anew finds the serial that was used before; nobody has registered: none."""
    assert store.find_serial() == ""
    store.save(make(token=TOKEN), store="file")
    assert store.find_serial() == "5e71a1"


# --- several processes ------------------------------------------------------------------------------------------


def test_two_processes_do_not_undo_each_other(store: SessionStore, tmp_path: Path) -> None:
    """Each saves the cookie that it was given; both stay, whoever comes last."""
    store.save(make())
    mine, theirs = store.load(), at(tmp_path).load()
    at(tmp_path).update(theirs.rotate({"session-token": "theirs"}, NOW + timedelta(seconds=2)))
    merged = store.update(mine.rotate({"session-id": "999-1"}, NOW + timedelta(seconds=1)))
    assert merged is not None
    cookies = store.load().credentials().cookies
    assert (cookies["session-id"], cookies["session-token"]) == ("999-1", "theirs")
    assert merged.credentials().cookies == cookies


def test_many_processes_at_once(store: SessionStore, tmp_path: Path) -> None:
    """Three processes save eight cookies each at once; of each name the last one stays, and every name."""
    store.save(make())
    code = (
        "import sys; from datetime import *; from amazon_photos.auth.session_store import *\n"
        "from amazon_photos.auth.profiles import find_profile\n"
        "store = SessionStore(find_profile('family')); session = store.load()\n"
        "for n in range(8):\n"
        "    session = session.rotate({'x-' + sys.argv[1]: str(n)}, datetime.now(UTC))\n"
        "    session = store.update(session)\n"
    )
    environ = {**os.environ, "AMAZON_PHOTOS_HOME": str(tmp_path / "home")}
    running = [subprocess.Popen([sys.executable, "-c", code, str(n)], env=environ) for n in range(3)]
    assert [each.wait(60) for each in running] == [0] * 3
    saved = {c.name: c.value for c in store.load().cookies}
    assert {name: saved.get(name) for name in (f"x-{n}" for n in range(3))} == {f"x-{n}": "7" for n in range(3)}


def test_what_was_signed_out_does_not_come_back(store: SessionStore, tmp_path: Path) -> None:
    """A process that still runs saves nothing into a profile that was signed out, or signed in anew."""
    store.save(make())
    old = store.load().rotate({"session-id": "999-1"}, NOW)
    store.delete()
    assert store.update(old) is None
    assert store.look() is None
    store.save(new := make())
    assert store.update(old) is None
    assert store.load() == new


def test_one_renews_while_others_wait(store: SessionStore, tmp_path: Path) -> None:
    """Whoever holds the profile is alone; the next one sees what was renewed."""
    store.save(make())
    seen: list[str] = []

    def wait() -> None:
        other = at(tmp_path)
        with other.hold():
            seen.append(other.load().credentials().session_id)

    with store.hold():
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join(0.2)
        assert not seen
        store.update(store.load().rotate({"session-id": "999-1"}, NOW), held=True)
    thread.join(20)
    assert seen == ["999-1"]


def test_a_hold_that_does_not_end(store: SessionStore, tmp_path: Path) -> None:
    """Who waits for too long is told what for."""
    with store.hold(), pytest.raises(CredentialsError, match="another process has held"), at(tmp_path).hold(0.1):
        pass


# --- signing out ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [None, keyrings.FileKeyring])
def test_signing_out_leaves_nothing(kind: Any, store: SessionStore, backend: Any, tmp_path: Path) -> None:
    """Nothing but the empty lock: no entry of a keyring; twice is no error."""
    if kind:
        backend(kind)
    store.save(make(token=TOKEN), store="keyring" if kind else "file")
    store.delete()
    store.delete()
    left = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert [(path.name, path.read_bytes()) for path in left] == [("session.lock", b"")]
    assert not kind or not list((tmp_path / "keyring").iterdir())


def test_signing_out_keeps_the_catalogue(store: SessionStore) -> None:
    """The catalogue is no session, and the lock is for whoever waits."""
    store.save(make())
    Path(store.profile.catalog).write_bytes(b"rows")
    store.delete()
    assert [each.name for each in sorted(store.profile.folder.iterdir())] == ["ap.parquet", "session.lock"]


def test_signing_out_with_a_locked_keyring(store: SessionStore, backend: Any, tmp_path: Path) -> None:
    """It fails and says so, and can be done again: nothing is forgotten that is still in the keyring."""
    backend(keyrings.FileKeyring)
    store.save(make(token=TOKEN))
    backend(keyrings.LockedKeyring)
    with pytest.raises(KeyringFailed):
        store.delete()
    backend(keyrings.FileKeyring)
    store.delete()
    assert not list((tmp_path / "keyring").iterdir())


# --- crashes ----------------------------------------------------------------------------------------------------


STORES = [None, pytest.param(keyrings.FileKeyring, marks=pytest.mark.slow)]


@pytest.fixture
def open_umask():
    """A user whose new files everybody may read and write, unless a program sees to it."""
    before = os.umask(0)
    yield
    os.umask(before)


def no_others(folder: Path) -> None:
    for each in folder.rglob("*"):
        if not each.name.endswith(".lock"):
            assert stat.S_IMODE(each.stat().st_mode) & 0o077 == 0, each


@pytest.mark.usefixtures("open_umask")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("kind", STORES, ids=["file", "keyring"])
@pytest.mark.parametrize("what", ["save", "update"])
def test_killed_at_every_step_of_a_write(
    what: str, kind: Any, store: SessionStore, backend: Any, tmp_path: Path
) -> None:
    """Whenever it is killed: the old session or the new one, whole; nothing that others can read; then all goes on."""
    if kind:
        backend(kind)
    old = make(token=TOKEN)
    new = old.rotate({"session-id": "999-1"}, NOW)
    new = new if what == "update" else changed(new, id="another", account=old.account)
    where: Any = "keyring" if kind else "file"
    ends = []
    for done in kills.run(
        lambda: store.save(old, store=where) and None,
        lambda: (store.update(new) if what == "update" else store.save(new, store=where)) and None,
    ):
        found = store.load()
        ends.append(found == old)
        assert {c.name: c.value for c in found.cookies} in [{c.name: c.value for c in s.cookies} for s in (old, new)]
        assert found.id in (old.id, new.id)
        no_others(tmp_path / "home")
        if done:
            assert found.id == new.id
    assert True in ends
    assert len(ends) > 5
    store.delete()
    assert not secrets_in(tmp_path / "home", tmp_path / "keyring")


@pytest.mark.usefixtures("open_umask")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("kind", STORES, ids=["file", "keyring"])
def test_killed_at_every_step_of_signing_in_first(kind: Any, store: SessionStore, backend: Any, tmp_path: Path) -> None:
    """Killed in the first sign-in: none or a whole one; and signing out leaves nothing of it."""
    if kind:
        backend(kind)
    new = make(token=TOKEN)
    where: Any = "keyring" if kind else "file"
    for _ in kills.run(store.delete, lambda: store.save(new, store=where) and None):
        no_others(tmp_path / "home")
        if store.look() is not None:
            assert store.load() == new
        store.delete()
        assert not secrets_in(tmp_path / "home", tmp_path / "keyring")


@pytest.mark.usefixtures("open_umask")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("kind", STORES, ids=["file", "keyring"])
def test_killed_at_every_step_of_signing_out(kind: Any, store: SessionStore, backend: Any, tmp_path: Path) -> None:
    """Killed while signing out: whole, or gone, or gone from the keyring; and signing out again ends it."""
    if kind:
        backend(kind)
    session = make(token=TOKEN)
    where: Any = "keyring" if kind else "file"
    for _ in kills.run(lambda: store.save(session, store=where) and None, store.delete):
        with contextlib.suppress(NotSignedIn):
            assert store.load() == session
        store.delete()
        assert not secrets_in(tmp_path / "home", tmp_path / "keyring")


# --- homes ------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root mounts")
def test_a_read_only_home(store: SessionStore, tmp_path: Path) -> None:
    """What is there is read all the same; saving is refused with a clear word, and nothing is lost."""
    store.save(session := make())
    home = tmp_path / "home"
    if subprocess.run(["mount", "--bind", "-o", "ro", home, home], check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", home], check=True)
        assert store.load() == session
        with pytest.raises(NotWritable, match=r"Read-only file system.*AMAZON_PHOTOS_HOME"):
            store.update(session.rotate({"session-id": "999-1"}, NOW))
        with pytest.raises(NotWritable, match=r"Read-only file system.*AMAZON_PHOTOS_HOME"):
            at(tmp_path, name="other").save(make())
    finally:
        subprocess.run(["umount", home], check=True)


def test_no_home_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user without a home folder is told which variable names one."""
    if os.name == "nt":
        pytest.skip("there is always one")
    monkeypatch.setenv("HOME", "")
    monkeypatch.setattr("os.getuid", lambda: 424242)
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "AMAZON_PHOTOS_HOME"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(LocalFileError, match="AMAZON_PHOTOS_HOME"):
        find_profile("family")


def test_profiles_with_the_same_name_in_two_homes(backend: Any, tmp_path: Path) -> None:
    """The keyring keeps them apart."""
    backend(keyrings.FileKeyring)
    stores = [SessionStore(Profile("family", tmp_path / name / "profiles" / "family")) for name in ("a", "b")]
    sessions = [make(), make()]
    for store, session in zip(stores, sessions, strict=True):
        store.save(session)
    assert [store.load() for store in stores] == sessions


def test_looking_loads_nothing_heavy(store: SessionStore, tmp_path: Path) -> None:
    """Who is signed in is told without network, tables, keyring or locks: that is what makes it quick."""
    store.save(make())
    code = (
        "import json, sys\nfrom amazon_photos.auth.precedence import resolve\n"
        "from amazon_photos.auth.session_store import SessionStore\n"
        "assert SessionStore(resolve(profile='family').profile).look()\nprint(json.dumps(sorted(sys.modules)))"
    )
    environ = {**os.environ, "AMAZON_PHOTOS_HOME": str(tmp_path / "home")}
    run = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    heavy = {"aiohttp", "asyncio", "pandas", "pyarrow", "rich", "keyring", "filelock", "sqlite3", "ssl"}
    assert not heavy.intersection(json.loads(run.stdout))


def test_what_is_to_be_run_instead_is_the_same_sign_in(store: SessionStore) -> None:
    """A registration that finds no keyring is told to register into a file, and not to sign in some other way."""
    with pytest.raises(KeyringFailed, match=r"login --profile family --register --store file`"):
        store.check_place(refresh_token=True, store="auto")
    with pytest.raises(KeyringFailed, match=r"login --profile family --store file`"):
        store.check_place(refresh_token=False, store="keyring")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """All of its path, and the variable that names another one; not the system's word for a file."""
    (tmp_path / "file").touch()
    store = SessionStore(find_profile("family", {"AMAZON_PHOTOS_HOME": str(tmp_path / "file" / "kept")}))
    with pytest.raises(NotWritable, match=f"{re.escape(str(tmp_path))}.*AMAZON_PHOTOS_HOME"):
        store.save(make(), store="file")


def test_nobody_shares_the_lock_while_others_sign_out(store: SessionStore) -> None:
    """One holds it at a time, and a sign-out takes neither its file nor its folder from under those who wait."""
    inside, most, ended = [0], [0], threading.Event()

    def hold() -> None:
        while not ended.is_set():
            with store.hold():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0)
                inside[0] -= 1

    with ThreadPoolExecutor(4) as pool:
        holders = [pool.submit(hold) for _ in range(3)]
        for _ in range(200):
            store.delete()
        ended.set()
        for holder in holders:
            holder.result()
    assert most == [1]


@pytest.mark.skipif(os.name == "nt", reason="everybody has a home folder there")
def test_nobody_without_a_home_folder_has_a_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container's user, of whom the system knows a number and no more: keyring cannot even be imported."""
    import pwd

    def find_nobody(number: int) -> Any:
        raise KeyError(number)

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", find_nobody)
    for name in [name for name in sys.modules if name.partition(".")[0] == "keyring"]:
        monkeypatch.delitem(sys.modules, name)
    assert SystemKeyring("amazon-photos/nobody").find_backend() is None
