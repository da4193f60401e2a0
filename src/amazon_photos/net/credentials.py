"""Cookies, in every spelling and from every place people keep them.

On the wire the names have hyphens; people also write underscores, because environment variables need them.
Both are read, only hyphens are sent. Values never appear in a message or a ``repr``.
"""

from __future__ import annotations

import difflib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import CredentialsError
from ..wire.regions import REGIONS, Region, region_for, region_for_suffix

Cookies = Mapping[str, str] | str | os.PathLike[str]

_WHERE = (
    "In a browser that is signed in to Amazon Photos: developer tools (F12) > Application or Storage > Cookies. "
    "at-… is HttpOnly: a page script cannot read it, the developer tools can."
)
_WAYS = """no cookies. There are three ways to give them:
  1. AmazonPhotos(cookies={"session-id": …, "ubid-main": …, "at-main": …})   (outside the US: ubid-acbca, at-acbca …)
  2. the environment: session_id, ubid_main, at_main (outside the US: ubid_acbca, at_acbca …), and AmazonPhotos(tld="ca")
  3. AmazonPhotos(cookies="cookies.txt"): a file that a browser extension exported, or the text of a Cookie header
No account at hand? `make demo`, or `amazon-photos emulator`, runs a small Amazon Photos on this machine."""
_PART = re.compile(r"(at|ubid)-(main|acb[a-z]{2})\Z")
_USEFUL = re.compile(r"(session-id|session-id-time|session-token|(at|ubid|x|sess-at|sst)-(main|acb[a-z]{2}))\Z")
_BAD = re.compile(r"[\x00-\x1f\x7f;]")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Cookies that can sign a request, with hyphens in their names, and the marketplace they belong to."""

    region: Region
    cookies: Mapping[str, str] = field(repr=False)

    @property
    def session_id(self) -> str:
        return self.cookies["session-id"]

    @classmethod
    def load(
        cls, cookies: Cookies | None = None, *, tld: str | None = None, environ: Mapping[str, str] | None = None
    ) -> Credentials:
        """Cookies from an argument, or else from the environment.

        Raises ``CredentialsError``, which names what is missing or misspelled and where to find it, and
        ``UnknownMarketplace``.
        """
        found = _read(cookies) if cookies is not None else _from_environment(os.environ if environ is None else environ)
        if not found:
            raise CredentialsError(_WAYS)
        region = _region(found, region_for(tld) if tld else None)
        _complete(found, region)
        kept = {name: _value(name, value) for name, value in found.items() if _belongs(name, region)}
        return cls(region, kept)


def _read(cookies: Cookies) -> dict[str, str]:
    if isinstance(cookies, Mapping):
        bad = [name for name, value in cookies.items() if not isinstance(name, str) or not isinstance(value, str)]
        if bad:
            raise CredentialsError(f"cookie names and values must be text; these are not: {', '.join(map(repr, bad))}")
        return _hyphened(cookies)
    text = os.fspath(cookies)
    if isinstance(cookies, str) and "=" in text and "\n" not in text and not Path(text).exists():
        return _hyphened(_from_header(text))
    try:
        content = Path(text).read_text("utf-8") if "\n" not in text else text
    except (OSError, UnicodeDecodeError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise CredentialsError(f"cannot read cookies from that file: {why}") from None
    return _hyphened(_from_text(content))


def _from_text(text: str) -> dict[str, str]:
    if text.lstrip()[:1] in "[{":
        return _from_json(text)
    if "\t" in text:
        return _from_netscape(text)
    return _from_header(" ".join(text.split()))


def _from_header(text: str) -> dict[str, str]:
    text = re.sub(r"(?i)^\s*cookie:\s*", "", text)
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip(): value.strip() for name, equals, value in pairs if equals}


def _from_json(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise CredentialsError(f"these cookies are no JSON (line {error.lineno}, column {error.colno})") from None
    if isinstance(found, dict):
        found = found.get("cookies", found)
    if isinstance(found, dict):
        return {str(name): str(value) for name, value in found.items()}
    return {
        str(entry["name"]): str(entry.get("value", ""))
        for entry in found
        if isinstance(entry, dict) and isinstance(entry.get("name"), str)
    }


def _from_netscape(text: str) -> dict[str, str]:
    lines = (line.removeprefix("#HttpOnly_").split("\t") for line in text.splitlines() if not line.startswith("# "))
    return {parts[5]: parts[6].strip() for parts in lines if len(parts) >= 7}


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    candidates = {name.lower().replace("_", "-"): value for name, value in environ.items() if value}
    return {name: value for name, value in candidates.items() if _USEFUL.match(name)}


def _hyphened(cookies: Mapping[str, str]) -> dict[str, str]:
    return {name.strip().lower().replace("_", "-"): value.strip() for name, value in cookies.items() if value.strip()}


def _region(found: Mapping[str, str], wanted: Region | None) -> Region:
    suffixes = sorted({match[2] for name in found if (match := _PART.match(name))})
    if wanted:
        if suffixes and wanted.suffix not in suffixes:
            theirs = ", ".join(f"amazon.{r.tld}" for s in suffixes if (r := region_for_suffix(s))) or ", ".join(
                suffixes
            )
            raise CredentialsError(f"these cookies are for {theirs}, not for amazon.{wanted.tld} as tld= says")
        return wanted
    whole = [s for s in suffixes if f"at-{s}" in found and f"ubid-{s}" in found] or suffixes
    if len(whole) > 1:
        raise CredentialsError(f"cookies of several marketplaces ({', '.join(whole)}): choose one with tld=")
    if not whole:
        return REGIONS["com"]  # only used to say what is missing
    region = region_for_suffix(whole[0])
    if region is None:
        raise CredentialsError(
            f"no known marketplace has cookies that end in {whole[0]!r}: give tld=, such as tld='ca'"
        )
    return region


def _complete(found: Mapping[str, str], region: Region) -> None:
    needed = ("session-id", f"ubid-{region.suffix}", f"at-{region.suffix}")
    missing = [name for name in needed if name not in found]
    if not missing:
        return
    lines = [f"missing {'cookie' if len(missing) == 1 else 'cookies'}: {', '.join(missing)} (for amazon.{region.tld})."]
    for name in missing:
        near = difflib.get_close_matches(name, [n for n in found if n not in needed], n=1, cutoff=0.75)
        if near:
            lines.append(f"{near[0]!r} was given: did you mean {name!r}?")
    raise CredentialsError("\n".join([*lines, _WHERE]))


def _belongs(name: str, region: Region) -> bool:
    useful = _USEFUL.match(name)
    return bool(useful) and (useful[3] is None or useful[3] == region.suffix)  # type: ignore[index]  # it matched


def _value(name: str, value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = value[1:-1]
    if _BAD.search(value) or not value.isascii():
        raise CredentialsError(f"the value of {name} holds characters that no cookie has; copy it again. {_WHERE}")
    return value
