"""Where a session works: in the process and the event loop of its first request, to which all that is open belongs."""

from __future__ import annotations

import asyncio
import os

from ..errors import WrongThread


class HomeLoop:
    """The process and the event loop of the first request; none yet before that."""

    def __init__(self) -> None:
        self._home: tuple[int, asyncio.AbstractEventLoop] | None = None

    @property
    def is_running(self) -> bool:
        """Whether there is one whose loop has not been closed."""
        return self._home is not None and not self._home[1].is_closed()

    @property
    def is_another_process(self) -> bool:
        """Whether this is a forked child: what is open is the parent's."""
        return self.is_running and self._home is not None and self._home[0] != os.getpid()

    def check(self) -> None:
        """Check that this is it; the first time, it is made it. Raises ``WrongThread``."""
        here = os.getpid(), asyncio.get_running_loop()
        self._home = self._home or here
        if self._home == here:
            return
        if self._home[0] != here[0]:
            raise WrongThread("this client was used before the process forked: make a new one in the child")
        ended = "that has ended" if self._home[1].is_closed() else "of its own"
        raise WrongThread(
            f"this client belongs to an event loop {ended}: make one in each, with `async with AsyncAmazonPhotos(…)` "
            "inside of what asyncio.run() runs; AmazonPhotos works from every thread"
        )
