"""One call of the program: who speaks for it, how it was stopped, and whether its insides are to be shown."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import AmazonPhotosError
from .exits import Exit, exit_code
from .signals import Signals

if TYPE_CHECKING:  # the printer costs a third of what `--help` may take, which needs none
    from .output.console import Console
    from .output.formats import Format


class Invocation:
    """What is known of a call besides its command's own arguments; click carries it as the context's object."""

    def __init__(self) -> None:
        self.signals = Signals()
        self.debug = "--debug" in sys.argv
        self.sources: dict[str, str] = {}
        """Where the values of flags are from that were not given by hand: a variable, or a key and its file."""
        self._console: Console | None = None

    @property
    def console(self) -> Console:
        """The command's printer; before the options are read, one that prints as ever."""
        if self._console is None:
            from .output.console import Console

            self._console = Console()
        return self._console

    @console.setter
    def console(self, console: Console) -> None:
        self._console = console

    def find_code(self, error: BaseException) -> int:
        """Find the code that the program ends with for an error: a signal that came before it goes first.

        A command that was called wrongly says so all the same, and so does a mistake of ours.
        """
        if isinstance(error, click.ClickException):
            return error.exit_code
        received = self.signals.received
        if isinstance(error, KeyboardInterrupt | EOFError | click.Abort):  # click makes an Abort of the first two
            return Exit.INTERRUPTED if received is None else received
        if isinstance(error, AmazonPhotosError):
            return exit_code(error) if received is None else received
        return Exit.FAILED


def find_invocation(context: click.Context | None = None) -> Invocation:
    """Find the call that is under way."""
    found = (context or click.get_current_context()).find_object(Invocation)
    return Invocation() if found is None else found


def take_console(
    *,
    output: Format | None = None,
    as_json: bool = False,
    columns: str | None = None,
    sort: Sequence[str] = (),
    quiet: bool = False,
    verbose: int = 0,
    log_file: Path | None = None,
    debug: bool = False,
) -> Console:
    """Make the printer of the command that is called, by its options."""
    from .output.console import Console

    invocation = find_invocation()
    invocation.debug = debug
    invocation.console = Console(output=output, as_json=as_json, columns=columns, sort=sort, quiet=quiet)
    if verbose or log_file is not None:
        from .output.log import tell_log

        tell_log(invocation.console, verbose=verbose, log_file=log_file)
    return invocation.console
