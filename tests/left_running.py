"""Which processes a test has left running: those that were given a folder of its."""

import os
import re
from pathlib import Path


def list_processes(folder):
    """List the ids of the processes whose environment or arguments name ``folder``; none where there is no /proc."""
    named = re.compile(re.escape(os.fsencode(folder)) + rb"[/\0]")
    return [int(place.name) for place in Path("/proc").glob("[0-9]*") if _names(place, named)]


def _names(place, named):
    try:
        given = [(place / file).read_bytes() for file in ("environ", "cmdline")]
    except OSError:  # it has ended meanwhile, or is another user's
        return False
    return int(place.name) != os.getpid() and any(map(named.search, given))
