"""Registering this device: the address that the user opens, and the one that they paste. Pure, but for the dice.

::

    begin_registration ──> address, opened in the user's own browser: password, codes and captchas stay with Amazon
                                │
    read_code          <── the address of the blank page that they end on: /ap/maplanding?…authorization_code=…
                                │
    wire.sign_in       ──> register(code, verifier)  ──>  a refresh token; ``make_registered_session`` keeps it

The code alone opens nothing: whoever registers with it needs the verifier, which never leaves this process (PKCE).
Source: code, of three clients that are in use; nobody was seen to do it for Photos.
"""

from __future__ import annotations

import base64
import hashlib
import platform
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from urllib.parse import parse_qs, urlencode, urlsplit

from ..errors import WrongAddress, hide_controls
from ..model.regions import Host, Region, is_address, origin
from ..model.sign_in import HANDLE, NotCopied, Registered, make_client_id
from .hosts import Hosts
from .profiles import DEFAULT_PROFILE
from .saved_session import SavedSession

SIGN_IN_PATH = "/ap/signin"
LANDING_PATH = "/ap/maplanding"
MAX_CLOCK_ERROR = timedelta(minutes=90)
"""A clock may be an hour off; an address that is older than this was not made by this sign-in."""
MAX_DEVICE_NAME = 60
_CODE = re.compile(r"[A-Za-z0-9_.~-]{1,512}\Z")
_SIGNING_IN = re.compile(r"/ap/(?:signin|register|mfa|cvf|challenge|forgotpassword|new-password|oa)", re.IGNORECASE)
_SITE = re.compile(r"(?:www\.)?(amazon\.[a-z.]{2,6})\Z")
_WHAT_TO_PASTE = (
    "Sign in at the address that was opened; you end on a blank page, or one that says it cannot be found: paste that "
    "page's whole address, from https:// to its end"
)
_FIXED: Mapping[str, str] = MappingProxyType(
    {
        "openid.ns": "http://specs.openid.net/auth/2.0",
        "openid.ns.oa2": "http://www.amazon.com/ap/ext/oauth/2",
        "openid.ns.pape": "http://specs.openid.net/extensions/pape/1.0",
        "openid.mode": "checkid_setup",
        "openid.identity": "http://specs.openid.net/auth/2.0/identifier_select",
        "openid.claimed_id": "http://specs.openid.net/auth/2.0/identifier_select",
        "openid.assoc_handle": HANDLE,
        "pageId": HANDLE,
        "openid.oa2.response_type": "code",
        "openid.oa2.code_challenge_method": "S256",
        "openid.oa2.scope": "device_auth_access offline_access",
        "openid.pape.max_auth_age": "0",
    }
)


@dataclass(frozen=True, slots=True)
class Registration(NotCopied):
    """A registration under way, in this process and nowhere else. Its secrets end with it."""

    region: Region
    site: str
    """Where the marketplace's site is."""
    begun: datetime
    serial: str = field(repr=False)
    verifier: str = field(repr=False)
    state: str = field(repr=False)

    @property
    def address(self) -> str:
        """What the user opens."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        changing = {
            "openid.oa2.client_id": make_client_id(self.serial),
            "openid.oa2.code_challenge": _to_base64(digest),
            "openid.return_to": f"{self.site}{LANDING_PATH}",
            "state": self.state,
        }
        return f"{self.site}{SIGN_IN_PATH}?{urlencode({**_FIXED, **changing})}"


def begin_registration(hosts: Hosts, region: Region, *, serial: str = "", now: datetime | None = None) -> Registration:
    """Begin to register this device: make what only this process knows. Nothing is sent.

    ``serial`` is the one that this profile had before, if it had one: a machine that comes with a new one each time is
    taken for many, and seven or eight have led to forced password changes (code).
    """
    return Registration(
        region=region,
        site=hosts.address(Host.SITE),
        begun=now or datetime.now(UTC),
        serial=serial or make_serial(),
        verifier=_to_base64(secrets.token_bytes(32)),
        state=_to_base64(secrets.token_bytes(12)),
    )


def make_serial() -> str:
    """Make a serial number for this machine and profile: 32 hexadecimal digits, drawn by lot."""
    return secrets.token_hex(16).upper()


def name_device(profile: str = "") -> str:
    """Name this device so that its owner knows it again in Amazon's list of devices."""
    machine = platform.node().partition(".")[0]
    name = f"amazon-photos on {machine or 'a computer'}" + (
        f" ({profile})" if profile not in ("", DEFAULT_PROFILE) else ""
    )
    return "".join(c for c in name if c.isascii() and c.isprintable())[:MAX_DEVICE_NAME]


