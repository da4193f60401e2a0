"""``AmazonPhotos``: one line for each operation of ``AsyncAmazonPhotos``, with its signature and docstring."""

from __future__ import annotations

import io
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import update_wrapper
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, Final, NoReturn, ParamSpec, Self, SupportsIndex

from ..aio.async_property import list_quiet_names
from ..aio.client import AsyncAmazonPhotos
from ..aio.listing import Search as AsyncSearch
from ..aio.misuse import Explaining, name_methods, refuse_copy, same_parameters
from ..aio.time_limit import check_seconds
from ..auth.saved_session import SessionInfo
from ..errors import WrongCall
from ..settings import Settings
from .content_file import open_file
from .group import blocking_group
from .groups import Albums, ClientCatalog, Family, History, People, Places, Things, Thumbnails, Timeline
from .listing import Search
from .loop_thread import LoopThread, blocking, blocking_iterator, blocking_property

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


class AmazonPhotos:
    _async_client: ClassVar[type[AsyncAmazonPhotos]] = AsyncAmazonPhotos
    _aio: AsyncAmazonPhotos
    _loop_thread: LoopThread
    _finish: weakref.finalize[..., AmazonPhotos]

    @same_parameters(AsyncAmazonPhotos.__init__)
    def __init__(self, /, *args: Any, **kwargs: Any) -> None:
        try:
            if kwargs.get("http_session") is not None:
                raise WrongCall("http_session belongs to its own event loop: give it to AsyncAmazonPhotos")
            self._aio = self._async_client(*args, **kwargs)
        except WrongCall as error:
            raise WrongCall(str(error).removeprefix("Async")) from None
        finally:
            del args, kwargs  # a traceback may show what stands in here
        self._loop_thread = LoopThread(self._aio.close)
        self._finish = weakref.finalize(self, self._loop_thread.stop)

    def __repr__(self) -> str:
        if not hasattr(self, "_aio"):  # a traceback may show one whose constructor failed
            return "<AmazonPhotos, not made>"
        return repr(self._aio).replace("AsyncAmazonPhotos", "AmazonPhotos", 1)

    def __dir__(self) -> list[str]:
        return list_quiet_names(self, blocking_property)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __aenter__(self) -> NoReturn:
        raise WrongCall("AmazonPhotos is used with `with`: for `async with` there is AsyncAmazonPhotos")

    async def __aexit__(self, *_: object) -> None:
        """For Python, which looks for it before it calls ``__aenter__``."""

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        refuse_copy(self)

    def close(self) -> None:
        """Close the connections.

        A second call does nothing; any other call afterwards raises ``ClientClosed``.
        """
        self._finish()

    def stop_transfers(self) -> bool:
        return self._aio.stop_transfers()

    @property
    def settings(self) -> Settings:
        """Time-outs, retries, how much at once: what this client was made with."""
        return self._aio.settings

    @property
    def session(self) -> SessionInfo:
        return self._aio.session

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
AmazonPhotos.stop_transfers.__doc__ = AsyncAmazonPhotos.stop_transfers.__doc__
AmazonPhotos.session.__doc__ = AsyncAmazonPhotos.session.__doc__
AmazonPhotos.__doc__ = (
    (AsyncAmazonPhotos.__doc__ or "")
    .replace("library, async.", "library.")
    .replace("async with AsyncAmazonPhotos", "with AmazonPhotos")
    .replace("await ", "")
    .replace("in the event loop of its first request, and raises ``WrongThread`` in another", "from every thread")
)
