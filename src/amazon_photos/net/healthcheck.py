"""Tells a monitor such as healthchecks.io that a run begins, went well, or failed.

::

    POST <address>/start   POST <address>   POST <address>/fail   POST <address>/3      the text is the body
                                                                  (an exit code)

The address is a secret: whoever knows it can say that all is well. So messages and logs have its host only. It is no
host of Amazon's: nothing of the account is sent there, by a session of its own without cookies.
"""

from __future__ import annotations

import asyncio
import logging

import aiohttp
from yarl import URL

from ..errors import InvalidInput, NetworkError
from ..settings import Settings
from .connection import open_http
from .error_mapping import raise_without_context
from .monitor_address import Signal, add_signal, check_healthcheck, follow, read_address
from .proxies import Proxies
from .redirects import REDIRECTS

MAX_TEXT = 10_000
"""Bytes; healthchecks.io keeps no more of a message."""
_PATIENCE = 10.0
"""Seconds for all tries together."""
_TRIES = 3
_PAUSE = 0.05
"""Of the time for all tries: what passes between two of them."""
_MAX_REDIRECTS = 3
_log = logging.getLogger("amazon_photos.net")


async def ping(
    url: str,
    signal: Signal | int = "success",
    text: str = "",
    *,
    settings: Settings | None = None,
    patience: float = _PATIENCE,
) -> None:
    """Report to ``url`` how a run is: it begins, went well, failed, or ended with an exit code.

    ``text`` is for the monitor's log: it must hold no secrets. Takes ``patience`` seconds at most, two more tries
    included. Raises ``InvalidInput`` as ``check_healthcheck`` does, and for a signal that is none, before anything is
    sent; and ``NetworkError``, which says why it could not be told, and names the host only.
    """
    body = text.encode("utf-8", "replace")[:MAX_TEXT].decode("utf-8", "ignore").encode()  # no half character
    try:
        address = add_signal(read_address(check_healthcheck(url)) or URL(), signal)
    finally:
        del url, text  # a traceback may show what stands in here
    host = address.host or ""
    problem = await _report(address, body, settings or Settings(), patience)
    del address
    if problem is not None:
        raise_without_context(NetworkError(f"healthcheck: {host} was not told: {problem}"))


async def _report(address: URL, body: bytes, settings: Settings, patience: float) -> str | None:
    """Why it could not be told; None once it was."""
    problem: str | None = "no answer in time"
    try:
        async with asyncio.timeout(patience), open_http(settings, None) as http:
            for left in reversed(range(_TRIES)):
                try:
                    async with asyncio.timeout(patience * 0.4):
                        problem, again = await _post(http, address, body, Proxies(settings.proxy))
                except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
                    problem, again = _explain(error), True
                if problem is None or not again or not left:
                    break
                await asyncio.sleep(patience * _PAUSE)
    except TimeoutError:
        pass
    except InvalidInput as error:  # certificates or a proxy that the environment names
        return str(error)
    return problem


async def _post(http: aiohttp.ClientSession, address: URL, body: bytes, proxies: Proxies) -> tuple[str | None, bool]:
    """Send it once: what is wrong with the answer, and whether another try can help. Its body is not read."""
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    for _ in range(_MAX_REDIRECTS + 1):
        proxy = proxies.find(str(address))
        response = await http.post(address, data=body, headers=headers, allow_redirects=False, proxy=proxy)
        status, location = response.status, response.headers.get("Location", "")
        response.close()
        _log.debug("POST %s (healthcheck) -> %s", address.host, status)
        if status not in REDIRECTS:
            return (None, False) if 200 <= status < 300 else (f"it answers {status}", status >= 500 or status == 429)
        following = follow(address, location)
        if following is None:
            return f"it sends on ({status}) to what is not followed: another scheme, or no address", False
        address = following
    return "it sends on again and again", False


def _explain(error: Exception) -> str:
    """Return what went wrong, without the address, which aiohttp's own messages hold."""
    match error:
        case TimeoutError():
            return "no answer in time"
        case aiohttp.ClientConnectorCertificateError():
            return "its TLS certificate is not to be trusted"
        case aiohttp.ClientHttpProxyError():
            return f"the proxy refuses ({error.status})"
        case aiohttp.ClientProxyConnectionError():
            return "the proxy cannot be reached"
        case aiohttp.ClientConnectorError():
            return "it cannot be reached"
        case _:
            return "the connection broke"
