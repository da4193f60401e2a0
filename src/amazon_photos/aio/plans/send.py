"""How each action is sent: how many at once, in which order, and how its answer is checked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ...errors import AccountNotFound, Conflict, NotFound, ServiceError, SessionExpired, UnexpectedReply
from ...model.node import Node
from ...plans.actions import KINDS, TO_PEOPLE, Action
from ...plans.step import Step, are_equal, read_aspect, read_list
from ...wire import albums, family, nodes, people, trash
from ...wire.call import Call
from ...wire.common import MAX_TO_ALBUM, MAX_TO_PURGE, MAX_TO_TRASH
from ..batches import NodeResult, OnResults, in_batches

if TYPE_CHECKING:
    from ...transfer.stopping import StopRequest
    from ..base import ClientBase

_UNSEEN = "nobody has seen Amazon Photos accept a move, so it may not be able to: move it on Amazon's own page"
_ORDINARY = (SessionExpired, Conflict, NotFound, AccountNotFound)
"""Refusals that say nothing of whether nodes can be moved."""
MAX_TO_FAMILY = 50
"""Nodes that are shared at once; nobody has recorded Amazon's limit."""
Refused = Mapping[str, str]
"""The ids that Amazon refused, with its reasons."""


class LastReply:
    """What Amazon said last, and the last error: for those who asked for one thing, and tell it as it was."""

    answer: Mapping[str, Any] = MappingProxyType({})
    error: ServiceError | None = None


_SIZES: Mapping[Action, int] = {
    Action.TRASH: MAX_TO_TRASH,
    Action.RESTORE: MAX_TO_TRASH,
    Action.DELETE: MAX_TO_PURGE,
    Action.ADD: MAX_TO_ALBUM,
    Action.REMOVE: MAX_TO_ALBUM,
    Action.SHARE: MAX_TO_FAMILY,
    Action.UNSHARE: MAX_TO_FAMILY,
    Action.MERGE: MAX_TO_FAMILY,
}
"""How many nodes a request takes; every other action takes one."""
_IN_ORDER = frozenset({Action.ADD, *TO_PEOPLE})
"""What is sent one after the other: an album has its photos in the order in which they came."""
_TAKES_NAME = frozenset({Action.RENAME, Action.MOVE})
"""What Amazon refuses where another has the name."""


async def send_steps(
    client: ClientBase,
    steps: Sequence[Step],
    on_results: OnResults,
    last_reply: LastReply,
    stop: StopRequest | None = None,
) -> None:
    """Send steps of one action and one target, each id once; ``on_results`` is told what became of each.

    What finds its name taken is sent again after the others, as long as that helps: one of them may have had it.
    ``last_reply`` keeps what Amazon answered. Once ``stop`` is asked for, no more are sent.
    """
    by_id = {step.id: step for step in steps}
    taken: set[str] = set()

    def tell(results: Sequence[NodeResult]) -> None:
        on_results([result for result in results if result.id not in taken])

    refused: dict[str, NodeResult] = {}
    left = list(by_id)
    while left:
        taken.clear()
        sent = await _send_once(client, [by_id[node_id] for node_id in left], tell, last_reply, taken, stop)
        refused = {key: one for key, one in refused.items() if key not in {result.id for result in sent}}
        refused |= {result.id: result for result in sent if result.id in taken}
        if not taken or len(taken) == len(left) or (stop is not None and stop.asked):
            break
        left = [node_id for node_id in left if node_id in taken]
    on_results([refused[node_id] for node_id in by_id if node_id in refused])


async def _send_once(
    client: ClientBase,
    steps: Sequence[Step],
    on_results: OnResults,
    last_reply: LastReply,
    taken: set[str],
    stop: StopRequest | None,
) -> list[NodeResult]:
    """Send each step once; ``taken`` then has the ids of those whose name is another's."""
    first = steps[0]
    by_id = {step.id: step for step in steps}
    ask = _sender(client, first, by_id)

    async def send(ids: Sequence[str]) -> Refused:
        try:
            refused, last_reply.answer = await ask(ids)
        except ServiceError as error:
            last_reply.error = error
            if isinstance(error, Conflict) and first.action in _TAKES_NAME:
                taken.update(ids)
            raise
        return refused

    return await in_batches(
        list(by_id),
        size=_SIZES.get(first.action, 1),
        done=KINDS[first.action].done,
        send=send,
        to_frame=client._results_frame,
        progress=client._progress,
        limit=client._session.limit,
        stop=stop,
        in_order=first.action in _IN_ORDER,
        on_results=on_results,
    )


