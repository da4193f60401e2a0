"""A whole Amazon Photos library in a minute, on this machine: ``make demo`` or ``make demo PHOTOS=folder``.

Starts the emulator, uploads a folder tree, looks at it from every side, downloads and verifies every byte,
trashes, restores and deletes. Nothing leaves this machine and everything made here is removed at the end.
"""

from __future__ import annotations

import hashlib
import io
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import pandas as pd
from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base
from PIL.TiffImagePlugin import IFDRational

from amazon_photos import AmazonPhotos, F
from amazon_photos.emulator import running

PLACES = {
    "Vancouver": (49.2827, -123.1207),
    "Lisbon": (38.7223, -9.1393),
    "Kyoto": (35.0116, 135.7681),
    None: None,
}
SHOTS = [
    # folder, name, taken, place, keywords, colour
    ("2023/Vancouver", "IMG_0001.JPG", "2023-08-14 10:15:00", "Vancouver", "beach;plant", (70, 140, 190)),
    ("2023/Vancouver", "IMG_0002.JPG", "2023-08-14 21:40:00", "Vancouver", "moon", (20, 20, 60)),
    ("2023/Vancouver", "IMG_0003.JPG", "2023-08-15 09:05:00", "Vancouver", "dog", (150, 110, 70)),
    ("2023/Lisbon", "IMG_0001.JPG", "2023-05-02 18:30:00", "Lisbon", "sunset;beach", (230, 120, 60)),
    ("2022/Kyoto", "DSC00017.JPG", "2022-04-03 08:00:00", "Kyoto", "plant;temple", (220, 160, 180)),
    ("2022/Kyoto", "DSC00018.JPG", "2022-04-03 08:02:00", "Kyoto", "plant", (200, 140, 160)),
    ("Scans", "grandma & grandpa (1961).jpg", "1961-06-10 12:00:00", None, "", (170, 160, 140)),
]


def main(photos: str | None) -> None:
    pd.set_option("display.width", 110, "display.max_columns", 9, "display.max_colwidth", 28)
    with tempfile.TemporaryDirectory(prefix="amazon-photos-demo-") as work, running() as service:
        source = chosen(photos) if photos else make_photos(Path(work) / "Pictures")
        say(f"The emulator is a small Amazon Photos at {service.url}")
        with AmazonPhotos(
            service.cookies,
            catalog=Path(work) / "ap.parquet",
            endpoint=service.url,
            dtype_backend="pyarrow",
            progress=False,
        ) as ap:
            tour(ap, source, Path(work))
    say("Done: every byte came back as it left.")


def chosen(photos: str) -> Path:
    """The reader's folder. Ends the demo if there is nothing to show in it."""
    folder = Path(photos).expanduser()
    if not folder.is_dir() or not any(path.is_file() for path in folder.rglob("*")):
        sys.exit(f"PHOTOS={photos}: {'there are no files in it' if folder.is_dir() else 'there is no such folder'}")
    return folder


def tour(ap: AmazonPhotos, source: Path, work: Path) -> None:
    say(f"ap.upload({source.name!r})")
    uploaded = ap.upload(source)
    print(uploaded["outcome"].value_counts().to_string())

    say("ap.usage()")
    print(ap.usage().to_string(index=False))

    say("ap.db: the library as a DataFrame, kept in ap.parquet")
    print(ap.db[["createdDate", "id", "name", "contentDate", "size", "md5"]].head(10))

    say("ap.print_tree()")
    ap.print_tree()

    say('ap.aggregations("all")')
    print(ap.aggregations(category="all").drop(columns="node_id").to_string(index=False))

    search = "type:(PHOTOS OR VIDEOS)"
    if work in source.parents:
        search += " AND things:(plant AND beach OR moon) AND timeYear:(2023) AND location:(CAN#BC#Vancouver)"
    say(f"ap.query({search!r})")
    print(ap.query(search)[["name", "image.dateTime", "image.model"]])

    say("ap.find(F.size > 20_000): the same language, answered offline")
    print(ap.find(F.size > 20_000)[["name", "size"]].head(5))

    files = ap.nodes("kind:FILE")
    say(f"ap.download(ids): all {len(files)} of them, verified")
    result = ap.download(files.id, out=work / "media")
    print(result["outcome"].value_counts().to_string())
    verify(result, files, source)

    some = list(files.id[:3])
    say("ap.trash(ids), ap.trashed(), ap.restore(ids), ap.delete(ids)")
    print(ap.trash(some)[["id", "outcome"]])
    print(f"in the trash: {len(ap.trashed())}")
    ap.restore(some)
    print(f"after restoring: {len(ap.trashed())} in the trash, {len(ap.nodes('kind:FILE'))} in the library")
    ap.trash(some[:1])
    ap.delete(some[:1])
    print(f"after deleting one: {len(ap.trashed())} in the trash, {len(ap.nodes('kind:FILE'))} in the library")


def verify(result: pd.DataFrame, files: pd.DataFrame, source: Path) -> None:
    """Compares what came down with what went up, independently of the client's own checks."""
    down = sorted(md5(Path(path)) for path in result["path"])
    if down != sorted(files.md5):
        sys.exit("demo: what came down is not what is up there")
    up = {md5(path) for path in source.rglob("*") if path.is_file() and not path.name.startswith(".")}
    if not set(down) <= up:
        sys.exit("demo: what is up there is not what went up")
    print(f"{len(down)} files, every MD5 the same as before the upload")


def md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def make_photos(folder: Path) -> Path:
    """Real JPEG files with EXIF: capture time, camera, GPS position and keywords."""
    for number, (where, name, taken, place, keywords, colour) in enumerate(SHOTS):
        image = Image.effect_noise((640, 480), 40).convert("RGB")
        image = Image.blend(image, Image.new("RGB", image.size, colour), 0.8)
        ImageDraw.Draw(image).text((20, 20), f"{name} #{number}", fill="white")
        exif = Image.Exif()
        exif[Base.Make], exif[Base.Model] = "Apple", "iPhone XS"
        moment = datetime.fromisoformat(taken).strftime("%Y:%m:%d %H:%M:%S")
        exif[Base.DateTime] = moment
        exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = moment
        if keywords:
            exif[Base.XPKeywords] = keywords.encode("utf-16-le")
        if place:
            exif.get_ifd(IFD.GPSInfo).update(position(*PLACES[place]))
        target = folder / where / name
        target.parent.mkdir(parents=True, exist_ok=True)
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", exif=exif, quality=80)
        target.write_bytes(buffer.getvalue())
    return folder


def position(latitude: float, longitude: float) -> dict[int, object]:
    def degrees(value: float) -> tuple[IFDRational, ...]:
        minutes, seconds = divmod(abs(value) * 3600, 60)
        whole, minutes = divmod(minutes, 60)
        return IFDRational(int(whole), 1), IFDRational(int(minutes), 1), IFDRational(int(seconds * 1000), 1000)

    return {
        GPS.GPSLatitudeRef: "N" if latitude >= 0 else "S",
        GPS.GPSLatitude: degrees(latitude),
        GPS.GPSLongitudeRef: "E" if longitude >= 0 else "W",
        GPS.GPSLongitude: degrees(longitude),
    }


def say(text: str) -> None:
    print(f"\n\x1b[1m{text}\x1b[0m" if sys.stdout.isatty() else f"\n{text}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
