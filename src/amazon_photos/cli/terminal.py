"""Questions to whoever sits at the terminal. Where nobody does, none is asked: ``is_there`` is looked at first.

Questions stand on standard error, as standard output is for data. What is pasted may be longer than the 4,096
characters (macOS: 1,024) that a terminal takes in a line, and may have many lines; so it is read as it comes, and shown
nowhere.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence

import click

from ..errors import hide_controls

MAX_PASTED = 1 << 20
_PAUSE = 0.3
"""Seconds of silence after which what was pasted has come to its end."""
_END = "\x04"
"""Ctrl-D."""


def is_there() -> bool:
    """Tell whether somebody can be asked: they read what we say, and can type."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def choose(question: str, answers: Sequence[str]) -> int:
    """Ask for one of some answers, by its number; return its place."""
    say(question)
    for number, answer in enumerate(answers, 1):
        say(f"  {number}  {answer}")
    number = click.prompt("Number", type=click.IntRange(1, len(answers)), default=1, err=True)
    return int(number) - 1


def ask(question: str, default: str | None = None) -> str:
    """Ask for a line that anybody may see."""
    return str(click.prompt(question, default=default, err=True)).strip()


def confirm(question: str) -> bool:
    """Ask for yes or no; no, if they only press Enter."""
    return click.confirm(question, default=False, err=True)


def say(text: str) -> None:
    """Say something on standard error."""
    click.echo("\n".join(map(hide_controls, text.split("\n"))), err=True)


def read_hidden(question: str, *, lines: bool = False) -> str:
    """Ask for something that is pasted and shown nowhere.

    It ends with Enter; with ``lines``, where it may have many, with an empty one. Ctrl-D ends it too.
    """
    text = _read_windows(question, lines) if sys.platform == "win32" else _read_posix(question, lines)
    click.echo(err=True)
    if not text.strip() and text.endswith(_END):
        raise click.Abort
    return _correct(text.rstrip(_END))


def _read_posix(question: str, lines: bool) -> str:
    import select
    import termios

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    quiet = termios.tcgetattr(terminal)
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    data = bytearray()
    try:
        termios.tcsetattr(terminal, termios.TCSADRAIN, quiet)
        click.echo(question, err=True, nl=False)
        while len(data) < MAX_PASTED and not data.endswith(_END.encode()):
            data += os.read(terminal, 4096) or _END.encode()
            if _is_whole(data.decode("utf-8", "replace"), lines) and not select.select([terminal], [], [], _PAUSE)[0]:
                break
        return data.decode("utf-8", "replace")
    finally:
        data.clear()
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _read_windows(question: str, lines: bool) -> str:
    if sys.platform != "win32":
        raise NotImplementedError
    import msvcrt

    click.echo(question, err=True, nl=False)
    text = ""
    while len(text) < MAX_PASTED and not text.endswith((_END, "\x1a")):
        text += msvcrt.getwch().replace("\r", "\n")
        if "\x03" in text:
            raise click.Abort
        if _is_whole(text, lines) and not msvcrt.kbhit():
            time.sleep(_PAUSE)
            if not msvcrt.kbhit():
                break
    return text


def _is_whole(text: str, lines: bool) -> bool:
    return text.endswith("\n\n") or text == "\n" if lines else text.endswith("\n")


def _correct(text: str) -> str:
    """What was typed, after Backspace; and what was pasted, without the marks that some terminals put around it."""
    kept: list[str] = []
    for c in text.replace("\x1b[200~", "").replace("\x1b[201~", ""):
        if c in "\x7f\b":
            del kept[-1:]
        else:
            kept.append(c)
    return "".join(kept)
