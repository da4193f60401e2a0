"""Several operations of one kind at once; the session limits how many of their requests run together."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def gather_or_cancel(operations: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Gather all results, in order. The first error stops the others and is raised as itself."""
    tasks = [asyncio.ensure_future(operation) for operation in operations]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
