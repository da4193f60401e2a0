"""Ids in paths, the text of filters, and the parameters that every metadata call repeats."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from ..errors import InvalidInput
from ..model.checks import is_node_id, show
from ..model.fields import Dialect
from ..query.expr import Expr
from ..query.render import render

API_VERSION: Mapping[str, str] = MappingProxyType({"resourceVersion": "V2", "ContentType": "JSON"})
"""Without V2, nodes lack their ownerId and albums cannot be made (live). JSON bodies repeat both."""

DEFAULT_PARAMS: Mapping[str, str] = MappingProxyType({"asset": "ALL", "tempLink": "false", **API_VERSION})
"""What Amazon's own page sends with every metadata call (live)."""

MAX_PER_PAGE = 200
MAX_TO_TRASH = 50
MAX_TO_PURGE = 50
MAX_TO_ALBUM = 25
MAX_TO_ZIP = 1200


def check_id(text: str) -> str:
    """Check that an id may stand in a path, and return it.

    They are 22 characters and may begin with a hyphen; length is left to Amazon.
    """
    if not is_node_id(text):
        raise InvalidInput(f"not a node id: {show(text)} (ids are 22 letters, digits, - and _, as in the column 'id')")
    return text


def to_moment(milliseconds: float) -> datetime | None:
    """Return the moment that is so many milliseconds after 1970; None for one that no calendar has."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def filter_text(filters: Expr | None, dialect: Dialect = "node") -> str:
    """Render a filter, once and here; "" when nothing is asked."""
    return "" if filters is None else render(filters, dialect=dialect)
