"""What a profile can be called: a name that is a folder's on every system, and a table's in the config file."""

from __future__ import annotations

import re
from typing import Final

from ..errors import InvalidInput
from .checks import show

DEFAULT_PROFILE: Final = "default"
"""The profile of whoever names none."""
MAX_PROFILE_NAME = 40
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\Z")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])\Z")
"""Names that Windows takes for devices, also where they are folders."""


def check_profile_name(name: object) -> str:
    """Check a profile's name, and return it.

    Lower-case letters, digits, - and _, beginning and ending with a letter or digit, at most ``MAX_PROFILE_NAME``
    characters. Raises ``InvalidInput``.
    """
    if not isinstance(name, str):
        raise InvalidInput(f"profile must be a name, not {show(name)}")
    if not is_profile_name(name):
        like = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:MAX_PROFILE_NAME].strip("-")
        hint = f": did you mean {like!r}?" if is_profile_name(like) else ""
        raise InvalidInput(
            f"{show(name)} is no name of a profile, which has lower-case letters, digits, - and _ (at most "
            f"{MAX_PROFILE_NAME}){hint}"
        )
    return name


def is_profile_name(name: str) -> bool:
    """Tell whether a profile can have that name."""
    return _NAME.match(name) is not None and len(name) <= MAX_PROFILE_NAME and _DEVICES.match(name) is None
