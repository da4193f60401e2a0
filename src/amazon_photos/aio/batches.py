"""Many nodes, few requests, and one answer for each node.

Amazon takes a limited number of ids at once, and answers a batch that holds one bad id as a whole. So a batch
that is refused is halved until the bad ids stand alone; everything else goes through.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from ..errors import AccountNotFound, ServiceError, SessionExpired
from ..frames.results import NodeOutcome
from ..model.checks import is_node_id
from ..net.concurrency import gather_or_cancel

_NO_ID = "not a node id (they are 22 letters, digits, - and _)"
_WITHOUT_ID = "this node came without an id: nothing can be done to it"
SendBatch = Callable[[Sequence[str]], Awaitable[Mapping[str, str]]]
"""Sends one batch; gives the ids that Amazon singled out, each with its reason."""


@dataclass(frozen=True, slots=True)
class NodeResult:
    """What happened to one node: what was to be done, or ``FAILED`` with the ``reason``."""

    id: str
    outcome: NodeOutcome
    reason: str | None = None

    def row(self) -> tuple[str | None, str, str | None]:
        """Return a row of ``frames.results.NODES``."""
        return (self.id or None, self.outcome, self.reason)


async def in_batches(ids: Sequence[str], *, size: int, done: NodeOutcome, send: SendBatch) -> list[NodeResult]:
    """Change nodes in batches: one ``NodeResult`` per id, in the order given.

    What is no id, or is "", fails and is not sent. Only a lost session, another country's account or a dead service
    raises.
    """
    failed = {i: _NO_ID if i else _WITHOUT_ID for i in ids if not is_node_id(i)}
    good = [i for i in ids if i not in failed]
    batches = [good[start : start + size] for start in range(0, len(good), size)]
    for singled_out in await gather_or_cancel(_one_batch(batch, send) for batch in batches):
        failed.update(singled_out)
    return [NodeResult(i, NodeOutcome.FAILED, failed[i]) if i in failed else NodeResult(i, done) for i in ids]


async def _one_batch(ids: Sequence[str], send: SendBatch) -> Mapping[str, str]:
    try:
        return await send(ids)
    except (SessionExpired, AccountNotFound):
        raise
    except ServiceError as error:
        if error.retryable:
            raise
        if len(ids) == 1:
            return {ids[0]: str(error)}
    half = len(ids) // 2
    return {**await _one_batch(ids[:half], send), **await _one_batch(ids[half:], send)}


async def one_by_one(
    ids: Sequence[str], *, done: NodeOutcome, send: Callable[[str], Awaitable[object]]
) -> list[NodeResult]:
    """Change nodes by calls that take a single one."""

    async def one(ids: Sequence[str]) -> Mapping[str, str]:
        await send(ids[0])
        return {}

    return await in_batches(ids, size=1, done=done, send=one)
