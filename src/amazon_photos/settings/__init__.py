"""What can be tuned: one frozen ``Settings``, read from arguments, environment, config file and defaults.

Order of ``Settings.load``, first wins::

    arguments              AmazonPhotos(tld="ca"), Settings.load(bwlimit="2M")
    environment            AMAZON_PHOTOS_ENDPOINT, AMAZON_PHOTOS_TLD, AMAZON_PHOTOS_CATALOG …
    config file            <user config folder>/amazon-photos/config.toml, AMAZON_PHOTOS_HOME/config.toml, or
                           AMAZON_PHOTOS_CONFIG: its table of the profile, then what stands above all tables
    defaults               those of ``settings.Settings``

A name that is no setting is an error in each of them: a misspelled limit would be no limit.
``AmazonPhotos(settings=Settings(…))`` asks neither the environment nor the file: what it leaves out is the default.
Cookies are not settings: ``auth.precedence`` says whose are taken.
"""

from __future__ import annotations

import importlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .settings import MAX_SECONDS as MAX_SECONDS
    from .settings import Settings as Settings

__all__ = ["MAX_SECONDS", "Settings"]


def __getattr__(name: str) -> object:
    """Load the settings when they are first asked for: who only looks where they stand is quicker without."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(".settings", __name__), name)
