"""What must be seen nowhere: the values of a session's cookies, in whichever spelling a server repeats them.

::

    at-main=Atza|Ab/3…          as it was sent
    Ab/3…                       bare: without what stands before the bar
    Atza%7CAb%2F3…              in an address, once or twice encoded
    Atza|Ab\\/3…  Atza\\u007cAb…   in JSON;  Atza\\174Ab… in a quoted cookie;  Atza&#124;Ab… in a page
    QXR6YXxBYi8z…               base64, also in the middle of something

Nothing here costs anything while all goes well: patterns are made when a text has a piece of a value in it.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NoReturn
from urllib.parse import quote, quote_plus, unquote

_SHORTEST = 8
"""Characters; what is shorter is no secret, and would be found in every other word."""
_MAX_FORMER = 64
"""Values that are no longer sent, and still hidden."""
_NAMES = {
    '"': "quot",
    "&": "amp",
    "'": "apos",
    "<": "lt",
    ">": "gt",
    "|": "vert",
    "/": "sol",
    "+": "plus",
    "=": "equals",
}
_SOME = "{0,16}"
"""Times that something is encoded anew, and no more: else a text of backslashes would be read from each of them to its
end."""
_IN_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
"""As ``html.escape`` has it: that module brings all characters that HTML has names for."""
_PIECE = re.compile(r"[A-Za-z0-9]+")


class Secrets:
    """The values to hide: the living ones for ever, those that were replaced as long as there are not too many."""

    def __init__(self, living: Iterable[str]) -> None:
        self._living = {value: _Secret(value) for value in living if len(value) >= _SHORTEST}
        self._former: dict[str, _Secret] = {}

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self._living) + len(self._former)}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} holds cookies: it cannot be copied or pickled")

    def add(self, value: str, *, instead_of: str | None = None) -> None:
        """Hide ``value`` from now on: as long as it lives, if it is sent ``instead_of`` another one."""
        if instead_of is not None and (old := self._living.pop(instead_of, None)) is not None:
            self._former[instead_of] = old
        if len(value) >= _SHORTEST and value not in self._living:
            secret = self._former.pop(value, None) or _Secret(value)
            (self._former if instead_of is None else self._living)[value] = secret
        while len(self._former) > _MAX_FORMER:
            del self._former[next(iter(self._former))]

    def hide(self, text: str) -> str:
        """Return ``text`` with "…" in the place of every value."""
        lowered = text.lower()
        for secret in (*self._living.values(), *self._former.values()):
            if secret.may_be_in(lowered):
                text = secret.pattern.sub("…", text)
        return text

    def clean(self, error: BaseException) -> None:
        """Take the values out of an error's message, attributes and notes."""
        error.args = tuple(self._hidden(value) for value in error.args)
        for name, value in vars(error).items():
            setattr(error, name, self._hidden(value))

    def _hidden(self, value: object) -> object:
        if isinstance(value, str):
            return self.hide(value)
        return [self._hidden(each) for each in value] if type(value) is list else value


class _Secret:
    """One value, and what it looks like elsewhere."""

    def __init__(self, value: str) -> None:
        self._value = value

    def may_be_in(self, lowered: str) -> bool:
        """Whether a piece of it, which no spelling changes, stands in the text."""
        return any(piece in lowered for piece in self._pieces)

    @cached_property
    def _spellings(self) -> tuple[str, ...]:
        whole = dict.fromkeys((self._value, unquote(self._value)))
        plain = [*whole, *(bare for value in whole if len(bare := value.partition("|")[2]) >= _SHORTEST)]
        return (*plain, *(packed for value in plain for packed in _in_base64(value) if len(packed) >= _SHORTEST))

    @cached_property
    def _pieces(self) -> tuple[str, ...]:
        return tuple({max(_PIECE.findall(each), key=len, default="").lower() for each in self._spellings})

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(map(_in_any_spelling, self._spellings)), re.IGNORECASE)


def _in_base64(value: str) -> Iterator[str]:
    """What of it is sure to be there, wherever it begins in what was encoded."""
    for before, uncertain in ((0, 0), (1, 2), (2, 3)):
        packed = b64encode(bytes(before) + value.encode()).decode()
        yield packed[uncertain : 8 * (before + len(value.encode())) // 6]


def _in_any_spelling(value: str) -> str:
    """A pattern for all of a value. It takes no longer than the text is long, whoever wrote value and text."""
    if "\\" not in value:
        return "".join(map(_any_spelling, value))
    # No cookie has a backslash (RFC 6265). One that has it could be read in too many ways: only whole spellings count.
    spelled = [value]
    for _ in range(3):
        spelled.append(json.dumps(spelled[-1])[1:-1])
    quoted = [quote(value, safe=""), quote_plus(value), quote(quote(value, safe=""), safe="")]
    return "|".join(map(re.escape, (*reversed(spelled), *quoted, value.translate(_IN_HTML))))


def _any_spelling(c: str) -> str:
    """A pattern for a character as it stands in texts, addresses, JSON, quoted cookies, pages and both base64s."""
    if c.isalnum():
        return c
    code = ord(c)
    forms = [rf"%(?:25){_SOME}{code:02x}", rf"\\{_SOME}\\(?:u{code:04x}|x{code:02x}|{code:03o})"]
    forms += [rf"\\{_SOME}{re.escape(c)}", f"&#0{_SOME}{code};", f"&#x0{_SOME}{code:x};"]
    if c in _NAMES:
        forms.append(f"&{_NAMES[c]};")
    forms += {"+": ["-"], "/": ["_"], " ": [r"\+"]}.get(c, [])
    return f"(?:{'|'.join(forms)})"
