"""The command line's front door: which commands there are, and how each end becomes advice and an exit code."""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
from collections.abc import Mapping
from types import FrameType, MappingProxyType

import click

from .. import __version__
from ..errors import AmazonPhotosError
from .exits import Exit, exit_code

_COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "apply": ("amazon_photos.cli.history:apply", "Apply a plan that was kept in a file."),
        "delete": ("amazon_photos.cli.trash:delete", "Delete for good."),
        "doctor": ("amazon_photos.cli.doctor:command", "Look what may be wrong here, and say what to do."),
        "emulator": ("amazon_photos.emulator.__main__:command", "Run a small Amazon Photos on this machine."),
        "find": ("amazon_photos.cli.find:command", "Find what matches in the catalogue, without a request."),
        "history": ("amazon_photos.cli.history:history", "List what was changed, and how each step ended."),
        "info": ("amazon_photos.cli.info:command", "Tell all that the catalogue knows of one node."),
        "login": ("amazon_photos.cli.login:command", "Sign in, and keep the session under a name."),
        "logout": ("amazon_photos.cli.logout:command", "Sign out, and delete the session."),
        "ls": ("amazon_photos.cli.ls:command", "List what a folder or an album holds, by the catalogue."),
        "probe": ("amazon_photos.cli.probe:command", "Ask whether Amazon Photos still is as documented."),
        "refresh": ("amazon_photos.cli.refresh:command", "Bring the catalogue up to date, and tell what is new."),
        "restore": ("amazon_photos.cli.trash:restore", "Restore from the trash."),
        "sql": ("amazon_photos.cli.sql:command", "Ask DuckDB about the catalogue, without a request."),
        "trash": ("amazon_photos.cli.trash:trash", "Put into the trash, from where it can come back."),
        "undo": ("amazon_photos.cli.history:undo", "Put back what a run changed."),
        "usage": ("amazon_photos.cli.usage:command", "Tell how much is stored, by kind."),
        "whoami": ("amazon_photos.cli.whoami:command", "Tell whose session is used, and why that one."),
    }
)


_ALLOCATIONS = 50_000
"""Objects more than were there, until garbage is looked for."""


class _Commands(click.Group):
    """Loads a command's module when the command is called; ``--help`` needs none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101 - the table above names commands only
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="amazon-photos")
def app() -> None:
    """Your Amazon Photos library at a terminal."""


class _Termination:
    """SIGTERM ends a command as Ctrl-C does, so that it tidies up in the same way; only the code is another.

    It is passed on as a SIGINT because asyncio knows what to do with one: an error that is raised in the middle of its
    loop may be lost there.
    """

    def __init__(self) -> None:
        self.received = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.received = True
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started in the background, where Ctrl-C is not heard
            raise KeyboardInterrupt
        signal.raise_signal(signal.SIGINT)


def main() -> None:
    """Run the program: errors of ours end as one message on stderr and an exit code that means something."""
    _start_quickly()
    termination = _Termination()
    signal.signal(signal.SIGTERM, termination)
    sys.exit(_run(termination))


def _start_quickly() -> None:
    """Leave out what costs a short command a third of its time, and is of no use to any.

    numpy's algebra starts threads that wait busily; and what is loaded stays, so collecting it meanwhile frees nothing.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(_ALLOCATIONS)


def _run(termination: _Termination) -> int:
    """What a command returns is its exit code; None is 0."""
    try:
        code = app(prog_name="amazon-photos", standalone_mode=False)
        return Exit.DONE if code is None else int(code)
    except click.Abort:  # what click makes of a KeyboardInterrupt
        return Exit.TERMINATED if termination.received else Exit.INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except AmazonPhotosError as error:
        from .console import Console

        Console().note(f"amazon-photos: {error}")
        return exit_code(error)
