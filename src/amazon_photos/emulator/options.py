"""How this small Amazon Photos behaves: frozen ``Options``; ``PATCH /_emulator/options`` puts others in their place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args

from amazon_photos.errors import BadInput

Paging = Literal["token", "offset"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Times in seconds, sizes in bytes. Raises ``BadInput`` for a value that cannot be meant."""

    region: str = "main"
    """Suffix of the cookies shown at start; cookies of every marketplace are accepted (one port serves them all)."""
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

    def __post_init__(self) -> None:
        if not re.fullmatch("main|acb[a-z]{2}", str(self.region)):
            raise BadInput(f"region must be the suffix of a cookie, such as main or acbuk, not {self.region!r}")
        if self.paging not in get_args(Paging):
            raise BadInput(f'paging must be "token" or "offset", not {self.paging!r}')
        for name in ("latency", "index_delay", "processing", "quota", "session_lifetime"):
            value = getattr(self, name)
            if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or value < 0):
                raise BadInput(f"{name} must be a number from 0 upwards, not {value!r}")
        if isinstance(self.clock_offset, bool) or not isinstance(self.clock_offset, int | float):
            raise BadInput(f"clock_offset must be a number of seconds, not {self.clock_offset!r}")

    def changed(self, changes: Mapping[str, Any]) -> Options:
        """These options with some in their place. Raises ``BadInput`` for a name that is no option."""
        unknown = sorted(set(changes) - {field.name for field in fields(self)})
        if unknown:
            raise BadInput(f"unknown option {unknown[0]!r}; known: {', '.join(f.name for f in fields(self))}")
        return replace(self, **changes)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
