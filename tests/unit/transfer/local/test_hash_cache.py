"""The cache of hashes: only what is surely the same file is known."""

import hashlib
import os
import sqlite3
import time

import pytest

from amazon_photos.transfer.local.found import LocalFile
from amazon_photos.transfer.local.hash_cache import HashCache
from amazon_photos.transfer.local.hashing import Hasher, md5_of
from amazon_photos.transfer.local.scan import restat
from transfers import old_file


def test_any_time_can_be_remembered(tmp_path):
    """Times beyond 64 bits of nanoseconds, and inodes of all 64, are kept like others (fault B2)."""
    found = old_file(tmp_path / "a", b"x")
    for far in (-(10**22), -(1 << 63), 10**18):
        odd = found._replace(mtime_ns=far, ctime_ns=10**25 + 1, inode=(1 << 64) - 1, device=1 << 63)
        cache = HashCache(tmp_path / f"cache{far}")
        cache.remember(odd, md5_of(found))
        cache.close()
        again = HashCache(tmp_path / f"cache{far}")
        assert again.look_up([odd, found]) == [md5_of(found), None]
        again.close()


@pytest.mark.parametrize("apart", [1, 1000])
def test_many_are_looked_up_together(tmp_path, apart):
    """Of several disks, with inodes side by side or far apart, whatever else is remembered, and in their order; a file
    of another size or time is not known, nor is one that is not to be taken."""
    cache, md5s = HashCache(tmp_path), {}
    for number in range(3000):
        file = LocalFile("p", size=number, mtime_ns=7, ctime_ns=number + 1, device=number % 3, inode=apart * number + 1)
        md5s[file] = hashlib.md5(b"%d" % number).hexdigest()
        cache.remember(file, md5s[file])
    cache.close()
    files = list(md5s)[2500:100:-2]
    files[5] = files[5]._replace(reason="junk")
    files[6:9] = (files[6]._replace(size=1), files[7]._replace(mtime_ns=8), files[8]._replace(ctime_ns=8))
    files[9] = files[9]._replace(device=5)
    assert cache.look_up(files) == [None if place in range(5, 10) else md5s[file] for place, file in enumerate(files)]
    cache.close()


async def test_hashes_are_remembered_while_the_file_stays(tmp_path):
    """A second look reads no file; a change of content, size or times does away with the memory."""
    found = old_file(tmp_path / "a", b"before")
    cache = HashCache(tmp_path / "cache")
    hasher = Hasher(cache, threads=1)
    while time.time_ns() - found.ctime_ns < 10**8:  # the kernel's clock stands still for a moment
        time.sleep(0.01)
    md5 = await hasher.submit(found)
    cache.close()
    hasher.close()
    again = HashCache(tmp_path / "cache")
    assert again.look_up([found]) == [md5]
    assert again.look_up([old_file(tmp_path / "a", b"after!")]) == [None]
    again.close()


def test_an_edit_that_keeps_size_and_mtime_is_noticed(tmp_path):
    """Tools that put the mtime back don't fool the cache."""
    found = old_file(tmp_path / "a", b"before")
    cache = HashCache(tmp_path / "cache")
    cache.remember(found, md5_of(found))
    (tmp_path / "a").write_bytes(b"after!")
    os.utime(tmp_path / "a", ns=(found.mtime_ns, found.mtime_ns))
    assert cache.look_up([restat(found.path)]) == [None]
    cache.close()


