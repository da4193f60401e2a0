"""Rows as a table for people: aligned, as wide as the terminal, and never with a column left out.

What is wider than its column goes on in the next line, broken at spaces where there are any. Columns whose values all
have the same width (times, ids) are the last ones to be made narrower, and numbers stand to the right. Where a terminal
is too narrow for so many columns, each row is a block of its own, a line for each column::

    name   IMG_0001.jpg
    size   1234

Times are shorter here than elsewhere, to the second and without the letters around. How wide columns are is measured on
the first 1,000 rows; the rest is drawn by that, as it comes. Where there is no terminal, and ``COLUMNS`` is not set, a
table is as wide as these rows are.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice, zip_longest
from typing import NamedTuple, TextIO

from ...errors import hide_controls, width_of
from .batches import Batch, to_rows
from .cells import Spelling

MEASURED_ROWS = 1_000
_GAP = "  "
_NARROW, _NARROWEST = 16, 10
"""How narrow columns of unlike widths are made first, and then any column; narrower than that, rows are blocks."""
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_EVERYTHING = 1 << 30
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[-+]\d+)?")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?Z?")
_EMOJI_STYLE = "\ufe0f"
"""Some terminals take it for a reason to draw two columns, others don't; without it they agree."""


class _Layout(NamedTuple):
    width: int
    to_right: bool = False


def draw(columns: Sequence[str], batches: Iterable[Batch], out: TextIO) -> Iterator[str]:
    """Draw a table for ``out``, in pieces."""
    spelling = Spelling(_to_cell(out))
    heads = list(map(spelling.text, columns))
    rows = (tuple(map(_shorten_time, row)) for batch in batches for row in to_rows(batch, spelling))
    first = list(islice(rows, MEASURED_ROWS))
    if not first:  # names above nothing tell nobody anything
        return
    room = find_width(out)
    layouts = _lay_out(heads, first, room)
    if layouts is None:
        blocks = ("".join(_draw_block(heads, row, room)) for row in chain(first, rows))
        yield next(blocks, "")
        yield from (f"\n{block}" for block in blocks)
        return
    bold, plain = (_BOLD, _PLAIN) if _shows_bold(out) else ("", "")
    yield "".join(f"{bold}{line}{plain}\n" for line in _draw_row(heads, layouts))
    for row in chain(first, rows):
        yield "".join(f"{line}\n" for line in _draw_row(row, layouts))


def _shorten_time(cell: str) -> str:
    found = _TIME.fullmatch(cell)
    return cell if found is None else f"{found[1]} {found[2]}"


def find_width(out: TextIO) -> int:
    """Find how many columns there are to write in: what ``COLUMNS`` says, or the terminal as it is now."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told) > 0:
        return int(told)
    if not out.isatty():
        return _EVERYTHING
    try:
        return os.get_terminal_size(out.fileno()).columns or 80
    except (OSError, ValueError):  # what says it is a terminal, and is none of the system's
        return 80


def _shows_bold(out: TextIO) -> bool:
    return out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") not in ("dumb", "unknown")


def _to_cell(out: TextIO) -> Callable[[str], str]:
    """What a text is on this screen: in one line, steering nothing, and in letters that its encoding has."""
    encoding = getattr(out, "encoding", None) or "utf-8"

    def show(text: str) -> str:
        shown = hide_controls(text).replace(_EMOJI_STYLE, "")
        return shown if shown.isascii() else shown.encode(encoding, "backslashreplace").decode(encoding)

    return show


def _lay_out(heads: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> list[_Layout] | None:
    """How each column is drawn; None where there is no room for all of them."""
    columns = list(zip(*rows, strict=True)) or [()] * len(heads)
    wide = [{width_of(cell) for cell in column if cell} for column in columns]
    widths = [min(room, max({width_of(head), *found})) for head, found in zip(heads, wide, strict=True)]
    room -= len(_GAP) * (len(widths) - 1)
    _shrink(widths, [place for place, found in enumerate(wide) if len(found) > 1], _NARROW, room)
    _shrink(widths, range(len(widths)), _NARROWEST, room)
    if sum(widths) > room and len(widths) > 1:
        return None
    return [_Layout(width, _holds_numbers(column)) for width, column in zip(widths, columns, strict=True)]


def _shrink(widths: list[int], places: Sequence[int], least: int, room: int) -> None:
    """Make the widest of these narrower, one after the other, until all columns fit."""
    while (over := sum(widths) - room) > 0:
        widest = max(places, key=widths.__getitem__, default=None)
        if widest is None or widths[widest] <= least:
            return
        second = max((widths[place] for place in places if widths[place] < widths[widest]), default=least)
        widths[widest] = max(widths[widest] - over, min(second, widths[widest] - 1), least)


def _holds_numbers(column: Sequence[str]) -> bool:
    cells = [cell for cell in column if cell]
    return bool(cells) and all(map(_NUMBER.fullmatch, cells))


def _draw_row(row: Sequence[str], layouts: Sequence[_Layout]) -> Iterator[str]:
    folded = [fold(cell, layout.width) for cell, layout in zip(row, layouts, strict=True)]
    for parts in zip_longest(*folded, fillvalue=""):
        yield _GAP.join(map(_pad, parts, layouts)).rstrip(" ")


def _draw_block(heads: Sequence[str], row: Sequence[str], room: int) -> Iterator[str]:
    of_heads = min(max(map(width_of, heads)), max(1, room // 2 - len(_GAP)))
    layouts = _Layout(of_heads), _Layout(max(1, room - of_heads - len(_GAP)))
    for pair in zip(heads, row, strict=True):
        yield "".join(f"{line}\n" for line in _draw_row(pair, layouts))


def _pad(text: str, layout: _Layout) -> str:
    spaces = " " * (layout.width - width_of(text))
    return spaces + text if layout.to_right else text + spaces


def fold(text: str, room: int) -> list[str]:
    """Cut a text into lines no wider than ``room``: at spaces, and in words that are wider than it."""
    if width_of(text) <= room:
        return [text]
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width_of(longer) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        while width_of(word) > room:
            head, word = _cut(word, room)
            lines.append(head)
        line = word
    return [*lines, line] if line else lines


def _cut(word: str, room: int) -> tuple[str, str]:
    """What fits, at least a letter, with the accents that stand on it; and the rest."""
    used = 0
    for end, c in enumerate(word):
        wide = width_of(c)
        used += wide
        if used > room and wide and end:
            return word[:end], word[end:]
    return word, ""
