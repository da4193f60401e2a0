"""A JSON sidecar: the node's columns as ``records(json=True)`` gives them, what it belongs to, and how old that is.

::

    {"written_by": "amazon-photos sidecar 1 …",
     "name": "IMG_1.jpg", "taken": "2012-08-25T14:23:24.089", …
     "albums": [{"key": "…", "name": "Summer"}], "people": […], "things": […], "places": […], "family": […],
     "as_of": {"node": "2026-05-01T10:00:00.000Z", "albums": {"…": "2026-04-30T08:00:00.000Z"}, …}}

The five lists are null where nobody asked Amazon for them, and [] where it tells none.
"""

from __future__ import annotations

import json
from datetime import datetime
from types import MappingProxyType
from typing import Any

from ...model.fields import COLUMNS, EXTRA_COLUMN, Relation
from ...model.times import write_time
from .mark import make_mark, seal
from .node_knowledge import NodeKnowledge
from .xml_text import to_utf8

JSON_COLUMNS = tuple(name for name in (*COLUMNS, EXTRA_COLUMN) if name != "tempLink")
"""All of a node's, but for an address that is another one at every answer."""
LISTS: MappingProxyType[str, Relation] = MappingProxyType(
    {"albums": "album", "people": "person", "things": "thing", "places": "place", "family": "family"}
)
_WRITTEN_BY, _AS_OF = "written_by", "as_of"


def render_json(known: NodeKnowledge) -> bytes:
    """Render what is known of a node as a sidecar; its values are such as JSON has."""
    asked = known.memberships is not None
    lists: dict[str, Any] = {
        name: [{"key": each.key, "name": each.name} for each in known.of(word)] if asked else None
        for name, word in LISTS.items()
    }
    ages: dict[str, Any] = {
        name: {each.key: _write(each.asked_at) for each in known.of(word)} if asked else None
        for name, word in LISTS.items()
    }
    record = {
        _WRITTEN_BY: make_mark(relations=asked),
        **known.values,
        **lists,
        _AS_OF: {"node": _write(known.asked_at), **ages},
    }
    return seal(to_utf8(json.dumps(record, ensure_ascii=False, indent=1) + "\n"))


def tells_the_same(one: bytes, other: bytes) -> bool:
    """Tell whether two sidecars say the same of a node, however old that is."""
    return bool(_read(one) == _read(other))


def _read(data: bytes) -> Any:
    record = json.loads(data)
    return {name: value for name, value in record.items() if name not in (_WRITTEN_BY, _AS_OF)}


def _write(moment: datetime | None) -> str | None:
    return None if moment is None else write_time(moment)
