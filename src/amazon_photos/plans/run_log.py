"""The journal of a run whose steps are written as they come: an upload's, and of the folders that are made on its way.

It is begun with the first step, so a run that changes nothing keeps none. A step is written before the request that it
is for, with one write and without waiting for the disk: a program that is killed loses nothing of it.
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
        self.broken: LocalFileError | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
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
        self.check()
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
        if self._writer is None:
            return
        try:
            self._writer.add(done)
        except LocalFileError as error:
            self.broken = self.broken or error

    def note(self, step: int, outcome: NodeOutcome, reason: str | None = None, made: str = "") -> None:
        """Write down what became of one step, as ``add``."""
        self.add({step: Done(outcome=outcome, reason=reason or "", made=made)})

    def note_made(self, step: int, node_id: str) -> None:
        """Write down what a step made, before it is known whether it is right; as ``add``."""
        if self._writer is None:
            return
        try:
            self._writer.note_made(step, node_id)
        except LocalFileError as error:
            self.broken = self.broken or error

    def check(self) -> None:
        """Check that all could be written. Raises ``LocalFileError`` or ``DiskFull``."""
        if self.broken is not None:
            raise self.broken
