"""The ``image`` and ``video`` blocks of invented files, as JSON: as an upload of such a file would have got them."""

from __future__ import annotations

import json
from functools import cache

from . import catalog_data
from .generator import File

_PANORAMA = (16_382, 3_628)
_FLASH = {False: "Off, Did not fire", True: "On, Fired"}
_STRIP = (720, 14_280)
"""A long page on a telephone, as one picture."""


def image(file: File, taken: str) -> str:
    """Build the block of a picture, field by field."""
    camera = file.camera
    size = {"panorama": _PANORAMA, "strip": _STRIP}.get(file.flaw or "", (camera.width, camera.height))
    if file.flaw == "no exif":
        return f"{{{_beginning(*size)}}}"
    digits = sub_seconds(file)
    dates = f'"dateTime":"{taken}","dateTimeOriginal":"{taken}","dateTimeDigitized":"{taken}",'
    dates += f'"subSecTime":"{digits}","subSecTimeOriginal":"{digits}","subSecTimeDigitized":"{digits}",'
    return (
        f'{{{_beginning(*size)},"orientation":"{6 if file.upright else 1}",{_maker(camera)},'
        f"{'' if file.flaw == 'no date' else dates}"
        f'"focalLength":"{camera.focal_length}","apertureValue":"{camera.aperture}","exposureTime":"{file.exposure}",'
        f'"isoSpeedRatings":"{file.sensitivity}","flash":"{_FLASH[file.flash]}",{_modes(camera)},"colorSpace":"sRGB",'
        f'"xResolution":"72","yResolution":"72","resolutionUnit":"Pixels/Inch"{_location(file)}{_software(camera)}'
        f"{_write_unknown_fields(file)}}}"
    )


def sub_seconds(file: File) -> str:
    """Tell SubSecTimeOriginal: the capture time has these digits, the times of the block have not."""
    return str(file.number * 37 % 1000)


def video(file: File, taken: str) -> str:
    """Build the block of a video, field by field."""
    if file.flaw == "no exif":
        return f"{{{_beginning(1920, 1080)}}}"
    width, height = (404, 720) if file.flaw == "strip" else (1920, 1080)
    date = "" if file.flaw == "no date" else f',"creationDate":"{taken}"'
    return (
        f'{{{_beginning(width, height)},"duration":{file.seconds},"rotate":{90 if file.upright else 0},'
        f'"bitrate":{8_000_000 + file.number % 9_000_000},"videoCodec":"h264","audioCodec":"aac",'
        f'"videoFrameRate":29.97,{_maker(file.camera)}{date}{_location(file)}{_write_unknown_fields(file)}}}'
    )


def _beginning(width: int, height: int) -> str:
    return f'"width":{width},"height":{height}'


def _location(file: File) -> str:
    return f',"location":"{file.latitude:.5f},{file.longitude:.5f}"' if file.spot else ""


def _write_unknown_fields(file: File) -> str:
    """Fields that no documentation has, of two kinds."""
    return ',"gainMap":{"version":1,"offset":[0.5,0.25]},"sceneScore":7' if file.flaw == "unknown field" else ""


@cache
def _modes(camera: catalog_data.Camera) -> str:
    """How a camera tells its modes, in exiftool's words: a Canon's are those recorded in 2022."""
    canon = camera.make == "Canon"
    words = {
        "exposureMode": "Auto",
        "exposureProgram": "Aperture-priority AE" if canon else "Program AE",
        "meteringMode": "Evaluative" if canon else "Multi-segment",
        "whiteBalance": "Daylight" if canon else "Auto",
        "sharpness": "0" if canon else "Normal",
    }
    return json.dumps(words)[1:-1]


@cache
def _maker(camera: catalog_data.Camera) -> str:
    return f'"make":{json.dumps(camera.make)},"model":{json.dumps(camera.model)}'


@cache
def _software(camera: catalog_data.Camera) -> str:
    return f',"software":{json.dumps(camera.software)}' if camera.software else ""
