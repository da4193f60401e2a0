"""Carries steps out: written ahead to the journal, in batches, and told one by one.

Steps that stand behind each other and are of one kind (an action, a target) go together; what is of another kind waits
until they are done, as a photo can only go into an album that was made before. Whoever asks to stop gets all that is in
flight finished; the steps that were not begun are skipped.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ...errors import (
    AmazonPhotosError,
    CatalogError,
    Conflict,
    FolderTaken,
    InvalidInput,
    LocalFileError,
    ServiceError,
)
from ...frames.results import NodeOutcome
from ...plans.actions import Action
from ...plans.journal import JournalWriter
from ...plans.run import Done
from ...plans.run_log import RunLog
from ...plans.step import NEW, Step, are_equal
from ...transfer.stopping import NOT_BEGUN
from ..batches import NodeResult
from ..resolve import looks_like_id
from .send import LastReply, create_album, send_steps
from .state import read_names

if TYPE_CHECKING:
    import pandas as pd

    from ...transfer.stopping import StopRequest
    from ...transfer.upload.folders import Folders
    from ..base import ClientBase


MAX_TOGETHER = 10_000
"""Steps that are under way at once: each waits for its turn, and takes some KB meanwhile."""


class Performance:
    """One run that is under way; ``results`` has what became of each step, by its place.

    ``whole``: it is one thing to whoever asked, and nobody stops it in the middle.
    """

    def __init__(
        self,
        client: ClientBase,
        steps: Sequence[Step],
        *,
        first: Sequence[NodeResult] = (),
        whole: bool = False,
    ) -> None:
        self._client = client
        self._steps = steps
        self._first = first
        self._whole = whole
        self._stop: StopRequest | None = None
        self._made: dict[str, str] = {}
        self._journal: JournalWriter | RunLog | None = None
        self._first_number = 0
        self._folders: Folders | None = None
        self.results: dict[int, NodeResult] = {}
        self.last_reply = LastReply()

    def skip(self, place: int, reason: str) -> None:
        """Note that a step is not going to be done."""
        self._note({place: NodeResult(self._steps[place].id, NodeOutcome.SKIPPED, reason)})

    async def run(self, operation: str, *, undoes: str = "") -> None:
        """Carry out every step that was not skipped.

        Raises what ends a run; ``results`` then has what was done.
        """
        with nullcontext() if self._whole else self._client._stops.register() as self._stop:
            await self._run(operation, undoes)

    async def _run(self, operation: str, undoes: str) -> None:
        if not self._client.settings.history or len(self.results) == len(self._steps):
            await self._do()
            return
        begin = partial(
            JournalWriter.begin,
            self._client._store.runs_dir,
            owner=await self._client._owner(),
            operation=operation,
            steps=self._steps,
            undoes=undoes,
        )
        async with _open_journal(begin) as self._journal:
            self._client._begun_runs.append(self._journal.about.run)
            self._write(self.results)
            await self._do()

    async def run_within(self, log: RunLog) -> None:
        """Carry out every step as part of a run that is under way. Raises as ``run``."""
        self._journal, self._first_number = log, await log.write(self._steps)
        await self._do()

    async def _do(self) -> None:
        try:
            await self._do_groups()
        finally:
            if self._folders is not None and (nodes := self._folders.take_kept()):
                with suppress(CatalogError, LocalFileError):  # the next refresh finds them
                    await self._client._merge(nodes)

    async def _do_groups(self) -> None:
        for places in self._list_groups():
            if self._is_asked_to_stop:
                break
            steps = [self._with_ids(self._steps[place]) for place in places]
            if steps[0].action is Action.CREATE_ALBUM:
                await self._create(places[0], steps[0])
            elif steps[0].action is Action.CREATE_FOLDER:
                for place in places:
                    if not self._is_asked_to_stop:
                        await self._create_folder(place, self._steps[place])
            elif steps[0].target.startswith(NEW):
                self._note({place: self._fail(place, "its album was not made") for place in places})
            else:
                await self._send(places, steps)
        if self._is_asked_to_stop:
            left = (place for place in range(len(self._steps)) if place not in self.results)
            self._note({n: NodeResult(self._steps[n].id, NodeOutcome.SKIPPED, NOT_BEGUN) for n in left})

    @property
    def _is_asked_to_stop(self) -> bool:
        return self._stop is not None and self._stop.asked

    async def _send(self, places: Sequence[int], steps: Sequence[Step]) -> None:
        places_of: dict[str, list[int]] = {}
        for place, step in zip(places, steps, strict=True):
            places_of.setdefault(step.id, []).append(place)

        def note(results: Sequence[NodeResult]) -> None:
            self._note({place: result for result in results for place in places_of[result.id]})

        await send_steps(self._client, steps, note, self.last_reply, self._stop)
        if steps[0].action is Action.RESTORE:
            await self._tell_new_names(places)

    async def _tell_new_names(self, places: Sequence[int]) -> None:
        """Tell what is called otherwise since it came back: Amazon did that where its name was taken."""
        back = [n for n in places if n in self.results and self.results[n].outcome is NodeOutcome.RESTORED]
        names = await read_names(self._client, list({self._steps[n].id: None for n in back if self._steps[n].name}))
        told = {n: names.get(self._steps[n].id, self._steps[n].name) for n in back}
        self._note({
            n: NodeResult(self._steps[n].id, NodeOutcome.RESTORED, f"its name was taken: it is called {name} now")
            for n, name in told.items()
            if not are_equal("name", name, self._steps[n].name)
        })  # fmt: skip

    async def _create(self, place: int, step: Step) -> None:
        try:
            made = await create_album(self._client, step.after or "")
        except ServiceError as error:
            if error.retryable:
                raise
            self.last_reply.error = error
            self._note({place: self._fail(place, str(error))})
            return
        self._made[step.id] = made.id
        self._note({place: NodeResult(made.id, NodeOutcome.CREATED)}, made.id)

    async def _create_folder(self, place: int, step: Step) -> None:
        """A plan makes what it says and no more: a folder above that is not there is none of its."""
        if self._folders is None:
            from ...transfer.upload.folders import Folders

            index = await self._client._load_index(folders_only=True)
            self._folders = Folders(self._client._session, index, RunLog(None))
        path = (step.after or "").strip("/")
        above = path.rpartition("/")[0]
        try:
            if above and self._folders.find(above) is None:
                self._note({place: self._fail(place, f"the folder {above} is not there")})
                return
            before = len(self._folders.created)
            made = await self._folders.ensure(path)
        except (InvalidInput, Conflict, FolderTaken, ServiceError) as error:
            if error.retryable:
                raise
            self._note({place: self._fail(place, str(error))})
            return
        if made in self._folders.created[before:]:
            self._note({place: NodeResult(made, NodeOutcome.CREATED)}, made)
        else:
            self._note({place: NodeResult(made, NodeOutcome.EXISTS)})

    def _fail(self, place: int, reason: str) -> NodeResult:
        return NodeResult(self._steps[place].id, NodeOutcome.FAILED, reason)

    def _add_suggestion(self, place: int, result: NodeResult) -> NodeResult:
        """Add to the result of a name that nothing has what is called nearly so."""
        step = self._steps[place]
        if result.outcome is not NodeOutcome.FAILED or not step.note or looks_like_id(step.id):
            return result
        return NodeResult(result.id, result.outcome, f"{result.reason}; {step.note}")

    def _note(self, results: dict[int, NodeResult], made: str = "") -> None:
        results = {place: self._add_suggestion(place, result) for place, result in results.items()}
        self.results |= results
        self._write(results, made)

    def _write(self, results: dict[int, NodeResult], made: str = "") -> None:
        if self._journal is not None and results:
            self._journal.add(
                {
                    self._first_number + n: Done(outcome=one.outcome, reason=one.reason or "", made=made)
                    for n, one in results.items()
                }
            )

    def _with_ids(self, step: Step) -> Step:
        """The step, where its album was made meanwhile with that one's id."""
        return replace(step, target=self._made.get(step.target, step.target))

    def _list_groups(self) -> Iterator[list[int]]:
        """The places of steps that go together: of one action, target and kind, each id once.

        Only "" comes again: such a step is not sent, and many rows without an id would be many requests for the others.
        """
        group: list[int] = []
        ids: set[str] = set()
        for place, step in enumerate(self._steps):
            if place in self.results:
                continue
            again = step.id != "" and step.id in ids
            if group and (len(group) == MAX_TOGETHER or again or not self._go_together(self._steps[group[0]], step)):
                yield group
                group, ids = [], set()
            group.append(place)
            ids.add(step.id)
        if group:
            yield group

    @staticmethod
    def _go_together(one: Step, other: Step) -> bool:
        if one.action is Action.CREATE_ALBUM:
            return False
        as_album = one.kind == "VISUAL_COLLECTION", other.kind == "VISUAL_COLLECTION"
        return (one.action, one.target, as_album[0]) == (other.action, other.target, as_album[1])

    def frame(self) -> pd.DataFrame:
        """Return what became of the steps, in their order, behind what is told besides."""
        done = [self.results[place] for place in sorted(self.results)]
        return self._client._results_frame([*self._first, *done])


@asynccontextmanager
async def _open_journal(begin: Callable[[], JournalWriter]) -> AsyncIterator[JournalWriter]:
    """Begin a journal in a thread; it is ended, too, where whoever waits for the thread is cancelled meanwhile."""
    beginning = asyncio.ensure_future(asyncio.to_thread(begin))
    try:
        journal = await asyncio.shield(beginning)
    except asyncio.CancelledError:
        beginning.add_done_callback(_leave)
        raise
    with journal:
        yield journal


def _leave(begun: asyncio.Future[JournalWriter]) -> None:
    """End a journal as that of a run which was interrupted."""
    if not begun.cancelled() and begun.exception() is None:
        begun.result().__exit__(asyncio.CancelledError, asyncio.CancelledError(), None)


async def perform(performance: Performance, operation: str, *, undoes: str = "") -> pd.DataFrame:
    """Carry a run out; gives a row for each step: ``id``, ``outcome``, ``reason``.

    An error that ends it has what was done in ``outcomes``.
    """
    try:
        await performance.run(operation, undoes=undoes)
    except AmazonPhotosError as error:
        if performance.results:
            error.outcomes = performance.frame()
        raise
    return performance.frame()
