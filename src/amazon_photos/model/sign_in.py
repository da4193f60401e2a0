"""Registering a device: what it presents itself as, and what that gives: cookies, and the tokens that mint them.

Amazon registers no third party's device for Photos. This presents itself with the device type of the Alexa app, as the
well-kept clients of Alexa do. Source: code (alexapy 1.33, aioamazondevices 17.2, alexa-cookie2 5.0).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn, SupportsIndex

DEVICE_TYPE = "A2IVLV5VM2W81"
"""The Alexa app's. Photos' own stands in no public source."""
HANDLE = "amzn_dp_project_dee_ios"
"""Which of Amazon's sign-in pages is shown: the Alexa app's."""
APP_NAME, APP_VERSION = "amazon-photos", "1.0"
"""Our own: Amazon lists devices by it. That any name will do is code, from clients that have their own in its place."""


def make_client_id(serial: str) -> str:
    """Make a device's client id, which is its serial and type in hexadecimal."""
    return f"device:{serial.encode().hex()}{f'#{DEVICE_TYPE}'.encode().hex()}"


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
