"""What devices, systems and programs leave between people's pictures, by its name; case is ignored.

Uploads leave all of it at home. ``backed_up`` and ``check`` look at it all the same, for a picture may be among it (the
trash, thumbnails, a half download), but for what *cannot* be a picture. ``docs/transfers.md`` shows these tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...files.names import is_part_name
from ...files.regular import open_unblocked

NEVER_PICTURES = (
    ".DS_Store", ".localized", ".apdisk", ".metadata_never_index", "Icon\r",  # macOS
    "Thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini",  # Windows
    ".nomedia", ".database_uuid",  # Android
    ".directory",  # KDE
    "Picasa.ini", ".picasa.ini", "ZbThumbnail.info", "pspbrwse.jbf", ".BridgeSort", ".BridgeCache", ".BridgeCacheT",
    ".dropbox", ".dropbox.attr", ".stignore",
)  # fmt: skip
"""Files that hold no picture under any circumstances."""
NEVER_PICTURE_ENDINGS = ("@SynoEAStream", "@SynoResource")

BEGINNINGS = ("._", ".trashed-", ".pending-", "~$", ".fuse_hidden", ".goutputstream-", ".syncthing.", "~syncthing~")
ENDINGS = (".crdownload", ".opdownload", ".partial", ".download", ".filepart")

FOLDERS = (
    "@eaDir", "#recycle", "#snapshot", "@tmp", "@sharebin",  # Synology
    "@Recycle", "@Recently-Snapshot", "@__thumb", "@Transcode",  # QNAP
    "__MACOSX", "Network Trash Folder", "Temporary Items",  # macOS
    "$RECYCLE.BIN", "RECYCLER", "RECYCLED", "System Volume Information",  # Windows
    "LOST.DIR", "lost+found",  # Android, Linux
)  # fmt: skip
"""Besides: everything that begins with a dot, and what chkdsk found (``FOUND.000``)."""
SYSTEM_FOLDERS = (".Spotlight-V100", ".fseventsd", "System Volume Information")
"""Where only the system writes: what is in there and no picture or video by its name cannot be one."""
THUMBNAIL_FOLDER, THUMBNAIL = "@eaDir", "SYNO"
"""Where a Synology keeps what it made of the pictures beside it, and how those files begin."""


def _lower(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.lower() for name in names)


_NEVER, _NEVER_ENDINGS = frozenset(_lower(NEVER_PICTURES)), _lower(NEVER_PICTURE_ENDINGS)
_BEGINNINGS, _ENDINGS = _lower(BEGINNINGS), _NEVER_ENDINGS + _lower(ENDINGS)
_FOLDERS, _SYSTEM_FOLDERS = frozenset(_lower(FOLDERS)), frozenset(_lower(SYSTEM_FOLDERS))
_LOCK = re.compile(r"\.~lock\..*#\Z", re.DOTALL)
_UNLINKED = re.compile(r"\.nfs[0-9a-f]+\Z")
_FOUND = re.compile(r"found\.[0-9]{3}\Z")
_MARKS = (
    *("/.", "/~"),
    *(f"/{name}/" for name in sorted(_NEVER) if not name.startswith(".")),
    *(f"{ending}/" for ending in _ENDINGS),
)
"""What shows that there may be junk among names with slashes between them and around: one of these for each kind."""
_APPLE_DOUBLE = b"\x00\x05\x16\x07"


def is_junk_file(name: str) -> bool:
    """Tell by its name whether a device, a system or a program left the file, or a download of ours."""
    low = name.lower()
    if low in _NEVER or low.startswith(_BEGINNINGS) or low.endswith(_ENDINGS):
        return True
    return low.startswith(".") and bool(is_part_name(name) or _LOCK.match(low) or _UNLINKED.match(low))


def may_hold_junk(names: Iterable[str]) -> bool:
    """Tell whether one of these names may be that of a junk file; a third of the work of looking at each."""
    low = f"/{'/'.join(names)}/".lower()  # no name has a slash
    return any(mark in low for mark in _MARKS)


def is_junk_folder(name: str) -> bool:
    """Tell whether a folder of that name holds such things."""
    low = name.lower()
    return low.startswith(".") or low in _FOLDERS or _FOUND.match(low) is not None


def is_system_folder(name: str) -> bool:
    """Tell whether only the system writes into a folder of that name."""
    return name.lower() in _SYSTEM_FOLDERS


def is_never_picture(name: str) -> bool:
    """Tell whether a file of that name cannot be a picture, wherever it is."""
    low = name.lower()
    return low in _NEVER or low.endswith(_NEVER_ENDINGS) or _LOCK.match(low) is not None


def is_apple_double(name: str, path: str) -> bool:
    """Tell by its first bytes whether macOS wrote the file beside ``IMG.jpg``, as ``._IMG.jpg``."""
    if not name.startswith("._"):
        return False
    try:
        with open_unblocked(path) as file:  # a pipe may have taken its place
            return file.read(len(_APPLE_DOUBLE)) == _APPLE_DOUBLE
    except OSError:
        return False
