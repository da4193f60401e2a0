"""Keeps a copy of every JSON answer (the seed's ``tmp`` option): to look at, and to report surprises with.

::

    tmp/
      000001-search.json
      000002-usage.json
"""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path
from typing import Any

from ..errors import LocalFileError
from ..wire.message import Call, Reply, Service
from ..wire.reply import without_secrets


class Keep:
    """Called with each answer; writes the body of those that carry metadata, without cookies that a server may repeat.
    Sign-in answers are never kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    def __call__(self, call: Call[Any], reply: Reply) -> None:
        if call.service is not Service.DRIVE or reply.content_type != "application/json":
            return
        target = self._folder / f"{next(self._numbers):06}-{call.operation}.json"
        part = target.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(without_secrets(reply))
            os.replace(part, target)  # noqa: PTH105 - the atomic form
        except OSError as error:
            raise LocalFileError(
                f"cannot keep an answer in {self._folder} (tmp=): {error.strerror or error}"
            ) from error
