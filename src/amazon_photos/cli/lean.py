"""What the commands that move files do without: libraries that others load for them, and that they never use.

A run prints some rows of what it did. pandas would take 40 MB for that, a third of what the whole process has, and half
a second of a computer that backs up at night; Arrow's access to disks in clouds takes another 4 MB.
"""

from __future__ import annotations

import sys

_NEVER = frozenset({"pandas", "pyarrow._azurefs", "pyarrow._gcsfs", "pyarrow._hdfs", "pyarrow._s3fs"})


class _Refuse:
    """Refuses modules where Python looks for them."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Raise ``ImportError`` for these; leave everything else to others."""
        if name in _NEVER:
            raise ImportError(f"this command needs no {name}")


def load_arrow_alone() -> None:
    """Load pyarrow without what it would load besides.

    It can do without: so it runs where they are not installed. They do not come back: for the program alone, and before anything needs them.
    """
    if _NEVER.isdisjoint(sys.modules) and not any(isinstance(one, _Refuse) for one in sys.meta_path):
        sys.meta_path.insert(0, _Refuse())
    import pyarrow.parquet  # noqa: F401
