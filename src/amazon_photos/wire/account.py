"""The account: what it holds and whether the session lives."""

from __future__ import annotations

from typing import Any

from ..model.documented import USAGE_KINDS
from ..model.results import KindUsage
from ..model.surprises import describe_shape, show_path
from . import response as read
from .call import Call, Response
from .common import DEFAULT_PARAMS


def usage() -> Call[list[KindUsage]]:
    """Measure how much is stored, by kind. Source: live.

    All four kinds are there, with zeros (2024); one that is missing does no harm.
    """
    return Call(operation="usage", path="/account/usage", params=DEFAULT_PARAMS, decode=_usage)


def _usage(reply: Response) -> list[KindUsage]:
    kinds = read.decode_as(reply, "usage", dict[str, Any])
    for kind in kinds.keys() - USAGE_KINDS:
        reply.note("field", show_path(kind), describe_shape(kinds[kind]))
    try:
        return [
            KindUsage(
                kind,
                int(parts.get("billable", {}).get("bytes", 0)),
                int(parts.get("billable", {}).get("count", 0)),
                int(parts.get("total", {}).get("bytes", 0)),
                int(parts.get("total", {}).get("count", 0)),
            )
            for kind, parts in kinds.items()
            if isinstance(parts, dict)  # beside the kinds stands lastCalculated, a date
        ]
    except (AttributeError, TypeError, ValueError) as error:
        raise read.unexpected_reply(reply, "usage", str(error)) from None


def info() -> Call[dict[str, Any]]:
    """Read terms of use and status: a cheap way to see whether the session lives. Source: live."""
    return Call(
        operation="account_info", path="/account/info", params=DEFAULT_PARAMS, decode=read.mapping("account_info")
    )


def quota() -> Call[dict[str, Any]]:
    """Read the quota and what is left of it, in bytes. Source: live."""
    return Call(operation="quota", path="/account/quota", params=DEFAULT_PARAMS, decode=read.mapping("quota"))
