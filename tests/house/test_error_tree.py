"""The error tree: its drawing is the tree, and there are no others."""

import importlib
import pkgutil
import re

import pytest

import amazon_photos
from amazon_photos import errors
from amazon_photos.errors import AmazonPhotosError

CONTROL_FLOW = {
    "catalog.sorted_rows.PieceDamaged",
    "files.claim.NoLocks",
    "files.claim.ForeignFile",
    "probe.question.Differs",
    "probe.question.NothingToSee",
    "transfer.download.downloader._Later",
    "transfer.stopping.NotBegun",
}
"""What one part of a room says to another: caught there, and never seen by a user."""
THEIR_OWN = ("amazon_photos.emulator",)
"""The service has refusals of its own, which no client ever sees but as a response."""


@pytest.fixture(scope="module", autouse=True)
def _the_whole_package():
    """Every module is loaded, so that every class is known."""
    for module in pkgutil.walk_packages(amazon_photos.__path__, "amazon_photos."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def children(kind):
    """The errors directly below; those below a private one count as its parent's."""
    for below in kind.__subclasses__():
        if below.__module__ == errors.__name__:
            yield from children(below) if below.__name__.startswith("_") else [below]


def label(kind):
    """The name, and what else it is."""
    others = [base.__name__ for base in kind.__bases__ if not issubclass(base, AmazonPhotosError)]
    also = " and ".join(f"{'an' if name[0] in 'AEIOU' else 'a'} {name}" for name in others if name != "Exception")
    return f"{kind.__name__} (also {also})" if also else kind.__name__


def draw(kind, indent=""):
    """The lines of the tree below ``kind``."""
    below = list(children(kind))
    for child in below:
        last = child is below[-1]
        yield f"{indent}{'└── ' if last else '├── '}{label(child)}"
        yield from draw(child, indent + ("    " if last else "│   "))


def subclasses(kind):
    for below in kind.__subclasses__():
        yield below
        yield from subclasses(below)


def test_the_drawn_tree_is_the_tree():
    """Line for line: each error where it stands, and which of Python's own it is as well."""
    block = errors.__doc__.split("::\n\n")[1].split("\n\n")[0]
    drawn = [re.split(r" {2,}(?![│├└ ])", line[4:])[0] for line in block.split("\n")]
    assert drawn == [label(AmazonPhotosError), *draw(AmazonPhotosError)]


def test_no_error_of_ours_lives_elsewhere():
    """Who catches errors finds all of them in one module; a private one is caught by the name of its parent."""
    elsewhere = [
        f"{kind.__module__}.{kind.__name__}"
        for kind in subclasses(AmazonPhotosError)
        if kind.__module__ != errors.__name__ and not kind.__name__.startswith("_")
    ]
    assert not [name for name in elsewhere if name.startswith("amazon_photos.")]


def test_other_exceptions_stay_in_their_rooms():
    """Exceptions that are none of ours are control flow, few, and known by name."""
    found = {
        f"{kind.__module__}.{kind.__name__}".removeprefix("amazon_photos.")
        for kind in subclasses(BaseException)
        if kind.__module__.startswith("amazon_photos.")
        and not kind.__module__.startswith(THEIR_OWN)
        and not issubclass(kind, AmazonPhotosError)
    }
    assert found == CONTROL_FLOW


def test_every_error_says_what_it_is():
    """Also the private ones, whose docstring is what ``help`` shows."""
    assert not [kind.__name__ for kind in subclasses(AmazonPhotosError) if not kind.__doc__]
