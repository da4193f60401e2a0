"""Through which proxy a request goes: the one of the settings, or that of the environment.

::

    Settings(proxy="http://user:password@host:3128")    for every host; "off": none, whatever the environment says
    HTTPS_PROXY, HTTP_PROXY, ALL_PROXY                  each in lower case, too; on Windows and macOS the system's own
    NO_PROXY                                            names, ends of names, or *; what it names is reached directly

This machine itself (``localhost``, 127.0.0.1) is never reached through a proxy of the environment: the emulator would
be looked for on the proxy's machine. aiohttp's own ``trust_env`` is not used: it takes passwords for Amazon's hosts out
of ``.netrc`` too, and leaves out ``ALL_PROXY`` and proxies that are spoken to over TLS.

An address may hold a password, so none of them is in a message, a log or a ``repr``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import NoReturn
from urllib.request import getproxies, proxy_bypass

from yarl import URL

from ..model.addresses import NO_PROXY, check_proxy

_OWN_NAMES = ("localhost", "localhost.localdomain")


class Proxies:
    """Finds the proxy for an address. The environment is read once, when the first one is looked for.

    ``named`` is what the settings say; ``trust_env`` whether the environment counts where they say nothing.
    """

    def __init__(self, named: str | None, *, trust_env: bool = True) -> None:
        self._named = None if named in (None, NO_PROXY) else URL(named)
        self._trust_env = trust_env and named is None
        self._environment: Mapping[str, str] | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} may hold a password: it cannot be copied or pickled")

    def find(self, address: str) -> URL | None:
        """Find the proxy for an address; None: none. Raises ``InvalidInput`` for one that cannot be used."""
        if self._named is not None or not self._trust_env:
            return self._named
        if self._environment is None:
            self._environment = getproxies()
        name, found = self._of_scheme(self._environment, address.partition(":")[0].lower())
        if not found:
            return None
        host = URL(address).host or ""
        if _is_this_machine(host) or proxy_bypass(host):
            return None
        return URL(check_proxy(f"{name} (environment)", found if "://" in found else f"http://{found}"))

    def secrets(self) -> Iterator[str]:
        """Yield what must be seen nowhere: passwords, alone and with the name of the user."""
        for address in (self._named, *map(_read, (self._environment or {}).values())):
            if address is not None and address.password:
                yield address.password
                yield f"{address.user}:{address.password}"

    @staticmethod
    def _of_scheme(environment: Mapping[str, str], scheme: str) -> tuple[str, str]:
        for name in (scheme, "all"):
            if environment.get(name):
                return f"{name.upper()}_PROXY", environment[name]
        return "", ""


def _read(address: str) -> URL | None:
    try:
        return URL(address)
    except ValueError:
        return None


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") in _OWN_NAMES
