"""Text that people keep cookies in -> cookies.

::

    header      Cookie: session-id=…; at-main=Atza|…          also without "Cookie:", and as a line for each
    JSON        {"at-main": …}  [{"name": …, "value": …, "domain": …}]  {"cookies": […]}
    Netscape    cookies.txt of browser extensions, curl and wget, with its #HttpOnly_ lines
    table       rows copied out of a browser's developer tools: name, value, domain …, with tabs between

Names are read in either spelling (``at_main``, ``at-main``) and given with hyphens.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, SupportsIndex

from ..errors import CredentialsError

_PAIR = re.compile(r"(?i)(?:^|[\s;])(?:session|at|ubid)[-_][a-z]+\s*=")
_OF_AMAZON = re.compile(r"(?:^|\.)amazon\.[a-z.]+$")


@dataclass(frozen=True, slots=True)
class Cookie:
    """``domain`` is "" where the text doesn't say."""

    name: str
    value: str = field(repr=False)
    domain: str = ""

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a cookie cannot be pickled or copied")


def is_text(given: str) -> bool:
    """Tell whether this is cookies themselves rather than the name of a file."""
    return "\n" in given or "\t" in given or given.lstrip()[:1] in ("[", "{") or bool(_PAIR.search(given))


def read(text: str) -> list[Cookie]:
    """Read every cookie of Amazon's, and those of no stated domain, in any of the formats above.

    Raises ``CredentialsError`` for broken JSON.
    """
    text = text.removeprefix("\ufeff")
    if text.lstrip()[:1] in ("[", "{"):
        return clean(_from_json(text))
    return clean(_from_rows(text) if "\t" in text else _from_header(text))


def from_mapping(cookies: Mapping[str, str]) -> list[Cookie]:
    """Make cookies of their names and values."""
    return clean(Cookie(name, value) for name, value in cookies.items())


def clean(cookies: Iterable[Cookie]) -> list[Cookie]:
    """Clean cookies: hyphens in names, nothing around values, nothing empty, nothing of other sites."""
    tidy = (
        Cookie(c.name.strip().lower().replace("_", "-"), _bare(c.value), c.domain.strip().lower().lstrip("."))
        for c in cookies
    )
    return [c for c in tidy if c.value and (not c.domain or _OF_AMAZON.search(c.domain))]


def _bare(value: str) -> str:
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1].strip() if quoted else value


def _from_header(text: str) -> Iterator[Cookie]:
    for part in re.split(r"[;\n]", re.sub(r"(?i)^\s*cookie:", "", text)):
        name, equals, value = part.partition("=")
        if equals:
            yield Cookie(name.strip().removeprefix("export "), value)


def _from_json(text: str) -> list[Cookie]:
    try:
        found: Any = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        place = f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "too deep"
        raise CredentialsError(f"these cookies are no JSON ({place})") from None
    if isinstance(found, dict):
        found = found.get("cookies", found)
    if isinstance(found, dict):
        return [Cookie(name, value) for name, value in found.items() if isinstance(value, str)]
    entries = [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
    return [
        Cookie(entry["name"], entry["value"], str(entry.get("domain") or ""))
        for entry in entries
        if isinstance(entry.get("name"), str) and isinstance(entry.get("value"), str)
    ]


def _from_rows(text: str) -> Iterator[Cookie]:
    for line in text.splitlines():
        parts = line.removeprefix("#HttpOnly_").split("\t")
        if len(parts) >= 7 and parts[1].upper() in ("TRUE", "FALSE"):
            yield Cookie(parts[5], parts[6], parts[0])
        elif len(parts) >= 2 and not line.startswith("#"):
            yield Cookie(parts[0], parts[1], parts[2] if len(parts) > 2 and "." in parts[2] else "")
