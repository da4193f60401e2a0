"""New names of many nodes by a template, such as "{year}-{month:02}-{day:02} {name}". Pure.

Fields: name, stem, ext, id, md5, category, n (1, 2, 3 … in the order given), and year, month, day, hour, minute, second
of the capture time. As in a download's layout, but it makes a name and no path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from string import Formatter

from ..errors import InvalidInput
from ..files.names import split_extension
from ..model.checks import show
from ..model.filetypes import category_of
from ..model.names import MAX_NAME, fold_name, with_ending

_DATES = ("year", "month", "day", "hour", "minute", "second")
FIELDS = ("name", "stem", "ext", "id", "md5", "category", "n", *_DATES)
_TELLING = frozenset({"name", "stem", "id", "md5", "n"})
_NUMBER = re.compile("[0-9]+")


@dataclass(frozen=True, slots=True)
class Renamed:
    """A node that gets another name, as far as a template reads it."""

    id: str
    name: str
    md5: str | None = None
    taken: datetime | None = None
    parents: tuple[str, ...] = ()
    kind: str = ""


class NameTemplate:
    """A template of names. Raises ``InvalidInput`` for one that cannot be meant."""

    def __init__(self, template: str) -> None:
        if not isinstance(template, str) or not template.strip() or "/" in template or "\0" in template:
            raise InvalidInput(
                f"template is text such as '{{year}}-{{month:02}} {{name}}', without /; not {show(template)}"
            )
        self._template = template
        self._needs_date = bool(self._check() & set(_DATES))

    def _check(self) -> set[str]:
        try:
            fields = [(name, spec or "") for _, name, spec, _ in Formatter().parse(self._template) if name is not None]
        except ValueError as error:
            raise InvalidInput(f"the template {self._template!r} cannot be used: {error}") from None
        names = {name for name, _ in fields}
        if unknown := sorted(names - set(FIELDS)):
            raise InvalidInput(f"the template has no field {{{unknown[0]}}}; there are: {', '.join(FIELDS)}")
        if not names & _TELLING:
            raise InvalidInput(f"the template {self._template!r} needs {{name}}, {{stem}}, {{n}}, {{id}} or {{md5}}")
        for name, spec in fields:
            if "{" in spec or any(len(number) > 3 or int(number) > MAX_NAME for number in _NUMBER.findall(spec)):
                raise InvalidInput(f"the template {self._template!r} cannot be used: {{{name}:{spec}}}")
        try:
            self._format(Renamed("a", "a.jpg", "a", datetime(2000, 1, 1)), 1)  # noqa: DTZ001
        except ValueError as error:
            raise InvalidInput(f"the template {self._template!r} cannot be used: {error}") from None
        return names

    def name_all(self, nodes: Iterable[Renamed]) -> Iterator[tuple[Renamed, str | None, str]]:
        """Give each node its new name, and what a person should know of it.

        The name is None where there can be none: a date is asked for that nobody knows, or it would be too long. Of
        two that get one name in a folder, the second gets "(1)".
        """
        taken: set[tuple[str, str]] = set()
        for number, node in enumerate(nodes, 1):
            if self._needs_date and node.taken is None:
                yield node, None, "nobody knows when it was taken"
                continue
            name = wanted = self._format(node, number)
            if not 0 < len(name) <= MAX_NAME:
                yield node, None, f"its name would have {len(name)} characters, and a name has 1 to {MAX_NAME}"
                continue
            again = 0
            while any((parent, fold_name(name)) in taken for parent in node.parents):
                again += 1
                name = with_ending(wanted, f"({again})")
            taken |= {(parent, fold_name(name)) for parent in node.parents}
            yield node, name, f"{wanted!r} is another's here" if again else ""

    def _format(self, node: Renamed, number: int) -> str:
        stem, extension = split_extension(node.name)
        dates = {field: getattr(node.taken, field, 0) for field in _DATES}
        values = {
            "name": node.name,
            "stem": stem,
            "ext": extension.lstrip("."),
            "id": node.id,
            "md5": node.md5 or "",
            "category": category_of(node.name) or "other",
            "n": number,
            **dates,
        }
        return Formatter().vformat(self._template, (), values).strip()
