"""The seed's known file types: a category for every extension (``known-file-types.csv`` beside this file)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType


@cache
def categories() -> Mapping[str, str]:
    """``{"jpg": "img", "mp4": "vid", …}``: extension in lower case without the dot -> category."""
    text = resources.files(__package__).joinpath("known-file-types.csv").read_text("utf-8")
    return MappingProxyType(
        {row["extension"].lstrip("."): row["category"] for row in csv.DictReader(text.splitlines())}
    )


def category(name_or_extension: str) -> str | None:
    """The category of ``IMG_1.JPG``, ``.jpg`` or ``jpg``; None for an extension the seed doesn't list."""
    return categories().get(name_or_extension.rpartition(".")[2].lower())
