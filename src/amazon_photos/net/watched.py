"""A block in which one request is sent: what goes wrong in it is named, and whether its cookies were taken is noted.

No generators: each request has such a block, and a class costs a third of two of them (measured).
"""

from __future__ import annotations

from typing import Any

from ..errors import SessionExpired
from ..wire.call import Call
from .renewer import Renewer
from .transport import Transport


class Watched:
    """Begins before the cookies are chosen that the request is signed with."""

    def __init__(self, call: Call[Any], transport: Transport, renewer: Renewer) -> None:
        self._call = call
        self._transport = transport
        self._renewer = renewer
        self._sent_with = renewer.generation

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None:
            self._transport.name(self._call, error)
        if not self._call.signed:
            return
        if error is None:
            self._renewer.note_taken(self._call.host, self._sent_with)
        elif isinstance(error, SessionExpired):
            self._renewer.note_refused(self._call.host, self._sent_with)
