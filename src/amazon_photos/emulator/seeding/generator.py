"""What the files of a synthetic library show: one after the other, from 2005 to the middle of 2025, ever more a year.

The same ``count`` and ``seed`` invent the same files, in any process and on any machine. Nothing here knows the
database; ``fill`` puts them there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import NamedTuple

from . import catalog_data
from .catalog_data import Camera, Spot

_FIRST = date(2005, 1, 1).toordinal()
_DAYS = date(2025, 7, 1).toordinal() - _FIRST
_GROWTH = 0.6
MOVED_IN = datetime(2014, 6, 1)  # noqa: DTZ001 - everything here is the camera's clock
"""What is older came to the library on this day."""
EXAMPLE_DAY = date(2023, 8, 14)
_EXAMPLE_DAY = EXAMPLE_DAY.toordinal()
_EXAMPLE_SCENE = ("plant", "beach")
_TRIP_MONTHS = (7, 8, 12)


class File(NamedTuple):
    """One picture or video; times as ``datetime`` without a zone."""

    number: int
    name: str
    folder: tuple[str, ...]
    trip: str | None
    """The album it belongs to."""
    camera: Camera
    video: bool
    live: bool
    taken: datetime
    created: datetime
    modified: datetime
    spot: Spot | None
    latitude: float
    longitude: float
    things: tuple[str, ...]
    people: tuple[int, ...]
    """Positions in ``catalog_data.PEOPLE``."""
    exposure: str
    sensitivity: str
    flash: bool
    upright: bool
    seconds: float
    """How long a video (or that of a live photo) plays."""
    favorite: bool
    hidden: bool
    trashed: bool
    album: str | None = None
    """Another album it belongs to."""
    size: int | None = None
    """Bytes; None: a small one (``synthetic``)."""
    flaw: str | None = None
    """What is wrong with it (``lifelike``)."""


def files(count: int, *, seed: int) -> Iterator[File]:
    """Yield ``count`` files, oldest day first.

    One of them answers the example query of the documentation.
    """
    rng = Random(f"files {count} {seed}")  # noqa: S311 - invented, not secret
    digits = 4 if count <= 1_000_000 else len(str(count))  # so that no folder holds a number twice
    example = min(count - 1, int(count * ((_EXAMPLE_DAY - _FIRST) / _DAYS) ** (1 / _GROWTH)))
    for number in range(count):
        shown = f"{number % 10**digits:0{digits}d}"
        day = _FIRST + int(_DAYS * ((number + 0.5) / count) ** _GROWTH)
        yield _file(rng, number, shown, _EXAMPLE_DAY if number == example else day, number == example, seed)


def _file(rng: Random, number: int, shown: str, day: int, example: bool, seed: int) -> File:
    chance = rng.random  # the order of the draws is the library
    taken = datetime.fromordinal(day) + timedelta(0, 25_200 + int(chance() * 54_000))
    year, month = taken.year, taken.month
    destination = _destination(year, month, seed)
    away = destination is not None and 8 <= taken.day <= 21
    camera = _camera(year, int(chance() * 1000))
    video = not example and chance() < 0.06
    spot = (destination if away else catalog_data.HOME) if example or (camera.gps and chance() < 0.8) else None
    created = max(taken + timedelta(0, int(chance() * 172_800)), MOVED_IN + timedelta(0, number * 7))
    return File(
        number,
        f"{camera.prefix}{shown}.{(camera.video_extension if video else camera.extension).upper()}",
        _folder(year, month, away),
        f"{destination.city} {year}" if away and destination else None,
        camera,
        video,
        camera.live and not video and chance() < 0.15,
        taken,
        created + timedelta(0, 0, 0, int(chance() * 1000)),
        created + timedelta(0, 26 if chance() < 0.95 else 26 + int(chance() * 10_000_000), 0, 1),
        spot,
        spot.latitude + (chance() - 0.5) * 0.01 if spot else 0.0,
        spot.longitude + (chance() - 0.5) * 0.01 if spot else 0.0,
        _EXAMPLE_SCENE if example else _things(rng),
        () if video or chance() < 0.65 else _people(rng),
        _choose(rng, catalog_data.EXPOSURES),
        _choose(rng, catalog_data.SENSITIVITIES),
        chance() < 0.1,
        chance() < 0.2,
        round(2 + chance() ** 3 * 178, 2),
        chance() < 0.03,
        chance() < 0.01,
        not example and chance() < 0.01,
    )


@lru_cache(maxsize=1024)
def _folder(year: int, month: int, away: bool) -> tuple[str, ...]:
    return "Pictures", str(year), f"{year}-{month:02}" + (" Vacation" if away else "")


def _choose(rng: Random, values: Sequence[str]) -> str:
    """Draw what ``rng.choice`` would, in half the time."""
    bits, draw = len(values).bit_length(), rng.getrandbits
    while (at := draw(bits)) >= len(values):
        pass
    return values[at]


def _things(rng: Random) -> tuple[str, ...]:
    chance = rng.random
    scene = catalog_data.SCENES[int(chance() * len(catalog_data.SCENES))]
    return scene[: int(chance() * (len(scene) + 1))]


def _people(rng: Random) -> tuple[int, ...]:
    chance, most = rng.random, len(catalog_data.PEOPLE)
    return tuple(sorted({int(chance() ** 2 * most) for _ in range(1 + int(chance() * 3))}))


@lru_cache(maxsize=512)
def _destination(year: int, month: int, seed: int) -> Spot | None:
    """Where the family went in that month, if anywhere. In August 2023 it was Vancouver."""
    if (year, month) == (2023, 8):
        return catalog_data.EXAMPLE
    rng = Random(f"trip {seed} {year}-{month}")  # noqa: S311 - invented, not secret
    return rng.choice(catalog_data.SPOTS) if month in _TRIP_MONTHS or rng.random() < 0.2 else None


@lru_cache(maxsize=32_768)
def _camera(year: int, draw: int) -> Camera:
    """One of those in use that year."""
    in_use = [camera for camera in catalog_data.CAMERAS if camera.first <= year <= camera.last]
    return in_use[draw % len(in_use)]
