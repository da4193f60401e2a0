"""Which commands there are. A command's module is loaded when the command is called; help needs none of them."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

import click

SECTIONS: Mapping[str, Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "Signing in": {
            "login": ("login:command", "Sign in, and keep the session under a name."),
            "logout": ("logout:command", "Sign out, and delete the session."),
            "whoami": ("whoami:command", "Tell whose session is used, and why that one."),
            "doctor": ("doctor:command", "Look what may be wrong here, and say what to do."),
            "probe": ("probe:command", "Ask whether Amazon Photos still is as documented."),
        },
        "Looking": {
            "usage": ("usage:command", "Tell how much is stored, by kind."),
            "ls": ("ls:command", "List what a folder or an album holds, by the catalogue."),
            "info": ("info:command", "Tell all that the catalogue knows of one node."),
            "find": ("find:command", "Find what matches in the catalogue, without a request."),
            "cat": ("cat:command", "Write a file to standard output."),
            "search": ("search:command", "Search Amazon's index, as its own page does."),
            "tree": ("tree:command", "Draw the folders, and how much each holds, without a request."),
            "sql": ("sql:command", "Ask DuckDB about the catalogue, without a request."),
            "refresh": ("refresh:command", "Bring the catalogue up to date, and tell what is new."),
        },
        "Backing up": {
            "upload": ("upload:command", "Upload files and folders; what is there already is left out."),
            "check": ("check:check", "Compare a folder of this machine with the library."),
            "backed-up": ("check:backed_up", "Tell whether the library holds files of this machine."),
        },
        "Bringing home": {
            "download": ("download:command", "Download files, folders and albums, each byte verified."),
        },
        "Organising": {
            "albums": ("albums:albums", "List, make, fill, rename, merge and delete albums."),
            "people": ("people:people", "List, name and merge the people on the photos."),
            "places": ("places:places", "List where photos were taken, and what was taken there."),
            "things": ("places:things", "List what is on photos, and the photos that show it."),
            "timeline": ("places:timeline", "Count photos by year, month or day, and list one of them."),
            "favorites": ("favorites:favorites", "List, add and remove favourites."),
            "hide": ("favorites:hide", "Hide from the photo view."),
            "unhide": ("favorites:unhide", "Show in the photo view again."),
            "move": ("editing:move", "Move files and folders into another folder."),
            "rename": ("editing:rename", "Rename a node, or many by a template."),
            "describe": ("editing:describe", "Set the description."),
            "label": ("editing:label", "Set the labels."),
        },
        "Putting away": {
            "trash": ("trash:trash", "Put into the trash, from where it can come back; list what is there."),
            "restore": ("trash:restore", "Restore from the trash."),
            "delete": ("trash:delete", "Delete for good."),
        },
        "The way back": {
            "apply": ("history:apply", "Apply a plan that was kept in a file."),
            "history": ("history:history", "List what was changed, and how each step ended."),
            "undo": ("history:undo", "Put back what a run changed."),
        },
        "This program": {
            "completion": ("completion:command", "Print what makes a shell complete commands and names."),
            "config": ("config:group", "Show the settings, and change the config file."),
            "emulator": ("..emulator.__main__:command", "Run a small Amazon Photos on this machine."),
            "demo": ("demo:command", "Show a whole library in a minute, without an account."),
        },
    }
)
"""Sections of the help, and the commands of each: the module and its name in it, and one line of help."""
_PACKAGE: Final = "amazon_photos.cli.commands"
_MARK: Final = "\0"
"""Stands before an id that begins with a hyphen while click looks for options. No argument can hold it."""
_ID_LENGTH: Final = 22
_LONG: Final = 200
"""Characters of a line of help, before it is cut: it is wrapped."""


class Command(click.Command):
    """A command; an id that begins with a hyphen is an argument and no option."""

    besides: Mapping[str, click.Command] = MappingProxyType({})
    """Commands that go by its name and a word of theirs, which its help lists."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and the commands besides."""
        super().format_options(ctx, formatter)
        if self.besides:
            with formatter.section("Commands"):
                formatter.write_dl([(name, one.get_short_help_str(_LONG)) for name, one in self.besides.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments."""
        rest = super().parse_args(ctx, [_MARK + one if self._is_id(ctx, one) else one for one in args])
        ctx.params = {name: _unmark(value) for name, value in ctx.params.items()}
        return rest

    def _is_id(self, ctx: click.Context, text: str) -> bool:
        if not text.startswith("-") or len(text) != _ID_LENGTH:
            return False
        from ...model.checks import is_node_id

        if not is_node_id(text):
            return False
        return all(text not in (*one.opts, *one.secondary_opts) for one in self.get_params(ctx))


def _unmark(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_unmark, value))
    return value.removeprefix(_MARK) if isinstance(value, str) else value


class Group(click.Group):
    """A command that has commands of its own; a misspelled one is told the nearest."""

    command_class = Command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; without any, help is what is meant."""
        if not args and not self.invoke_without_command:
            click.echo(ctx.get_help())
            ctx.exit()
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called. Raises ``UsageError``."""
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], known, n=1, cutoff=0.5)
            hint = f"did you mean `{ctx.command_path} {near[0]}`?" if near else f"there are {', '.join(known)}"
            if args[0] == "help":  # what git and rclone take
                hint = f"did you mean `{' '.join([ctx.command_path, *args[1:2]])[:80]} --help`?"
            ctx.fail(f"there is no command {args[0]!r:.80}: {hint}")
        name, command, rest = super().resolve_command(ctx, args)
        if command is not None and name is not None and not ctx.resilient_parsing:
            from ..invocation import find_invocation
            from .defaults import fill_defaults

            find_invocation(ctx).sources.update(fill_defaults(ctx, command, name, rest))
        return name, command, rest

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, each with the whole of its first line."""
        listed = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, each.get_short_help_str(_LONG))
                    for name, each in listed
                    if each is not None and not each.hidden
                ]
            )


class DefaultGroup(Group):
    """A command that has commands of its own besides: ``default`` is called unless the first word names one.

    So ``trash list`` lists, and ``trash ID…`` trashes; what is called "list" goes by its path, /list.
    """

    default: click.Command

    def __init__(self, default: click.Command, *commands: click.Command) -> None:
        named = {str(one.name): one for one in commands}
        super().__init__(default.name, commands=named, help=default.help, epilog=default.epilog, params=default.params)
        self.default = default
        if isinstance(default, Command):
            default.besides = named

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return what stands before the name of one of its commands: nothing but ``--help``.

        ``params`` are those of ``default``, for whoever describes commands.
        """
        option = self.get_help_option(ctx)
        return [] if option is None else [option]

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Make the context of the command that is meant."""
        if args and args[0] in self.commands:
            return super().make_context(info_name, args, parent, **extra)
        return self.default.make_context(info_name, args, parent, **extra)


class Commands(Group):
    """All commands of the program, by ``SECTIONS``."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options, context_settings={"help_option_names": ["-h", "--help"]})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the names of all commands."""
        return [name for name, _, _ in _list_commands()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command; None if there is none of that name."""
        place = {name: place for name, place, _ in _list_commands()}.get(cmd_name)
        if place is None:
            return None
        module, _, attribute = place.partition(":")
        found = getattr(importlib.import_module("." + module, _PACKAGE), attribute)
        assert isinstance(found, click.Command)  # noqa: S101 - the table above names commands only
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, section by section."""
        for section, commands in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl([(name, line) for name, (_, line) in commands.items()])


def _list_commands() -> Iterator[tuple[str, str, str]]:
    for commands in SECTIONS.values():
        for name, (place, line) in commands.items():
            yield name, place, line
