"""Where ``login`` takes cookies from: a browser, a file, standard input, what is pasted, or a command.

::

    firefox                     a browser of this machine; the one place in it that has a sign-in to Amazon
    firefox:work                its profile "work", outside of containers if somebody is signed in there
    firefox:work::Shopping      that profile's container "Shopping"; firefox::Shopping, of any profile
    paste                       asked for at the terminal, shown nowhere
    command                     the cookie_command of the settings
    -                           standard input
    anything else               a file
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from ...auth import cookie_formats
from ...auth.browsers import BROWSERS, CookieSource, list_sources, read_session
from ...auth.cookie_command import parse_command, run_command
from ...auth.credentials import Credentials
from ...auth.saved_session import SavedSession, make_session
from ...errors import BrowserUnreadable, CredentialsError, InvalidInput
from ...files.paths import expand_path
from ...settings import Settings
from .. import terminal

PASTE, COMMAND, INPUT = "paste", "command", "-"
MAX_INPUT = 1 << 20
_NO_COOKIES = (
    "no cookies of Amazon's in {where}: it must be what a browser extension exported (Netscape or JSON), the text of a "
    "Cookie header, or a request copied out of the developer tools (Copy as cURL)"
)


def choose_way(settings: Settings, login: str) -> SavedSession:
    """Ask which way to sign in, cookies first, and take the session from there.

    Raises ``InvalidInput`` where there is nobody to ask, with the commands that ask nothing.
    """
    if not terminal.is_there():
        raise InvalidInput(
            f"there is no terminal here to ask which way: `{login} --from firefox` (or another browser), `--from FILE` "
            "for a cookie file, `--from -` for standard input, or `--from command`"
        )
    places = [source for source in list_sources() if _may_sign_in(source, settings.tld)]
    others = {
        PASTE: "paste cookies, a cookie file's text, or a request (Copy as cURL)",
        "": "a cookie file that a browser extension exported",
        COMMAND: "a command that prints the cookies",
    }
    chosen = terminal.choose("Where are you signed in to Amazon Photos?", [*map(_describe, places), *others.values()])
    if chosen < len(places):
        return _read_browser(places[chosen], settings)
    where = list(others)[chosen - len(places)] or terminal.ask("File")
    if where == COMMAND and not settings.cookie_command:
        settings = settings.replace(cookie_command=terminal.ask("Command"))
    return take_session(where, settings, login)


def take_session(where: str, settings: Settings, login: str) -> SavedSession:
    """Take a session from where ``--from`` says; nothing is sent.

    Raises ``InvalidInput`` where somebody would have to be asked and nobody is there, and ``CredentialsError``.
    """
    browser, _, rest = where.partition(":")
    if browser in BROWSERS:
        return _read_browser(_choose_source(browser, rest, settings, login), settings)
    if where == COMMAND:
        return _run_command(settings)
    if where == PASTE or (where == INPUT and terminal.is_there()):
        return _read_text(_ask_for_cookies(login), "what was pasted", settings)
    if where == INPUT:
        return _read_text(_read_input(), "standard input", settings)
    if cookie_formats.is_text(where):
        raise InvalidInput(f"--from takes no cookies, which others would see there: `{login} --from -` reads them")
    path = Path(expand_path("--from", where))
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise InvalidInput(
            f"there is no file {where!r}, and no browser is called so: --from takes {', '.join(BROWSERS)}, {PASTE}, "
            f"{COMMAND}, {INPUT} for standard input, or a cookie file"
        ) from None
    except OSError:  # reading it tells why
        pass
    credentials = Credentials.load(path, tld=settings.tld)
    return make_session(credentials, "pasted", expires=credentials.expires)


def _ask_for_cookies(login: str) -> str:
    if not terminal.is_there():
        raise InvalidInput(f"there is no terminal here to paste into: `{login} --from -` reads standard input")
    return terminal.read_hidden("Paste, then press Enter twice (nothing is shown): ", lines=True)


def _read_input() -> str:
    if sys.stdin is None:  # it was closed
        return ""
    try:
        return sys.stdin.buffer.read(MAX_INPUT).decode("utf-8-sig")
    except (UnicodeDecodeError, OSError):
        return ""  # no text, and so no cookies


def _read_text(text: str, where: str, settings: Settings) -> SavedSession:
    cookies = cookie_formats.read(text)
    text = ""  # a traceback may show what stands in here
    if not cookies:
        raise CredentialsError(_NO_COOKIES.format(where=where))
    credentials = Credentials.of_cookies(cookies, tld=settings.tld)
    return make_session(credentials, "pasted", expires=credentials.expires)


def _run_command(settings: Settings) -> SavedSession:
    if not settings.cookie_command:
        raise InvalidInput(
            "there is no command: name it with --command, or with cookie_command in the config file "
            "(AMAZON_PHOTOS_COOKIE_COMMAND in the environment)"
        )
    command = parse_command(
        settings.cookie_command, shell=settings.cookie_command_shell, timeout=settings.cookie_command_timeout
    )
    return run_command(command, tld=settings.tld)


# --- browsers --------------------------------------------------------------------------------------------------


def _read_browser(source: CookieSource, settings: Settings) -> SavedSession:
    tld = settings.tld
    if tld is None and len(source.marketplaces or ()) > 1 and source.marketplaces and terminal.is_there():
        names = [f"amazon.{each}" for each in source.marketplaces]
        tld = source.marketplaces[terminal.choose("Which Amazon has your photos?", names)]
    return read_session(source, tld=tld)


def _choose_source(browser: str, rest: str, settings: Settings, login: str) -> CookieSource:
    """The place in a browser that is meant: the only one, or the one that is named or chosen."""
    found = list_sources(browser)
    if not found:
        raise BrowserUnreadable(f"there is no {browser} here that has cookies: sign in there, or choose another way")
    profile, _, container = rest.partition("::") if not rest.startswith(":") else ("", "", rest[1:])
    named = [each for each in found if profile in ("", each.profile.name) and container in ("", each.container)]
    places = [each for each in named if _may_sign_in(each, settings.tld)]
    if profile and not container:  # as _spell spells what is in no container
        places = [each for each in places if not each.container] or places
    if len(places) == 1:
        return places[0]
    if not places:
        raise BrowserUnreadable(_explain_none(browser, rest, named or found, bool(named), settings.tld))
    if terminal.is_there():
        return places[terminal.choose("Which one?", list(map(_describe, places)))]
    commands = "".join(f"\n  {login} --from '{_spell(each)}'" for each in places)
    raise InvalidInput(f"{browser} has {len(places)} sign-ins to Amazon: choose one{commands}")


def _may_sign_in(source: CookieSource, tld: str | None) -> bool:
    """Of a browser that was not looked into, nobody knows."""
    return source.marketplaces is None or (bool(source.marketplaces) if tld is None else tld in source.marketplaces)


def _describe(source: CookieSource) -> str:
    where = ", ".join(f"amazon.{tld}" for tld in source.marketplaces or ())
    return f"{source.title} ({where})" if where else source.title


def _spell(source: CookieSource) -> str:
    return f"{source.browser}:{source.profile.name}" + (f"::{source.container}" if source.container else "")


def _explain_none(browser: str, rest: str, seen: Sequence[CookieSource], named: bool, tld: str | None) -> str:
    there = ", ".join(sorted({_spell(each) for each in seen}))
    if rest and not named:
        return f"{browser} has no {rest!r} here; there are: {there}"
    where = "Amazon" if tld is None else f"amazon.{tld}"
    return f"nobody is signed in to {where} in {there}: sign in to Amazon Photos there first, or choose another way"
