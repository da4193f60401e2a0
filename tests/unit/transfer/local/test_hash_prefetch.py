"""Files and their MD5s, in order, however much of them is hashed ahead."""

import asyncio
import hashlib
import os
from itertools import chain

import pytest

from amazon_photos.transfer.local import hash_prefetch
from amazon_photos.transfer.local.found import LocalFile, batch_files
from amazon_photos.transfer.local.hash_cache import HashCache
from amazon_photos.transfer.local.hashing import HashedFiles, Hasher
from amazon_photos.transfer.local.kept import MAX_SIZE, Kept
from amazon_photos.transfer.local.roots import scan_roots
from amazon_photos.transfer.local.selection import Selection
from transfers import scan_files


@pytest.mark.parametrize("most", [1, 5000, 1 << 30])
@pytest.mark.parametrize("batch", [4, 512])
@pytest.mark.parametrize("many", [2, 32])
async def test_every_file_has_its_md5(tmp_path, monkeypatch, most, batch, many):
    """In the order they were found: files remembered, files to be hashed, files left out and files that are gone."""
    monkeypatch.setattr(hash_prefetch, "_MAX_BYTES", most)
    monkeypatch.setattr(hash_prefetch, "_MIN_COLUMNS", many)
    cache, hasher = HashCache(tmp_path / "cache"), Hasher(HashCache(tmp_path / "cache"), threads=2)
    folder = tmp_path / "P"
    folder.mkdir()
    for number in range(50):
        path = folder / f"{number:02}.jpg"
        path.write_bytes(b"%d" % number * 700)
        os.utime(path, (1, 1))
    files = list(scan_files(scan_roots(folder), Selection.of(exclude="3?.jpg")))
    for number in (0, 1, 7, 8, 9, 21, 49):
        cache.remember(files[number], hashlib.md5(b"%d" % number * 700).hexdigest())
    cache.close()
    (folder / "20.jpg").unlink()

    runs = [run async for run in hash_prefetch.hash_batches(batch_files(files, batch), hasher, cache)]
    pairs = list(chain.from_iterable(runs))
    hasher.close()
    cache.close()
    assert [found.name for found, _ in pairs] == [file.name for file in files]
    assert sum(map(len, runs)) == len(files)
    assert any(isinstance(run, HashedFiles) for run in runs) == (many == 2)
    for number, (found, md5) in enumerate(pairs):
        if number // 10 == 3:
            assert (md5, found.reason, found.failed) == (None, "excluded", False)
        elif number == 20:
            assert (md5, found.failed) == (None, True)
        else:
            assert md5 == hashlib.md5(b"%d" % number * 700).hexdigest()


@pytest.mark.parametrize("keep", [True, False])
async def test_small_files_come_with_what_they_hold(tmp_path, monkeypatch, keep):
    """What is read to be hashed is kept if somebody sends it, of small files only, and only so much ahead; what need
    not be read is not."""
    monkeypatch.setattr(hash_prefetch, "_MAX_KEPT", 3 * MAX_SIZE)
    cache, hasher = HashCache(tmp_path / "cache"), Hasher(HashCache(tmp_path / "other"), threads=2)
    folder = tmp_path / "P"
    folder.mkdir()
    for number, size in enumerate([1, MAX_SIZE, MAX_SIZE + 1, 5, *[MAX_SIZE] * 9]):
        (folder / f"{number:02}.jpg").write_bytes(b"%x" % number * size)
        os.utime(folder / f"{number:02}.jpg", (1, 1))
    files = list(scan_files(scan_roots(folder), Selection.of()))
    cache.remember(files[3], hashlib.md5(b"3" * 5).hexdigest())
    cache.close()

    came, ahead = [], 0
    async for run in hash_prefetch.hash_batches(batch_files(files), hasher, cache, keep=keep):
        came += run
        ahead = max(ahead, sum(found.size for found, _ in run if found.kept is not None))
    hasher.close()
    cache.close()
    for number, (found, md5) in enumerate(came):
        content = b"%x" % number * found.size
        assert md5 == hashlib.md5(content).hexdigest()
        assert found.kept == (Kept(content) if keep and number not in (2, 3) else None)
    assert ahead <= 4 * MAX_SIZE
    assert "yyy" not in repr(Kept(b"yyy"))


async def test_hashing_goes_on_while_what_came_is_sent(tmp_path, monkeypatch):
    """What is held is bounded, and yet the next files are being hashed whenever some come out."""
    monkeypatch.setattr(hash_prefetch, "_MAX_KEPT", 1000)
    monkeypatch.setattr(hash_prefetch, "_JOB_FILES", 1)
    begun, came = [], 0

    class Watched(Hasher):
        def submit_all(self, files, *, keep):
            begun.append(super().submit_all(files, keep=keep))
            return begun[-1]

    cache, hasher = HashCache(tmp_path / "cache"), Watched(HashCache(tmp_path / "cache"), threads=1)
    for number in range(30):
        (tmp_path / f"{number:02}.jpg").write_bytes(b"%02d" % number * 50)
    files = [file for file in scan_files(scan_roots(tmp_path), Selection.of(extensions="jpg")) if file.reason is None]
    async for run in hash_prefetch.hash_batches(batch_files(files), hasher, cache, keep=True):
        came += len(run)
        assert min(came + 5, len(files)) <= len(begun) <= came + 10
        await asyncio.wait(begun)  # so all of them come out together
    assert came == len(files) == 30
    hasher.close()
    cache.close()


async def test_of_what_is_held_little_comes_out_together(tmp_path):
    """However much is hashed already: what comes out is held until the last of it is sent, and nobody counts it."""
    cache, hasher = HashCache(tmp_path / "cache"), Hasher(HashCache(tmp_path / "cache"), threads=2)
    for number in range(40):
        (tmp_path / f"{number:02}.jpg").write_bytes(b"%02d" % number * 50_000)
    files = [file for file in scan_files(scan_roots(tmp_path), Selection.of(extensions="jpg")) if file.reason is None]
    runs = []
    async for run in hash_prefetch.hash_batches(batch_files(files), hasher, cache, keep=True):
        runs.append(sum(len(found.kept.content) for found, _ in run))
        await asyncio.sleep(0.02)  # so that what may be hashed ahead is
    assert sum(runs) == 40 * 100_000
    assert max(runs) <= 1_200_000
    hasher.close()
    cache.close()


async def test_nothing_is_nothing(tmp_path):
    """No files, no pairs."""
    cache = HashCache(tmp_path)
    hasher = Hasher(cache, threads=1)
    nothing: list[LocalFile] = []
    assert [pair async for pair in hash_prefetch.hash_files(iter(nothing), hasher, cache)] == []
    hasher.close()
