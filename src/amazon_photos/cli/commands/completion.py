"""``amazon-photos completion``: prints what a shell reads at its start to complete commands and names."""

from __future__ import annotations

import click

from ...errors import InvalidInput
from ..completion.shells import SCRIPTS
from ..options import Console, speaking_options
from ..syntax.registry import Command


@click.command("completion", cls=Command)
@click.argument("shell", metavar="bash|zsh|fish")
@speaking_options
def command(*, shell: str, console: Console) -> None:
    """Print a script that makes a shell complete commands, options, albums, people and folders of the library.

    The script is always the same: keep it in a file that the shell reads at its start. The program is asked only when
    the completion key is pressed, and answers from the catalogue, without a request. PowerShell is not there yet.

    \b
    amazon-photos completion bash > ~/.local/share/bash-completion/completions/amazon-photos
    amazon-photos completion zsh > ~/.zfunc/_amazon-photos
    amazon-photos completion fish > ~/.config/fish/completions/amazon-photos.fish
    """
    if shell.lower() in ("powershell", "pwsh"):
        raise InvalidInput("there is no completion for PowerShell; for bash, zsh and fish there is")
    if shell not in SCRIPTS:
        raise InvalidInput(f"{shell!r:.80} is no shell that can be completed for: bash, zsh, fish")
    console.script(SCRIPTS[shell])
