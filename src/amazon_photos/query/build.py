"""``F`` builds filters in Python: the same trees that text becomes, and whatever Amazon's text cannot say.

::

    F.type("PHOTOS") & F.things("beach", "moon") & (F.timeYear == 2023) & ~F.favorite
    F.size > 20_000                      F.size.between(1_000, 2_000)
    F["image.width"] >= 4000             F.name.startswith("IMG_")         F.name.matches(r"\\(\\d+\\)")
    F.createdDate >= "2019-07"           F.contentDate == date(2019, 7, 4)        F.contentDate("2019", "2021")
    F.things.all("beach", "moon")        ~F["image.location"].exists()        F.album("Summer")

Values are read at once: a wrong one fails on the line where it stands.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, ClassVar, Literal, overload

from ..errors import FilterError, InvalidInput, UnknownWord
from ..model.fields import WORDS, Field, FieldType
from . import values
from .expr import AllOf, AnyOf, Equal, Expr, Not, Pattern, Prefix, Range, Term, Value
from .match import check_pattern
from .validation import ANYTHING, check_value, suggestion

Scalar = str | int | float | bool | date
"""What a word may be compared with (numpy's scalars too). Text is read as in a filter: ``"2019-07"`` is a month.

Dates without a zone count as UTC, as all of Amazon's are. A date without a time (text, a ``date``, numpy's) means
midnight where it is compared, as pandas reads it: ``F.contentDate > "2023-06-01"`` finds what
``db.contentDate > "2023-06-01"`` does, and "2019-07" is the beginning of that month. With ``==``, ``!=`` and
``F.contentDate("2019-07")`` it is all of the day, month or year.
"""

_TIMES = ("time", "naive_time")
_Flags = Literal["settings.favorite", "settings.hidden"]


class FieldRef:
    """A word of the filter language; comparing it gives a filter."""

    __slots__ = ("_field", "_name")

    def __init__(self, name: str, field: Field) -> None:
        self._name, self._field = name, field

    def __repr__(self) -> str:
        return f"F.{self._name}" if self._name.isidentifier() else f"F[{self._name!r}]"

    def __bool__(self) -> bool:
        raise TypeError(f"{self!r} is no filter yet: compare it with something, such as {self!r} == …")

    def __call__(self, *any_of: Scalar) -> Term:
        """One of the values: ``F.things("beach", "moon")`` is ``things:(beach OR moon)``."""
        return self._group(AnyOf, any_of)

    def all(self, *all_of: Scalar) -> Term:
        """Ask for every one of the values: ``F.things.all("beach", "moon")`` is ``things:(beach AND moon)``."""
        return self._group(AllOf, all_of)

    def __eq__(self, other: Scalar) -> Term:  # type: ignore[override]
        return self._term(Equal(self._text(other)))

    def __ne__(self, other: Scalar) -> Expr:  # type: ignore[override]
        """The exact complement of ``==``: what has no value passes too. Answered offline."""
        return Not(self._term(Equal(self._text(other))))

    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def __lt__(self, other: Scalar) -> Term:
        return self._term(Range(None, self._text(other), include_low=False, include_high=False))

    def __le__(self, other: Scalar) -> Term:
        return self._term(Range(None, self._text(other), include_low=False))

    def __gt__(self, other: Scalar) -> Term:
        return self._term(Range(self._text(other), None, include_low=False, include_high=False))

    def __ge__(self, other: Scalar) -> Term:
        return self._term(Range(self._text(other), None))

    def between(self, low: Scalar, high: Scalar) -> Term:
        """Ask for ``low`` to ``high``, both included; as in pandas, a date without a time is its midnight."""
        return self._term(Range(self._text(low), self._text(high)))

    def startswith(self, prefix: str) -> Term:
        """Match what begins with ``prefix``, with case; of a list, one of the items does."""
        return self._term(Prefix(self._only_text(prefix)))

    def matches(self, regex: str) -> Term:
        """Match a regular expression, anywhere: ``F.name.matches(r"(?i)beach")``. Answered offline.

        RE2 reads it, so there is no look-around and there are no references back.
        """
        term = self._term(Pattern(self._only_text(regex)))
        check_pattern(regex)
        return term

    def exists(self) -> Term:
        """Ask that it has a value. Answered offline, but for ``F.name.exists()``."""
        return self._term(ANYTHING)

    def _group(self, group: Callable[[tuple[Value, ...]], Value], members: tuple[Scalar, ...]) -> Term:
        if not members:
            raise InvalidInput(f"{self!r}() needs a value")
        texts = tuple(Equal(self._text(member)) for member in members)
        return self._term(texts[0] if len(texts) == 1 else group(texts))

    def _term(self, value: Value) -> Term:
        check_value(self._name, self._field, value, "local")
        return Term(self._name, value)

    def _text(self, value: object) -> str:
        try:
            text = _write(_plain(value, self._field.type), self._field.type)
        except ValueError:  # a date before the year 1, a number of too many digits
            text = None
        if text is None:
            raise InvalidInput(f"{self!r} cannot be compared with {_show(value)}{self._advice(value)}")
        return text

    def _advice(self, value: object) -> str:
        if value is None:
            return f"; what has no value is ~{self!r}.exists()"
        if self._field.type == "naive_time" and isinstance(value, datetime):
            return "; it is the camera's clock, which has no zone: give a time without one"
        if self._field.type == "bool":
            return "; it is True or False"
        return f"; many at once: {self!r}(*values)" if isinstance(value, Iterable) else ""

    def _only_text(self, text: object) -> str:
        if not isinstance(text, str):
            raise InvalidInput(f"{self!r} takes text here, not {_show(text)}")
        return str.__str__(text)


def _plain(value: Any, field_type: FieldType) -> object:
    """A scalar of numpy's as Python has it, a year or a month as a filter has it; None for what means no date here."""
    if getattr(value, "ndim", None) != 0:
        return value
    if value.dtype.kind not in "mM":
        return value.item()
    unit = value.dtype.str.partition("[")[2].rstrip("]")
    if field_type not in _TIMES or value.dtype.kind == "m":
        return None
    if unit in ("Y", "M", "D"):
        return str(value)
    if unit[-1:] in "YMWD":
        return None
    plain = value.astype("datetime64[us]")
    return plain.item() if plain == value else str(value.astype("datetime64[ns]"))


