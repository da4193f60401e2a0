"""What a listing remembers: exact, in several readings, and in memory that does not grow."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest

from amazon_photos.net import seen_ids
from amazon_photos.net.seen_ids import SeenIds


def test_an_id_is_known_by_the_reading_it_was_last_seen_in() -> None:
    """New is None; then the reading it came in, however often it comes; a later reading counts from then on."""
    seen = SeenIds()
    assert seen.check_and_add(["a"], 1) + seen.check_and_add(["a", "b"], 1) == [None, 1, None]
    assert seen.check_and_add(["a", "a", "d"], 2) == [1, 2, None]
    assert seen.check_and_add(["c", "b", "c", "a"], 3) == [None, 1, 3, 2]
    assert seen.check_and_add([], 3) == []
    seen.close()
    seen.close()


def test_one_call_says_what_as_many_calls_would() -> None:
    """However many come at once, and whatever came before."""
    luck = random.Random(7)
    seen, one_by_one = SeenIds(), SeenIds()
    for reading in (1, 2, 3):
        for count in (200, 1000, 1, 300):
            ids = [str(luck.randrange(1500)) for _ in range(count)]
            alone = [one_by_one.check_and_add([id], reading)[0] for id in ids]  # noqa: A001
            assert seen.check_and_add(ids, reading) == alone
    seen.close()
    one_by_one.close()


@pytest.mark.parametrize("max_latest", [500, 10**6], ids=["most have left the memory", "all are in memory"])
@pytest.mark.parametrize("filter_bytes", [4, seen_ids._FILTER], ids=["all may have come", "few may have come"])
def test_long_listings_are_exact(monkeypatch: pytest.MonkeyPatch, filter_bytes: int, max_latest: int) -> None:
    """Whatever has left the memory is found again, in its reading, even if the filter tells nothing apart."""
    monkeypatch.setattr(seen_ids, "_FILTER", filter_bytes)
    monkeypatch.setattr(seen_ids, "_RUN", 300)
    luck, seen = random.Random(3), SeenIds(max_latest)
    last: dict[str, int] = {}
    for reading in (1, 2, 3):
        for _ in range(60):
            ids = [f"{luck.randrange(20_000):022}" for _ in range(200)]
            wanted = []
            for id in ids:  # noqa: A001
                wanted.append(last.get(id))
                last[id] = reading
            assert seen.check_and_add(ids, reading) == wanted
    seen.close()


def test_ids_are_told_apart_exactly() -> None:
    """By every character, with case; odd ones too."""
    seen = SeenIds()
    ids = ["a", "A", "a ", "", "-a", "\x00", "\x00\x00", "é", "e\u0301", "😀", "9", "09"]
    assert seen.check_and_add(ids, 1) == [None] * len(ids)
    assert seen.check_and_add(ids, 1) == [1] * len(ids)
    seen.close()


GROWING = """
import sys
from amazon_photos.net.seen_ids import SeenIds

def memory():
    return int(next(l for l in open("/proc/self/status") if l.startswith("VmRSS")).split()[1])

seen = SeenIds()
for start in range(0, 300_000, 200):
    assert set(seen.check_and_add([f"{number:022}" for number in range(start, start + 200)], 1)) == {None}
    if start == 100_000:
        before = memory()
assert seen.check_and_add([f"{77:022}"], 2) == [1]
print(memory() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_memory_does_not_grow() -> None:
    """Two hundred thousand ids more take no more memory; a set would take 14 MB."""
    run = subprocess.run([sys.executable, "-c", GROWING], capture_output=True, text=True, timeout=120, check=True)
    assert int(run.stdout) < 4000  # kB


FULL = """
import resource
from amazon_photos import errors
from amazon_photos.net.seen_ids import SeenIds

resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
seen = SeenIds()
try:
    for number in range(300_000):
        seen.check_and_add([f"{number:022}"], 1)
except errors.DiskFull as error:
    print(number, error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sets a limit that only POSIX has")
def test_a_temporary_folder_without_room_is_a_clear_error() -> None:
    """What cannot be written to the temporary file is an error that says where to make room."""
    run = subprocess.run([sys.executable, "-c", FULL], capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    number, _, message = run.stdout.partition(" ")
    assert int(number) > 10_000
    assert "name another one in TMPDIR" in message
