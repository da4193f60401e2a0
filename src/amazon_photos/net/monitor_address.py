"""The address of a monitor, and where it sends on to: read without aiohttp, as a command checks one before all else."""

from __future__ import annotations

from typing import Literal, get_args
from urllib.parse import urlsplit

from yarl import URL

from ..errors import InvalidInput
from ..model.checks import show

Signal = Literal["start", "success", "fail"]
"""What a run can tell; a number instead is the exit code of its command."""


def check_healthcheck(url: str) -> str:
    """Check that a run can be reported to this address, and return it.

    Raises ``InvalidInput``, which names ``healthcheck`` and does not show the address: it holds a secret.
    """
    if read_address(url) is None:
        del url  # a traceback may show what stands in here
        raise InvalidInput(
            "healthcheck must be the address that a monitor gave, such as https://hc-ping.com/…: http:// or https://, "
            "a host, a path, and nothing that begins with #"
        )
    return url


def read_address(url: object) -> URL | None:
    """Read an address; return None for what is none."""
    if not isinstance(url, str) or not url.isprintable() or " " in url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        return URL(url, encoded=url.isascii()) if whole and "#" not in url else None  # sent exactly as it came
    except ValueError:  # a port or a host that is none
        return None


def add_signal(url: URL, signal: Signal | int) -> URL:
    """Return the address of a signal: behind the path, before what is asked. Raises ``InvalidInput``."""
    if isinstance(signal, int) and not isinstance(signal, bool) and 0 <= signal <= 255:
        word = str(int(signal))
    elif isinstance(signal, str) and signal in get_args(Signal):
        word = "" if signal == "success" else signal
    else:
        raise InvalidInput(f'signal must be "start", "success", "fail" or an exit code, not {show(signal)}')
    path = f"{url.raw_path.rstrip('/')}/{word}" if word else url.raw_path
    text = str(url.with_path(path, encoded=True))
    return URL(f"{text}?{url.raw_query_string}" if url.raw_query_string else text, encoded=True)


def follow(address: URL, location: str) -> URL | None:
    """Return where an address sends on to; None where that has another scheme, or is no address."""
    try:
        found = read_address(str(address.join(URL(location, encoded=location.isascii())))) if location else None
    except ValueError:
        return None
    return found if found is not None and found.scheme == address.scheme else None
