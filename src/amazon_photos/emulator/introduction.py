"""How the program introduces itself once it is ready: in sentences, as lines for a shell, or as one JSON object."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from .service import Service

Form = Literal["text", "env", "json"]
PID = "EMULATOR_PID"
CATALOG = "AMAZON_PHOTOS_CATALOG"
_OURS = re.compile(f"AMAZON_PHOTOS_ENDPOINT|{CATALOG}|{PID}|EMULATOR_TOKEN|session_id|(ubid|at)_(main|acb[a-z][a-z])")


def describe(service: Service, data: Path | None) -> dict[str, Any]:
    """Return all that somebody in another process needs, as JSON can say it.

    ``catalog`` lies beside the library, so that the catalogue of a real account stays out of it.
    """
    catalog = service.library.data / "ap.parquet"
    python = f"AmazonPhotos({json.dumps(service.cookies)}, catalog={str(catalog)!r}, endpoint={service.url!r})"
    return {
        "url": service.url,
        "pid": os.getpid(),
        "cookies": service.cookies,
        "token": service.token,
        "data": str(service.library.data),
        "temporary": data is None,
        "catalog": str(catalog),
        "environ": {**service.environ, CATALOG: str(catalog), PID: str(os.getpid())},
        "python": python,
    }


def write(told: dict[str, Any], form: Form, *, detached: bool = False) -> str:
    """Write what ``describe`` told, in one of the forms."""
    if form == "json":
        return json.dumps(told)
    if form == "env":
        return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in told["environ"].items())
    return _write_sentences(told, detached)


def write_end() -> str:
    """Write the shell's lines that forget an emulator: those of ``--stop --env``."""
    return "\n".join(f"unset {name}" for name in sorted(os.environ) if _OURS.fullmatch(name))


def _write_sentences(told: dict[str, Any], detached: bool) -> str:
    kept = (
        "in a temporary folder that goes when it stops (--data keeps it)" if told["temporary"] else f"in {told['data']}"
    )
    end = f"`kill {told['pid']}`, or `amazon-photos emulator --stop` with the lines for a shell below, stops it."
    exports = [
        f"    export {name}='{value}'"
        for name, value in told["environ"].items()
        if detached or name not in (PID, CATALOG)
    ]
    lines = [
        f"A small Amazon Photos at {told['url']}; its library is {kept}. {end if detached else 'Ctrl-C stops it.'}",
        "",
        "In Python:",
        f'    AmazonPhotos(cookies={json.dumps(told["cookies"])}, endpoint="{told["url"]}")',
        "",
        "In a shell:",
        *exports,
        "",
        "To steer it (docs/emulator.md):",
        f"    curl -X POST {told['url']}/_emulator/reset -H 'content-type: application/json'"
        f" -H 'x-emulator-token: {told['token']}' -d '{{\"files\": 100}}'",
    ]
    return "\n".join(lines)
