"""``amazon-photos doctor``: looks what may be wrong here, and says the one thing to do about each."""

from __future__ import annotations

import asyncio
from collections import Counter

import click

from ...aio.diagnosis.run import Subject, examine
from ...model.findings import DoctorOutcome
from ..exits import Exit
from ..options import Console, endpoint_option, output_options, profile_option, tld_option
from ..output.frames import print_rows
from ..syntax.registry import Command
from ..wording import to_command_line

_COLUMNS = ("check", "outcome", "seen", "to_do")


@click.command("doctor", cls=Command)
@profile_option
@tld_option
@endpoint_option
@output_options
def command(*, profile: str | None, tld: str | None, endpoint: str | None, console: Console) -> Exit:
    """Look what may be wrong: this machine, settings, session, catalogue, and the way to each of Amazon's hosts.

    Works where nothing does: signed out, without a network, with a broken config file. What is printed can be posted:
    no cookie, token, name or address of yours is in it, but for the names that you gave to profiles and folders.

    \b
    amazon-photos doctor
    amazon-photos doctor --profile family
    amazon-photos doctor --json > doctor.json

    Exit codes: 0 all is fine, 1 something is wrong.
    """
    arguments = {"profile": profile, "tld": tld, "endpoint": endpoint}
    rows = asyncio.run(examine(Subject(arguments=arguments)))
    print_rows(
        console,
        _COLUMNS,
        [(row.check, row.outcome.value, row.seen, to_command_line(row.to_do) or None) for row in rows],
    )
    wrong = Counter(row.outcome for row in rows)[DoctorOutcome.WRONG]
    console.note(f"{wrong} of {len(rows)} {'is' if wrong == 1 else 'are'} wrong" if wrong else "all is fine")
    return Exit.FAILED if wrong else Exit.DONE
