"""Your Amazon Photos library as a DataFrame, as a command line, and as files that come and go safely.

The public names, loaded when first used: importing this costs no pandas, no network and no logging set-up.
"""

from __future__ import annotations

import importlib

TYPE_CHECKING = False  # type checkers take the name at its word; importing typing would cost a third of our start-up
if TYPE_CHECKING:
    from . import errors
    from .aio.client import AsyncAmazonPhotos as AsyncAmazonPhotos
    from .blocking.client import AmazonPhotos as AmazonPhotos
    from .blocking.listing import Search as Search
    from .catalog.catalog import Catalog as Catalog
    from .catalog.cursor import CatalogChanges as CatalogChanges
    from .content.reader import ContentReader as ContentReader
    from .errors import AmazonPhotosError as AmazonPhotosError
    from .model.node import Node as Node
    from .model.tree import Folder as Folder
    from .query.build import F as F
    from .settings import Settings as Settings
    from .transfer.events import BytesTransferred as BytesTransferred
    from .transfer.events import FileFinished as FileFinished
    from .transfer.events import OnEvent as OnEvent
    from .transfer.events import PlanUpdated as PlanUpdated

_HOMES = {
    "AmazonPhotos": ".blocking.client",
    "AmazonPhotosError": ".errors",
    "AsyncAmazonPhotos": ".aio.client",
    "BytesTransferred": ".transfer.events",
    "Catalog": ".catalog.catalog",
    "CatalogChanges": ".catalog.cursor",
    "ContentReader": ".content.reader",
    "F": ".query.build",
    "FileFinished": ".transfer.events",
    "Folder": ".model.tree",
    "Node": ".model.node",
    "OnEvent": ".transfer.events",
    "PlanUpdated": ".transfer.events",
    "Search": ".blocking.listing",
    "Settings": ".settings",
}

__all__ = [
    "AmazonPhotos",
    "AmazonPhotosError",
    "AsyncAmazonPhotos",
    "BytesTransferred",
    "Catalog",
    "CatalogChanges",
    "ContentReader",
    "F",
    "FileFinished",
    "Folder",
    "Node",
    "OnEvent",
    "PlanUpdated",
    "Search",
    "Settings",
    "__version__",
    "errors",
]
__version__ = "1.0.0.dev0"


def __getattr__(name: str) -> object:
    if name == "errors":
        return importlib.import_module(".errors", __name__)
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name], __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
