"""Bytes of the library on standard output, as they are: for a pipe or a file, and text for a terminal."""

from __future__ import annotations

import codecs
import os
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from ...errors import ContentMismatch, InvalidInput, LocalFileError, hide_controls
from ...files.os_errors import to_local_error

if TYPE_CHECKING:
    from ...blocking.client import AmazonPhotos
    from ...model.node import Node

_PIECE = 1 << 20
_LAYOUT = "\n\r\t"
"""What of the characters that steer a terminal a text may hold."""
_BINARY = (
    "these bytes are no text, and a terminal would take them for commands: send them to a file (> FILE) or into a "
    "pipe, or use `amazon-photos download`"
)


def write_content(client: AmazonPhotos, node: str | Node, *, start: int = 0, end: int | None = None) -> int:
    """Write the bytes of a file, from ``start`` up to ``end``, to standard output; return how many.

    A reader that has had enough ends it, and nothing more is asked for. Of a whole file the MD5 is compared. Raises
    ``ContentMismatch``; ``InvalidInput`` for what is no text where standard output is a terminal; ``LocalFileError``
    where it takes nothing.
    """
    output, written = ByteOutput(), 0
    try:
        with closing(client.stream(node, start=start, end=end, chunk_size=_PIECE)) as pieces:
            for piece in pieces:
                if not output.write(piece):
                    break
                written += len(piece)
    except ContentMismatch as error:
        raise ContentMismatch(f"{error}; throw away the {written:,} bytes that were written") from error
    return written


class ByteOutput:
    """Standard output, without a buffer: what is given is written, or there was an error."""

    def __init__(self) -> None:
        if sys.stdout is None:
            raise LocalFileError("standard output is closed: there is nowhere to write to")
        self._number = sys.stdout.fileno()
        self._decoder = codecs.getincrementaldecoder("utf-8")() if sys.stdout.isatty() else None

    def write(self, piece: bytes) -> bool:
        """Write all of it; False once nobody reads any more.

        Raises ``InvalidInput`` for what is no text at a terminal, and ``LocalFileError``.
        """
        if self._decoder is not None:
            _check_text(self._decoder, piece)
        left = memoryview(piece)
        try:
            while left:
                left = left[os.write(self._number, left) :]
        except BrokenPipeError:
            return False
        except OSError as error:
            raise to_local_error(error, "cannot write to standard output") from None
        return True


def _check_text(decoder: codecs.IncrementalDecoder, piece: bytes) -> None:
    try:
        text = decoder.decode(piece)
    except UnicodeDecodeError:
        raise InvalidInput(_BINARY) from None
    for c in _LAYOUT:
        text = text.replace(c, " ")
    if hide_controls(text) != text:
        raise InvalidInput(_BINARY)
