"""Cookies that can sign a request, from every place people keep them.

On the wire the names have hyphens; people also write underscores, because environment variables need them.
Both are read, only hyphens are sent. Values never appear in a message, a traceback or a ``repr``.
"""

from __future__ import annotations

import difflib
import os
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, SupportsIndex

from ..errors import CredentialsError, InvalidInput, LocalFileError, UnknownMarketplace
from ..files.paths import expand_path
from ..files.regular import read_text
from ..model.regions import REGIONS, Region, region_for, region_for_country, region_for_suffix
from . import cookie_formats
from .cookie_formats import Cookie

Cookies = Mapping[str, str] | str | os.PathLike[str] | Iterable[Any]
"""Names and values, text or a file in any of the ``cookie_formats``, a list of dicts, or a CookieJar."""

_WHERE = (
    "In a browser that is signed in to Amazon Photos: developer tools (F12) > Application or Storage > Cookies. "
    "at-… is HttpOnly: a page script cannot read it, the developer tools can."
)
WAYS = """There are three ways to give them:
  1. AmazonPhotos(cookies={"session-id": …, "ubid-main": …, "at-main": …})   (outside the US: ubid-acbca, at-acbca …)
  2. the environment: session_id, ubid_main, at_main                         (outside the US: ubid_acbca, at_acbca …)
  3. AmazonPhotos(cookies="cookies.txt"): a file that a browser extension exported, or the text of a Cookie header
No account at hand? `make demo`, or `amazon-photos emulator`, runs a small Amazon Photos on this machine."""
_IN_ENVIRONMENT = "The environment has {there}, but not {missing}: set all three, or unset {there} to use a profile."
_FILE = "It must be what a browser extension exported (Netscape or JSON), or the text of a Cookie header."
_PART = re.compile(r"(at|ubid)-(main|acb[a-z]{2})\Z")
_USEFUL = re.compile(r"(?:session-id|session-id-time|session-token|(?:at|ubid|x|sess-at|sst)-(main|acb[a-z]{2}))\Z")
_OF_MARKETPLACE = re.compile(r"(?:at|ubid|x|sess-at|sst)-(main|acb[a-z]{2})\Z")
_LANGUAGE = re.compile(r"[a-z]{2}_([A-Z]{2})\Z")
_BAD = re.compile(r"[^\x20-\x7e]|;")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Cookies that can sign a request, with hyphens in their names, and the marketplace they belong to."""

    region: Region
    cookies: Mapping[str, str] = field(repr=False)
    elsewhere: tuple[str, ...] = ()
    """Other marketplaces that the account may be of, and what says so: "amazon.ca (at-acbca)"."""
    expires: Mapping[str, datetime] = field(default_factory=dict, compare=False)
    """When each cookie ends, by name, where that was said."""

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("credentials are cookies: they cannot be pickled or copied")

    @property
    def session_id(self) -> str:
        return self.cookies["session-id"]

    @classmethod
    def load(
        cls, cookies: Cookies | None = None, *, tld: str | None = None, environ: Mapping[str, str] | None = None
    ) -> Credentials:
        """Load cookies from an argument, or else from the environment.

        Raises ``CredentialsError``, which names what is missing or misspelled and where to find it, and
        ``UnknownMarketplace``.
        """
        try:
            wanted = region_for(tld) if tld else None
            found = _read_given(cookies) if cookies is not None else _from_environment(environ)
            return cls._of(found, wanted, "" if cookies is not None else _IN_ENVIRONMENT)
        except (CredentialsError, UnknownMarketplace) as error:
            problem = error
        cookies = environ = None  # a traceback may show what stands in here
        raise problem.with_traceback(None)

    @classmethod
    def of_cookies(cls, cookies: Iterable[Cookie], *, tld: str | None = None) -> Credentials:
        """Choose those of one marketplace among cookies that were read. Raises as ``load``."""
        return cls._of(list(cookies), region_for(tld) if tld else None)

    @classmethod
    def _of(cls, found: list[Cookie], wanted: Region | None, where: str = "") -> Credentials:
        living = [cookie for cookie in found if not cookie_formats.is_expired(cookie, time.time())]
        region = _region(living or found, wanted)
        ended = {c.name: c.expires for c in found if c not in living and c.expires is not None}
        complete = _complete(living, region, ended, where)
        expires = {c.name: datetime.fromtimestamp(c.expires, UTC) for c in complete if c.expires is not None}
        return cls(region, {c.name: c.value for c in complete}, _elsewhere(living, region), expires)


def _read_given(cookies: Cookies) -> list[Cookie]:
    cookies = getattr(cookies, "jar", cookies)  # of httpx
    if hasattr(cookies, "_cookies") and isinstance(cookies, Iterable):  # a jar; that of requests is a mapping as well
        found = cookie_formats.from_objects(list(cookies))
    elif isinstance(cookies, Mapping) and any(hasattr(value, "coded_value") for value in cookies.values()):
        found = cookie_formats.from_objects(cookies.values())
    elif isinstance(cookies, Mapping):
        bad = [name for name, value in cookies.items() if not isinstance(name, str) or not isinstance(value, str)]
        if bad:
            raise CredentialsError(f"cookie names and values must be text; these are not: {', '.join(map(repr, bad))}")
        found = cookie_formats.from_mapping(cookies)
    elif isinstance(cookies, str) and (cookie_formats.is_text(cookies) or not cookies.strip()):
        found = cookie_formats.read(cookies)
    elif isinstance(cookies, str | os.PathLike):
        found = _from_file(cookies)
    elif isinstance(cookies, Iterable) and not isinstance(cookies, bytes | bytearray):
        found = cookie_formats.from_objects(list(cookies))
    else:
        raise CredentialsError(
            f"cookies must be a mapping, text, the path of a file, a list of dicts or a CookieJar, not "
            f"{type(cookies).__name__}"
        )
    if not found:
        raise CredentialsError(f"no cookies. {WAYS}")
    return found


def _from_file(path: str | os.PathLike[str]) -> list[Cookie]:
    try:
        text = read_text(Path(expand_path("cookies", path)))
    except InvalidInput as error:  # a path that none can be, or no home for its ~
        raise CredentialsError(str(error)) from None
    except LocalFileError as error:
        raise CredentialsError(f"cannot read cookies from that file: {error}") from None
    except UnicodeDecodeError:
        raise CredentialsError(f"cannot read cookies from that file: it is no text. {_FILE}") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise CredentialsError(f"cannot read cookies from that file: {why}") from None
    if found := cookie_formats.read(text):
        return found
    raise CredentialsError(f"no cookies of Amazon's in that file. {_FILE}")


def has_cookies(environ: Mapping[str, str]) -> bool:
    """Tell whether cookies stand in the environment, be they whole or not.

    A session_id alone is none: other programs have one too.
    """
    return any(_PART.match(cookie.name) for cookie in cookie_formats.from_mapping(environ))


def _from_environment(environ: Mapping[str, str] | None) -> list[Cookie]:
    variables = os.environ if environ is None else environ
    if not has_cookies(variables):
        raise CredentialsError(f"no cookies. {WAYS}")
    return [c for c in cookie_formats.from_mapping(variables) if _USEFUL.match(c.name)]


def find_suffixes(names: Iterable[str]) -> list[str]:
    """Find the suffixes of the marketplaces whose cookies are whole, or else of those that have any."""
    known = set(names)
    suffixes = sorted({match[2] for name in known if (match := _PART.match(name))})
    return [s for s in suffixes if f"at-{s}" in known and f"ubid-{s}" in known] or suffixes


def _region(found: Iterable[Cookie], wanted: Region | None) -> Region:
    names = {c.name for c in found}
    suffixes = sorted({match[2] for name in names if (match := _PART.match(name))})
    if wanted:
        if suffixes and wanted.suffix not in suffixes:
            theirs = [f"amazon.{r.tld}" if (r := region_for_suffix(s)) else s for s in suffixes]
            raise CredentialsError(
                f"these cookies are for {', '.join(theirs)}, not for amazon.{wanted.tld} as tld= says"
            )
        return wanted
    whole = find_suffixes(names)
    if len(whole) > 1:
        raise CredentialsError(f"cookies of several marketplaces ({', '.join(whole)}): choose one with tld=")
    if not whole:
        return REGIONS["com"]  # only used to say what is missing
    region = region_for_suffix(whole[0])
    if region is None:
        raise CredentialsError(
            f"no known marketplace has cookies that end in {whole[0]!r}: give tld=; known are {_suffixes()}"
        )
    return region


def _elsewhere(found: Iterable[Cookie], region: Region) -> tuple[str, ...]:
    """Whose cookies are there too, then the country of the language that is set (``lc-main=en_GB``)."""
    others: dict[str, str] = {}
    for cookie in found:
        if (match := _OF_MARKETPLACE.match(cookie.name)) and (other := region_for_suffix(match[1])):
            others.setdefault(other.tld, cookie.name)
    for cookie in found:
        language = _LANGUAGE.match(cookie.value) if cookie.name == f"lc-{region.suffix}" else None
        if language and (other := region_for_country(language[1])):
            others.setdefault(other.tld, cookie.name)
    return tuple(f"amazon.{tld} ({why})" for tld, why in others.items() if tld != region.tld)


def _suffixes() -> str:
    return ", ".join(f"{region.suffix} (amazon.{tld})" for tld, region in REGIONS.items())


def _complete(
    found: Iterable[Cookie], region: Region, ended: Mapping[str, float] | None = None, where: str = ""
) -> list[Cookie]:
    """The cookies that belong. A browser's export has a session-id for each marketplace: theirs tell by the domain."""
    site = f"amazon.{region.tld}"
    of_site = [c for c in found if not c.domain or c.domain == site or c.domain.endswith(f".{site}")]
    _say_what_is_missing({c.name for c in of_site}, region, ended or {}, where)
    ours = [c for c in of_site if belongs(c.name, region)]
    for cookie in ours:  # what others are worth is no matter of ours: nobody sends them
        if _BAD.search(cookie.value):
            raise CredentialsError(
                f"the value of {cookie.name} holds characters that no cookie has; copy it again. {_WHERE}"
            )
    return list({c.name: c for c in ours}.values())


