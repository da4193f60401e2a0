"""How commands are found, and which of two is meant where one has commands of its own besides."""

import click
import pytest

from amazon_photos.cli.syntax.registry import Command, Commands, DefaultGroup, Group

HYPHEN = "-dry-run-AAAAAAAAAAAAA"


@click.command("keep", cls=Command)
@click.argument("items", nargs=-1)
@click.option("--name")
@click.option("--quick", is_flag=True)
def keep(**given):
    """Keep things."""
    return "keep", given


@click.command("list", cls=Command)
@click.option("--limit", type=int)
def list_kept(**given):
    """List what is kept."""
    return "list", given


@pytest.fixture
def program():
    group = Group("program")
    group.add_command(DefaultGroup(keep, list_kept))
    return group


def call(program, *words):
    return program.main(list(words), prog_name="program", standalone_mode=False)


def test_the_first_word_says_which(program):
    """A command's name calls it; anything else is an argument or an option of the default."""
    assert call(program, "keep", "list", "--limit", "3") == ("list", {"limit": 3})
    assert call(program, "keep", "a", "list") == ("keep", {"items": ("a", "list"), "name": None, "quick": False})
    assert call(program, "keep") == ("keep", {"items": (), "name": None, "quick": False})
    assert call(program, "keep", "--quick", "--", "list")[1] == {"items": ("list",), "name": None, "quick": True}
    assert call(program, "keep", "/list")[1]["items"] == ("/list",)


def test_who_describes_commands_finds_both(program):
    """The default's options, and the names of the others."""
    group = program.commands["keep"]
    assert [one.name for one in group.params] == ["items", "name", "quick"]
    assert list(group.commands) == ["list"]
    assert group.help == "Keep things."


def test_an_id_may_begin_with_a_hyphen(program):
    """Wherever one can stand: alone, behind ``--``, as an option's value."""
    assert call(program, "keep", HYPHEN)[1]["items"] == (HYPHEN,)
    assert call(program, "keep", "--quick", HYPHEN, "x")[1] == {"items": (HYPHEN, "x"), "name": None, "quick": True}
    assert call(program, "keep", "--", HYPHEN)[1]["items"] == (HYPHEN,)
    assert call(program, "keep", "--name", HYPHEN)[1]["name"] == HYPHEN
    with pytest.raises(click.NoSuchOption):
        call(program, "keep", "-x")


def test_a_group_by_itself_shows_its_help(program, capsys):
    """And is no error."""
    assert call(program) == 0
    assert "Keep things." in capsys.readouterr().out


def test_a_misspelled_command_is_told_the_nearest(program):
    """With how it is typed."""
    with pytest.raises(click.UsageError, match="did you mean `program keep`"):
        call(program, "kepe")


@pytest.mark.parametrize(("name", "besides"), [("trash", "list"), ("timeline", "show")])
def test_help_lists_commands_besides(name, besides):
    """Whoever reads the help of ``trash`` learns that there is ``trash list``."""
    program = Commands("amazon-photos")
    command = program.get_command(click.Context(program), name)
    told = command.make_context(name, [], resilient_parsing=True).get_help()
    assert besides in told.partition("Commands:")[2]


@pytest.mark.parametrize(
    ("words", "hint"), [(["help"], "`program --help`"), (["help", "keep"], "`program keep --help`")]
)
def test_a_command_help_is_told_the_option(program, words, hint):
    """Git and rclone have the one; here it is the other."""
    with pytest.raises(click.UsageError, match=hint):
        call(program, *words)


def test_every_command_of_the_table_is_there():
    """Each is loaded by its name, and its help begins with a line of its own."""
    program = Commands("amazon-photos")
    context = click.Context(program)
    for name in program.list_commands(context):
        command = program.get_command(context, name)
        assert command is not None, name
        assert command.help, name
