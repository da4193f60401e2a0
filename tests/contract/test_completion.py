"""Completion: in real shells, with names that shells read otherwise; from the catalogue alone, and quickly."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import shells
import terminals
from amazon_photos import AmazonPhotos

ALBUM_NAMES = [
    "Sommer, ü",
    "It's $HOME; `touch hacked`",
    'q"uote',
    "back\\slash",
    "x & y|z > w",
    "wow!",
    "~tilde",
    "#hash",
    "$(touch hacked)",
    "*star?",
    "[br]acket{a,b}",
    "com:ma=eq",
    "new\nline",
    "esc\x1b[31m",
    "-dash",
]


@pytest.fixture(scope="module")
def kept(module_service, tmp_path_factory):
    """A catalogue with hostile names, of somebody who reaches nobody."""
    module_service.reset(files=40)
    home = tmp_path_factory.mktemp("completion")
    (home / "user").mkdir()
    path = home / "ap.parquet"
    with AmazonPhotos(module_service.cookies, endpoint=module_service.url, catalog=path, progress=False) as ap:
        photos = ap.photos(limit=2, save=False).id
        for name in ALBUM_NAMES:
            ap.albums.create(name, node_ids=photos)
        ap.create_folders("/Pictures/My Trip (1)/day 1", "/Pictures/Übung")
        ap.refresh(relations=True)
    nobody = {"AMAZON_PHOTOS_ENDPOINT": "http://127.0.0.1:9", "AMAZON_PHOTOS_CATALOG": str(path)}
    return path, terminals.clean_environ(home, **nobody)


LINES = {
    "find --outp\tjsonl": ["find", "--output", "jsonl"],
    "trash --album=Som\t": ["trash", "--album=Sommer, ü"],
    "trash --album It\t": ["trash", "--album", "It's $HOME; `touch hacked`"],
    'trash --album "It\t': ["trash", "--album", "It's $HOME; `touch hacked`"],
    "trash --album back\t": ["trash", "--album", "back\\slash"],
    "trash --album x\t": ["trash", "--album", "x & y|z > w"],
    "trash --album wow\t": ["trash", "--album", "wow!"],
    "trash --album \\$\t": ["trash", "--album", "$(touch hacked)"],
    "trash --album \\*\t": ["trash", "--album", "*star?"],
    "trash --album \\[\t": ["trash", "--album", "[br]acket{a,b}"],
    "trash --album com:\t": ["trash", "--album", "com:ma=eq"],
    "trash --person Ad\t": ["trash", "--person", "Ada"],
    "trash /Pictures/My\td\t": ["trash", "/Pictures/My Trip (1)/day 1/"],
    "trash Pictures/Ü\t": ["trash", "Pictures/Übung/"],
    "trash albums/Som\t": ["trash", "albums/Sommer, ü"],
    "trash --log-file loc\t": ["trash", "--log-file", "local file"],
    "trash --log-file=loc\t": ["trash", "--log-file=local file"],
    "config set bwl\t2M": ["config", "set", "bwlimit", "2M"],
}

STAR = "trash --album \\*\t"


@pytest.mark.parametrize("name", shells.COMMANDS)
def test_a_real_shell_completes_to_what_is_meant(kept, tmp_path, name):
    """Each name reaches the program as it is, however the line was quoted; nothing in it is run."""
    (tmp_path / "local file").touch()
    shell = shells.Shell(name, tmp_path, kept[1])
    try:
        found = {line: shell.enter(f"amazon-photos {line}") for line in LINES}
    finally:
        shell.end()
    assert found == LINES | ({} if name != "fish" else {STAR: ["trash", "--album", "*"]})  # it takes stars for itself
    assert not list(tmp_path.rglob("hacked"))


@pytest.mark.parametrize("name", shells.COMMANDS)
def test_the_script_is_static(kept, name):
    """The same wherever it is printed, and one that the shell can read."""
    script = terminals.run(["completion", name], kept[1]).stdout
    assert terminals.run(["completion", name], {"PATH": os.environ["PATH"]}).stdout == script
    if shutil.which(name):
        subprocess.run([name, "-n"], input=script, text=True, check=True, timeout=60)


@pytest.mark.parametrize("name", ["powershell", "pwsh", "tcsh"])
def test_other_shells_are_told(kept, name):
    """That there is nothing for them."""
    done = terminals.run(["completion", name], kept[1])
    assert (done.returncode, done.stdout) == (2, "")
    assert "bash, zsh" in done.stderr


ASK = """
import sys
sys.argv = ["amazon-photos", "completion", "zsh", "--answer", "amazon-photos", *{words!r}]
from amazon_photos.cli.start import main
main()
"""
LOADED = """
heavy = ("click", "pyarrow", "pandas", "aiohttp", "rich", "socket")
print([name for name in heavy if name in sys.modules], file=sys.stderr)
"""


def ask(environ, *words):
    """What is offered for the last word."""
    done = terminals.run_code(ASK.format(words=words), environ)
    return [line.split("\t")[0] for line in done.stdout.splitlines()[2:]]


def test_nothing_heavy_is_loaded(kept):
    """Where the names are kept already: neither click nor pyarrow, and nothing that could send."""
    words = ("trash", "--album", "")
    assert ask(kept[1], *words)
    code = ASK.format(words=words) + LOADED
    done = subprocess.run([sys.executable, "-c", code], env=kept[1], capture_output=True, text=True, timeout=60)
    assert "Sommer" in done.stdout
    assert done.stderr == "[]\n"


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["trash", ""], {"list", "albums/", "/Pictures/"}),
        (["trash", "li"], {"list"}),
        (["trash", "/Pic"], {"/Pictures/"}),
        (["trash", "--dry-run", ""], {"albums/", "/Pictures/"}),
        (["trash", "/Pictures/", "li"], set()),
        (["timeline", ""], {"show"}),
        (["albums", "sh"], {"show"}),
    ],
)
def test_a_command_with_commands_besides_completes_both(kept, words, offered):
    """Its commands where the first word is due, and what it takes itself."""
    assert set(ask(kept[1], *words)) == offered


def test_names_that_would_break_a_line_are_not_offered(kept):
    """Line breaks and control characters; everything else is."""
    found = ask(kept[1], "trash", "--album", "")
    assert {name for name in ALBUM_NAMES if name.isprintable()} <= set(found)
    assert not [name for name in found if "line" in name or "31m" in name]


@pytest.mark.parametrize(
    ("words", "are", "are_not"),
    [
        (["trash", ""], {"list", "albums/", "/Pictures/"}, set()),
        (["trash", "l"], {"list"}, {"albums/"}),
        (["trash", "/Pictures", ""], {"albums/", "/Pictures/"}, {"list"}),
        (["trash", "--dry-run", ""], {"albums/", "/Pictures/"}, {"list"}),
        (["trash", "/Pictures", "list", "--o"], set(), {"--offset"}),
        (["trash", "list", "--o"], {"--offset"}, set()),
        (["trash", "list", ""], set(), {"list", "albums/"}),
        (["timeline", ""], {"show"}, set()),
        (["albums", ""], {"list", "show"}, {"albums/"}),
    ],
)
def test_a_command_with_commands_below_it_takes_arguments_too(kept, words, are, are_not):
    """As it does itself: its first word may be one of both, and what follows an argument or an option is none."""
    found = set(ask(kept[1], *words))
    assert are <= found
    assert not are_not & found


@pytest.fixture
def own(kept, tmp_path):
    """A copy of the catalogue that a test may change, and the environment that names it."""
    for path in kept[0].parent.glob("ap.*.parquet"):
        shutil.copy(path, tmp_path)
    catalog = Path(shutil.copy(kept[0], tmp_path))
    return catalog, kept[1] | {"AMAZON_PHOTOS_CATALOG": str(catalog)}


def test_a_new_version_of_the_catalogue_is_read_once(own, module_service):
    """By the first completion that finds it; a refresh by the command keeps the names itself."""
    catalog, environ = own
    names = Path(f"{catalog}.names") / "names"
    ask(environ, "trash", "--album", "So")
    first = names.stat().st_mtime_ns
    ask(environ, "trash", "--album", "So")
    assert names.stat().st_mtime_ns == first
    with AmazonPhotos(module_service.cookies, endpoint=module_service.url, catalog=catalog, progress=False) as ap:
        ap.albums.create("Songs")
        ap.refresh()
    assert ask(environ, "trash", "--album", "So") == ["Sommer, ü", "Songs"]
    assert names.stat().st_mtime_ns != first
    names.unlink()
    done = terminals.run(["refresh"], environ | module_service.environ)
    assert done.returncode == 0, done.stderr
    assert names.exists()


SPOILT = {
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:-5]),
    "no text": lambda path: path.write_bytes(path.read_bytes().replace("ü".encode(), b"\xff\xff")),
    "empty": lambda path: path.write_bytes(b""),
    "somebody's": lambda path: path.write_bytes(b"my names"),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
    "too large": lambda path: os.truncate(path, 1 << 30),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_file_of_names_that_is_none_is_passed_over(own, spoilt):
    """The catalogue is asked then; what we did not write is left as it is."""
    catalog, environ = own
    names = Path(f"{catalog}.names") / "names"
    ask(environ, "trash", "--album", "So")
    SPOILT[spoilt](names)
    before = names.lstat()
    assert ask(environ, "trash", "--album", "So") == ["Sommer, ü"]
    if spoilt in ("somebody's", "a folder", "a pipe", "empty"):
        assert (names.lstat().st_ino, names.lstat().st_size) == (before.st_ino, before.st_size)
    else:
        assert names.stat().st_size < 10_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"AMAZON_PHOTOS_CATALOG": "/nowhere/ap.parquet"},
        {"AMAZON_PHOTOS_CATALOG": os.devnull},
        {"AMAZON_PHOTOS_CATALOG": "", "AMAZON_PHOTOS_CONFIG": "/nowhere"},
    ],
)
def test_without_a_catalogue_nothing_is_said(kept, wrong):
    """A line that is being typed is no place for messages; commands and options are there all the same."""
    assert ask(kept[1] | wrong, "trash", "--album", "") == []
    assert ask(kept[1] | wrong, "fi") == ["find"]


def test_the_catalogue_is_the_one_that_the_command_would_use(own):
    """Of the profile that is named in the line, in the environment or the file; or the one that the line names."""
    catalog, environ = own
    home = catalog.parent / "home"
    for name in ("family", "default"):
        (home / "profiles" / name).mkdir(parents=True)
    shutil.copy(catalog, home / "profiles" / "family")
    environ = environ | {"AMAZON_PHOTOS_HOME": str(home), "AMAZON_PHOTOS_CATALOG": ""}
    assert ask(environ, "trash", "--album", "Som") == []
    assert ask(environ, "trash", "--profile", "family", "--album", "Som") == ["Sommer, ü"]
    assert ask(environ, "trash", "--profile=family", "--album", "Som") == ["Sommer, ü"]
    assert ask(environ | {"AMAZON_PHOTOS_PROFILE": "family"}, "trash", "--album", "Som") == ["Sommer, ü"]
    assert ask(environ, "trash", "--catalog", str(catalog), "--album", "Som") == ["Sommer, ü"]
    assert ask(environ, "trash", "--profile", "") == ["default", "family"]
    (home / "config.toml").write_text(f'[profiles.default]\ncatalog = "{catalog}"\n', "utf-8")
    assert ask(environ, "trash", "--album", "Som") == ["Sommer, ü"]
