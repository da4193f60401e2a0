"""``AsyncAmazonPhotos``: one class, put together from one file of operations per concept."""

from __future__ import annotations

from typing import Any

from .account import AccountOperations
from .albums import AlbumOperations
from .apply import PlanOperations
from .base import ClientBase
from .catalog import CatalogOperations
from .client_catalog import ClientCatalog
from .compare import CompareOperations
from .content import ContentOperations
from .doctor import DoctorOperations
from .download import DownloadOperations
from .family import FamilyOperations
from .folders import FolderOperations
from .misuse import Explaining, name_methods, same_parameters
from .node_changes import NodeChangeOperations
from .people import PeopleOperations
from .places import Places
from .predecessor import PredecessorOperations
from .probe import ProbeOperations
from .records import RecordOperations
from .search import SearchOperations
from .things import Things
from .timeline import Timeline
from .trash import TrashOperations
from .upload import UploadOperations


class AsyncAmazonPhotos(
    PredecessorOperations,
    AccountOperations,
    PeopleOperations,
    SearchOperations,
    CatalogOperations,
    AlbumOperations,
    FolderOperations,
    TrashOperations,
    NodeChangeOperations,
    PlanOperations,
    UploadOperations,
    DownloadOperations,
    ContentOperations,
    CompareOperations,
    FamilyOperations,
    ProbeOperations,
    RecordOperations,
    DoctorOperations,
):
    """An Amazon Photos library, async.

    ::

        async with AsyncAmazonPhotos(tld="ca") as ap:
            photos = await ap.photos(limit=100)
            library = await ap.db

    Where the words look, and what they give::

                   online, the search index   online, the node index        local, ap.parquet
        a frame    query, photos, videos      nodes, children, trashed      find, db
        lazily     search                     search_nodes                  arrow

    Arguments:
        cookies: a mapping, the text of a Cookie header, or the path of an exported cookie file; None: those of the
            environment (``session_id``, ``ubid_main``, ``at_main``; ``ubid_acbca`` … elsewhere), a command's, or a
            profile's: docs/sign-in.md. Names may be written with hyphens or underscores.
        tld: the marketplace, such as "ca" or "co.uk"; None: read off the cookies. Any can be named.
        endpoint: one address that serves every host of the service: the emulator's.
        profile: whose session, by the name that ``amazon-photos login`` gave it; its catalogue is its own as well.
        catalog: the path of the local catalogue, or a ``Catalog``; default: the profile's, or ``ap.parquet`` in the
            current folder.
        dtype_backend: "pyarrow" or "numpy_nullable", as in pandas; None: what ``catalog`` says, else nullable types.
        engine: "pyarrow", "fastparquet" or "auto": the predecessor's, ignored. pyarrow reads and writes all files.
        progress: True shows progress, False never does, None does where somebody is watching.
        save_responses: a folder that gets a copy of every JSON answer; None: none are kept.
        settings: time-outs, retries, how much at once; see ``Settings``. ``Settings.load(bwlimit="2M")`` takes
            the rest from the environment and the config file, ``Settings(…)`` takes the defaults.
        http_session: an ``aiohttp.ClientSession`` of the program's, whose connections are used and left open
            (``AsyncAmazonPhotos`` only: it belongs to one event loop); see docs/network.md.
        db_path, tmp: the predecessor's names for ``catalog`` and ``save_responses``.

    Constructing it sends no request; a session that can be renewed is, when it is old or refused. Raises
    ``CredentialsError`` and ``UnknownMarketplace``, which say what to do.
    It works in the event loop of its first request, and raises ``WrongThread`` in another. It cannot be pickled.
    """

    @same_parameters(ClientBase.__init__)
    def __init__(self, /, *args: Any, **kwargs: Any) -> None:
        try:
            with Explaining(ClientBase.__init__, type(self).__name__):
                ClientBase.__init__(self, *args, **kwargs)
        finally:
            del args, kwargs  # a traceback may show what stands in here

    @property
    def catalog(self) -> ClientCatalog:
        """The local catalogue, ap.parquet: ``find``, ``columns``, ``arrow``, ``sql``, ``refresh`` and more."""
        return ClientCatalog(self)

    @property
    def places(self) -> Places:
        """Where photos were taken, as Amazon's search index knows it: ``list`` and ``photos``."""
        return Places(self)

    @property
    def things(self) -> Things:
        """What Amazon's search index sees on photos: ``list`` and ``photos``."""
        return Things(self)

    @property
    def timeline(self) -> Timeline:
        """How many photos each year, month or day has: ``timeline(by="month")``, and ``timeline.photos("2019-07")``."""
        return Timeline(self)


name_methods(AsyncAmazonPhotos)
