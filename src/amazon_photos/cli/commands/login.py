"""``amazon-photos login``: signs a profile in, by cookies or by registering this device."""

from __future__ import annotations

import asyncio

import click

from ...aio.sign_in import SignInReport, sign_in
from ...auth.precedence import resolve
from ...auth.profiles import DEFAULT_PROFILE, Profile, find_profile
from ...auth.session_store import SessionStore, Store
from ...errors import InvalidInput
from ...settings import Settings
from .. import terminal
from ..exits import Exit
from ..options import Console, endpoint_option, profile_option, speaking_options, tld_option
from ..sign_in.cookie_sources import COMMAND, choose_way, take_session
from ..sign_in.register import register
from ..syntax.registry import Command


@click.command("login", cls=Command)
@profile_option
@click.option(
    "--from",
    "where",
    metavar="WHERE",
    help="firefox, chrome … (firefox:PROFILE::CONTAINER), paste, command, - for standard input, or a cookie file.",
)
@click.option("--command", "cookie_command", help="The command that prints the cookies [cookie_command].")
@click.option("--register", "registers", is_flag=True, help="Register this device, for months; says first what it is.")
@tld_option
@click.option(
    "--store",
    "store_name",
    type=click.Choice(["auto", "keyring", "file"]),
    default="auto",
    show_default=True,
    help="Where to keep it; a registration goes into a file only by --store file.",
)
@click.option("--no-open", is_flag=True, help="Print the address to sign in at; open no browser.")
@click.option("--yes", is_flag=True, help="Ask nothing that can be answered by yes.")
@endpoint_option
@speaking_options
def command(
    *,
    profile: str | None,
    where: str | None,
    cookie_command: str | None,
    registers: bool,
    tld: str | None,
    store_name: Store,
    no_open: bool,
    yes: bool,
    endpoint: str | None,
    console: Console,
) -> Exit:
    """Sign in, and keep the session under a name.

    Asks which way; cookies of a browser come first. Where there is no terminal, nothing is asked: --from says it.

    \b
    amazon-photos login --from cookies.txt
    amazon-photos login --command "cat cookies.txt" --profile family
    amazon-photos login --from - --store file < cookies.txt

    Exit codes: 0 signed in, 1 it cannot be kept, 2 called wrongly, 4 not signed in, 5 no service.
    """
    if registers and (where is not None or cookie_command is not None):
        raise InvalidInput("--register signs in at Amazon: leave out --from and --command")
    settings = Settings.load(profile=profile, tld=tld, endpoint=endpoint, cookie_command=cookie_command)
    chosen = find_profile(settings.profile)
    store = SessionStore(chosen)
    if registers:
        report = register(store, settings, where=store_name, opens=not no_open, yes=yes)
    else:
        report = _take_cookies(store, settings, where or (COMMAND if cookie_command else None), store_name, yes)
    _print_report(console, chosen, report)
    return Exit.DONE


def _take_cookies(
    store: SessionStore, settings: Settings, where: str | None, store_name: Store, yes: bool
) -> SignInReport:
    login = store.profile.login
    session = choose_way(settings, login) if where is None else take_session(where, settings, login)
    kept = store.look_at_any()
    if kept is not None and kept.info.way == "registered" and not yes:
        _confirm_replacing(store.profile)
    return asyncio.run(sign_in(store, session, settings.replace(tld=session.marketplace), where=store_name))


def _confirm_replacing(profile: Profile) -> None:
    told = (
        f"This device is registered in the profile {profile.name!r}, for months. Signing in with cookies takes it off "
        "the account first, and cookies last a day or two."
    )
    if not terminal.is_there():
        raise InvalidInput(f"{told} With --yes that is done; another --profile leaves it as it is")
    terminal.say(told)
    if not terminal.confirm("Go on?"):
        raise click.Abort


def _print_report(console: Console, profile: Profile, report: SignInReport) -> None:
    info = report.kept.info
    done = "the registration was renewed" if report.how == "renewed" else "signed in"
    where = "the keyring" if report.kept.store == "keyring" else str(profile.session_path)
    console.note(f"{done}: profile {profile.name!r}, amazon.{info.marketplace}, kept in {where}")
    if report.how == "replaced":
        console.note("this device was taken off the account's list: the profile had registered it")
    if report.unasked:
        console.note(f"whose session it is will be asked later; now Amazon did not say: {report.unasked}")
    if not report.kept.protected:
        console.note("others may be able to read that file: the disk that it is on knows no modes")
    if info.renewable:
        console.note("it is renewed by itself")
    else:
        until = "" if info.expires is None else f", at the latest on {info.expires:%Y-%m-%d at %H:%M} UTC"
        console.note(f"it ends when Amazon ends it{until}; then sign in anew")
    if resolve().profile != profile:
        told = (
            "before this session another one is used"
            if profile.name == DEFAULT_PROFILE
            else f"it is used where it is named (--profile {profile.name}, AmazonPhotos(profile={profile.name!r}))"
        )
        console.note(f"{told}; `amazon-photos whoami --explain` tells what is used without a name")
