"""The pytest plugin: an Amazon Photos of your own, for one test or for all of them.

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


@pytest.fixture(scope="session")
def amazon_photos_emulator() -> Iterator[Service]:
    """Start an emulator that all tests of a run share; its library is empty until somebody fills it.

    Starting one takes as long as resetting it eighty times: a fixture of your own calls ``reset`` before each test, or
    fills it once for tests that only read.
    """
    from .server import running

    with running() as service:
        yield service
