"""The programs we are measured against, and where they come from."""

from __future__ import annotations

import os
import shutil

PACKAGES = {
    "nginx": "nginx-light",
    "curl": "curl",
    "gcc": "gcc libc6-dev",
    "xargs": "findutils",
    "md5sum": "coreutils",
}
"""Programs, and the Debian packages that hold them."""


def find(name: str) -> str | None:
    """Where the program is; servers are where only root looks."""
    return shutil.which(
        name, path=os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))
    )


def advice(name: str) -> str:
    return f"on Debian and Ubuntu, apt-get install {PACKAGES[name]}"
