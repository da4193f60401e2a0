"""A command that gives the cookies: ``cookie_command = "pass show amazon"``.

It is run without a shell unless that is asked for, with nothing to read, and for no longer than a time-out. What it
prints is read as any text with cookies, and is in no message; what it says on its standard error is, in short.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO

from ..errors import CookieCommandFailed, CredentialsError, InvalidInput, hide_controls
from ..files.os_errors import describe
from ..model.checks import show
from .cookie_formats import read
from .credentials import Credentials
from .saved_session import SavedSession, make_session

COMMAND_PATIENCE = 60.0
"""Seconds: somebody may have to touch a key or type a password in a window."""
MAX_OUTPUT = 1 << 20
_MAX_SHOWN = 300
_SECRET = re.compile(
    r"At[a-z]{2}(?:\||%7c)[^\s;]+|\b\d{3}-\d{7}-\d{7}\b|(?<=[-_]main=|token=)[^\s;]+|(?<=[-_]acb[a-z]{2}=)[^\s;]+",
    re.IGNORECASE,
)
"""What a cookie looks like in what a command says, by its value or by its name."""


@dataclass(frozen=True, slots=True)
class CookieCommand:
    """``words`` are the program and its arguments; with ``shell``, one text that the system's shell reads."""

    words: tuple[str, ...] = field(repr=False)
    shell: bool = False
    timeout: float = COMMAND_PATIENCE

    @property
    def name(self) -> str:
        """What it is called in messages: the program, for arguments may hold anything."""
        return "cookie_command" if self.shell else self.words[0]


def parse_command(
    command: str | Sequence[str], *, shell: bool = False, timeout: float = COMMAND_PATIENCE
) -> CookieCommand:
    """Split a command into its words, as a shell would; a list of words is taken as it is.

    Raises ``InvalidInput``.
    """
    if isinstance(command, str):
        try:
            words = (command,) if shell else tuple(shlex.split(command, posix=os.name != "nt"))
        except ValueError:
            raise InvalidInput("cookie_command has a quotation that does not end") from None
    elif isinstance(command, Sequence) and all(isinstance(word, str) for word in command) and not shell:
        words = tuple(command)
    else:
        what = "one text where a shell is to read it" if shell else "a text or a list of words"
        raise InvalidInput(f"cookie_command must be {what}, not {show(command)}")
    if not any(word.strip() for word in words[:1]) or any("\0" in word for word in words):
        raise InvalidInput("cookie_command must name a program")
    return CookieCommand(words, shell, timeout)


def run_command(command: CookieCommand, *, tld: str | None = None) -> SavedSession:
    """Run the command and make a session of the cookies that it prints; nothing is sent.

    Raises ``CookieCommandFailed``, and ``CredentialsError`` for cookies that are not whole.
    """
    output = _run(command)
    try:
        cookies = read(output.decode("utf-8"))
        if cookies:
            credentials = Credentials.of_cookies(cookies, tld=tld)
            return make_session(
                credentials, "command", expires=credentials.expires, command=command.words, shell=command.shell
            )
        problem: CredentialsError = CookieCommandFailed(
            f"{command.name} printed no cookies of Amazon's: it must print what a browser extension exports, or the "
            "text of a Cookie header"
        )
    except UnicodeDecodeError:
        problem = CookieCommandFailed(f"{command.name} printed no text")
    except CredentialsError as error:
        problem = type(error)(f"of what {command.name} printed: {error}")
    output, cookies = b"", []  # a traceback may show what stands in here
    raise problem


def _run(command: CookieCommand) -> bytes:
    alone = not sys.stdin or not sys.stdin.isatty()  # who has a terminal may have to type a password there
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own command
            command.words[0] if command.shell else command.words,
            shell=command.shell,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=alone,
        )
    except (OSError, ValueError) as error:
        why = describe(error) if isinstance(error, OSError) else "it cannot be started"
        raise CookieCommandFailed(f"cannot run {command.name} ({why}): see cookie_command in the settings") from None
    with process:
        until = time.monotonic() + command.timeout
        output, said = _Reader(process.stdout, process), _Reader(process.stderr, process)
        try:
            ended = _ends(process, until)
            for reader in (output, said):  # an agent that it started may hold them open
                reader.wait(min(until, time.monotonic() + 1))
        finally:
            _end(process, alone)
    if ended and process.returncode == 0 and len(output.data) <= MAX_OUTPUT:
        return bytes(output.data)
    raise CookieCommandFailed(_explain(command, process.returncode if ended else None, output, said))


class _Reader:
    """Reads a pipe to its end, or as far as is wanted of it, in a thread and by a descriptor of its own."""

    def __init__(self, pipe: IO[bytes] | None, process: subprocess.Popen[bytes]) -> None:
        self.data = bytearray()
        self._file = -1 if pipe is None else os.dup(pipe.fileno())
        self._process = process
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def _read(self) -> None:
        try:
            while piece := os.read(self._file, 1 << 16):
                self.data += piece
                if len(self.data) > MAX_OUTPUT:
                    self._process.kill()
                    break
        finally:
            os.close(self._file)

    def wait(self, until: float) -> None:
        """Wait for the end of the pipe, or until then."""
        self._thread.join(max(0.0, until - time.monotonic()))


def _ends(process: subprocess.Popen[bytes], until: float) -> bool:
    try:
        process.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        return False
    return True


def _end(process: subprocess.Popen[bytes], alone: bool) -> None:
    """With all that it started, where it has a group of its own."""
    if process.poll() is not None and not alone:
        return
    with contextlib.suppress(OSError):
        if alone and os.name != "nt":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _explain(command: CookieCommand, code: int | None, output: _Reader, said: _Reader) -> str:
    if max(len(output.data), len(said.data)) > MAX_OUTPUT:
        return f"{command.name} printed more than {MAX_OUTPUT >> 20} MiB: that is no cookie file"
    words = hide_controls(_SECRET.sub("…", said.data.decode("utf-8", "replace")).strip())
    told = f": {words[-_MAX_SHOWN:]}" if words else ""
    if code is None:
        return f"{command.name} did not end within {command.timeout:g} seconds{told}"
    return f"{command.name} failed (exit code {code}){told}"
