"""Which files of a folder are meant: by category, extension, glob, and without the junk that devices leave."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ...errors import InvalidInput
from ...model.checks import show
from ...model.filetypes import categories, category_of
from .junk import is_junk_file, is_junk_folder, may_hold_junk


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What to take. Globs ignore case; one with a slash is matched against the path below the folder given,
    one without against the name alone. ``*`` matches anything, slashes too."""

    only: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()
    include: tuple[re.Pattern[str], ...] = ()
    exclude: tuple[re.Pattern[str], ...] = ()
    junk: bool = False
    follow_symlinks: bool = False

    @classmethod
    def of(
        cls,
        *,
        only: str | Iterable[str] | None = None,
        include: str | Iterable[str] | None = None,
        exclude: str | Iterable[str] | None = None,
        extensions: str | Iterable[str] | None = None,
        junk: bool = False,
        follow_symlinks: bool = False,
    ) -> Selection:
        """Make a selection of what people write. Raises ``InvalidInput`` for a category that doesn't exist."""
        wanted = frozenset(_several("only", only))
        known = sorted(set(categories().values()))
        if unknown := sorted(wanted - set(known)):
            raise InvalidInput(f"there is no category {unknown[0]!r}; there are: {', '.join(known)}")
        return cls(
            only=wanted,
            extensions=frozenset(text.lower().lstrip(".") for text in _several("extensions", extensions)),
            include=_globs("include", include),
            exclude=_globs("exclude", exclude),
            junk=junk,
            follow_symlinks=follow_symlinks,
        )

    def takes_all(self, names: Iterable[str]) -> bool:
        """Tell whether all files of these names are surely taken; False: look at each."""
        if self.only or self.extensions or self.include or self.exclude:
            return False
        return self.junk or not may_hold_junk(names)

    def reject_reason(self, name: str, path: str) -> str | None:
        """Tell why a file is not taken; None if it is. ``path`` is below the folder given, with slashes."""
        if not self.junk and is_junk_file(name):
            return "junk"
        if self.only and category_of(name) not in self.only:
            return f"not of the categories {', '.join(sorted(self.only))}"
        if self.extensions and _extension(name) not in self.extensions:
            return f"not of the extensions {', '.join(sorted(self.extensions))}"
        if self.include and not _any(self.include, name, path):
            return "not included"
        if self.exclude and _any(self.exclude, name, path):
            return "excluded"
        return None

    def folder_reject_reason(self, name: str, path: str) -> str | None:
        """Tell why nothing of a folder is taken; None if something may be."""
        if not self.junk and is_junk_folder(name):
            return "junk"
        if self.exclude and _any(self.exclude, name, path):
            return "excluded"
        return None


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def _several(name: str, given: str | Iterable[str] | None) -> tuple[str, ...]:
    if given is None:
        return ()
    several = (given,) if isinstance(given, str) or not isinstance(given, Iterable) else tuple(given)
    for text in several:
        if not isinstance(text, str):
            raise InvalidInput(f"{name} is text or a list of texts, not {show(text)}")
    return several


def _globs(name: str, given: str | Iterable[str] | None) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(fnmatch.translate(glob), re.IGNORECASE) for glob in _mark(_several(name, given)))


def _mark(globs: Iterable[str]) -> Iterable[str]:
    """A glob without a slash is matched against ``/name``: the mark keeps the two kinds apart."""
    for glob in globs:
        yield glob.strip("/") if "/" in glob.strip("/") else "/" + glob.strip("/")


def _any(globs: Iterable[re.Pattern[str]], name: str, path: str) -> bool:
    return any(glob.match("/" + name) or glob.match(path) for glob in globs)
