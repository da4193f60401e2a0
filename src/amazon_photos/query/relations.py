"""Words that no column answers: what Amazon relates a node to (people, things, places, albums, the family).

A tree asks ``Question``s of whoever knows the relations, one for each value of such a word. The answers are masks over
the whole table, and stand beside its columns while a tree is evaluated. Pure: who knows them is no matter here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import FilterError
from ..model.fields import WORDS, Relation
from .expr import Expr, Value, leaves
from .validation import RELATIONS

if TYPE_CHECKING:
    import pyarrow as pa

_WHAT: dict[Relation, str] = {
    "album": "which albums nodes are in",
    "person": "who is on them",
    "thing": "what is on them",
    "place": "where they were taken",
    "family": "whose they are",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One value of a word, such as ``things`` and ``Equal("beach")``: which rows are related to it?"""

    word: str
    value: Value

    @property
    def relation(self) -> Relation:
        """What the word asks of."""
        return WORDS["local"][self.word].relation or "thing"

    @property
    def column(self) -> str:
        """The name of the column that holds the answer; no column of a node is called so."""
        return f"{self.word}:{self.value!r}"


Answers = Callable[[Question], "pa.Array"]
"""Gives a boolean for each row of the table: whether it is related so. Raises ``FilterError`` for unknown names."""


def list_questions(expr: Expr) -> list[Question]:
    """List what ``expr`` asks of relations, each question once."""
    terms = [term for term in expr.terms() if (field := WORDS["local"].get(term.field)) and field.relation]
    return list(dict.fromkeys(Question(term.field, value) for term in terms for value in leaves(term.value)))


def missing_relations(word: str) -> FilterError:
    """Make the error for a word that is asked where no relations are kept."""
    field = WORDS["local"][word]
    online = "; online, query() asks Amazon's search index" if field.search else ""
    return FilterError(
        f"this catalogue does not hold what answers {word!r}: {_WHAT[field.relation or 'thing']}",
        hint=f"{RELATIONS} brings it{online}",
    )
