"""What an exit code means, in one table; scripts rely on it, and a test holds it.

::

    0    done
    1    something failed, or the answer is no (the message says what)
    2    the command was called wrongly, or the input cannot be meant
    3    partly done: what was not is listed
    4    sign-in needed: cookies are missing, or the session is over
    5    trying later can help: the service cannot be reached or asks to slow down, or another run is under way
    6    refused: a limit that guards against loss was met, and nothing was changed
    129  stopped by SIGHUP: the terminal was closed
    130  stopped by Ctrl-C
    143  stopped by SIGTERM
"""

from __future__ import annotations

from enum import IntEnum

from ..errors import (
    AmazonPhotosError,
    CertificateError,
    CredentialsError,
    FilterRejected,
    InvalidInput,
    NetworkError,
    ProxyRefused,
    RateLimited,
    RunInProgress,
    SessionExpired,
    SignInRefused,
    TooManyDeletions,
    Unavailable,
)


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    PARTLY = 3
    SIGN_IN = 4
    UNAVAILABLE = 5
    REFUSED = 6
    HUNG_UP = 129
    INTERRUPTED = 130
    TERMINATED = 143


_CODES: tuple[tuple[type[AmazonPhotosError], Exit], ...] = (
    (TooManyDeletions, Exit.REFUSED),
    (SessionExpired, Exit.SIGN_IN),
    (SignInRefused, Exit.SIGN_IN),
    (CredentialsError, Exit.SIGN_IN),
    (InvalidInput, Exit.USAGE),
    (FilterRejected, Exit.USAGE),
    (RateLimited, Exit.UNAVAILABLE),
    (Unavailable, Exit.UNAVAILABLE),
    (RunInProgress, Exit.UNAVAILABLE),
    (CertificateError, Exit.FAILED),  # these two will be no better later
    (ProxyRefused, Exit.FAILED),
    (NetworkError, Exit.UNAVAILABLE),
)


def exit_code(error: AmazonPhotosError) -> Exit:
    """Return the exit code for an error: the first that it is one of, else 1."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), Exit.FAILED)
