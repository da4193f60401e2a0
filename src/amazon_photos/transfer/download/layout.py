"""Where a download goes below the folder: flat, as in the library, or by a template.

::

    {name}                               media/IMG_1.jpg
    tree                                 media/Pictures/Web/IMG_1.jpg
    {year}/{month:02}/{name}             media/2012/08/IMG_1.jpg

Fields: name, stem, ext, folder, id, md5, category, year, month, day, hour, minute, second. Times are the capture
time; a file without any goes to "undated".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from string import Formatter
from typing import Any

from ...errors import InvalidInput
from ...files.names import MAX_BYTES, safe_name, split_extension
from ...model.checks import show
from ...model.filetypes import category_of
from ..local import capture_time

_DATES = ("year", "month", "day", "hour", "minute", "second")
_FIELDS = ("name", "stem", "ext", "folder", "id", "md5", "category", *_DATES)
_TELLING = frozenset({"name", "stem", "id", "md5"})
_NUMBER = re.compile("[0-9]+")


class _Undated:
    """Takes any format."""

    def __format__(self, spec: str) -> str:
        return "undated"


class Layout:
    """Raises ``InvalidInput`` for a template that cannot be meant."""

    template: str
    needs_folder: bool
    needs_date: bool

    def __init__(self, template: str) -> None:
        if not isinstance(template, str):
            raise InvalidInput(f"layout must be text: 'tree' or a template such as '{{name}}', not {show(template)}")
        self.template = "{folder}/{name}" if template == "tree" else template
        self._parts = [part for part in self.template.split("/") if part]
        if not self._parts or self.template.startswith("/") or any(part.strip() in (".", "..") for part in self._parts):
            raise InvalidInput(
                f"layout must be 'tree' or a template such as '{{year}}/{{month:02}}/{{name}}', not {template!r}"
            )
        fields = [_fields_of(part, template) for part in self._parts]
        if not fields[-1] & _TELLING:
            raise InvalidInput(f"the last part of the layout {template!r} needs {{name}}, {{stem}}, {{id}} or {{md5}}")
        self.needs_folder = any("folder" in names for names in fields)
        self.needs_date = any(names & set(_DATES) for names in fields)
        self._try()

    def path(self, row: Mapping[str, Any], folder: str = "") -> str:
        """Return the path below the download folder, with slashes; every component of it is safe."""
        values = _values(row, folder)
        components: list[str] = []
        for part in self._parts:
            if part == "{folder}":
                components += [safe_name(name) for name in folder.split("/") if name]
            elif (text := Formatter().vformat(part, (), values)) and not (components[-1:] == [text] == ["undated"]):
                components.append(safe_name(text))
        return "/".join(components)

    def _try(self) -> None:
        try:
            self.path({"name": "a.jpg", "id": "a", "md5": "a", "contentDate": datetime(2000, 1, 1)})  # noqa: DTZ001
        except ValueError as error:
            raise InvalidInput(f"the layout {self.template!r} cannot be used: {error}") from None


def _fields_of(part: str, template: str) -> set[str]:
    try:
        fields = [(name, spec or "") for _, name, spec, _ in Formatter().parse(part) if name is not None]
    except ValueError as error:
        raise InvalidInput(f"the layout {template!r} cannot be used: {error}") from None
    names = {name for name, _ in fields}
    if unknown := sorted(names - set(_FIELDS)):
        raise InvalidInput(f"the layout has no field {{{unknown[0]}}}; there are: {', '.join(_FIELDS)}")
    for name, spec in fields:
        _check_spec(name, spec, template)
    return names


def _check_spec(name: str, spec: str, template: str) -> None:
    if "{" in spec:
        raise InvalidInput(f"the layout {template!r} cannot be used: a field stands inside of {{{name}}}")
    if any(len(number) > 3 or int(number) > MAX_BYTES for number in _NUMBER.findall(spec)):
        raise InvalidInput(f"the layout {template!r} cannot be used: names are no longer than {MAX_BYTES}, not {spec}")


def _values(row: Mapping[str, Any], folder: str) -> dict[str, Any]:
    name = row.get("name") or row["id"]
    stem, extension = split_extension(name)
    when = capture_time.capture_time(row)
    dates = {field: _Undated() if when is None else getattr(when, field) for field in _DATES}
    return {
        "name": name,
        "stem": stem,
        "ext": extension.lstrip("."),
        "folder": folder,
        "id": row["id"],
        "md5": row.get("md5") or "",
        "category": category_of(name) or "other",
        **dates,
    }
