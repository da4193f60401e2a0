"""Pure checks of replies: each makes a ``Check``, which is silent or raises what is seen in the place of the fact."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..model.checks import is_node_id
from .question import Check, Differs, NothingToSee, Seen
from .redact import tell_kind, tell_message, tell_name

Objects = Callable[[Seen], Sequence[Mapping[str, Any]]]
MISSING: Any = type("Missing", (), {})()
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z")
_WHOLE_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z\Z")
_MD5 = re.compile(r"[0-9a-f]{32}\Z")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value has to be: what it is called, and how it is known."""

    name: str
    holds: Callable[[Any], bool]


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.match(value) is not None


ID = Kind("22 characters", lambda value: is_node_id(value) and len(value) == 22)
TEXT = Kind("text", lambda value: isinstance(value, str))
DATE = Kind("a date with milliseconds", _matches(_DATE))
WHOLE_SECOND = Kind("a date with .000", _matches(_WHOLE_SECOND))
MD5 = Kind("32 hexadecimal digits", _matches(_MD5))
WHOLE = Kind("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0)
NUMBER = Kind("a number", lambda value: isinstance(value, int | float) and not isinstance(value, bool))
BOOL = Kind("true or false", lambda value: isinstance(value, bool))
LIST = Kind("a list", lambda value: isinstance(value, list))
OBJECT = Kind("an object", lambda value: isinstance(value, dict))
NULL = Kind("null", lambda value: value is None)
ABSENT = Kind("missing", lambda value: value is MISSING)


def one_of(*words: object) -> Kind:
    """Make the kind of a few words or values."""
    return Kind(" or ".join(map(str, words)), lambda value: any(type(value) is type(w) and value == w for w in words))


def optional(kind: Kind) -> Kind:
    """Let a value be missing, too."""
    return Kind(f"{kind.name}, or missing", lambda value: value is MISSING or kind.holds(value))


# --- what of a reply is looked at ---------------------------------------------------------------------------


def whole(seen: Seen) -> Sequence[Mapping[str, Any]]:
    """Look at the reply as one object."""
    return [_object(seen.json)]


def nodes(seen: Seen) -> Sequence[Mapping[str, Any]]:
    """Look at the nodes of a page. Raises ``NothingToSee`` where there is none."""
    found = _object(seen.json).get("data", MISSING)
    if not isinstance(found, list):
        raise Differs(f"data: {tell(found)}")
    if not found:
        raise NothingToSee("there is no such node")
    return [_object(node) for node in found]


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Differs(f"{tell(value)} where an object was due")
    return value


def get(value: Any, path: str) -> Any:
    """Get what stands at a dotted path, or ``MISSING``."""
    for name in path.split("."):
        if not isinstance(value, dict) or name not in value:
            return MISSING
        value = value[name]
    return value


def tell(value: Any) -> str:
    """Tell the kind of a value that may be ``MISSING``."""
    return tell_kind() if value is MISSING else tell_kind(value)


# --- checks -------------------------------------------------------------------------------------------------


def has(of: Objects = whole, /, **fields: Kind) -> Check:
    """Check that fields are of a kind."""

    def check(seen: Seen) -> None:
        found = of(seen)
        for name, kind in fields.items():
            wrong = [value for each in found if not kind.holds(value := get(each, name))]
            if wrong:
                some = "" if len(wrong) == len(found) else "in some, "
                raise Differs(f"{name}: {some}{tell(wrong[0])} where {kind.name} was due")

    return check


def among(found: Sequence[Any]) -> Objects:
    """Look at these, which a check has found itself."""
    return lambda _: found


def part(path: str, of: Objects = nodes) -> Objects:
    """Look at the objects at a path. Raises ``NothingToSee`` where there is none."""

    def find(seen: Seen) -> Sequence[Mapping[str, Any]]:
        found = [value for each in of(seen) if isinstance(value := get(each, path), dict)]
        if not found:
            raise NothingToSee(f"nothing has {path}")
        return found

    return find


def where(name: str, of: Objects) -> Objects:
    """Look only at those that have a field. Raises ``NothingToSee`` where none has."""

    def find(seen: Seen) -> Sequence[Mapping[str, Any]]:
        found = [each for each in of(seen) if each.get(name)]
        if not found:
            raise NothingToSee(f"nothing has {name}")
        return found

    return find


def page(seen: Seen) -> None:
    """Check that it is a page at all; what a page is made of is a fact by itself."""
    has(data=LIST)(seen)


def only(names: frozenset[str], of: Objects = nodes) -> Check:
    """Check that objects hold no other fields than these."""

    def check(seen: Seen) -> None:
        if new := {name for each in of(seen) for name in each} - names:
            raise Differs(f"also {', '.join(sorted({tell_name(name) for name in new}))}")

    return check


def says(message: str, *fields: str) -> Check:
    """Check an error's message, and that its body has these fields."""

    def check(seen: Seen) -> None:
        said = seen.json.get("message", seen.json.get("Message"))
        if not isinstance(said, str) or not said.startswith(message):
            raise Differs(f"the message {tell_message(said)}")
        missing = [name for name in fields if name not in seen.json]
        if missing:
            raise Differs(f"no {', '.join(missing)}")

    return check


def every(predicate: Callable[[Mapping[str, Any], Seen], bool], otherwise: str, of: Objects = nodes) -> Check:
    """Check something about each node."""

    def check(seen: Seen) -> None:
        if not all(predicate(each, seen) for each in of(seen)):
            raise Differs(otherwise)

    return check


def both(*checks: Check) -> Check:
    """Check one after the other."""

    def check(seen: Seen) -> None:
        for each in checks:
            each(seen)

    return check


def falls(path: str, *, rises: bool = False) -> Check:
    """Check that a page is in descending order."""

    def check(seen: Seen) -> None:
        values = [value for each in nodes(seen) if (value := get(each, path)) is not MISSING]
        if len(set(values)) < 2:
            raise NothingToSee("there are too few nodes to see an order")
        if values != sorted(values, reverse=not rises):
            opposite = values == sorted(values, reverse=rises)
            raise Differs("the opposite order" if opposite else "another order")

    return check


def holds(name: str, *, present: bool = True) -> Check:
    """Check that the node that is known as ``name`` is on the page, or is not."""

    def check(seen: Seen) -> None:
        data = seen.json["data"]
        if (seen.known[name] in [get(each, "id") for each in data]) is not present:
            raise Differs("it is missing" if present else "it is there, too")

    return check


def counts(name: str) -> Check:
    """Check that ``count`` is what another page of the same listing said."""

    def check(seen: Seen) -> None:
        if name not in seen.known or "count" not in seen.json:
            raise NothingToSee("there is nothing to compare")
        if str(seen.json["count"]) != seen.known[name]:
            raise Differs("another count")

    return check


def header(name: str, pattern: str, otherwise: str) -> Check:
    """Check a header of the reply."""

    def check(seen: Seen) -> None:
        if not re.search(pattern, seen.reply.headers.get(name, "")):
            raise Differs(otherwise)

    return check
