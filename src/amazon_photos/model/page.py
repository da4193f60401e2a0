"""One page of a listing, as it came: the nodes still raw, so that frames lose nothing."""

from __future__ import annotations

import msgspec


class Page(msgspec.Struct, frozen=True, kw_only=True, rename={"next_token": "nextToken"}):
    """``count`` is Amazon's total over all pages; ``data`` holds the raw JSON text of each node."""

    count: int
    data: list[msgspec.Raw] = []
    next_token: str | None = None

    def __repr__(self) -> str:  # tracebacks show it: neither what it holds nor the token
        return f"<{type(self).__name__} of {len(self.data)}, {self.count} in all>"
