"""``amazon-photos probe``: asks whether Amazon Photos still is as documented, and prints what differs."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from ...net.session import Session
from ...probe.pace import MAX_PAUSE, PAUSE, check_pause
from ...probe.question import Answer, ProbeOutcome
from ...probe.questions import QUESTIONS
from ...probe.report import Surprise, check_place, tell_end, tell_surprise, to_report, write_report
from ...probe.run import ask, complete
from ..exits import Exit
from ..options import Account, Console, ExpandedPath, connection_options, output_options
from ..output.frames import print_rows
from ..syntax.registry import Command

_COLUMNS = ("fact", "outcome", "expected", "seen")


@click.command("probe", cls=Command)
@connection_options
@click.option("--report", type=ExpandedPath(path_type=Path), help="Write a file that can be posted in public.")
@output_options
@click.option(
    "--pause",
    type=click.FloatRange(0, MAX_PAUSE),
    default=PAUSE,
    show_default=True,
    help="Between two requests [s].",
)
def command(*, account: Account, report: Path | None, pause: float, console: Console) -> Exit:
    """Ask whether Amazon Photos still is as documented.

    Reads only, one request a second, and ends at the first sign that it is too much. Requests go to Amazon and nowhere
    else. What is printed, and the report, hold nothing of your library.

    \b
    amazon-photos probe
    amazon-photos probe --report probe.json
    amazon-photos probe --profile family --json

    Exit codes: 0 as documented, 1 something differs, 4 sign-in needed, 5 no service or too many requests.
    """
    check_pause(pause)  # a NaN is in click's range
    report = None if report is None else check_place(report)
    session = account.open_session()
    answers: list[Answer] = []
    try:
        asyncio.run(_ask(session, pause, answers, console))
    except BaseException as error:
        if answers:
            _report_answers(console, session, complete(answers), report, ended=tell_end(error))
        raise
    _report_answers(console, session, answers, report)
    return Exit.FAILED if any(a.outcome is ProbeOutcome.DIFFERS for a in answers) else Exit.DONE


async def _ask(session: Session, pause: float, answers: list[Answer], console: Console) -> None:
    try:
        async for answer in ask(session, pause=pause):
            answers.append(answer)
            console.progress(f"{len(answers)} of {len(QUESTIONS)} facts")
    finally:
        await session.close()


def _report_answers(
    console: Console, session: Session, answers: Sequence[Answer], report: Path | None, *, ended: str = ""
) -> None:
    surprises = session.surprises.rows()
    with contextlib.ExitStack() as last:
        if report is not None:
            made = to_report(answers, zone=session.zone, ended=ended, surprises=surprises)
            last.callback(write_report, made, report)  # also where the output has no room for the table
        _print(console, answers, surprises)
    if report is not None:
        console.note(f"written: {report}")


def _print(console: Console, answers: Sequence[Answer], surprises: Sequence[Surprise]) -> None:
    console.progress("")
    print_rows(console, _COLUMNS, [(a.fact, a.outcome.value, a.expected, a.seen) for a in answers])
    outcomes = Counter(answer.outcome for answer in answers)
    console.note(", ".join(f"{outcomes[outcome]} {outcome.value.replace('_', ' ')}" for outcome in ProbeOutcome))
    for surprise in map(tell_surprise, surprises):
        console.note(f"also seen in {surprise['where']}: {surprise['what']} {surprise['name']}")
