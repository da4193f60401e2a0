"""The groups of ``AmazonPhotos``: one line for each operation of the async ones."""

from __future__ import annotations

from pathlib import Path

from ..aio import albums as aio_albums
from ..aio import client_catalog as aio_catalog
from .group import Group
from .loop_thread import blocking


class Albums(Group):
    list = blocking(aio_albums.Albums.list)
    create = blocking(aio_albums.Albums.create)
    rename = blocking(aio_albums.Albums.rename)
    add = blocking(aio_albums.Albums.add)
    remove = blocking(aio_albums.Albums.remove)


class ClientCatalog(Group):
    _aio: aio_catalog.ClientCatalog

    find = blocking(aio_catalog.ClientCatalog.find)
    columns = blocking(aio_catalog.ClientCatalog.columns)
    arrow = blocking(aio_catalog.ClientCatalog.arrow)
    sql = blocking(aio_catalog.ClientCatalog.sql)
    ids_by_md5 = blocking(aio_catalog.ClientCatalog.ids_by_md5)
    refresh = blocking(aio_catalog.ClientCatalog.refresh)
    frame = blocking(aio_catalog.ClientCatalog.frame)

    @property
    def path(self) -> Path:
        """Where it is, or will be."""
        return self._aio.path


Albums.__doc__ = aio_albums.Albums.__doc__
ClientCatalog.__doc__ = aio_catalog.ClientCatalog.__doc__
