"""What is kept here: settings, the session of the profile, the catalogue."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ...auth.credentials import Credentials
from ...auth.precedence import DEFAULT, Origin
from ...auth.saved_session import SessionInfo, hash_account
from ...auth.session_store import SessionStore, explain_nobody
from ...model.findings import Finding, fine, not_checked, wrong
from ...model.regions import Region

_TOKENS = ("Atza", "Atzr", "Atna", "Atnr", "Sst1")
_WORDS = re.compile(r"\d{3}-\d{7}-\d{7}\Z")
_PRIVATE = ("proxy", "cookie_command", "user_agent")
_LOOPBACK = re.compile(r"https?://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?/?\Z")


def list_settings(origins: tuple[Origin, ...]) -> Iterator[Finding]:
    """List the settings that are no defaults, and where each comes from."""
    for origin in origins:
        if origin.name != "session" and origin.source != DEFAULT:
            yield fine(f"setting {origin.name}", f"{_show(origin)} (from: {origin.source})")


def _show(origin: Origin) -> str:
    if origin.name in _PRIVATE:
        return "(not shown)"
    if origin.name.endswith("endpoint") and not _LOOPBACK.match(origin.value):
        return "(an address of one's own)"
    return origin.value


def check_store(store: SessionStore) -> Iterator[Finding]:
    """Check where the session of a profile is kept, and who can read it. Raises as ``SessionStore.look``."""
    kept = store.look()
    if kept is None:
        raise explain_nobody(store.profile)
    path = store.profile.session_path
    modes = f"file {_mode(path)}, folder {_mode(path.parent)}" if os.name != "nt" else "Windows keeps it to the user"
    where = "the system's keyring" if kept.store == "keyring" else str(path)
    if kept.store == "file" and not kept.protected:
        to_do = "keep it in a keyring (pip install keyring), or on a disk that knows modes"
        yield wrong("kept", f"{where}: others may be able to read it ({modes})", to_do)
    else:
        yield fine("kept", f"{where} ({modes})")
    yield _describe(kept.info, store.profile.login)


def _describe(info: SessionInfo, login: str) -> Finding:
    made = f"{info.way}, made {info.made:%Y-%m-%d}, account {info.account or 'not known yet'}"
    if info.renewable:
        return fine("session", f"{made}, renewed by itself")
    if info.expires is not None and info.expires <= datetime.now(UTC):
        return wrong("session", f"{made}, ended on {info.expires:%Y-%m-%d}", f"sign in anew: `{login}`")
    ends = "when is not known" if info.expires is None else f"at the latest on {info.expires:%Y-%m-%d}"
    return fine("session", f"{made}, ends by itself ({ends})")


def _mode(path: Path) -> str:
    return f"{stat.S_IMODE(path.lstat().st_mode):04o}"


def check_cookies(credentials: Credentials) -> Iterator[Finding]:
    """Check what cookies there are: names and shapes, never values."""
    shapes = ", ".join(f"{name}: {_describe_shape(value)}" for name, value in sorted(credentials.cookies.items()))
    suffix = credentials.region.suffix
    token = credentials.cookies.get(f"at-{suffix}", "")
    if not token.startswith("Atza|"):
        to_do = f"copy at-{suffix} again, all of it: it begins with Atza|"
        yield wrong("cookies", shapes, to_do)
    else:
        yield fine("cookies", shapes)
    if credentials.elsewhere:
        yield fine("other marketplaces", ", ".join(credentials.elsewhere))


def _describe_shape(value: str) -> str:
    if _WORDS.match(value):
        return "3-7-7 digits"
    head, bar, rest = value.partition("|")
    return f"{head} and {len(rest)} characters" if bar and head in _TOKENS else f"{len(value)} characters"


def check_marketplace(region: Region, zone: str) -> Iterator[Finding]:
    """Check the marketplace, and whether anybody knows where its content is."""
    where = f"amazon.{region.tld}"
    if zone:
        yield fine("marketplace", f"{where}, zone {zone}")
    else:
        to_do = "name the zone: zone in the settings (AMAZON_PHOTOS_ZONE), na, eu or jp"
        yield wrong("marketplace", f"{where}, whose zone nobody has written down", to_do)


def check_catalog(path: str, account: str) -> Iterator[Finding]:
    """Check the catalogue: whose, how old, how many rows. Raises ``CatalogError``, ``MissingExtra``."""
    if not os.path.lexists(path):
        yield not_checked("catalog", f"{path} is not there yet: the first question builds it")
        return
    from ...catalog.catalog import Catalog  # pyarrow may be what is broken

    catalog = Catalog.open(path)
    owner = hash_account(catalog.owner)
    age = "never refreshed" if catalog.refreshed_at is None else f"as of {_tell_age(catalog.refreshed_at)}"
    whole = "whole" if catalog.complete else "not whole yet"
    seen = f"{path}: account {owner}, {len(catalog):,} rows, {whole}, {age}"
    if account and owner != account:
        yield wrong("catalog", f"{seen}; the session is of {account}", "name another catalogue for this account")
    else:
        yield fine("catalog", seen)


def _tell_age(when: datetime) -> str:
    age = datetime.now(UTC) - when
    if age < timedelta(hours=1):
        return "less than an hour ago"
    return f"{age.days} days ago" if age.days > 1 else f"{age // timedelta(hours=1)} hours ago"
