"""Files up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import chain
from os import PathLike
from typing import TYPE_CHECKING, Any

from ..errors import AmazonPhotosError, CatalogError, InvalidInput, LocalFileError, SessionExpired
from ..frames.results import TRANSFERS
from ..model.node import Node
from ..model.tree import Folder
from .arguments import check_nul, check_switches
from .base import ClientBase
from .ids import unwrap_row
from .plans.open_log import open_log
from .resolve import GivenFolder

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd
    import pyarrow as pa

    from ..catalog.index import LibraryIndex
    from ..plans.run_log import RunLog
    from ..transfer.events import EventEmitter, OnEvent
    from ..transfer.local.roots import Paths, ScanRoot
    from ..transfer.local.selection import Selection
    from ..transfer.run_report import RunReport
    from ..transfer.stopping import StopRequest
    from ..transfer.upload.folders import Folders
    from ..transfer.upload.new_nodes import PendingMerge
    from ..transfer.upload.plan import Conflicts, Planner
    from ..transfer.upload.run import PlanSteps
    from .ids import Row

_log = logging.getLogger("amazon_photos")


class UploadOperations(ClientBase):
    """Operations that bring files into the library."""

    async def upload(
        self,
        path: Paths | None = None,
        *,
        to: str | Node | Folder | Row | None = None,
        plan: pd.DataFrame | None = None,
        dry_run: bool = False,
        only: str | Iterable[str] | None = None,
        include: str | Iterable[str] | None = None,
        exclude: str | Iterable[str] | None = None,
        extensions: str | Iterable[str] | None = None,
        junk: bool = False,
        follow_symlinks: bool = False,
        album: str | Node | Row | None = None,
        conflict: Conflicts = "skip",
        dates: bool = True,
        report: str | PathLike[str] | None = None,
        on_event: OnEvent | None = None,
    ) -> pd.DataFrame:
        """Upload a file, a folder, or a list of them; size and MD5 of all that arrives are checked.

        A folder becomes a folder of its own name below ``to``, with all it holds: ``upload("a/Pictures")`` fills
        ``~/Pictures``. ``upload("a/Pictures/.")`` puts what it holds into ``to`` itself. What the library has already
        is skipped by content, wherever and whenever it got there; so a run that was stopped is continued by running
        it again.

        Arguments:
            path: the files and folders.
            to: the library's folder that they go to: its path such as "Backup/2023", found as ``find_path`` finds
                it and made if missing; its id, a ``Folder``, a ``Node`` or a row; None: the root.
            plan: instead of ``path`` and ``to``: what ``plan_upload`` gave, perhaps with rows left out.
            dry_run: only gives the plan.
            only: categories of known file types, such as ("img", "vid").
            include, exclude: globs, ignoring case. With a slash they are matched against the path below the folder
                given, without one against the name; an excluded folder is left out whole.
            extensions: such as ("jpg", "heic").
            junk: True also takes what devices leave behind (``.DS_Store``, ``Thumbs.db``, ``@eaDir``, dot folders …).
            follow_symlinks: whether to go where symbolic links below a folder lead.
            album: an album that gets the files, those that were there already too: a name, an id, a ``Node`` or a row.
                A name is found as ``find_path`` finds folders; made if missing.
            conflict: when other content has the name: "skip" leaves the file, "rename" uploads it as ``name(1).jpg``,
                "replace" puts the other in the trash, from where it can come back.
            dates: for pictures and videos that carry no capture date, or an impossible one, pass on the file's
                modification time, before 1970 too.
            report: a file that gets one JSON line per file as it happens.
            on_event: a function that gets the events ``PlanUpdated``, ``BytesTransferred`` and ``FileFinished`` of
                ``amazon_photos`` as they happen, in the thread of the client's loop: it must be quick, and cannot call
                the client. Should it raise, that is logged, and it gets no more.

        Returns a row for each file, in the order they were found: ``path``, ``id``, ``name``, ``outcome`` ("uploaded",
        "renamed", "replaced", "exists", "duplicate", "conflict", "skipped", "failed"), ``reason``, ``size``, ``md5``.
        One file's failure never stops the others. What it does is a run of the history, which can be undone. Raises
        ``SessionExpired`` when the session ends, and the last error when the service is dead; ``outcomes`` of the error
        is then the frame of what was done.
        """
        if plan is None and path is None:
            raise InvalidInput("nothing to upload: give a file, a folder, a list of them, or a plan")
        if plan is not None and path is not None:
            raise InvalidInput("give a path or a plan, not both")
        if plan is not None and to is not None:
            raise InvalidInput("a plan says where each file goes: leave out to, or plan it anew")
        from ..transfer.events import EventEmitter
        from ..transfer.run_report import RunReport

        check_switches(dry_run=dry_run, dates=dates)
        in_album = _album_name(album)
        picked = _selection(only, include, exclude, extensions, junk, follow_symlinks)
        roots = _find_roots(path) if plan is None else []
        if dry_run:  # half a plan is none: who has enough of it cancels it
            _, steps = await self._prepare(roots, picked, plan, to, conflict, in_album, keep=False)
            return await self._collect_plan(steps)
        self._session.check_zone()
        with self._stops.register() as stop:
            async with stop.cutting_short():
                known, steps = await self._prepare(roots, picked, plan, to, conflict, in_album, keep=True)
            if stop.asked:
                return self._rows((), TRANSFERS, "upload")
            async with await open_log(self, "upload") as log:
                with RunReport(report) as lines, self._progress.of_transfer("upload") as bar:
                    watch = EventEmitter(bar, on_event)
                    table = await self._run(steps, known, lines, watch, log, stop, dates=dates)
                if in_album is not None:
                    from .upload_album import fill_album

                    table = await fill_album(self, table, in_album, known, log)
        return await self._to_frame(table, "upload")

    async def plan_upload(
        self,
        path: Paths,
        *,
        to: str | Node | Folder | Row | None = None,
        only: str | Iterable[str] | None = None,
        include: str | Iterable[str] | None = None,
        exclude: str | Iterable[str] | None = None,
        extensions: str | Iterable[str] | None = None,
        junk: bool = False,
        follow_symlinks: bool = False,
        conflict: Conflicts = "skip",
    ) -> pd.DataFrame:
        """Plan what ``upload`` would do, with the same arguments.

        Sends nothing, and asks only whether ap.parquet is fresh.

        Returns a row for each file: ``path``, ``action`` ("upload", "rename", "replace", "exists", "duplicate",
        "conflict", "skip", "failed"), ``reason``, ``folder`` and ``name`` in the library, ``size``, ``md5``, ``id``
        (of the node that is there), ``mtime_ns``. It can be saved, read again, and given to ``upload(plan=…)``.
        """
        picked = _selection(only, include, exclude, extensions, junk, follow_symlinks)
        roots = _find_roots(path)
        _, steps = await self._prepare(roots, picked, None, to, conflict, None, keep=False)
        return await self._collect_plan(steps)

    # --- parts -------------------------------------------------------------------------------------------

    async def _prepare(
        self,
        roots: Sequence[ScanRoot],
        picked: Selection,
        plan: pd.DataFrame | None,
        to: str | Node | Folder | Row | None,
        conflict: Conflicts,
        album: str | None,
        *,
        keep: bool,
    ) -> tuple[LibraryIndex, PlanSteps]:
        """What the library has, and the steps of a plan or of what is found on this machine."""
        known, planner = await self._planner(to, conflict)
        if album is not None:
            known.album(album)  # a name that can mean several ends it here, before anything is sent
        steps = self._steps(roots, picked, planner, keep=keep) if plan is None else self._replay(plan, planner)
        return known, steps

    async def _planner(self, to: str | Node | Folder | Row | None, conflict: Conflicts) -> tuple[LibraryIndex, Planner]:
        from ..transfer.upload.plan import Planner, check_conflict

        target, conflict = GivenFolder.read(to), check_conflict(conflict)
        library = (await self._load_index()).copy()
        path = await asyncio.to_thread(target.find, library)
        return library, Planner(library, to=path, conflict=conflict)

    def _steps(self, roots: Sequence[ScanRoot], picked: Selection, planner: Planner, *, keep: bool) -> PlanSteps:
        from ..transfer.local.scan import scan
        from ..transfer.upload.run import plan_steps

        return plan_steps(scan(roots, picked), planner, self.settings, keep=keep)

    def _replay(self, plan: pd.DataFrame, planner: Planner) -> PlanSteps:
        from ..transfer.upload.run import replay_plan

        return replay_plan(plan, planner, self.settings)

    async def _collect_plan(self, steps: PlanSteps) -> pd.DataFrame:
        from ..transfer.upload.run import collect_plan

        with self._progress.of("plan", "files") as advance:
            return await self._to_frame(await collect_plan(steps, advance), "plan")

    async def _run(
        self,
        steps: PlanSteps,
        known: LibraryIndex,
        report: RunReport,
        watch: EventEmitter,
        log: RunLog,
        stop: StopRequest,
        *,
        dates: bool,
    ) -> pa.Table:
        from concurrent.futures import ThreadPoolExecutor

        from ..transfer.upload.folders import Folders
        from ..transfer.upload.new_nodes import PendingMerge
        from ..transfer.upload.run import UploadRun
        from ..transfer.upload.uploader import Uploader
        from ..transfer.worker_thread import WorkerThread

        folders = Folders(self._session, known, log)
        merging = ThreadPoolExecutor(1, "amazon-photos-merge")  # of each thread that merged, allocators keep some MB
        with WorkerThread() as files:
            pending = PendingMerge()
            uploader = Uploader(self._session, known, folders, files, watch, log, stop, pending, dates=dates)
            # In one merge, as each one reads and writes ap.parquet.
            run = UploadRun(uploader, report, watch, pending, on_merge=partial(self._remember, folders, merging))
            try:
                await run.run(steps, self._session.limit, stop)
                log.check()
            except AmazonPhotosError as error:
                error.outcomes = self._frame(run.table(), "upload")
                if isinstance(error, SessionExpired):
                    error.add_note(f"{len(error.outcomes)} files were done; after signing in, run the same again")
                raise
            finally:
                try:
                    await self._remember(folders, merging)
                finally:
                    merging.shutdown(wait=False)
        return run.table()

    async def _remember(self, folders: Folders, thread: Executor, pending: PendingMerge | None = None) -> None:
        made = folders.take_kept()
        nodes, trashed = ((), ()) if pending is None else (pending.nodes, pending.trashed)
        if made or nodes or trashed:
            try:
                await self._merge(chain(made, nodes), trashed, thread=thread)
            except (CatalogError, LocalFileError) as error:  # a full disk ends no upload
                _log.warning("ap.parquet does not show yet what this upload changed (%s): a refresh brings it", error)


def _find_roots(path: Any) -> list[ScanRoot]:
    from ..transfer.local.roots import scan_roots

    return scan_roots(path)


def _album_name(album: str | Node | Row | None) -> str | None:
    """The name or the id of an album, in whatever form it is given. Raises ``InvalidInput``."""
    given = unwrap_row(album)
    name = given.id if isinstance(given, Node) else given
    if name is not None:
        check_nul("album", name)
    return name


def _selection(
    only: str | Iterable[str] | None,
    include: str | Iterable[str] | None,
    exclude: str | Iterable[str] | None,
    extensions: str | Iterable[str] | None,
    junk: bool,
    follow_symlinks: bool,
) -> Selection:
    from ..transfer.local.selection import Selection

    check_switches(junk=junk, follow_symlinks=follow_symlinks)
    return Selection.of(
        only=only,
        include=include,
        exclude=exclude,
        extensions=extensions,
        junk=junk,
        follow_symlinks=follow_symlinks,
    )
