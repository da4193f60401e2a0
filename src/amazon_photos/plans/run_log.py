"""The journal of a run whose steps are written as they come: an upload's, and of the folders that are made on its way.

It is begun with the first step, so a run that changes nothing keeps none. A step is written before the request that it
is for, with one write and without waiting for the disk: a program that is killed loses nothing of it. What became of a
step is written with the next one, mostly of the same task, or else in the next turn of the loop: a kill in between is
one that came before the answer did.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from ..errors import LocalFileError
from ..frames.results import NodeOutcome
from .journal import JournalWriter
from .run import Done
from .step import Step

_UNWRITTEN = -1


class RunLog:
    """Writes steps, and what becomes of them; ``begin`` makes the journal, None where no history is kept.

    ``broken`` is why it could not be written: from then on no step begins.
    """

    def __init__(self, begin: Callable[[], JournalWriter] | None) -> None:
        self._begin = begin
        self._beginning: asyncio.Task[JournalWriter] | None = None
        self._writer: JournalWriter | None = None
        self._flushing: asyncio.Handle | None = None
        self.broken: LocalFileError | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._flushing is not None:
            self._flushing.cancel()
        if self._beginning is None:
            return
        await asyncio.wait([self._beginning])  # somebody who began it may have been cancelled
        if not self._beginning.cancelled() and self._beginning.exception() is None:
            with suppress(LocalFileError):  # all was done; that it says nothing of its end hides none of it
                self._beginning.result().__exit__(kind, error or self.broken, trace)

    async def write(self, steps: Sequence[Step]) -> int:
        """Write steps down that are done next; return the number of the first.

        Raises ``LocalFileError`` or ``DiskFull``: then they are not to be done.
        """
        if self._begin is None:
            return _UNWRITTEN
        if self.broken is not None:
            raise self.broken
        try:
            return (self._writer or await self._open(self._begin)).extend(steps)
        except LocalFileError as error:
            self.broken = self.broken or error
            raise

    async def _open(self, begin: Callable[[], JournalWriter]) -> JournalWriter:
        if self._beginning is None:
            self._beginning = asyncio.create_task(asyncio.to_thread(begin))
        self._writer = await asyncio.shield(self._beginning)
        return self._writer

    def add(self, done: Mapping[int, Done]) -> None:
        """Write down what became of steps. Where that fails ``broken`` says so: it happened nevertheless."""
        self._attempt(lambda writer: writer.add(done))

    def note(self, step: int, outcome: NodeOutcome, reason: str | None = None, made: str = "") -> None:
        """Write down what became of one step, with what is written next or soon; as ``add``."""
        if self._writer is None:
            return
        self._writer.add_soon({step: Done(outcome=outcome, reason=reason or "", made=made)})
        if self._flushing is None:
            self._flushing = asyncio.get_running_loop().call_soon(self._flush)

    def note_made(self, step: int, node_id: str) -> None:
        """Write down what a step made, before it is known whether it is right; as ``add``."""
        self._attempt(lambda writer: writer.note_made(step, node_id))

    def check(self) -> None:
        """Check that all could be written. Raises ``LocalFileError`` or ``DiskFull``."""
        self._attempt(JournalWriter.flush)
        if self.broken is not None:
            raise self.broken

    def _flush(self) -> None:
        self._flushing = None
        self._attempt(JournalWriter.flush)

    def _attempt(self, write: Callable[[JournalWriter], None]) -> None:
        if self._writer is None:
            return
        try:
            write(self._writer)
        except LocalFileError as error:
            self.broken = self.broken or error
