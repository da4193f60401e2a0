"""Content of nodes that were never uploaded: small real files, made from a number whenever they are asked for.

A seeded library has the right size and MD5 on every node without a byte on the disk. A picture is a tiny landscape, a
JPEG with the number in a comment; a video is an MP4 header with the number in a free box. Both are padded a little, so
that sizes differ.
"""

from __future__ import annotations

import base64
import hashlib
import struct

_PICTURE_HEAD = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKB"
    "TmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8"
    "fHz/wAARCAAQABgDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQID"
    "AAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlq"
    "c3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3"
    "+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEI"
    "FEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImK"
    "kpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwA="
)
"""All of a JPEG of 24 x 16 points but what it shows."""
_SCENES = tuple(
    base64.b64decode(scene)
    for scene in (
        "v+T7UeT7Vd2ijaK2+tQMPYSK8kcJiQIhDj7x9aKsbRRUxxEIq1xujJk=",
        "z/s3tR9m9qX+0l/54f8Aj3/1qnGrwfZDGbT97n726rc6nYq0O5X+ze1FL/aS/wDPD/x7/wCtRT5qnYLQ7n8=",
        "1LqeO1XL8seijqaLaeK5X92fmHVT1FYMjtI5d2LMepNIrFGDKSCOhFbXMuVHQzyRW65lYL6DuaK59mZ2LOxZj1JNFFx8qA==",
        "1vKo8qsZ7y4frM34cUqXtynSZvx5qvrCOWyNjyqKxZLmaX78rEemcCil9Y8gsQ==",
        "5TbTkVd6787Mjdjrjvil3D0o3D0Na6ElzV49OW4T+y2kaLZ82/PX2zRVPcvvRRoB",
        "1mARSzEADqTUYlhbpLGf+BCsO5u5bpsyNwOijoKgrA7FT7nUbKKwrTUJrXAB3x/3W/p6UUEunI8=",
        "6JI0KsWbBHSmbKpS6ix4iQKPU8mmrqMw+8Eb8MVlzo09qi/soqg2oTHoEX8M0Uc6D2qP",
        "lvLyK1yv35P7o7fWn2lzFdplOHH3lPUVzxOTk8mnI7RuHRirDoRVEm5fXaWi4ADSnovp7misJ3aRy7ksxOST3ooGfw==",
    )
)
"""What pictures show: beach, sunset, mountains, hills, moon, desert, dawn, rocks."""
_PICTURE_END = b"\xff\xd9"
_VIDEO_HEAD = struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"isom", 512, b"isom", b"mp42")
_PADDING = 1500


def content(number: int, *, video: bool) -> bytes:
    """Make the bytes of the small synthetic file of that number."""
    note = b"synthetic %d " % number
    note += b"." * (number * 7919 % _PADDING)
    return _make_video(note) if video else _make_picture(note, _SCENES[number % len(_SCENES)])


def picture_head() -> bytes:
    """Return a whole small picture: readers show it whatever comes after it."""
    return _PICTURE_HEAD + _SCENES[0] + _PICTURE_END


def video_head() -> bytes:
    """Return the beginning of an MP4 whose media data goes on to the end of the file, however far that is."""
    return _VIDEO_HEAD + struct.pack(">I4s", 0, b"mdat")


def md5(data: bytes) -> str:
    """Return the MD5 of small content, in hexadecimal digits."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _make_picture(note: bytes, scene: bytes) -> bytes:
    comment = b"\xff\xfe" + struct.pack(">H", len(note) + 2) + note
    return _PICTURE_HEAD[:2] + comment + _PICTURE_HEAD[2:] + scene + _PICTURE_END


def _make_video(note: bytes) -> bytes:
    return _VIDEO_HEAD + struct.pack(">I4s", len(note) + 8, b"free") + note + struct.pack(">I4s", 8, b"mdat")
