"""The family vault: what the family may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput
from ..model.checks import is_node_id, show
from ..plans.actions import Action
from ..plans.step import Step, make_step
from ..query.expr import Expr
from ..wire import search as wire_search
from .arguments import check_switches
from .base import ClientBase
from .group import Group
from .plans.change import carry_out, carry_out_whole
from .plans.select import select_nodes
from .plans.state import list_family

if TYPE_CHECKING:
    import pandas as pd

    from .ids import Ids


class FamilyOperations(ClientBase):
    """Operations on the family vault."""

    @property
    def family(self) -> Family:
        """The family vault: ``add`` and ``remove`` what the family may see."""
        return Family(self)

    async def add_to_family_vault(self, family_id: str, node_ids: Ids) -> dict[str, Any]:
        """Share nodes with the family. Gives Amazon's answer; ``family.add`` can be undone.

        ``aggregations("familyMembers")`` tells the family's id.
        """
        return await self._change_vault("add_to_family_vault", Action.SHARE, family_id, node_ids)

    async def remove_from_family_vault(self, family_id: str, node_ids: Ids) -> dict[str, Any]:
        """Stop sharing nodes with the family; they stay in the library. Gives Amazon's answer."""
        return await self._change_vault("remove_from_family_vault", Action.UNSHARE, family_id, node_ids)

    async def _change_vault(self, operation: str, action: Action, family_id: str, node_ids: Ids) -> dict[str, Any]:
        steps = await self.family._list_steps(action, node_ids, family_id)
        answer, _ = await carry_out_whole(self, operation, steps)
        return dict(answer)


class Family(Group[ClientBase]):
    """The family vault. The family's id is asked for, where it is not given: of the vault as it is."""

    async def add(self, node_ids: Ids | Expr, *, family_id: str | None = None, dry_run: bool = False) -> pd.DataFrame:
        """Share nodes with the family: ids, a frame, or a filter. ``dry_run=True`` gives the plan.

        Gives a row for each: ``id``, ``outcome`` ("shared" or "failed"), ``reason``.
        """
        return await self._change(Action.SHARE, node_ids, family_id, dry_run)

    async def remove(
        self, node_ids: Ids | Expr, *, family_id: str | None = None, dry_run: bool = False
    ) -> pd.DataFrame:
        """Stop sharing nodes with the family; they stay in the library. The arguments are those of ``add``.

        Gives a row for each: ``id``, ``outcome`` ("unshared" or "failed"), ``reason``.
        """
        return await self._change(Action.UNSHARE, node_ids, family_id, dry_run)

    async def _change(self, action: Action, node_ids: Ids | Expr, family_id: str | None, dry_run: bool) -> pd.DataFrame:
        check_switches(dry_run=dry_run)
        operation = f"family.{'add' if action is Action.SHARE else 'remove'}"
        steps = await self._list_steps(action, node_ids, family_id)
        return await carry_out(self._client, operation, steps, dry_run=dry_run)

    async def _list_steps(self, action: Action, node_ids: Ids | Expr, family_id: str | None) -> Sequence[Step]:
        family = await self._find_family(family_id)
        selected = await select_nodes(self._client, node_ids)
        shared = await list_family(self._client)
        return [
            make_step(
                action,
                node_id,
                selected.known.get(node_id),
                target=family,
                note=selected.unknown.get(node_id, ""),
                before="in" if node_id in shared else "out",
            )
            for node_id in selected.ids
        ]

    async def _find_family(self, family_id: str | None) -> str:
        """Raises ``InvalidInput`` where there is no family, or more than one."""
        if family_id is not None:
            if not is_node_id(family_id):
                raise InvalidInput(f"a family's id is due, not {show(family_id)}")
            return family_id
        known = [one.value for one in await self._client._send(wire_search.aggregation("familyMembers"))]
        if len(known) != 1:
            what = "shares nothing with a family yet" if not known else f"has several: {', '.join(known)}"
            raise InvalidInput(f"this account {what}: give family_id=…")
        return known[0]
