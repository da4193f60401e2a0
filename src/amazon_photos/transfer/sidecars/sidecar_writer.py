"""Writes the sidecars of a run, one for each file that is here; the row of a file says what was not possible."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from ...errors import AmazonPhotosError, InvalidInput, LocalFileError, TargetExists
from ...files import names
from ...files.os_errors import translate_write_error
from ...frames.results import DownloadOutcome
from ...model.checks import show
from ..file_result import FileResult
from .json_sidecar import JSON_COLUMNS, render_json, tells_the_same
from .mark import read_mark
from .sidecar_file import read_ours, sidecar_path, write_sidecar
from .xmp import XMP_COLUMNS, render_xmp

if TYPE_CHECKING:
    from .knowledge import Knowledge

SidecarFormat = Literal["json", "xmp"]
"""What a sidecar is written as."""
_HERE = (DownloadOutcome.DOWNLOADED, DownloadOutcome.EXISTS)
_REFRESH = "ap.catalog.refresh(relations=True) asks for them"


def check_sidecars(sidecars: SidecarFormat | None, *, favorite_rating: bool) -> SidecarFormat | None:
    """Check that ``sidecars`` is a format or None, and return it. Raises ``InvalidInput``."""
    formats = get_args(SidecarFormat)
    if sidecars is not None and (not isinstance(sidecars, str) or sidecars not in formats):
        near = difflib.get_close_matches(sidecars.lower().strip(". "), formats, 1) if isinstance(sidecars, str) else []
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise InvalidInput(f'sidecars must be "json", "xmp" or None, not {show(sidecars)}{hint}')
    if favorite_rating and sidecars != "xmp":
        raise InvalidInput('favorite_rating=True is about stars in XMP: it needs sidecars="xmp"')
    return sidecars


def list_columns(sidecars: SidecarFormat) -> tuple[str, ...]:
    """List the columns that a sidecar of this format is made from."""
    return JSON_COLUMNS if sidecars == "json" else XMP_COLUMNS


class SidecarWriter:
    """Writes what ``knowledge`` knows beside files, in one thread."""

    def __init__(
        self, knowledge: Knowledge, sidecars: SidecarFormat, *, favorite_rating: bool = False, fsync: bool = False
    ) -> None:
        self._knowledge = knowledge
        self._ending = f".{sidecars}"
        self._render = render_json if sidecars == "json" else partial(render_xmp, favorite_rating=favorite_rating)
        self._same = tells_the_same if sidecars == "json" else bytes.__eq__
        self._fsync = fsync
        self._reserved: set[bytes] = set()

    def reserve(self, paths: Iterable[str]) -> None:
        """Keep the names of the run's own files free: a library may hold ``a.jpg.xmp`` itself."""
        self._reserved = {names.collision_key(path) for path in paths if path.lower().endswith(self._ending)}

    def add(self, place: int, result: FileResult, out: Path) -> FileResult:
        """Write the sidecar of the file at a place of the run, if that is here; return the file's row.

        What is to be told of the sidecar joins the row's reason.
        """
        if result.outcome not in _HERE:
            return result
        photo = Path(result.path)
        told = self._write(place, photo, sidecar_path(photo, result.id or "", self._ending), out)
        return replace(result, reason="; ".join(each for each in (result.reason, told) if each)) if told else result

    def _write(self, place: int, photo: Path, path: Path, out: Path) -> str | None:
        try:
            if names.collision_key(path.relative_to(out).as_posix()) in self._reserved:
                raise LocalFileError(f"{path.name} is itself a file of this download")
            try:
                self._bring_up_to_date(place, photo, path)
            except TargetExists:  # another run was quicker: look what it is
                self._bring_up_to_date(place, photo, path)
        except OSError as error:
            return f"no sidecar: {translate_write_error(error, path, out=out)}"
        except AmazonPhotosError as error:
            return f"no sidecar: {error}"
        return None if path.name == photo.name + self._ending else f"its sidecar is {path.name}"

    def _bring_up_to_date(self, place: int, photo: Path, path: Path) -> None:
        found = read_ours(path)
        data = self._render(self._knowledge.of(place))
        if found is None:
            write_sidecar(path, data, beside=photo, old=None, fsync=self._fsync)
        elif not self._same(found[0], data):
            _check_loss(path, found[0], data)
            write_sidecar(path, data, beside=photo, old=found[1], fsync=self._fsync)


def _check_loss(path: Path, old: bytes, new: bytes) -> None:
    """Raise ``LocalFileError`` where the sidecar that is there tells albums and people, and the new one would not."""
    there, due = read_mark(old), read_mark(new)
    if there is not None and due is not None and there.relations and not due.relations:
        raise LocalFileError(
            f"{path.name} stays as it is, for it tells albums and people, which are not known here: {_REFRESH}"
        )
