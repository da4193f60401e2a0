"""What every test may ask for."""

import pytest


@pytest.fixture
def service(amazon_photos_service):
    """An emulator with an empty library, for this test only."""
    return amazon_photos_service
