"""Files down."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ..errors import AmazonPhotosError, CatalogError, InvalidInput, NotFound, SessionExpired
from ..files.paths import expand_path
from ..frames.results import TRANSFERS
from ..model.fields import COLUMNS, EXTRA_COLUMN
from ..net.concurrency import gather_or_cancel
from ..wire import nodes as wire_nodes
from .arguments import check_switches
from .base import ClientBase
from .ids import drop_repeats, has_columns, ids_of
from .live_photos import add_movies, read_known
from .misuse import accept_positional
from .resolve import Names, replace_containers
from .sidecars import MODIFIED, load_writer

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from ..transfer.download.downloader import OnExists
    from ..transfer.download.layout import Layout
    from ..transfer.events import OnEvent
    from ..transfer.sidecars.sidecar_writer import SidecarFormat
    from .ids import Ids

_NEEDED = ("id", "name", "size", "md5")
_USEFUL = ("kind", "parents", "contentProperties.version", EXTRA_COLUMN)


class DownloadOperations(ClientBase):
    """Operations that bring files to this machine."""

    @accept_positional("out")
    async def download(
        self,
        node_ids: Ids,
        *,
        out: str | PathLike[str] = "media",
        layout: str = "{name}",
        on_exists: OnExists = "skip",
        movies: bool = True,
        fsync: bool = False,
        sidecars: SidecarFormat | None = None,
        favorite_rating: bool = False,
        dry_run: bool = False,
        report: str | PathLike[str] | None = None,
        on_event: OnEvent | None = None,
    ) -> pd.DataFrame:
        """Download files, and check size and MD5 of each before it gets its name.

        What is there already, with the same content, is not fetched again; nothing is ever overwritten. A run that was
        stopped is continued by running it again; large files go on where they stopped. Several runs into one folder
        share the work. A file's mtime becomes its capture time: by the camera's clock in this machine's zone, else
        Amazon's contentDate; a date that can be none leaves it alone.

        Arguments:
            node_ids: a frame (with id, name, size and md5 nothing is asked about its files), ids, or one id; also the
                path of a folder such as "Pictures/2023", the name of an album, a ``Node`` or a ``Folder``. A folder or
                an album stands for all files in it, however deep. Where a size or MD5 is missing, or can be none,
                Amazon is asked for it; what Amazon tells no MD5 of is not verified.
            out: the folder they go to. Made if missing.
            layout: "{name}" puts all in one folder, "tree" keeps the library's folders; or a template such as
                "{year}/{month:02}/{name}" of name, stem, ext, folder, id, md5, category, year, month, day, hour,
                minute, second. Names are made safe for every file system; two files of one name both survive, under
                the same names at every run.
            on_exists: when something else has the name on this machine (the row says what): "skip" leaves the node,
                "rename" gives it another name, "error" makes it a failure; "repair" puts the node's file there, and
                the one that was there gets a free name beside it, such as "a (old).jpg", which the row tells. What is
                no regular file, or cannot be compared because Amazon tells no MD5, is not repaired.
            movies: whether a live photo's movie comes along with it, beside it and under its name (``IMG_1.heic`` and
                ``IMG_1.mov``): from ap.parquet, or else Amazon is asked for it.
            fsync: whether to wait until each file is on the disk.
            sidecars: "xmp" or "json" writes what Amazon knows beside each file that is here, as ``a.jpg.xmp``: date,
                place, description, labels, and from ``catalog.refresh(relations=True)`` albums, people, things and
                places. One that another program wrote or somebody edited stays as it is; whatever keeps a sidecar from
                being written is told in the file's row, whose outcome is the same.
            favorite_rating: whether favourites have five stars in their XMP.
            dry_run: only gives the plan, by what is here now, and writes nothing: the same columns, but for an
                ``action`` (a ``DownloadAction``) where the ``outcome`` would be.
            report: a file that gets one JSON line per file as it happens.
            on_event: a function that gets the events as they happen; see ``upload``.

        Returns a row for each node, in the order given, a movie's behind its photo's: ``path``, ``id``, ``name``,
        ``outcome`` ("downloaded", "exists", "conflict", "skipped", "failed"), ``reason``, ``size``, ``md5``. One file's
        failure never stops the others: also not that of a node whose id can be none, or of which Amazon tells an MD5 or
        size that can be none, nor of a file that is larger than the free room. Raises ``SessionExpired`` when the
        session ends, ``DiskFull`` when the disk is full, ``LocalFileError`` when ``out`` cannot be written,
        ``CatalogDamaged`` when sidecars are wanted and ap.relations.parquet cannot be read, and the last error when the
        service is dead; ``outcomes`` of the error is then the frame of what was done.
        """
        from ..transfer.download.downloader import check_on_exists
        from ..transfer.download.layout import Layout
        from ..transfer.download.run import DownloadRun
        from ..transfer.events import EventEmitter
        from ..transfer.run_report import RunReport

        check_switches(movies=movies, fsync=fsync, favorite_rating=favorite_rating, dry_run=dry_run)
        told: tuple[str, ...] = ()
        if sidecars is not None or favorite_rating:  # few want them, and they are much to load
            from ..transfer.sidecars.sidecar_writer import check_sidecars, list_columns

            sidecars = check_sidecars(sidecars, favorite_rating=favorite_rating)
            told = () if sidecars is None else (*list_columns(sidecars), MODIFIED)
        out = expand_path("out", out)
        arranged, on_exists = Layout(layout), check_on_exists(on_exists)
        self._session.check_zone()
        if dry_run:  # half a plan is none: who has enough of it cancels it
            table, due, folders = await self._load_files(node_ids, arranged, told, movies=movies)
            return await self._rehearse(table.select(due), Path(fspath(out)), arranged, folders, on_exists)
        with self._stops.register() as stop:
            async with stop.cutting_short():
                table, due, folders = await self._load_files(node_ids, arranged, told, movies=movies)
                writer = None
                if sidecars is not None:
                    fresh = not has_columns(node_ids)
                    writer = await load_writer(self, table, sidecars, fresh=fresh, stars=favorite_rating, fsync=fsync)
            if stop.asked:
                return self._rows((), TRANSFERS, "download")
            with RunReport(report) as lines, self._progress.of_transfer("download") as bar:
                watch, to = EventEmitter(bar, on_event), Path(fspath(out))
                run = DownloadRun(
                    self._session, to, lines, watch, stop, on_exists=on_exists, fsync=fsync, sidecars=writer
                )
                try:
                    await run.run(table.select(due), arranged, folders)
                except AmazonPhotosError as error:
                    error.outcomes = self._frame(run.table(), "download")
                    if isinstance(error, SessionExpired):
                        error.add_note(f"{len(error.outcomes)} files were done; after signing in, run the same again")
                    raise
        return await self._to_frame(await asyncio.to_thread(run.table), "download")

    # --- parts -------------------------------------------------------------------------------------------

    async def _load_files(
        self, node_ids: Ids, layout: Layout, told: Sequence[str], *, movies: bool
    ) -> tuple[pa.Table, list[str], Mapping[str, str]]:
        """What is known of all files that are meant, the columns that are for the download, and folders' paths."""
        wanted, due = await self._load_wanted(node_ids, layout, told)
        table = await replace_containers(self, wanted)
        table = await add_movies(self, table) if movies else table
        return table, due, await self._folder_paths(table) if layout.needs_folder else {}

    async def _rehearse(
        self, table: pa.Table, out: Path, layout: Layout, folders: Mapping[str, str], on_exists: OnExists
    ) -> pd.DataFrame:
        from ..transfer.download.rehearsal import Rehearsal, to_plan
        from ..transfer.download.run import DownloadRun
        from ..transfer.events import EventEmitter
        from ..transfer.run_report import RunReport
        from ..transfer.stopping import StopRequest

        with RunReport(None) as nothing:
            watch, stop = EventEmitter(), StopRequest()
            run = DownloadRun(
                self._session, out, nothing, watch, stop, on_exists=on_exists, fsync=False, kind=Rehearsal
            )
            await run.run(table, layout, folders)
        return await self._to_frame(await asyncio.to_thread(lambda: to_plan(run.table())))

    async def _load_wanted(self, nodes: Ids, layout: Layout, told: Sequence[str]) -> tuple[pa.Table, list[str]]:
        """What is known of each node, each once: from the frame itself, else from ap.parquet, else from Amazon.

        And which columns the files are named and dated by: those in ``told`` are for sidecars, and change no name.
        """
        columns = tuple(dict.fromkeys((*_columns(), *told)))
        table = await asyncio.to_thread(_from_frame, nodes, columns) if has_columns(nodes) else None
        if table is None:
            return await self._load_known(await Names(self).ids(ids_of(nodes)), columns), list(_columns())
        lacking = _lacking(table, told)
        due = [name for name in _columns() if name in (*table.column_names, *_lacking(table, ()))]
        ask = layout.needs_folder or layout.needs_date or any(name in told for name in lacking)
        more = await self._load_known(table["id"].combine_chunks(), columns, ask=ask) if lacking else table
        for name in lacking:
            if name in more.column_names:
                table = table.append_column(name, more[name])
        return table, [name for name in due if name in table.column_names]

    async def _load_known(self, ids: Sequence[str] | pa.Array, columns: Sequence[str], *, ask: bool = True) -> pa.Table:
        """A row for each id, in order, with nulls for what is not known; ``ask``: Amazon, about those that
        ap.parquet doesn't have."""
        import pyarrow as pa
        import pyarrow.compute as pc

        from ..frames.columns import empty

        wanted = ids if isinstance(ids, pa.Array) else pa.array(ids, pa.string())
        table = _pick(empty(), columns)
        with suppress(CatalogError):  # there is none, or it cannot be read: then nothing is known
            there = await asyncio.to_thread(read_known, self._store, table.column_names)
            table = there.filter(pc.is_in(there["id"], wanted))
        unknown = pc.invert(pc.is_in(wanted, table["id"].combine_chunks()))
        missing = wanted.filter(unknown).to_pylist() if ask else []
        if missing:
            asked = _pick(await self._fetch_missing(missing), columns)
            table = pa.concat_tables([table, asked.cast(table.schema)])
        rows = table.take(pc.index_in(wanted, table["id"].combine_chunks()))
        return rows.set_column(rows.schema.get_field_index("id"), "id", wanted)

    async def _fetch_missing(self, ids: Sequence[str]) -> pa.Table:
        """Fetch the nodes that ap.parquet does not have from Amazon; those that Amazon does not know are left out."""
        from ..frames.builder import TableBuilder

        async def ask(node_id: str) -> msgspec.Raw | None:
            try:
                return await self._send(wire_nodes.raw_node(node_id))
            except (NotFound, InvalidInput):
                return None

        gather = TableBuilder()
        with self._progress.of("look up", "nodes") as advance:
            for start in range(0, len(ids), 200):
                found = await gather_or_cancel(ask(node_id) for node_id in ids[start : start + 200])
                gather.add([raw for raw in found if raw is not None])
                advance(min(start + 200, len(ids)), len(ids))
        return gather.table()

    async def _folder_paths(self, nodes: pa.Table) -> Mapping[str, str]:
        """The path of each folder, by id, and that of the folder of each still whose movie comes alone.

        Read afresh if ap.parquet doesn't know one that is needed.
        """
        if not nodes.num_rows:
            return {}
        needed = _list_parents(nodes, movies=False)
        alone = _list_parents(nodes, movies=True) - set(nodes["id"].to_pylist())
        stills = await self._load_known(sorted(alone), _columns()) if alone else nodes.slice(0, 0)
        needed |= _list_parents(stills, movies=False)
        for fresh in (False, True):
            index = await self._load_index(fresh=fresh, folders_only=True)
            paths = await asyncio.to_thread(index.folder_paths)
            if needed <= paths.keys():
                break
        above = zip(stills["id"].to_pylist(), stills["parents"].to_pylist(), strict=True) if alone else ()
        return {**paths, **{still: paths.get(parents[0], "") for still, parents in above if parents}}


