"""Whether a file is damaged. Only proof counts: what is taken for damaged is renamed away and built anew.

One failed reading is no proof: under low memory Arrow fails in a dozen ways, some of them in the words of damage. So a
suspected file is read once more, in small pieces and by one thread. What a healthy machine cannot read then either
(no magic bytes, a footer that leads nowhere, a page whose checksum is wrong) is damaged.
"""

from __future__ import annotations

import os
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from .os_errors import is_of_the_machine

SUSPECT = (pa.ArrowException, OSError, UnicodeDecodeError)
"""What reading a damaged file may raise; most other things do, too."""


def is_damaged(file: IO[bytes]) -> bool:
    """Tell whether the open ``file``, which could not be read, holds no whole Parquet file.

    Raises ``OSError``.

    It is opened again, by its name: threads of the first reading may still be moving in it.
    """
    with open(file.name, "rb") as again:  # noqa: PTH123 - a file's name, whatever it is
        if not os.path.samestat(os.fstat(file.fileno()), os.fstat(again.fileno())):
            return False  # replaced meanwhile: nobody knows any more
        try:
            _read_slowly(again)
        except SUSPECT as confirmed:
            return not is_of_the_machine(confirmed)
    return False


def _read_slowly(file: IO[bytes]) -> None:
    with pq.ParquetFile(file, page_checksum_verification=True, pre_buffer=False) as parquet:
        for group in range(parquet.num_row_groups):
            parquet.read_row_group(group, use_threads=False)
