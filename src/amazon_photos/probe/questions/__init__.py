"""What is asked, in this order: the earlier questions teach what the later ones need."""

from __future__ import annotations

from ..question import Question
from . import account, content, filters, listing, nodes, search

QUESTIONS: tuple[Question, ...] = (
    *account.QUESTIONS,
    *listing.QUESTIONS,
    *nodes.QUESTIONS,
    *filters.QUESTIONS,
    *search.QUESTIONS,
    *content.QUESTIONS,
)
