"""Firefox's cookies: its profiles, its containers, and its database, which nothing encrypts.

::

    <root>/profiles.ini                     which profiles there are, and which one each installation opens
    <root>/Profiles/ab12.default-release/
        cookies.sqlite  cookies.sqlite-wal  the cookies; what was set last stands in the -wal until Firefox tidies up
        containers.json                     the names of the containers ("Work", "Shopping")

A running Firefox holds its database locked, so a copy of both files is read, in a folder that only the user can enter.
Source: the files of Firefox 115 to 145; the meaning of ``expiry`` changed from seconds to milliseconds in between.
"""

from __future__ import annotations

import configparser
import json
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qs

from ..errors import BrowserUnreadable
from ..files.os_errors import explain
from ..files.paths import find_home
from .cookie_formats import Cookie, clean, to_seconds

_QUERY = "SELECT name, value, host, expiry, originAttributes FROM moz_cookies WHERE host LIKE '%amazon.%' LIMIT 20000"
_TRIES = 5
_PATIENCE = 10.0
"""Seconds for a query that takes some milliseconds: what calls itself a database may never end."""
MAX_DATABASE = 256 << 20
"""Bytes; Firefox keeps some thousands of cookies, in a few MB."""
_BUILT_IN: Mapping[str, str] = MappingProxyType(
    {"personal": "Personal", "work": "Work", "banking": "Banking", "shopping": "Shopping"}
)


@dataclass(frozen=True, slots=True)
class FirefoxProfile:
    """One of Firefox's profiles; ``default`` is the one that it opens by itself."""

    name: str
    folder: Path
    default: bool = False


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a profile, with its own cookies; ``number`` 0 is outside of all of them."""

    number: int
    name: str


def list_profiles(environ: Mapping[str, str] | None = None) -> list[FirefoxProfile]:
    """List the profiles of every Firefox here that have cookies, the default ones first.

    Looks where it keeps them on this system: also of snap, flatpak and the Microsoft Store. What cannot be read is left
    out.
    """
    found: dict[Path, FirefoxProfile] = {}
    for root in _find_roots(os.environ if environ is None else environ):
        for profile in _read_profiles(root):
            if os.path.isfile(profile.folder / "cookies.sqlite"):
                found.setdefault(profile.folder, profile)
    return sorted(found.values(), key=lambda profile: not profile.default)


def list_containers(profile: FirefoxProfile, cookies: Mapping[int, list[Cookie]]) -> list[Container]:
    """List the containers of a profile that have cookies, by what ``read_cookies`` found in it."""
    names = _read_container_names(profile.folder)
    return [Container(number, names.get(number, f"container {number}") if number else "") for number in sorted(cookies)]


def read_cookies(profile: FirefoxProfile) -> dict[int, list[Cookie]]:
    """Read Amazon's cookies in a profile, by the number of the container: expired ones too.

    Those that belong to Amazon as a part of other sites' pages are left out. Raises ``BrowserUnreadable``.
    """
    database = profile.folder / "cookies.sqlite"
    try:
        with tempfile.TemporaryDirectory(prefix="amazon-photos-cookies-") as folder:  # only the user can enter it
            copy = _copy(database, Path(folder))
            with closing(sqlite3.connect(copy)) as connection:
                until = time.monotonic() + _PATIENCE
                connection.set_progress_handler(lambda: time.monotonic() > until, 100_000)
                rows = connection.execute(_QUERY).fetchall()
    except OSError as error:
        raise BrowserUnreadable(f"cannot read Firefox's cookies in {database}: {explain(error)}") from None
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise BrowserUnreadable(
            f"cannot read Firefox's cookies in {database}: {type(error).__name__}; close Firefox and try again, or "
            "export the cookies with an extension"
        ) from None
    return _by_container(rows)


def _by_container(rows: list[tuple[object, ...]]) -> dict[int, list[Cookie]]:
    found: dict[int, list[Cookie]] = {}
    for name, value, host, expiry, origin in rows:
        attributes = parse_qs(str(origin or "").removeprefix("^"))
        if "partitionKey" not in attributes:
            number = attributes.get("userContextId", ["0"])[0]
            cookie = Cookie(str(name), str(value), str(host), to_seconds(expiry))
            found.setdefault(int(number) if number.isdecimal() and len(number) < 10 else 0, []).append(cookie)
    cleaned = {number: clean(cookies) for number, cookies in found.items()}
    return {number: cookies for number, cookies in cleaned.items() if cookies}


def _copy(database: Path, folder: Path) -> Path:
    """Both files as they were at one moment: when Firefox writes meanwhile, they are copied again."""
    parts = (database, database.with_name(f"{database.name}-wal"))
    before = None
    for _ in range(_TRIES):
        before, now = _stamp(parts), None
        if sum(size for size, _ in before) > MAX_DATABASE:
            raise BrowserUnreadable(f"{database} is too large to be Firefox's cookies")
        shutil.copyfile(database, folder / database.name)
        with suppress(FileNotFoundError):
            shutil.copyfile(parts[1], folder / parts[1].name)
        now = _stamp(parts)
        if now == before:
            break
    return folder / database.name


def _stamp(parts: tuple[Path, ...]) -> list[tuple[int, int]]:
    found = []
    for part in parts:
        try:
            there = part.stat()
            found.append((there.st_size, there.st_mtime_ns))
        except FileNotFoundError:
            found.append((0, 0))
    return found


def _find_roots(environ: Mapping[str, str]) -> Iterator[Path]:
    home = Path(environ.get("HOME") or find_home() or "/")
    if sys.platform == "win32":
        yield Path(environ.get("APPDATA") or home / "AppData/Roaming") / "Mozilla/Firefox"
        packages = Path(environ.get("LOCALAPPDATA") or home / "AppData/Local") / "Packages"
        for package in sorted(packages.glob("Mozilla.Firefox_*")):
            yield package / "LocalCache/Roaming/Mozilla/Firefox"
    elif sys.platform == "darwin":
        yield home / "Library/Application Support/Firefox"
    else:
        yield home / ".mozilla/firefox"
        yield Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "mozilla/firefox"
        yield home / "snap/firefox/common/.mozilla/firefox"
        yield home / ".var/app/org.mozilla.firefox/.mozilla/firefox"
        yield home / ".var/app/org.mozilla.firefox/config/mozilla/firefox"


def _read_profiles(root: Path) -> list[FirefoxProfile]:
    """What profiles.ini lists: ``[Profile0]`` with a name and a path, ``[Install…]`` with the path it opens."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string((root / "profiles.ini").read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, configparser.Error):
        return []
    sections = [parser[name] for name in parser.sections()]
    opened = {s.get("Default", "") for s in sections if s.name.startswith("Install")}
    found = []
    for section in sections:
        path = section.get("Path", "")
        if section.name.startswith("Profile") and path:
            folder = root / path if section.get("IsRelative", "1") == "1" else Path(path)
            default = path in opened if opened else section.get("Default") == "1"
            found.append(FirefoxProfile(section.get("Name") or folder.name, folder, default))
    return found


def _read_container_names(folder: Path) -> dict[int, str]:
    try:
        identities = json.loads((folder / "containers.json").read_text("utf-8"))["identities"]
        return {each["userContextId"]: _name(each) for each in identities if each.get("public", True)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _name(identity: Mapping[str, object]) -> str:
    """Its own name, or that of one of the four that Firefox comes with, which it knows by an id only."""
    if identity.get("name"):
        return str(identity["name"])
    word = str(identity.get("l10nId") or identity.get("l10nID") or "").lower()
    return next((name for key, name in _BUILT_IN.items() if key in word), f"container {identity['userContextId']}")
