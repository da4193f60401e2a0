"""Every fact of docs/api.md can be asked by the probe, or says why not; and every question has its fact there."""

import re
from collections import Counter
from pathlib import Path

import pytest

from amazon_photos.probe.questions import QUESTIONS

API = Path(__file__).parents[2] / "docs" / "api.md"
_CELL = re.compile(r"(?<!\\)\|")


def facts():
    """The rows that tell a fact: its name, and the other cells by the head of their table."""
    head = None
    for line in API.read_text("utf-8").splitlines():
        if not line.startswith("|"):
            head = None
            continue
        cells = [cell.strip() for cell in _CELL.split(line)[1:-1]]
        if head is None:
            head = cells
        elif head[0] == "fact" and not cells[0].startswith("---"):
            yield cells[0].strip("`"), dict(zip(head, cells, strict=True))


FACTS = list(facts())
ASKED = {question.fact for question in QUESTIONS}


def test_facts_and_questions_have_one_name_each():
    """A name means one fact, and one question asks about it."""
    assert not [name for name, times in Counter(name for name, _ in FACTS).items() if times > 1]
    assert len(ASKED) == len(QUESTIONS)


def test_what_is_asked_is_documented():
    """Every question has its line in the document, and every line that says so has its question."""
    assert {name for name, row in FACTS if row["probe"] == "asked"} == ASKED


@pytest.mark.parametrize(("name", "row"), FACTS, ids=[name for name, _ in FACTS])
def test_a_fact_says_how_it_is_settled(name, row):
    """It is asked, or another question that there is tells it, or the reason why no probe can tell stands there."""
    told = row["probe"]
    other = re.fullmatch(r"`([a-z0-9-]+)`", told)
    assert told == "asked" or (other and other[1] in ASKED) or re.fullmatch(r"no probe: \w.+", told), told


@pytest.mark.parametrize(("name", "row"), FACTS, ids=[name for name, _ in FACTS])
def test_a_fact_says_how_it_is_known(name, row):
    """Each has a mark; guesses stand in their one table, which needs none."""
    assert "mark" not in row or re.match(r"[LCDG]\b", row["mark"])
