"""What the library logs, for ``--verbose`` and ``--log-file``. No secret is ever in it: the library sees to that."""

from __future__ import annotations

import logging
import os
import re
import stat
import sys
from contextlib import suppress
from pathlib import Path

from ...errors import LocalFileError
from ...files.os_errors import to_local_error
from ...files.regular import describe_kind
from .console import Console

_LOGGER = "amazon_photos"
_FORM = "%(asctime)s %(levelname)s %(message)s"
_BEGINS = re.compile(rb"\d{4}-\d\d-\d\d ")


class _ToConsole(logging.Handler):
    """Says each record as a note."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._console.note(self.format(record))
        except Exception:
            self.handleError(record)


class _ToFile(logging.FileHandler):
    """Adds each record to a file, as long as it can be written; where it no longer can, that is said once."""

    def __init__(self, path: Path, console: Console) -> None:
        super().__init__(path, encoding="utf-8", errors="backslashreplace")
        self._console = console
        self._is_lost = False

    def emit(self, record: logging.LogRecord) -> None:
        if not self._is_lost:
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name that logging calls
        self._is_lost = True
        self._console.error(f"the log ends here: {_explain_failure(self.baseFilename, sys.exc_info()[1])}")

    def close(self) -> None:
        """What a full disk has not taken is told already, and Python would tell it again at its end."""
        with suppress(OSError):
            super().close()


def _explain_failure(path: str, problem: BaseException | None) -> str:
    what = f"cannot write the log {path!r:.200}"
    return str(to_local_error(problem, what)) if isinstance(problem, OSError) else what


def _check_log(path: Path) -> None:
    """Raise ``LocalFileError`` for what no log is added to: somebody's photo, or a pipe that nobody reads."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return
    if stat.S_ISCHR(found.st_mode) or any(_is_same(found, stream) for stream in (1, 2)):
        return
    what = f"cannot write the log {str(path)!r:.200}"
    if not stat.S_ISREG(found.st_mode):
        raise LocalFileError(f"{what}: it is {describe_kind(found.st_mode)}; give a file")
    with path.open("rb") as file:
        begins = file.read(len("2026-05-01 "))
    if begins and not _BEGINS.fullmatch(begins):
        raise LocalFileError(f"{what}: there is a file of other content; a log's lines begin with a date")


def _is_same(found: os.stat_result, stream: int) -> bool:
    """Whether it is standard output or error: ``/dev/stderr``."""
    try:
        return os.path.samestat(found, os.fstat(stream))
    except OSError:  # it was closed
        return False


def tell_log(console: Console, *, verbose: int, log_file: Path | None) -> None:
    """Tell on standard error what is logged, and in a file all of it.

    ``verbose`` is 1 for what it waits for, 2 for each request. Raises ``LocalFileError`` for a file that cannot be
    written.
    """
    logger = logging.getLogger(_LOGGER)
    level = logging.CRITICAL
    if verbose:
        shown = _ToConsole(console)
        shown.setLevel(logging.INFO if verbose == 1 else logging.DEBUG)
        level = shown.level
        logger.addHandler(shown)
    if log_file is not None:
        try:
            _check_log(log_file)
            kept = _ToFile(log_file, console)
        except OSError as error:
            raise to_local_error(error, f"cannot write the log {str(log_file)!r:.200}") from error
        kept.setFormatter(logging.Formatter(_FORM))
        level = logging.DEBUG
        logger.addHandler(kept)
    logger.setLevel(level)
    logger.propagate = False
