"""The files that the predecessor uploads: pictures with capture dates, places and keywords, a video, and junk."""

import io

from PIL import Image
from PIL.ExifTags import GPS, IFD

import pictures

VANCOUVER = ((49.0, 16.0, 57.7), (123.0, 7.0, 14.5))
"""North and west, in degrees, minutes and seconds."""

PICTURES = {
    "2023/IMG_0001.JPG": {"taken": "2023-08-14 10:15:00", "keywords": "beach;plant"},
    "2023/IMG_0002.JPG": {"taken": "2023-08-14 21:40:00", "keywords": "moon"},
    "2022/IMG_0001.JPG": {"taken": "2022-04-03 08:00:00", "keywords": "plant"},
    "2022/Kyoto/grandma & grandpa (1961).jpg": {"taken": "1961-06-10 12:00:00"},
    "été à Paris #1.jpg": {"taken": "2021-07-01 12:00:00"},
}
VIDEO = "film.mp4"
JUNK = "2023/.DS_Store"


def write(folder):
    """Writes all of them; gives ``{path below the library's root: bytes}``."""
    content = {name: _placed(pictures.jpeg(number, **how)) for number, (name, how) in enumerate(PICTURES.items(), 1)}
    content[VIDEO] = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(range(256)) * 40
    content[JUNK] = b"\0\0\0\1Bud1" + bytes(100)
    for name, data in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return {f"{folder.name}/{name}": data for name, data in content.items()}


def _placed(jpeg):
    """The picture, taken in Vancouver."""
    image = Image.open(io.BytesIO(jpeg))
    exif = image.getexif()
    north, west = VANCOUVER
    exif.get_ifd(IFD.GPSInfo).update(
        {GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: north, GPS.GPSLongitudeRef: "W", GPS.GPSLongitude: west}
    )
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()
