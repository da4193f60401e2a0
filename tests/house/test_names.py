"""Names follow the rules of the house: limits are MAX_…, functions are verbs, and what was renamed stays renamed."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src" / "amazon_photos").rglob("*.py"))
EACH_SOURCE = pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))

_LIMIT = re.compile(r"\b_?(?:MOST|LONGEST|LARGEST|BIGGEST|DEEPEST|HIGHEST|FURTHEST)(?:_[A-Z_]+)?\b")
_IRREGULAR = {
    "begun", "bound", "built", "chosen", "drawn", "found", "given", "gone", "held", "kept", "known", "left", "lost",
    "made", "meant", "said", "seen", "sent", "shown", "spelled", "taken", "thrown", "told", "understood", "woven",
    "written",
}  # fmt: skip
_NO_PARTICIPLES = {"need", "feed", "speed", "seed", "embed", "exceed", "proceed"}
_PARTICLES = {"at", "up", "off", "back", "by", "aside", "again", "before", "together"}
_FROZEN = {"trashed", "backed_up"}
"""The predecessor's own name, which stays; and a question that is answered file by file."""
_OLD_NAMES = {
    "AWAY", "AdaptiveLimit", "Arrangement", "Arrivals", "Asked", "BadInput", "Bridge", "Busy", "CatalogBusy",
    "Catalogue", "Closed", "Compares", "Contents", "Core", "DEEPEST", "DatesUnheeded", "Desk", "Downloads", "Errand",
    "Finished", "Foreign", "FromFile", "Gather", "HERE", "Held", "JobThread", "Keep", "Known", "Lazy", "Listing",
    "MOST_TERMS", "Malformed", "Meter", "Metered", "Misbehaviour", "Moved", "NotOurs", "Occupied", "Odd", "Part",
    "Passing", "Patience", "Piece", "Place", "Planned", "Prepared", "Refusal", "Rejected", "Reply", "Rows",
    "Searching", "Sending", "Sent", "Shape", "SignedOut", "Signer", "Span", "Split", "Standstill", "Start", "Stays",
    "StorageFull", "Switches", "Take", "Terms", "Throttled", "TooNew", "USUAL", "UntrustedHost", "Uploads", "Waited",
    "Waiting", "Wanted", "Watch", "Wish", "Word", "absorb", "admit", "against_file", "against_folder", "as_ours",
    "backoff_first", "backoff_longest", "check_content", "concurrency_ceiling", "concurrency_start", "drain",
    "found_by", "have", "ids_by_md5_of", "in_runs", "is_page", "is_same", "keep_aside", "looks_for",
    "looks_like_page", "loosely", "obey", "presentable", "raise_clean", "refound", "repeatable", "says_nothing",
    "side_by_side", "uncounted", "wider",
}  # fmt: skip
"""What had another name before the first release, in the code or where people meet it."""

_QUOTED = re.compile(r"``([^`\n]+)``")
_OTHER_NAMES = {"faults.py", "session_store.py", "syntax.py", "system_keyring.py"}
"""What has names of its own with a point in them: the emulator's operations, and some files."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def functions(tree: ast.AST) -> Iterator[tuple[str, Function]]:
    """Every function below, inner ones too, with its name as ``Class.method``."""
    stack = [(tree, "")]
    while stack:
        node, owner = stack.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function):
                yield f"{owner}{child.name}", child
            stack.append((child, f"{child.name}." if isinstance(child, ast.ClassDef) else owner))


def is_participle(name: str) -> bool:
    """``joined`` and ``joined_up`` are, ``is_joined``, ``find_joined`` and ``embed`` are not."""
    words = name.strip("_").split("_")
    if len(words) > 1 and words[-1] in _PARTICLES:
        words.pop()
    word = words[-1]
    return len(words) == 1 and word not in _NO_PARTICIPLES and (word in _IRREGULAR or word.endswith("ed"))


def is_property(function: Function) -> bool:
    return any("property" in ast.unparse(decorator) for decorator in function.decorator_list)


def is_true_or_false(function: Function) -> bool:
    answer = ast.unparse(function.returns) if function.returns else ""
    return answer.startswith(("bool", "TypeGuard", "TypeIs"))


def names_in(tree: ast.AST) -> Iterator[str]:
    """Every name that is defined, imported or used."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                yield name
            case ast.arg(arg=name) | ast.keyword(arg=str(name)):
                yield name


@cache
def names_by_module() -> dict[str, set[str]]:
    """The names in every module, by what it is called; packages are left out."""
    modules: dict[str, set[str]] = {}
    for path in SOURCES:
        modules.setdefault(path.stem, set()).update(names_in(parse(path)))
    return {name: names for name, names in modules.items() if name not in {path.parent.name for path in SOURCES}}


@EACH_SOURCE
def test_limits_are_called_max(path):
    """A limit is a MAX_…: one word for one thing, the field's."""
    assert not _LIMIT.findall(path.read_text("utf-8"))


@EACH_SOURCE
def test_functions_are_verbs(path):
    """A function has no participle for a name: those are for properties and for what is true or false."""
    named = [
        name
        for name, function in functions(parse(path))
        if function.name not in _FROZEN and is_participle(function.name)
        if not is_property(function) and not is_true_or_false(function)
    ]
    assert not named


@EACH_SOURCE
def test_old_names_are_gone(path):
    """What got a better name before the first release has only that one, in the code and in what is said of it."""
    said = {name for quoted in _QUOTED.findall(path.read_text("utf-8")) for name in re.findall(r"[A-Za-z_]\w*", quoted)}
    assert not _OLD_NAMES.intersection(names_in(parse(path)))
    assert not _OLD_NAMES & said


@EACH_SOURCE
def test_names_in_docstrings_exist(path):
    """What a docstring or a comment calls ``module.name`` is a name in a module of ours that is called so."""
    modules = names_by_module()
    gone = [
        f"{module}.{name}"
        for module, name in re.findall(r"``(?:\w+\.)*(\w+)\.(\w+)(?:\(\))?``", path.read_text("utf-8"))
        if module in modules and name not in modules[module]
    ]
    assert path.name in _OTHER_NAMES or not gone


@pytest.mark.parametrize("name", ["joined", "joined_up", "kept", "found_at"])
def test_a_participle_is_seen(name):
    """The rule sees regular and irregular ones, also with a particle behind."""
    assert is_participle(name)


@pytest.mark.parametrize("name", ["join", "is_joined", "find_joined", "embed", "need", "keep"])
def test_a_verb_is_let_pass(name):
    """The rule takes verbs, and what says which ones."""
    assert not is_participle(name)
