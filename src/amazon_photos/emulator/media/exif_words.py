"""The words for EXIF's numbers: exiftool's, which the nodes recorded in 2022 have.

Recorded: ``Pixels/Inch``, ``Off, Did not fire``, ``Auto``, ``Aperture-priority AE``, ``Evaluative``, ``Daylight``, and
``0`` for the sharpness. The last three are how Canon's own notes tell them; those notes are not read here, so a Canon's
number for a pattern of segments is called ``Evaluative``, the light is taken from ``LightSource``, and a Canon's normal
sharpness is called ``0`` (guesses). A number without a word stands as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

Words = Mapping[int, str]

RESOLUTION_UNIT: Words = {1: "None", 2: "Pixels/Inch", 3: "Pixels/cm"}
"""exiftool itself says ``inches`` and ``cm``; only ``Pixels/Inch`` was recorded."""
FLASH: Words = {
    0x00: "No Flash", 0x01: "Fired", 0x05: "Fired, Return not detected", 0x07: "Fired, Return detected",
    0x08: "On, Did not fire", 0x09: "On, Fired", 0x0D: "On, Return not detected", 0x0F: "On, Return detected",
    0x10: "Off, Did not fire", 0x14: "Off, Did not fire, Return not detected", 0x18: "Auto, Did not fire",
    0x19: "Auto, Fired", 0x1D: "Auto, Fired, Return not detected", 0x1F: "Auto, Fired, Return detected",
    0x20: "No flash function", 0x30: "Off, No flash function", 0x41: "Fired, Red-eye reduction",
    0x45: "Fired, Red-eye reduction, Return not detected", 0x47: "Fired, Red-eye reduction, Return detected",
    0x49: "On, Red-eye reduction", 0x4D: "On, Red-eye reduction, Return not detected",
    0x4F: "On, Red-eye reduction, Return detected", 0x50: "Off, Red-eye reduction",
    0x58: "Auto, Did not fire, Red-eye reduction", 0x59: "Auto, Fired, Red-eye reduction",
    0x5D: "Auto, Fired, Red-eye reduction, Return not detected",
    0x5F: "Auto, Fired, Red-eye reduction, Return detected",
}  # fmt: skip
EXPOSURE_MODE: Words = {0: "Auto", 1: "Manual", 2: "Auto bracket"}
EXPOSURE_PROGRAM: Words = {
    0: "Not Defined", 1: "Manual", 2: "Program AE", 3: "Aperture-priority AE", 4: "Shutter speed priority AE",
    5: "Creative (Slow speed)", 6: "Action (High speed)", 7: "Portrait", 8: "Landscape", 9: "Bulb",
}  # fmt: skip
METERING_MODE: Words = {
    0: "Unknown", 1: "Average", 2: "Center-weighted average", 3: "Spot", 4: "Multi-spot", 5: "Multi-segment",
    6: "Partial", 255: "Other",
}  # fmt: skip
WHITE_BALANCE: Words = {0: "Auto", 1: "Manual"}
LIGHT_SOURCE: Words = {
    1: "Daylight", 2: "Fluorescent", 3: "Tungsten (Incandescent)", 4: "Flash", 9: "Fine Weather", 10: "Cloudy",
    11: "Shade", 12: "Daylight Fluorescent", 13: "Day White Fluorescent", 14: "Cool White Fluorescent",
    15: "White Fluorescent", 16: "Warm White Fluorescent", 17: "Standard Light A", 18: "Standard Light B",
    19: "Standard Light C", 20: "D55", 21: "D65", 22: "D75", 23: "D50", 24: "ISO Studio Tungsten",
}  # fmt: skip
"""But 0 (unknown) and 255 (other), which say nothing."""
SHARPNESS: Words = {0: "Normal", 1: "Soft", 2: "Hard"}
SENSING_METHOD: Words = {
    1: "Not defined", 2: "One-chip color area", 3: "Two-chip color area", 4: "Three-chip color area",
    5: "Color sequential area", 7: "Trilinear", 8: "Color sequential linear",
}  # fmt: skip
COLOR_SPACE: Words = {1: "sRGB", 2: "Adobe RGB", 65535: "Uncalibrated"}
CANON: Mapping[str, Mapping[str, str]] = {
    "meteringMode": {"Multi-segment": "Evaluative"},
    "sharpness": {"Normal": "0"},
}
"""Field -> word -> how Canon's own notes tell it."""
