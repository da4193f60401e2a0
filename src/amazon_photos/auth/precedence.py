"""Whose session is taken: constructor, environment, config file, default profile; the first that says so wins.

``ORDER`` is the table, for the documents and for whoever asks; ``resolve`` goes down it, and says for every value where
it came from. Nothing is read for that but settings and the environment: ``open_sign_in`` does what was found.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal

from ..errors import InvalidInput, NotSignedIn, WrongProfile
from ..model.regions import region_for
from ..settings import Settings
from .credentials import WAYS, Cookies, Credentials, has_cookies
from .profiles import DEFAULT_PROFILE, Profile, find_profile

if TYPE_CHECKING:
    from .saved_session import SavedSession
    from .session_store import SessionStore

Kind = Literal["cookies", "profile", "command", "environment"]
ARGUMENTS, ENVIRONMENT, DEFAULT = "arguments", "environment", "default"
ORDER: tuple[tuple[str, str], ...] = (
    ("constructor, option", "`cookies=`, `--cookies`"),
    ("constructor, option", "`profile=`, `--profile`"),
    ("constructor", "`Settings(cookie_command=…)`"),
    ("environment", "`AMAZON_PHOTOS_PROFILE`"),
    ("environment", "`session_id`, `ubid_…`, `at_…`"),
    ("environment", "`AMAZON_PHOTOS_COOKIE_COMMAND`"),
    ("config file", "`profile`"),
    ("config file", "`cookie_command`"),
    ("else", "the profile `default`"),
)
"""Where a session can come from, in this order; only the first counts, also when it turns out to be no good."""
HIDDEN = {"cookie_command": "(a command)", "proxy": "(an address)"}
"""Settings that may hold a password."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A value, and where it came from. No secret: of cookies and commands only that there are some."""

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """What is to be done, and why."""

    kind: Kind
    settings: Settings
    origins: tuple[Origin, ...]
    profile: Profile | None = None
    """Whose session and catalogue; None for cookies and commands without one."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that can sign requests, and where it is kept, if anywhere."""

    session: SavedSession
    credentials: Credentials
    store: SessionStore | None = None
    how: Resolved | None = field(default=None, repr=False)


def resolve(
    cookies: Cookies | None = None,
    *,
    settings: Settings | None = None,
    environ: Mapping[str, str] | None = None,
    **arguments: Any,
) -> Resolved:
    """Resolve whose session is meant and which settings hold, and tell for each where it came from.

    ``settings`` take the place of environment and config file, as they do everywhere; ``arguments`` are those of
    ``Settings``, None for not given. Raises ``InvalidInput``, also for cookies and a profile at once.
    """
    given, variables = cookies is not None, os.environ if environ is None else environ
    cookies = environ = None  # a traceback may show what stands in here
    loads = settings is None
    if settings is None:
        known, sources = Settings.explain(variables, **arguments)
    else:
        known = settings.replace(**arguments)
        sources = {each.name: ARGUMENTS for each in fields(known) if getattr(known, each.name) != each.default}
    kind, source = _choose(given, known, sources, variables)
    if loads and kind != "profile":  # what the config file says of a profile is not said of these cookies
        known, sources = Settings.explain(variables, in_profile=False, **arguments)
    profile = find_profile(known.profile, variables) if kind == "profile" else None
    if profile is not None and "catalog" not in sources:
        known, sources = known.replace(catalog=profile.catalog), {**sources, "catalog": f"profile {profile.name!r}"}
    signs = Origin("session", _show(kind, profile), source)
    return Resolved(kind, known, (signs, *_explain(known, sources)), profile)


def open_sign_in(
    resolved: Resolved, cookies: Cookies | None = None, *, environ: Mapping[str, str] | None = None
) -> SignedIn:
    """Open the session that ``resolve`` has found: read cookies, run the command, or load it.

    Nothing is sent. Raises ``CredentialsError``, which says what is wrong with the one that was chosen: no other one is
    tried then.
    """
    from .saved_session import make_session  # whoever only asks where the catalogue is needs none of this
    from .session_store import SessionStore

    try:
        if resolved.kind in ("cookies", "environment"):
            credentials = Credentials.load(cookies, tld=resolved.settings.tld, environ=environ)
            session = make_session(credentials, "pasted", expires=credentials.expires)
            return SignedIn(session, credentials, None, resolved)
    finally:
        cookies = environ = None  # a traceback may show what stands in here
    store = None if resolved.profile is None else SessionStore(resolved.profile)
    session = _run_command(resolved.settings) if store is None else _load(store, resolved.settings.tld)
    # a device that was registered may have no cookies yet: they are minted before the first request
    credentials = session.credentials() if session.cookies else Credentials(session.region, {})
    return SignedIn(session, credentials, store, resolved)


def _run_command(settings: Settings) -> SavedSession:
    from .cookie_command import parse_command, run_command

    shell, timeout = settings.cookie_command_shell, settings.cookie_command_timeout
    command = parse_command(settings.cookie_command or "", shell=shell, timeout=timeout)
    return run_command(command, tld=settings.tld)


def _load(store: SessionStore, tld: str | None) -> SavedSession:
    try:
        session = store.load()
    except NotSignedIn as error:
        if store.profile.name != DEFAULT_PROFILE:
            raise
        problem = NotSignedIn(f"no cookies. {error}\n{WAYS}")
    else:
        check_marketplace_named(store.profile, session.marketplace, tld)
        return session
    raise problem


def check_marketplace_named(profile: Profile, marketplace: str, tld: str | None) -> None:
    """Check that ``tld``, where somebody named one, is the marketplace of the profile.

    Raises ``WrongProfile`` and ``UnknownMarketplace``.
    """
    if tld is None or region_for(tld) == region_for(marketplace):
        return
    raise WrongProfile(
        f"the profile {profile.name!r} is of amazon.{marketplace}, not of "
        f"amazon.{region_for(tld).tld} as tld= says: leave it out, or choose another profile"
    )


def _choose(
    given: bool, settings: Settings, sources: Mapping[str, str], environ: Mapping[str, str]
) -> tuple[Kind, str]:
    """Go down ``ORDER``: what signs, and what says so."""
    named, commanded = sources.get("profile", ""), sources.get("cookie_command", "")
    if given and named == ARGUMENTS:
        raise InvalidInput("give cookies= or profile=, not both: a profile has its own session")
    steps: tuple[tuple[bool, Kind, str], ...] = (
        (given, "cookies", ARGUMENTS),
        (named == ARGUMENTS, "profile", ARGUMENTS),
        (commanded == ARGUMENTS, "command", ARGUMENTS),
        (named == ENVIRONMENT, "profile", ENVIRONMENT),
        (has_cookies(environ), "environment", ENVIRONMENT),
        (commanded == ENVIRONMENT, "command", ENVIRONMENT),
        (bool(named), "profile", named),
        (bool(commanded), "command", commanded),
    )
    return next(((kind, source) for there, kind, source in steps if there), ("profile", DEFAULT))


def _show(kind: Kind, profile: Profile | None) -> str:
    if profile is not None:
        return f"profile {profile.name!r}"
    return {"cookies": "cookies", "environment": "cookies in the environment", "command": "cookie_command"}[kind]


def _explain(settings: Settings, sources: Mapping[str, str]) -> list[Origin]:
    origins = []
    for each in fields(settings):
        value = getattr(settings, each.name)
        shown = HIDDEN[each.name] if each.name in HIDDEN and value is not None else str(value)
        origins.append(Origin(each.name, shown, sources.get(each.name, DEFAULT)))
    return sorted(origins, key=lambda origin: origin.source == DEFAULT)
