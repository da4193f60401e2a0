"""What every command takes, as a table: for whoever must know it without loading all commands.

The table is ``commands.json`` beside this file. `make docs` writes it from the commands (``describe``), and a test
holds it to them. Completion reads it, and so does whoever looks whether a variable or a key names a flag.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypedDict

Kind = Literal["switch", "count", "value"]
Completes = Literal["", "album", "command", "file", "folder", "key", "path", "person", "profile"]
"""What a value is completed from: the catalogue (an album, a person, a path in the library), this machine's files or
folders, its profiles, the commands, or what the config file can hold."""
TABLE: Final = Path(__file__).with_name("commands.json")
NEVER: Final = frozenset({"yes"})
"""Flags that are only ever given by hand: they say yes to what cannot be undone."""
_SELECTING: Final = frozenset({"album", "filter", "limit", "older_than", "person"})
"""Flags that say which nodes are meant: set for all commands, they would give a bare `trash` something to trash, and
`download /` would end after so many."""


class Flag(TypedDict):
    """An option of a command."""

    name: str
    """As the config file has it: that of its longest spelling, with _ for -."""
    spellings: list[str]
    off: list[str]
    """What takes a switch back: ``--no-progress``."""
    kind: Kind
    many: bool
    choices: list[str]
    completes: Completes
    setting: str
    """The setting that it is, "" where it is none: then it stands where settings do."""
    metavar: str
    help: str


class Taken(TypedDict):
    """An argument of a command."""

    metavar: str
    many: bool
    choices: list[str]
    completes: Completes


class CommandSyntax(TypedDict):
    """A command; one that has commands of its own has an entry for each of them besides."""

    section: str
    help: str
    flags: list[Flag]
    arguments: list[Taken]
    commands: list[str]


class Syntax(TypedDict):
    """All commands, by their path: "find", "albums list"; and the names of all settings."""

    settings: list[str]
    commands: dict[str, CommandSyntax]


@cache
def load_syntax() -> Syntax:
    """Load the table of all commands."""
    found: Syntax = json.loads(TABLE.read_text("utf-8"))
    return found


def list_flags(path: tuple[str, ...]) -> Mapping[str, Flag]:
    """List the flags of a command, or of all commands below a path, by name; () is the program."""
    return {
        flag["name"]: flag
        for name, command in load_syntax()["commands"].items()
        if tuple(name.split())[: len(path)] == path
        for flag in command["flags"]
    }


@cache
def list_unshared(path: tuple[str, ...]) -> frozenset[str]:
    """List the flags below a path that are set for one command at a time, by name.

    They mean one thing here and another there (``--out`` is a folder or a parquet file), or say which nodes are meant.
    """
    meanings: dict[str, set[tuple[object, ...]]] = {}
    for name, command in load_syntax()["commands"].items():
        for flag in command["flags"] if tuple(name.split())[: len(path)] == path else ():
            metavar = "" if flag["choices"] else flag["metavar"]
            meanings.setdefault(flag["name"], set()).add((flag["kind"], flag["many"], flag["completes"], metavar))
    one = load_syntax()["commands"].get(" ".join(path))
    own = {flag["name"] for flag in one["flags"]} if one is not None else set()
    return frozenset(name for name, found in meanings.items() if len(found) > 1 or name in _SELECTING) - own


def list_paths() -> Iterator[tuple[str, ...]]:
    """List the paths of all commands, and of what has commands below it; () is the program."""
    seen: set[tuple[str, ...]] = set()
    for name in load_syntax()["commands"]:
        words = tuple(name.split())
        for length in range(len(words) + 1):
            if words[:length] not in seen:
                seen.add(words[:length])
                yield words[:length]
