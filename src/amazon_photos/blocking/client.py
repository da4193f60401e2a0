"""``AmazonPhotos``: one line for each operation of ``AsyncAmazonPhotos``, with its signature and docstring."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import update_wrapper
from types import TracebackType
from typing import Any, Concatenate, NoReturn, ParamSpec, Self, SupportsIndex

from ..aio.client import AsyncAmazonPhotos
from ..aio.listing import Search as AsyncSearch
from ..aio.misuse import Explaining, name_methods, refuse_copy, same_parameters
from ..errors import WrongCall
from ..settings import Settings
from .bridge import Bridge, Waited, waits
from .search import Search

P = ParamSpec("P")


def _searches(
    search: Callable[Concatenate[AsyncAmazonPhotos, P], AsyncSearch],
) -> Callable[Concatenate[AmazonPhotos, P], Search]:
    def method(self: AmazonPhotos, /, *args: P.args, **kwargs: P.kwargs) -> Search:
        with Explaining(search, f"{type(self).__name__}.search"):
            found = search(self._aio, *args, **kwargs)
        return Search(found, self)

    return update_wrapper(method, search)


class AmazonPhotos:
    _aio: AsyncAmazonPhotos
    _loop_thread: Bridge
    _finish: weakref.finalize[..., AmazonPhotos]

    @same_parameters(AsyncAmazonPhotos.__init__)
    def __init__(self, /, *args: Any, **kwargs: Any) -> None:
        try:
            self._aio = AsyncAmazonPhotos(*args, **kwargs)
        except WrongCall as error:
            raise WrongCall(str(error).removeprefix("Async")) from None
        finally:
            del args, kwargs  # a traceback may show what stands in here
        self._loop_thread = Bridge(self._aio.close)
        self._finish = weakref.finalize(self, self._loop_thread.stop)

    def __repr__(self) -> str:
        if not hasattr(self, "_aio"):  # a traceback may show one whose constructor failed
            return "<AmazonPhotos, not made>"
        return repr(self._aio).replace("AsyncAmazonPhotos", "AmazonPhotos", 1)

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
        """Closes the connections. A second call does nothing; any other call afterwards raises ``Closed``."""
        self._finish()

    @property
    def settings(self) -> Settings:
        """Time-outs, retries, how much at once: what this client was made with."""
        return self._aio.settings

    # --- the account
    usage = waits(AsyncAmazonPhotos.usage)
    account = waits(AsyncAmazonPhotos.account)
    quota = waits(AsyncAmazonPhotos.quota)
    # --- searching
    search = _searches(AsyncAmazonPhotos.search)
    query = waits(AsyncAmazonPhotos.query)
    photos = waits(AsyncAmazonPhotos.photos)
    videos = waits(AsyncAmazonPhotos.videos)
    aggregations = waits(AsyncAmazonPhotos.aggregations)
    # --- the library at hand
    db = Waited(AsyncAmazonPhotos.db)
    refresh = waits(AsyncAmazonPhotos.refresh)
    columns = waits(AsyncAmazonPhotos.columns)
    arrow = waits(AsyncAmazonPhotos.arrow)
    ids_by_md5 = waits(AsyncAmazonPhotos.ids_by_md5)
    sql = waits(AsyncAmazonPhotos.sql)
    find = waits(AsyncAmazonPhotos.find)
    # --- nodes
    nodes = waits(AsyncAmazonPhotos.nodes)
    node = waits(AsyncAmazonPhotos.node)
    children = waits(AsyncAmazonPhotos.children)
    favorite = waits(AsyncAmazonPhotos.favorite)
    unfavorite = waits(AsyncAmazonPhotos.unfavorite)
    hide = waits(AsyncAmazonPhotos.hide)
    unhide = waits(AsyncAmazonPhotos.unhide)
    rename = waits(AsyncAmazonPhotos.rename)
    describe = waits(AsyncAmazonPhotos.describe)
    label = waits(AsyncAmazonPhotos.label)
    # --- folders
    root = Waited(AsyncAmazonPhotos.root)
    tree = Waited(AsyncAmazonPhotos.tree)
    folders = waits(AsyncAmazonPhotos.folders)
    find_path = waits(AsyncAmazonPhotos.find_path)
    create_folders = waits(AsyncAmazonPhotos.create_folders)
    print_tree = waits(AsyncAmazonPhotos.print_tree)
    # --- the trash
    trash = waits(AsyncAmazonPhotos.trash)
    trashed = waits(AsyncAmazonPhotos.trashed)
    restore = waits(AsyncAmazonPhotos.restore)
    delete = waits(AsyncAmazonPhotos.delete)
    # --- albums, people, family
    albums = waits(AsyncAmazonPhotos.albums)
    create_album = waits(AsyncAmazonPhotos.create_album)
    rename_album = waits(AsyncAmazonPhotos.rename_album)
    add_to_album = waits(AsyncAmazonPhotos.add_to_album)
    remove_from_album = waits(AsyncAmazonPhotos.remove_from_album)
    rename_cluster = waits(AsyncAmazonPhotos.rename_cluster)
    combine_clusters = waits(AsyncAmazonPhotos.combine_clusters)
    update_cluster_thumbnail = waits(AsyncAmazonPhotos.update_cluster_thumbnail)
    add_to_family_vault = waits(AsyncAmazonPhotos.add_to_family_vault)
    remove_from_family_vault = waits(AsyncAmazonPhotos.remove_from_family_vault)
    # --- files
    upload = waits(AsyncAmazonPhotos.upload)
    plan_upload = waits(AsyncAmazonPhotos.plan_upload)
    download = waits(AsyncAmazonPhotos.download)
    check = waits(AsyncAmazonPhotos.check)
    have = waits(AsyncAmazonPhotos.have)


name_methods(AmazonPhotos)
AmazonPhotos.__doc__ = (
    (AsyncAmazonPhotos.__doc__ or "")
    .replace("library, async.", "library.")
    .replace("async with AsyncAmazonPhotos", "with AmazonPhotos")
    .replace("await ", "")
    .replace("in the event loop of its first request, and raises ``WrongThread`` in another", "from every thread")
)
