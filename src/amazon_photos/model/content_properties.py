"""What Amazon knows about a file's bytes, and about the still or the video in them. Every part may be missing.

The names are Amazon's, in snake_case (``image.date_time`` is ``image.dateTime`` of a frame), and so are the values:
what is a text there is one here. ``Node.taken``, ``Node.iso`` and the like (``derived``) are numbers and dates.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec

from .json_values import INT_BOUND

Moment: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time with its zone."""
Whole: TypeAlias = Annotated[int, msgspec.Meta(ge=-INT_BOUND, le=INT_BOUND - 1)]
"""A whole number of 64 bits, as columns hold them."""


class ImageProperties(
    msgspec.Struct, frozen=True, rename="camel", kw_only=True, omit_defaults=True, repr_omit_defaults=True
):
    """What a still says of itself, mostly as its camera wrote it (EXIF)."""

    width: Whole | None = None
    """Pixels, before rotation."""
    height: Whole | None = None
    """Pixels, before rotation."""
    date_time: Moment | None = None
    """Capture time, or that of the last change, by the camera's clock; Amazon writes it as one of UTC."""
    date_time_original: Moment | None = None
    """Capture time by the camera's clock, written as one of UTC."""
    date_time_digitized: Moment | None = None
    """When it became a file, by the camera's clock, written as one of UTC."""
    make: str | None = None
    """The camera's maker."""
    model: str | None = None
    """The camera's model."""
    software: str | None = None
    """The program that wrote it."""
    orientation: str | None = None
    """EXIF's orientation, "1" to "8"."""
    location: str | None = None
    """ "latitude,longitude" in degrees."""
    focal_length: str | None = None
    """Millimetres, such as "42" or "17/4"."""
    aperture_value: str | None = None
    """The f-number, such as "8.0", or EXIF's APEX value, such as "54823/32325"."""
    exposure_time: str | None = None
    """Seconds, such as "1/320"."""
    iso_speed_ratings: str | None = None
    """Such as "200"."""
    flash: str | None = None
    """Such as "Off, Did not fire"."""
    exposure_mode: str | None = None
    """Such as "Auto"."""
    exposure_program: str | None = None
    """Such as "Aperture-priority AE"."""
    metering_mode: str | None = None
    """Such as "Evaluative"."""
    white_balance: str | None = None
    """Such as "Daylight"."""
    color_space: str | None = None
    """Such as "sRGB"."""
    x_resolution: str | None = None
    """Pixels in a ``resolution_unit``, from left to right."""
    y_resolution: str | None = None
    """Pixels in a ``resolution_unit``, from top to bottom."""
    resolution_unit: str | None = None
    """ "Pixels/Inch", or "2" for inches and "3" for centimetres."""


class VideoProperties(
    msgspec.Struct, frozen=True, rename="camel", kw_only=True, omit_defaults=True, repr_omit_defaults=True
):
    """What a video says of itself."""

    width: Whole | None = None
    """Pixels."""
    height: Whole | None = None
    """Pixels."""
    duration: float | None = None
    """Seconds."""
    rotate: Whole | None = None
    """Degrees by which a player turns it."""
    bitrate: float | None = None
    """Bits per second."""
    video_codec: str | None = None
    """Such as "h264"."""
    audio_codec: str | None = None
    """Such as "aac"."""
    video_frame_rate: float | None = None
    """Frames per second."""
    make: str | None = None
    """The camera's maker."""
    model: str | None = None
    """The camera's model."""
    creation_date: Moment | None = None
    """When it was filmed."""
    location: str | None = None
    """ "latitude,longitude" in degrees."""


class ContentProperties(
    msgspec.Struct, frozen=True, rename="camel", kw_only=True, omit_defaults=True, repr_omit_defaults=True
):
    """What Amazon knows about a file's bytes. It has ``image`` or ``video``, never both."""

    size: Whole | None = None
    """Bytes, as Amazon says: ``Node.size`` is checked."""
    md5: str | None = None
    """The content's MD5, as Amazon says: ``Node.md5`` is checked."""
    content_type: str | None = None
    """MIME type, such as "image/jpeg"."""
    extension: str | None = None
    """Of the file's name, without the dot."""
    content_date: Moment | None = None
    """Capture time, as far as Amazon knows it, with its fraction of a second."""
    version: Whole | None = None
    """Counts changes of the content."""
    image: ImageProperties | None = None
    """Of a still."""
    video: VideoProperties | None = None
    """Of a video."""
