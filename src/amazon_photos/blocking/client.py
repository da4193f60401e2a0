"""``AmazonPhotos``: one line for each operation of ``AsyncAmazonPhotos``, with its signature and docstring."""

from __future__ import annotations

import io
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import update_wrapper
from types import TracebackType
from typing import TYPE_CHECKING, Any, Concatenate, NoReturn, ParamSpec, Self, SupportsIndex

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
from .groups import Albums, ClientCatalog, Thumbnails
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
    _aio: AsyncAmazonPhotos
    _loop_thread: LoopThread
    _finish: weakref.finalize[..., AmazonPhotos]

    @same_parameters(AsyncAmazonPhotos.__init__)
    def __init__(self, /, *args: Any, **kwargs: Any) -> None:
        try:
            if kwargs.get("http_session") is not None:
                raise WrongCall("http_session belongs to its own event loop: give it to AsyncAmazonPhotos")
            self._aio = AsyncAmazonPhotos(*args, **kwargs)
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

    @property
    def settings(self) -> Settings:
        """Time-outs, retries, how much at once: what this client was made with."""
        return self._aio.settings

    @property
    def session(self) -> SessionInfo:
        return self._aio.session

    timeout = _limits_time(AsyncAmazonPhotos.timeout)
    # --- the account
    usage = blocking(AsyncAmazonPhotos.usage)
    account = blocking(AsyncAmazonPhotos.account)
    quota = blocking(AsyncAmazonPhotos.quota)
    surprises = blocking(AsyncAmazonPhotos.surprises)
    probe = blocking(AsyncAmazonPhotos.probe)
    doctor = blocking(AsyncAmazonPhotos.doctor)
    # --- searching
    search = _searches(AsyncAmazonPhotos.search)
    query = blocking(AsyncAmazonPhotos.query)
    photos = blocking(AsyncAmazonPhotos.photos)
    videos = blocking(AsyncAmazonPhotos.videos)
    aggregations = blocking(AsyncAmazonPhotos.aggregations)
    # --- the library at hand
    catalog = blocking_group(AsyncAmazonPhotos.catalog, ClientCatalog)
    db = blocking_property(AsyncAmazonPhotos.db)
    refresh = blocking(AsyncAmazonPhotos.refresh)
    columns = blocking(AsyncAmazonPhotos.columns)
    arrow = blocking(AsyncAmazonPhotos.arrow)
    ids_by_md5 = blocking(AsyncAmazonPhotos.ids_by_md5)
    sql = blocking(AsyncAmazonPhotos.sql)
    find = blocking(AsyncAmazonPhotos.find)
    # --- nodes
    nodes = blocking(AsyncAmazonPhotos.nodes)
    search_nodes = _searches(AsyncAmazonPhotos.search_nodes)
    node = blocking(AsyncAmazonPhotos.node)
    children = blocking(AsyncAmazonPhotos.children)
    favorite = blocking(AsyncAmazonPhotos.favorite)
    unfavorite = blocking(AsyncAmazonPhotos.unfavorite)
    hide = blocking(AsyncAmazonPhotos.hide)
    unhide = blocking(AsyncAmazonPhotos.unhide)
    rename = blocking(AsyncAmazonPhotos.rename)
    move = blocking(AsyncAmazonPhotos.move)
    describe = blocking(AsyncAmazonPhotos.describe)
    label = blocking(AsyncAmazonPhotos.label)
    # --- folders
    root = blocking_property(AsyncAmazonPhotos.root)
    tree = blocking_property(AsyncAmazonPhotos.tree)
    folders = blocking(AsyncAmazonPhotos.folders)
    find_path = blocking(AsyncAmazonPhotos.find_path)
    create_folders = blocking(AsyncAmazonPhotos.create_folders)
    print_tree = blocking(AsyncAmazonPhotos.print_tree)
    # --- the trash
    trash = blocking(AsyncAmazonPhotos.trash)
    trashed = blocking(AsyncAmazonPhotos.trashed)
    restore = blocking(AsyncAmazonPhotos.restore)
    delete = blocking(AsyncAmazonPhotos.delete)
    # --- albums, people, family
    albums = blocking_group(AsyncAmazonPhotos.albums, Albums)
    create_album = blocking(AsyncAmazonPhotos.create_album)
    rename_album = blocking(AsyncAmazonPhotos.rename_album)
    add_to_album = blocking(AsyncAmazonPhotos.add_to_album)
    remove_from_album = blocking(AsyncAmazonPhotos.remove_from_album)
    rename_cluster = blocking(AsyncAmazonPhotos.rename_cluster)
    combine_clusters = blocking(AsyncAmazonPhotos.combine_clusters)
    update_cluster_thumbnail = blocking(AsyncAmazonPhotos.update_cluster_thumbnail)
    add_to_family_vault = blocking(AsyncAmazonPhotos.add_to_family_vault)
    remove_from_family_vault = blocking(AsyncAmazonPhotos.remove_from_family_vault)
    # --- files
    upload = blocking(AsyncAmazonPhotos.upload)
    plan_upload = blocking(AsyncAmazonPhotos.plan_upload)
    download = blocking(AsyncAmazonPhotos.download)
    open = _opens(AsyncAmazonPhotos.open)
    read = blocking(AsyncAmazonPhotos.read)
    stream = blocking_iterator(AsyncAmazonPhotos.stream)
    read_range = blocking(AsyncAmazonPhotos.read_range)
    thumbnails = blocking_group(AsyncAmazonPhotos.thumbnails, Thumbnails)
    check = blocking(AsyncAmazonPhotos.check)
    backed_up = blocking(AsyncAmazonPhotos.backed_up)


name_methods(AmazonPhotos)
AmazonPhotos.session.__doc__ = AsyncAmazonPhotos.session.__doc__
AmazonPhotos.__doc__ = (
    (AsyncAmazonPhotos.__doc__ or "")
    .replace("library, async.", "library.")
    .replace("async with AsyncAmazonPhotos", "with AmazonPhotos")
    .replace("await ", "")
    .replace("in the event loop of its first request, and raises ``WrongThread`` in another", "from every thread")
)
