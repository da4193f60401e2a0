"""Many nodes, few requests, and one answer for each node.

Amazon takes a limited number of ids at once, and answers a batch that holds one bad id as a whole. So a batch
that is refused is halved until the bad ids stand alone; everything else goes through.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..errors import AccountNotFound, AmazonPhotosError, ServiceError, SessionExpired
from ..frames.results import NodeOutcome
from ..model.checks import is_node_id
from ..net.limits import AdaptiveLimiter
from ..transfer.pool import run_bounded
from ..transfer.stopping import StopRequest
from .progress import Progress

if TYPE_CHECKING:
    import pandas as pd

_NO_ID = "not a node id (they are 22 letters, digits, - and _)"
_WITHOUT_ID = "this node came without an id: nothing can be done to it"
SendBatch = Callable[[Sequence[str]], Awaitable[Mapping[str, str]]]
"""Sends one batch; gives the ids that Amazon singled out, each with its reason."""
ToFrame = Callable[[Sequence["NodeResult"]], "pd.DataFrame"]
OnResults = Callable[[Sequence["NodeResult"]], None]
_VERBS: Mapping[NodeOutcome, str] = MappingProxyType(
    {
        NodeOutcome.TRASHED: "trash",
        NodeOutcome.RESTORED: "restore",
        NodeOutcome.DELETED: "delete",
        NodeOutcome.FAVORITED: "favorite",
        NodeOutcome.UNFAVORITED: "unfavorite",
        NodeOutcome.HIDDEN: "hide",
        NodeOutcome.UNHIDDEN: "unhide",
        NodeOutcome.ADDED: "add",
        NodeOutcome.REMOVED: "remove",
        NodeOutcome.MOVED: "move",
        NodeOutcome.RENAMED: "rename",
        NodeOutcome.DESCRIBED: "describe",
        NodeOutcome.LABELED: "label",
        NodeOutcome.CREATED: "create",
        NodeOutcome.SHARED: "share",
        NodeOutcome.UNSHARED: "unshare",
        NodeOutcome.MERGED: "merge",
        NodeOutcome.PICTURED: "set pictures",
    }
)
"""What is going on while there are no outcomes yet."""


def _ignore(results: Sequence[NodeResult]) -> None:
    """For those who wait for all of them."""


@dataclass(frozen=True, slots=True)
class NodeResult:
    """What happened to one node: what was to be done, or ``FAILED`` with the ``reason``."""

    id: str
    outcome: NodeOutcome
    reason: str | None = None

    def row(self) -> tuple[str | None, str, str | None]:
        """Return a row of ``frames.results.NODES``."""
        return (self.id or None, self.outcome, self.reason)


async def in_batches(
    ids: Sequence[str],
    *,
    size: int,
    done: NodeOutcome,
    send: SendBatch,
    to_frame: ToFrame,
    progress: Progress,
    limit: AdaptiveLimiter,
    stop: StopRequest | None = None,
    in_order: bool = False,
    on_results: OnResults = _ignore,
) -> list[NodeResult]:
    """Change nodes in batches: one ``NodeResult`` per id, in the order given.

    Once ``stop`` is asked for no more are sent, and there is one for each that was.

    What is no id, or is "", fails and is not sent. ``in_order`` sends one batch after the other, for what Amazon puts
    in the order in which it comes. ``on_results`` is told of nodes as soon as it is known what became of them. Only a
    lost session, another country's account or a dead service raises; ``outcomes`` of the error then has a row for each
    node of which it is known what became of it.
    """
    known: dict[str, str | None] = {i: _NO_ID if i else _WITHOUT_ID for i in ids if not is_node_id(i)}
    if known:
        on_results(_list_results(list(known), known, done))
    good = [i for i in ids if i not in known]
    batches = [good[start : start + size] for start in range(0, len(good), size)]
    try:
        with progress.of(_VERBS[done], "nodes") as advance:

            def tell(some: Sequence[str]) -> None:
                on_results(_list_results(some, known, done))
                advance(len(known), len(ids))

            async def change(batch: Sequence[str]) -> None:
                await _one_batch(batch, send, known, tell)

            # Twice as many as requests, so that one is at hand whenever another is answered.
            width, now = (1, None) if in_order else (2 * limit.max_width, lambda: 2 * limit.width)
            await run_bounded(_each(batches), change, width=width, now=now, grace=0.0, stop=stop)
    except AmazonPhotosError as error:
        if results := _list_results(ids, known, done):
            error.outcomes = to_frame(results)
            error.add_note("its outcomes tell what became of some nodes; of the others it is not known: run it again")
        raise
    return _list_results(ids, known, done)


async def _each(batches: Sequence[Sequence[str]]) -> AsyncIterator[Sequence[str]]:
    for batch in batches:
        yield batch


def _list_results(ids: Sequence[str], known: Mapping[str, str | None], done: NodeOutcome) -> list[NodeResult]:
    reasons = [(i, known[i]) for i in ids if i in known]
    return [NodeResult(i, done if reason is None else NodeOutcome.FAILED, reason) for i, reason in reasons]


async def _one_batch(
    ids: Sequence[str], send: SendBatch, known: dict[str, str | None], tell: Callable[[Sequence[str]], None]
) -> None:
    """Send a batch; ``known`` then has each of its ids, with the reason if it failed, and ``tell`` is called."""
    try:
        singled_out = await send(ids)
        known.update({i: singled_out.get(i) for i in ids})
        tell(ids)
        return
    except (SessionExpired, AccountNotFound):
        raise
    except ServiceError as error:
        if error.retryable:
            raise
        if len(ids) == 1:
            known[ids[0]] = str(error)
            tell(ids)
            return
    half = len(ids) // 2
    await _one_batch(ids[:half], send, known, tell)
    await _one_batch(ids[half:], send, known, tell)
