"""The tree a filter is: ``And``, ``Or``, ``Not`` and ``Term``; ``&``, ``|`` and ``~`` combine them.

::

    type:(PHOTOS OR VIDEOS) AND timeYear:(2023)
        And(Term("type", AnyOf(Equal("PHOTOS"), Equal("VIDEOS"))), Term("timeYear", Equal("2023")))

A ``Term`` is one *filter parameter* in Amazon's counting (at most 8), so a group stays inside its term.
``AND`` binds tighter than ``OR``, inside groups too. The tree is canonical: no nested And in And (nor AllOf
in AllOf), no And of one; the constructors ``and_`` and ``or_`` and the operators see to that.
Values are text exactly as meant, without quotes or backslashes.

A filter may be ``MAX_DEPTH`` deep, as text and as a tree alike: what reads, checks, writes or compares one calls itself
on the way down, and takes at most two thirds of the 1,000 calls that Python allows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import WrongCall
from ..model.plain_text import to_plain

MAX_DEPTH = 80
"""How many brackets and NOTs may stand inside each other; the brackets around a word's own value don't count."""

# --- what a term asks of its field -------------------------------------------------------------------------


class Value:
    """Something a field may be compared with."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Equal(Value):
    """Exactly ``text`` (for list fields: one of the items is)."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix(Value):
    """Begins with ``text``."""

    text: str


@dataclass(frozen=True, slots=True)
class Range(Value):
    """Between ``low`` and ``high``; None means open. ``[`` includes its end, ``{`` does not."""

    low: str | None
    high: str | None
    include_low: bool = True
    include_high: bool = True


@dataclass(frozen=True, slots=True)
class Pattern(Value):
    """Contains a match of a regular expression. Only offline: Amazon has nothing like it."""

    regex: str


@dataclass(frozen=True, slots=True)
class AllOf(Value):
    """``(a AND b)``: two or more values, every one of which holds."""

    parts: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class AnyOf(Value):
    """``(a OR b)``: two or more values, one of which holds."""

    parts: tuple[Value, ...]


def leaves(value: Value) -> Iterator[Value]:
    """Yield the single values that a value is made of, from left to right."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case AllOf(parts) | AnyOf(parts):
                waiting.extend(reversed(parts))
            case single:
                yield single


# --- the tree ----------------------------------------------------------------------------------------------


class Expr:
    """A filter, or a part of one."""

    __slots__ = ()

    def __and__(self, other: Expr) -> Expr:
        return and_(self, other) if isinstance(other, Expr) else NotImplemented

    def __or__(self, other: Expr) -> Expr:
        return or_(self, other) if isinstance(other, Expr) else NotImplemented

    def __invert__(self) -> Expr:
        return self.part if isinstance(self, Not) else Not(self)

    def __bool__(self) -> bool:
        raise WrongCall("a filter has no truth value: combine filters with & | ~, not with and, or, not")

    def _repr_html_(self) -> str:
        """As a notebook shows it: in the words it was built with."""
        import html  # a notebook needs it, and no command

        return f"<code>{html.escape(to_plain(str(self)))}</code>"

    def terms(self) -> Iterator[Term]:
        """Yield every term, from left to right."""
        waiting: list[Expr] = [self]
        while waiting:
            match waiting.pop():
                case Term() as term:
                    yield term
                case And(parts) | Or(parts):
                    waiting.extend(reversed(parts))
                case Not(part):
                    waiting.append(part)


@dataclass(frozen=True, slots=True)
class Term(Expr):
    """``field:value``. ``field`` is the word as written."""

    field: str
    value: Value


@dataclass(frozen=True, slots=True)
class And(Expr):
    """Two or more parts, all of which hold."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or(Expr):
    """Two or more parts, one of which holds."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Not(Expr):
    """The part does not hold. Amazon's language has no negation: we answer it ourselves."""

    part: Expr


@dataclass(frozen=True, slots=True)
class Verbatim(Expr):
    """Text that is sent as it is: what ``strict=False`` lets through. Only Amazon knows its terms: it has none here."""

    text: str


def and_(*parts: Expr) -> Expr:
    """Join the parts by ``And``, flattened; the part itself when there is one."""
    if len(parts) == 1:
        return parts[0]
    return And(tuple(p for part in parts for p in (part.parts if isinstance(part, And) else (part,))))


def or_(*parts: Expr) -> Expr:
    """Join the parts by ``Or``, flattened; the part itself when there is one."""
    if len(parts) == 1:
        return parts[0]
    return Or(tuple(p for part in parts for p in (part.parts if isinstance(part, Or) else (part,))))


def nesting(expr: Expr) -> int:
    """Count the brackets and NOTs that stand inside each other in a tree's text, as ``MAX_DEPTH`` does."""
    deepest = 0
    waiting: list[tuple[int, Expr | Value, tuple[type, ...]]] = [(0, expr, ())]
    while waiting:
        depth, part, looser = waiting.pop()
        depth += isinstance(part, looser)
        match part:
            case And(parts):
                waiting.extend((depth, below, (Or,)) for below in parts)
            case AllOf(parts):
                waiting.extend((depth, below, (AnyOf,)) for below in parts)
            case Or(parts) | AnyOf(parts):
                waiting.extend((depth, below, ()) for below in parts)
            case Not(below):
                waiting.append((depth + 1, below, (And, Or)))
            case Term(_, value):
                waiting.append((depth, value, ()))
            case _:
                deepest = max(deepest, depth)
    return deepest
