"""Your Amazon Photos library as a DataFrame, as a command line, and as files that come and go safely.

The public names, loaded when first used: importing this costs no pandas, no network and no logging set-up.
"""

from __future__ import annotations

import importlib

TYPE_CHECKING = False  # type checkers take the name at its word; importing typing would cost a third of our start-up
if TYPE_CHECKING:
    from . import errors
    from .aio.albums import Albums as AsyncAlbums
    from .aio.arguments import BoolText as BoolText
    from .aio.base import Engine as Engine
    from .aio.client import AsyncAmazonPhotos as AsyncAmazonPhotos
    from .aio.client_catalog import ClientCatalog as AsyncClientCatalog
    from .aio.content import Opening as Opening
    from .aio.content import Thumbnails as AsyncThumbnails
    from .aio.family import Family as AsyncFamily
    from .aio.history import History as AsyncHistory
    from .aio.listing import Search as AsyncSearch
    from .aio.people import People as AsyncPeople
    from .aio.places import Places as AsyncPlaces
    from .aio.search import QueryOptions as QueryOptions
    from .aio.things import Things as AsyncThings
    from .aio.timeline import Timeline as AsyncTimeline
    from .auth.credentials import Cookies as Cookies
    from .auth.saved_session import SessionInfo as SessionInfo
    from .blocking.client import AmazonPhotos as AmazonPhotos
    from .blocking.groups import Albums as Albums
    from .blocking.groups import ClientCatalog as ClientCatalog
    from .blocking.groups import Family as Family
    from .blocking.groups import History as History
    from .blocking.groups import People as People
    from .blocking.groups import Places as Places
    from .blocking.groups import Things as Things
    from .blocking.groups import Thumbnails as Thumbnails
    from .blocking.groups import Timeline as Timeline
    from .blocking.listing import Search as Search
    from .catalog.catalog import Catalog as Catalog
    from .catalog.cursor import CatalogChanges as CatalogChanges
    from .content.reader import ContentReader as ContentReader
    from .errors import AmazonPhotosError as AmazonPhotosError
    from .frames.argument_types import Ids as Ids
    from .frames.argument_types import Md5s as Md5s
    from .frames.argument_types import OneNode as OneNode
    from .frames.argument_types import Row as Row
    from .frames.columns import Columns as Columns
    from .frames.columns import DtypeBackend as DtypeBackend
    from .frames.results import BackupOutcome as BackupOutcome
    from .frames.results import Change as Change
    from .frames.results import Comparison as Comparison
    from .frames.results import DownloadAction as DownloadAction
    from .frames.results import DownloadOutcome as DownloadOutcome
    from .frames.results import FolderOutcome as FolderOutcome
    from .frames.results import NodeOutcome as NodeOutcome
    from .frames.results import UploadAction as UploadAction
    from .frames.results import UploadOutcome as UploadOutcome
    from .model.content_properties import ContentProperties as ContentProperties
    from .model.content_properties import ImageProperties as ImageProperties
    from .model.content_properties import VideoProperties as VideoProperties
    from .model.node import Node as Node
    from .model.node import NodeSettings as NodeSettings
    from .model.tree import Folder as Folder
    from .net.connection import HttpSession as HttpSession
    from .plans.limit import MaxDelete as MaxDelete
    from .probe.question import ProbeOutcome as ProbeOutcome
    from .query.build import F as F
    from .query.coerce import Filters as Filters
    from .query.expr import Expr as Expr
    from .query.sort import Sort as Sort
    from .settings import Settings as Settings
    from .transfer.download.downloader import OnExists as OnExists
    from .transfer.events import BytesTransferred as BytesTransferred
    from .transfer.events import Event as Event
    from .transfer.events import FileFinished as FileFinished
    from .transfer.events import OnEvent as OnEvent
    from .transfer.events import PlanUpdated as PlanUpdated
    from .transfer.file_result import FileResult as FileResult
    from .transfer.file_result import TransferOutcome as TransferOutcome
    from .transfer.local.roots import Paths as Paths
    from .transfer.sidecars.sidecar_writer import SidecarFormat as SidecarFormat
    from .transfer.upload.plan import Conflicts as Conflicts
    from .wire.search import Asset as Asset
    from .wire.search import GroupByTime as GroupByTime
    from .wire.search import SearchContext as SearchContext

