"""The frames of plans and results, which say in a line above the table what they are of, how many, and what next.

::

    plan of 16 files: 12 to upload (34.0 MB), 3 exists, 1 conflict. Next: ap.upload(plan=…) does it; …
                   path  action  reason  …
    0   /home/ada/a.jpg  upload    <NA>  …

A table has to be of a class of its own for that: pandas asks the class what to show. ``DataFrame.attrs`` would be
carried on to slices, of which it is not true, and into files, and shows nothing. So the class does nothing else:
whatever is made of such a frame (a slice, a copy, a join, what comes out of a pickle) is a plain DataFrame, and the
line is counted from the table as it is when it is shown. Frames of nodes are plain ones; there is nothing to add.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, SupportsIndex

import pandas as pd

from ..model.amounts import show_count, show_size
from ..model.plain_text import to_plain

ResultKind = Literal[
    "plan", "upload", "download", "check", "look-up", "refresh", "probe", "nodes", "folders", "changes"
]
_WORDS = ("outcome", "action", "change")
"""The columns that say what became of a row."""
_NOUNS: Mapping[str, str] = MappingProxyType(
    {"nodes": "nodes", "refresh": "nodes", "folders": "folders", "probe": "facts", "changes": "changes"}
)
"""What the rows are, where they are no files."""
_TO_DO = ("upload", "rename", "replace")
_PHRASES: Mapping[str, str] = MappingProxyType(
    {
        "upload": "to upload",
        "rename": "to upload under another name",
        "replace": "to put in the place of others",
        "skip": "to skip",
    }
)
"""How a plan's actions are told; its other words, and all outcomes, as they are."""
_NEXT: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("plan", "conflict"): 'conflict="rename" or "replace" takes what is in conflict',
        ("upload", "conflict"): 'conflict="rename" or "replace" takes what is in conflict',
        ("upload", "failed"): "the same again goes on with what failed",
        ("download", "conflict"): 'on_exists="rename" takes what is in conflict',
        ("download", "failed"): "the same again goes on with what failed",
        ("nodes", "trashed"): "ap.restore(…) takes them back, for 30 days",
        ("check", "local_only"): "ap.upload(…) brings what is only here",
        ("check", "remote_only"): "ap.download(…) brings what is only there",
        ("look-up", "missing"): "ap.upload(…) brings what is missing",
    }
)
"""What there is to do about a word of a kind of frame."""


class ResultFrame(pd.DataFrame):
    """A DataFrame that shows a line above its table. All that is made of it is a plain ``DataFrame``."""

    _metadata = ["_kind"]  # noqa: RUF012 - as pandas wants it
    _kind: ResultKind = "nodes"

    @property
    def _constructor(self) -> Callable[..., pd.DataFrame]:
        return pd.DataFrame

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return pd.DataFrame, (pd.DataFrame(self),)

    def __repr__(self) -> str:
        return f"{summarize(self, self._kind)}\n{to_plain(super().__repr__())}"

    def _repr_html_(self) -> str | None:
        table = super()._repr_html_()  # type: ignore[misc]  # pandas-stubs does not have it
        return None if table is None else f"<p>{html.escape(summarize(self, self._kind))}</p>\n{to_plain(table)}"


def to_result(frame: pd.DataFrame, kind: ResultKind) -> pd.DataFrame:
    """Return the frame as one that says what it is of; its data is the same."""
    result = ResultFrame(frame)
    result._kind = kind
    return result


def summarize(frame: pd.DataFrame, kind: ResultKind) -> str:
    """Summarize a frame of results in a line: what it is of, how many, and what next.

    Columns that were taken away meanwhile tell nothing.
    """
    word_column = next((name for name in _WORDS if name in frame.columns and frame.columns.is_unique), None)
    found = {} if word_column is None else frame[word_column].value_counts().to_dict()
    counts = {str(word): count for word, count in found.items()}
    told = [_tell_word(frame, kind, word, count) for word, count in counts.items()]
    noun = _NOUNS.get(kind, "files")
    if kind == "refresh" and frame.empty:
        return "refresh: nothing has changed"
    of = "plan of " if kind == "changes" else "" if kind == noun else f"{kind} of "
    line = f"{of}{show_count(len(frame), noun)}{': ' if told else ''}{', '.join(told)}"
    steps = _list_next(kind, counts)
    return to_plain(f"{line}. Next: {'; '.join(steps)}" if steps else line)


def _tell_word(frame: pd.DataFrame, kind: ResultKind, word: str, count: int) -> str:
    if kind == "changes":
        return f"{count:,} to {word}{_tell_held(frame, word, count)}"
    if kind != "plan":
        return f"{count:,} {word}"
    told = f"{count:,} {_PHRASES.get(word, word)}"
    if word not in _TO_DO or "size" not in frame.columns:
        return told
    sizes = pd.to_numeric(frame["size"][frame["action"] == word], errors="coerce")
    return f"{told} ({show_size(float(sizes.fillna(0).sum()))})"


def _tell_held(frame: pd.DataFrame, word: str, count: int) -> str:
    """What a plan changes beyond its rows: what folders hold, and rows that change nothing."""
    chosen, told = frame[frame["action"] == word], []
    if "count" in chosen.columns and (nodes := int(pd.to_numeric(chosen["count"], errors="coerce").sum())) > count:
        told.append(show_count(nodes, "nodes"))
    if {"before", "after"} <= {*chosen.columns} and (same := int((chosen["before"] == chosen["after"]).sum())):
        told.append(f"{same:,} so already")
    return f" ({', '.join(told)})" if told else ""


def _list_next(kind: ResultKind, counts: Mapping[str, int]) -> list[str]:
    steps = ["ap.upload(plan=…) does it"] if kind == "plan" and not counts.keys().isdisjoint(_TO_DO) else []
    steps += ["ap.apply(plan) does it"] if kind == "changes" and counts else []
    steps += [_NEXT[kind, word] for word in counts if (kind, word) in _NEXT]
    if "failed" in counts:
        steps.append("the column reason says why")
    return steps
