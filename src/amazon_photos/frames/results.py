"""The frames that say what was done, what would be done, and how two places compare: their words and their columns.

==============  ====================  =============================================================
frame           word                  of
==============  ====================  =============================================================
uploads         ``UploadOutcome``     ``upload``
plans           ``UploadAction``      ``plan_upload``, ``upload(dry_run=True)``
downloads       ``DownloadOutcome``   ``download``
their plans     ``DownloadAction``    ``download(dry_run=True)``
changed nodes   ``NodeOutcome``       ``trash``, ``restore``, ``delete``, ``favorite``, ``move`` …, albums, people
their plans     ``plans.Action``      the same with ``dry_run=True``
folders         ``FolderOutcome``     ``create_folders``
comparisons     ``Comparison``        ``check``
backups         ``BackupOutcome``     ``backed_up``
refreshes       ``Change``            ``refresh``: the column ``change``, then the columns of nodes
probes          ``ProbeOutcome``      ``probe`` (of ``probe.question``)
checks          ``DoctorOutcome``     ``doctor`` (of ``model.findings``)
==============  ====================  =============================================================

The column is called ``outcome``, in plans ``action``; never ``status``, which is Amazon's word for a node. The words
are text, so that a report, a CSV and a database hold what the frame holds.
"""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa

from .columns import TIME


class UploadOutcome(StrEnum):
    """What became of a file on its way up."""

    UPLOADED = "uploaded"
    """It is up, whole: size and MD5 were compared."""
    RENAMED = "renamed"
    """It is up under another name: its own is taken by other content."""
    REPLACED = "replaced"
    """It is up, and what had its name is in the trash."""
    EXISTS = "exists"
    """The library held this content already."""
    DUPLICATE = "duplicate"
    """The same content as another file of this upload."""
    CONFLICT = "conflict"
    """Its name is taken by other content."""
    SKIPPED = "skipped"
    """Not wanted, or nothing that can go up."""
    FAILED = "failed"
    """It is not up, for the ``reason``."""


class UploadAction(StrEnum):
    """What an upload is going to do with a file."""

    UPLOAD = "upload"
    """Goes up."""
    RENAME = "rename"
    """Goes up under another name: its own is taken by other content."""
    REPLACE = "replace"
    """Goes up, and what has its name goes to the trash."""
    EXISTS = "exists"
    """Stays: the library holds this content already."""
    DUPLICATE = "duplicate"
    """Stays: the same content as another file of this upload."""
    CONFLICT = "conflict"
    """Stays: its name is taken by other content."""
    SKIP = "skip"
    """Stays: not wanted, or nothing that can go up."""
    FAILED = "failed"
    """It cannot be read, or its folder's name can mean several."""


class DownloadOutcome(StrEnum):
    """What became of a node on its way down."""

    DOWNLOADED = "downloaded"
    """The file is here, whole: size and MD5 were compared."""
    EXISTS = "exists"
    """The file is here already, with this content."""
    CONFLICT = "conflict"
    """Something else has the name here."""
    SKIPPED = "skipped"
    """Nothing that can be downloaded: a folder, an album."""
    FAILED = "failed"
    """It is not here, for the ``reason``."""


class DownloadAction(StrEnum):
    """What a download is going to do with a node."""

    DOWNLOAD = "download"
    """Comes down."""
    EXISTS = "exists"
    """Stays: the file is here already, with this content."""
    CONFLICT = "conflict"
    """Stays: something else has the name here."""
    SKIP = "skip"
    """Stays: nothing that can be downloaded: a folder, an album."""
    FAILED = "failed"
    """It cannot come, for the ``reason``."""


class NodeOutcome(StrEnum):
    """What happened to a node that was to be changed."""

    TRASHED = "trashed"
    """It is in the trash."""
    RESTORED = "restored"
    """It is out of the trash."""
    DELETED = "deleted"
    """It is gone for good."""
    FAVORITED = "favorited"
    """It is a favourite."""
    UNFAVORITED = "unfavorited"
    """It is no favourite."""
    HIDDEN = "hidden"
    """It is hidden from the photo view."""
    UNHIDDEN = "unhidden"
    """It is in the photo view."""
    ADDED = "added"
    """It is in the album."""
    REMOVED = "removed"
    """It is not in the album."""
    MOVED = "moved"
    """It is in the other folder, and in no other."""
    RENAMED = "renamed"
    """It has the other name."""
    DESCRIBED = "described"
    """It has the other description."""
    LABELED = "labeled"
    """It has the other labels, and no more."""
    UPLOADED = "uploaded"
    """It went up: a file, in a run of the history."""
    CREATED = "created"
    """It was made: an album, a folder."""
    EXISTS = "exists"
    """It was there: an album, a folder."""
    SHARED = "shared"
    """The family may see it."""
    UNSHARED = "unshared"
    """The family may not see it any more."""
    MERGED = "merged"
    """The person is one with the other."""
    PICTURED = "pictured"
    """The person has the other picture."""
    SKIPPED = "skipped"
    """It was left alone, for the ``reason``."""
    FAILED = "failed"
    """Nothing changed, or nobody knows, for the ``reason``."""


