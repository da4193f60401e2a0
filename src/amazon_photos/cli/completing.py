"""What can come next in a line that is being typed: commands, options, choices, and names of the catalogue.

Neither click nor pyarrow is loaded for it, and nothing is sent: commands are as ``syntax`` has them, names as
``names_file`` keeps them beside the catalogue. Where local files are due, the shell completes them itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from .syntax import CommandSyntax, Completes, Flag, Syntax, load_syntax

MAX_OFFERED = 1_000
_ALBUMS = "albums/"
_COOKIE = re.compile(r"(?:at|ubid)[-_](?:main|acb[a-z]{2})\Z", re.IGNORECASE)
"""Variables that are cookies: whoever has them uses no profile."""
_HELP = ("--help", "Show this message and exit.")


class Offer(NamedTuple):
    """Something that can come next, whole, and a line about it."""

    text: str
    about: str = ""


class Answer(NamedTuple):
    """What can come next: ``offers``, or local files or folders, of which ``before`` is no part (``--out=``)."""

    offers: list[Offer]
    local: Completes = ""
    before: str = ""


class _Line(NamedTuple):
    """What the words before the current one have said."""

    command: CommandSyntax | None
    path: list[str]
    given: dict[str, str]
    """The options that were given, by their spelling, and their values."""
    waiting: Flag | None
    """The option that wants its value now."""
    position: int
    only_arguments: bool


def complete(words: Sequence[str], current: str) -> Answer:
    """Complete the word ``current`` after the others.

    The first of them is the program's name.
    """
    syntax = load_syntax()
    line = _read(syntax, words[1:])
    if line.waiting is not None:
        return _complete_value(line, line.waiting["choices"], line.waiting["completes"], current)
    if current.startswith("-") and not line.only_arguments:
        spelling, equals, value = current.partition("=")
        if equals and line.command is not None:
            flag = next((flag for flag in line.command["flags"] if spelling in flag["spellings"]), None)
            return Answer([]) if flag is None else _complete_attached(line, flag, f"{spelling}=", value)
        return _keep(_list_options(line), current)
    begins = line.command is None or not (line.position or line.given or line.only_arguments)
    commands = _keep(_list_commands(syntax, line.path), current) if begins else Answer([])
    arguments = (line.command or _NONE)["arguments"]
    if not arguments or (line.position >= len(arguments) and not arguments[-1]["many"]):
        return commands
    argument = arguments[min(line.position, len(arguments) - 1)]
    found = _complete_value(line, argument["choices"], argument["completes"], current)
    return found._replace(offers=[*commands.offers, *found.offers])


def _read(syntax: Syntax, words: Sequence[str]) -> _Line:
    path: list[str] = []
    command: CommandSyntax | None = None
    given: dict[str, str] = {}
    waiting: Flag | None = None
    position, only_arguments = 0, False
    for word in words:
        if waiting is not None:
            given[waiting["name"]], waiting = word, None
        elif word == "--" and not only_arguments:
            only_arguments = True
        elif word.startswith("-") and word != "-" and not only_arguments:
            spelling, equals, value = word.partition("=")
            flag = next((one for one in (command or _NONE)["flags"] if spelling in one["spellings"]), None)
            if flag is not None:
                given[flag["name"]] = value
                waiting = flag if flag["kind"] == "value" and not equals else None
        elif " ".join([*path, word]) in syntax["commands"] and (command is None or command["commands"]):
            path.append(word)
            command = syntax["commands"][" ".join(path)]
        else:
            position += 1
    return _Line(command, path, given, waiting, position, only_arguments)


_NONE: CommandSyntax = {"section": "", "help": "", "flags": [], "arguments": [], "commands": []}


def _keep(offers: Iterator[Offer], current: str) -> Answer:
    return Answer([offer for offer in offers if offer.text.startswith(current)])


def _list_commands(syntax: Syntax, path: Sequence[str]) -> Iterator[Offer]:
    for name, command in syntax["commands"].items():
        *above, last = name.split()
        if above == list(path):
            yield Offer(last, command["help"])


def _list_options(line: _Line) -> Iterator[Offer]:
    for flag in (line.command or _NONE)["flags"]:
        if flag["many"] or flag["name"] not in line.given:
            yield from (Offer(one, flag["help"]) for one in reversed([*flag["off"], *flag["spellings"]]))
    if not line.path:
        yield Offer("--version", "Show the version and exit.")
    yield Offer(*_HELP)


def _complete_attached(line: _Line, flag: Flag, before: str, value: str) -> Answer:
    """The value behind ``--output=``, which is part of the word."""
    found = _complete_value(line, flag["choices"], flag["completes"], value)
    offers = [Offer(before + offer.text, offer.about) for offer in found.offers]
    return Answer(offers, found.local, before if found.local else "")


def _complete_value(line: _Line, choices: Sequence[str], source: Completes, current: str) -> Answer:
    if source in ("file", "folder"):
        return Answer([], source)
    if choices:
        return _keep(map(Offer, choices), current)
    if source == "profile":
        from ..auth.profiles import list_profiles

        return _keep((Offer(profile.name) for profile in list_profiles()), current)
    if source == "command":
        return _keep((Offer(name, command["help"]) for name, command in load_syntax()["commands"].items()), current)
    if source == "key":
        return _keep(map(Offer, _list_keys(line)), current)
    if not source:
        return Answer([])
    found: list[Offer] = []
    for text in _list_names(line, source, current):
        found.append(Offer(text))
        if len(found) == MAX_OFFERED:
            break
    return Answer(found)


def _list_keys(line: _Line) -> Iterator[str]:
    """What the config file can hold: settings, and flags of the command that is named, or of all."""
    syntax, of = load_syntax(), line.given.get("command")
    if of is None:
        yield from syntax["settings"]
    found = {
        flag["name"]
        for name, command in syntax["commands"].items()
        if of is None or f"{name} ".startswith(f"{of} ")
        for flag in command["flags"]
        if not flag["setting"]
    }
    yield from sorted(found - {"yes"})


def _list_names(line: _Line, source: Completes, current: str) -> Iterator[str]:
    """Names of the catalogue, as the commands take them."""
    from ..catalog.names_file import ALBUMS, PEOPLE, load_names

    path = _find_catalog(line)
    names = None if path is None else load_names(path)
    if names is None:
        return
    if source in ("album", "person"):
        yield from names.start_with(ALBUMS if source == "album" else PEOPLE, current)
        return
    if current.startswith(_ALBUMS):
        yield from (_ALBUMS + name for name in names.start_with(ALBUMS, current.removeprefix(_ALBUMS)))
        return
    if _ALBUMS.startswith(current):
        yield _ALBUMS
    start = "" if current and not current.startswith("/") else "/"
    yield from (f"{start}{path}/" for path in names.folders_in(current.removeprefix("/")))


def _find_catalog(line: _Line) -> Path | None:
    """The catalogue that the command would use. Raises ``InvalidInput`` for a config file that cannot be read."""
    named = line.given.get("catalog") or os.environ.get("AMAZON_PHOTOS_CATALOG")
    profile = line.given.get("profile")
    if not named:
        from ..settings.places import read_places

        settings = load_syntax()["settings"]
        own = bool(line.given.get("cookies")) or (profile is None and any(map(_COOKIE.match, os.environ)))
        places = list(read_places(os.environ, {"profile": profile}, settings, in_profile=not own))
        named = next((str(values["catalog"]) for _, values in places if "catalog" in values), None)
        if named is None and own:
            named = "ap.parquet"
        profile = next((str(values["profile"]) for _, values in places if "profile" in values), None)
    if named:
        return Path(named).expanduser()
    from ..auth.profiles import find_profile

    return Path(find_profile(profile).catalog)
