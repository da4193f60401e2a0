"""The documents are true: their tables are what the code says, their Python runs, their links lead somewhere."""

import ast
import contextlib
import importlib.util
import io
import re
import shlex
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest

import pictures
from amazon_photos.auth.credentials import Credentials
from amazon_photos.auth.saved_session import make_session
from amazon_photos.cli.demo import pictures as demo_pictures
from amazon_photos.emulator import Options, running
from devices import keep

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCUMENTS = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md")] + sorted(
    (ROOT / "docs").glob("*.md")
)
DOCUMENTS.append(ROOT / "examples" / "README.md")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(document, language):
    return [found[2] for found in _BLOCK.finditer(document.read_text("utf-8")) if found[1] == language]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_tables_say_what_the_code_says(document):
    """`make docs` has nothing to write."""
    spec = importlib.util.spec_from_file_location("tables", ROOT / "docs" / "tables.py")
    tables = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tables)
    text = document.read_text("utf-8")
    assert tables.filled(text) == text


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    """Every link to a file of the repository finds it."""
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text("utf-8"))
    assert not [target for target in targets if not (document.parent / target).exists()]


def list_anchors(document):
    """The anchors of a document's headings, as GitHub makes them."""
    text = re.sub(r"^```.*?^```$", "", document.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    plain = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", title).strip().lower() for title in titles]
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in plain}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_headings(document):
    """Every link into a document finds its heading."""
    links = re.findall(r"\]\(([^)#:]*)#([^)]+)\)", document.read_text("utf-8"))
    targets = [(document.parent / path if path else document, anchor) for path, anchor in links]
    assert not [
        (path.name, anchor) for path, anchor in targets if path.suffix == ".md" and anchor not in list_anchors(path)
    ]


@pytest.fixture
def account(tmp_path, monkeypatch):
    """A folder with pictures, which a library of the emulator has too; the environment holds its cookies."""
    monkeypatch.chdir(tmp_path)
    demo_pictures.draw(tmp_path / "Pictures")
    pictures.write(tmp_path / "Pictures", "Card/DSC1.JPG", start=50)
    monkeypatch.setenv("AMAZON_PHOTOS_CACHE_DIR", str(tmp_path / "cache"))
    with running(options=Options(region="acbca")) as service:
        for name, value in service.environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AMAZON_PHOTOS_HOME", str(tmp_path / "home"))
        keep(make_session(Credentials.load(service.cookies), "pasted"), "family")
        from amazon_photos import AmazonPhotos

        with AmazonPhotos(progress=False) as first:
            first.upload(tmp_path / "Pictures")
            first.query("type:(PHOTOS)")
        yield service


@pytest.mark.parametrize("document", [d for d in DOCUMENTS[1:] if blocks(d, "python")], ids=lambda path: path.name)
def test_every_block_of_python_runs(document, account):
    """A reader can paste the blocks of a document one after the other, as here against the emulator."""
    from amazon_photos import AmazonPhotos

    names = {"__name__": "document"}
    for block in blocks(document, "python"):
        with contextlib.redirect_stdout(io.StringIO()):
            block = block.replace("ap.probe(", "ap.probe(pause=0, ")  # an owner is told nothing but the polite way
            exec(compile(ast.parse(block), document.name, "exec"), names)
    for value in names.values():
        if isinstance(value, AmazonPhotos):
            value.close()


def test_the_readme_is_a_script_that_is_safe_to_paste(account, tmp_path):
    """What was in the library before is in it after, nothing is left in its trash, and little came down."""
    from amazon_photos import AmazonPhotos

    script = tmp_path / "readme.py"
    script.write_text("\n".join(blocks(README, "python")), "utf-8")
    with AmazonPhotos(progress=False, catalog="other.parquet") as ap:
        before = ap.nodes("kind:FILE")
        done = subprocess.run([sys.executable, "-W", "error", script], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        assert set(before.id) <= set(ap.nodes("kind:FILE").id)
        assert not len(ap.trashed())
        assert "try-me.txt" not in set(ap.nodes("kind:FILE").name)
    assert 0 < len([path for path in (tmp_path / "media").rglob("*") if path.is_file()]) <= 3


def test_the_readme_runs_in_a_notebook(account, tmp_path):
    """Each of its blocks is a cell, and those that end in a value show one."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in blocks(README, "python")])
    nbclient.NotebookClient(book, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [any(output.output_type == "execute_result" for output in cell.outputs) for cell in book.cells]
    assert sum(shown) >= 4


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_is_one(document):
    """What stands in a block of shell is a target of make, pip, or a command of ours with options it has."""
    from amazon_photos.cli.app import app

    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for block in blocks(document, "bash"):
        for words in read_commands(block):
            if words[0] == "make":
                assert set(words[1:2]) <= targets, words
            elif words[0] == "amazon-photos":
                command = app.get_command(None, words[1])
                assert command is not None, words
                command.make_context(words[1], words[2:])
            else:
                assert words[0] in ("pip", "curl", "export", "jupyter"), words


def read_commands(block):
    """The words of each command in a block of shell: of those between pipes, too, and without redirections."""
    for line in block.replace("\\\n", "").splitlines():
        reader = shlex.shlex(line, posix=True, punctuation_chars=True)
        reader.whitespace_split = True
        words, is_target = [], False
        for word in [*reader, ";"]:
            if set(word) <= set("|;&"):
                if words:
                    yield words
                words = []
            elif not is_target and not set(word) <= set("<>"):
                words.append(word)
            is_target = set(word) <= set("<>")
