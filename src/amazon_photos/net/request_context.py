"""The block in which one request is sent: errors name the request, and whether its cookies were taken is noted.

A class and no ``contextmanager``: each request has such a block, and this costs a third of two generators (measured).
"""

from __future__ import annotations

from typing import Any

from ..errors import SessionExpired
from ..wire.call import Call
from .renewer import Renewer
from .transport import Transport


class RequestContext:
    """Entered before the cookies are chosen that sign the request."""

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
