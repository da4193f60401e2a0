"""Which errors say something about a file, and which about the machine."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amazon_photos.catalog.os_errors import is_of_the_machine

NAMES = ["memory card", "threads", "Resources", "cancelled", "allocated", 'Bob\'s "memory" card']


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_may_have_the_name_of_a_shortage(tmp_path, name):
    """Arrow tells the path of a file that is damaged; what a folder is called says nothing about the machine."""
    path = tmp_path / name / "00001.parquet"
    path.parent.mkdir()
    path.write_bytes(b"PAR1 half")
    with pytest.raises(pa.ArrowException, match=r"00001\.parquet") as caught:
        pq.read_table(path, memory_map=False)
    assert not is_of_the_machine(caught.value)


def test_a_value_may_be_the_word_of_a_shortage():
    """Arrow tells the value that it cannot read as a number."""
    with pytest.raises(pa.ArrowException, match="memory") as caught:
        pa.array(["memory"]).cast(pa.int64())
    assert not is_of_the_machine(caught.value)


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        pa.ArrowMemoryError("malloc of size 64 failed"),
        pa.ArrowInvalid("Failed to launch worker thread: Resource temporarily unavailable"),
        OSError(24, "Too many open files", "a.parquet"),
        pa.ArrowException("Unknown error: anything"),
        pa.ArrowInvalid("Could not open 'a.parquet': realloc of size 4096 failed"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_shortages_are_of_the_machine(error):
    """Too little memory, too many open files, no more threads: the file may be whole."""
    assert is_of_the_machine(error)
