"""The command line's front door: how each end of a command becomes advice and an exit code."""

from __future__ import annotations

import gc
import os
import re
import sys
from contextlib import suppress

import click

from .. import __version__
from ..errors import AmazonPhotosError, InvalidInput
from ..files.os_errors import is_disk_full, to_local_error
from .exits import Exit
from .invocation import Invocation
from .syntax.registry import Commands
from .wording import to_command_line

_ALLOCATIONS = 50_000
"""Objects more than were there, until garbage is looked for."""


@click.group(cls=Commands, invoke_without_command=True)
@click.version_option(__version__, "-V", "--version", prog_name="amazon-photos")
@click.pass_context
def app(context: click.Context) -> None:
    """Your Amazon Photos library at a terminal: search it, back up to it, bring it home, tidy it.

    \b
    amazon-photos login                          sign in, once
    amazon-photos upload ~/Pictures --to Backup  back up what is not there yet
    amazon-photos find "timeYear:2019"           search, without a request
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def main() -> None:
    """Run the program: every error ends as one message on stderr, and an exit code that means something."""
    _start_quickly()
    invocation = Invocation()
    invocation.signals.install()
    code = _run(invocation)
    _let_go_of_streams()
    sys.exit(code)


def _start_quickly() -> None:
    """Leave out what costs a short command a third of its time, and a long one a fifth of its memory.

    numpy's algebra starts threads that wait busily. Arrow's own allocator keeps some 40 MB of what it was given back.
    What is loaded stays, so collecting it meanwhile frees nothing.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    gc.set_threshold(_ALLOCATIONS)


def _run(invocation: Invocation) -> int:
    """What a command returns is its exit code; None is 0. One that was stopped says so, however far it came."""
    received = invocation.signals
    try:
        code = app(prog_name="amazon-photos", standalone_mode=False, obj=invocation)
        done = Exit.DONE if code is None else int(code)
        return done if received.received is None else received.received
    except (click.Abort, KeyboardInterrupt) as error:  # click makes the one of the other, and another may come later
        return invocation.find_code(error)
    except click.exceptions.NoArgsIsHelpError as error:  # `amazon-photos albums`: the help, and nothing wrong
        return _print_help(invocation, error)
    except click.ClickException as error:
        _print_error(invocation, _explain(error), error)
        return invocation.find_code(error)
    except AmazonPhotosError as error:
        _print_error(invocation, to_command_line(str(error)), error)
        return invocation.find_code(error)
    except SystemExit:  # in this mode click's one way to say that whoever reads help or version has had enough
        return Exit.DONE
    except OSError as error:
        if not is_disk_full(error) or error.filename is not None:
            return _tell_mistake(invocation, error)
        _let_go_of_streams()  # what could not be printed is tried again by whatever touches the stream
        _print_error(invocation, str(to_local_error(error, "cannot print")), error)
        return invocation.find_code(error)
    except Exception as error:  # one of ours: whoever sees it can send it to us
        return _tell_mistake(invocation, error)


def _print_help(invocation: Invocation, error: click.exceptions.NoArgsIsHelpError) -> int:
    try:
        invocation.console.script(error.format_message() + "\n")
    except AmazonPhotosError as problem:
        _print_error(invocation, str(problem), problem)
        return invocation.find_code(problem)
    return Exit.DONE


def _tell_mistake(invocation: Invocation, error: Exception) -> int:
    _print_error(invocation, f"a mistake of this program: {type(error).__name__}; --debug shows where", error)
    return invocation.find_code(error)


def _let_go_of_streams() -> None:
    """Of a terminal that was closed Python would complain at its end, by a code of its own."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)


def _explain(error: click.ClickException) -> str:
    """What is wrong with how it was called, and where it says how it is called."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "amazon-photos"
    return f"{error.format_message()}\n`{path} --help` shows how it is called"


def _print_error(invocation: Invocation, text: str, error: BaseException) -> None:
    told = [f"amazon-photos: {text}", *_tell_sources(invocation, text)]
    if isinstance(error, click.UsageError | InvalidInput):
        from .mistyped import find_mistyped

        told += filter(None, [find_mistyped(sys.argv[1:])])
    invocation.console.error("\n".join(told))
    if invocation.debug:
        import traceback

        from ..wire.error_response import redact

        lines = "".join(traceback.format_exception(error)).rstrip().split("\n")
        invocation.console.error("\n".join(map(redact, lines)))  # it shortens what is longer than a line


def _tell_sources(invocation: Invocation, text: str) -> list[str]:
    """Where the flags come from that a message speaks of, if not from the line that was typed."""
    words = set(re.findall(r"[\w-]+", text.partition("; known: ")[0]))
    spelled = {flag: {flag, "--" + flag.replace("_", "-")} for flag in invocation.sources}
    return [
        f"--{flag.replace('_', '-')} is from {source}"
        for flag, source in invocation.sources.items()
        if spelled[flag] & words and source not in text
    ]
