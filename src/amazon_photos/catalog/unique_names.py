"""Names of columns that come once: a query may give two columns the same one."""

from __future__ import annotations

from collections.abc import Sequence


def make_unique(names: Sequence[str]) -> list[str]:
    """Give each name once: the later ones are ``name_1``, ``name_2`` …"""
    taken, told = set(names), list[str]()
    for place, name in enumerate(names):
        told.append(_another(name, taken) if name in names[:place] else name)
        taken.add(told[-1])
    return told


def _another(name: str, taken: set[str]) -> str:
    number = 1
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"
