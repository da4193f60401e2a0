"""What an id, an MD5, a size, a date and a limit can be: asked where they come in, and by whoever makes a path of one.

The service's answers, files that people saved and frames that went through other programs may hold anything. What
passes here can stand in a file's name and in an address without leading anywhere else.
"""

from __future__ import annotations

import math
import numbers
import re
from typing import Any, TypeGuard, TypeVar, get_args

from ..errors import InvalidInput

T = TypeVar("T")
MAX_ID_LENGTH = 256
"""Ids have 22 characters (live); the rest is left to Amazon."""
MAX_SIZE = 1 << 50
"""Bytes; a thousand terabytes. Amazon takes files of up to some 50 GB (doc)."""
EARLIEST, LATEST = -62_135_596_800_000, 253_402_300_799_999
"""Milliseconds since 1970: from year 1 to 9999, which is as far as Python and pandas can show a date."""
MAX_SHOWN = 200
"""Characters of a refused value in a message."""
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
    if is_md5(value):  # nearly always
        return value
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


def show(value: object) -> str:
    """Show a refused value in one line: itself, cut where it is long; of a frame or a row its type."""
    text = repr(value)
    if "\n" in text:
        return f"a {type(value).__name__}"
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def check_choice(name: str, value: T, choices: Any) -> T:
    """Check that the ``Literal`` type has ``value``, and return it."""
    if not isinstance(value, str) or value not in get_args(choices):
        raise InvalidInput(f"{name} must be one of {', '.join(map(repr, get_args(choices)))}, not {show(value)}")
    return value


def to_count(name: str, value: float) -> int:
    """Convert to a whole number from 0 upwards; numpy's and ``3.0`` count.

    Raises ``InvalidInput``, which names the argument.
    """
    try:
        number = int(value)
        is_count = not isinstance(value, bool) and number == value and number >= 0
    except (TypeError, ValueError, OverflowError):
        is_count = False  # a frame too: it can be no number, and compared it is neither true nor false
    if not is_count:
        raise InvalidInput(f"{name} must be a whole number from 0 upwards, not {show(value)}")
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
    if limit is None or (isinstance(limit, numbers.Real) and limit == math.inf):
        return None
    return to_count("limit", limit)
