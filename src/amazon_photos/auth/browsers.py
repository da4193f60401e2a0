"""The browsers of this machine as places to take a session from: Firefox first, which every system lets us read."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from ..errors import BrowserUnreadable, InvalidInput
from ..model.regions import region_for_suffix
from . import chromium, firefox
from .chromium import ChromiumProfile
from .cookie_formats import Cookie, is_expired
from .credentials import Credentials, find_suffixes
from .firefox import FirefoxProfile
from .saved_session import SavedSession, make_session

_UNREADABLE = (BrowserUnreadable,)
BROWSERS = ("firefox", *chromium.BROWSERS)


@dataclass(frozen=True, slots=True)
class CookieSource:
    """One place in a browser that has cookies of its own: a profile, or a container of one."""

    browser: str
    profile: FirefoxProfile | ChromiumProfile
    container: str = ""
    """The container's name; "" for none."""
    number: int = 0
    marketplaces: tuple[str, ...] | None = None
    """The tlds of which somebody is signed in there; None where that is not known before it is read."""

    @property
    def title(self) -> str:
        """What people know it by: "Firefox, profile default-release, container Shopping"."""
        name = "Firefox" if self.browser == "firefox" else chromium.BROWSERS[self.browser]
        return f"{name}, profile {self.profile.name}" + (f", container {self.container}" if self.container else "")


def list_sources(browser: str | None = None, environ: Mapping[str, str] | None = None) -> list[CookieSource]:
    """List where a session could be taken from, in every browser or in one.

    What has a sign-in to Amazon comes first. Only Firefox is looked into; of the others the profiles are listed, for
    reading them may ask the user. Without a name, what cannot be read is left out. Raises ``InvalidInput``, and with a
    name ``BrowserUnreadable`` and ``MissingExtra``.
    """
    if browser is not None and browser not in BROWSERS:
        raise InvalidInput(f"browser must be one of {', '.join(map(repr, BROWSERS))}, not {browser!r}")
    found: list[CookieSource] = []
    if browser in (None, "firefox"):
        found += _in_firefox(environ, strict=browser is not None)
    for name in chromium.BROWSERS:
        if browser == name or (browser is None and chromium.is_available()):
            with suppress(*_UNREADABLE if browser is None else ()):
                found += [CookieSource(name, profile) for profile in chromium.list_profiles(name)]
    return sorted(found, key=lambda source: source.marketplaces == ())


def read_session(source: CookieSource, *, tld: str | None = None) -> SavedSession:
    """Read a session out of a browser; nothing is sent.

    Raises ``BrowserUnreadable``, ``MissingExtra``, and ``CredentialsError`` for what is missing or expired there, or
    when it has sign-ins to several marketplaces and ``tld`` does not choose one.
    """
    if isinstance(source.profile, FirefoxProfile):
        cookies = firefox.read_cookies(source.profile).get(source.number, [])
    else:
        cookies = chromium.read_cookies(source.profile)
    if not cookies:
        raise BrowserUnreadable(f"{source.title} has no cookies of Amazon's: sign in to Amazon Photos there first")
    credentials = Credentials.of_cookies(cookies, tld=tld)
    return make_session(credentials, "browser", expires=credentials.expires)


def _in_firefox(environ: Mapping[str, str] | None, *, strict: bool) -> Iterable[CookieSource]:
    for profile in firefox.list_profiles(environ):
        try:
            cookies = firefox.read_cookies(profile)
        except BrowserUnreadable:
            if strict:
                raise
            continue
        for container in firefox.list_containers(profile, cookies):
            marketplaces = _find_marketplaces(cookies[container.number])
            yield CookieSource("firefox", profile, container.name, container.number, marketplaces)


def _find_marketplaces(cookies: Iterable[Cookie]) -> tuple[str, ...]:
    living = {cookie.name for cookie in cookies if not is_expired(cookie, time.time())}
    regions = [region_for_suffix(suffix) for suffix in find_suffixes(living)]
    return tuple(region.tld for region in regions if region)
