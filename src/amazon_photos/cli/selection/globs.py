"""Patterns of names, as a shell has them: ``*`` and ``?`` stand for any letters and for one, ``[0-9]`` for one of some.

Case and Unicode form are no matter (``model.names``): ``cafÉ*`` finds "Café", however its accent is composed, and ``?``
is an accented letter as well as a plain one. A million names are looked at by Arrow; only those that are not plain
ASCII are folded one by one.
"""

from __future__ import annotations

import re
import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

from ...errors import FilterError, InvalidInput
from ...model.names import fold_name
from ...query.constants import fill_false, to_array
from ...query.evaluate import search

ANY_DEPTH = "**"
_GLOB = re.compile(r"[*?\[]")


def is_glob(text: str) -> bool:
    """Tell whether a text has what makes it a pattern; a name may have it, too."""
    return _GLOB.search(text) is not None


def match_names(names: pa.Array, pattern: str) -> pa.Array:
    """Mark the names that a pattern matches as a whole: True for those, else False.

    Raises ``InvalidInput`` for a pattern that cannot be read.
    """
    expression = to_expression(_fold(pattern))
    try:
        return fill_false(search(_fold_all(names), expression))
    except FilterError:
        raise InvalidInput(f"{pattern!r:.200} is no pattern: look at what stands between its [ and ]") from None


def to_expression(pattern: str) -> str:
    """Return a pattern as a regular expression of RE2's, for the whole of a name."""
    parts, place = [], 0
    while place < len(pattern):
        c = pattern[place]
        place += 1
        if c == "*":
            parts.append(".*")
        elif c == "?":
            parts.append(".")
        elif c == "[" and (end := _find_end(pattern, place)) > 0:
            parts.append(_to_class(pattern[place:end]))
            place = end + 1
        else:
            parts.append(re.escape(c))
    return f"(?s)^(?:{''.join(parts)})$"


def _find_end(pattern: str, place: int) -> int:
    """Where the bracket ends that began before ``place``, -1 where it does not; one that comes first is a member."""
    first = place + 1 if pattern[place : place + 1] == "!" else place
    return pattern.find("]", first + 1)


def _to_class(members: str) -> str:
    negated = members.startswith("!")
    text = "".join(c if c == "-" else re.escape(c) for c in members[negated:])
    return f"[{'^' if negated else ''}{text}]"


def _fold(text: str) -> str:
    """Fold a name so that each letter is one, with its accent."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", fold_name(text))


def _fold_all(names: pa.Array) -> pa.Array:
    odd = fill_false(pc.invert(pc.string_is_ascii(names)))
    folded = [_fold(name) for name in names.filter(odd).to_pylist()]
    return pc.replace_with_mask(pc.ascii_lower(names), odd, to_array(folded, pa.string()))


def match_written(names: pa.Array, name: str) -> pa.Array:
    """Mark the names that agree with one that is written out, ignoring case and Unicode form."""
    return fill_false(pc.equal(_fold_all(names), to_array([_fold(name)], pa.string())[0]))
