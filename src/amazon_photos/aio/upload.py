"""Files up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import suppress
from os import PathLike
from typing import TYPE_CHECKING, Any

import msgspec

from ..errors import (
    AmazonPhotosError,
    CatalogError,
    ClientClosed,
    InvalidInput,
    LocalFileError,
    NetworkError,
    RateLimited,
    SessionExpired,
    Unavailable,
    UnexpectedReply,
)
from ..frames.results import NodeOutcome, UploadOutcome
from ..model.node import Node
from ..model.tree import Folder
from ..wire import albums as wire_albums
from ..wire.common import MAX_TO_ALBUM
from .arguments import check_nul, check_switches
from .base import ClientBase
from .batches import in_batches
from .ids import unwrap_row
from .resolve import GivenFolder

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from ..catalog.index import LibraryIndex
    from ..transfer.events import EventEmitter, OnEvent
    from ..transfer.local.scan import Paths, ScanRoot
    from ..transfer.local.selection import Selection
    from ..transfer.run_report import RunReport
    from ..transfer.upload.plan import Conflicts, Planner, PlanStep
    from .ids import Row

_IN_ALBUM = (UploadOutcome.UPLOADED, UploadOutcome.RENAMED, UploadOutcome.REPLACED, UploadOutcome.EXISTS)

_AS_PHOTO = "the album gets the photo and not its movie"


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
            plan: instead of ``path``: what ``plan_upload`` gave, perhaps with rows left out.
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
        One file's failure never stops the others. Raises ``SessionExpired`` when the session ends, and the last error
        when the service is dead; ``outcomes`` of the error is then the frame of what was done.
        """
        if plan is None and path is None:
            raise InvalidInput("nothing to upload: give a file, a folder, a list of them, or a plan")
        if plan is not None and path is not None:
            raise InvalidInput("give a path or a plan, not both")
        from ..transfer.events import EventEmitter
        from ..transfer.run_report import RunReport

        check_switches(dry_run=dry_run, dates=dates)
        in_album = _album_name(album)
        picked = _selection(only, include, exclude, extensions, junk, follow_symlinks)
        roots = _find_roots(path) if plan is None else []
        known, planner = await self._planner(to, conflict)
        if in_album is not None:
            known.album(in_album)  # a name that can mean several ends it here, before anything is sent
        steps = self._steps(roots, picked, planner) if plan is None else self._replay(plan, planner)
        if dry_run:
            return await self._collect_plan(steps)
        self._session.check_zone()
        with RunReport(report) as lines, self._progress.of_transfer("upload") as bar:
            table = await self._run(steps, known, lines, EventEmitter(bar, on_event), dates=dates)
        if in_album is not None:
            table = await self._into_album(table, in_album, known)
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
        _, planner = await self._planner(to, conflict)
        return await self._collect_plan(self._steps(roots, picked, planner))

    # --- parts -------------------------------------------------------------------------------------------

    async def _planner(self, to: str | Node | Folder | Row | None, conflict: Conflicts) -> tuple[LibraryIndex, Planner]:
        from ..transfer.upload.plan import Planner, check_conflict

        target, conflict = GivenFolder.read(to), check_conflict(conflict)
        library = (await self._load_index()).copy()
        path = await asyncio.to_thread(target.find, library)
        return library, Planner(library, to=path, conflict=conflict)

    def _steps(self, roots: Sequence[ScanRoot], picked: Selection, planner: Planner) -> AsyncGenerator[PlanStep]:
        from ..transfer.local.scan import scan
        from ..transfer.upload.run import plan_steps

        return plan_steps(scan(roots, picked), planner, self.settings)

    def _replay(self, plan: pd.DataFrame, planner: Planner) -> AsyncGenerator[PlanStep]:
        from ..transfer.upload.run import replay_plan

        return replay_plan(plan, planner, self.settings)

    async def _collect_plan(self, steps: AsyncGenerator[PlanStep]) -> pd.DataFrame:
        from ..transfer.upload.run import collect_plan

        with self._progress.of("plan", "files") as advance:
            return await self._to_frame(await collect_plan(steps, advance), "plan")

    async def _run(
        self,
        steps: AsyncGenerator[PlanStep],
        known: LibraryIndex,
        report: RunReport,
        watch: EventEmitter,
        *,
        dates: bool,
    ) -> pa.Table:
        from ..transfer.upload.folders import Folders
        from ..transfer.upload.run import UploadRun
        from ..transfer.upload.uploader import Uploader
        from ..transfer.worker_thread import WorkerThread

        folders = Folders(self._session, known)
        with WorkerThread() as files:
            uploader = Uploader(self._session, known, folders, files, watch, dates=dates)
            run = UploadRun(uploader, report, watch, on_nodes=self._remember)
            try:
                await run.run(steps, self._session.limit)
            except AmazonPhotosError as error:
                error.outcomes = self._frame(run.table(), "upload")
                if isinstance(error, SessionExpired):
                    error.add_note(f"{len(error.outcomes)} files were done; after signing in, run the same again")
                raise
            finally:
                await self._remember(folders.kept)
        return run.table()

    async def _remember(self, nodes: list[msgspec.Raw]) -> None:
        if not nodes:
            return
        with suppress(CatalogError, LocalFileError):  # the next refresh finds them; a full disk ends no upload
            await self._merge(nodes)

    async def _into_album(self, table: pa.Table, album: str, known: LibraryIndex) -> pa.Table:
        import pyarrow as pa
        import pyarrow.compute as pc

        there = table.filter(pc.is_in(table["outcome"], pa.array(_IN_ALBUM)))
        ids = pc.unique(pc.drop_null(there["id"])).to_pylist()
        if not ids:
            return table
        stills = {node: still.id for node in ids if (still := known.still_of(node)) is not None}
        ids = list(dict.fromkeys(stills.get(node, node) for node in ids))
        try:
            refused = await self._add_to_album(ids, album, known)
        except (SessionExpired, NetworkError, RateLimited, Unavailable, ClientClosed) as error:
            error.outcomes = self._frame(table, "upload")
            error.add_note("the files are up, but not all are in the album; run the same again")
            raise
        except AmazonPhotosError as error:
            refused = dict.fromkeys(ids, f"not in the album: {error}")
        told = refused | {movie: refused.get(still, _AS_PHOTO) for movie, still in stills.items()}
        if not told:
            return table
        pairs = zip(table["id"].to_pylist(), table["reason"].to_pylist(), strict=True)
        reasons = pa.array(["; ".join(filter(None, (reason, told.get(node)))) or None for node, reason in pairs])
        return table.set_column(table.schema.get_field_index("reason"), "reason", reasons)

    async def _add_to_album(self, ids: Sequence[str], album: str, known: LibraryIndex) -> dict[str, str]:
        """Puts files into the album; those that it doesn't get, each with the reason."""
        album_id = known.album(album) or await self._new_album(album, known)

        async def add(some: Sequence[str]) -> Mapping[str, str]:
            answer = await self._send(wire_albums.change_album(album_id, "add", some))
            if answer.get("id", album_id) != album_id:
                raise UnexpectedReply("album_add: Amazon's answer names another album", operation="album_add")
            return {}

        results = await in_batches(
            ids,
            size=MAX_TO_ALBUM,
            done=NodeOutcome.ADDED,
            send=add,
            to_frame=self._results_frame,
            progress=self._progress,
        )
        return {row.id: f"not in the album: {row.reason}" for row in results if row.reason}

    async def _new_album(self, name: str, known: LibraryIndex) -> str:
        """The id of a new album. An answer may be another request's, and files would go where it says."""
        made = await self._send(wire_albums.create_album(name))
        if made.kind != "VISUAL_COLLECTION" or made.name != name or made.status == "TRASH" or known.has(made.id):
            raise UnexpectedReply(
                f"create_album: Amazon's answer names something else ({made.id}); run again", operation="create_album"
            )
        return made.id


def _find_roots(path: Any) -> list[ScanRoot]:
    from ..transfer.local.scan import scan_roots

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
