"""Registering a device, and what its refresh token is good for: cookies, access tokens, and being taken back.

::

    api.amazon.{tld}    /auth/register              code, verifier           -> refresh token, cookies
                        /auth/token                 refresh token            -> access token, for an hour
                        /auth/deregister            access token             -> the refresh token is dead
    www.amazon.{tld}    /ap/exchangetoken/cookies   refresh token, domain    -> cookies of that marketplace, for a day

None of them carries cookies, and none of their answers is ever shown, not even a part: they are made of secrets.
Source: code (alexapy, audible, alexa-cookie2), where in use since 2019; live for the names and the life of the cookies
(logs of 2022 to 2026); nobody was seen to do it for Photos. docs/api.md has the facts by name.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import TypeVar
from urllib.parse import urlencode

from ..model.regions import Host, Region
from ..model.sign_in import APP_NAME, APP_VERSION, DEVICE_TYPE, AccessToken, MintedCookie, Registered, make_client_id
from .call import Body, Call, Response
from .sign_in_response import check, read_access_token, read_minted, read_registered

T = TypeVar("T")


def register(region: Region, *, code: str, verifier: str, serial: str, device_name: str) -> Call[Registered]:
    """Ask for the tokens of this device, once, by the code of a sign-in and its verifier.

    No ``mac_dms`` is asked for; one that comes all the same is not even read. Raises ``SignInRefused`` for a code that
    was used, is older than five minutes, or of another sign-in. Source: code.
    """
    body = {
        "auth_data": {
            "client_id": make_client_id(serial).removeprefix("device:"),
            "authorization_code": code,
            "code_verifier": verifier,
            "code_algorithm": "SHA-256",
            "client_domain": "DeviceLegacy",
        },
        "registration_data": {
            "domain": "Device",
            "device_type": DEVICE_TYPE,
            "device_serial": serial,
            "device_name": device_name,
            "app_name": APP_NAME,
            "app_version": APP_VERSION,
            "device_model": "iPhone",
            "os_version": "16.6",
            "software_version": "1",
        },
        "requested_token_type": ["bearer", "website_cookies"],
        "cookies": {"domain": f".amazon.{region.tld}", "website_cookies": []},
        "requested_extensions": ["device_info", "customer_info"],
    }
    return Call(
        operation="register",
        host=Host.SIGN_IN,
        method="POST",
        path="/auth/register",
        json=body,
        decode=read_registered,
        signed=False,
        idempotent=False,
        retried_by="caller",
    )


def access_token(refresh_token: str) -> Call[AccessToken]:
    """Ask for a token that opens the account for an hour, as ``x-amz-access-token``.

    Raises ``SessionExpired`` when the refresh token is dead, ``Unavailable`` for all that may pass. Source: code.
    """
    form = {"source_token_type": "refresh_token", "source_token": refresh_token, "requested_token_type": "access_token"}
    return _post_form("access_token", Host.SIGN_IN, "/auth/token", form, read_access_token)


def mint_cookies(region: Region, refresh_token: str) -> Call[tuple[MintedCookie, ...]]:
    """Ask for fresh cookies of a marketplace, wherever the device was registered.

    ``at-…`` and ``sess-at-…`` live for 24 hours (live). Raises as ``access_token``. Source: code; live for the answer.
    """
    domain = f".amazon.{region.tld}"
    form = {"source_token_type": "refresh_token", "source_token": refresh_token, "requested_token_type": "auth_cookies"}

    def decode(reply: Response) -> tuple[MintedCookie, ...]:
        return read_minted(reply, domain, f"at-{region.suffix}")

    return _post_form("mint_cookies", Host.SITE, "/ap/exchangetoken/cookies", {**form, "domain": domain}, decode)


def deregister(access_token: str) -> Call[None]:
    """Take this device off the account: its refresh token is dead afterwards. Source: code."""
    return Call(
        operation="deregister",
        host=Host.SIGN_IN,
        method="POST",
        path="/auth/deregister",
        headers={"Authorization": f"Bearer {access_token}"},
        json={"deregister_all_existing_accounts": False},
        decode=lambda reply: check(reply, "deregister"),
        signed=False,
    )


def _post_form(
    operation: str, host: Host, path: str, form: Mapping[str, str], decode: Callable[[Response], T]
) -> Call[T]:
    data = urlencode({"app_name": APP_NAME, "app_version": APP_VERSION, **form}).encode()

    async def chunks() -> AsyncIterator[bytes]:
        yield data

    return Call(
        operation=operation,
        host=host,
        method="POST",
        path=path,
        body=Body(len(data), chunks, content_type="application/x-www-form-urlencoded"),
        decode=decode,
        signed=False,
    )
