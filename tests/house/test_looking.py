"""Whether something is there is asked through ``os.path``, which answers no where somebody may not look.

``Path.exists``, ``is_dir``, ``is_file`` and ``is_symlink`` raise ``PermissionError`` there, up to Python 3.13.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_LOOK = re.compile(r"([\w.]+|[])])\.(?:exists|is_dir|is_file|is_symlink)\b")
_OTHERS = re.compile(r"os\.path|F\.\w+|(?:.+\.)?(?:entry|self|_store)")
"""Whose methods of these names are something else."""


def test_no_path_is_asked_what_it_is():
    """What somebody may not look at is no mistake of this program, and is the same on every Python."""
    found = [
        f"{path.relative_to(ROOT)}: {look[0]}"
        for path in (ROOT / "src/amazon_photos").rglob("*.py")
        for look in _LOOK.finditer(path.read_text("utf-8"))
        if path.parent.name != "query" and not _OTHERS.fullmatch(look[1])
    ]
    assert not found
