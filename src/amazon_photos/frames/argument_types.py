"""The types of arguments that may be frames, for those who annotate their own functions with them.

Apart from what reads them, because they name pandas' types, and pandas is loaded only where a frame is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..model.node import Node
from ..model.tree import Folder

if TYPE_CHECKING:
    Column = pd.Series[Any]
    Texts = pd.Index[str]
else:  # they take no parameters at run time
    Column = pd.Series
    Texts = pd.Index

Row = Column | pd.DataFrame | Mapping[str, Any]
"""One row of a frame, a frame of one row, or a record."""
OneNode = str | Node | Folder | Row
"""An id, a node, a folder or a row."""
Ids = str | Node | Folder | Iterable[str] | Iterable[Node] | Iterable[Folder] | pd.DataFrame | Column
"""Ids, nodes or folders, one or many, a column of ids, or a frame that has one."""
Md5s = str | Iterable[str] | pd.DataFrame | Column | Texts
"""MD5s: one, many, a column or an index of them, or a frame with a column ``md5``."""
