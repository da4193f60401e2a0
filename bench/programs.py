"""The programs we are measured against, and where they come from."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Sequence

PACKAGES = {
    "nginx": "nginx-light",
    "curl": "curl",
    "gcc": "gcc libc6-dev",
    "openssl": "openssl",
    "rclone": "rclone",
    "xargs": "findutils",
    "md5sum": "coreutils",
}
"""Programs, and the Debian packages that hold them."""


def find(name: str) -> str | None:
    """Where the program is; servers are where only root looks."""
    return shutil.which(
        name, path=os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))
    )


def missing(needs: Sequence[str]) -> str:
    """What is not here of these programs and Python packages, and how it comes here; "" when all is there."""
    return ", ".join(_advice(name) for name in needs if not _is_here(name))


def _is_here(name: str) -> bool:
    return (find(name) if name in PACKAGES else importlib.util.find_spec(name)) is not None


def _advice(name: str) -> str:
    how = f"apt install {PACKAGES[name]}" if name in PACKAGES else "`make bench` installs it"
    return f"{name} is missing ({how})"
