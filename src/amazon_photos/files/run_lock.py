"""One run on one target at a time: who comes second waits, or is told who runs since when."""

from __future__ import annotations

from types import TracebackType
from typing import Self


class RunLock:
    """Held while a run works on a target.

    ``key`` says which runs exclude each other: the profile, the direction, the target, in full. ``what`` is how a
    person calls this run (``upload of profile "home" to /Pictures``); others are told it.
    """

    def __init__(self, key: str, what: str) -> None:
        raise NotImplementedError

    def acquire(self, wait: float | bool | None = None) -> Self:
        """Take the lock. Raises ``RunInProgress`` where another run has it.

        ``wait`` is how many seconds to wait for the other run to end; True: as long as it takes; None or False: not at
        all. For ``with RunLock(key, what).acquire():``.
        """
        raise NotImplementedError

    def release(self) -> None:
        """Release the lock. A second call does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
