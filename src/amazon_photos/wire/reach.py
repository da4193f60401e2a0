"""Whether a host is there: asked for nothing in particular, without cookies."""

from __future__ import annotations

from ..model.regions import Host
from .call import Call, Response


def reach(host: Host) -> Call[Response]:
    """Ask a host whether it is there: any answer says so, a refusal too."""
    return Call(operation="reach", host=host, path="/", decode=lambda reply: reply, signed=False)
