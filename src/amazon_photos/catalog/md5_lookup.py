"""MD5 -> node, in a table: the two ways in which contents are looked up, of one text or of millions.

MD5s are compared as numbers where all of both sides are MD5s, which takes half the time, and as texts otherwise.
"""

from __future__ import annotations

import sys
from array import array
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InvalidInput
from ..frames.live_photos import mark_assets
from ..model.checks import normalize_md5
from ..query.constants import array_of, fill_false, join_chunks, numbers_of, to_array, to_scalar

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_DIGITS = 32
_HEXADECIMAL = "0123456789abcdef"
_MIXERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
_Words: TypeAlias = "npt.NDArray[np.uint64]"


COLUMNS = ("id", "md5", "kind")
"""What ``look_up_md5s`` is given of the catalogue."""


def look_up_md5s(table: pa.Table, md5s: pa.Array) -> pa.Array:
    """Look up the id of a node of each MD5, which may have capitals, or space around it.

    A file counts before the movie of a live photo. The ids are in the order of ``md5s``, null where ``table`` has no
    such content and where the MD5 is null. Raises ``InvalidInput``, which names the first text that is no MD5.
    """
    table = _files_first(table)
    found = match_md5s(table, md5s)
    missing = pc.and_(pc.is_null(found), pc.is_valid(md5s))  # what was found needs no second look
    places = pc.indices_nonzero(pc.and_(missing, pc.invert(mark_md5s(md5s)))).to_pylist()
    if not places:
        return found
    texts = md5s.to_pylist()
    for place in places:
        text = normalize_md5(texts[place])
        if text is None:
            raise InvalidInput(f"not an MD5: {texts[place]!r} (32 hexadecimal digits, as in the column md5)")
        texts[place] = text
    return match_md5s(table, to_array(texts, pa.string()))


def _files_first(table: pa.Table) -> pa.Table:
    movies = mark_assets(table)
    if pc.any(movies).as_py():
        table = pa.concat_tables([table.filter(pc.invert(movies)), table.filter(movies)])
    return table.select(["id", "md5"])


def match_md5s(table: pa.Table, md5s: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Match MD5s with nodes: the id of one for each, in their order; null where ``table`` has none.

    ``table`` has the columns ``id`` and ``md5``. MD5s are lower-case hexadecimal, as there. Of several nodes with the
    same content the first one counts.
    """
    if table["md5"].null_count:
        table = table.filter(pc.is_valid(table["md5"]))
    return join_column(table["id"]).take(_places(join_column(md5s), join_column(table["md5"])))


def _places(asked: pa.Array, known: pa.Array) -> pa.Array:
    """Where in ``known`` each of ``asked`` stands first; null where it doesn't."""
    if not (_all_md5(asked) and _all_md5(known)):
        return pc.index_in(asked, value_set=known, skip_nulls=True)
    import numpy as np

    places = pc.index_in(_mix(asked), value_set=_mix(known))  # in half the time that the texts take
    found = numbers_of(pc.indices_nonzero(pc.is_valid(places)))
    if not np.array_equal(_words(known)[numbers_of(places.drop_null())], _words(asked)[found]):
        return pc.index_in(asked, value_set=known)  # two MD5s of the same 64 bits: the texts decide
    return places


def _all_md5(texts: pa.Array) -> bool:
    if texts.type != pa.string() or texts.null_count:
        return False
    length = pc.min_max(pc.binary_length(texts))
    return len(texts) > 0 and length["min"].as_py() == length["max"].as_py() == _DIGITS


def _mix(md5s: pa.Array) -> pa.Array:
    """64 bits of each text of 32 bytes."""
    import numpy as np

    words, (one, two, three) = _words(md5s), map(np.uint64, _MIXERS)
    mixed: _Words = words[:, 0] * one ^ words[:, 1] * two ^ words[:, 2] * three ^ words[:, 3]
    return array_of(mixed)


def _words(md5s: pa.Array) -> _Words:
    """The four words of each text of 32 bytes, where they lie in memory."""
    import numpy as np

    start = np.frombuffer(md5s.buffers()[1], np.int32)[md5s.offset]
    texts = np.frombuffer(md5s.buffers()[2], np.uint8)[start : start + _DIGITS * len(md5s)]
    return texts.view(np.uint64).reshape(-1, 4)


def mark_md5s(md5s: pa.Array) -> pa.Array:
    """Mark the texts that are MD5s in lower case; null is none."""
    rest = pc.binary_length(pc.ascii_ltrim(md5s, characters=_HEXADECIMAL))  # by a fifth of what a pattern costs
    length, none = (to_scalar(number, pa.int32()) for number in (_DIGITS, 0))
    return fill_false(pc.and_(pc.equal(pc.binary_length(md5s), length), pc.equal(rest, none)))


def read_halves(md5s: str) -> array[int]:
    """Read MD5s, written one after the other, as two numbers of 64 bits each."""
    halves = array("Q", bytes.fromhex(md5s))
    if sys.byteorder == "little":
        halves.byteswap()
    return halves


def join_md5s(md5s: pa.Array) -> str:
    """Write MD5s one after the other, as they lie in memory."""
    if not len(md5s):
        return ""
    _, ends, texts = md5s.buffers()
    start = memoryview(ends).cast("B").cast("i")[md5s.offset]
    return str(memoryview(texts)[start : start + _DIGITS * len(md5s)], "ascii")


def join_column(values: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Join a column to one array, of text where it has no type of its own."""
    whole = join_chunks(values)
    return whole.cast(pa.string()) if whole.type == pa.null() else whole
