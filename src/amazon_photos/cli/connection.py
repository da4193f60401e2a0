"""Which account, and where: the options that every command with a session has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ..auth.precedence import open_sign_in, resolve
from ..errors import CredentialsError
from ..files.paths import expand_path
from ..net.session import Session

_NO_COOKIES = (
    "nobody is signed in: run `amazon-photos login`, or give --cookies FILE, or set session_id, ubid_main and at_main "
    "(outside the US: ubid_acbca, at_acbca …)"
)
Command = Callable[..., Any]


class ExpandedPath(click.Path):
    """A path whose ``~`` is the home folder: a shell leaves the one of ``--report=~/x`` alone."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        told = "path" if param is None else param.opts[0]
        return super().convert(expand_path(told, value), param, ctx)


def profile_option(command: Command) -> Command:
    """Add ``--profile`` to a command."""
    return click.option("--profile", metavar="NAME", help="Whose session, by the name it was signed in under.")(command)


def connection_options(command: Command) -> Command:
    """Add ``--profile``, ``--cookies``, ``--tld`` and ``--endpoint`` to a command."""
    cookies = click.option(
        "--cookies",
        type=ExpandedPath(path_type=Path, dir_okay=False),
        help="A cookie file that a browser exported [session_id, ubid_main, at_main of the environment].",
    )
    tld = click.option("--tld", help="The marketplace: com, co.uk, ca … [as the cookies say].")
    endpoint = click.option("--endpoint", metavar="URL", help="One address for all hosts: an emulator's.")
    return profile_option(cookies(tld(endpoint(command))))


def open_session(cookies: Path | None, tld: str | None, endpoint: str | None, *, profile: str | None = None) -> Session:
    """Open a session, by the order of ``auth.precedence``; nothing is sent by that.

    Raises ``CredentialsError``, which says how to sign in, and ``InvalidInput``.
    """
    resolved = resolve(cookies, tld=tld, endpoint=endpoint, profile=profile)
    try:
        return Session(open_sign_in(resolved, cookies), resolved.settings)
    except CredentialsError as error:
        if not str(error).startswith("no cookies. "):  # it says what is wrong with those that were given
            raise
    raise CredentialsError(_NO_COOKIES)
