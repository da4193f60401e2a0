"""Cookies of Chromium and its kin on Linux and macOS, by ``rookie-cookies`` (extra ``browser``).

They are encrypted with a key in the system's keyring, which may ask the user. On Windows they are bound to the browser
since Chrome 127: another program gets at them only by injecting itself into a browser, which we don't do and which
endpoint security flags. So there it is said what can be done instead, and the library is always told not to try.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any

from ..errors import BrowserUnreadable, MissingExtra
from .cookie_formats import Cookie, clean, to_seconds

BROWSERS: Mapping[str, str] = MappingProxyType(
    {
        "chrome": "Chrome",
        "chromium": "Chromium",
        "brave": "Brave",
        "edge": "Edge",
        "vivaldi": "Vivaldi",
        "opera": "Opera",
    }
)
PATIENCE = 60.0
"""Seconds for reading: somebody may have to allow it in a window of the system's."""
_NOT_ON_WINDOWS = (
    "on Windows, {name} binds its cookies to itself (since version 127), and no other program is meant to read them. "
    "Instead: sign in to Amazon Photos in Firefox; or export the cookies with an extension such as Cookie-Editor and "
    "give that file; or copy a request with the developer tools (Network > Copy as cURL) and paste it"
)


@dataclass(frozen=True, slots=True)
class ChromiumProfile:
    """A profile of one of ``BROWSERS``; ``id`` is how the library finds it again."""

    browser: str
    name: str
    id: str
    default: bool = False


def is_available() -> bool:
    """Tell whether anything can be read here: the extra is installed, and this is not Windows."""
    return sys.platform != "win32" and find_spec("rookie_cookies") is not None


def list_profiles(browser: str) -> list[ChromiumProfile]:
    """List the profiles of one of ``BROWSERS``; none where it is not installed. Nothing is decrypted.

    Raises ``BrowserUnreadable`` and ``MissingExtra``.
    """
    library = _load(browser)
    try:
        found = library.browser_profiles(browser, timeout=PATIENCE)
    except library.RookieError as error:
        raise BrowserUnreadable(_explain(browser, error)) from None
    return [
        ChromiumProfile(
            browser, str(each["profile"]["display_name"]), str(each["profile"]["profile_id"]), bool(each["is_default"])
        )
        for each in found
    ]


def read_cookies(profile: ChromiumProfile) -> list[Cookie]:
    """Read Amazon's cookies in a profile, expired ones too.

    The system may ask the user whether that is allowed. Raises ``BrowserUnreadable`` and ``MissingExtra``.
    """
    library = _load(profile.browser)
    try:
        found = library.read(
            browser=profile.browser, profile=profile.id, include_expired=True, timeout=PATIENCE, app_bound="disabled"
        ).as_list()
    except library.RookieError as error:
        raise BrowserUnreadable(_explain(profile.browser, error)) from None
    return clean(
        Cookie(each["name"], each["value"], each["domain"], to_seconds(each["expires"]))
        for each in found
        if "amazon." in each["domain"]
    )


def _load(browser: str) -> Any:
    if sys.platform == "win32":
        raise BrowserUnreadable(_NOT_ON_WINDOWS.format(name=BROWSERS.get(browser, browser)))
    try:
        import rookie_cookies
    except ImportError:
        raise MissingExtra(
            f"reading the cookies of {BROWSERS.get(browser, browser)} needs rookie-cookies: pip install rookie-cookies "
            "(Firefox needs nothing)"
        ) from None
    return rookie_cookies


def _explain(browser: str, error: Any) -> str:
    """Without the library's own words, which hold paths: its code says enough."""
    name = BROWSERS.get(browser, browser)
    if error.code == "no_discovered_source":
        return f"{name} has no cookies here"
    why = error.stop_reason or error.code or error.kind
    return (
        f"cannot read the cookies of {name} ({why}): allow it when the system asks, close the browser and try again, "
        "or export them with an extension such as Cookie-Editor"
    )
