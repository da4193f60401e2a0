"""People: the faces Amazon found, given by name or by id, as ``aggregations("people")`` has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Unpack

from msgspec.structs import replace

from ..errors import InvalidInput
from ..frames.results import PEOPLE
from ..model.checks import is_node_id, show
from ..plans.actions import Action
from ..plans.step import Step
from ..query.build import F
from ..query.coerce import Filters
from ..wire import search as wire_search
from .arguments import check_switches, check_text
from .group import Group
from .ids import id_of, ids_of, unwrap_row
from .known_keys import find_key, list_keys
from .misuse import check_options, show_options
from .plans.change import carry_out, carry_out_whole
from .search import PHOTOS_AND_VIDEOS, QueryOptions, SearchOperations, and_filters

if TYPE_CHECKING:
    import pandas as pd

    from ..model.node import Node
    from ..model.results import Aggregation
    from .ids import Ids, Row

_FOR_GOOD = "nothing parts people that were merged"
_FIRST_NAME = "nobody can be made nameless again"


class PeopleOperations(SearchOperations):
    """Operations on clusters of faces. A person is given by the cluster's id or by name."""

    @property
    def people(self) -> People:
        """The people that Amazon found: ``list``, ``photos``, ``rename``, ``merge``, ``set_picture``."""
        return People(self)

    async def rename_cluster(self, cluster_id: str, name: str) -> dict[str, Any]:
        """Name a person, given by id or by the name until now; gives Amazon's answer. See ``people.rename``."""
        return await self._ask("rename_cluster", [await self.people._renaming(cluster_id, name)])

    async def combine_clusters(self, cluster_ids: Sequence[str], name: str) -> dict[str, Any]:
        """Make several clusters one person; each is given by id or name. Gives Amazon's answer."""
        ids = list(cluster_ids) if isinstance(cluster_ids, Iterable) and not isinstance(cluster_ids, str) else []
        if len(ids) < 2:
            raise InvalidInput("combining needs a list of two or more cluster ids")
        return await self._ask("combine_clusters", await self.people._merging(ids[0], ids[1:], name))

    async def update_cluster_thumbnail(self, cluster_id: str, node_id: str) -> dict[str, Any]:
        """Choose a person's picture; the person is given by id or name. Gives Amazon's answer."""
        return await self._ask("update_cluster_thumbnail", [await self.people._picturing(cluster_id, node_id)])

    async def _ask(self, operation: str, steps: Sequence[Step]) -> dict[str, Any]:
        answer, _ = await carry_out_whole(self, operation, steps)
        return dict(answer)

    async def _find_person(self, person: str | Row) -> str:
        text = unwrap_row(person)
        if not isinstance(text, str) or not text.strip():
            raise InvalidInput(f"a person is due here: the name, the id, or a row of people.list(); not {show(person)}")
        check_text("a person", text)
        return await self._known_values.find_person(text)


