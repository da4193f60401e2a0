"""What every test may ask for, and how thorough Hypothesis is.

``HYPOTHESIS_PROFILE`` chooses: ``dev`` (the default, for somebody who waits for it), ``ci`` (``make test``) or ``soak``
(``make soak``). A test that names no number of examples follows the profile.
"""

import os

import pytest
from hypothesis import settings

settings.register_profile("dev", deadline=None, max_examples=20)
settings.register_profile("ci", deadline=None, max_examples=150)
settings.register_profile("soak", deadline=None, max_examples=3000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


@pytest.fixture
def service(amazon_photos_service):
    """An emulator with an empty library, for this test only."""
    return amazon_photos_service
