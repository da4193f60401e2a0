"""What somebody has written down of Amazon's answers, beyond the field table. Whatever else comes is a surprise.

A surprise is kept and passed on like everything else; these lists only say what is worth telling (``surprises``).
Sources: sections 3 to 7 of ``docs/api.md``, and the pages of 2015 for what a camera or a video may say.
"""

from __future__ import annotations

from .fields import FIELDS, REDUNDANT_PATHS

KINDS = frozenset({"FILE", "FOLDER", "VISUAL_COLLECTION", "ASSET", "SHARED_COLLECTION", "ALBUM", "GROUP"})
"""The last two stand in Amazon's own code of 2015 alone."""
STATUSES = frozenset({"AVAILABLE", "TRASH", "PURGED", "PENDING"})
USAGE_KINDS = frozenset({"doc", "photo", "video", "other", "lastCalculated"})

_IMAGE = "captureMode gpsTimeStamp sensingMethod sharpness subSecTime subSecTimeDigitized subSecTimeOriginal"
_VIDEO = "audioBitrate audioChannelLayout audioChannels audioSampleRate encoder title videoBitrate"
_NODE = (
    "accessRuleIds assetProperties assets childAssetTypeInfo collectionProperties exclusivelyTrashed groupPermissions "
    "parentIds properties recursivelyTrashed transforms xAccntParents"
)
_CONTENT = "contentSignatures document"

IN_EXTRA: frozenset[str] = frozenset(
    [
        *_NODE.split(),
        *(f"contentProperties.{name}" for name in _CONTENT.split()),
        *(f"contentProperties.image.{name}" for name in _IMAGE.split()),
        *(f"contentProperties.video.{name}" for name in _VIDEO.split()),
    ]
)
"""Fields of a node that are known and not worth a column: they are kept in ``extra``."""

PATHS: frozenset[str] = frozenset(field.path for field in FIELDS if field.path) | IN_EXTRA | REDUNDANT_PATHS
CONTAINERS: frozenset[str] = frozenset(path.rpartition(".")[0] for path in PATHS if "." in path) | {"contentProperties"}
"""What holds fields, and is none itself."""

ERROR_CODES = frozenset(
    {
        "",
        "NODE_NOT_FOUND",
        "NAME_ALREADY_EXISTS",
        "MD5_DUPLICATE",
        "DuplicatesConflictError",
        "InsufficientStorage",
        "NoActiveSubscriptionFound",
        "ForbiddenAccess",
    }
)
ERROR_STATUSES = frozenset({400, 401, 403, 404, 408, 409, 416, 429, 500, 502, 503, 504})
BAD_REQUESTS = (
    "invalid filter",
    "invalid fieldname",
    "offset + limit cannot be greater than",
    "one of the parentid doesn't exist",
    "next token is expired",
    "length less than or equal to",
    "validation error",
)
"""What the text of a 400 has in it, in lower case; the last two stand in one text, and the first of them says more."""
