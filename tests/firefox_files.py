"""Firefox's own files, with their real schema: profiles, containers and cookies, in a home folder of the tests."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

FUTURE, PAST = 4_102_444_800, 1_600_000_000
SCHEMA = """
CREATE TABLE moz_cookies (id INTEGER PRIMARY KEY, originAttributes TEXT NOT NULL DEFAULT '', name TEXT, value TEXT,
host TEXT, path TEXT, expiry INTEGER, lastAccessed INTEGER, creationTime INTEGER, isSecure INTEGER, isHttpOnly INTEGER,
inBrowserElement INTEGER DEFAULT 0, sameSite INTEGER DEFAULT 0, schemeMap INTEGER DEFAULT 0,
isPartitionedAttributeSet INTEGER DEFAULT 0, CONSTRAINT moz_uniqueid UNIQUE (name, host, path, originAttributes))
"""
INI = """[Install4F96D1932A9F858E]
Default=Profiles/b.default-release
Locked=1

[Profile1]
Name=default
IsRelative=1
Path=Profiles/a.default
Default=1

[Profile0]
Name=default-release
IsRelative=1
Path=Profiles/b.default-release

[General]
StartWithLastProfile=1
Version=2
"""
CONTAINERS = {
    "version": 5,
    "identities": [
        {"userContextId": 1, "public": True, "l10nId": "user-context-personal"},
        {"userContextId": 2, "public": True, "l10nID": "userContextWork.label"},
        {"userContextId": 4, "public": True, "name": "Grandma"},
        {"userContextId": 5, "public": False, "name": "userContextIdInternal.thumbnail"},
    ],
}


class FirefoxHome:
    """A home folder with Firefox's files in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.environ = folder, {"HOME": str(folder)}
        self.root = folder / ".mozilla/firefox"

    def profile(self, name: str = "b.default-release", root: Path | None = None) -> Path:
        made = (root or self.root) / "Profiles" / name
        made.mkdir(parents=True, exist_ok=True)
        (made.parents[1] / "profiles.ini").write_text(INI, "utf-8")
        with self.database(made) as database:
            database.execute("PRAGMA user_version = 15")
            database.execute(SCHEMA)
        return made

    @contextmanager
    def database(self, profile: Path) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(profile / "cookies.sqlite")) as connection, connection:
            yield connection

    def put(
        self, profile: Path, cookies: dict[str, str], origin: str = "", host: str = ".amazon.com", expiry: int = FUTURE
    ) -> None:
        with self.database(profile) as database:
            put(database, cookies, origin, host, expiry)


def put(
    database: Any, cookies: dict[str, str], origin: str = "", host: str = ".amazon.com", expiry: int = FUTURE
) -> None:
    database.executemany(
        "INSERT INTO moz_cookies (originAttributes, name, value, host, path, expiry) VALUES (?, ?, ?, ?, '/', ?)",
        [(origin, name, value, host, expiry) for name, value in cookies.items()],
    )
