"""Memory that was freed goes back to the system: between the steps of a merge, before the next one takes more.

Allocators keep what is freed, each thread's for itself: of some MB that are merged again and again, in whatever thread
is free, that becomes fifty.
"""

from __future__ import annotations

import pyarrow as pa


def give_back() -> None:
    """Give back what Arrow keeps of this thread, and the system's allocator of the whole process.

    That is also what the program around us has freed; nothing that is in use.
    """
    pa.default_memory_pool().release_unused()
    pa.system_memory_pool().release_unused()
