"""A question is data: the fact it is about, the request, what is documented, and a pure check of the reply."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

import msgspec

from ..model.regions import Host
from ..wire.bounds import MAX_REPLY
from ..wire.call import Response

Learned = Mapping[str, str]
"""What earlier replies taught: ids to ask about, by the names that stand in paths and parameters."""
_PLACE = re.compile(r"\{(\w+)\}")
_NEEDED = {
    "root": "a root folder",
    "owner": "an owner",
    "photo": "a photo",
    "video": "a video",
    "live": "a live photo among the newest photos",
    "album": "an album",
    "token": "a token",
    "small": "a photo with an MD5",
    "year": "a photo with a capture date",
    "month": "a photo with a capture date",
    "day": "a photo with a capture date",
    "created": "a photo",
    "md5": "a photo with an MD5",
    "extension": "a photo",
}
"""What a question that needs something lacks where there is none."""


class ProbeOutcome(StrEnum):
    """What became of a question."""

    AS_DOCUMENTED = "as_documented"
    """The service answers as written down."""
    DIFFERS = "differs"
    """It answers otherwise."""
    NOT_ASKED = "not_asked"
    """The library has nothing to ask it about, its host did not answer, or the probe had ended by then."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found out about a fact. ``seen`` is redacted: it can be shown to anybody."""

    fact: str
    outcome: ProbeOutcome
    expected: str
    seen: str = ""


class Differs(Exception):
    """The reply is not as documented; the text says what is seen in its place, in words anybody may read."""


class NothingToSee(Exception):
    """The reply has nothing that the fact is about; the text says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A GET request. ``{photo}`` and the like in path and parameters stand for what earlier replies taught."""

    path: str
    host: Host = Host.DRIVE
    params: Mapping[str, str | int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    most: int = MAX_REPLY
    """Bytes that the reply may have."""
    may_refuse: bool = False
    """Nobody has shown that cookies will do here: a 401 is an answer, and not the end of the session."""

    def fill(self, known: Learned) -> Ask:
        """Put what is known in its places. Raises ``NothingToSee`` for what is not."""

        def fill(text: str) -> str:
            return _PLACE.sub(lambda found: _look_up(known, found[1]), text)

        params = {name: fill(value) if isinstance(value, str) else value for name, value in self.params.items()}
        return replace(self, path=fill(self.path), params=params)

    @property
    def key(self) -> tuple[object, ...]:
        """What two questions have in common that can share a reply."""
        return self.host, self.path, *sorted(self.params.items()), *sorted(self.headers.items())


def _look_up(known: Learned, name: str) -> str:
    if name not in known:
        raise NothingToSee(f"there is no {_NEEDED[name].removeprefix('a ').removeprefix('an ')}")
    return known[name]


@dataclass(frozen=True)
class Seen:
    """A reply as checks look at it, beside what was known before."""

    reply: Response
    known: Learned
    redirected: bool = False
    """Whether another address was named on the way."""

    @cached_property
    def json(self) -> Any:
        """The body. Raises ``Differs`` if it is no JSON."""
        try:
            return msgspec.json.decode(self.reply.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise Differs("no JSON") from None


Check = Callable[[Seen], None]
"""Raises ``Differs`` or ``NothingToSee``; what else it stumbles over counts as another shape."""


def _learn_nothing(seen: Seen) -> Learned:
    return {}


def see_nothing(seen: Seen) -> None:
    """Look no further: the status is all that is documented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One fact. ``statuses`` are part of what is documented; ``check`` is called for a reply that has one of them."""

    fact: str
    """Its id: a row of docs/api.md."""
    ask: Ask
    documented: str
    check: Check = see_nothing
    statuses: tuple[int, ...] = (200,)
    learn: Callable[[Seen], Learned] = _learn_nothing
    """What a reply teaches for later questions; ids and the like, checked."""
