"""What is recorded of the service, one fact a file, and how a body is held against it. README.md tells the words.

The files are written from the record alone. Nothing here knows the client or the emulator.
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))
COMMON = frozenset({"asset", "tempLink", "ContentType", "lowResThumbnail"})
"""Query parameters that any call may carry, says the record: whether they are sent is the client's choice.

So is ``resourceVersion`` where none is recorded; where it is, it is needed.
"""

_PLACEHOLDER = re.compile(r"\{([a-z][a-z_0-9]*)\}")
_TYPES = {
    dict: "object",
    list: "list",
    str: "text",
    bool: "boolean",
    int: "number",
    float: "number",
    type(None): "null",
}


@dataclass(frozen=True)
class Fact:
    """A request, what the service answered, and which of its values matter."""

    name: str
    source: str
    request: dict[str, Any]
    response: dict[str, Any]
    note: str = ""
    exact: list[str] = field(default_factory=list)
    optional: list[str] = field(default_factory=list)
    any: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    says: list[str] = field(default_factory=list)
    reads: Any = None

    @property
    def statuses(self) -> list[int]:
        """Those that the record allows; the first is the one to serve."""
        status = self.response["status"]
        return status if isinstance(status, list) else [status]

    def differences(self, body: Any, values: Mapping[str, Any]) -> list[str]:
        """Tell what of ``body`` is not as recorded, one line each; ``values`` fill the placeholders."""
        return [*self._unsaid(body), *self._compare(self.response.get("body"), body, "", values)]

    def paths(self) -> set[str]:
        """List where the body that is shown has something."""
        return set(_walk(self.response.get("body"), ""))

    def _unsaid(self, body: Any) -> Iterator[str]:
        told = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, default=repr)
        yield from (f"nowhere says {words!r}" for words in self.says if words not in told)

    def _compare(self, shown: Any, given: Any, path: str, values: Mapping[str, Any]) -> Iterator[str]:
        where = path or "."
        if _listed(where, self.any):
            return
        if _type(shown) != _type(given):
            yield f"{where}: {_type(given)} where {_type(shown)} is recorded"
        elif isinstance(shown, dict):
            yield from self._compare_objects(shown, given, path, values)
        elif isinstance(shown, list):
            yield from self._compare_lists(shown, given, path, values)
        elif not _alike(shown, given, values, exactly=_listed(where, self.exact)):
            yield f"{where}: {given!r} where {fill(shown, values)!r} is recorded"

    def _compare_objects(self, shown: dict, given: dict, path: str, values: Mapping[str, Any]) -> Iterator[str]:
        shown = {fill(key, values): value for key, value in shown.items()}
        for key in sorted(shown.keys() | given.keys()):
            below = f"{path}.{key}" if path else key
            if key not in given:
                if not _listed(below, self.optional):
                    yield f"{below}: missing"
            elif key not in shown:
                if not _listed(path or ".", self.open):
                    yield f"{below}: not recorded"
            else:
                yield from self._compare(shown[key], given[key], below, values)

    def _compare_lists(self, shown: list, given: list, path: str, values: Mapping[str, Any]) -> Iterator[str]:
        if _listed(path or ".", self.exact) and len(shown) != len(given):
            yield f"{path}: {len(given)} elements where {len(shown)} are recorded"
        elif shown and not given:
            yield f"{path}: empty"
        for element in given if shown else []:
            yield from self._compare(shown[0], element, f"{path}[]", values)


@cache
def load(name: str) -> Fact:
    """Read ``name``.json; a word that is none of README.md's is an error."""
    return Fact(name=name, **json.loads((FOLDER / f"{name}.json").read_text("utf-8")))


def fill(value: Any, values: Mapping[str, Any]) -> Any:
    """Put ``values`` in the place of placeholders; those that have none stay. One alone may become bytes."""
    if isinstance(value, dict):
        return {fill(key, values): fill(each, values) for key, each in value.items()}
    if isinstance(value, list):
        return [fill(each, values) for each in value]
    if not isinstance(value, str):
        return value
    whole = _PLACEHOLDER.fullmatch(value)
    if whole and whole[1] in values:
        return values[whole[1]]
    return _PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), value)


def matches(shown: str, given: str, values: Mapping[str, Any]) -> bool:
    """Whether ``given`` is ``shown``, in which ``*`` and placeholders without a value stand for any text."""
    parts = re.split(r"(\*|\{[a-z][a-z_0-9]*\})", str(fill(shown, values)))
    pattern = "".join(
        ".*" if part == "*" else ".+" if _PLACEHOLDER.fullmatch(part) else re.escape(part) for part in parts
    )
    return re.fullmatch(pattern, given, re.DOTALL) is not None


def _walk(value: Any, path: str) -> Iterator[str]:
    yield path or "."
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _walk(each, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for each in value[:1]:
            yield from _walk(each, f"{path}[]")


def _listed(path: str, paths: list[str]) -> bool:
    return any(fnmatch.fnmatchcase(path, each.replace("[]", "[[]]")) for each in paths)


def _alike(shown: Any, given: Any, values: Mapping[str, Any], *, exactly: bool) -> bool:
    if isinstance(shown, str) and _PLACEHOLDER.search(shown):
        return matches(shown, given, values)
    return not exactly or shown == given


def _type(value: Any) -> str:
    return "null" if value is None else _TYPES.get(type(value), type(value).__name__)
