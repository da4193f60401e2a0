"""What comes with ``amazon-photos[emulator]``: without it the emulator keeps files, and looks into none.

Everything is asked for where it is needed: the emulator of a bare installation serves all that needs no looking.
"""

from __future__ import annotations

from importlib.util import find_spec

from amazon_photos.errors import MissingExtra

_PARTS = ("PIL", "pillow_heif", "pymediainfo", "pycountry", "reverse_geocode")


def missing() -> list[str]:
    """List the modules of the extra that are not installed."""
    return [name for name in _PARTS if find_spec(name) is None]


def without(parts: list[str]) -> str:
    """Say what an emulator lacks that has no ``parts``."""
    return (
        f"without {', '.join(parts)} pictures and videos have no dates, sizes, places or thumbnails here: "
        "pip install 'amazon-photos[emulator]'"
    )


def require_pillow() -> None:
    """Raise ``MissingExtra`` without Pillow."""
    if "PIL" in (parts := missing()):
        raise MissingExtra(without(parts))
