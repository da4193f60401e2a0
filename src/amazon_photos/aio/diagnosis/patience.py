"""Looking at what may hang: a keyring, a name server, a disk of another machine.

It is looked at in a thread that nobody waits for in the end, neither asyncio nor Python: a lookup of a name in a dead
network takes half a minute, and whoever asks what is wrong should not have to wait for that.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

from ...model.findings import Finding, wrong
from .advice import explain_error

T = TypeVar("T")


async def run_apart(work: Callable[[], T], seconds: float) -> T:
    """Run ``work`` in a thread of its own. Raises what it raises, and ``TimeoutError`` after ``seconds``."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(settle_it: Callable[[], None]) -> None:
        if not done.done():
            settle_it()

    def run() -> None:
        try:
            result = work()
        except Exception as error:
            told = error  # the name in "except" is gone when it is used
            finish = lambda: done.set_exception(told)  # noqa: E731
        else:
            finish = lambda: done.set_result(result)  # noqa: E731
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody wants to know any more
            loop.call_soon_threadsafe(settle, finish)

    threading.Thread(target=run, name="amazon-photos-doctor", daemon=True).start()
    async with asyncio.timeout(seconds):
        return await done


async def check(name: str, work: Callable[[], Iterable[Finding]], seconds: float, login: str) -> list[Finding]:
    """Run a check; an error of its is a finding too."""
    try:
        return await run_apart(lambda: list(work()), seconds)
    except TimeoutError:
        return [wrong(name, f"no answer within {seconds:g} seconds", "see whether its disk or its keyring hangs")]
    except Exception as error:
        return [explain_error(name, error, login)]
