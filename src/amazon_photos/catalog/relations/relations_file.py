"""``ap.relations.parquet``: one row for each node and each album, person, thing, place or family it belongs to.

::

    id           string                    the node
    relation     dictionary<int32,string>  album, person, thing, place or family
    key          dictionary<int32,string>  what a filter takes: an album's or a person's id, a thing, a place …
    name         dictionary<int32,string>  what people call it; null where nobody named it
    first_seen   timestamp[ms, UTC]        when a refresh found it first, by the service's clock

    metadata amazon_photos_relations       {version, owner, revision, keys: [{relation, key, name, count, asked_at,
                                           node_id, unknown, doubtful}]}

Rows of one key stand together, in the service's order. ``revision`` is that of the catalogue it was written with; a
catalogue that is newer, or was put back from a backup, has another one. ``unknown`` are ids that belong to the key and
have no row, because the catalogue did not have them (yet, or any more).

Beside it stand, by the same rules as beside the catalogue (``store``), what is being written, what a crash left of it
and what was kept aside. It is written under the catalogue's lock only.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ...errors import CatalogDamaged, CatalogError, CatalogForeign, CatalogTooNew, NotACatalog
from ...files.atomic import write_atomically
from ...files.durable import keep_renames
from ...files.regular import describe_kind
from ...frames.columns import LOW_CARDINALITY, TIME
from ...frames.results import RELATION_KEYS
from .. import leftovers
from ..os_errors import translate_os_errors
from ..parquet_file import open_parquet
from ..schema import Revision

VERSION: Final = 1
METADATA: Final = b"amazon_photos_relations"
RELATIONS: Final = ("album", "person", "thing", "place", "family")
"""The words of the column ``relation``, in the order of the rows."""
REFRESH: Final = "refresh(relations=True)"
SCHEMA: Final = pa.schema(
    [
        ("id", pa.string()),
        ("relation", LOW_CARDINALITY),
        ("key", LOW_CARDINALITY),
        ("name", LOW_CARDINALITY),
        ("first_seen", TIME),
    ]
)
KEYS: Final = RELATION_KEYS
"""Of ``keys()``: ``count`` is how many nodes the service told, ``asked_at`` when, ``node_id`` a picture of it."""
_ROWS_PER_GROUP = 1 << 17
_Milliseconds = Annotated[int, msgspec.Meta(ge=0, lt=253_402_300_800_000)]
_Count = Annotated[int, msgspec.Meta(ge=-(2**62), le=2**62)]
_KINDS = {
    CatalogForeign: ("of-another-account", "belongs to another account"),
    CatalogTooNew: ("of-a-newer-version", "was made by a newer version of this package"),
    NotACatalog: ("not-relations", "was not made by this package"),
}


class RelationKey(msgspec.Struct, frozen=True, kw_only=True):
    """An album, a person, a thing … as it was when its nodes were listed."""

    relation: str
    key: str
    name: str | None = None
    count: _Count | None = None
    asked_at: _Milliseconds
    node_id: str | None = None
    unknown: tuple[str, ...] = ()
    doubtful: bool = False
    """Amazon did not list it when it was asked last, or listed nothing of what it counts."""


class RelationsHeader(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says about itself."""

    owner: str
    revision: Revision | None
    keys: tuple[RelationKey, ...] = ()
    untold: tuple[str, ...] = ()
    """The relations of which Amazon has never told which keys there are: nobody knows what they hold."""
    version: int = VERSION


