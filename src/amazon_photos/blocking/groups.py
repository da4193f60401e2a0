"""The groups of ``AmazonPhotos``: one line for each operation of the async ones."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from ..aio import albums as aio_albums
from ..aio import client_catalog as aio_catalog
from ..aio import content as aio_content
from .group import Group
from .loop_thread import blocking, blocking_iterator


class Albums(Group):
    list: Final = blocking(aio_albums.Albums.list)
    create: Final = blocking(aio_albums.Albums.create)
    rename: Final = blocking(aio_albums.Albums.rename)
    add: Final = blocking(aio_albums.Albums.add)
    remove: Final = blocking(aio_albums.Albums.remove)


class ClientCatalog(Group):
    _aio: aio_catalog.ClientCatalog

    find: Final = blocking(aio_catalog.ClientCatalog.find)
    columns: Final = blocking(aio_catalog.ClientCatalog.columns)
    arrow: Final = blocking(aio_catalog.ClientCatalog.arrow)
    sql: Final = blocking(aio_catalog.ClientCatalog.sql)
    ids_by_md5: Final = blocking(aio_catalog.ClientCatalog.ids_by_md5)
    refresh: Final = blocking(aio_catalog.ClientCatalog.refresh)
    frame: Final = blocking(aio_catalog.ClientCatalog.frame)

    rows: Final = blocking(aio_catalog.ClientCatalog.rows)
    changes: Final = blocking(aio_catalog.ClientCatalog.changes)
    relations: Final = blocking(aio_catalog.ClientCatalog.relations)
    relation_keys: Final = blocking(aio_catalog.ClientCatalog.relation_keys)
    watch: Final = blocking_iterator(aio_catalog.ClientCatalog.watch)

    def __fspath__(self) -> str:
        return str(self.path)

    @property
    def path(self) -> Path:
        return self._aio.path

    @property
    def owner(self) -> str:
        return self._aio.owner

    @property
    def refreshed_at(self) -> datetime | None:
        return self._aio.refreshed_at

    @property
    def complete(self) -> bool:
        return self._aio.complete


class Thumbnails(Group):
    get: Final = blocking(aio_content.Thumbnails.get)


for _twin, _group in (
    (Albums, aio_albums.Albums),
    (ClientCatalog, aio_catalog.ClientCatalog),
    (Thumbnails, aio_content.Thumbnails),
):
    _twin.__doc__ = _group.__doc__
    for _name, _member in vars(_twin).items():
        if isinstance(_member, property):
            _member.__doc__ = getattr(_group, _name).__doc__
