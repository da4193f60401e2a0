"""Questions to whoever sits at the terminal. Where nobody does, none is asked: ``is_there`` is looked at first.

Questions stand on standard error, as standard output is for data. What is pasted may be longer than the 4,096
characters (macOS: 1,024) that a terminal takes in a line, and may have many lines; so it is read as it comes, and shown
nowhere.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence

import click

from ..errors import hide_controls

MAX_PASTED = 1 << 20
_PAUSE = 0.3
"""Seconds of silence after which what was pasted has come to its end."""
_TERMINAL = "/dev/tty"
"""The terminal of whoever started us, whatever the standard streams are."""
_END = "\x04"
"""Ctrl-D."""


def is_there() -> bool:
    """Tell whether somebody can be asked: they read what we say, and can type."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def can_confirm() -> bool:
    """Tell whether somebody can be asked for a yes: they read what we say, and have a terminal.

    Where standard input is a pipe, the terminal itself is read.
    """
    if is_there():
        return True
    if sys.stderr is None or not sys.stderr.isatty():
        return False
    try:
        os.close(os.open(_TERMINAL, os.O_RDWR))
    except OSError:
        return False
    return True


def choose(question: str, answers: Sequence[str]) -> int:
    """Ask for one of some answers, by its number; return its place."""
    say(question)
    for number, answer in enumerate(answers, 1):
        say(f"  {number}  {answer}")
    while True:
        given = ask("Number", default="1")
        if given.isascii() and given.isdigit() and 1 <= int(given) <= len(answers):
            return int(given) - 1
        say(f"a number from 1 to {len(answers)}, please")


def ask(question: str, default: str = "") -> str:
    """Ask for a line that anybody may see.

    Enter alone gives the default, or asks again where there is none.
    """
    while True:
        given = _read_line(f"{question}{f' [{default}]' if default else ''}: ").strip() or default
        if given:
            return given


def confirm(question: str) -> bool:
    """Ask for yes or no; no, if they only press Enter."""
    while True:
        given = _read_line(f"{question} [y/N]: ").strip().lower()
        if given in ("", "n", "no"):
            return False
        if given in ("y", "yes"):
            return True
        say("y or n, please")


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


def _read_line(question: str) -> str:
    """Read a line as the system's terminal gives it. Raises ``EOFError`` for Ctrl-D."""
    if sys.platform == "win32":
        return input(question)
    click.echo(hide_controls(question), err=True, nl=False)
    if sys.stdin is not None and sys.stdin.isatty():
        return _read_to_enter(sys.stdin.fileno())
    terminal = os.open(_TERMINAL, os.O_RDWR)  # standard input brought what the question is about
    try:
        return _read_to_enter(terminal)
    finally:
        os.close(terminal)


def _read_to_enter(terminal: int) -> str:
    data = b""
    while not data.endswith(b"\n"):
        if not (piece := _read_typed(terminal)):
            raise EOFError
        data += piece
    return data.decode("utf-8", "replace")


def _read_typed(terminal: int) -> bytes:
    """Read what was typed; b"" at its end. Raises ``KeyboardInterrupt``.

    A signal that comes just before a blocking read is noted by Python and heard when the read ends: at a question,
    never. So every signal ends the waiting, whenever it comes.
    """
    import select

    heard, told = os.pipe()
    os.set_blocking(told, False)
    before = signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, ())  # here Python hears what came before: 3.14 may not have done so
        while terminal not in select.select([terminal, heard], [], [])[0]:
            os.read(heard, 4096)
        return os.read(terminal, 4096)
    finally:
        signal.set_wakeup_fd(before)
        os.close(heard)
        os.close(told)


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
            data += _read_typed(terminal) or _END.encode()
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
