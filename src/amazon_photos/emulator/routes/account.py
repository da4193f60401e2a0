"""``/account``: what is used, what is allowed."""

from __future__ import annotations

from aiohttp import web

from ..library import account
from .context import RequestContext, Route
from .error_responses import reply


async def info(context: RequestContext) -> web.Response:
    return reply({"termsOfUse": "1.0.0", "status": "ACTIVE"})


async def usage(context: RequestContext) -> web.Response:
    return reply(await context.read(account.usage, now=context.now, prime=context.library.options.prime))


async def quota(context: RequestContext) -> web.Response:
    options = context.library.options
    return reply(await context.read(account.quota, now=context.now, quota=options.quota, prime=options.prime))


ROUTES = (
    Route(operation="account.info", method="GET", path="/drive/v1/account/info", handler=info),
    Route(operation="account.usage", method="GET", path="/drive/v1/account/usage", handler=usage),
    Route(operation="account.quota", method="GET", path="/drive/v1/account/quota", handler=quota),
)
