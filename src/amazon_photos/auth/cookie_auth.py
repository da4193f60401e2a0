"""Signing: which request carries which cookies, and which new ones are kept.

Cookies go to the account's own hosts (``auth.hosts``) and nowhere else, also along a redirect. The
header is written by hand, because aiohttp's jar quotes ``Atza|…`` and thereby signs nobody in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NoReturn

from ..model.sign_in import AccessToken
from ..settings import Settings
from .credentials import Credentials
from .hosts import Hosts
from .redaction import Secrets

_VALUE = re.compile(r"[^=;]*=([^;]*)")
_TAKEN_BACK = re.compile(r";\s*(?:max-age=0|max-age=-\d+|expires=[^;]*\b19\d\d\b)", re.IGNORECASE)


class CookieAuth:
    """Holds the living cookies of a session, and knows what must be seen nowhere: ``secrets``.

    The cookies may be none yet, those of a device that has just been registered: then it signs nothing.
    """

    secrets: Secrets
    hosts: Hosts

    def __init__(self, credentials: Credentials, settings: Settings) -> None:
        self._cookies = dict(credentials.cookies)
        self.secrets = Secrets(self._cookies.values())
        self.hosts = Hosts(credentials.region, settings)
        self._user_agent = settings.user_agent
        self._set_anew: dict[str, str] = {}
        self._token = ""
        self._signature: dict[str, str] | None = None
        suffix = re.escape(credentials.region.suffix)
        self._rotated = re.compile(rf"\s*(session-id|session-token|(?:x|at|sess-at|sst)-{suffix})=([^;]*)")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {len(self._cookies)} cookies>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} holds cookies: it cannot be copied or pickled")

    def headers(self, url: str, *, signed: bool = True) -> dict[str, str]:
        """Return the headers that a request to ``url`` carries: with the cookies, if it may see them."""
        headers = {"User-Agent": self._user_agent, "Accept": "application/json, */*"}
        if signed and self.hosts.may_carry_cookies(url):
            headers |= self._sign()
        return headers

    def _sign(self) -> dict[str, str]:
        if self._signature is None:
            if self._token:
                self._signature = {"x-amz-access-token": self._token}
            else:
                cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
                self._signature = {"Cookie": cookies, "x-amzn-sessionid": self._cookies["session-id"]}
        return self._signature

    def update(self, url: str, set_cookie: Iterable[str]) -> None:
        """Keep the cookies that a trusted host sets anew; never lose one.

        Source: live, a session lives longer so.
        """
        if not self.hosts.trusts(url):
            return
        for line in set_cookie:
            found = self._rotated.match(line)
            if found and not _TAKEN_BACK.search(line):
                value = found[2].strip().strip('"')
                if value not in ("", "-", "deleted") and value.isascii() and value.isprintable():
                    self.secrets.add(value, instead_of=self._cookies.get(found[1], ""))
                    if self._cookies.get(found[1]) != value:
                        self._set_anew[found[1]] = value
                    self._cookies[found[1]] = value
                    self._signature = None

    def take_rotated(self) -> dict[str, str]:
        """Take the cookies that were set anew since this was asked last, to be saved: ``SavedSession.rotate``."""
        rotated, self._set_anew = self._set_anew, {}
        return rotated

    def take(self, credentials: Credentials) -> None:
        """Sign with other cookies of the same account from now on: renewed ones, or those of another process."""
        for name, value in credentials.cookies.items():
            self.secrets.add(value, instead_of=self._cookies.get(name, ""))
        self._cookies = dict(credentials.cookies)
        self._set_anew, self._token, self._signature = {}, "", None

    def take_token(self, token: AccessToken) -> None:
        """Sign with an access token in the place of the cookies, until others are taken.

        Source: code (the Echo Show of a university's laboratory, for two other hosts); nobody has shown it for these.
        """
        self.secrets.add(token.value, instead_of=self._token)
        self._token, self._signature = token.value, None

    def note(self, set_cookie: Iterable[str]) -> None:
        """Hide the cookies that any answer sets, whether they are kept or not."""
        for line in set_cookie:
            if found := _VALUE.match(line):
                self.secrets.add(found[1].strip().strip('"'))
