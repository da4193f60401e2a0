"""Devices that are signed in at the emulator as people do it, and profiles that keep what they got."""

from __future__ import annotations

import asyncio
import re
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from amazon_photos.auth.credentials import Credentials
from amazon_photos.auth.hosts import Hosts
from amazon_photos.auth.profiles import find_profile
from amazon_photos.auth.registration import begin_registration, make_registered_session, read_code
from amazon_photos.auth.session_store import SessionStore
from amazon_photos.model.regions import region_for
from amazon_photos.net.session import Session
from amazon_photos.settings import Settings
from amazon_photos.wire import sign_in

MINT = "/ap/exchangetoken/cookies"


def sign_in_device(service, tld="com"):
    """The session of a device that has just been registered, with cookies of this moment."""
    settings = Settings(endpoint=service.url)
    region = region_for(tld)
    registration = begin_registration(Hosts(region, settings), region)
    code = read_code(registration, _walk_pages(service, registration.address))

    async def register():
        session = Session(Credentials.load(service.cookies, environ={}), settings)
        call = sign_in.register(
            region, code=code, verifier=registration.verifier, serial=registration.serial, device_name="a test"
        )
        registered = await session.send(call)
        cookies = await session.send(sign_in.mint_cookies(region, registered.refresh_token))
        await session.close()
        return registered, cookies

    registered, cookies = asyncio.run(register())
    now = datetime.now(UTC)
    made = make_registered_session(registration, replace(registered, cookies=()), now)
    return made.renew(cookies, now)


def keep(session, name="default", home=None):
    """Keep a session in a profile of the folder ``home``; gives the store."""
    environ = None if home is None else {"AMAZON_PHOTOS_HOME": str(home)}
    store = SessionStore(find_profile(name, environ))
    store.save(session, store="file")
    return store


def age(session, hours):
    """The same session, made and minted so many hours ago."""
    by = timedelta(hours=hours)
    cookies = tuple(
        replace(c, minted=c.minted - by, changed=c.changed - by, expires=c.expires and c.expires - by)
        for c in session.cookies
    )
    return replace(session, made=session.made - by, minted=session.minted - by, cookies=cookies)


def mints(service):
    """How often cookies were minted, or were to be."""
    return sum(request.path == MINT for request in service.requests)


def _walk_pages(service, address):
    account = service.sign_in.account
    first = _open(address)
    second = _open(f"{service.url}/ap/signin", ticket=first, email=account["name"], password=account["password"])
    return _open(f"{service.url}/ap/mfa", ticket=second, otpCode=account["digits"])


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def _open(address, **fields):
    """The ticket of a page, or the address that it sends the browser to."""
    body = urlencode(fields).encode() if fields else None
    try:
        with urllib.request.build_opener(_Stay).open(address, body, timeout=30) as page:
            return re.search(r'name="ticket" value="([^"]+)"', page.read().decode())[1]
    except urllib.error.HTTPError as error:
        with error:
            return error.headers["Location"]
