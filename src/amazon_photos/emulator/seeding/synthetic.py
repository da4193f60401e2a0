"""Content of nodes that were never uploaded: small real files, made from a number whenever they are asked for.

A seeded library has the right size and MD5 on every node without a byte on the disk. A picture is an 8 x 8 JPEG
with the number in a comment; a video is an MP4 header with the number in a free box. Both are padded a little,
so that sizes differ.
"""

from __future__ import annotations

import base64
import hashlib
import struct

_PICTURE = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6j"
    "q62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk"
    "pKSkpKSkpKT/wAARCAAIAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAH/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QA"
    "FQEBAQAAAAAAAAAAAAAAAAAAAwT/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCgKAP/2Q=="
)
_VIDEO_HEAD = struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"isom", 512, b"isom", b"mp42")
_PADDING = 1500


def content(number: int, *, video: bool) -> bytes:
    """Make the bytes of the small synthetic file of that number."""
    note = b"synthetic %d " % number
    note += b"." * (number * 7919 % _PADDING)
    return _make_video(note) if video else _make_picture(note)


def picture_head() -> bytes:
    """Return a whole small picture: readers show it whatever comes after it."""
    return _PICTURE


def video_head() -> bytes:
    """Return the beginning of an MP4 whose media data goes on to the end of the file, however far that is."""
    return _VIDEO_HEAD + struct.pack(">I4s", 0, b"mdat")


def md5(data: bytes) -> str:
    """Return the MD5 of small content, in hexadecimal digits."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _make_picture(note: bytes) -> bytes:
    return _PICTURE[:2] + b"\xff\xfe" + struct.pack(">H", len(note) + 2) + note + _PICTURE[2:]


def _make_video(note: bytes) -> bytes:
    return _VIDEO_HEAD + struct.pack(">I4s", len(note) + 8, b"free") + note + struct.pack(">I4s", 8, b"mdat")
