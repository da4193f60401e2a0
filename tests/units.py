"""Unit files of systemd, read as far as a test has to: sections, keys that come again, and what ``%h`` is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

Unit = Mapping[str, Mapping[str, list[str]]]


def read_unit(path: Path) -> Unit:
    """Read a unit: its sections, and for each key the values in their order."""
    sections: dict[str, dict[str, list[str]]] = {}
    for line in path.read_text("utf-8").splitlines():
        if found := re.fullmatch(r"\[(\w+)\]", line):
            keys = sections.setdefault(found[1], {})
        elif line and line[0] not in "#;":
            name, _, value = line.partition("=")
            keys.setdefault(name.strip(), []).append(value.strip())
    return sections


def read_codes(values: list[str]) -> set[int]:
    """Read a list of exit codes."""
    return {int(code) for value in values for code in value.split()}
