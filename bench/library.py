"""A library to list: an invented one, served by the emulator, and its pages as they come."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from amazon_photos.emulator import Service, running

from .workshop import Workshop

_EVERYTHING = {"asset": "ALL", "limit": 200, "resourceVersion": "V2", "ContentType": "JSON"}


@contextmanager
def opened(workshop: Workshop, files: int, *, relations: int | None = None) -> Iterator[Service]:
    """An emulator with a library of so many files, which is made the first time; ``relations`` for each of them."""
    name = f"library-{files}" if relations is None else f"library-{files}-{relations}"
    with running(workshop.folder / name, files=files, relations=relations) as service:
        yield service


def pages(workshop: Workshop, files: int) -> Path:
    """A folder with the pages of such a library, as they came, one in each file."""
    folder = workshop.folder / f"pages-{files}"
    if not folder.exists():
        being_made = workshop.folder / f"pages-{files}.part"
        being_made.mkdir()
        with opened(workshop, files) as service:
            for number, body in enumerate(_listing(service)):
                (being_made / f"{number:06}.json").write_bytes(body)
        being_made.rename(folder)
    return folder


def bodies(folder: str | Path) -> Iterator[bytes]:
    """The pages in a folder."""
    for path in sorted(Path(folder).iterdir()):
        yield path.read_bytes()


def _listing(service: Service) -> Iterator[bytes]:
    cookies = "; ".join(f"{name}={value}" for name, value in service.cookies.items())
    headers = {"Cookie": cookies, "x-amzn-sessionid": service.cookies["session-id"]}
    connection = http.client.HTTPConnection(urlsplit(service.url).netloc)
    asked: dict[str, str | int] = {}
    while True:
        connection.request("GET", f"/drive/v1/nodes?{urlencode({**_EVERYTHING, **asked})}", headers=headers)
        body = connection.getresponse().read()
        yield body
        token = json.loads(body).get("nextToken")
        if token is None:
            connection.close()
            return
        asked = {"startToken": token}
