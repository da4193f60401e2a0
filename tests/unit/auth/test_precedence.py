"""Whose session is taken, where each value comes from, and that only the first source counts."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from amazon_photos.auth.credentials import Credentials
from amazon_photos.auth.precedence import ORDER, Resolved, open_sign_in, resolve
from amazon_photos.auth.profiles import find_profile
from amazon_photos.auth.saved_session import make_session
from amazon_photos.auth.session_store import SessionStore
from amazon_photos.errors import CredentialsError, InvalidInput, NotSignedIn, WrongProfile
from amazon_photos.settings import Settings

US = {"session-id": "1", "ubid-main": "2", "at-main": "Atza|us-secret"}
COOKIES = {"session_id": "1", "ubid_main": "2", "at_main": "Atza|us-secret"}
COMMAND = {"AMAZON_PHOTOS_COOKIE_COMMAND": "pass show secret-entry"}
PROFILE = {"AMAZON_PHOTOS_PROFILE": "env"}


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"AMAZON_PHOTOS_HOME": str(tmp_path)}


def configure(home: dict[str, str], text: str) -> None:
    (Path(home["AMAZON_PHOTOS_HOME"]) / "config.toml").write_text(text, "utf-8")


def sign_in(name: str, home: dict[str, str], cookies: dict[str, str] = US) -> None:
    session = make_session(Credentials.load(cookies, environ={}), "pasted", datetime.now(UTC))
    SessionStore(find_profile(name, home)).save(session, store="file")


def chosen(resolved: Resolved) -> tuple[str, str | None, str]:
    name = None if resolved.profile is None else resolved.profile.name
    return resolved.kind, name, resolved.origins[0].source


ALL = {**COOKIES, **COMMAND, **PROFILE}
STEPS: list[tuple[dict[str, Any], dict[str, str], str, tuple[str, str | None, str]]] = [
    ({"cookies": US}, ALL, "profile = 'file'", ("cookies", None, "arguments")),
    ({"profile": "arg"}, ALL, "profile = 'file'", ("profile", "arg", "arguments")),
    ({"cookie_command": "x"}, ALL, "profile = 'file'", ("command", None, "arguments")),
    ({}, ALL, "profile = 'file'", ("profile", "env", "environment")),
    ({}, COOKIES | COMMAND, "profile = 'file'", ("environment", None, "environment")),
    ({}, COMMAND, "profile = 'file'", ("command", None, "environment")),
    ({}, {}, "profile = 'file'\ncookie_command = 'x'", ("profile", "file", "FILE")),
    ({}, {}, "cookie_command = ['x', 'y']", ("command", None, "FILE")),
    ({}, {"SESSION_ID": "another program's"}, "", ("profile", "default", "default")),
]


@pytest.mark.parametrize(("given", "environ", "text", "expected"), STEPS)
def test_the_order(
    given: dict[str, Any], environ: dict[str, str], text: str, expected: tuple[Any, ...], home: dict[str, str]
) -> None:
    """Each source wins over all that stand below it in the table."""
    configure(home, text)
    kind, profile, source = chosen(resolve(environ={**home, **environ}, **given))
    config = str(Path(home["AMAZON_PHOTOS_HOME"]) / "config.toml")
    assert (kind, profile, source.replace(config, "FILE")) == expected


def test_the_table_has_a_row_for_each_step() -> None:
    """The documents' table is as long as the order that is gone down."""
    assert len(ORDER) == len(STEPS)


def test_cookies_and_a_profile() -> None:
    """Both at once contradict each other."""
    with pytest.raises(InvalidInput, match="cookies= or profile=, not both"):
        resolve(US, profile="family", environ={})


def test_settings_in_hand_ask_neither_environment_nor_file(home: dict[str, str]) -> None:
    """As for every other setting; cookies of the environment are asked for as they always were."""
    configure(home, "profile = 'file'")
    assert chosen(resolve(settings=Settings(), environ={**home, **PROFILE})) == ("profile", "default", "default")
    found = resolve(settings=Settings(profile="mine"), environ={**home, **ALL})
    assert chosen(found) == ("profile", "mine", "arguments")
    assert chosen(resolve(settings=Settings(), environ={**home, **COOKIES}))[0] == "environment"


