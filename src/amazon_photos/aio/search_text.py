"""What a search says of itself, as text and as HTML: what it asks, how many there were, and how it is read.

Nothing is sent for it: a search that nobody read or counted does not know how many it finds, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import FilterError
from ..model.amounts import show_count
from ..model.fields import Dialect
from ..model.plain_text import to_plain
from ..query.expr import Expr
from ..query.render import render
from ..query.sort import SortOrder

MAX_FILTER = 200
"""Characters of a filter that are shown."""

Ways = tuple[str, str]
"""How a search is read: as a whole, and in pieces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchText:
    """What was asked for."""

    title: str
    """What is listed; "" where the name says it."""
    asked: Expr | None
    """What Amazon answers."""
    local: Expr | None
    """What is answered here."""
    dialect: Dialect
    sort: SortOrder
    offset: int
    limit: int | None

    def to_text(self, name: str, found: int | None, ways: Ways) -> str:
        """Return a line; ``found`` is how many there were, ``ways`` are how it is read."""
        parts = [self.title, *self._list_parts()] if self.title else self._list_parts()
        return f"<{name} {', '.join(parts) or 'of everything'}: {_tell_found(found)}; {self._choose(ways)}>"

    def to_html(self, name: str, found: int | None, ways: Ways) -> str:
        """Return the same for a notebook."""
        import html

        told = "".join(f"<li><code>{html.escape(part)}</code></li>" for part in self._list_parts())
        title = f" of {html.escape(self.title)}" if self.title else ""
        return (
            f"<p><b>{name}</b>{title}: {_tell_found(found)}. Next: <code>{html.escape(self._choose(ways))}</code></p>"
            f"{f'<ul>{told}</ul>' if told else ''}"
        )

    def _choose(self, ways: Ways) -> str:
        """The ways that there are: what is sorted here has to be there as a whole."""
        whole, in_pieces = ways
        return whole if self.sort.here else f"{whole}, {in_pieces}"

    def _list_parts(self) -> list[str]:
        parts = []
        if self.asked is not None:
            parts.append(_show(self.asked, self.dialect))
        if self.local is not None:
            parts.append(f"here {_show(self.local, 'local')}")
        if self.sort or self.sort.here:
            keys = [f"{'-' if key.descending else ''}{key.field.column or key.field.path}" for key in self.sort.keys]
            order = ", ".join(keys) if keys else to_plain(self.sort.text)
            parts.append(f"here sort {order}" if self.sort.here else f"sort {order}")
        if self.offset:
            parts.append(f"from {self.offset:,}")
        if self.limit is not None:
            parts.append(f"at most {self.limit:,}")
        return parts


def _show(filters: Expr, dialect: Dialect) -> str:
    try:
        text = to_plain(render(filters, dialect=dialect)).replace("\n", " ")
    except FilterError:  # what no text can say, such as a pattern
        text = f"a filter by {', '.join(dict.fromkeys(term.field for term in filters.terms()))}"
    return text if len(text) <= MAX_FILTER else f"{text[:MAX_FILTER]}…"


def _tell_found(found: int | None) -> str:
    return "not read yet" if found is None else f"{show_count(found, 'nodes')} when it was last read"
