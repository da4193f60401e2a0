"""The emulator's SQL, read as text."""

import re
from pathlib import Path

from amazon_photos import emulator


def test_no_question_mark_is_numbered():
    """From Python 3.14 on, sqlite3 refuses ``?1`` with a sequence of values; until 3.11 it says nothing of it."""
    modules = Path(emulator.__file__).parent.rglob("*.py")
    assert not [path.name for path in modules if re.search(r"\?\d", path.read_text("utf-8"))]
