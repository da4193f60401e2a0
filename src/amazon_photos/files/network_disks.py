"""Whether a folder is on another machine's disk, where locks may not hold and all is slower."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_KINDS = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "afpfs",
    "webdav",
    "davfs",
    "9p",
    "ceph",
    "glusterfs",
    "lustre",
    "afs",
}
_FUSE = {"fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.glusterfs", "fuse.davfs", "fuse.gvfsd-fuse"}
_MOUNTS = "/proc/self/mountinfo"
_REMOTE = 4
"""What Windows calls a drive of another machine."""


def find_network_disk(folder: Path, mounts: str = _MOUNTS) -> str:
    """Find what kind of network disk a folder is on; "" for none, and where the system doesn't tell."""
    if sys.platform == "win32":
        import ctypes

        drive = f"{folder.resolve().drive}\\"
        return "network drive" if ctypes.windll.kernel32.GetDriveTypeW(drive) == _REMOTE else ""
    try:
        lines = Path(mounts).read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    place = os.path.realpath(folder)
    found = [(point, kind) for point, kind in map(_read, lines) if _is_below(place, point)]
    kind = max(enumerate(found), key=lambda each: (len(each[1][0]), each[0]), default=(0, ("", "")))[1][1]
    return kind.removeprefix("fuse.") if kind in _KINDS | _FUSE else ""


def _read(line: str) -> tuple[str, str]:
    """``36 35 98:0 /root /mnt/point rw - nfs4 server:/x rw`` -> where it is mounted, and its kind."""
    before, _, after = line.partition(" - ")
    words = before.split(" ")
    point = words[4].encode("utf-8", "surrogateescape").decode("unicode_escape", "replace") if len(words) > 4 else "\0"
    return point, after.partition(" ")[0]


def _is_below(place: str, point: str) -> bool:
    return place == point or place.startswith(point.rstrip("/") + "/")
