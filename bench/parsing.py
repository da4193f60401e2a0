"""The filter language: the predecessor's long example, parsed and rendered."""

from __future__ import annotations

import time
import timeit
from collections.abc import Mapping

from amazon_photos.query.parser import parse
from amazon_photos.query.render import render

from .figure import Figure, Reading, Row, at_most
from .workshop import Workshop, in_turn

EXAMPLE = (
    "type:(PHOTOS OR VIDEOS) AND things:(plant AND beach OR moon) AND timeYear:(2023) AND timeMonth:(8) "
    "AND timeDay:(14) AND location:(CAN#BC#Vancouver)"
)
_TIMES = 1000


def parsing(workshop: Workshop) -> Mapping[str, Reading]:
    def both() -> float:
        """CPU seconds of one: it is nothing but computing, and a busy machine would only add waiting."""
        work = timeit.Timer(lambda: render(parse(EXAMPLE, dialect="search"), dialect="search"), timer=time.process_time)
        return work.timeit(_TIMES) / _TIMES

    return {"parse": Reading(in_turn(workshop.rounds(15), ours=both)["ours"])}


FIGURES = (
    Figure(
        rows=(Row(name="parse", what="the predecessor's long example, parsed and rendered, CPU", bar=at_most(100e-6)),),
        measure=parsing,
    ),
)
