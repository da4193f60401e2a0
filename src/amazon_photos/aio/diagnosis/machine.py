"""This machine: Python and libraries, certificates, proxy, room on its disks."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path

from ...files.network_disks import find_network_disk
from ...model.findings import Finding, fine, wrong
from ...net.connection import find_proxies, load_certificates
from ...settings import Settings

_PACKAGE = "amazon-photos"
_NEEDED = re.compile(r"([\w.-]+)>=([\d.]+)")
_EXTRAS = ("keyring", "rookie-cookies", "duckdb")
MIN_ROOM = 1 << 30
"""Bytes; a catalogue of a large library takes a few hundred MB while it is replaced."""


def check_python() -> Iterator[Finding]:
    """Check Python, this package and what it stands on."""
    system = f"{platform.system()} {platform.release()} ({platform.machine()})"
    yield fine("python", f"{platform.python_implementation()} {platform.python_version()} on {system}")
    yield fine(_PACKAGE, _find_version(_PACKAGE) or "not installed as a package")
    needed = dict(_list_needed())
    for name, least in needed.items():
        found = _find_version(name)
        if found is None or _to_numbers(found) < _to_numbers(least):
            yield wrong(f"library {name}", found or "missing", f"install it: pip install --upgrade '{name}>={least}'")
    yield fine("libraries", ", ".join(f"{name} {_find_version(name) or 'missing'}" for name in needed) or "unknown")
    yield fine("extras", ", ".join(f"{name} {_find_version(name) or 'not installed'}" for name in _EXTRAS))


def _list_needed() -> Iterator[tuple[str, str]]:
    try:
        lines = importlib.metadata.requires(_PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        return
    for line in lines:
        if "extra ==" not in line and (found := _NEEDED.match(line)):
            yield found[1], found[2]


def _find_version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _to_numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)[:3]]


def check_certificates() -> Iterator[Finding]:
    """Check that there are certificates to trust.

    Raises ``InvalidInput`` for those that the environment names and that cannot be read.
    """
    known = load_certificates(os.environ).cert_store_stats()["x509_ca"]
    folder = ssl.get_default_verify_paths().capath
    named = [name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE") if os.environ.get(name)]
    where = f" ({', '.join(named)})" if named else ""
    if not known and not (folder and any(Path(folder).iterdir())):
        yield wrong("certificates", f"none is trusted here{where}", "install the system's: ca-certificates")
    else:
        yield fine("certificates", (f"{known} authorities" if known else "those of the system's folder") + where)


def check_proxy(settings: Settings, address: str) -> Iterator[Finding]:
    """Check through which proxy requests go; its address is not shown.

    Raises ``InvalidInput`` for one that cannot be used.
    """
    proxy = find_proxies(settings, None).find(address)
    if proxy is None:
        yield fine("proxy", "off" if settings.proxy else "none")
    else:
        secret = ", with a password" if proxy.password else ""
        yield fine(
            "proxy", f"one of {'the settings' if settings.proxy else 'the environment'} ({proxy.scheme}{secret})"
        )


def check_cache(settings: Settings) -> Iterator[Finding]:
    """Check that hashes of local files can be remembered."""
    folder = settings.cache_folder
    if folder is None:
        yield wrong(
            "cache", "there is no home folder to remember hashes in", "name a folder: cache_dir in the settings"
        )
        return
    above = next(each for each in (folder, *folder.absolute().parents) if os.path.exists(each))
    if not os.access(above, os.W_OK | os.X_OK):
        yield wrong(
            "cache", f"{folder}: nothing can be written there", "name another folder: cache_dir in the settings"
        )
    else:
        yield fine("cache", f"{folder}{'' if os.path.exists(folder) else ' (not there yet)'}")


def check_room(settings: Settings) -> Iterator[Finding]:
    """Check the room on the disk of the catalogue."""
    folder = Path(settings.catalog).absolute().parent
    above = next(each for each in (folder, *folder.parents) if os.path.exists(each))
    free = shutil.disk_usage(above).free
    kind = find_network_disk(above)
    seen = f"{free / (1 << 30):,.1f} GiB free where the catalogue is"
    if free < MIN_ROOM:
        yield wrong("disk", seen, "make room there, or name a catalogue on another disk")
    else:
        yield fine("disk", seen + (f", on a network disk ({kind})" if kind else ""))


def check_encoding() -> Iterator[Finding]:
    """Check that names of files can be spelled here."""
    name = sys.getfilesystemencoding()
    if name.lower().replace("-", "") not in ("utf8", "mbcs"):
        yield wrong("file names", f"this system spells them in {name}", "set a locale of UTF-8: LANG=C.UTF-8")
    else:
        yield fine("file names", name)
