"""Keeps a copy of every JSON answer (``save_responses=``): to look at, and to report surprises with.

::

    responses/
      000001-search.json
      000002-usage.json
"""

from __future__ import annotations

import contextlib
import os
from itertools import count
from pathlib import Path
from typing import Any

from ..errors import TargetExists
from ..files.atomic import write_atomically
from ..files.folders import make_folder
from ..files.os_errors import to_local_error
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
            raise to_local_error(error, f"cannot keep an answer in {self._folder} (save_responses=)") from error

    def _write(self, operation: str, body: bytes) -> None:
        """Under a number that is free, so that no answer of an earlier client is lost."""
        for number in self._numbers:
            target = self._folder / f"{number:06}-{operation}.json"
            if os.path.lexists(target):
                continue
            with contextlib.suppress(TargetExists), write_atomically(target, new=True) as file:
                file.write(body)
                return
