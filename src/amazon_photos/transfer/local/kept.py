"""What a small file holds, from its hashing to its sending: it is opened once, and what is sent is what was hashed."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_SIZE = 1 << 20
"""Larger files are read again: opening them is the smaller part of their cost."""


@dataclass(frozen=True, slots=True)
class Kept:
    """All bytes of one file."""

    content: bytes = field(repr=False)
