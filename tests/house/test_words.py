"""The words of results are those of their enums: in docstrings, in documents and in the modules that make them."""

import re
from pathlib import Path
from typing import get_type_hints

import pytest

from amazon_photos import AsyncAmazonPhotos
from amazon_photos.frames import results
from amazon_photos.frames.results import NodeOutcome
from amazon_photos.model.findings import DoctorOutcome
from amazon_photos.probe.question import ProbeOutcome

ROOT = Path(__file__).parents[2]
WORDS = {
    "upload": ("outcome", set(results.UploadOutcome)),
    "plan_upload": ("action", set(results.UploadAction)),
    "download": ("outcome", set(results.DownloadOutcome)),
    "check": ("outcome", set(results.Comparison)),
    "backed_up": ("outcome", set(results.BackupOutcome)),
    "create_folders": ("outcome", set(results.FolderOutcome)),
    "refresh": ("change", set(results.Change)),
    "trash": ("outcome", {NodeOutcome.TRASHED, NodeOutcome.FAILED}),
    "restore": ("outcome", {NodeOutcome.RESTORED, NodeOutcome.FAILED}),
    "delete": ("outcome", {NodeOutcome.DELETED, NodeOutcome.FAILED}),
    "favorite": ("outcome", {NodeOutcome.FAVORITED, NodeOutcome.FAILED}),
    "unfavorite": ("outcome", {NodeOutcome.UNFAVORITED, NodeOutcome.FAILED}),
    "hide": ("outcome", {NodeOutcome.HIDDEN, NodeOutcome.FAILED}),
    "unhide": ("outcome", {NodeOutcome.UNHIDDEN, NodeOutcome.FAILED}),
    "add_to_album": ("outcome", {NodeOutcome.ADDED, NodeOutcome.FAILED}),
    "remove_from_album": ("outcome", {NodeOutcome.REMOVED, NodeOutcome.FAILED}),
    "move": ("outcome", {NodeOutcome.MOVED, NodeOutcome.FAILED}),
    "rename": ("outcome", {NodeOutcome.RENAMED, NodeOutcome.SKIPPED, NodeOutcome.FAILED}),
    "describe": ("outcome", {NodeOutcome.DESCRIBED, NodeOutcome.FAILED}),
    "label": ("outcome", {NodeOutcome.LABELED, NodeOutcome.FAILED}),
    "albums.rename": ("outcome", {NodeOutcome.RENAMED, NodeOutcome.FAILED}),
    "albums.delete": ("outcome", {NodeOutcome.TRASHED, NodeOutcome.FAILED}),
    "people.rename": ("outcome", {NodeOutcome.RENAMED, NodeOutcome.FAILED}),
    "people.merge": ("outcome", {NodeOutcome.MERGED, NodeOutcome.FAILED}),
    "people.set_picture": ("outcome", {NodeOutcome.PICTURED, NodeOutcome.FAILED}),
    "family.add": ("outcome", {NodeOutcome.SHARED, NodeOutcome.FAILED}),
    "family.remove": ("outcome", {NodeOutcome.UNSHARED, NodeOutcome.FAILED}),
    "albums.create": ("outcome", {NodeOutcome.CREATED, NodeOutcome.ADDED, NodeOutcome.FAILED}),
    "albums.ensure": ("outcome", {NodeOutcome.CREATED, NodeOutcome.EXISTS, NodeOutcome.ADDED, NodeOutcome.FAILED}),
    "albums.add": ("outcome", {NodeOutcome.ADDED, NodeOutcome.FAILED}),
    "albums.remove": ("outcome", {NodeOutcome.REMOVED, NodeOutcome.FAILED}),
    "catalog.refresh": ("change", set(results.Change)),
    "probe": ("outcome", set(ProbeOutcome)),
    "doctor": ("outcome", set(DoctorOutcome)),
}
COLUMNS = {
    "upload": results.TRANSFERS.names[1:],
    "plan_upload": results.PLAN.names,
    "download": results.TRANSFERS.names[1:],
    "check": results.COMPARED.names,
    "backed_up": results.BACKED_UP.names,
    "create_folders": results.FOLDERS.names,
    "usage": results.USAGE.names,
    "surprises": results.SURPRISES.names,
    "aggregations": results.AGGREGATIONS.names,
    "probe": results.PROBED.names,
    "doctor": results.DOCTOR.names,
    **dict.fromkeys(("trash", "restore", "delete", "favorite", "unfavorite", "hide", "unhide"), results.NODES.names),
    "move": results.NODES.names,
    **dict.fromkeys(("add_to_album", "remove_from_album", "albums.add", "albums.remove"), results.NODES.names),
}


def _held(method):
    group, _, name = method.rpartition(".")
    face = get_type_hints(getattr(AsyncAmazonPhotos, group).fget)["return"] if group else AsyncAmazonPhotos
    return getattr(face, name)


def _paragraph(method, begins):
    """The paragraph of its docstring that tells of rows."""
    paragraphs = re.split(r"\n\s*\n", _held(method).__doc__)
    (found,) = [each for each in paragraphs if re.search(begins, each)]
    return found


@pytest.mark.parametrize("method", WORDS)
def test_docstrings_say_the_words_that_are_produced(method):
    """All of them and no other, behind the column's name (defect D10)."""
    column, words = WORDS[method]
    told = _paragraph(method, "a row for each")
    assert f"``{column}``" in told
    assert set(re.findall(r'"(\w+)"', told)) == words


@pytest.mark.parametrize("method", COLUMNS)
def test_docstrings_tell_the_columns(method):
    """Every column that its frame has."""
    told = _paragraph(method, "``reason``|Columns: ")
    assert set(COLUMNS[method]) <= set(re.findall(r"``(\w+)``", told))


def test_every_word_of_an_enum_has_a_method():
    """No word stands in an enum that no method gives."""
    assert set().union(*(words for _, words in WORDS.values() if words & set(NodeOutcome))) >= set(NodeOutcome)


def test_no_document_speaks_the_old_words():
    """The columns `what` and `have`, the method `have()`, and the signs of `check` are gone."""
    old = re.compile(
        r"`what`|\bap\.have\b|`have`|\.what\b|\bnodeId\b.*aggregations|aggregations.*\bnodeId\b|= same, \+ only here"
    )
    documents = [
        ROOT / "README.md",
        ROOT / "docs/transfers.md",
        ROOT / "docs/frames.md",
        ROOT / "src/amazon_photos/cli/demo/tour.py",
    ]
    assert not [path.name for path in documents if old.search(path.read_text("utf-8"))]
