"""Which of these files are in the library already: MD5s -> ids, a million at a time.

MD5s are looked up by 64 of their bits, twice as fast as by their text, and then compared in full.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InvalidInput
from ..model.checks import normalize_md5
from .store import Store

Numbers: TypeAlias = npt.NDArray[np.uint64]
Places: TypeAlias = npt.NDArray[np.intp]
_DIGITS = 32
_ODD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)


def ids_for(where: pa.Table | Store, md5s: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The id of a node with each MD5, in the order of ``md5s``; null where the library has none.

    ``where`` is the catalogue or a table of it with the columns ``id`` and ``md5``. MD5s are lower-case hexadecimal, as
    in the column ``md5``. Of several nodes with the same content the first one counts. Raises as ``Store.read``.
    """
    table = where.read(["id", "md5"]) if isinstance(where, Store) else where
    if table.column("md5").null_count:
        table = table.filter(pc.is_valid(table.column("md5")))
    return _one(table.column("id")).take(_places(_one(md5s), _one(table.column("md5"))))


def ids(where: pa.Table | Store, md5s: pa.Array) -> pa.Array:
    """As ``present``, for MD5s as people have them: in capitals, with space around. Null stays null.

    Raises ``InvalidInput``, which names the first that is none.
    """
    table = where.read(["id", "md5"]) if isinstance(where, Store) else where
    found = ids_for(table, md5s)
    missing = pc.and_(pc.is_null(found), pc.is_valid(md5s))  # what was found needs no second look
    places = pc.indices_nonzero(pc.and_(missing, pc.invert(_is_plain(md5s)))).to_pylist()
    if not places:
        return found
    texts = md5s.to_pylist()
    for place in places:
        text = normalize_md5(texts[place])
        if text is None:
            raise InvalidInput(f"not an MD5: {texts[place]!r} (32 hexadecimal digits, as in the column md5)")
        texts[place] = text
    return ids_for(table, pa.array(texts, pa.string()))


def _is_plain(md5s: pa.Array) -> pa.Array:
    return pc.fill_null(pc.match_substring_regex(md5s, "^[0-9a-f]{32}$"), False)


def _places(asked: pa.Array, known: pa.Array) -> pa.Array:
    """Where in ``known`` each of ``asked`` stands; null where it doesn't."""
    if not (_all_md5(asked) and _all_md5(known)):
        return pc.index_in(asked, value_set=known, skip_nulls=True)
    places = _first(_number(asked), _number(known))
    found = places >= 0
    if not np.array_equal(_words(known)[places[found]], _words(asked)[found]):
        return pc.index_in(asked, value_set=known)  # two MD5s with the same bits: the text decides
    return pa.array(places, mask=~found)


def _first(asked: Numbers, known: Numbers) -> Places:
    """Where each number stands first; -1 where it doesn't. pandas does it twice as fast as ``pc.index_in``."""
    import pandas as pd

    index, rows = pd.Index(known), None
    if not index.is_unique:
        rows = np.flatnonzero(~index.duplicated())
        index = index[rows]
    places = index.get_indexer(pd.Index(asked))
    return places if rows is None else np.where(places < 0, -1, rows[places])


def _all_md5(texts: pa.Array) -> bool:
    if texts.type != pa.string() or texts.null_count:
        return False
    length = pc.min_max(pc.binary_length(texts))
    return len(texts) > 0 and length["min"].as_py() == length["max"].as_py() == _DIGITS


def _number(md5s: pa.Array) -> Numbers:
    """64 bits of each text of 32 bytes."""
    words = _words(md5s)
    numbers: Numbers = words[:, 0] * _ODD[0] ^ words[:, 1] * _ODD[1] ^ words[:, 2] * _ODD[2] ^ words[:, 3]
    return numbers


def _words(md5s: pa.Array) -> Numbers:
    """The four words of each text of 32 bytes, where they lie in memory."""
    start = np.frombuffer(md5s.buffers()[1], np.int32)[md5s.offset]
    texts = np.frombuffer(md5s.buffers()[2], np.uint8)[start : start + _DIGITS * len(md5s)]
    return texts.view(np.uint64).reshape(-1, 4)


def _one(values: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(values, pa.Array):
        return values if values.type != pa.null() else values.cast(pa.string())
    return pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)