def _say_what_is_missing(names: set[str], region: Region, ended: Mapping[str, float], where: str) -> None:
    needed = ("session-id", f"ubid-{region.suffix}", f"at-{region.suffix}")
    missing = [name for name in needed if name not in names]
    if not missing:
        return
    lines = [f"missing {'cookie' if len(missing) == 1 else 'cookies'}: {', '.join(missing)} (for amazon.{region.tld})."]
    if where:
        there = [name.replace("-", "_") for name in needed if name in names]
        lines.append(where.format(there=" and ".join(there), missing=" and ".join(missing).replace("-", "_")))
    for name in missing:
        if name in ended:
            when = datetime.fromtimestamp(ended[name], UTC)
            lines.append(f"{name} is there, but it expired on {when:%Y-%m-%d}: sign in there and export them again.")
            continue
        others = sorted(n for n in names if n not in needed and not _USEFUL.match(n))
        if near := difflib.get_close_matches(name, others, n=1, cutoff=0.75):
            lines.append(f"{near[0]!r} was given: did you mean {name!r}?")
    raise CredentialsError("\n".join([*lines, _WHERE]))


def belongs(name: str, region: Region) -> bool:
    """Tell whether a cookie of that name signs requests of a marketplace."""
    useful = _USEFUL.match(name)
    return useful is not None and useful[1] in (None, region.suffix)
