"""What the results depend on, without a word about whose machine it is."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Iterator
from importlib import metadata

from . import programs

_PARTS = ("aiohttp", "msgspec", "pyarrow", "pandas", "orjson", "httpx")
_PROGRAMS = {
    "curl": ("curl", "--version"),
    "nginx": ("nginx", "-v"),
    "openssl": ("openssl", "version"),
    "rclone": ("rclone", "version"),
}


def facts() -> str:
    """One line."""
    return ", ".join((*_machine(), *_versions()))


def _machine() -> Iterator[str]:
    yield f"{platform.system()} {platform.machine()}"
    yield f"{os.cpu_count()} cores"
    if hasattr(os, "sysconf"):
        yield f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB of memory"
    yield f"{platform.python_implementation()} {platform.python_version()}"


def _versions() -> Iterator[str]:
    for name in _PARTS:
        try:
            yield f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            continue
    for name, command in _PROGRAMS.items():
        if program := programs.find(command[0]):
            run = subprocess.run([program, *command[1:]], capture_output=True, text=True, check=False)
            found = re.search(r"\d+\.\d+\.\d+", run.stdout + run.stderr)
            yield f"{name} {found[0] if found else '?'}"
