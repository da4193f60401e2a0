"""What can be changed about a node: its name, place, description, labels, and whether it is a favourite or hidden."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..catalog import view
from ..errors import InvalidInput
from ..frames.results import NodeOutcome
from ..model.checks import show
from ..model.names import MAX_NAME
from ..model.node import Node
from ..model.tree import Folder
from ..plans.actions import Action
from ..plans.name_template import NameTemplate, Renamed
from ..plans.step import Step, make_step, write_list
from ..query.build import F
from ..query.expr import Expr
from .arguments import check_nul, check_switches, check_text
from .base import ClientBase
from .batches import NodeResult
from .plans.change import carry_out, change_each
from .plans.select import select_nodes
from .plans.state import read_nodes
from .resolve import Names

if TYPE_CHECKING:
    import pandas as pd

    from .ids import Ids, Row

MAX_DESCRIPTION = 500
MAX_LABELS, MAX_LABEL = 10, 256
_TOLD = ("id", "name", "kind", "md5", "taken", "parents")


class NodeChangeOperations(ClientBase):
    """Operations that change nodes.

    Each takes ids, nodes, a frame, names, or a filter (``F.extension("heic")``, or as text): what it finds in the
    catalogue, refreshed first. ``dry_run=True`` gives the plan of it; ``ap.history`` takes it back.
    """

    async def favorite(self, node_ids: Ids | Expr, *, dry_run: bool = False) -> pd.DataFrame:
        """Mark nodes as favourites.

        ``node_ids`` is an id, a list or a column of ids, a frame that has them, a folder's path or an album's name, or
        a filter of what is in the catalogue. ``dry_run=True`` gives the plan and does nothing.

        Gives a row for each: ``id``, ``outcome`` ("favorited" or "failed"), ``reason``.
        """
        return await self._switch(Action.FAVORITE, node_ids, dry_run)

    async def unfavorite(self, node_ids: Ids | Expr, *, dry_run: bool = False) -> pd.DataFrame:
        """Unmark nodes as favourites; the arguments are those of ``favorite``.

        Gives a row for each: ``id``, ``outcome`` ("unfavorited" or "failed"), ``reason``.
        """
        return await self._switch(Action.UNFAVORITE, node_ids, dry_run)

    async def hide(self, node_ids: Ids | Expr, *, dry_run: bool = False) -> pd.DataFrame:
        """Hide nodes from the photo view; the arguments are those of ``favorite``.

        Gives a row for each: ``id``, ``outcome`` ("hidden" or "failed"), ``reason``.
        """
        return await self._switch(Action.HIDE, node_ids, dry_run)

    async def unhide(self, node_ids: Ids | Expr, *, dry_run: bool = False) -> pd.DataFrame:
        """Show hidden nodes again; the arguments are those of ``favorite``.

        Gives a row for each: ``id``, ``outcome`` ("unhidden" or "failed"), ``reason``.
        """
        return await self._switch(Action.UNHIDE, node_ids, dry_run)

    async def rename(
        self, node_ids: Ids | Expr, name: str | None = None, *, template: str | None = None, dry_run: bool = False
    ) -> pd.DataFrame:
        """Give a node another name, or many by a template.

        ``node_ids`` is as in ``favorite``; with ``name`` it is one node. ``template`` is such as "{year}-{month:02}
        {name}", with the fields name, stem, ext, id, md5, category, n (1, 2, 3 …), year, month, day, hour, minute and
        second (of the capture time); of two that get one name in a folder the second gets "(1)".

        Gives a row for each: ``id``, ``outcome`` ("renamed", "skipped" where the template gives no name, or "failed":
        its folder has one of that name, ignoring case), ``reason``. ``dry_run=True`` gives the plan.
        """
        check_switches(dry_run=dry_run)
        if (name is None) == (template is None):
            raise InvalidInput("rename needs a name, or a template for many")
        if name is not None:
            check_name(name)
            one = await self._select_one(node_ids, "name")
            return await change_each(self, Action.RENAME, [one], operation="rename", dry_run=dry_run, after=name)
        names = NameTemplate(template or "")
        selected = await select_nodes(self, node_ids)
        nodes = await _read_for_template(self, selected.ids)
        named = list(names.name_all(nodes))
        steps = [_rename(node, new, note) for node, new, note in named if new is not None]
        nameless = [NodeResult(node.id, NodeOutcome.SKIPPED, note) for node, new, note in named if new is None]
        return await carry_out(self, "rename", steps, dry_run=dry_run, there=nameless)

    async def move(self, node_ids: Ids | Expr, *, to: str | Node | Folder | Row, dry_run: bool = False) -> pd.DataFrame:
        """Move files and folders into another folder, out of all that they are in.

        ``node_ids`` and ``dry_run`` are as in ``favorite``. ``to`` is a ``Folder``, a ``Node`` or a row of a folder,
        its id, or its path such as "Pictures/2023". Nobody has seen Amazon Photos accept this: it is known from the
        older Amazon Drive alone. Where it is refused, or does nothing, the reason says so.

        Gives a row for each: ``id``, ``outcome`` ("moved" or "failed"), ``reason``.
        """
        check_switches(dry_run=dry_run)
        folder = await Names(self).folder(to)
        return await change_each(
            self,
            Action.MOVE,
            node_ids,
            operation="move",
            dry_run=dry_run,
            after=write_list([folder]),
            target_name=_call_folder(to, folder),
        )

    async def describe(self, node_ids: Ids | Expr, description: str, *, dry_run: bool = False) -> pd.DataFrame:
        """Set the description of nodes, at most 500 characters; "" removes it.

        ``node_ids`` and ``dry_run`` are as in ``favorite``.

        Gives a row for each: ``id``, ``outcome`` ("described" or "failed"), ``reason``.
        """
        check_switches(dry_run=dry_run)
        check_text("description", description)
        if len(description) > MAX_DESCRIPTION:
            raise InvalidInput(f"a description has at most {MAX_DESCRIPTION} characters, not {len(description)}")
        return await change_each(
            self, Action.DESCRIBE, node_ids, operation="describe", dry_run=dry_run, after=description
        )

    async def label(self, node_ids: Ids | Expr, labels: Sequence[str], *, dry_run: bool = False) -> pd.DataFrame:
        """Set all labels of nodes, at most 10 of 256 characters; [] removes them.

        ``node_ids`` and ``dry_run`` are as in ``favorite``.

        Gives a row for each: ``id``, ``outcome`` ("labeled" or "failed"), ``reason``.
        """
        check_switches(dry_run=dry_run)
        after = write_list(check_labels(labels))
        return await change_each(self, Action.LABEL, node_ids, operation="label", dry_run=dry_run, after=after)

    async def _switch(self, action: Action, node_ids: Ids | Expr, dry_run: bool) -> pd.DataFrame:
        check_switches(dry_run=dry_run)
        return await change_each(self, action, node_ids, operation=action, dry_run=dry_run)

    async def _select_one(self, node: Ids | Expr, what: str) -> str:
        """The id of the one node that is meant; a text is no filter here."""
        ids = [node] if isinstance(node, str) else (await select_nodes(self, node)).ids
        if len(ids) != 1:
            raise InvalidInput(f"one {what} is for one node, and these are {len(ids)}: use a template for many")
        return (await Names(self).ids(ids))[0]


def _call_folder(given: str | Node | Folder | Row, folder: str) -> str:
    """What plans call the folder that things go to: its path or name as given, "" where only the id was."""
    name = given if isinstance(given, str) else getattr(given, "name", "")
    return name if isinstance(name, str) and name != folder else ""


def check_name(name: str) -> None:
    """Check that a node can be called so. Raises ``InvalidInput``."""
    check_nul("name", name)
    if not name or len(name) > MAX_NAME:
        raise InvalidInput(f"a name has 1 to {MAX_NAME} characters, not {len(name)}")


def check_labels(labels: Sequence[str]) -> list[str]:
    """Check that a node can have these labels, and return them, each once. Raises ``InvalidInput``."""
    if isinstance(labels, str) or not isinstance(labels, Iterable):
        raise InvalidInput(f"labels is a list, such as ['beach', 'summer'], not {show(labels)}")
    labels = list(labels)
    for text in labels:
        check_text("a label", text)
    if len(labels) > MAX_LABELS or any(not 0 < len(text) <= MAX_LABEL for text in labels):
        raise InvalidInput(f"at most {MAX_LABELS} labels, of 1 to {MAX_LABEL} characters each")
    return list(dict.fromkeys(labels))


def _rename(node: Renamed, name: str | None, note: str) -> Step:
    if name is None or name == node.name:
        note = note if name is None else "it is called so already"
        note = note if node.name else "it is not there"
        return Step(action=Action.KEEP, id=node.id, name=node.name, kind=node.kind, note=note)
    return make_step(Action.RENAME, node.id, name=node.name, kind=node.kind, before=node.name, after=name, note=note)


async def _read_for_template(client: ClientBase, ids: Sequence[str]) -> list[Renamed]:
    """What a template reads of nodes, in their order: from the catalogue, refreshed first; of others from Amazon."""
    await client._refresh()
    table = await client._query_catalog(view.find, F.id(*ids) if ids else None, columns=_TOLD)
    found = {row["id"]: row for row in await asyncio.to_thread(lambda: list(view.to_rows(table)))}
    others = await read_nodes(client, [node_id for node_id in ids if node_id not in found])
    known = {
        **{
            node_id: Renamed(
                node_id, row["name"] or "", row["md5"], row["taken"], tuple(row["parents"] or ()), row["kind"] or ""
            )
            for node_id, row in found.items()
        },
        **{
            node.id: Renamed(node.id, node.name, node.md5, node.taken, tuple(node.parents), node.kind)
            for node in others.values()
            if node is not None
        },
    }
    return [known.get(node_id, Renamed(node_id, "")) for node_id in ids]
