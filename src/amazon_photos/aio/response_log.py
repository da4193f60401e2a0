"""Keeps a copy of every JSON answer (the seed's ``tmp`` option): to look at, and to report surprises with.

::

    tmp/
      000001-search.json
      000002-usage.json
"""

from __future__ import annotations

import secrets
from itertools import count
from pathlib import Path
from typing import Any

from ..errors import LocalFileError
from ..files.final_name import Occupied, make_folder, rename_new
from ..model.regions import Host
from ..wire.call import Call, Response
from ..wire.response import without_secrets


class ResponseLog:
    """Called with each answer; writes the body of those that carry metadata, without cookies that a server may repeat.
    Sign-in answers are never kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    def __call__(self, call: Call[Any], reply: Response) -> None:
        if call.host is not Host.DRIVE or reply.content_type != "application/json":
            return
        body = without_secrets(reply)
        try:
            make_folder(self._folder)
            self._write(call.operation, body)
        except OSError as error:
            raise LocalFileError(
                f"cannot keep an answer in {self._folder} (tmp=): {error.strerror or error}"
            ) from error

    def _write(self, operation: str, body: bytes) -> None:
        """Under a number that is free, so that no answer of an earlier client is lost."""
        part = self._folder / f".{secrets.token_hex(8)}.part"
        try:
            part.write_bytes(body)
            while True:
                try:
                    rename_new(part, self._folder / f"{next(self._numbers):06}-{operation}.json")
                except Occupied:
                    continue
                return
        finally:
            part.unlink(missing_ok=True)
