"""aiohttp's and the system's errors -> ours.

Their texts may hold addresses with secrets, and their objects hold the request with its cookies. So ours are raised
clean: with no other error behind them, also not in ``__context__``, where crash reporters look.
"""

from __future__ import annotations

import ssl
from typing import NoReturn

import aiohttp

from ..errors import AmazonPhotosError, BadInput, ConnectionFailed, TimedOut, UntrustedHost


class as_ours:  # noqa: N801 - reads as a phrase: with as_ours("download")
    """Turns what fails in the block into an error of ours; what is no failure of the network passes."""

    def __init__(self, operation: str) -> None:
        self._operation = operation

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        ours = _translated(self._operation, error)
        error = None  # a traceback may show what stands in here
        if ours is not None:
            raise_clean(ours)


def raise_clean(error: Exception) -> NoReturn:
    """Raises ``error`` without the one that is being handled."""
    try:
        raise error
    finally:
        error.__context__ = None


def _translated(operation: str, error: BaseException | None) -> AmazonPhotosError | None:
    match error:
        case TimeoutError():
            return TimedOut(f"{operation}: Amazon did not answer in time")
        case aiohttp.ClientConnectorCertificateError():
            return UntrustedHost(
                f"{operation}: the TLS certificate of {error.host}:{error.port} is not to be trusted; nothing was sent"
            )
        case ssl.SSLError() | aiohttp.ClientConnectorSSLError():
            return ConnectionFailed(f"{operation}: no secure connection ({type(error).__name__})")
        case aiohttp.ClientConnectorError():
            why = error.os_error.strerror or type(error.os_error).__name__
            return ConnectionFailed(f"{operation}: cannot reach {error.host}:{error.port} ({why})")
        case aiohttp.InvalidURL():
            return BadInput(f"{operation}: an address that cannot be reached; look at the endpoint")
        case aiohttp.ClientError() | ConnectionError():
            return ConnectionFailed(f"{operation}: the connection broke ({type(error).__name__})")
        case UnicodeEncodeError():
            return BadInput(f"{operation}: a text holds characters that cannot be sent (half a surrogate pair)")
    return None
