"""``/account``: what is used, what is allowed."""

from __future__ import annotations

from aiohttp import web

from ..library import account
from ..marketplaces import COUNTRIES, TLDS, zone_of
from .context import RequestContext, Route
from .error_responses import reply


async def info(context: RequestContext) -> web.Response:
    return reply({"termsOfUse": "1.0.0", "status": "ACTIVE"})


async def usage(context: RequestContext) -> web.Response:
    all_kinds = not context.deviates("usage-leaves-kinds-out")
    prime = context.library.options.prime
    return reply(await context.read(account.usage, now=context.now, prime=prime, all_kinds=all_kinds))


async def quota(context: RequestContext) -> web.Response:
    options = context.library.options
    return reply(await context.read(account.quota, now=context.now, quota=options.quota, prime=options.prime))


async def endpoint(context: RequestContext) -> web.Response:
    """Tell where everything is: here, by the name that the caller has for us.

    Doc of 2015, and Amazon's own code of 2026. That cookies are taken is a guess; so are the words of ``region`` and
    ``countryAtSignup``.
    """
    tld = context.library.options.marketplace or TLDS.get(context.library.options.region, "com")
    here = context.state.links.origin(context.request)
    told = {
        "customerExists": True,
        "metadataUrl": f"{here}/drive/v1/",
        "contentUrl": f"{here}/cdproxy/",
        **dict.fromkeys(("uploadServiceUrl", "downloadServiceUrl", "thumbnailServiceUrl"), f"{here}/"),
        "region": zone_of(tld).upper(),
        "retailUrl": f"https://www.amazon.{tld}",
        "countryAtSignup": COUNTRIES.get(tld, tld.rpartition(".")[2].upper()),
    }
    return reply(told)


ROUTES = (
    Route(operation="account.endpoint", method="GET", path="/drive/v1/account/endpoint", handler=endpoint),
    Route(operation="account.info", method="GET", path="/drive/v1/account/info", handler=info),
    Route(operation="account.usage", method="GET", path="/drive/v1/account/usage", handler=usage),
    Route(operation="account.quota", method="GET", path="/drive/v1/account/quota", handler=quota),
)