class FolderOutcome(StrEnum):
    """What became of a folder that was to be made."""

    CREATED = "created"
    """It was made."""
    EXISTS = "exists"
    """It was there."""
    FAILED = "failed"
    """It is not there, for the ``reason``."""


class Comparison(StrEnum):
    """How a file of this machine and the library compare, by content."""

    SAME = "same"
    """The same content is there, under whatever name."""
    LOCAL_ONLY = "local_only"
    """Only this machine has the content."""
    REMOTE_ONLY = "remote_only"
    """Only the library has the content."""
    DIFFERENT = "different"
    """Other content has this name in the library."""
    UNREADABLE = "unreadable"
    """It could not be looked at."""


class BackupOutcome(StrEnum):
    """Whether the library holds a file's content."""

    EXISTS = "exists"
    """It does."""
    MISSING = "missing"
    """It does not."""
    SKIPPED = "skipped"
    """It was not looked at, as it is no regular file."""
    FAILED = "failed"
    """It cannot be read."""


class Change(StrEnum):
    """What happened to a node since the last refresh."""

    ADDED = "added"
    """It is new."""
    CHANGED = "changed"
    """It is no longer as it was."""
    REMOVED = "removed"
    """It is gone: into the trash, or for good."""


def _schema(text: str) -> pa.Schema:
    """Columns of text, but for those whose type stands behind a colon."""
    types = {"": pa.string(), "int": pa.int64(), "bool": pa.bool_(), "time": TIME}
    names = [name.partition(":") for name in text.split()]
    return pa.schema([(name, types[kind]) for name, _, kind in names])


TRANSFERS = _schema("place:int path id name outcome reason size:int md5")
"""Uploads and downloads. ``place`` is where a file stood in the work; it gives the order, and no frame has it."""
PLAN = _schema("path action reason folder name size:int md5 id mtime_ns:int")
"""``folder`` and ``name`` are where it goes in the library; ``id`` is the node in the way, or that is there already;
``mtime_ns`` is missing for times that its 64 bits cannot hold (before 1677, after 2262)."""
DOWNLOAD_PLAN = _schema("path action reason id name size:int md5")
"""``path`` is where it goes on this machine."""
NODES = _schema("id outcome reason")
STEPS = _schema("action name before after target_name count:int reversible:bool note kind target position:int id")
"""Plans of changes. ``before`` and ``after`` are text; of labels and folders a JSON list."""
RUNS = _schema(
    "run began:time operation state steps:int done:int failed:int skipped:int unknown:int reversible:int undoes "
    "undone_by"
)
"""The runs of a history."""
SHOWN_RUN = pa.schema([*STEPS, *_schema("outcome reason")])
"""The steps of a run, and what became of them."""
FOLDERS = _schema("path id outcome reason")
COMPARED = _schema("path outcome reason id name size:int md5")
BACKED_UP = _schema("path backed_up:bool outcome reason id name size:int md5")
USAGE = _schema("type billable_bytes:int billable_count:int total_bytes:int total_count:int")
SURPRISES = _schema("what name where count:int sample")
AGGREGATIONS = _schema("category value count:int name node_id")
ALBUMS = _schema(
    "name count:int cover first_taken:time last_taken:time created:time modified:time shared:bool id asked_at:time"
)
"""``cover`` is a node's id; ``first_taken`` and ``last_taken`` are capture dates (``contentDate``) of what it holds."""
PEOPLE = _schema("name count:int id picture asked_at:time")
THINGS = PEOPLE
PLACES = _schema("name count:int id state country picture asked_at:time")
"""``picture`` is the id of a node that shows it; ``asked_at`` is when Amazon told the count."""
TIMELINE = _schema("period count:int photos:int videos:int bytes:int asked_at:time")
PROBED = _schema("fact outcome expected seen")
DOCTOR = _schema("check outcome seen to_do")
RELATIONS = _schema("id relation key name first_seen:time")
RELATION_KEYS = _schema("relation key name count:int asked_at:time node_id")
