"""``AmazonPhotos``: one line for each operation of ``AsyncAmazonPhotos``, with its signature and docstring."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import update_wrapper
from typing import TYPE_CHECKING, ClassVar, Concatenate, Final, ParamSpec

from ..aio.client import AsyncAmazonPhotos
from ..aio.listing import Search as AsyncSearch
from ..aio.misuse import Explaining, name_methods
from ..aio.time_limit import check_seconds
from .base import BlockingBase
from .content_file import open_file
from .group import blocking_group
from .groups import Albums, ClientCatalog, Family, History, People, Places, Things, Thumbnails, Timeline
from .listing import Search
from .loop_thread import blocking, blocking_iterator, blocking_property

if TYPE_CHECKING:
    from ..aio.content import Opening

P = ParamSpec("P")


def _searches(
    search: Callable[Concatenate[AsyncAmazonPhotos, P], AsyncSearch],
) -> Callable[Concatenate[AmazonPhotos, P], Search]:
    def method(self: AmazonPhotos, /, *args: P.args, **kwargs: P.kwargs) -> Search:
        with Explaining(search, f"{type(self).__name__}.{search.__name__}"):
            found = search(self._aio, *args, **kwargs)
        return Search(found, self)

    return update_wrapper(method, search)


def _opens(
    operation: Callable[Concatenate[AsyncAmazonPhotos, P], Opening],
) -> Callable[Concatenate[AmazonPhotos, P], io.BufferedReader]:
    def method(self: AmazonPhotos, /, *args: P.args, **kwargs: P.kwargs) -> io.BufferedReader:
        with Explaining(operation, f"{type(self).__name__}.{operation.__name__}"):
            opening = operation(self._aio, *args, **kwargs)
        return open_file(self._loop_thread.wait(opening.reader()), self)

    return update_wrapper(method, operation)


def _limits_time(
    operation: Callable[[AsyncAmazonPhotos, float], object],
) -> Callable[[AmazonPhotos, float], AbstractContextManager[None]]:
    def method(self: AmazonPhotos, seconds: float) -> AbstractContextManager[None]:
        return self._loop_thread.limit_time(check_seconds("seconds", seconds))

    return update_wrapper(method, operation)


class AmazonPhotos(BlockingBase):
    _async_client: ClassVar[type[AsyncAmazonPhotos]] = AsyncAmazonPhotos
    _aio: AsyncAmazonPhotos

    timeout: Final = _limits_time(AsyncAmazonPhotos.timeout)
    # --- the account
    usage: Final = blocking(AsyncAmazonPhotos.usage)
    account: Final = blocking(AsyncAmazonPhotos.account)
    quota: Final = blocking(AsyncAmazonPhotos.quota)
    surprises: Final = blocking(AsyncAmazonPhotos.surprises)
    probe: Final = blocking(AsyncAmazonPhotos.probe)
    doctor: Final = blocking(AsyncAmazonPhotos.doctor)
    # --- searching
    search: Final = _searches(AsyncAmazonPhotos.search)
    query: Final = blocking(AsyncAmazonPhotos.query)
    photos: Final = blocking(AsyncAmazonPhotos.photos)
    videos: Final = blocking(AsyncAmazonPhotos.videos)
    aggregations: Final = blocking(AsyncAmazonPhotos.aggregations)
    # --- the library at hand
    catalog: Final = blocking_group(AsyncAmazonPhotos.catalog, ClientCatalog)
    db: Final = blocking_property(AsyncAmazonPhotos.db)
    refresh: Final = blocking(AsyncAmazonPhotos.refresh)
    columns: Final = blocking(AsyncAmazonPhotos.columns)
    arrow: Final = blocking(AsyncAmazonPhotos.arrow)
    ids_by_md5: Final = blocking(AsyncAmazonPhotos.ids_by_md5)
    sql: Final = blocking(AsyncAmazonPhotos.sql)
    find: Final = blocking(AsyncAmazonPhotos.find)
    records: Final = staticmethod(AsyncAmazonPhotos.records)
    # --- nodes
    nodes: Final = blocking(AsyncAmazonPhotos.nodes)
    search_nodes: Final = _searches(AsyncAmazonPhotos.search_nodes)
    node: Final = blocking(AsyncAmazonPhotos.node)
    children: Final = blocking(AsyncAmazonPhotos.children)
    favorite: Final = blocking(AsyncAmazonPhotos.favorite)
    unfavorite: Final = blocking(AsyncAmazonPhotos.unfavorite)
    hide: Final = blocking(AsyncAmazonPhotos.hide)
    unhide: Final = blocking(AsyncAmazonPhotos.unhide)
    rename: Final = blocking(AsyncAmazonPhotos.rename)
    move: Final = blocking(AsyncAmazonPhotos.move)
    describe: Final = blocking(AsyncAmazonPhotos.describe)
    label: Final = blocking(AsyncAmazonPhotos.label)
    # --- folders
    root: Final = blocking_property(AsyncAmazonPhotos.root)
    tree: Final = blocking_property(AsyncAmazonPhotos.tree)
    folders: Final = blocking(AsyncAmazonPhotos.folders)
    find_path: Final = blocking(AsyncAmazonPhotos.find_path)
    create_folders: Final = blocking(AsyncAmazonPhotos.create_folders)
    print_tree: Final = blocking(AsyncAmazonPhotos.print_tree)
    # --- the trash
    trash: Final = blocking(AsyncAmazonPhotos.trash)
    trashed: Final = blocking(AsyncAmazonPhotos.trashed)
    restore: Final = blocking(AsyncAmazonPhotos.restore)
    delete: Final = blocking(AsyncAmazonPhotos.delete)
    # --- albums, people, family
    albums: Final = blocking_group(AsyncAmazonPhotos.albums, Albums)
    people: Final = blocking_group(AsyncAmazonPhotos.people, People)
    family: Final = blocking_group(AsyncAmazonPhotos.family, Family)
    places: Final = blocking_group(AsyncAmazonPhotos.places, Places)
    things: Final = blocking_group(AsyncAmazonPhotos.things, Things)
    timeline: Final = blocking_group(AsyncAmazonPhotos.timeline, Timeline)
    create_album: Final = blocking(AsyncAmazonPhotos.create_album)
    rename_album: Final = blocking(AsyncAmazonPhotos.rename_album)
    add_to_album: Final = blocking(AsyncAmazonPhotos.add_to_album)
    remove_from_album: Final = blocking(AsyncAmazonPhotos.remove_from_album)
    rename_cluster: Final = blocking(AsyncAmazonPhotos.rename_cluster)
    combine_clusters: Final = blocking(AsyncAmazonPhotos.combine_clusters)
    update_cluster_thumbnail: Final = blocking(AsyncAmazonPhotos.update_cluster_thumbnail)
    add_to_family_vault: Final = blocking(AsyncAmazonPhotos.add_to_family_vault)
    remove_from_family_vault: Final = blocking(AsyncAmazonPhotos.remove_from_family_vault)
    # --- plans, and the way back
    apply: Final = blocking(AsyncAmazonPhotos.apply)
    save_plan: Final = blocking(AsyncAmazonPhotos.save_plan)
    history: Final = blocking_group(AsyncAmazonPhotos.history, History)
    # --- files
    upload: Final = blocking(AsyncAmazonPhotos.upload)
    plan_upload: Final = blocking(AsyncAmazonPhotos.plan_upload)
    download: Final = blocking(AsyncAmazonPhotos.download)
    open: Final = _opens(AsyncAmazonPhotos.open)
    read: Final = blocking(AsyncAmazonPhotos.read)
    stream: Final = blocking_iterator(AsyncAmazonPhotos.stream)
    read_range: Final = blocking(AsyncAmazonPhotos.read_range)
    thumbnails: Final = blocking_group(AsyncAmazonPhotos.thumbnails, Thumbnails)
    check: Final = blocking(AsyncAmazonPhotos.check)
    backed_up: Final = blocking(AsyncAmazonPhotos.backed_up)

    # --- the predecessor's others
    nodes_by_name: Final = blocking(AsyncAmazonPhotos.nodes_by_name)
    refresh_db: Final = blocking(AsyncAmazonPhotos.refresh_db)
    refresh_db_aggressive: Final = blocking(AsyncAmazonPhotos.refresh_db_aggressive)
    load_db: Final = blocking(AsyncAmazonPhotos.load_db)
    get_root: Final = blocking(AsyncAmazonPhotos.get_root)
    get_folders: Final = blocking(AsyncAmazonPhotos.get_folders)
    build_tree: Final = blocking(AsyncAmazonPhotos.build_tree)
    dedup_files: Final = blocking(AsyncAmazonPhotos.dedup_files)


name_methods(AmazonPhotos)
AmazonPhotos.__doc__ = (
    (AsyncAmazonPhotos.__doc__ or "")
    .replace("library, async.", "library.")
    .replace("async with AsyncAmazonPhotos", "with AmazonPhotos")
    .replace("await ", "")
    .replace("in the event loop of its first request, and raises ``WrongThread`` in another", "from every thread")
)
