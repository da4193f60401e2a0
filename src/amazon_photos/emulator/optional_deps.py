"""What comes with the extra ``emulator``: without it the emulator keeps files, and looks into none.

Everything is asked for where it is needed: the emulator of a bare installation serves all that needs no looking.
Messages name the parts, not the extra: PyPI has the predecessor under the name of this package.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from types import MappingProxyType

from amazon_photos.errors import MissingExtra

_PARTS: Mapping[str, str] = MappingProxyType(
    {
        "PIL": "pillow",
        "pillow_heif": "pillow-heif",
        "pymediainfo": "pymediainfo",
        "pycountry": "pycountry",
        "reverse_geocode": "reverse_geocode",
    }
)
"""Each module of the extra, and what to install for it."""


def missing() -> list[str]:
    """List the modules of the extra that are not installed."""
    return [name for name in _PARTS if find_spec(name) is None]


def without(parts: list[str]) -> str:
    """Say what an emulator lacks that has no ``parts``."""
    return (
        f"without {', '.join(parts)} pictures and videos have no dates, sizes, places or thumbnails here: "
        f"pip install {' '.join(_PARTS[part] for part in parts)}"
    )


def require_pillow() -> None:
    """Raise ``MissingExtra`` without Pillow."""
    if "PIL" in (parts := missing()):
        raise MissingExtra(without(parts))
