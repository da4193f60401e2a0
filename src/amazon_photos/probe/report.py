"""The report: a file that can be posted in public. It holds our own words, the zone of the marketplace, and no more."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib import metadata
from os import PathLike
from pathlib import Path
from typing import Any

from ..errors import AmazonPhotosError, InvalidInput, LocalFileError, NetworkError, RateLimited, SessionExpired
from ..files.atomic import write_atomically
from ..files.os_errors import translate_write_error
from ..files.target import find_target
from .question import Answer, ProbeOutcome
from .redact import tell_name

FORMAT = 1
Surprise = tuple[str, str, str, int, str]


def to_report(
    answers: Sequence[Answer], *, zone: str, ended: str = "", surprises: Iterable[Surprise] = ()
) -> dict[str, Any]:
    """Make the report of a probe; ``ended`` says why it ended early (``tell_end``), "" that it did not.

    ``surprises`` are the rows of ``ap.surprises()``: what, name, where, count and sample.
    """
    outcomes = Counter(answer.outcome for answer in answers)
    return {
        "format": FORMAT,
        "program": f"amazon-photos {_version()}",
        "zone": zone,
        "ended": ended,
        "outcomes": {outcome.value: outcomes[outcome] for outcome in ProbeOutcome},
        "answers": [
            {"fact": a.fact, "outcome": a.outcome.value, "expected": a.expected, "seen": a.seen} for a in answers
        ],
        "surprises": [tell_surprise(row) for row in surprises],
    }


def tell_surprise(row: Surprise) -> dict[str, str]:
    """Tell a surprise for the public: what it is and where; its count and its sample stay at home."""
    what, name, where, *_ = row
    return {"what": tell_name(what), "name": ".".join(map(tell_name, name.split("."))), "where": tell_name(where)}


def _version() -> str:
    try:
        return metadata.version("amazon-photos")
    except metadata.PackageNotFoundError:  # run from a checkout that nobody installed
        return "unknown"


def tell_end(error: BaseException) -> str:
    """Tell why a probe ended early, in a word that holds nothing of the error's message."""
    match error:
        case RateLimited():
            return "throttled"
        case SessionExpired():
            return "session_over"
        case NetworkError():
            return "network"
        case AmazonPhotosError():
            return "unavailable" if error.retryable else "failed"
    return "interrupted"


def check_place(path: str | PathLike[str]) -> Path:
    """Check, before a minute of questions, that a report can be written there; return where that is.

    A link stays one, as everywhere (``find_target``). Raises ``InvalidInput``.
    """
    try:
        target = find_target("report", path)
    except LocalFileError as error:
        raise InvalidInput(f"report: {error}") from None
    if not os.path.isdir(target.parent):
        raise InvalidInput(f"report: there is no folder {str(target.parent)!r}")
    if not os.access(target.parent, os.W_OK):
        raise InvalidInput(f"report: nothing may be written into {str(target.parent)!r}")
    return target


def write_report(report: dict[str, Any], path: Path) -> None:
    """Write a report whole or not at all. Raises ``LocalFileError``."""
    try:
        with write_atomically(path) as file:
            file.write(json.dumps(report, indent=1, ensure_ascii=True).encode() + b"\n")
    except OSError as error:
        raise translate_write_error(error, path) from None
