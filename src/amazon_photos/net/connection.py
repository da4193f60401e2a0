"""aiohttp's session: our own, or the connections of one that a program has already.

A program's own ``aiohttp.ClientSession`` lends its connector: connections, their number, TLS, name look-up, a SOCKS
connector. Nothing else of it is used: not its cookie jar (it would keep the account's cookies, and spell them anew),
its headers, base address, time-outs, middlewares, ``raise_for_status`` or traces, which would see the cookies. It is
never closed here.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import Mapping

import aiohttp
from yarl import URL

from ..errors import ClientClosed, InvalidInput, NetworkError, WrongThread
from ..settings import Settings
from ..wire.bounds import MAX_HEADER
from .proxies import Proxies

HttpSession = aiohttp.ClientSession
_MAX_REQUEST_SECONDS = 24 * 3600.0
"""Seconds; a bound for what the time-outs for silence cannot see. A 50 GB video on a slow line takes most of it."""
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""What other programs read; OpenSSL itself reads SSL_CERT_FILE and SSL_CERT_DIR."""


def check_http_session(lent: HttpSession | None) -> None:
    """Check that a program's session can lend its connections. Raises ``InvalidInput``."""
    if lent is None:
        return
    if not isinstance(lent, HttpSession):
        raise InvalidInput(f"http_session is an aiohttp.ClientSession, not a {type(lent).__name__}")
    if lent.closed:
        raise InvalidInput("http_session is closed: give one that is open")
    if getattr(lent.connector, "_ssl", True) is False:
        raise InvalidInput(
            "http_session checks no certificates (ssl=False), and the account's cookies would go to whoever answers: "
            "give its connector an ssl.SSLContext that knows your certificate"
        )


def find_proxies(settings: Settings, lent: HttpSession | None) -> Proxies:
    """Find where proxies are named: in the settings, in a program's session, else in the environment.

    The environment counts for a program's own session only if it was made with ``trust_env=True``.
    """
    own = None if lent is None else getattr(lent, "_default_proxy", None)
    if lent is None or settings.proxy is not None or own is None:
        return Proxies(settings.proxy, trust_env=lent is None or lent.trust_env)
    auth = getattr(lent, "_default_proxy_auth", None)
    address = URL(own) if auth is None else URL(own).with_user(auth.login).with_password(auth.password)
    return Proxies(str(address))


def limit_of(lent: HttpSession | None, most: int) -> int:
    """Return how many requests at once make sense: at most ``most``, or the connector's limit."""
    connector = None if lent is None else lent.connector
    if connector is None:
        return most
    return min(most, connector.limit or most, connector.limit_per_host or most)


def open_http(settings: Settings, lent: HttpSession | None) -> aiohttp.ClientSession:
    """Open the session that sends everything. Only in the event loop.

    Raises ``ClientClosed`` and ``WrongThread`` for a program's session that was closed or belongs to another loop, and
    ``InvalidInput`` for certificates that are named in the environment and cannot be read.
    """
    connector = _own_connector(settings) if lent is None else _lent_connector(lent)
    http = aiohttp.ClientSession(
        connector=connector,
        connector_owner=lent is None,
        cookie_jar=aiohttp.DummyCookieJar(),
        max_line_size=MAX_HEADER,
        max_field_size=MAX_HEADER,
        timeout=aiohttp.ClientTimeout(
            total=_MAX_REQUEST_SECONDS,
            connect=2 * settings.connect_timeout,  # looking the host's name up included
            sock_connect=settings.connect_timeout,
            sock_read=settings.read_timeout,
        ),
    )
    # It would send what breaks off once more by itself, unseen. There is no public switch; see test_attempts.
    http._retry_connection = False
    return http


def look_up(url: URL) -> None:
    """Look up the name of a host, which may take half a minute. Raises ``NetworkError``, without the name."""
    try:
        socket.getaddrinfo(url.host or "", url.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NetworkError("the name of a host cannot be looked up") from None


def load_certificates(environ: Mapping[str, str]) -> ssl.SSLContext:
    """Load whose certificates are trusted: the system's, and those that the environment names.

    Raises ``InvalidInput`` for a file or folder that is not there or holds none.
    """
    context = ssl.create_default_context()
    for name in _BUNDLES:
        bundle = environ.get(name)
        if bundle and bundle not in (environ.get("SSL_CERT_FILE"), environ.get("SSL_CERT_DIR")):
            try:
                is_folder = os.path.isdir(bundle)
                context.load_verify_locations(None if is_folder else bundle, bundle if is_folder else None)
            except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
                why = getattr(error, "strerror", None) or type(error).__name__
                raise InvalidInput(f"{name} (environment) names no certificates: {bundle!r} ({why})") from None
    return context


def _own_connector(settings: Settings) -> aiohttp.BaseConnector:
    return aiohttp.TCPConnector(limit=settings.max_concurrency + 2, ssl=load_certificates(os.environ))


def _lent_connector(lent: HttpSession) -> aiohttp.BaseConnector:
    connector = lent.connector
    if connector is None or connector.closed:
        raise ClientClosed("http_session was closed by the program that opened it: make a new client with a new one")
    if connector._loop is not asyncio.get_running_loop():
        raise WrongThread("http_session belongs to another event loop: make one in the loop of the client")
    return connector
