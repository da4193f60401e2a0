"""Which nodes a command is about, in all of them the same: ids, paths, album names, standard input, or a filter."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TextIO

import msgspec

from ..errors import InvalidInput

STDIN = "-"
_NOTHING = "nothing is selected: give ids, paths, - for standard input, or --filter"


def read_selection(items: Sequence[str], filters: str | None) -> str | list[str]:
    """Read what a command was given: names and ids, each once, or the text of a filter.

    Raises ``InvalidInput``.
    """
    if filters is not None:
        if items:
            raise InvalidInput("give ids and paths, or --filter, not both")
        if not filters.strip():
            raise InvalidInput("--filter is empty: it would say nothing about what is meant")
        return filters
    found = list(dict.fromkeys(_list_items(items)))
    if not found:
        raise InvalidInput(_NOTHING)
    return found


def _list_items(items: Sequence[str]) -> Iterator[str]:
    for item in items:
        if item == STDIN:
            yield from read_ids(sys.stdin)
        else:
            yield item


def read_ids(lines: TextIO) -> Iterator[str]:
    """Read ids, a line each, or JSON lines that have one: as our own output gives them.

    Raises ``InvalidInput``.
    """
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text:
            continue
        if not text.startswith("{"):
            yield text
            continue
        try:
            node_id = msgspec.json.decode(text, type=dict[str, object]).get("id")
        except msgspec.DecodeError:
            raise InvalidInput(f"line {number} of standard input is neither an id nor a JSON object") from None
        if not isinstance(node_id, str) or not node_id:
            raise InvalidInput(f"line {number} of standard input has no id")
        yield node_id
