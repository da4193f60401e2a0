"""The predecessor's category of every file: img, vid, pdf, doc …"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ..model import filetypes
from ..query.constants import join_chunks, to_array
from .columns import LOW_CARDINALITY

_FILES = to_array(["FILE", "ASSET"], pa.string())


def of(extension: pa.ChunkedArray, name: pa.ChunkedArray, kind: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the category by extension, or by the name of a file that has none yet.

    Null for folders, albums and unknown extensions.
    ``extension`` and ``kind`` are dictionary-encoded.
    """
    found = _by_dictionary(extension)
    nameless = pc.and_(pc.is_null(extension), pc.is_in(kind.cast(pa.string()), _FILES))
    if not pc.any(nameless).as_py():
        return found
    by_name = [filetypes.category_of(text) if text else None for text in name.filter(nameless).to_pylist()]
    text = pc.replace_with_mask(
        found.cast(pa.string()).combine_chunks(), join_chunks(nameless), to_array(by_name, pa.string())
    )
    return text.dictionary_encode()


def _by_dictionary(extension: pa.ChunkedArray) -> pa.ChunkedArray:
    extension = extension.unify_dictionaries()
    if not extension.num_chunks:
        return pa.chunked_array([], LOW_CARDINALITY)
    names = extension.chunk(0).dictionary.to_pylist()
    known = [filetypes.category(text) for text in names]
    categories = sorted({text for text in known if text})
    numbers = to_array([categories.index(text) if text else None for text in known], pa.int32())
    words = to_array(categories, pa.string())
    return pa.chunked_array(
        [pa.DictionaryArray.from_arrays(numbers.take(chunk.indices), words) for chunk in extension.chunks],
        LOW_CARDINALITY,
    )