def _list_parents(nodes: pa.Table, *, movies: bool) -> set[str]:
    """List the parents of the movies of live photos among some nodes, or those of all others."""
    import pyarrow.compute as pc

    from ..frames.live_photos import mark_assets

    if "parents" not in nodes.column_names:
        return set()
    marked = mark_assets(nodes) if "kind" in nodes.column_names else None
    rows = nodes["parents"] if marked is None else nodes["parents"].filter(marked if movies else pc.invert(marked))
    return set() if marked is None and movies else set(pc.unique(pc.list_flatten(rows)).to_pylist())


def _columns() -> tuple[str, ...]:
    from ..transfer.local import capture_time

    return (*_NEEDED, *_USEFUL, *capture_time.COLUMNS)


def _pick(table: pa.Table, columns: Sequence[str]) -> pa.Table:
    return table.select([name for name in columns if name in table.column_names])


def _lacking(table: pa.Table, told: Sequence[str]) -> list[str]:
    """List the columns that are still missing and worth loading."""
    from ..transfer.local import capture_time

    dated = any(name in table.column_names for name in capture_time.COLUMNS)
    useful = dict.fromkeys((*_USEFUL, *(() if dated else capture_time.COLUMNS), *told))
    return [name for name in useful if name not in table.column_names]


def _from_frame(nodes: Any, columns: Sequence[str]) -> pa.Table | None:
    """What a frame tells of each node, each once; None if that is not enough. Rows without an id have "" and fail."""
    import pyarrow.compute as pc

    from ..frames.from_frame import column_names, read_frame

    if not set(_NEEDED) <= set(column_names(nodes)):
        return None
    types = {name: COLUMNS[name].type if name in COLUMNS else "string" for name in columns}
    table = read_frame(nodes, types)
    return drop_repeats(table.set_column(0, "id", pc.fill_null(table["id"], "")))
