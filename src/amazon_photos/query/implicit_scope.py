"""What a listing leaves out unless the filter asks for it, and the terms that ask for it.

::

              kind                               status                 more is listed
    nodes     FILE, FOLDER, VISUAL_COLLECTION    AVAILABLE, PENDING     when the filter says something of the word
    searches  FILE                               AVAILABLE              albums, when type:(ALBUMS) asks for them

Live is only that Amazon's own page asks for the trash with ``status:(TRASH*)`` and for photos with
``type:(PHOTOS OR VIDEOS)``; that each listing hides the rest when nothing is said is a guess, and the emulator's too.
Where Amazon hides less, asking for more changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..errors import FilterError
from ..model.fields import Dialect
from .expr import AllOf, And, AnyOf, Equal, Expr, Not, Or, Prefix, Range, Term, and_
from .validation import ANYTHING, TYPES

_ALL: Mapping[str, tuple[str, ...]] = {
    "kind": ("FILE", "FOLDER", "VISUAL_COLLECTION", "ASSET", "SHARED_COLLECTION"),
    "status": ("AVAILABLE", "PENDING", "TRASH", "PURGED"),
}
_LISTED = {"kind": ("FILE", "FOLDER", "VISUAL_COLLECTION"), "status": ("AVAILABLE", "PENDING")}
"""What a listing of nodes lists by itself."""
_GIVEN = {"kind": ("FILE", "VISUAL_COLLECTION"), "status": ("AVAILABLE",)}
"""What a search may give; the first of each it lists by itself."""
_WITH_ALBUMS = Or((Term("type", AnyOf(tuple(map(Equal, TYPES)))), Term("name", ANYTHING)))
"""Everything that a search can give: a file may be neither photo nor video, but it has a name."""
_NO_ASSET = Not(Term("kind", Equal("ASSET")))
_TYPES_OF = {"FILE": ("PHOTOS", "VIDEOS"), "VISUAL_COLLECTION": ("ALBUMS",)}


def widen(whole: Expr, sent: Sequence[Expr], rest: Sequence[Expr], dialect: Dialect) -> list[Expr]:
    """Widen ``sent`` by the terms without which nodes that ``rest`` matches would not be listed.

    Only what ``rest`` says something of counts: ``F.size > 5`` asks for nothing in the trash,
    ``F.status != "AVAILABLE"`` does. Raises ``FilterError`` for what a search never gives, if the filter names it
    (``F.kind("FILE", "FOLDER")``) or holds of nothing that a search lists by itself (``F.kind != "FILE"``).
    """
    said = {term.field for part in rest for term in part.terms()}
    told = {term.field for part in sent for term in part.terms()}
    if dialect == "search":
        return _widen_search(whole, said, sent)
    wanted = {word: _find_wanted(whole, word) for word in _ALL if word in said - told}
    return [
        Term(word, AnyOf(tuple(map(Prefix, values))) if len(values) > 1 else Prefix(values[0]))
        for word, values in wanted.items()
        if not set(values) <= set(_LISTED[word])
    ]


def narrow(expr: Expr) -> Expr:
    """Limit a filter to what listings list by themselves: no assets, the movies of live photos.

    So a question is answered offline as Amazon answers it; one that says something of ``kind`` stays as it is.
    """
    return expr if any(term.field == "kind" for term in expr.terms()) else and_(expr, _NO_ASSET)


def _widen_search(whole: Expr, said: set[str], sent: Sequence[Expr]) -> list[Expr]:
    for word in [word for word in _ALL if word in said]:
        wanted = _find_wanted(whole, word)
        never = [value for value in wanted if value not in _GIVEN[word]]
        asked = [value for value in never if _GIVEN[word][0] not in wanted or _names([whole], word, word, value)]
        if asked:
            raise FilterError(
                f"a search never lists {word}:({' OR '.join(asked)}), which this filter asks for", hint="ask nodes()"
            )
    albums = said & {"kind", "type"} and "VISUAL_COLLECTION" in _find_wanted(whole, "kind")
    return [_WITH_ALBUMS] if albums and not _names(sent, "type", "kind", "VISUAL_COLLECTION") else []


def _names(parts: Sequence[Expr], field: str, word: str, value: str) -> bool:
    """Whether a term of ``field`` can hold of a node whose ``word`` is ``value``."""
    terms = [term for part in parts for term in part.terms() if term.field == field]
    return any(_holds(term, word, value)[0] for term in terms)


def _find_wanted(whole: Expr, word: str) -> tuple[str, ...]:
    """The values of ``word`` with which the filter may hold."""
    return tuple(value for value in _ALL[word] if _holds(whole, word, value)[0])


def _holds(expr: Expr, word: str, text: str) -> tuple[bool, bool]:
    """Whether ``expr`` can hold, and whether it can fail, of a node whose ``word`` is ``text``."""
    match expr:
        case And(parts) | Or(parts):
            can = [_holds(part, word, text) for part in parts]
            hold, fail = (all, any) if isinstance(expr, And) else (any, all)
            return hold(can_hold for can_hold, _ in can), fail(can_fail for _, can_fail in can)
        case Not(part):
            can_hold, can_fail = _holds(part, word, text)
            return can_fail, can_hold
        case Term(field, AllOf(parts)):
            return _holds(And(tuple(Term(field, part) for part in parts)), word, text)
        case Term(field, AnyOf(parts)):
            return _holds(Or(tuple(Term(field, part) for part in parts)), word, text)
        case Term("type", value) if word == "kind":
            asked = value.text.upper() if isinstance(value, Equal) else None
            found = [one for one in _TYPES_OF.get(text, ()) if asked in (None, one)]
            return bool(found), not found or text == "FILE"  # a file may be neither photo nor video
        case Term(field, Equal() | Prefix() | Range() as value) if field == word:
            return _fits(value, text), not _fits(value, text)
    return True, True


def _fits(value: Equal | Prefix | Range, text: str) -> bool:
    match value:
        case Equal(one):
            return one == text
        case Prefix(beginning):
            return text.startswith(beginning)
        case Range(low, high, include_low, include_high):
            above = low is None or low < text or (include_low and low == text)
            return above and (high is None or text < high or (include_high and high == text))
