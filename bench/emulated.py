"""What a page of the emulator costs: in a large library and in a small one, the first time and the second."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode, urlsplit

from amazon_photos.emulator import Service

from . import library
from .figure import Figure, Reading, Row, at_most, times_at_most
from .workshop import Workshop, in_turn, seconds

_PAGE = 200
_PARAMETERS = {"asset": "ALL", "limit": _PAGE, "resourceVersion": "V2", "ContentType": "JSON"}
_MONTHS = [f"{year}-{month:02}" for year in range(2015, 2025) for month in range(1, 13)]


class _Caller:
    """Asks one thing after the other, over one connection."""

    def __init__(self, service: Service) -> None:
        cookies = "; ".join(f"{name}={value}" for name, value in service.cookies.items())
        self._headers = {"Cookie": cookies, "x-amzn-sessionid": service.cookies["session-id"]}
        self._connection = http.client.HTTPConnection(urlsplit(service.url).netloc)

    def nodes(self, **asked: str | int) -> dict[str, Any]:
        self._connection.request("GET", f"/drive/v1/nodes?{urlencode({**_PARAMETERS, **asked})}", headers=self._headers)
        page: dict[str, Any] = json.loads(self._connection.getresponse().read())
        return page

    def list_all(self) -> None:
        page = self.nodes()
        while token := page.get("nextToken"):
            page = self.nodes(startToken=token)

    def list_months(self) -> None:
        """The first nodes of each month, 200 at the most: questions that nobody has asked before, and their pages."""
        for begin, end in pairwise(_MONTHS):
            self.nodes(filters=f'createdDate:["{begin}-01T00:00:00Z" TO "{end}-01T00:00:00Z"}}')

    def list_found(self, filters: str) -> int:
        """Lists what a search finds, page by page; the number of pages."""
        found, pages = 1, 0
        while pages * _PAGE < found:
            asked = {**_PARAMETERS, "searchContext": "customer", "filters": filters, "offset": pages * _PAGE}
            self._connection.request("GET", f"/drive/v1/search?{urlencode(asked)}", headers=self._headers)
            body = self._connection.getresponse().read()
            found = found if pages else json.loads(body)["count"]
            pages += 1
        return pages

    def close(self) -> None:
        self._connection.close()


def sizes(workshop: Workshop) -> Mapping[str, Reading]:
    """New emulators over the same two libraries, in turn: nothing is remembered from the round before."""
    large = 1_000_000 if workshop.full else workshop.size(200_000, 4_000)
    small = workshop.size(50_000, 1_000)

    def months(files: int) -> float:
        with library.opened(workshop, files) as service:
            caller = _Caller(service)
            caller.nodes(filters="isRoot:true")
            took = seconds(caller.list_months)
            caller.close()
        return took / (len(_MONTHS) - 1)

    found = in_turn(workshop.rounds(3), large=lambda: months(large), small=lambda: months(small))
    return {"emulator-page": Reading(found["large"], found["small"])}


def listings(workshop: Workshop) -> Mapping[str, Reading]:
    files = workshop.size(50_000, 1_000)

    def both() -> tuple[float, float]:
        with library.opened(workshop, files) as service:
            caller = _Caller(service)
            began = time.perf_counter()
            caller.list_all()
            between = time.perf_counter()
            caller.list_all()
            ended = time.perf_counter()
            caller.close()
        return between - began, ended - between

    rounds = [both() for _ in range(workshop.rounds(3))]
    first, second = (sorted(times)[len(rounds) // 2] for times in zip(*rounds, strict=True))
    return {"emulator-listing": Reading(first, second)}


def searches(workshop: Workshop) -> Mapping[str, Reading]:
    """A page of what the most frequent thing finds, with its aggregations: CPU time of asking and answering."""
    files = workshop.size(100_000, 4_000)

    def page() -> float:
        with library.opened(workshop, files, relations=5) as service:
            caller = _Caller(service)
            caller.nodes(filters="isRoot:true")
            began = time.process_time()
            pages = caller.list_found("things:(beach)")
            took = time.process_time() - began
            caller.close()
        return took / pages

    taken = sorted(page() for _ in range(workshop.rounds(3)))
    return {"emulator-search": Reading(taken[len(taken) // 2])}


FIGURES = (
    Figure(
        rows=(
            Row(
                name="emulator-page",
                what="emulator: a page of 200,000 files (1,000,000 with --full)",
                yardstick="of 50,000",
                bar=times_at_most(1.5),
            ),
        ),
        measure=sizes,
    ),
    Figure(
        rows=(
            Row(
                name="emulator-listing",
                what="emulator: the first listing of 50,000 files",
                yardstick="the second",
                bar=times_at_most(1.2),
            ),
        ),
        measure=listings,
    ),
    Figure(
        rows=(
            Row(
                name="emulator-search",
                what="emulator: a page of a search, 100,000 files in 500,000 things, people, places, albums, CPU",
                bar=at_most(1 / 300),
            ),
        ),
        measure=searches,
    ),
)
