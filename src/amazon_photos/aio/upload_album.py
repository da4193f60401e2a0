"""The album of an upload: made if it is missing, and filled, in the upload's run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..errors import (
    AmazonPhotosError,
    ClientClosed,
    LocalFileError,
    NetworkError,
    RateLimited,
    SessionExpired,
    Unavailable,
)
from ..frames.results import NodeOutcome, UploadOutcome
from ..plans.actions import Action
from ..plans.step import NEW, Step, write_list
from .plans.perform import Performance
from .plans.state import list_members
from .resolve import Names

if TYPE_CHECKING:
    import pyarrow as pa

    from ..catalog.index import LibraryIndex
    from ..plans.run_log import RunLog
    from .base import ClientBase

_IN_ALBUM = (UploadOutcome.UPLOADED, UploadOutcome.RENAMED, UploadOutcome.REPLACED, UploadOutcome.EXISTS)
_NEW_ALBUM = f"{NEW}1"
_AS_PHOTO = "the album gets the photo and not its movie"
_ENDING = (SessionExpired, NetworkError, RateLimited, Unavailable, ClientClosed, LocalFileError)
"""What ends the run; of anything else the rows tell."""


async def fill_album(client: ClientBase, table: pa.Table, album: str, known: LibraryIndex, log: RunLog) -> pa.Table:
    """Add the files of an upload's table to an album, given by its name or id.

    Returns the table; its reasons say what the album did not get. Raises what ends the run; ``outcomes`` of the error
    has the table.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    there = table.filter(pc.is_in(table["outcome"], pa.array(_IN_ALBUM)))
    found = {row["id"]: row["name"] or "" for row in there.select(["id", "name"]).to_pylist() if row["id"]}
    if not found:
        return table
    stills = {node: still for node in found if (still := known.still_of(node)) is not None}
    names = {stills[node].id if node in stills else node: name for node, name in found.items()}
    try:
        refused = await _add(client, names, album, known, log)
    except _ENDING as error:
        error.outcomes = client._frame(table, "upload")
        error.add_note("the files are up, but not all are in the album; run the same again")
        raise
    except AmazonPhotosError as error:
        refused = dict.fromkeys(names, str(error))
    told = {node_id: f"not in the album: {reason}" for node_id, reason in refused.items()}
    told |= {movie: told.get(still.id, _AS_PHOTO) for movie, still in stills.items()}
    if not told:
        return table
    pairs = zip(table["id"].to_pylist(), table["reason"].to_pylist(), strict=True)
    reasons = pa.array(["; ".join(filter(None, (reason, told.get(node)))) or None for node, reason in pairs])
    return table.set_column(table.schema.get_field_index("reason"), "reason", reasons)


async def _add(
    client: ClientBase, names: Mapping[str, str], album: str, known: LibraryIndex, log: RunLog
) -> Mapping[str, str]:
    """Adds files to the album; those that it doesn't get, each with the reason."""
    album_id, members = known.album(album), set[str]()
    if album_id is None:  # another upload may have made it since the catalogue was read
        album_id = next(iter(await Names(client).list_called(album)), None)
    if album_id is not None and client.settings.history:
        members = set(await list_members(client, album_id))
    steps = [] if album_id else [_create(album)]
    steps += [
        Step(
            action=Action.ADD,
            id=node_id,
            name=name,
            target=album_id or _NEW_ALBUM,
            target_name=album,
            before="in" if node_id in members else "out",
            after="in",
        )
        for node_id, name in names.items()
    ]
    performance = Performance(client, steps)
    await performance.run_within(log)
    log.check()
    failed = [one for one in performance.results.values() if one.outcome is NodeOutcome.FAILED]
    if failed and not album_id and failed[0].id == _NEW_ALBUM:
        return dict.fromkeys(names, failed[0].reason or "")
    return {one.id: one.reason or "" for one in failed}


def _create(name: str) -> Step:
    """The step that makes the album; that none is called so already is for undoing, after a kill."""
    none = write_list([])
    return Step(action=Action.CREATE_ALBUM, id=_NEW_ALBUM, name=name, kind="VISUAL_COLLECTION", before=none, after=name)