class People(Group[PeopleOperations]):
    """The people on the photos, as Amazon found their faces. Given by name, id, or as a row of ``list()``.

    A name means the one who is called exactly so, else the only one that agrees ignoring case and Unicode form.
    """

    async def list(self, *, named: bool | None = None, online: bool | None = None) -> pd.DataFrame:
        """List the people of the library online, by one request, those on most photos first.

        Those whom nobody has named are among them. Gives a row for each: ``name`` (missing where nobody gave one),
        ``count`` (photos and videos), ``id``, ``picture`` (the id of the node that shows them), ``asked_at`` (when
        Amazon told so). ``named=True`` gives those with a name, ``named=False`` those without. ``online=False`` asks
        nobody and tells what ap.relations.parquet holds; raises ``CatalogError`` where there is none.
        """
        if named is not None:
            check_switches(named=named)
        keys = await list_keys(self._client, "allPeople", online=online, ask=True)
        rows = [
            (key.name or None, key.count, key.key, key.node_id, key.asked_at)
            for key in keys
            if named is None or bool(key.name) == bool(named)
        ]
        return self._client._rows(rows, PEOPLE)

    @show_options(SearchOperations.query)
    async def photos(
        self, person: str | Row, *, filters: Filters = PHOTOS_AND_VIDEOS, **options: Unpack[QueryOptions]
    ) -> pd.DataFrame:
        """Query the online search index for what a person is on: ``query`` with a term more, and its options.

        ``person`` may also be the id of one whom nobody has named. Raises ``FilterError`` for a person that nobody
        knows, which names the nearest, and for a name that several have, with their ids and counts.
        """
        check_options("photos", options, SearchOperations.query)
        known = await self._client._known_values.list_known("allPeople")
        found = find_key(person, known, "person", "people.list()")
        term = F.people(found.id) if found.name else F.clusterId(found.id)
        return await self._client.query(and_filters(term, filters), **options)

    async def rename(self, person: str | Row, name: str, *, dry_run: bool = False) -> pd.DataFrame:
        """Give a person a name, or another one. ``dry_run=True`` gives the plan and does nothing.

        One who had none cannot be made nameless again; every other name can be taken back by ``ap.history``.

        Gives a row for each: ``id``, ``outcome`` ("renamed" or "failed"), ``reason``.
        """
        check_switches(dry_run=dry_run)
        return await carry_out(self._client, "people.rename", [await self._renaming(person, name)], dry_run=dry_run)

    async def merge(
        self, into: str | Row, people: Ids, *, name: str | None = None, dry_run: bool = False
    ) -> pd.DataFrame:
        """Merge people into one, who keeps the name, or gets ``name``. Nothing parts them again.

        ``dry_run=True`` gives the plan, which says so, and does nothing.

        Gives a row for each that is merged: ``id``, ``outcome`` ("merged" or "failed"), ``reason``.
        """
        check_switches(dry_run=dry_run)
        others = [people] if isinstance(people, str) else ids_of(people)
        return await carry_out(self._client, "people.merge", await self._merging(into, others, name), dry_run=dry_run)

    async def set_picture(self, person: str | Row, node: str | Node | Row, *, dry_run: bool = False) -> pd.DataFrame:
        """Choose a photo as a person's picture, given by its id, a ``Node`` or a row.

        Gives a row for each: the person's ``id``, ``outcome`` ("pictured" or "failed"), ``reason``.
        """
        check_switches(dry_run=dry_run)
        return await carry_out(
            self._client, "people.set_picture", [await self._picturing(person, node)], dry_run=dry_run
        )

    async def _renaming(self, person: str | Row, name: str) -> Step:
        new, known = check_person_name(name), await self._read(person)
        return _step(Action.RENAME_PERSON, known, after=new, note="" if known.name else _FIRST_NAME)

    async def _merging(self, into: str | Row, others: Sequence[str], name: str | None) -> Sequence[Step]:
        if name is not None:
            check_person_name(name)
        kept = await self._read(into)
        merged = {one.value: one for one in [await self._read(one) for one in others] if one.value != kept.value}
        if not merged:
            raise InvalidInput("combining needs two or more people, and these are one")
        new = check_person_name(kept.name or "" if name is None else name)
        return [_step(Action.MERGE, one, target=kept.value, target_name=new, note=_FOR_GOOD) for one in merged.values()]

    async def _picturing(self, person: str | Row, node: str | Node | Row) -> Step:
        photo = id_of(node)
        if not is_node_id(photo):
            raise InvalidInput(f"a photo's id is due, not {show(photo)}")
        known = await self._read(person)
        return replace(_step(Action.SET_PICTURE, known, after=photo), before=known.node_id or "")

    async def _read(self, person: str | Row) -> Aggregation:
        """What Amazon knows of a person now. Raises ``InvalidInput`` for one that it doesn't know."""
        found = await self._client._find_person(person)
        for one in await self._client._send(wire_search.aggregation("allPeople")):
            if one.value == found:
                return one
        raise InvalidInput(f"Amazon knows nobody of the id {found!r:.80}: people.list() tells whom it knows")


def _step(action: Action, person: Aggregation, **more: Any) -> Step:
    name = person.name or ""
    return Step(action=action, id=person.value, name=name, before=name, **more)


def check_person_name(name: str) -> str:
    """Check that a person can be called so, and return it. Raises ``InvalidInput``."""
    check_text("a person's name", name)
    if not name.strip():
        raise InvalidInput("a person's name must not be empty")
    return name
