"""What the library logs, for ``--verbose`` and ``--log-file``. No secret is ever in it: the library sees to that."""

from __future__ import annotations

import logging
from pathlib import Path

from ...files.os_errors import to_local_error
from .console import Console

_LOGGER = "amazon_photos"
_FORM = "%(asctime)s %(levelname)s %(message)s"


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
            kept = logging.FileHandler(log_file, encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise to_local_error(error, f"cannot write the log {str(log_file)!r:.200}") from error
        kept.setFormatter(logging.Formatter(_FORM))
        level = logging.DEBUG
        logger.addHandler(kept)
    logger.setLevel(level)
    logger.propagate = False