def _write(value: object, field_type: FieldType) -> str | None:
    """``value`` as a filter has it; None if nothing of that type can be compared with it."""
    match value:
        case str():
            return str.__str__(value)  # an enum's member by its value, not by its name
        case bool():
            return str(value).lower() if field_type == "bool" else None
        case int() if field_type not in (*_TIMES, "bool"):
            return int.__repr__(value)
        case float() if field_type in ("int", "float"):
            return str(int(value)) if value.is_integer() else float.__repr__(value)
        case datetime() if field_type == "time" and value == value:  # pandas' NaT is not even itself
            return values.iso(value)
        case datetime() if field_type == "naive_time" and value == value and value.tzinfo is None:
            return values.iso(value).removesuffix("Z")
        case date() if field_type in _TIMES and not isinstance(value, datetime):
            return value.isoformat()
    return None


def _show(value: object) -> str:
    try:
        return repr(value)
    except ValueError:  # Python writes no more than 4,300 digits
        return f"a number of more than {sys.get_int_max_str_digits()} digits"


class BoolField(Term):
    """A word that is true or false: a filter by itself, so that ``~F.favorite`` and ``x & F.favorite`` work."""

    __slots__ = ()

    def __call__(self, *any_of: Scalar) -> Term:
        """One of the values: ``F.favorite(True)``."""
        return self._word()(*any_of)

    def __eq__(self, other: object) -> Any:
        """The filter, of a value: True, False, numpy's or "true" and "false"; of a filter, whether it is the same."""
        if isinstance(other, Expr):
            return isinstance(other, Term) and (self.field, self.value) == (other.field, other.value)
        return self._word() == other

    def __ne__(self, other: object) -> Any:
        """The exact complement of ``==``: what has no value passes too."""
        return not self == other if isinstance(other, Expr) else Not(self == other)

    def __hash__(self) -> int:
        return Term.__hash__(self)

    def exists(self) -> Term:
        """Ask that it is known to be true or false."""
        return Term(self.field, ANYTHING)

    def _word(self) -> FieldRef:
        return FieldRef(self.field, WORDS["local"][self.field])


class FieldNamespace:
    """The type of ``F``: every word of searches and node filters, and every column, as attribute or as item."""

    favorite: BoolField
    isRoot: BoolField  # noqa: N815 - Amazon's words
    isShared: BoolField  # noqa: N815
    protectedFolder: BoolField  # noqa: N815
    restricted: BoolField

    def __getattr__(self, name: str) -> FieldRef:
        if name.startswith("_"):
            raise AttributeError(f"F has no {name}")
        try:
            return self[name]
        except FilterError as error:
            raise UnknownWord(error.reason, hint=error.hint) from None

    @overload
    def __getitem__(self, name: _Flags) -> BoolField: ...  # type: ignore[overload-overlap]  # the narrower one wins
    @overload
    def __getitem__(self, name: str) -> FieldRef: ...
    def __getitem__(self, name: str) -> FieldRef | BoolField:
        if not isinstance(name, str):
            raise InvalidInput(f"a word of F is text, such as F['image.width'], not {_show(name)}")
        field = WORDS["local"].get(name)
        if field is None:
            raise FilterError(f"F knows no word {name!r}", hint=suggestion(name, "local"))
        return BoolField(name, Equal("true")) if field.type == "bool" else FieldRef(name, field)

    def __iter__(self) -> Any:
        raise TypeError("F cannot be looped over; dir(F) lists its words")

    def __dir__(self) -> list[str]:
        return sorted(name for name in WORDS["local"] if name.isidentifier())

    def __repr__(self) -> str:
        return "F"


F = FieldNamespace()
"""Builds filters: ``F.name == "x.jpg"``, ``F.size > 1000``, ``F.things("beach") & ~F.favorite``."""
