"""``amazon-photos whoami``: whose session is used, and why that one. Nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from ...auth.credentials import Credentials
from ...auth.precedence import Resolved, check_marketplace_named, resolve
from ...auth.session_store import SessionStore, explain_nobody
from ..exits import Exit
from ..options import Console, output_options, profile_option
from ..output.frames import print_rows
from ..syntax.registry import Command

_COLUMNS = ("profile", "account", "marketplace", "way", "made", "expires", "renewable", "kept")


@click.command("whoami", cls=Command)
@profile_option
@click.option("--explain", is_flag=True, help="Tell where each value comes from: argument, environment, config file.")
@output_options
def command(*, profile: str | None, explain: bool, console: Console) -> Exit:
    """Tell whose session is used, without asking Amazon: profile, account (a hash), marketplace, way, dates.

    \b
    amazon-photos whoami
    amazon-photos whoami --explain
    amazon-photos whoami --profile family --json

    Exit codes: 0 signed in, as far as is known here; 4 not signed in, or the session has ended.
    """
    resolved = resolve(profile=profile)
    if explain:
        print_rows(console, ("name", "value", "from"), [(o.name, o.value, o.source) for o in resolved.origins])
        return Exit.DONE if console.output == "json" or resolved.kind == "command" else _check(console, resolved)
    row, code = _describe(console, resolved)
    print_rows(console, _COLUMNS, [row])
    return code


def _check(console: Console, resolved: Resolved) -> Exit:
    return _describe(console, resolved)[1]


def _describe(console: Console, resolved: Resolved) -> tuple[Sequence[Any], Exit]:
    """A row, and whether it is signed in. A command is not run for it: it may ask for a password."""
    if resolved.profile is None:
        command = resolved.kind == "command"
        marketplace = resolved.settings.tld if command else Credentials.load(tld=resolved.settings.tld).region.tld
        return (None, None, marketplace, resolved.kind, None, None, command, None), Exit.DONE
    profile = resolved.profile
    kept = SessionStore(profile).look()
    if kept is None:
        raise explain_nobody(profile)
    info = kept.info
    check_marketplace_named(profile, info.marketplace, resolved.settings.tld)
    ended = info.expires is not None and info.expires <= datetime.now(UTC) and not info.renewable
    if ended:
        console.note(f"the session has ended: `{profile.login}`")
    made, expires = (None if each is None else f"{each:%Y-%m-%dT%H:%M:%SZ}" for each in (info.made, info.expires))
    row = (profile.name, info.account or None, info.marketplace, info.way, made, expires, info.renewable, kept.store)
    return row, Exit.SIGN_IN if ended else Exit.DONE
