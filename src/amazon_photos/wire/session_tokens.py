"""Keeping a session alive. Source of both calls: code; nobody said that they saw them work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import msgspec

from ..errors import UnexpectedReply
from ..model.regions import Host, Region
from . import response as read
from .call import Body, Call, Response


class _Cookie(msgspec.Struct, rename="pascal"):
    name: str
    value: str


class _Tokens(msgspec.Struct):
    cookies: list[_Cookie]


class _Response(msgspec.Struct):
    tokens: _Tokens


class _Renewed(msgspec.Struct):
    response: _Response


def renew(region: Region, sess_at: str) -> Call[dict[str, str]]:
    """Ask for fresh cookies, by name, for the value of the ``sess-at-…`` cookie."""
    form = urlencode(
        {
            "app_name": "Amazon Drive",
            "requested_token_type": "auth_cookies",
            "domain": f".amazon.{region.tld}",
            "source_token_type": "refresh_token",
            "source_token": sess_at,
        }
    ).encode()

    async def chunks() -> AsyncIterator[bytes]:
        yield form

    return Call(
        operation="renew",
        host=Host.SITE,
        method="POST",
        path="/ap/exchangetoken/refresh",
        body=Body(len(form), chunks, content_type="application/x-www-form-urlencoded"),
        decode=_cookies,
        idempotent=False,
    )


def _cookies(reply: Response) -> dict[str, str]:
    read.check_json(reply, "renew")
    try:
        found = msgspec.json.decode(reply.body, type=_Renewed)
    except msgspec.DecodeError:  # no sample: it would hold cookies
        raise UnexpectedReply("renew: a reply in an unknown shape", status=reply.status, operation="renew") from None
    return {cookie.name: cookie.value for cookie in found.response.tokens.cookies}


def access_token() -> Call[dict[str, Any]]:
    """Ask for ``access_token`` and its ``duration`` in seconds."""
    return Call(
        operation="access_token",
        host=Host.SITE,
        path="/photos/auth/token",
        decode=read.mapping("access_token"),
    )
