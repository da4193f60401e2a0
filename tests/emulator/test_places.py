"""Places are named as the search names them."""

from __future__ import annotations

import math
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from amazon_photos.emulator.media import places
from amazon_photos.emulator.media.places import place


@pytest.mark.parametrize(
    ("latitude", "longitude", "named"),
    [
        (49.28, -123.12, "CAN#BC#Vancouver"),
        (40.7484, -73.9857, "USA#NY#New York City"),
        (-37.8136, 144.9631, "AUS#VIC#Melbourne"),
        (43.4674, 11.8851, "ITA#Tuscany#Arezzo"),
        (49.153, -125.9066, "CAN#BC#Tofino"),
        (1.2834, 103.8607, "SGP#Singapore"),
        (42.66, 21.16, "XKX#Pristina#Pristina"),
    ],
)
def test_named(latitude: float, longitude: float, named: str) -> None:
    """Country, state and city; postal codes of states where people use them; a part of a big city is that city."""
    assert place(latitude, longitude) == named


@pytest.mark.parametrize("point", [(0, -140), (91, 0), (0, 181), (math.nan, 0), (0, math.inf)])
def test_nowhere(point: tuple[float, float]) -> None:
    """The middle of the ocean and points that don't exist have no place, and are no error."""
    assert place(*point) is None


def test_threads() -> None:
    """Many threads that ask at once get the answers that one would get."""
    points = [(40 + step / 7, 2 + step / 5) for step in range(60)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda point: place(*point), points))
    places._place.cache_clear()
    assert together == [place(*point) for point in points]


def test_lazy() -> None:
    """Importing the module reads no gazetteer and no scipy."""
    code = (
        "import sys, amazon_photos.emulator.media.places; "
        "sys.exit(bool({'scipy', 'reverse_geocode'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
