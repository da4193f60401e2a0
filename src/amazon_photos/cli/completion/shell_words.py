"""A line of bash as it is typed: its words without their quotes, and names put into it so that they mean themselves."""

from __future__ import annotations

from typing import NamedTuple

WORD_BREAKS = " \t\n\"'><=;|&(:"
"""What bash takes for the end of a word when it completes one, unless it is told otherwise: COMP_WORDBREAKS."""
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,")
_IN_DOUBLE = frozenset('"\\$`')
"""What a backslash keeps as it is between double quotes."""


class TypedLine(NamedTuple):
    """A line up to the cursor."""

    words: list[str]
    """All before the one that the cursor is at, without quotes."""
    current: str
    head: str
    """What of the current word bash keeps: it replaces only what follows the last of its word breaks."""
    quote: str
    """The quote that is open at the cursor: \" or ' or none."""


def split_line(line: str, breaks: str = WORD_BREAKS) -> TypedLine:
    """Split a line as bash does. A quote that was never closed goes on to the end."""
    words: list[str] = []
    current, head, quote, begun = "", "", "", False
    place = 0
    while place < len(line):
        letter = line[place]
        place += 1
        if quote:
            if letter == quote:
                quote = ""
            elif quote == '"' and letter == "\\" and line[place : place + 1] in _IN_DOUBLE and place < len(line):
                current += line[place]
                place += 1
            else:
                current += letter
        elif letter == "\\":
            current, begun = current + line[place : place + 1], True
            place += 1
        elif letter in "\"'":
            quote, begun, head = letter, True, current
        elif letter.isspace():
            if begun:
                words.append(current)
            current, head, begun = "", "", False
        else:
            current, begun = current + letter, True
            if letter in breaks:
                head = current
    return TypedLine(words, current, head, quote)


def quote_name(name: str, quote: str) -> str | None:
    """Quote a name for bash where a quote may be open; None where nothing could stand for it there."""
    if quote == "'":
        return None if "'" in name else name
    if quote == '"':
        return None if "!" in name else "".join("\\" + c if c in _IN_DOUBLE else c for c in name)
    return "".join(c if c in _PLAIN or not c.isascii() else "\\" + c for c in name)
