"""The pages on which a person signs a device in: a name and a password, a second factor, and the blank page at the end.

::

    GET  /ap/register or /ap/signin ?openid…   the form; what was asked is checked first
    POST /ap/signin    name, password          the second factor's form, or the first once more
    POST /ap/mfa       the digits              302 to /ap/maplanding with openid.oa2.authorization_code
    GET  /ap/maplanding                        a blank page, and a 404

What the address of the first page must say is from the sources of clients that sign in so. What the pages look like,
and the path of the second factor, are guesses: a person reads them, and no client. At a loopback name the browser is
led to ``/ap/maplanding`` there, whichever marketplace ``openid.return_to`` names: it must not end at Amazon's.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from ..library import devices
from ..marketplaces import AMAZON
from . import hosts
from .context import RequestContext, Route
from .error_responses import unknown_path_response

NAME, PASSWORD, DIGITS = "ada@example.com", "correct horse", "246810"
"""Who may sign in here."""
LANDING = "/ap/maplanding"
_MAX_FIELDS = 100
_CLIENT_ID = re.compile(r"device:([0-9a-fA-F]{2,400})")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_SAID = {"openid.oa2.response_type": "code", "openid.oa2.code_challenge_method": "S256"}
_NEEDED = ("openid.assoc_handle", "openid.identity", "openid.ns", "openid.pape.max_auth_age")


async def ask(context: RequestContext) -> web.StreamResponse:
    """Show the form, if the address asks for what there is."""
    if not hosts.is_of(context.request.host, "www"):
        return unknown_path_response()
    asked = dict(context.request.query)
    fault = _find_fault(asked, context)
    if fault is not None:
        return _page("Looking for something?", f"<p>{html.escape(fault)}</p>", status=400)
    ticket = await context.change(devices.begin_sign_in, asked, now=context.now)
    return _first_form(ticket)


async def take_password(context: RequestContext) -> web.StreamResponse:
    form = read_form(await context.request.read())
    ticket = form.get("ticket", "")
    if await context.read(devices.find_sign_in, ticket) is None:
        return _refuse_ticket()
    if (form.get("email", "").strip().lower(), form.get("password")) != (NAME, PASSWORD):
        return _first_form(ticket, "There was a problem: your name or your password is incorrect.")
    await context.change(devices.note_password, ticket)
    return _second_form(ticket)


async def take_digits(context: RequestContext) -> web.StreamResponse:
    form = read_form(await context.request.read())
    ticket = form.get("ticket", "")
    asked = await context.read(devices.find_sign_in, ticket, knows_password=True)
    if asked is None:
        return _refuse_ticket()
    if form.get("otpCode", "").strip() != DIGITS:
        return _second_form(ticket, "The code you entered is not valid.")
    code = await context.change(
        devices.finish_sign_in,
        ticket,
        client_id=asked["openid.oa2.client_id"],
        challenge=asked["openid.oa2.code_challenge"],
        now=context.now,
    )
    return web.Response(status=302, headers={"Location": _landing_address(context, asked, code)})


async def land(context: RequestContext) -> web.StreamResponse:
    """Show that nothing is there, as on Amazon's: the address is what counts."""
    return _page("Looking for something?", "", status=404)


def _find_fault(asked: Mapping[str, str], context: RequestContext) -> str | None:
    """Say what is wrong with the address; None where nothing is."""
    for name, value in _SAID.items():
        if asked.get(name) != value:
            return f"{name} must be {value}"
    for name in _NEEDED:
        if not asked.get(name):
            return f"{name} is missing"
    if not _CHALLENGE.fullmatch(asked.get("openid.oa2.code_challenge", "")):
        return "openid.oa2.code_challenge must be the 43 characters of a SHA-256"
    if "device_auth_access" not in asked.get("openid.oa2.scope", "").split():
        return "openid.oa2.scope must have device_auth_access"
    if read_client_id(asked.get("openid.oa2.client_id", "")) is None:
        return "openid.oa2.client_id must be device: and the hexadecimal digits of serial#device_type"
    if not _may_return_to(asked.get("openid.return_to", ""), context):
        return f"openid.return_to must be {LANDING} of this marketplace"
    return None