class RelationsFile:
    """The relations at ``path``. Nothing is touched before it is asked for.

    Raises ``CatalogDamaged``, ``NotACatalog`` or ``CatalogTooNew`` for a file that is something else: it is never used.
    """

    path: Path

    def __init__(self, path: Path) -> None:
        self.path = path

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.path}>"

    def exists(self) -> bool:
        """Tell whether there is a file. Raises ``CatalogError`` for what is no file."""
        return self._look() is not None

    def version(self) -> tuple[int, int, int] | None:
        """Return what tells one version of the file from the next; None where there is none."""
        found = self._look()
        return None if found is None else (found.st_ino, found.st_mtime_ns, found.st_size)

    def header(self) -> RelationsHeader | None:
        """Read what the file says about itself; None where there is none."""
        if not self.exists():
            return None
        with open_parquet(self.path, what="file of relations", refresh=REFRESH) as file:
            return _header_of(file.schema_arrow)

    def read(self) -> pa.Table | None:
        """Read the rows; None where there is no file."""
        if not self.exists():
            return None
        with open_parquet(self.path, what="file of relations", refresh=REFRESH) as file:
            _header_of(file.schema_arrow)
            return _check_rows(file.read().replace_schema_metadata(None))

    def keys(self) -> pa.Table | None:
        """Read which keys there are, and when each was asked for; None where there is no file."""
        header = self.header()
        return None if header is None else keys_table(header.keys)

    def replace(self, table: pa.Table, header: RelationsHeader, *, damage: CatalogDamaged | None = None) -> str | None:
        """Replace the file, whole and for good; return what is to be told of one that was kept aside.

        Only inside the catalogue's lock. What stands there and is not the owner's is renamed once the new file is on
        the disk; ``damage`` is what was found inside it. Raises ``CatalogError`` or ``DiskFull``; the file is then what
        it was.
        """
        damage = self._find_damage(header.owner) or damage
        with translate_os_errors("write", self.path), keep_renames(self.path.parent):
            leftovers.sweep(self.path)
            note: str | None = None
            with write_atomically(self.path, beside=leftovers.temporary(self.path), fsync=True) as file:
                _write(file, _conform(table), header)
                if damage is not None:
                    note = self._keep_aside(damage)
        return note

    def _find_damage(self, owner: str) -> CatalogDamaged | None:
        try:
            header = self.header()
        except CatalogDamaged as damage:
            return damage
        if header is None or header.owner == owner:
            return None
        return foreign(self.path)

    def _keep_aside(self, damage: CatalogDamaged) -> str:
        kind, why = _KINDS.get(type(damage), ("damaged", "is damaged"))
        aside = leftovers.aside(self.path, kind)
        self.path.rename(aside)
        return f"{self.path} {why}; it was kept as {aside.name}, and another one was built"

    def _look(self) -> os.stat_result | None:
        with translate_os_errors("look at", self.path):
            try:
                found = self.path.stat()
            except (FileNotFoundError, NotADirectoryError):
                return None
        if not stat.S_ISREG(found.st_mode):
            raise CatalogError(f"{self.path} is {describe_kind(found.st_mode)}: relations are kept in a file")
        return found


def foreign(path: Path) -> CatalogForeign:
    """Make the error for a file of another account."""
    return CatalogForeign(f"{path} belongs to another account: {REFRESH} keeps it aside and builds another")


def beside(catalog: Path) -> RelationsFile:
    """Return the relations of the catalogue at a path: ap.parquet has ap.relations.parquet.

    What it leads to, where that is a link.
    """
    return RelationsFile(leftovers.find_relations(catalog))


def keys_table(keys: tuple[RelationKey, ...]) -> pa.Table:
    """Return keys as a table."""
    columns = {name: [getattr(key, name) for key in keys] for name in KEYS.names}
    return pa.table(columns, schema=KEYS)


def _header_of(schema: pa.Schema) -> RelationsHeader:
    text = (schema.metadata or {}).get(METADATA)
    if text is None:
        raise NotACatalog("it was not made by this package")
    try:
        version = msgspec.json.decode(text, type=_Versioned).version
    except msgspec.DecodeError:
        raise CatalogDamaged("what it says about itself cannot be read") from None
    if version > VERSION:
        raise CatalogTooNew("it was made by a newer version of this package")
    try:
        header = msgspec.json.decode(text, type=RelationsHeader)
    except msgspec.DecodeError:
        raise CatalogDamaged("what it says about itself cannot be read") from None
    if not schema.remove_metadata().equals(SCHEMA):
        raise CatalogDamaged("it has other columns than relations have")
    return header


class _Versioned(msgspec.Struct):
    version: int


def _check_rows(table: pa.Table) -> pa.Table:
    for name in ("id", "relation", "key"):
        if table.column(name).null_count:
            raise CatalogDamaged(f"it has rows without {name}")
    return table


def _conform(table: pa.Table) -> pa.Table:
    """Convert to exactly our columns. Raises ``CatalogError`` for rows without an id, a relation or a key."""
    columns = []
    for field in SCHEMA:
        column = table.column(field.name)
        if column.type != field.type:
            plain = column.cast(field.type.value_type) if pa.types.is_dictionary(field.type) else column
            column = pc.dictionary_encode(plain) if plain is not column else column
            column = column.cast(field.type)
        columns.append(column)
    return _check_rows(pa.table(columns, schema=SCHEMA).unify_dictionaries())


def _write(file: Any, table: pa.Table, header: RelationsHeader) -> None:
    told = {METADATA: msgspec.json.encode(header)}
    with pq.ParquetWriter(
        file,
        table.schema.with_metadata(told),
        compression="zstd",
        use_dictionary=["relation", "key", "name", "id"],
        write_page_index=True,
        write_page_checksum=True,
    ) as parquet:
        parquet.write_table(table, row_group_size=_ROWS_PER_GROUP)