def _sender(
    client: ClientBase, first: Step, by_id: Mapping[str, Step]
) -> Callable[[Sequence[str]], Awaitable[tuple[Refused, Mapping[str, Any]]]]:
    """What sends some of the steps: it gives what was refused, and what else Amazon said."""
    action, target = first.action, first.target
    ask: Callable[[Sequence[str]], Awaitable[Refused]]
    match action:
        case Action.TRASH:
            recurse = first.kind != "VISUAL_COLLECTION"  # what an album holds must stay, whatever Amazon makes of it
            ask = lambda ids: client._send(trash.trash(ids, recurse=recurse))  # noqa: E731
        case Action.RESTORE:
            ask = lambda ids: client._send(trash.restore(ids))  # noqa: E731
        case Action.DELETE:
            ask = lambda ids: client._send(trash.purge(ids))  # noqa: E731
        case Action.ADD | Action.REMOVE:
            return lambda ids: _change_album(client, target, action, ids)
        case Action.SHARE | Action.UNSHARE:
            return lambda ids: _change_family(client, target, action, ids)
        case _ if action in TO_PEOPLE:
            return lambda ids: _change_people(client, [by_id[node_id] for node_id in ids])
        case _:
            return lambda ids: _change_node(client, by_id[ids[0]])
    return lambda ids: _without_answer(ask(ids))


async def _without_answer(refused: Awaitable[Refused]) -> tuple[Refused, Mapping[str, Any]]:
    return await refused, {}


async def create_album(client: ClientBase, name: str) -> Node:
    """Make an empty album. An answer may be another request's, and photos would go where it says.

    Raises ``UnexpectedReply``.
    """
    made = await client._send(albums.create_album(name))
    if made.kind != "VISUAL_COLLECTION" or not are_equal("name", made.name, name) or made.status == "TRASH":
        raise UnexpectedReply(
            f"create_album: Amazon's answer names something else ({made.id}); run again", operation="create_album"
        )
    return made


async def _change_album(
    client: ClientBase, album: str, action: Action, ids: Sequence[str]
) -> tuple[Refused, Mapping[str, Any]]:
    answer = await client._send(albums.change_album(album, "add" if action is Action.ADD else "remove", ids))
    if answer.get("id", album) != album:
        raise UnexpectedReply("album: Amazon's answer names another album", operation=f"album_{action}")
    return {}, answer


async def _change_family(
    client: ClientBase, group: str, action: Action, ids: Sequence[str]
) -> tuple[Refused, Mapping[str, Any]]:
    added, removed = (ids, ()) if action is Action.SHARE else ((), ids)
    return {}, await client._send(family.change_family_vault(group, add=added, remove=removed))


async def _change_people(client: ClientBase, steps: Sequence[Step]) -> tuple[Refused, Mapping[str, Any]]:
    first = steps[0]
    call: Call[dict[str, Any]]
    if first.action is Action.MERGE:
        call = people.combine_clusters([first.target, *(step.id for step in steps)], first.target_name)
    elif first.action is Action.SET_PICTURE:
        call = people.update_cluster_thumbnail(first.id, first.after or "")
    else:
        call = people.rename_cluster(first.id, first.after or "")
    try:
        return {}, await client._send(call)
    finally:
        client._known_values.forget()


async def _change_node(client: ClientBase, step: Step) -> tuple[Refused, Mapping[str, Any]]:
    """Raises ``ServiceError`` where the answer says that the node is not as it should be."""
    if step.action is Action.MOVE:
        await _move(client, step)
        return {}, {}
    answer = await client._send(_call(step))
    now = read_aspect(answer, step.changes)
    if (
        answer.id == step.id
        and now is not None
        and _tells(answer, step)
        and not are_equal(step.changes, now, step.after or "")
    ):
        what = f"{step.action}: Amazon answered without changing it: it is {now!r:.80}"
        raise ServiceError(what, operation=step.action)
    return {}, {}


def _tells(answer: Node, step: Step) -> bool:
    """Whether an answer says anything of what was changed: one without settings is no refusal."""
    return step.changes not in ("favorite", "hidden") or getattr(answer.settings, step.changes, None) is not None


def _call(step: Step) -> Call[Node]:
    match step.action:
        case Action.FAVORITE | Action.UNFAVORITE:
            return nodes.favorite(step.id, step.action is Action.FAVORITE)
        case Action.HIDE | Action.UNHIDE:
            return nodes.hidden(step.id, step.action is Action.HIDE)
        case Action.RENAME:
            return nodes.rename(step.id, step.after or "")
        case Action.DESCRIBE:
            return nodes.describe(step.id, step.after or "")
        case _:
            return nodes.label(step.id, read_list(step.after))


async def _move(client: ClientBase, step: Step) -> None:
    """Raises ``ServiceError`` where the node is not in the folders afterwards."""
    parents = read_list(step.after)
    try:
        moved = await client._send(nodes.move(step.id, parents))
    except _ORDINARY:
        raise
    except ServiceError as error:
        if error.retryable:
            raise
        raise ServiceError(f"{error}; {_UNSEEN}", status=error.status, code=error.code, operation="move") from None
    if moved.id != step.id or sorted(moved.parents) != sorted(parents):
        raise ServiceError(f"move: Amazon answered without moving it; {_UNSEEN}", operation="move")
