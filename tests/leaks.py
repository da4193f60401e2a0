"""Looks for secrets where people, crash reporters and logs look: in errors, in all behind them, in every frame."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any
from urllib.parse import quote


def spellings(value: str) -> set[str]:
    """A value as servers and programs may repeat it."""
    found = {value, quote(value, safe=""), quote(quote(value, safe=""), safe=""), json.dumps(value)[1:-1]}
    found |= {"".join(c if c.isalnum() else f"\\u{ord(c):04x}" for c in value)}
    for spelled in (value, f"x{value}", f"xx{value}"):
        packed = base64.b64encode(spelled.encode()).decode()
        found |= {packed[4:-4], packed[4:-4].replace("+", "-").replace("/", "_")}
    bare = value.partition("|")[2]
    return found | (spellings(bare) if bare else set())


def spelled_in(text: str, values: Mapping[str, str]) -> list[str]:
    """Which of the cookies stand in a text, in whichever spelling."""
    text = f"{text}\n{text.replace(chr(92), '')}".lower()  # however often it was escaped
    return [name for name, value in values.items() if any(each.lower() in text for each in spellings(value))]


def chain(error: BaseException | None, seen: set[int] | None = None) -> Iterator[BaseException]:
    """An error and all that it brings along."""
    seen = set() if seen is None else seen
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    yield error
    for other in (error.__cause__, error.__context__, *getattr(error, "exceptions", ())):
        yield from chain(other, seen)


def frames(error: BaseException) -> Iterator[FrameType]:
    """Every frame of every traceback in the chain."""
    for each in chain(error):
        trace = each.__traceback__
        while trace is not None:
            yield trace.tb_frame
            trace = trace.tb_next


def shown(value: Any, depth: int = 3) -> str:
    """What a crash reporter shows of a value: it opens containers and plain objects."""
    text = repr(value)
    if depth and isinstance(value, Mapping):
        return text + "".join(shown(each, depth - 1) for pair in list(value.items()) for each in pair)
    if depth and isinstance(value, list | tuple | set | frozenset):
        return text + "".join(shown(each, depth - 1) for each in value)
    return text


def everything_of(error: BaseException, *, but: str) -> str:
    """All that an error shows, but for the frames of the file ``but``, which is the test and knows the secrets."""
    said = [shown((each, str(each), each.args, vars(each))) for each in chain(error)]
    said += [shown(frame.f_locals) for frame in frames(error) if frame.f_code.co_filename != but]
    return "\n".join(said)


def foreign(error: BaseException) -> set[str]:
    """The files of frames that hold requests with their headers."""
    return {f.f_code.co_filename for f in frames(error) if "/aiohttp/" in f.f_code.co_filename.replace("\\", "/")}
