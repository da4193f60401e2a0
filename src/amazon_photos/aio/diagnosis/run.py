"""All checks, in the order in which one thing stands on another; those that wait do so at once.

::

    at once     machine: python, certificates, proxy, cache, room
                settings  ->  whose session  ->  where it is kept  ->  its cookies      at most 1.5 s
    then        each host, with the session if there is one; the catalogue             at most 3 s

Whatever is broken, the other checks are done: a config file that cannot be read leaves the defaults.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ...auth.credentials import Credentials
from ...auth.hosts import Hosts
from ...auth.precedence import Resolved, check_marketplace_named, resolve
from ...auth.saved_session import SavedSession
from ...auth.session_store import SessionStore
from ...errors import AmazonPhotosError, CredentialsError
from ...model.findings import Finding, fine, not_checked
from ...model.regions import Host, Region, region_for
from ...settings import Settings
from . import kept, machine
from .advice import explain_error
from .hosts import check_hosts
from .patience import check, run_apart
from .privacy import make_redaction

MAX_KEPT = 1.5
"""Seconds for what is kept here; a keyring that is locked waits for ever."""
MAX_CATALOG = 3.0
_LOGIN = "amazon-photos login"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom to look at: a client, by its ``settings`` and ``session``; or what a command was given."""

    settings: Settings | None = None
    session: SavedSession | None = None
    store: SessionStore | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Known:
    """What has been found out so far, for the checks that stand on it."""

    findings: list[Finding]
    settings: Settings
    resolved: Resolved | None = None
    credentials: Credentials | None = None
    session: SavedSession | None = None
    account: str = ""
    login: str = _LOGIN

    @property
    def region(self) -> Region:
        if self.credentials is not None:
            return self.credentials.region
        return self.session.region if self.session is not None else region_for(self.settings.tld or "com")


async def examine(subject: Subject) -> list[Finding]:
    """Check everything; gives the findings, which can be shown to anybody. Raises nothing of ours."""
    known = _read_settings(subject)
    signed, *here = await asyncio.gather(
        _check_session(known) if subject.session is None else _check_client(known, subject.session, subject.store),
        check("python", machine.check_python, MAX_KEPT, known.login),
        check("file names", machine.check_encoding, MAX_KEPT, known.login),
        check("certificates", machine.check_certificates, MAX_KEPT, known.login),
        check("cache", partial(machine.check_cache, known.settings), MAX_KEPT, known.login),
        check("disk", partial(machine.check_room, known.settings), MAX_KEPT, known.login),
    )
    there = await asyncio.gather(
        check("catalog", partial(kept.check_catalog, known.settings.catalog, known.account), MAX_CATALOG, known.login),
        _check_way(known),
    )
    python, *rest = here
    found = [*python, *known.findings, *signed, *(each for part in (*rest, *there) for each in part)]
    return list(map(make_redaction(), found))


async def _check_way(known: _Known) -> list[Finding]:
    """The marketplace, and the way to each of its hosts; where the settings lead nowhere, that."""
    try:
        hosts = Hosts(known.region, known.settings)
        proxy = partial(machine.check_proxy, known.settings, hosts.address(Host.SITE))
        rows = [
            *kept.check_marketplace(known.region, hosts.zone),
            *await check("proxy", proxy, MAX_KEPT, known.login),
        ]
        return rows + await check_hosts(known.settings, known.region, known.credentials, known.session, known.login)
    except AmazonPhotosError as error:
        return [explain_error("hosts", error, known.login)]


def _read_settings(subject: Subject) -> _Known:
    """The settings; where they cannot be read, what is wrong with them, and the defaults."""
    try:
        given = subject.arguments if subject.settings is None else {"settings": subject.settings}
        resolved = resolve(**given)
    except AmazonPhotosError as error:
        settings = subject.settings or Settings()
        return _Known([explain_error("settings", error, _LOGIN)], settings)
    listed = list(kept.list_settings(resolved.origins))
    findings = [fine("settings", f"{len(listed)} set, the others are the defaults"), *listed]
    login = resolved.profile.login if resolved.profile else _LOGIN
    settings = subject.settings or resolved.settings
    return _Known(findings, settings, resolved, login=login)


async def _check_session(known: _Known) -> list[Finding]:
    """Whose session, where it is kept, and its cookies."""
    if known.resolved is None:
        return [not_checked("signed in by", "the settings could not be read")]
    origin = known.resolved.origins[0]
    rows = [fine("signed in by", f"{origin.value} (from: {origin.source})")]
    if known.resolved.kind == "command":
        return [*rows, not_checked("cookies", "a command gives them, which is not run for this")]
    try:
        known.credentials = await run_apart(partial(_load, known, rows), MAX_KEPT)
        rows += [] if known.credentials is None else kept.check_cookies(known.credentials)
    except TimeoutError:
        error = CredentialsError(f"what is kept could not be read within {MAX_KEPT:g} seconds")
        rows.append(explain_error("cookies", error, known.login))
    except AmazonPhotosError as error:
        rows.append(explain_error("cookies", error, known.login))
    return rows


async def _check_client(known: _Known, session: SavedSession, store: SessionStore | None) -> list[Finding]:
    """The session that a client has, and where it is kept."""
    known.session, known.account = session, session.account
    known.credentials = session.credentials() if session.cookies else None
    rows = [] if known.credentials is None else list(kept.check_cookies(known.credentials))
    if store is None:
        return [fine("signed in by", "cookies or a command, without a profile"), *rows]
    known.login = store.profile.login
    stored = await check("kept", partial(kept.check_store, store), MAX_KEPT, known.login)
    return [fine("signed in by", f"profile {store.profile.name!r}"), *stored, *rows]


def _load(known: _Known, rows: list[Finding]) -> Credentials | None:
    if known.resolved is None or known.resolved.profile is None:
        return Credentials.load(tld=known.settings.tld)
    store = SessionStore(known.resolved.profile, seconds=MAX_KEPT - 0.5)
    rows += kept.check_store(store)
    known.session = store.load()
    check_marketplace_named(store.profile, known.session.marketplace, known.settings.tld)
    known.account = known.session.account
    return known.session.credentials() if known.session.cookies else None