@pytest.mark.parametrize(("age", "kept"), [(0.0, False), (1.5, False), (2.5, True)])
def test_a_file_just_written_is_not_remembered(tmp_path, monkeypatch, age, kept):
    """The next write might leave the same time stamp: for two seconds nobody knows."""
    (tmp_path / "a").write_bytes(b"x")
    found = restat(str(tmp_path / "a"))
    found = found._replace(mtime_ns=found.mtime_ns // 10 * 10 + 1)
    cache = HashCache(tmp_path / "cache")
    monkeypatch.setattr(time, "time_ns", lambda: found.mtime_ns + round(age * 10**9))
    cache.remember(found, hashlib.md5(b"x").hexdigest())
    monkeypatch.undo()
    cache.close()
    assert cache.look_up([found]) == [hashlib.md5(b"x").hexdigest() if kept else None]
    cache.close()


@pytest.mark.parametrize(("mtime", "ctime"), [(10**18, 10**18), (10**18 + 2 * 10**9, 10**18 + 3 * 10**7)])
def test_where_times_are_coarse_nothing_is_remembered(tmp_path, mtime, ctime):
    """Whole seconds, and FAT's hundredths, tell no card from the next in the same reader, nor does a cache that a
    former version wrote (fault A8)."""
    (tmp_path / "a").write_bytes(b"x")
    coarse = restat(str(tmp_path / "a"))._replace(mtime_ns=mtime, ctime_ns=ctime)
    cache = HashCache(tmp_path / "cache")
    cache.remember(coarse._replace(ctime_ns=ctime + 1), hashlib.md5(b"x").hexdigest())
    cache.remember(coarse, hashlib.md5(b"y").hexdigest())
    cache.close()
    with sqlite3.connect(tmp_path / "cache/hashes.sqlite") as db:
        assert db.execute("SELECT md5 FROM hashes").fetchall() == [(hashlib.md5(b"x").digest(),)]
        db.execute("UPDATE hashes SET ctime = ?", (ctime,))
    again = HashCache(tmp_path / "cache")
    assert again.look_up([coarse]) == [None]
    again.close()


def test_a_file_changed_within_the_tick_of_its_reading_is_not_remembered(tmp_path, monkeypatch):
    """Its mtime may be put back, and one more write would leave the same ctime (fault A8)."""
    found = old_file(tmp_path / "a", b"x")
    cache = HashCache(tmp_path / "cache")
    hasher = Hasher(cache, threads=1)
    monkeypatch.setattr(time, "time_ns", lambda: found.ctime_ns + 10**6)
    hasher.hash(found)
    monkeypatch.undo()
    cache.close()
    assert cache.look_up([found]) == [None]
    hasher.hash(found._replace(ctime_ns=found.ctime_ns - 10**9))
    cache.close()
    assert cache.look_up([found._replace(ctime_ns=found.ctime_ns - 10**9)]) == [hashlib.md5(b"x").hexdigest()]
    hasher.close()
    cache.close()


def test_a_damaged_cache_is_done_without(tmp_path):
    """A file that is no database costs the memory, never the run; the next run begins a new one."""
    (tmp_path / "hashes.sqlite").write_bytes(b"this is no database, whatever its name says" * 100)
    found = old_file(tmp_path / "a", b"x")
    cache = HashCache(tmp_path)
    assert cache.look_up([found]) == [None]
    cache.remember(found, md5_of(found))
    cache.close()
    fresh = HashCache(tmp_path)
    fresh.remember(found, md5_of(found))
    assert fresh.look_up([found]) == [None]  # not yet written
    fresh.close()
    with sqlite3.connect(tmp_path / "hashes.sqlite") as db:
        assert db.execute("SELECT count(*) FROM hashes").fetchone() == (1,)


@pytest.mark.parametrize("md5", [None, "text", 5, b"short", 1.5])
def test_what_is_no_hash_is_not_known(tmp_path, md5):
    """In one row: the others are known all the same."""
    files = [old_file(tmp_path / name, name.encode()) for name in ("a", "b")]
    cache = HashCache(tmp_path / "cache")
    for file in files:
        cache.remember(file, md5_of(file))
    cache.close()
    (database,) = (tmp_path / "cache").glob("*.sqlite")
    with sqlite3.connect(database) as db:
        db.execute("UPDATE hashes SET md5 = ? WHERE inode = ?", (md5, files[0].inode))
    db.close()
    again = HashCache(tmp_path / "cache")
    assert again.look_up(files) == [None, md5_of(files[1])]
    again.close()


def test_somebody_elses_database_is_kept(tmp_path):
    """A file of the cache's name that is not ours gets another name; ours, when damaged, is removed (fault A7)."""
    mine = b"SQLite format 3\0" + b"somebody's own database" * 100
    (tmp_path / "hashes.sqlite").write_bytes(mine)
    HashCache(tmp_path).look_up([old_file(tmp_path / "a", b"x")])
    assert [path.read_bytes() for path in tmp_path.glob("hashes.sqlite.not-ours-*")] == [mine]
    cache = HashCache(tmp_path)
    cache.look_up([old_file(tmp_path / "b", b"y")])
    cache.close()
    whole = (tmp_path / "hashes.sqlite").read_bytes()
    (tmp_path / "hashes.sqlite").write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    cache = HashCache(tmp_path)
    cache.look_up([old_file(tmp_path / "c", b"z")])
    cache.close()
    assert len(list(tmp_path.glob("hashes.sqlite.not-ours-*"))) == 1


def test_a_cache_that_cannot_be_made_is_done_without(tmp_path):
    """A cache folder that cannot be made is no reason to fail."""
    (tmp_path / "file").write_bytes(b"")
    cache = HashCache(tmp_path / "file" / "cache")
    assert cache.look_up([old_file(tmp_path / "a", b"x")]) == [None]
    cache.close()
