"""A small but real Amazon Photos on this machine, for tests and for trying things out.

::

    from amazon_photos.emulator import running

    with running() as service:
        ap = AmazonPhotos(service.cookies, endpoint=service.url)

or, where there is no block to put it in, ``service = emulator.start(files=1000)`` and ``service.stop()``.

It learns nothing from the client: what it does stands in ``docs/api.md``. The state and its rules know no HTTP
(``library`` and one module per concept); ``routes/`` knows how they are asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .options import Options as Options
    from .server import running as running
    from .server import start as start
    from .service import Service as Service

_HOMES = {"Options": ".options", "Service": ".service", "running": ".server", "start": ".server"}

__all__ = ["Options", "Service", "running", "start"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name], __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
