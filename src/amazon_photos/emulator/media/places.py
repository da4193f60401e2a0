"""Where a picture was taken, as the search word ``location`` has it: ``CAN#BC#Vancouver``.

Country (ISO 3166 alpha-3), state and city of the nearest place in an offline gazetteer (GeoNames). The gazetteer is
read at the first question, which takes a second or two; every later one takes microseconds.

Where the protocol is silent (only ``CAN#BC#Vancouver`` is on record):

* A state has its postal code where people use one (Canada, the United States, Australia), elsewhere its name; where
  there is none, country and city stand alone: ``SGP#Singapore``.
* Parts of a big city are that city: within ten kilometres of half a million people.
* Nothing lives at sea: farther than a hundred kilometres from the nearest place there is no place.
"""

from __future__ import annotations

import math
import threading
from functools import cache, lru_cache

_LEVELS = ((500_000, 10.0), (0, 100.0))
"""People a place must have, and how many kilometres around it count as that place; the first that fits is taken."""
_WITH_CODES = frozenset({"CA", "US", "AU"})
_KOSOVO = "XK"  # has no ISO 3166 code; everybody uses this one
_EARTH = 6371.0

_lock = threading.Lock()


def place(latitude: float, longitude: float) -> str | None:
    """Find ``CAN#BC#Vancouver``, or None where there is nothing near.

    Used from several threads.
    """
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # false for NaN too
        return None
    return _place(round(latitude, 3), round(longitude, 3))


@lru_cache(maxsize=4096)
def _place(latitude: float, longitude: float) -> str | None:
    import reverse_geocode

    for people, reach in _LEVELS:
        with _lock:  # the gazetteer is one object that is changed by every question
            found = dict(reverse_geocode.get((latitude, longitude), people))
        if _kilometres(latitude, longitude, found["latitude"], found["longitude"]) <= reach:
            return _name(found["country_code"], found.get("state"), found["city"])
    return None


def _name(country: str, state: str | None, city: str) -> str:
    parts = (_alpha3(country), _state(country, state) if state else None, city)
    return "#".join(part.replace("#", " ") for part in parts if part)


@cache
def _alpha3(country: str) -> str:
    import pycountry

    found = pycountry.countries.get(alpha_2=country)
    return "XKX" if country == _KOSOVO else str(found.alpha_3) if found else country


@cache
def _state(country: str, state: str) -> str:
    if country not in _WITH_CODES:
        return state
    import pycountry

    codes = {one.name: str(one.code).partition("-")[2] for one in pycountry.subdivisions.get(country_code=country)}
    return codes.get(state, state)


def _kilometres(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Along the great circle."""
    here, there = math.radians(latitude), math.radians(to_latitude)
    across = math.radians(to_longitude - longitude)
    haversine = math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(across / 2) ** 2
    return 2 * _EARTH * math.asin(min(1.0, math.sqrt(haversine)))
