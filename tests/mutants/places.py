"""Where a small mistake can be made, and the choice of a sample.

cosmic-ray knows the mistakes: another comparison, another number, ``not`` gone, an empty loop.
"""

from __future__ import annotations

import ast
import os
import random
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

from cosmic_ray.commands.init import _all_work_items
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

PACKAGE = Path("src/amazon_photos")
HARMLESS = re.compile("_(Eq_Is|NotEq_IsNot|Is_Eq|IsNot_NotEq)$")
"""Mistakes that are none for the short texts and the None that nearly all of these compare."""

_TIMES = count(1_000_000_000)
Position = tuple[int, int]
"""A line and a column."""


@dataclass(frozen=True)
class Mutant:
    """One mistake that can be made: ``occurrence`` counts the places of an operator in a file."""

    room: str
    path: Path
    operator: str
    occurrence: int
    begin: Position
    end: Position

    def __str__(self) -> str:
        return f"{self.path.relative_to(PACKAGE)}:{self.begin[0]} {self.operator.removeprefix('core/')}"

    @property
    def line(self) -> str:
        return self.path.read_text("utf-8").splitlines()[self.begin[0] - 1].strip()

    def make(self) -> str:
        """The file with the mistake; nothing where it cannot be made, or leaves what is no Python at all."""
        try:
            wrong = mutate_code(self.path.read_text("utf-8"), get_operator(self.operator)(), self.occurrence) or ""
            with warnings.catch_warnings(action="ignore"):
                compile(wrong, self.path, "exec")
        except (AttributeError, SyntaxError):  # the first: an exception named with a dot
            return ""
        return wrong

    @contextmanager
    def made_in(self, folder: Path) -> Iterator[None]:
        """Make the mistake in a copy of the project, and take it back.

        Each gets a time of its own: Python takes compiled code for that of a file as old and as long as it was.
        """
        path = folder / self.path
        right, times = path.read_text("utf-8"), path.stat()
        try:
            path.write_text(self.make(), "utf-8")
            os.utime(path, (0, next(_TIMES)))
            yield
        finally:
            path.write_text(right, "utf-8")
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def draw(rooms: Iterable[str], size: int, seed: int) -> list[Mutant]:
    """Choose places first, and then one of the mistakes that can be made there."""
    places: dict[tuple[Path, object], list[Mutant]] = {}
    for room in rooms:
        for mutant in find_mutants(room):
            places.setdefault((mutant.path, (mutant.begin, mutant.end)), []).append(mutant)
    rng = random.Random(seed)
    drawn = (rng.choice(places[place]) for place in rng.sample(list(places), len(places)))
    return list(islice(filter(Mutant.make, drawn), size))


def find_mutants(room: str) -> Iterator[Mutant]:
    """All mistakes that can be made in a room, but for harmless ones, and those in what nothing runs."""
    for path in sorted((PACKAGE / room).rglob("*.py")):
        unrun = list(find_unrun(path))
        for item in _all_work_items([path], {}):
            found = item.mutations[0]
            if HARMLESS.search(found.operator_name) or any(
                begin <= found.start_pos and found.end_pos <= end for begin, end in unrun
            ):
                continue
            yield Mutant(room, path, found.operator_name, found.occurrence, found.start_pos, found.end_pos)


def find_unrun(path: Path) -> Iterator[tuple[Position, Position]]:
    """Where annotations, and what only type checkers read, begin and end."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        found = [getattr(node, name, None) for name in ("annotation", "returns")]
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            found += [node.test, *node.body]
        for part in found:
            if isinstance(part, ast.expr | ast.stmt):
                yield (part.lineno, part.col_offset), (part.end_lineno or 0, part.end_col_offset or 0)


def find_statement(path: Path, line: int) -> range:
    """The lines of the innermost statement around a line; of one with a body, its head. Empty if it runs at import."""
    found, called = range(0), False
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):  # outer ones come first
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0):
            body = getattr(node, "body", None)
            called |= isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.body[0].lineno <= line
            found = range(node.lineno, max(line, body[0].lineno - 1) + 1 if body else (node.end_lineno or 0) + 1)
    return found if called else range(0)
