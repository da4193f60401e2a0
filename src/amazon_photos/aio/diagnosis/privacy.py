"""What a finding may show: no home folder, no user's name, no secret; so that it can be posted in public."""

from __future__ import annotations

import getpass
import re
from collections.abc import Callable
from dataclasses import replace

from ...files.paths import find_home
from ...model.findings import Finding

_MIN_NAME = 2
_SECRET = re.compile(r"At[a-z]{2}\|\S+|\b\d{3}-\d{7}-\d{7}\b|(?<=//)[^/@\s]+@|\b[\w.+-]+@[\w-]+\.[\w.]+\b")
"""Cookies and tokens, passwords in addresses, mail addresses."""


def make_redaction() -> Callable[[Finding], Finding]:
    """Make what takes out of a finding all that is of nobody's concern."""
    home = (find_home() or "").rstrip("/\\")
    names = {name for name in (_find_user(), re.split(r"[/\\]", home)[-1]) if len(name) >= _MIN_NAME}
    # Only as a part of a path: a user may be called "file".
    in_path = re.compile(rf"(?<=[/\\])(?:{'|'.join(map(re.escape, names))})(?=[/\\]|\b)") if names else None

    def hide(text: str) -> str:
        if home:
            text = re.sub(rf"{re.escape(home)}(?=[/\\]|\b)", "~", text)
        if in_path is not None:
            text = in_path.sub("…", text)
        return _SECRET.sub("…", text)

    return lambda finding: replace(finding, seen=hide(finding.seen), to_do=hide(finding.to_do))


def _find_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
