"""How the value of a setting is read, from whichever place it comes: an argument, the environment, a config file."""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ..errors import InvalidInput
from .checks import show

_RATE = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*([kmgt]?)(i?b?)", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def read_text(told: str, value: Any) -> str:
    """Read a text. Raises ``InvalidInput``, as all of these do, naming what is ``told`` by it."""
    if not isinstance(value, str):
        raise InvalidInput(f"{told} must be text, not {show(value)}")
    return value


def read_number(told: str, value: Any) -> float:
    """Read a number that is one: numpy's count, NaN and infinity don't."""
    if isinstance(value, str | numbers.Real) and not isinstance(value, bool):
        try:
            number = float(value)
        except (ValueError, OverflowError):
            number = math.nan
        if math.isfinite(number):
            return number
    raise InvalidInput(f"{told} must be a number, not {show(value)}")


def read_whole(told: str, value: Any) -> int:
    """Read a whole number; ``3.0`` counts."""
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            raise InvalidInput(f"{told} must be a number, not {show(value)}") from None
    number = read_number(told, value)
    if number != int(value):
        raise InvalidInput(f"{told} must be a whole number, not {show(value)}")
    return int(value)


def read_switch(told: str, value: Any) -> bool:
    """Read true or false, as TOML, the environment and people write it."""
    words = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in words:
        return words[value.strip().lower()]
    raise InvalidInput(f"{told} must be true or false, not {show(value)}")


def read_command(told: str, value: Any) -> str | tuple[str, ...]:
    """Read a command: a text, or a list of its words. It may hold secrets, so it is not shown."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple) and value and all(isinstance(word, str) for word in value):
        return tuple(value)
    raise InvalidInput(f"{told} must be a text or a list of words, not a {type(value).__name__}")


READERS: Mapping[str, Callable[[str, Any], Any]] = MappingProxyType(
    {
        "str": read_text,
        "float": read_number,
        "int": read_whole,
        "bool": read_switch,
        "str | tuple[str, ...]": read_command,
    }
)
"""How each type of a field reads what people write; msgspec refuses numpy's numbers and takes NaN, so not by that."""


def read_rate(told: str, text: str) -> float | None:
    """Read bytes per second as rclone writes them.

    Powers of 1,024; "MB" and the like are powers of 1,000.
    """
    if text.strip().lower() in ("off", "none"):
        return None
    if found := _RATE.fullmatch(text.strip()):
        number, power, unit = found[1], found[2].lower(), found[3].lower()
        if power or unit in ("", "b"):
            base = 1000 if power and unit == "b" else 1024
            return read_number(told, float(number) * base ** _POWERS[power])
    try:
        return float(read_whole(told, text))  # 2_000_000, say
    except InvalidInput:
        raise InvalidInput(
            f"{told} must be bytes per second, such as 2000000, '500K', '2M' or 'off', not {text!r}"
        ) from None
