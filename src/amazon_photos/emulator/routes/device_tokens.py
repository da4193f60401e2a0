"""What a registered device asks for: to be registered, tokens, cookies, and to be forgotten.

::

    POST api.amazon.{tld}/auth/register          JSON: code and verifier -> refresh token, access token …
    POST api.amazon.{tld}/auth/token             form: refresh token -> access token, for an hour
    POST www.amazon.{tld}/ap/exchangetoken/cookies   form: refresh token -> cookies of a domain, for 24 hours
    POST api.amazon.{tld}/auth/deregister        bearer

Shapes, names and lifetimes are those in the sources and logs of clients that sign in so. Guesses: the status and the
words of refusals, but for ``invalid_grant`` and "Auth time of the token is expired"; and that taking a device back ends
the cookies it was given.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from ..library import devices
from ..marketplaces import MARKETPLACES
from . import hosts
from .context import RequestContext, Route
from .error_responses import reply, unknown_path_response
from .sign_in import read_form

_KINDS = frozenset({"bearer", "mac_dms", "website_cookies", "store_authentication_cookie"})
_AUTH_DATA = {"code_algorithm": "SHA-256", "client_domain": "DeviceLegacy"}
_REGISTRATION = (
    "device_type", "device_serial", "device_name", "app_name", "app_version", "device_model", "os_version",
    "software_version",
)  # fmt: skip
_FOR_EVER = "2042-01-01T08:00:01.000Z"
_COOKIES_TTL = 2_592_000


class _Refused(Exception):
    """A registration that is refused: ``response.error``."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        self.code, self.status = code, status
        super().__init__(message)


async def register(context: RequestContext) -> web.StreamResponse:
    """Register a device for a code from the sign-in page."""
    if not hosts.is_of(context.request.host, "api"):
        return unknown_path_response()
    try:
        return reply({"response": {"success": await _register(context, await context.body())}})
    except devices.CodeRefused as refused:
        return _failure("InvalidValue", str(refused))
    except _Refused as refused:
        return _failure(refused.code, str(refused), refused.status)


async def _register(context: RequestContext, body: Mapping[str, Any]) -> dict[str, Any]:
    auth, said = _object(body, "auth_data"), _object(body, "registration_data")
    kinds = _read_kinds(context, body)
    device = _read_device(auth, said)
    code, verifier = _text(auth, "authorization_code"), _text(auth, "code_verifier")
    refresh = await context.change(devices.register, device, code=code, verifier=verifier, now=context.now)
    access = await context.change(devices.give_access_token, refresh, now=context.now)
    bearer = {"access_token": access, "refresh_token": refresh, "expires_in": str(int(devices.ACCESS_SECONDS))}
    tokens: dict[str, Any] = {"bearer": bearer}
    if "mac_dms" in kinds:
        tokens["mac_dms"] = {name: await _give_secret(context, name) for name in ("device_private_key", "adp_token")}
    if "website_cookies" in kinds:
        tokens["website_cookies"] = await _give_cookies(context, device.serial, _object(body, "cookies").get("domain"))
    if "store_authentication_cookie" in kinds:
        tokens["store_authentication_cookie"] = {"cookie": await _give_secret(context, "cookie")}
    await context.in_thread(context.state.access.look_again)
    extensions = _extend(context, device, body.get("requested_extensions"))
    return {"tokens": tokens, "extensions": extensions, "website_cookies_ttl": _COOKIES_TTL}


def _read_kinds(context: RequestContext, body: Mapping[str, Any]) -> Sequence[str]:
    kinds = body.get("requested_token_type")
    if not isinstance(kinds, list) or not kinds or not all(isinstance(kind, str) and kind in _KINDS for kind in kinds):
        raise _Refused("InvalidValue", f"requested_token_type must be a list of {', '.join(sorted(_KINDS))}")
    if "bearer" not in kinds:
        raise _Refused("InvalidValue", "requested_token_type must have bearer")
    if "mac_dms" not in kinds and context.deviates("mac-dms-required"):
        raise _Refused("InvalidValue", "requested_token_type must have mac_dms")
    return kinds


def _read_device(auth: Mapping[str, Any], said: Mapping[str, Any]) -> devices.Device:
    """Whoever brings an old token instead of a code is told so in the words on record (since June 2026)."""
    if "authorization_code" not in auth:
        raise _Refused("InvalidToken", "Auth time of the token is expired", 401)
    for name, value in _AUTH_DATA.items():
        if auth.get(name) != value:
            raise _Refused("InvalidValue", f"auth_data.{name} must be {value}")
    if said.get("domain") != "Device":
        raise _Refused("InvalidValue", "registration_data.domain must be Device")
    values = {name: _text(said, name) for name in _REGISTRATION}
    device = devices.Device(
        serial=values["device_serial"],
        device_type=values["device_type"],
        name=values["device_name"],
        app_name=values["app_name"],
    )
    if _text(auth, "client_id").lower() not in (device.client_id, device.client_id.removeprefix("device:")):
        raise _Refused("InvalidValue", "auth_data.client_id is not that of device_serial and device_type")
    return device


