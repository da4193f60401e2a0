"""Renewing a session: ``/ap/exchangetoken/refresh`` and ``/photos/auth/token``."""

from __future__ import annotations

from urllib.parse import parse_qsl

from aiohttp import web

from ..access import NotSignedIn
from ..library import devices
from .context import RequestContext, Route
from .error_responses import reply

_TOKEN_LIFETIME = 3600
_MAX_FIELDS = 100


async def refresh(context: RequestContext) -> web.Response:
    """Give fresh cookies for the ``sess-at-…`` cookie in ``source_token``.

    The old ones stay good until they expire.
    """
    token = _field((await context.request.read()).decode(errors="replace"), "source_token")
    fresh = await context.in_thread(context.state.access.refresh, token)
    if fresh is None:
        raise NotSignedIn(expired=False)
    cookies = [{"Name": name, "Value": value, "Secure": True, "HttpOnly": True} for name, value in fresh.items()]
    return reply({"response": {"tokens": {"cookies": cookies}}})


def _field(form: str, name: str) -> str:
    """The last of that name in a URL-encoded form; empty where there is none, and in what is no form."""
    try:
        return dict(parse_qsl(form, max_num_fields=_MAX_FIELDS)).get(name, "")
    except ValueError:
        return ""


async def token(context: RequestContext) -> web.Response:
    given = await context.change(devices.give_secret, "access_token", now=context.now, start="Atna|")
    return reply({"access_token": given, "duration": _TOKEN_LIFETIME})


ROUTES = (
    Route(
        operation="session.refresh", method="POST", path="/ap/exchangetoken/refresh", handler=refresh, signed_in=False
    ),
    Route(operation="session.token", method="GET", path="/photos/auth/token", handler=token),
)
