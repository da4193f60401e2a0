"""What signing in gives: cookies that were minted, and the tokens that mint them. All of it secret."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn, SupportsIndex


class NotCopied:
    """Holds secrets, so that it cannot be pickled or copied. Its secret fields are in no ``repr``."""

    __slots__ = ()

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} holds secrets: it cannot be pickled or copied")


@dataclass(frozen=True, slots=True)
class MintedCookie(NotCopied):
    """A cookie as Amazon gives it out; ``expires`` is None where it doesn't say."""

    name: str
    value: str = field(repr=False)
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Registered(NotCopied):
    """What registering this device gave. ``cookies`` may be empty: they can be minted at any time."""

    refresh_token: str = field(repr=False)
    cookies: tuple[MintedCookie, ...] = field(default=(), repr=False)
    access_token: AccessToken | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class AccessToken(NotCopied):
    """Opens the account for ``seconds``, an hour."""

    value: str = field(repr=False)
    seconds: float