async def _give_cookies(context: RequestContext, serial: str, domain: object) -> list[dict[str, Any]]:
    tld = domain.removeprefix(".amazon.") if isinstance(domain, str) and domain.startswith(".amazon.") else ""
    if tld not in MARKETPLACES:
        raise _Refused("InvalidValue", "domain must be that of a marketplace, such as .amazon.com")
    given = await context.change(devices.give_cookies, serial, suffix=MARKETPLACES[tld], now=context.now)
    await context.in_thread(context.state.access.look_again)
    marks = "" if context.deviates("cookies-unquoted") else '"'
    lasting = {
        "session-id": given.session_id,
        f"ubid-{given.suffix}": given.ubid,
        f"x-{given.suffix}": await _give_secret(context, "x"),
    }
    passing = {f"at-{given.suffix}": given.at, f"sess-at-{given.suffix}": given.sess_at}
    ends = {**dict.fromkeys(lasting, _FOR_EVER), **dict.fromkeys(passing, given.ends)}
    return [
        {
            "Path": "/",
            "Secure": True,
            "Value": f"{marks}{value}{marks}",
            "Expires": _write_date(ends[name]),
            "HttpOnly": name in passing,
            "Name": name,
        }
        for name, value in {**lasting, **passing}.items()
    ]


def _write_date(moment: str) -> str:
    """Such as ``1 Jan 2042 08:00:01 GMT``."""
    when = datetime.fromisoformat(moment)
    return f"{when.day} {when:%b %Y %H:%M:%S} GMT"


def _extend(context: RequestContext, device: devices.Device, asked: object) -> dict[str, Any]:
    there = {
        "device_info": {
            "device_name": device.name,
            "device_serial_number": device.serial,
            "device_type": device.device_type,
        },
        "customer_info": {
            "account_pool": "Amazon",
            "user_id": _user_id(context),
            "home_region": "NA",
            "name": "Ada Example",
            "given_name": "Ada",
        },
    }
    return {name: value for name, value in there.items() if isinstance(asked, list) and name in asked}


def _user_id(context: RequestContext) -> str:
    digest = hashlib.sha256(context.library.owner.encode()).digest()
    return "amzn1.account." + base64.b32encode(digest).decode()[:28]


async def give_access_token(context: RequestContext) -> web.StreamResponse:
    """Give an access token for the refresh token."""
    if not hosts.is_of(context.request.host, "api"):
        return unknown_path_response()
    form = read_form(await context.request.read())
    fault = _find_fault(form, "access_token")
    if fault is not None:
        return _oauth_error("invalid_request", fault)
    try:
        token = await context.change(devices.give_access_token, form["source_token"], now=context.now)
    except devices.DeadToken as dead:
        return _oauth_error("invalid_grant", str(dead))
    return reply({"access_token": token, "token_type": "bearer", "expires_in": int(devices.ACCESS_SECONDS)})


async def give_cookies(context: RequestContext) -> web.StreamResponse:
    """Give cookies of the marketplace that is named, wherever the device was registered."""
    if not hosts.is_of(context.request.host, "www"):
        return unknown_path_response()
    form = read_form(await context.request.read())
    fault = _find_fault(form, "auth_cookies")
    if fault is not None:
        return _oauth_error("invalid_request", fault)
    try:
        serial = await context.read(devices.serial_of, form["source_token"])
        cookies = await _give_cookies(context, serial, form.get("domain"))
    except devices.DeadToken as dead:
        return _oauth_error("invalid_grant", str(dead))
    except _Refused as refused:
        return _oauth_error("invalid_request", str(refused))
    return reply({"response": {"tokens": {"cookies": {form["domain"]: cookies}}}})


def _find_fault(form: Mapping[str, str], wanted: str) -> str | None:
    for name, value in {"source_token_type": "refresh_token", "requested_token_type": wanted}.items():
        if form.get(name) != value:
            return f"{name} must be {value}"
    missing = [name for name in ("source_token", "app_name", "app_version") if not form.get(name)]
    return f"{missing[0]} is missing" if missing else None


async def deregister(context: RequestContext) -> web.StreamResponse:
    """Forget the device whose access token it is."""
    if not hosts.is_of(context.request.host, "api"):
        return unknown_path_response()
    scheme, _, token = context.request.headers.get("Authorization", "").partition(" ")
    serial = await context.read(devices.find_bearer, token.strip(), now=context.now)
    if scheme.lower() != "bearer" or serial is None:
        return _failure("InvalidToken", "The token is invalid or expired", 401)
    await context.change(devices.forget, serial)
    await context.in_thread(context.state.access.look_again)
    return reply({"response": {"success": {}}})


def _object(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = body.get(name)
    if not isinstance(value, dict):
        raise _Refused("MissingValue", f"{name} is missing")
    return value


def _text(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    if not isinstance(value, str) or not value or len(value) > 4096:
        raise _Refused("MissingValue", f"{name} is missing")
    return value


def _failure(code: str, message: str, status: int = 400) -> web.Response:
    error = {"code": code, "message": message}
    return reply({"response": {"error": error}, "request_id": secrets.token_hex(16)}, status=status)


def _oauth_error(error: str, description: str) -> web.Response:
    return reply({"error": error, "error_description": description}, status=400)


async def _give_secret(context: RequestContext, kind: str) -> str:
    return await context.change(devices.give_secret, kind, now=context.now)


ROUTES = (
    Route(operation="auth.register", method="POST", path="/auth/register", handler=register, signed_in=False),
    Route(operation="auth.token", method="POST", path="/auth/token", handler=give_access_token, signed_in=False),
    Route(operation="auth.deregister", method="POST", path="/auth/deregister", handler=deregister, signed_in=False),
    Route(
        operation="auth.cookies",
        method="POST",
        path="/ap/exchangetoken/cookies",
        handler=give_cookies,
        signed_in=False,
    ),
)