def read_client_id(text: str) -> tuple[str, str] | None:
    """Return the serial and the device type of ``device:HEX``; None for what is none."""
    found = _CLIENT_ID.fullmatch(text)
    try:
        serial, mark, device_type = bytes.fromhex(found[1] if found else "").decode().partition("#")
    except ValueError:
        return None
    return (serial, device_type) if serial and mark and device_type else None


def _may_return_to(address: str, context: RequestContext) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.netloc
    except ValueError:
        return False
    if parts.path != LANDING or parts.query or parts.fragment:
        return False
    here = context.request.host
    if hosts.is_loopback(here):
        ours = parts.scheme == "http" and host == here
        return ours or (parts.scheme == "https" and host.startswith("www.") and host in AMAZON)
    return parts.scheme == "https" and host == here


def _landing_address(context: RequestContext, asked: Mapping[str, str], code: str) -> str:
    said = {
        "openid.assoc_handle": asked["openid.assoc_handle"],
        "openid.mode": "id_res",
        "openid.ns": asked["openid.ns"],
        "openid.return_to": asked["openid.return_to"],
        "openid.oa2.authorization_code": code,
    }
    if context.deviates("sign-in-echoes-state") and "openid.oa2.state" in asked:
        said["openid.oa2.state"] = asked["openid.oa2.state"]
    origin = context.state.links.origin(context.request)
    return f"{origin}{LANDING}?{urlencode(said)}"


def read_form(body: bytes) -> dict[str, str]:
    """Read a URL-encoded form; what is none has no fields."""
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MAX_FIELDS))
    except ValueError:
        return {}


def _first_form(ticket: str, complaint: str = "") -> web.Response:
    fields = (
        '<label>E-mail <input name="email" type="email" autocomplete="username" autofocus></label>'
        '<label>Password <input name="password" type="password" autocomplete="current-password"></label>'
    )
    return _page("Sign in", _form("/ap/signin", ticket, fields, "Sign in", complaint))


def _second_form(ticket: str, complaint: str = "") -> web.Response:
    fields = '<label>Code <input name="otpCode" inputmode="numeric" autocomplete="one-time-code" autofocus></label>'
    return _page("Two-Step Verification", _form("/ap/mfa", ticket, fields, "Sign in", complaint))


def _form(action: str, ticket: str, fields: str, button: str, complaint: str) -> str:
    said = f'<p role="alert">{html.escape(complaint)}</p>' if complaint else ""
    hidden = f'<input type="hidden" name="ticket" value="{html.escape(ticket)}">'
    return f'{said}<form method="post" action="{action}">{hidden}{fields}<button>{button}</button></form>'


def _refuse_ticket() -> web.Response:
    return _page("Please enable cookies", "<p>This page is over. Begin again where you came from.</p>", status=400)


def _page(title: str, body: str, *, status: int = 200) -> web.Response:
    text = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Amazon (emulated): {title}</title>'
        f"<style>label{{display:block;margin:1em 0}}body{{font-family:sans-serif;margin:3em}}</style>"
        f"<h1>{title}</h1>{body}</html>"
    )
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)


ROUTES = (
    Route(operation="auth.page", method="GET", path="/ap/register", handler=ask, signed_in=False),
    Route(operation="auth.page", method="GET", path="/ap/signin", handler=ask, signed_in=False),
    Route(operation="auth.password", method="POST", path="/ap/signin", handler=take_password, signed_in=False),
    Route(operation="auth.digits", method="POST", path="/ap/mfa", handler=take_digits, signed_in=False),
    Route(operation="auth.landing", method="GET", path=LANDING, handler=land, signed_in=False),
)
