"""Tells a monitor such as healthchecks.io that a run begins, went well, or failed."""

from __future__ import annotations

from typing import Literal

from ..settings import Settings

Signal = Literal["start", "success", "fail"]
"""What a run can tell; a number instead is the exit code of its command."""


def check_healthcheck(url: str) -> str:
    """Check that a run can be reported to this address, and return it.

    Raises ``InvalidInput``, which names ``healthcheck`` and does not show the address: it holds a secret.
    """
    raise NotImplementedError


async def ping(url: str, signal: Signal | int = "success", text: str = "", *, settings: Settings | None = None) -> None:
    """Report to ``url`` how a run is: it begins, went well, failed, or ended with an exit code.

    ``text`` is a line for the monitor's log: it must hold no secrets. Takes ten seconds at most, further tries
    included. Raises ``InvalidInput`` as ``check_healthcheck``, before anything is sent, and ``NetworkError``, which
    says why it could not be told and names the host only.
    """
    raise NotImplementedError