def test_each_profile_has_its_catalogue(home: dict[str, str]) -> None:
    """Unless one is named anywhere; cookies without a profile keep to the folder that they are used in."""
    found = resolve(profile="family", environ=home)
    assert found.settings.catalog == find_profile("family", home).catalog
    assert ("catalog", "profile 'family'") in [(origin.name, origin.source) for origin in found.origins]
    assert resolve(profile="family", catalog="mine.parquet", environ=home).settings.catalog == "mine.parquet"
    environ = {**home, "AMAZON_PHOTOS_CATALOG": "theirs.parquet"}
    assert resolve(profile="family", environ=environ).settings.catalog == "theirs.parquet"
    assert resolve(US, environ=home).settings.catalog == "ap.parquet"


def test_every_value_says_where_it_comes_from(home: dict[str, str]) -> None:
    """Arguments, environment, file and defaults; no secret among them."""
    configure(home, "tld = 'de'\nbwlimit = '2M'")
    found = resolve(environ={**home, **COMMAND, "AMAZON_PHOTOS_TLD": "ca"}, max_attempts=3)
    told = {origin.name: (origin.value, origin.source) for origin in found.origins}
    assert told["session"] == ("cookie_command", "environment")
    assert told["cookie_command"] == ("(a command)", "environment")
    assert told["max_attempts"] == ("3", "arguments")
    assert told["tld"] == ("ca", "environment")
    assert told["bwlimit"][1].endswith("config.toml")
    assert told["page_size"] == ("200", "default")
    assert "secret" not in repr(found.origins)


def test_a_profile_is_opened(home: dict[str, str]) -> None:
    """The session that it holds signs; where it is kept is known."""
    sign_in("family", home)
    opened = open_sign_in(resolve(profile="family", environ=home))
    assert dict(opened.credentials.cookies) == US
    assert opened.store is not None
    assert opened.session.marketplace == "com"


def test_no_other_source_is_tried(home: dict[str, str]) -> None:
    """The one that was named and is no good is told; the cookies below it are not taken for it."""
    with pytest.raises(NotSignedIn, match="'family': `amazon-photos login --profile family`"):
        open_sign_in(resolve(profile="family", environ={**home, **COOKIES}), environ=COOKIES)
    environ = {**home, "at_main": "Atza|x"}
    with pytest.raises(CredentialsError, match="The environment has at_main, but not"):
        open_sign_in(resolve(environ=environ), environ=environ)


def test_nothing_at_all(home: dict[str, str]) -> None:
    """Nobody has signed in and nothing was given: the ways to do it, the command first."""
    with pytest.raises(CredentialsError, match=r"no cookies\. nobody has signed in.*`amazon-photos login`\n"):
        open_sign_in(resolve(environ=home))


def test_a_profile_of_another_marketplace(home: dict[str, str]) -> None:
    """tld= that says otherwise is refused; the same in another spelling is fine."""
    sign_in("family", home)
    with pytest.raises(WrongProfile, match=r"is of amazon\.com, not of amazon\.de as tld= says"):
        open_sign_in(resolve(profile="family", tld="de", environ=home))
    assert open_sign_in(resolve(profile="family", tld="us", environ=home)).session.marketplace == "com"


def test_a_command_is_run(home: dict[str, str]) -> None:
    """By what the settings say of it."""
    text = "; ".join(f"{name}={value}" for name, value in US.items())
    command = (sys.executable, "-c", f"print({text!r})")
    opened = open_sign_in(resolve(settings=Settings(cookie_command=command), environ=home))
    assert dict(opened.credentials.cookies) == US
    assert opened.store is None


def test_cookies_are_read(home: dict[str, str]) -> None:
    """Of the constructor and of the environment, as ever."""
    assert dict(open_sign_in(resolve(US, environ=home), US).credentials.cookies) == US
    environ = {**home, **COOKIES}
    assert dict(open_sign_in(resolve(environ=environ), environ=environ).credentials.cookies) == US