_HOMES = {
    "Albums": ".blocking.groups",
    "AmazonPhotos": ".blocking.client",
    "AmazonPhotosError": ".errors",
    "Asset": ".wire.search",
    "AsyncAlbums": ".aio.albums:Albums",
    "AsyncAmazonPhotos": ".aio.client",
    "AsyncClientCatalog": ".aio.client_catalog:ClientCatalog",
    "AsyncFamily": ".aio.family:Family",
    "AsyncHistory": ".aio.history:History",
    "AsyncPeople": ".aio.people:People",
    "AsyncPlaces": ".aio.places:Places",
    "AsyncSearch": ".aio.listing:Search",
    "AsyncThings": ".aio.things:Things",
    "AsyncThumbnails": ".aio.content:Thumbnails",
    "AsyncTimeline": ".aio.timeline:Timeline",
    "BackupOutcome": ".frames.results",
    "BoolText": ".aio.arguments",
    "BytesTransferred": ".transfer.events",
    "Catalog": ".catalog.catalog",
    "CatalogChanges": ".catalog.cursor",
    "Change": ".frames.results",
    "ClientCatalog": ".blocking.groups",
    "Columns": ".frames.columns",
    "Comparison": ".frames.results",
    "Conflicts": ".transfer.upload.plan",
    "ContentProperties": ".model.content_properties",
    "ContentReader": ".content.reader",
    "Cookies": ".auth.credentials",
    "DownloadAction": ".frames.results",
    "DownloadOutcome": ".frames.results",
    "DtypeBackend": ".frames.columns",
    "Engine": ".aio.base",
    "Event": ".transfer.events",
    "Expr": ".query.expr",
    "F": ".query.build",
    "Family": ".blocking.groups",
    "FileFinished": ".transfer.events",
    "FileResult": ".transfer.file_result",
    "Filters": ".query.coerce",
    "Folder": ".model.tree",
    "FolderOutcome": ".frames.results",
    "GroupByTime": ".wire.search",
    "History": ".blocking.groups",
    "HttpSession": ".net.connection",
    "Ids": ".frames.argument_types",
    "ImageProperties": ".model.content_properties",
    "MaxDelete": ".plans.limit",
    "Md5s": ".frames.argument_types",
    "Node": ".model.node",
    "NodeOutcome": ".frames.results",
    "NodeSettings": ".model.node",
    "OnEvent": ".transfer.events",
    "OnExists": ".transfer.download.downloader",
    "OneNode": ".frames.argument_types",
    "Opening": ".aio.content",
    "Paths": ".transfer.local.roots",
    "People": ".blocking.groups",
    "Places": ".blocking.groups",
    "PlanUpdated": ".transfer.events",
    "ProbeOutcome": ".probe.question",
    "QueryOptions": ".aio.search",
    "Row": ".frames.argument_types",
    "Search": ".blocking.listing",
    "SearchContext": ".wire.search",
    "SessionInfo": ".auth.saved_session",
    "Settings": ".settings",
    "SidecarFormat": ".transfer.sidecars.sidecar_writer",
    "Sort": ".query.sort",
    "Things": ".blocking.groups",
    "Thumbnails": ".blocking.groups",
    "Timeline": ".blocking.groups",
    "TransferOutcome": ".transfer.file_result",
    "UploadAction": ".frames.results",
    "UploadOutcome": ".frames.results",
    "VideoProperties": ".model.content_properties",
}
"""Where each name is, and after a colon what it is called there, if otherwise."""

__all__ = [
    "Albums",
    "AmazonPhotos",
    "AmazonPhotosError",
    "Asset",
    "AsyncAlbums",
    "AsyncAmazonPhotos",
    "AsyncClientCatalog",
    "AsyncFamily",
    "AsyncHistory",
    "AsyncPeople",
    "AsyncPlaces",
    "AsyncSearch",
    "AsyncThings",
    "AsyncThumbnails",
    "AsyncTimeline",
    "BackupOutcome",
    "BoolText",
    "BytesTransferred",
    "Catalog",
    "CatalogChanges",
    "Change",
    "ClientCatalog",
    "Columns",
    "Comparison",
    "Conflicts",
    "ContentProperties",
    "ContentReader",
    "Cookies",
    "DownloadAction",
    "DownloadOutcome",
    "DtypeBackend",
    "Engine",
    "Event",
    "Expr",
    "F",
    "Family",
    "FileFinished",
    "FileResult",
    "Filters",
    "Folder",
    "FolderOutcome",
    "GroupByTime",
    "History",
    "HttpSession",
    "Ids",
    "ImageProperties",
    "MaxDelete",
    "Md5s",
    "Node",
    "NodeOutcome",
    "NodeSettings",
    "OnEvent",
    "OnExists",
    "OneNode",
    "Opening",
    "Paths",
    "People",
    "Places",
    "PlanUpdated",
    "ProbeOutcome",
    "QueryOptions",
    "Row",
    "Search",
    "SearchContext",
    "SessionInfo",
    "Settings",
    "SidecarFormat",
    "Sort",
    "Things",
    "Thumbnails",
    "Timeline",
    "TransferOutcome",
    "UploadAction",
    "UploadOutcome",
    "VideoProperties",
    "__version__",
    "errors",
]
__version__ = "1.0.0.dev0"


def __getattr__(name: str) -> object:
    if name in ("errors", "emulator"):  # as if somebody had imported them before
        return importlib.import_module(f".{name}", __name__)
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home, _, name_there = _HOMES[name].partition(":")
    return getattr(importlib.import_module(home, __name__), name_there or name)


def __dir__() -> list[str]:
    return sorted(__all__)
