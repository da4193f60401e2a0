"""Live photos in a table of nodes: which rows are stills, which are movies, and which belong together.

A still is a FILE whose ``childAssetTypeInfo`` names a LIVE_VIDEO; its movie is an ASSET whose parent is the still.
Both fields stand in ``extra``. Other assets (Amazon Drive made smaller pictures and films, long ago) are no movies.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ..model.fields import EXTRA_COLUMN
from ..query.constants import fill_false, join_chunks, mark_rows, to_scalar

STILL = "still"
"""A column, in place of ``extra``, of tables of few columns: is it a still?"""
_NAMES_MOVIE = r'"childAssetTypeInfo":\s*\[[^\]]*"assetType":\s*"LIVE_VIDEO"'
_ASSET_TYPE = r'"assetProperties":\s*\{[^}]*"assetType":\s*"'
_LIVE_VIDEO = _ASSET_TYPE + 'LIVE_VIDEO"'


def mark_stills(table: pa.Table) -> pa.Array:
    """Mark the stills of live photos. The table has the columns ``kind`` and ``extra``, or ``still``."""
    if STILL in table.schema.names:
        return join_chunks(table[STILL])
    named = pc.match_substring_regex(table[EXTRA_COLUMN], _NAMES_MOVIE)  # in its chunks: extra is the largest column
    return pc.and_not(join_chunks(fill_false(named)), mark_assets(table))


def mark_assets(table: pa.Table) -> pa.Array:
    """Mark the assets. The table has the column ``kind``."""
    return join_chunks(fill_false(pc.equal(table["kind"].cast(pa.string()), to_scalar("ASSET", pa.string()))))


def mark_movies(table: pa.Table) -> pa.Array:
    """Mark the movies of live photos: the assets that do not say to be something else."""
    extra = join_chunks(table[EXTRA_COLUMN])
    other = pc.and_not(pc.match_substring_regex(extra, _ASSET_TYPE), pc.match_substring_regex(extra, _LIVE_VIDEO))
    return pc.and_not(mark_assets(table), fill_false(other))


def mark_children(table: pa.Table, parents: pa.Array) -> pa.Array:
    """Mark the rows that have one of these parents. The table has the column ``parents``."""
    lists = join_chunks(table["parents"])
    hits = fill_false(pc.is_in(pc.list_flatten(lists), value_set=parents))
    return mark_rows(len(table), pc.list_parent_indices(lists).filter(hits))
