"""Describe all commands as ``syntax`` has them, from the commands themselves: for `make docs`, and the test of it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import fields

import click

from ...settings import Settings
from .registry import SECTIONS
from .table import CommandSyntax, Completes, Flag, Syntax, Taken

_BY_WORD: tuple[tuple[str, Completes], ...] = (
    ("ALBUM", "album"),
    ("PERSON", "person"),
    ("PATH", "path"),
    ("FOLDER", "path"),
    ("PROFILE", "profile"),
    ("OF_COMMAND", "command"),
    ("SETTING", "key"),
)
"""What an option or an argument takes that is no local path, by a word of its metavar or its own spelling."""


def describe_syntax(program: click.Group) -> Syntax:
    """Describe every command of the program."""
    settings = [one.name for one in fields(Settings)]
    commands: dict[str, CommandSyntax] = {}
    for section, names in SECTIONS.items():
        for name in names:
            for path, command in walk_commands(program, name):
                commands[path] = _describe(section, command)
    return {"settings": settings, "commands": commands}


def walk_commands(program: click.Group, *names: str) -> Iterator[tuple[str, click.Command]]:
    """Walk over commands and their sub-commands, each with its path: "albums", "albums list".

    All where none is named.

    Hidden ones are passed over.
    """
    context = click.Context(program, info_name="amazon-photos")
    for name in names or program.list_commands(context):
        command = program.get_command(context, name)
        if command is None or command.hidden:
            continue
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {path}", below) for path, below in walk_commands(command))


def _describe(section: str, command: click.Command) -> CommandSyntax:
    context = click.Context(command)
    below = [path for path, _ in walk_commands(command) if " " not in path] if isinstance(command, click.Group) else []
    return {
        "section": section,
        "help": command.get_short_help_str(200),
        "flags": [
            _describe_flag(one, context)
            for one in command.params
            if isinstance(one, click.Option) and not one.hidden and not one.is_eager
        ],
        "arguments": [_describe_argument(one, context) for one in command.params if isinstance(one, click.Argument)],
        "commands": below,
    }


def _describe_flag(option: click.Option, context: click.Context) -> Flag:
    longest = max(option.opts, key=len)
    switch = option.is_flag and not option.count
    setting = str(option.name) if str(option.name) in {one.name for one in fields(Settings)} else ""
    metavar = "" if switch or option.count else option.make_metavar(context)
    return {
        "name": longest.lstrip("-").replace("-", "_"),
        "spellings": sorted(option.opts, key=len),
        "off": list(option.secondary_opts),
        "kind": "switch" if switch else "count" if option.count else "value",
        "many": option.multiple,
        "choices": _list_choices(option),
        "completes": ""
        if switch or option.count
        else _find_source(option, f"{metavar} {longest} {option.name}".upper()),
        "setting": setting,
        "metavar": metavar,
        "help": option.help or "",
    }


def _describe_argument(argument: click.Argument, context: click.Context) -> Taken:
    metavar = argument.make_metavar(context)
    return {
        "metavar": metavar,
        "many": argument.nargs != 1,
        "choices": _list_choices(argument),
        "completes": _find_source(argument, metavar),
    }


def _list_choices(parameter: click.Parameter) -> list[str]:
    return [str(one) for one in parameter.type.choices] if isinstance(parameter.type, click.Choice) else []


def _find_source(parameter: click.Parameter, words: str) -> Completes:
    if isinstance(parameter.type, click.Path):
        return "file" if parameter.type.file_okay else "folder"
    if not isinstance(parameter.type, click.types.StringParamType):
        return ""
    return next((source for word, source in _BY_WORD if word in words), "")


def list_examples(command: click.Command) -> list[str]:
    """List the examples of a command's help: the lines of its docstring that keep their form."""
    blocks = (block for block in inspect.cleandoc(command.help or "").split("\n\n") if block.startswith("\b"))
    return [line.strip() for block in blocks for line in block.splitlines()[1:]]
