"""The relations of a catalogue as people look at them: tables that go with the catalogue as it is now.

The file of relations may be of another version of the catalogue (a refresh without relations came between, or a crash):
rows of nodes that the catalogue no longer has are left out.
"""

from __future__ import annotations

import difflib

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import CatalogIncomplete, InvalidInput
from ..frames.results import RELATION_KEYS, RELATIONS
from ..model.checks import show
from .relations import relations_file
from .relations.relations_file import REFRESH
from .store import Store


def read_relations(store: Store, words: tuple[str, ...] = ()) -> pa.Table:
    """Read which nodes belong to what, of the relations named; none named: all.

    Raises ``InvalidInput`` for what is no relation, ``CatalogIncomplete`` where there are none yet, and as
    ``Store.require_header`` and ``RelationsFile.read``.
    """
    wanted = pa.array([check_relation(word) for word in words], pa.string())
    is_whole = is_current(store)
    table = store.relations.read()
    if table is None:
        raise none_yet(store)
    table = table.select(RELATIONS.names).cast(RELATIONS)
    if words:
        table = table.filter(pc.is_in(table.column("relation"), value_set=wanted))
    if not is_whole:
        table = table.filter(pc.is_in(table.column("id"), value_set=store.read(["id"]).column("id").combine_chunks()))
    return table


def read_relation_keys(store: Store) -> pa.Table:
    """Read which keys there are, and when each was listed. Raises as ``read_relations``."""
    is_current(store)
    keys = store.relations.keys()
    if keys is None:
        raise none_yet(store)
    return keys.cast(RELATION_KEYS)


def check_relation(word: str) -> str:
    """Check that ``word`` is a relation, and return it. Raises ``InvalidInput``, with the nearest one."""
    if isinstance(word, str) and word in relations_file.RELATIONS:
        return word
    near = difflib.get_close_matches(str(word).lower(), relations_file.RELATIONS, 1) if isinstance(word, str) else []
    hint = f": {near[0]!r} is probably meant" if near else ""
    known = ", ".join(map(repr, relations_file.RELATIONS))
    raise InvalidInput(f"no relation is called {show(word)}{hint}; there are {known}")


def is_current(store: Store) -> bool:
    """Tell whether the relations are of the catalogue's present version. Raises as ``read_relations``."""
    header = store.require_header()
    ours = store.relations.header()
    if ours is None:
        raise none_yet(store)
    if ours.owner != header.owner:
        raise relations_file.foreign(store.relations.path)
    return ours.revision is not None and ours.revision == header.revision


def none_yet(store: Store) -> CatalogIncomplete:
    """Make the error for a catalogue beside which no relations are kept."""
    return CatalogIncomplete(
        f"there are no relations beside {store.path} yet: {REFRESH} makes {store.relations.path.name}"
    )
