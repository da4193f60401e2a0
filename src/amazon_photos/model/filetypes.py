"""One table of file types, ``known-file-types.csv`` beside this file: a category for every extension.

It begins with the predecessor's 83 rows, in its order; behind them stand what cameras and phones write today. The
column ``category``, filters, layouts, ``only=`` of an upload, and which files' dates are passed on all go by it.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType


@cache
def categories() -> Mapping[str, str]:
    """Return the category of each extension: ``{"jpg": "img", …}``, in lower case without dots."""
    text = Path(__file__).with_name("known-file-types.csv").read_text("utf-8")
    return MappingProxyType(
        {row["extension"].lstrip("."): row["category"] for row in csv.DictReader(text.splitlines())}
    )


def category(name_or_extension: str) -> str | None:
    """Return the category of ``IMG_1.JPG``, ``.jpg`` or ``jpg``; None where the table has none."""
    return categories().get(name_or_extension.rpartition(".")[2].lower())


def category_of(name: str) -> str | None:
    """Return the category of a file by its name; None for a name without an extension, such as ``jpg``."""
    return category(name) if "." in name else None
