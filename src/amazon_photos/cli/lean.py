"""What commands do without: libraries that they hardly use, certificates that nobody looks at, a heap for each thread.

A run prints some rows of what it did. pandas would take 40 MB for that, a third of what the whole process has, and half
a second of a computer that backs up at night; numpy takes another 12 MB, Arrow's access to disks in clouds 4 MB.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

_M_ARENA_MAX = -8
"""How many heaps, in glibc's <malloc.h>."""
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Where OpenSSL looks for certificates, if not in the system's."""
_NEVER = frozenset({"pandas", "pyarrow._azurefs", "pyarrow._gcsfs", "pyarrow._hdfs", "pyarrow._s3fs"})


class _Refuse:
    """Refuses modules where Python looks for them."""

    def __init__(self, *names: str) -> None:
        self._names = frozenset(names)

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Raise ``ImportError`` for these; leave everything else to others."""
        if name in self._names:
            raise ImportError(f"this command needs no {name}")


def keep_one_heap() -> None:
    """Keep one heap for all threads, where the C library is glibc. Call it before threads begin.

    It gives each thread its own, and what is free in one is of no use to another: 6 MB of an upload. Little is
    allocated in two threads at once, as Python runs one at a time.
    """
    if sys.platform == "linux":
        with suppress(ImportError, AttributeError, OSError):  # musl has one heap anyway
            import ctypes

            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def load_arrow_alone() -> None:
    """Load pyarrow without what it would load besides.

    It can do without: so it runs where they are not installed. For the program alone: they do not come back, but for
    numpy, which what needs it may load (``query.constants``); pyarrow knows nothing of it then.
    """
    if "pyarrow" in sys.modules:
        return
    without = _Refuse("numpy")
    sys.meta_path[:0] = [without, _Refuse(*_NEVER)]
    try:
        import pyarrow.compute
        import pyarrow.json
        import pyarrow.parquet  # noqa: F401
    finally:
        sys.meta_path.remove(without)


def load_aiohttp_alone() -> None:
    """Load aiohttp without the certificates that it reads for connections of its own, twice.

    Each time takes 0.8 MB and 20 ms. Ours have certificates of their own (``net.connection``); aiohttp's trust nobody
    then. For the program alone, before it has threads: what OpenSSL reads is told by the environment.
    """
    if "aiohttp" in sys.modules:
        return
    named = {name: os.environ.get(name) for name in _CERTIFICATES}
    os.environ.update(dict.fromkeys(_CERTIFICATES, os.devnull))
    try:
        from ..net import connection  # noqa: F401 - it loads aiohttp
    finally:
        for name, value in named.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
