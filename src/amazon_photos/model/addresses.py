"""Addresses that people name: of a service in the place of Amazon's, and of a proxy, which may hold a password."""

from __future__ import annotations

from urllib.parse import urlsplit

from ..errors import InvalidInput

NO_PROXY = "off"
"""In the place of a proxy's address: none, whatever the environment says."""


def check_endpoint(name: str, address: str) -> None:
    """Check that ``address`` can stand for hosts of the service. Raises ``InvalidInput``."""
    try:
        parts = urlsplit(address)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none
        whole = False
    if not whole or not address.isprintable() or " " in address:
        raise InvalidInput(f"{name} must begin with http:// or https:// and name a host, not {address!r}")


def check_proxy(name: str, address: str) -> str:
    """Check that ``address`` is that of a proxy, and return it.

    Raises ``InvalidInput``, which never shows it.
    """
    try:
        parts = urlsplit(address)
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, whole = urlsplit(""), False
    if parts.scheme.startswith("socks"):
        raise InvalidInput(
            f"{name} names a SOCKS proxy, which needs a connector of its own: give AsyncAmazonPhotos(http_session=…) "
            "an aiohttp.ClientSession with one, name an http:// proxy, or say proxy='off'"
        )
    if not whole or parts.scheme not in ("http", "https") or not address.isprintable() or " " in address:
        raise InvalidInput(f"{name} must be such as http://host:3128 or http://user:password@host:3128, or 'off'")
    return address
