"""What an exit code means, in one table.

::

    0  done
    1  something failed (the message says what)
    2  the command was called wrongly, or the input cannot be meant
    3  signed out, or cookies are missing
    4  the service could not be reached, or is too busy: trying later can help
    130  stopped by Ctrl-C
"""

from __future__ import annotations

from ..errors import AmazonPhotosError, CredentialsError, FilterRejected, InvalidInput, SessionExpired

_CODES: tuple[tuple[type[AmazonPhotosError], int], ...] = (
    (SessionExpired, 3),
    (CredentialsError, 3),
    (InvalidInput, 2),
    (FilterRejected, 2),
)


def exit_code(error: AmazonPhotosError) -> int:
    """Return the exit code for an error."""
    for kind, code in _CODES:
        if isinstance(error, kind):
            return code
    return 4 if error.retryable else 1
