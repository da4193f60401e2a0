"""Which account, and where: the options that every command with a session has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ..auth.credentials import Credentials
from ..errors import CredentialsError
from ..files.paths import expand_path
from ..net.session import Session
from ..settings import Settings

_NO_COOKIES = (
    "no cookies: give --cookies FILE, or set session_id, ubid_main and at_main (outside the US: ubid_acbca, at_acbca …)"
)
Command = Callable[..., Any]


class ExpandedPath(click.Path):
    """A path whose ``~`` is the home folder: a shell leaves the one of ``--report=~/x`` alone."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        told = "path" if param is None else param.opts[0]
        return super().convert(expand_path(told, value), param, ctx)


def connection_options(command: Command) -> Command:
    """Add ``--cookies``, ``--tld`` and ``--endpoint`` to a command."""
    cookies = click.option(
        "--cookies",
        type=ExpandedPath(path_type=Path, dir_okay=False),
        help="A cookie file that a browser exported [session_id, ubid_main, at_main of the environment].",
    )
    tld = click.option("--tld", help="The marketplace: com, co.uk, ca … [as the cookies say].")
    endpoint = click.option("--endpoint", metavar="URL", help="One address for all hosts: an emulator's.")
    return cookies(tld(endpoint(command)))


def open_session(cookies: Path | None, tld: str | None, endpoint: str | None) -> Session:
    """Open a session; nothing is sent by that.

    Raises ``CredentialsError``, which says how cookies can be given, and ``InvalidInput``.
    """
    settings = Settings.load(tld=tld, endpoint=endpoint)
    return Session(_load(cookies, settings), settings)


def _load(cookies: Path | None, settings: Settings) -> Credentials:
    try:
        return Credentials.load(cookies, tld=settings.tld)
    except CredentialsError as error:
        if not str(error).startswith("no cookies. "):  # it says what is wrong with those that were given
            raise
    raise CredentialsError(_NO_COOKIES)
