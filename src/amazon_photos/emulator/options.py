"""How this small Amazon Photos behaves: frozen ``Options``; ``PATCH /_emulator/options`` puts others in their place."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args

from amazon_photos.errors import InvalidInput

from .deviations import DEVIATIONS
from .marketplaces import MARKETPLACES, find_suffix

Paging = Literal["token", "offset"]
Sizes = Literal["small", "real"]
Progress = Callable[[int], None]
"""Is told, now and then, how many invented files are there."""
PurgeErrors = Literal["errorMap", "numbers", "errors"]

MAX_FILES = 2_000_000
"""Of an invented library: some two gigabytes of database."""
MAX_RELATIONS = 20
"""Things, people, places and albums of one invented file."""
MAX_KEYS = 10_000
DEFAULT_KEYS = 300
_RANGES = {
    "latency": (0, 1e6),
    "index_delay": (0, 1e6),
    "processing": (0, 1e6),
    "quota": (0, 2**60),
    "session_lifetime": (0, 1e10),
    "clock_offset": (-6e10, 2.4e11),
}
"""The least and the most an option may be. With these offsets the clock stays between the years 120 and 9700."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Times in seconds, sizes in bytes. Raises ``InvalidInput`` for a value that cannot be meant."""

    region: str = "main"
    """Whose cookies are shown at start: ``ca``, ``co.uk`` or their suffix, ``acbuk``; those of all are accepted."""
    paging: Paging = "token"
    """Whether listings give a ``nextToken`` (as in 2026) or leave clients to offsets (as in December 2023)."""
    latency: float = 0.0
    """How long every answer is held back."""
    index_delay: float = 0.0
    """How long ``/search`` needs to learn of an upload."""
    processing: float = 0.0
    """How long an uploaded file stays PENDING, without content properties."""
    quota: int | None = None
    """Billable bytes the account may hold; None: as many as it likes."""
    prime: bool = False
    """Whether photos are free of charge, so that only other files are billable."""
    session_lifetime: float | None = None
    """How long after signing in the session ends, by the service's clock; None: never."""
    rotate: bool = False
    """Whether every signed-in answer sets a new ``session-token`` cookie."""
    clock_offset: float = 0.0
    """How far the service's clock is ahead of this machine's."""
    marketplace: str | None = None
    """Where the account is at home, such as ``de``: other marketplaces and zones refuse it. None: everywhere."""
    moving: bool = True
    """Whether ``PATCH /nodes/{id}`` takes ``parents``, as in 2015 (guess: nobody has shown it with cookies)."""
    purge_errors: PurgeErrors = "errorMap"
    """What a purge calls its map of failed ids: ``errorMap``, of texts or ``numbers`` (code, 2024), or ``errors``."""
    deviations: frozenset[str] = frozenset()
    """Facts that are otherwise here than on record, by their names in ``deviations``."""

    def __post_init__(self) -> None:
        suffix = find_suffix(self.region) if isinstance(self.region, str) else None
        if suffix is None:
            raise InvalidInput(
                "region must be a marketplace, such as com, ca or co.uk, or the suffix of its cookies, such as main "
                f"or acbuk, not {shorten(self.region)}"
            )
        object.__setattr__(self, "region", suffix)
        _require_word("paging", self.paging, get_args(Paging))
        _require_word("purge_errors", self.purge_errors, get_args(PurgeErrors))
        if self.marketplace is not None:
            _require_word("marketplace", self.marketplace, MARKETPLACES)
        object.__setattr__(self, "deviations", _read_deviations(self.deviations))
        for name in ("prime", "rotate", "moving"):
            if not isinstance(getattr(self, name), bool):
                raise InvalidInput(f"{name} must be true or false, not {shorten(getattr(self, name))}")
        for name, (least, most) in _RANGES.items():
            value = getattr(self, name)
            if not (value is None and name in ("quota", "session_lifetime")):
                require_number(name, value, least, most)

    def replace(self, changes: Mapping[str, Any]) -> Options:
        """Return these options with some in their place.

        Raises ``InvalidInput`` for a name that is no option.
        """
        unknown = sorted(set(changes) - {field.name for field in fields(self)}, key=str)
        if unknown:
            raise InvalidInput(
                f"unknown option {shorten(unknown[0])}; known: {', '.join(f.name for f in fields(self))}"
            )
        return replace(self, **changes)

    def as_dict(self) -> dict[str, Any]:
        """Return the options by name, as JSON can say them."""
        return {**asdict(self), "deviations": sorted(self.deviations)}


def _require_word(name: str, value: object, known: Iterable[str]) -> None:
    if not isinstance(value, str) or value not in known:
        raise InvalidInput(f"{name} must be one of {', '.join(known)}, not {shorten(value)}")


def _read_deviations(value: object) -> frozenset[str]:
    if not isinstance(value, list | tuple | set | frozenset):
        raise InvalidInput(f"deviations must be a list of names, not {shorten(value)}")
    for name in value:
        _require_word("a deviation", name, DEVIATIONS)
    return frozenset(value)


def require_number(name: str, value: object, least: float, most: float) -> None:
    """Raise ``InvalidInput`` for what is no number, and for one outside the range (NaN too)."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise InvalidInput(f"{name} must be a number from {least:,g} to {most:,g}, not {shorten(value)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invented:
    """Which library to invent: the same give the same library. Raises ``InvalidInput``."""

    files: int
    """How many, the trashed ones included; folders, albums and the movies of live photos come on top."""
    seed: int = 0
    """Chooses one of the many libraries of that size."""
    relations: int | None = None
    """How many things, people, places and albums each file is in, all together; None: as a family's are."""
    keys: int = DEFAULT_KEYS
    """How many things, people, places and albums there are, where ``relations`` is given."""
    sizes: Sizes = "small"
    """``small``: a kilobyte or two a file; ``real``: those of people's files, and their disorder (``lifelike``)."""

    def __post_init__(self) -> None:
        _require_whole("files", self.files, 0, MAX_FILES)
        _require_whole("seed", self.seed, -(2**63), 2**63 - 1)
        if not isinstance(self.sizes, str) or self.sizes not in get_args(Sizes):
            raise InvalidInput(f'sizes must be "small" or "real", not {shorten(self.sizes)}')
        if self.relations is not None:
            _require_whole("relations", self.relations, 1, MAX_RELATIONS)
            _require_whole("keys", self.keys, max(4, 2 * self.relations), MAX_KEYS)


def read_invented(
    files: Any, seed: Any = 0, sizes: Any = "small", relations: Any = None, keys: Any = None
) -> Invented | None:
    """Return the library that is meant, None for an empty one. Raises ``InvalidInput``."""
    if files is None:
        if (seed, sizes, relations, keys) != (0, "small", None, None):
            raise InvalidInput(
                "seed, sizes, relations and keys say which library is invented: give the number of its files, too"
            )
        return None
    if relations is None and keys is not None:
        raise InvalidInput("keys says how many things, people, places and albums there are: give relations, too")
    return Invented(
        files=files, seed=seed, sizes=sizes, relations=relations, keys=DEFAULT_KEYS if keys is None else keys
    )


def _require_whole(name: str, value: object, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InvalidInput(f"{name} must be a whole number from {least:,} to {most:,}, not {shorten(value)}")


def shorten(value: object) -> str:
    """Write a value as messages show it: whatever somebody sent, no more than a line of it."""
    try:
        return reprlib.repr(value)
    except ValueError:  # Python writes no number of more than 4,300 digits
        return "a number of thousands of digits"
