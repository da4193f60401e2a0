"""The pytest plugin: a fixture with an Amazon Photos of your own.

It is loaded in every pytest run of everybody who has this package installed, so it imports nothing until a test asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .service import Service


@pytest.fixture
def amazon_photos_service() -> Iterator[Service]:
    """Start an emulator with an empty library, for this test only.

    It has ``.url``, ``.cookies``, ``.environ``, ``.set(…)`` …
    """
    from .server import running

    with running() as service:
        yield service
