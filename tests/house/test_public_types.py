"""What a builder sees: every type of a public signature can be imported, and every public name explains itself."""

import ast
import inspect
import sys
from functools import cache
from pathlib import Path

import pytest

import amazon_photos

NAMES = sorted(set(amazon_photos.__all__) - {"__version__", "errors"})
HELD = {name: getattr(amazon_photos, name) for name in NAMES}
ERRORS = {
    f"errors.{name}": one
    for name, one in vars(amazon_photos.errors).items()
    if inspect.isclass(one) and one.__module__ == amazon_photos.errors.__name__ and not name.startswith("_")
}
CLASSES = {name: one for name, one in {**HELD, **ERRORS}.items() if inspect.isclass(one)}
INSIDE = {("ContentReader", "open"), ("Expr", "terms")}
"""What the package calls, and nobody else."""
OPTIONS = {"QueryOptions"}
"""The arguments of ``query``, which explains them."""


@cache
def source_of(module):
    return ast.parse(Path(sys.modules[module].__file__).read_text("utf-8"))


def operation(member):
    """The function behind a method, property or mirrored operation; None for anything else."""
    for name in ("operation", "_property", "_group", "fget", "__func__"):
        if hasattr(member, name):
            return operation(getattr(member, name))
    return inspect.unwrap(member) if inspect.isfunction(member) else None


def members(cls):
    """Its public methods and properties, as the functions that they are made of."""
    for name in dir(cls):
        function = operation(inspect.getattr_static(cls, name))
        if not name.startswith("_") and function is not None and function.__module__.startswith("amazon_photos."):
            yield name, function


# --- types of signatures -------------------------------------------------------------------------------------------


@cache
def ours(module):
    """The names that a module has from this package: imported or defined, at its top."""
    found = {"": "packages"}
    for node in ast.walk(source_of(module)):
        if isinstance(node, ast.ImportFrom) and node.level:
            for alias in node.names:
                found[alias.asname or alias.name] = alias.name
    for node in source_of(module).body:
        match node:
            case ast.ClassDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
                found[name] = name
    return found


def mentioned(function):
    """The types of this package in a function's annotations, by the names that they have where they are made."""
    known = ours(function.__module__)
    for text in getattr(function, "__annotations__", {}).values():
        for node in ast.walk(ast.parse(text, mode="eval")):
            match node:
                case ast.Attribute(value=ast.Name(id=module), attr=name) if module in known:
                    yield name
                case ast.Name(id=name) if name in known and not name[0].islower():
                    yield known[name]


@pytest.mark.parametrize("name", CLASSES)
def test_types_of_signatures_can_be_imported(name):
    """Whatever type of ours a public method or property mentions is to be had from ``amazon_photos``."""
    asked = [(member, function) for member, function in members(CLASSES[name]) if (name, member) not in INSIDE]
    found = {(member, word) for member, function in asked for word in mentioned(function)}
    assert not {(member, word) for member, word in found if word not in NAMES}


@pytest.mark.parametrize("face", ["AmazonPhotos", "AsyncAmazonPhotos"])
def test_types_of_constructors_can_be_imported(face):
    """And so are those of the clients' own arguments."""
    assert set(mentioned(operation(CLASSES[face].__init__))) <= set(NAMES)


# --- docstrings ----------------------------------------------------------------------------------------------------


def texts_below(body):
    """The names that are assigned or declared, each with the text that stands below it ("" for none)."""
    for statement, below in zip(body, [*body[1:], None], strict=True):
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                is_text = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
                yield name, below.value.value if is_text else ""


def attributes(cls):
    """Fields, enum members and declared attributes: the text below each, or what its class says of it, or ""."""
    found = {}
    for part in cls.__mro__:
        if part.__module__.startswith("amazon_photos."):
            for node in ast.walk(source_of(part.__module__)):
                if isinstance(node, ast.ClassDef) and node.name == part.__name__:
                    told = ast.get_docstring(node) or ""
                    for name, text in texts_below(node.body):
                        named = told if f"``{name}``" in told else ""
                        found[name] = found.get(name) or text or named or own_text(cls, name)
    return found


def own_text(cls, name):
    """The docstring of a mirrored operation or property; "" of data, whose docstring would be its type's."""
    there = inspect.getattr_static(cls, name, None)
    return (inspect.getdoc(there) or "") if operation(there) is not None else ""


@pytest.mark.parametrize("name", sorted(set(CLASSES) - OPTIONS))
def test_public_classes_explain_themselves(name):
    """A class has a docstring of its own, and so have its methods, properties, fields and enum members."""
    cls = CLASSES[name]
    assert cls.__doc__
    assert not cls.__doc__.startswith(f"{cls.__name__}(")  # what a dataclass without one gets
    silent = {member for member, function in members(cls) if not inspect.getdoc(getattr(cls, member))}
    silent |= {one for one, text in attributes(cls).items() if not one.startswith("_") and not text}
    assert not silent


@pytest.mark.parametrize("name", [name for name in NAMES if not inspect.isclass(HELD[name])])
def test_public_aliases_explain_themselves(name):
    """What is no class has a text below it, where it is made."""
    module, _, there = amazon_photos._HOMES[name].partition(":")
    assert dict(texts_below(source_of(f"amazon_photos{module}").body))[there or name]


def test_a_silent_name_is_seen():
    """The rule sees a field without a text."""
    lines = ("class A:", '    """A."""', "    silent: int", "    said: int", '    """So."""')
    assert dict(texts_below(ast.parse("\n".join(lines)).body[0].body)) == {"silent": "", "said": "So."}


# --- what editors show ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("face", ["AmazonPhotos", "AsyncAmazonPhotos"])
@pytest.mark.parametrize("name", ["query", "photos", "videos", "upload", "records", "nodes_by_name", "search"])
def test_methods_show_their_arguments(face, name):
    """What Jupyter shows at Tab and Shift-Tab is the operation's own arguments and docstring, not ``*args``."""
    method = getattr(getattr(amazon_photos, face), name)
    shown = inspect.signature(method).parameters
    assert not {"args", "kwargs", "options"} & set(shown)
    assert len(shown) > 1
    assert inspect.getdoc(method)
