"""What an id, an MD5, a size, a date and a limit can be: asked where they come in, and by whoever makes a path of one.

The service's answers, files that people saved and frames that went through other programs may hold anything. What
passes here can stand in a file's name and in an address without leading anywhere else.
"""

from __future__ import annotations

import math
import re
from typing import TypeGuard

from ..errors import InvalidInput

MAX_ID_LENGTH = 256
"""Ids have 22 characters (live); the rest is left to Amazon."""
MAX_SIZE = 1 << 50
"""Bytes; a thousand terabytes. Amazon takes files of up to some 50 GB (doc)."""
EARLIEST, LATEST = -62_135_596_800_000, 253_402_300_799_999
"""Milliseconds since 1970: from year 1 to 9999, which is as far as Python and pandas can show a date."""
_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{MAX_ID_LENGTH}}}\Z")
_MD5 = re.compile(r"[0-9a-f]{32}\Z")


def is_node_id(value: object) -> TypeGuard[str]:
    """Tell whether ``value`` is a node's id.

    Letters, digits, ``-`` and ``_``; it may begin with a hyphen (live).
    """
    return isinstance(value, str) and _ID.match(value) is not None


def is_md5(value: object) -> TypeGuard[str]:
    """Tell whether ``value`` is an MD5 as Amazon writes it: 32 lower-case hexadecimal digits."""
    return isinstance(value, str) and _MD5.match(value) is not None


def normalize_md5(value: object) -> str | None:
    """Return ``value`` as Amazon writes an MD5, whatever its case and the space around it.

    None for what is none.
    """
    text = value.strip().lower() if isinstance(value, str) else None
    return text if is_md5(text) else None


def is_size(value: object) -> TypeGuard[int]:
    """Tell whether ``value`` can be a file's size in bytes."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_SIZE


def is_shown(milliseconds: int) -> bool:
    """Tell whether a moment, in milliseconds since 1970, has a date that can be shown.

    In UTC, years 1 to 9999.
    """
    return EARLIEST <= milliseconds <= LATEST


def to_count(name: str, value: float) -> int:
    """Convert to a whole number from 0 upwards; numpy's and ``3.0`` count.

    Raises ``InvalidInput``, which names the argument.
    """
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        number = -1
    if isinstance(value, bool) or number != value or number < 0:
        raise InvalidInput(f"{name} must be a whole number from 0 upwards, not {value!r}")
    return number


def to_integer(name: str, value: float) -> int:
    """Convert to a whole number, also one below 0; numpy's and ``3.0`` count.

    Raises ``InvalidInput``, which names the argument.
    """
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is None or isinstance(value, bool) or number != value:
        raise InvalidInput(f"{name} must be a whole number, not {value!r:.80}")
    return number


def to_limit(limit: float | None) -> int | None:
    """Convert a limit to a whole number; None and infinity mean all. Raises ``InvalidInput``."""
    return None if limit is None or limit == math.inf else to_count("limit", limit)
