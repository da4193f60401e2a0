"""Runs the cases of a transcript, and writes down what came of them (``transcripts/README.md`` says how)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

import terminals

_ID = re.compile(r"(?<![A-Za-z0-9_/=.-])(?=[A-Za-z0-9_-]*[A-Z])[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])")
_RUN = re.compile(r"\b\d{8}-\d{6}-\d{6}-[0-9a-f]{4}\b")
_OURS = re.compile(r"\bid\d{20}\b|\bRUN-\d+\b")
_RECEIPT = re.compile(r"(?m)^(?!upload|download)[a-z][a-z_. ]*: .* in \d+:\d\d\n")
"""What an operation leaves that took more than half a second: how quick one is, is the machine's."""
COLUMNS = "180"
"""So many that the path of a temporary folder has room."""


@dataclass
class Case:
    """A command as somebody calls it, and what they type."""

    line: str
    typed: list[str] = field(default_factory=list)

    @property
    def at_terminal(self) -> bool:
        return self.line.startswith("%")


def read_cases(text: str) -> tuple[list[str], list[Case]]:
    """The comment at the top, and the cases, without what came of them."""
    head, cases = [], []
    for line in text.splitlines():
        if line.startswith(("$ ", "% ")):
            cases.append(Case(line))
        elif line.startswith("< "):
            cases[-1].typed.append(line[2:])
        elif line.startswith("#") and not cases:
            head.append(line)
    return head, cases


class Transcriber:
    """Runs cases in an environment; every id and run has one name in all of them."""

    def __init__(self, environ: Mapping[str, str], words: Mapping[str, str], today: str) -> None:
        self._environ = {**environ, "COLUMNS": COLUMNS}
        self._words = words
        self._today = today
        self._names: dict[str, str] = {}

    def run(self, case: Case) -> str:
        """What stands in a transcript of a case."""
        commands = [shlex.split(part) for part in self._fill_in(case.line[2:]).split(" | ")]
        assert all(command[0] == "amazon-photos" for command in commands), case.line
        told = self._at_terminal(case, commands[0]) if case.at_terminal else self._in_pipe(commands)
        return "\n".join([case.line, *told]) + "\n"

    def _in_pipe(self, commands: list[list[str]]) -> list[str]:
        given, errors = "", []
        for command in commands:
            done = terminals.run(command[1:], self._environ, given=given)
            given = done.stdout
            errors += self._show(done.stderr).splitlines()
        shown = self._show(given).splitlines()
        return [
            *(f"| {one}".rstrip() for one in shown),
            *(f"! {one}".rstrip() for one in errors),
            f"= {done.returncode}",
        ]

    def _at_terminal(self, case: Case, command: list[str]) -> list[str]:
        terminal = terminals.Terminal(command[1:], self._environ)
        try:
            for line in case.typed:
                terminal.expect(": " if not line.startswith("^") else "")
                terminal.interrupt() if line == "^C" else terminal.type(f"{line}\n")
            code = terminal.end()
        finally:
            terminal.kill()
        typed = [f"< {line}" for line in case.typed]
        return [*typed, *(f"| {one}".rstrip() for one in self._show(terminal.seen).splitlines()), f"= {code}"]

    def _fill_in(self, text: str) -> str:
        known = {name: value for value, name in self._names.items()}
        for word, value in self._words.items():
            text = text.replace(word, value)
        return _OURS.sub(lambda found: known.get(found[0], found[0]), text)

    def _show(self, text: str) -> str:
        for word, value in self._words.items():
            text = text.replace(value, word)
        text = re.sub(r"(?m)^[^\n]*\r", "", text)  # what a line of progress was replaced by
        text = _RECEIPT.sub("", text)
        text = re.sub(r"\bA[A-Z0-9]{13}\b", "OWNER", text)
        text = re.sub(r"\beTagResponse([\t,])\w+", r"eTagResponse\1TAG", text)
        text = _RUN.sub(lambda found: self._name(found[0], "RUN-{}"), text)
        text = re.sub(rf"{self._today}[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+00:00)?", "NOW", text)
        text = re.sub(r"\bin \d+:\d\d\b", "in 0:00", text)
        text = re.sub(r"[\d.]+ [kMG]?B/s", "0 B/s", text)
        return _ID.sub(lambda found: self._name(found[0], "id{:020}"), text)

    def _name(self, value: str, pattern: str) -> str:
        used = sum(name[:2] == pattern[:2] for name in self._names.values())
        return self._names.setdefault(value, pattern.format(used + 1))
