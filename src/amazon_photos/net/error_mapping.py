"""aiohttp's and the system's errors -> ours, and nothing that leaves the door shows a secret.

An error's text may hold an address with secrets; its objects, and the stack frames of a cancelled task, hold the
request with its cookies. So every error that passes here is cleaned: it has no ``__cause__`` and no ``__context__``,
where crash reporters look; its traceback begins here; and cookie values that a server repeated are taken out of its
message and attributes. The error itself stays the same one, a cancellation too.
"""

from __future__ import annotations

import os
import ssl
from typing import NoReturn

import aiohttp

from ..auth.redaction import Secrets
from ..errors import (
    AmazonPhotosError,
    CertificateError,
    ConnectionFailed,
    InvalidInput,
    ProxyRefused,
    TimedOut,
    UnexpectedReply,
)


class translate_errors:  # noqa: N801 - reads as a phrase: with translate_errors("download")
    """Turns what fails in the block into an error of ours; what is no failure of the network passes, clean."""

    def __init__(self, operation: str, secrets: Secrets | None = None, *, redirected: bool = False) -> None:
        self._operation = operation
        self._secrets = secrets
        self._redirected = redirected

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            return
        leaving = _translate(self._operation, error, redirected=self._redirected) or error
        error = None  # a traceback may show what stands in here
        del trace
        if self._secrets is not None:
            self._secrets.clean(leaving)
        raise_without_context(leaving)


def raise_without_context(error: BaseException) -> NoReturn:
    """Raise ``error`` without the one that is being handled, and without where it has been."""
    error.__cause__ = None
    try:
        raise error.with_traceback(None)
    finally:
        error.__context__ = None


def _translate(operation: str, error: BaseException, *, redirected: bool) -> AmazonPhotosError | None:
    match error:
        case AmazonPhotosError():
            return None
        case TimeoutError():
            return TimedOut(f"{operation}: Amazon did not answer in time")
        case aiohttp.ClientConnectorCertificateError():
            return CertificateError(
                f"{operation}: the TLS certificate of {error.host}:{error.port} is not to be trusted; nothing was sent"
            )
        case ssl.SSLError() | aiohttp.ClientConnectorSSLError():
            return ConnectionFailed(f"{operation}: no secure connection can be made{_why(error)}")
        case aiohttp.ClientHttpProxyError():
            return _refused_by_proxy(operation, error.status)
        case aiohttp.ClientProxyConnectionError():
            return ConnectionFailed(
                f"{operation}: cannot reach the proxy {error.host}:{error.port}{_why(error.os_error)}"
            )
        case aiohttp.ClientConnectorError():
            return ConnectionFailed(f"{operation}: cannot reach {error.host}:{error.port}{_why(error.os_error)}")
        case aiohttp.InvalidURL() | ValueError() if redirected:
            return UnexpectedReply(f"{operation}: a redirect that cannot be followed", operation=operation)
        case aiohttp.InvalidURL():
            return InvalidInput(f"{operation}: an address that cannot be reached; look at the endpoint")
        case aiohttp.ClientError() | OSError():
            return ConnectionFailed(f"{operation}: the connection broke{_why(error)}")
        case UnicodeEncodeError():
            return InvalidInput(f"{operation}: a text holds characters that cannot be sent (half a surrogate pair)")
    return None


def _refused_by_proxy(operation: str, status: int) -> AmazonPhotosError:
    if status == 407:
        return ProxyRefused(f"{operation}: the proxy wants a user and a password, or others than these (407)")
    if 400 <= status < 500:
        return ProxyRefused(f"{operation}: the proxy refuses to connect to Amazon ({status})")
    return ConnectionFailed(f"{operation}: the proxy cannot reach Amazon ({status})")


def _why(error: BaseException) -> str:
    """In brackets, what the system or the protocol says of it; "" where only aiohttp has a word for it."""
    match error:
        case aiohttp.ClientPayloadError():
            why = "in the middle of an answer"
        case aiohttp.ServerDisconnectedError():
            why = "the other side closed it"
        case aiohttp.ClientConnectorSSLError():
            return _why(error.os_error)
        case ssl.SSLError():
            why = (error.reason or "").lower().replace("_", " ")
        case OSError(errno=int(number), strerror=str(told)) if told.startswith("Connect call failed"):
            why = os.strerror(number).lower()  # asyncio tells the address in the place of the reason
        case OSError(strerror=str(told)):
            why = told.lower()
        case _:
            why = ""
    return f" ({why})" if why else ""