def read_code(registration: Registration, pasted: str) -> str:
    """Read the code out of the address that the user pasted, after looking where it comes from.

    Raises ``WrongAddress``, which says what was pasted instead and what to paste; no part of a code is in it.
    """
    text = "".join(pasted.split()).strip("<>\"'`")  # a terminal may have broken it into lines
    problem = _find_problem(registration, text)
    query = {} if problem else _read_query(text)
    codes = query.get("openid.oa2.authorization_code", [])
    problem = problem or _find_problem_in(registration, query, codes)
    if not problem:
        return codes[0]
    del text, query, codes, pasted  # a traceback may show what stands in here
    raise WrongAddress(problem)


def make_registered_session(registration: Registration, registered: Registered, now: datetime) -> SavedSession:
    """Make the session of a registered device: its refresh token, and the cookies that came along."""
    bare = SavedSession(
        way="registered",
        marketplace=registration.region.tld,
        made=now,
        minted=now,
        cookies=(),
        refresh_token=registered.refresh_token,
        serial=registration.serial,
    )
    return bare.renew(registered.cookies, now) if registered.cookies else bare


def _read_query(address: str) -> dict[str, list[str]]:
    try:
        return parse_qs(urlsplit(address).query, max_num_fields=100)
    except ValueError:  # too many of them
        return {}


def _find_problem(registration: Registration, text: str) -> str:
    """What is wrong with where the address leads; "" for nothing."""
    if not text:
        return f"nothing was pasted. {_WHAT_TO_PASTE}"
    if "://" not in text:
        return f"that is no address: it has no https:// in it. {_WHAT_TO_PASTE}"
    if not is_address(text):
        return f"that address cannot be one of Amazon's. {_WHAT_TO_PASTE}"
    here, there = urlsplit(registration.site), urlsplit(text)
    if (there.hostname or "").lower() != here.hostname:
        return _explain_host(registration, hide_controls(there.hostname or "")[:100])
    if there.scheme != here.scheme:
        return (
            f"that address begins with {there.scheme}:// where Amazon's begins with {here.scheme}://. {_WHAT_TO_PASTE}"
        )
    if origin(text) != origin(registration.site):
        return f"that address has a port that Amazon's has not. {_WHAT_TO_PASTE}"
    path = there.path.rstrip("/")
    if path == LANDING_PATH:
        return ""
    if _SIGNING_IN.match(path):
        return f"that is the sign-in page itself, where you are not done yet. {_WHAT_TO_PASTE}"
    return f"that is another page of Amazon's ({hide_controls(path)[:60] or '/'}). {_WHAT_TO_PASTE}"


def _explain_host(registration: Registration, host: str) -> str:
    if site := _SITE.match(host):
        return (
            f"that address is on {site[1]}, and this sign-in is for amazon.{registration.region.tld}: sign in "
            f"there, or begin again for the other marketplace (--tld). {_WHAT_TO_PASTE}"
        )
    return f"that address is on {host}, which is not Amazon's. {_WHAT_TO_PASTE}"


def _find_problem_in(registration: Registration, query: Mapping[str, list[str]], codes: list[str]) -> str:
    """What is wrong with what the address says; "" for nothing."""
    mode = query.get("openid.mode", ["id_res"])[0]
    if mode == "cancel":
        return "the sign-in was cancelled in the browser: begin again"
    if fault := next((query[name][0] for name in _FAULTS if name in query), ""):
        return f"Amazon ended the sign-in with an error ({hide_controls(fault)[:100]}): begin again"
    if mode == "error":
        return "Amazon ended the sign-in with an error: begin again"
    if mode != "id_res":
        return f"that is the way there, not the page that you end on. {_WHAT_TO_PASTE}"
    if query.get("state", [registration.state]) != [registration.state] or _is_old(registration, query):
        return (
            "that address is of another sign-in, an earlier one: use the address that was opened just now, and paste "
            "the page that you end on"
        )
    if not codes:
        return f"that address has no code in it: it was cut off, or the sign-in did not end. {_WHAT_TO_PASTE}"
    if len(codes) > 1 or not _CODE.match(codes[0]):
        return f"the code in that address is damaged. {_WHAT_TO_PASTE}"
    return ""


_FAULTS = ("openid.error", "error_description", "error", "openid.oa2.error")


def _is_old(registration: Registration, query: Mapping[str, list[str]]) -> bool:
    """By the time that stands in OpenID's nonce, where there is one; for a younger one, the verifier tells."""
    try:
        when = datetime.strptime(query["openid.response_nonce"][0][:20], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except (KeyError, ValueError):
        return False
    return when < registration.begun - MAX_CLOCK_ERROR


def _to_base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
