"""The smallest pieces of a filter: words, quoted and escaped text, spaces. Positions are kept for the caret."""

from __future__ import annotations

import re
from typing import NoReturn

from ..errors import FilterError
from .expr import Equal, Prefix

KEYWORDS = frozenset({"AND", "OR", "NOT", "TO"})
_STARTS_KEYWORD = frozenset("AaOoNnTt")
_ENDS_KEYWORD = r'(?=[\s()\[\]{}"]|$)\s*'
_QUOTES = frozenset("\"'")
_BRACKETS = frozenset("()[]{}")

# Each piece takes the spaces behind it along, so that the scanner always stands on something. The quantifiers are
# possessive (++): an unclosed quote is found in one pass, however long the text.
_SPACE = re.compile(r"\s*")
_FIELD = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*)\s*:\s*")
_KEYWORD = re.compile("(AND|OR|NOT|TO)" + _ENDS_KEYWORD, re.IGNORECASE)
_EACH_KEYWORD = {word: re.compile(word + _ENDS_KEYWORD, re.IGNORECASE) for word in KEYWORDS - {"TO"}}
_EACH_KEYWORD["TO"] = re.compile(r"TO\b\s*", re.IGNORECASE)  # an end follows, whatever it begins with
_BEGINNINGS = {word: frozenset((word[0], word[0].lower())) for word in KEYWORDS}
_BARE = re.compile(r"((?:[^\s()\[\]{}\\*]++|\\.)++)(\*?)\s*", re.DOTALL)
_TEXTS = {
    '"': re.compile(r'"((?:[^"\\]++|\\.)*+)"(\*?)\s*', re.DOTALL),
    "'": re.compile(r"'((?:[^'\\]++|\\.)*+)'(\*?)\s*", re.DOTALL),
    "*": re.compile(r"()(\*)\s*"),
}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Scanner:
    """Reads a filter from left to right, and never stands on a space.

    ``position`` is where it stands, ``next`` the character there: "" at the end.
    """

    text: str
    position: int
    next: str

    __slots__ = ("next", "position", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self._pass(_SPACE)
        if not text.isascii():
            self._check_characters()

    def _check_characters(self) -> None:
        try:
            self.text.encode()
        except UnicodeEncodeError as error:
            self.fail("half a character stands here", error.start, "UTF-8 has no single surrogates")

    def _pass(self, piece: re.Pattern[str]) -> re.Match[str] | None:
        """Passes over ``piece`` if it is next."""
        found = piece.match(self.text, self.position)
        if found:
            self.position = end = found.end()
            self.next = self.text[end : end + 1]
        return found

    def take(self, character: str) -> bool:
        """Pass over ``character`` if it is next."""
        if self.next != character:
            return False
        self.position = behind = self.position + 1
        self.next = following = self.text[behind : behind + 1]
        if following.isspace():
            self._pass(_SPACE)
        return True

    def keyword(self) -> str:
        """Look at the next word: in upper case if it is a keyword, else "". Nothing is passed over."""
        if self.next not in _STARTS_KEYWORD:
            return ""
        found = _KEYWORD.match(self.text, self.position)
        return found[1].upper() if found else ""

    def take_keyword(self, word: str) -> bool:
        """Pass over ``word`` (either case) if it is next."""
        return self.next in _BEGINNINGS[word] and self._pass(_EACH_KEYWORD[word]) is not None

    def field(self) -> str | None:
        """Pass over ``word:`` and return the word; None if that is not what comes next."""
        found = self._pass(_FIELD)
        return found[1] if found else None

    def field_at(self, position: int) -> tuple[str, int]:
        """Find the ``word:`` that stands at ``position``, and where it ends; "" if there is none."""
        found = _FIELD.match(self.text, position)
        return (found[1], found.end()) if found else ("", position)

    def value(self) -> Equal | Prefix | None:
        """Read a text; None if none comes next.

        text = '"' … '"' [ "*" ] | "'" … "'" [ "*" ] | bare [ "*" ] | "*"
        """
        found = self._pass(_TEXTS.get(self.next, _BARE))
        if not found:
            if self.next in _QUOTES:
                self.fail("this quote is never closed", hint="a quote that belongs to the value wants a backslash")
            return None
        raw, asterisk = found.groups()
        text = _ESCAPED.sub(r"\1", raw) if "\\" in raw else raw
        if not asterisk:
            return Equal(text)
        behind = self.text[found.end(2) : found.end(2) + 1]
        if behind and not behind.isspace() and behind not in _BRACKETS:
            hint = r"filters find beginnings (name:IMG*), no middles or ends; \* is an asterisk itself"
            self.fail("an asterisk can only stand behind a value", found.start(2), hint)
        return Prefix(text)

    def fail(self, reason: str, position: int | None = None, hint: str = "") -> NoReturn:
        """Raise ``FilterError`` with the caret at ``position`` (or here)."""
        where = self.position if position is None else position
        raise FilterError(reason, text=self.text, position=where, hint=hint) from None  # it says all that one did
