"""What a synthetic library is made of: cameras, places, people and what there is to see."""

from __future__ import annotations

from typing import NamedTuple


class Camera(NamedTuple):
    """A camera of the family, and the years it was in use."""

    first: int
    last: int
    make: str
    model: str
    software: str
    extension: str
    width: int
    height: int
    focal_length: str
    aperture: str
    prefix: str
    video_extension: str
    """Extension of its videos."""
    gps: bool
    live: bool
    """Whether it takes live photos."""

    @property
    def uploader(self) -> str:
        """What its files are uploaded by: ``createdBy``. Recorded: the web's word and Android's; iOS's is a guess."""
        if self.make == "Apple":
            return "Prime Photos iOS"
        return "Prime Photos Android" if self.gps else "CloudDriveWeb"


CAMERAS = (
    Camera(
        2005, 2012, "Canon", "Canon DIGITAL IXUS 400", "", "jpg", 2272, 1704, "7109/1000", "2.8", "IMG_", "avi",
        gps=False, live=False,
    ),
    Camera(
        2008, 2019, "NIKON CORPORATION", "NIKON D90", "Ver.1.00", "jpg", 4288, 2848, "35", "4.4", "DSC_", "avi",
        gps=False, live=False,
    ),
    Camera(
        2010, 2016, "Apple", "iPhone 4", "6.1.3", "jpg", 2592, 1936, "77/20", "2.8", "IMG_", "mov",
        gps=True, live=False,
    ),
    Camera(
        2014, 2020, "samsung", "SM-G900F", "G900FXXS1CQD1", "jpg", 5312, 2988, "480/100", "2.2", "SAM_", "mp4",
        gps=True, live=False,
    ),
    Camera(
        2017, 2025, "Apple", "iPhone XS", "16.6", "heic", 4032, 3024, "17/4", "1.8", "IMG_", "mov",
        gps=True, live=True,
    ),
    Camera(
        2021, 2025, "Google", "Pixel 6", "HDR+ 1.0.475", "jpg", 4080, 3072, "6810/1000", "1.9", "PXL_", "mp4",
        gps=True, live=False,
    ),
    Camera(
        2019, 2025, "SONY", "ILCE-7M3", "ILCE-7M3 v3.10", "jpg", 6000, 4000, "35", "3.5", "DSC0", "mp4",
        gps=False, live=False,
    ),
)  # fmt: skip


class Spot(NamedTuple):
    """A place as the search has it, and a point in its middle."""

    place: str
    latitude: float
    longitude: float

    @property
    def city(self) -> str:
        return self.place.rpartition("#")[2]


HOME = Spot("USA#WA#Seattle", 47.6205, -122.3493)
EXAMPLE = Spot("CAN#BC#Vancouver", 49.28, -123.12)
SPOTS = (
    EXAMPLE,
    Spot("USA#CA#San Francisco", 37.76, -122.43),
    Spot("USA#NY#New York City", 40.7142, -74.0064),
    Spot("USA#HI#Kahului", 20.8893, -156.4729),
    Spot("CAN#AB#Banff", 51.1784, -115.5708),
    Spot("MEX#Oaxaca#Oaxaca", 17.0654, -96.7237),
    Spot("GBR#England#London", 51.5007, -0.1246),
    Spot("FRA#Île-de-France#Paris", 48.86, 2.33),
    Spot("ITA#Lazio#Rome", 41.8902, 12.4922),
    Spot("ITA#Tuscany#Arezzo", 43.4633, 11.8797),
    Spot("DEU#Bavaria#Munich", 48.1372, 11.5755),
    Spot("ESP#Catalonia#Barcelona", 41.4036, 2.1744),
    Spot("NOR#Troms#Tromsø", 69.6496, 18.956),
    Spot("JPN#Kyoto#Kyoto", 35.0116, 135.7681),
    Spot("AUS#NSW#Sydney", -33.868, 151.207),
    Spot("ZAF#Western Cape#Cape Town", -33.9249, 18.4241),
)

SCENES = (
    ("beach", "sea", "sand", "sky"),
    ("beach", "plant", "sky", "palm tree"),
    ("plant", "flower", "garden"),
    ("moon", "night", "sky"),
    ("mountain", "snow", "sky", "forest"),
    ("forest", "tree", "plant", "path"),
    ("city", "building", "street", "car"),
    ("dog", "pet", "grass"),
    ("cat", "pet", "sofa"),
    ("food", "plate", "table", "restaurant"),
    ("cake", "birthday", "candle", "party"),
    ("person", "smile", "portrait"),
    ("person", "group", "party"),
    ("baby", "person", "toy"),
    ("lake", "boat", "water", "sky"),
    ("sunset", "sky", "sea"),
    ("bicycle", "road", "person"),
    ("christmas tree", "light", "gift"),
    ("museum", "painting", "indoor"),
    ("document", "text"),
)

PEOPLE = ("Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Margaret", "Linus", "", "", "", "")
"""The first ones are in most pictures. Some faces nobody has given a name."""

EXPOSURES = ("1/30", "1/60", "1/125", "1/250", "1/320", "1/640", "1/1000", "1/2000")
SENSITIVITIES = ("50", "100", "200", "400", "800", "1600")
CONTENT_TYPES = {
    "jpg": "image/jpeg",
    "heic": "image/heic",
    "mov": "video/quicktime",
    "mp4": "video/mp4",
    "avi": "video/x-msvideo",
}
