"""The session of a command, by its options."""

from __future__ import annotations

from pathlib import Path

from ..auth.precedence import open_sign_in, resolve
from ..errors import CredentialsError
from ..net.session import Session

_NO_COOKIES = (
    "nobody is signed in: run `amazon-photos login`, or give --cookies FILE, or set session_id, ubid_main and at_main "
    "(outside the US: ubid_acbca, at_acbca …)"
)


def open_session(cookies: Path | None, tld: str | None, endpoint: str | None, *, profile: str | None = None) -> Session:
    """Open a session, by the order of ``auth.precedence``; nothing is sent by that.

    Raises ``CredentialsError``, which says how to sign in, and ``InvalidInput``.
    """
    resolved = resolve(cookies, tld=tld, endpoint=endpoint, profile=profile)
    try:
        return Session(open_sign_in(resolved, cookies), resolved.settings)
    except CredentialsError as error:
        if not str(error).startswith("no cookies. "):  # it says what is wrong with those that were given
            raise
    raise CredentialsError(_NO_COOKIES)
