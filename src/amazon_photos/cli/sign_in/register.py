"""``amazon-photos login --register``: says what it is, opens the address, reads the one that the user pastes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import webbrowser
from dataclasses import replace

import click

from ...aio.sign_in import SignInReport, register_device, renew_registration
from ...auth.hosts import Hosts
from ...auth.registration import Registration, begin_registration, name_device, read_code
from ...auth.same_account import check_same_account
from ...auth.session_store import SessionStore, Store
from ...errors import InvalidInput, WrongAddress
from ...model.regions import Region, region_for
from ...settings import Settings
from .. import terminal

MAX_TRIES = 5
_SCREEN = """\
Read this before you go on.

* Amazon offers this to its own apps only. To register, this program presents itself as another
  of Amazon's apps (Alexa's). Amazon's terms may not allow that.
* Accounts that registered many devices (seven or eight) were made to change their password.
  This program registers one for each machine and profile, and never a second one to renew it.
* What you get is a token that opens the whole account, the shop and its payment methods included,
  until you take it back. It is kept in {place}. Whoever can read it can be you.
* To take it back: `amazon-photos logout{option}`, or Amazon > Account > Content & Devices > Devices,
  where it is called "{device}". Changing the password ends it too.

Nobody was seen to do this for Amazon Photos before. Cookies from a browser need none of it.
"""


def register(store: SessionStore, settings: Settings, *, where: Store, opens: bool, yes: bool) -> SignInReport:
    """Register this device, or renew the registration that the profile has.

    Raises ``InvalidInput`` where there is nobody to ask, ``WrongAddress`` after some wrong ones, and what
    ``register_device`` raises.
    """
    kept = store.look()
    if kept is not None and kept.info.way == "registered":
        _check_marketplace(store, settings)
        renewed = asyncio.run(renew_registration(store, settings, where=where))
        if renewed is not None:
            return renewed
        terminal.say("Amazon has ended the registration of this device: it has to be made anew.")
    if not terminal.is_there():
        raise InvalidInput(
            f"there is no terminal here to paste an address into: run `{store.profile.login} --register` in one"
        )
    store.check_place(refresh_token=True, store=where)
    region = _find_region(store, settings)
    _show_screen(store, where, yes)
    registration = begin_registration(Hosts(region, settings), region, serial=store.find_serial())
    _open(registration, opens)
    return _finish(store, registration, _ask_for_code(registration), settings, where)


def _finish(
    store: SessionStore, registration: Registration, code: str, settings: Settings, where: Store
) -> SignInReport:
    terminal.say("Registering …")
    registering = register_device(store, registration, code, settings, where=where)
    code = ""  # a traceback may show what stands in here
    return asyncio.run(registering)


def _find_region(store: SessionStore, settings: Settings) -> Region:
    """The marketplace: as the settings say, as the profile is, or as the user says."""
    if settings.tld is not None:
        _check_marketplace(store, settings)
        return region_for(settings.tld)
    kept = store.look()
    return region_for(kept.info.marketplace if kept else terminal.ask("Which Amazon has your photos? amazon.", "com"))


def _check_marketplace(store: SessionStore, settings: Settings) -> None:
    kept = store.look()
    if kept is not None and settings.tld is not None:
        check_same_account(store.profile, kept.info, replace(kept.info, marketplace=region_for(settings.tld).tld))


def _show_screen(store: SessionStore, where: Store, yes: bool) -> None:
    place = "a file that only you can read" if where == "file" else "the system's keyring"
    option = store.profile.login.removeprefix("amazon-photos login")
    terminal.say(_SCREEN.format(place=place, option=option, device=name_device(store.profile.name)))
    if not yes and not terminal.confirm("Register this device?"):
        raise click.Abort


def _open(registration: Registration, opens: bool) -> None:
    opened = opens and _has_window() and _open_browser(registration.address)
    terminal.say(
        "\nSign in at this address, which "
        + ("was opened in your browser:" if opened else "you open in your browser, on whichever machine:")
        + f"\n\n{registration.address}\n\nYou end on a page that is blank, or cannot be found. That is right: copy its "
        "whole address out of the address bar.\n"
    )


def _has_window() -> bool:
    """A browser that runs in the terminal would take it from us."""
    names = ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")
    return sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in names)


def _open_browser(address: str) -> bool:
    with contextlib.suppress(webbrowser.Error, OSError):
        return webbrowser.open(address)
    return False


def _ask_for_code(registration: Registration) -> str:
    for tries_left in reversed(range(MAX_TRIES)):
        pasted = terminal.read_hidden("Paste the address (it is not shown, for it holds a code), then press Enter: ")
        try:
            return read_code(registration, pasted)
        except WrongAddress as error:
            pasted = ""  # a traceback may show what stands in here
            if not tries_left:
                raise
            terminal.say(str(error))
    raise AssertionError("the last one raises")
