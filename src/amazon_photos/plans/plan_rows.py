"""Plans as frames and as files: rows -> steps, steps -> rows. A file has one JSON object a line, one for each row.

A plan may have been to a spreadsheet and back; whoever reads it believes nothing: the words, the ids and what each
action needs are checked, and an error names the row.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from io import BufferedReader
from os import PathLike
from typing import Any

import msgspec
import pyarrow as pa

from ..errors import FileChanged, InvalidInput, LocalFileError
from ..files.atomic import write_atomically
from ..files.os_errors import to_local_error
from ..files.paths import expand_path
from ..files.regular import check_regular, open_unblocked
from ..files.target import find_target
from ..frames.results import STEPS
from ..frames.row_builder import table_of
from ..model.fields import FieldType
from .actions import KINDS, Action, Aspect
from .step import Step, check_step

_NEEDED = ("action", "id")
_MAY_BE_EMPTY: frozenset[Aspect] = frozenset({"name", "description", "person", "picture"})


def to_table(steps: Iterable[Step]) -> pa.Table:
    """Return steps as a table with the columns of ``STEPS``."""
    return table_of(map(_to_row, steps), STEPS)


def _to_row(step: Step) -> Sequence[Any]:
    told = {name: getattr(step, name) for name in STEPS.names}
    return [None if value == "" and name not in ("before", "after") else value for name, value in told.items()]


def read_rows(plan: Any) -> list[Step]:
    """Read the rows of a plan, as a frame of pandas, polars or pyarrow, or as records.

    Raises ``InvalidInput`` for what is no plan, which names the row.
    """
    from ..frames.from_frame import column_names, read_frame  # pandas is for those who bring a frame

    there = column_names(plan)
    if missing := [name for name in _NEEDED if name not in there]:
        raise InvalidInput(f"this is no plan: it has no column {missing[0]!r} (dry_run=True makes one)")
    types: Mapping[str, FieldType] = {"int64": "int", "bool": "bool"}
    table = read_frame(plan, {field.name: types.get(str(field.type), "string") for field in STEPS})
    return [_to_step(number, row) for number, row in enumerate(table.to_pylist())]


def _to_step(number: int, row: Mapping[str, Any]) -> Step:
    action = row.get("action")
    if not isinstance(action, str) or action not in KINDS:
        raise InvalidInput(
            f"row {number} of the plan: there is no action {action!r:.80}; {', '.join(Action)} are known"
        )
    told = {name: value for name, value in row.items() if value is not None and name != "reversible"}
    aspect = KINDS[Action(action)].changes
    for name in ("before", "after"):
        if name in told:
            told[name] = _mend_text(aspect, told[name])
        if told.get(name) == "" and aspect not in _MAY_BE_EMPTY:
            del told[name]  # of a table that was read without missing values
    try:
        step = msgspec.convert({"id": "", **told}, Step)
        check_step(step)
    except (ValueError, msgspec.ValidationError) as error:
        raise InvalidInput(f"row {number} of the plan: {error}") from None
    return step


def _mend_text(aspect: Aspect, value: Any) -> Any:
    """A value as a plan has it: spreadsheets and pandas make truth values of "true" and "false"."""
    if aspect not in ("favorite", "hidden") or not isinstance(value, str | bool):
        return value
    return str(value).lower()


def read_lines(path: str | PathLike[str]) -> list[dict[str, Any]]:
    """Read the rows of a plan from a file of JSON lines. Raises ``LocalFileError`` and ``InvalidInput``."""
    text = expand_path("plan", path)
    try:
        with BufferedReader(open_unblocked(text)) as file:
            check_regular(os.fstat(file.fileno()))
            return [_read_line(text, number, line) for number, line in enumerate(file) if line.strip()]
    except FileNotFoundError:
        raise InvalidInput(f"there is no plan {text}") from None
    except FileChanged:
        raise LocalFileError(f"cannot read the plan {text}: it is no file") from None
    except OSError as error:
        raise to_local_error(error, f"cannot read the plan {text}") from None


def _read_line(path: str, number: int, line: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeError):
        raise InvalidInput(
            f"line {number + 1} of {path} is no JSON object: a plan's file is what save_plan writes; a table is "
            "read by pandas first: ap.apply(pd.read_csv(path, dtype=str, keep_default_na=False))"
        ) from None


def read_records(rows: Iterable[Mapping[str, Any]]) -> list[Step]:
    """Read rows as ``read_lines`` gives them. Raises ``InvalidInput`` as ``read_rows``."""
    return [_to_step(number, {name: row.get(name) for name in STEPS.names}) for number, row in enumerate(rows)]


def write_plan(plan: pa.Table, path: str | PathLike[str]) -> None:
    """Write a plan to a file of JSON lines, whole or not at all.

    Raises ``InvalidInput`` and ``LocalFileError``.
    """
    target = find_target("path", path)
    try:
        with write_atomically(target) as file:
            for row in plan.to_pylist():
                file.write(msgspec.json.encode(row) + b"\n")
    except OSError as error:
        raise to_local_error(error, f"cannot write the plan {target}") from None
