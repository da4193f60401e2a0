"""``amazon-photos logout``: takes a registered device off the account, and deletes the session."""

from __future__ import annotations

import asyncio

import click

from ...aio.sign_in import sign_out
from ...auth.profiles import find_profile
from ...auth.registration import name_device
from ...auth.session_store import SessionStore
from ...settings import Settings
from ..exits import Exit
from ..options import Console, endpoint_option, profile_option, speaking_options
from ..syntax.registry import Command


@click.command("logout", cls=Command)
@profile_option
@endpoint_option
@speaking_options
def command(*, profile: str | None, endpoint: str | None, console: Console) -> Exit:
    """Sign out: take a registered device off the account, and delete the session. The catalogue stays.

    \b
    amazon-photos logout
    amazon-photos logout --profile family
    amazon-photos logout --quiet && echo "nobody is signed in here"

    Exit codes: 0 signed out, 1 it cannot be deleted, 3 deleted here while the device stays on the account.
    """
    settings = Settings.load(profile=profile, endpoint=endpoint)
    chosen = find_profile(settings.profile)
    report = asyncio.run(sign_out(SessionStore(chosen), settings))
    if not report.found:
        console.note(f"nobody is signed in to the profile {chosen.name!r}")
        return Exit.DONE
    console.note(f"signed out: the profile {chosen.name!r} holds no session any more")
    if report.remains:
        console.note(
            f"{name_device(chosen.name)!r} may still be on the account: {report.remains}\n"
            "Take it off at Amazon > Account > Content & Devices > Devices, or change the password: its token opened "
            "the whole account"
        )
        return Exit.PARTLY
    if report.ended:
        console.note(
            "Amazon had ended the registration of this device before, and its token opens nothing. Take it off at "
            f"Amazon > Account > Content & Devices > Devices, if {name_device(chosen.name)!r} is still listed there"
        )
    elif report.registered:
        console.note("this device was taken off the account")
    return Exit.DONE
