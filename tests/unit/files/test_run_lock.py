"""One run on one target: between real processes, however the first one ends and whatever it has left."""

import os
import subprocess
import sys
import threading
import time

import pytest

from amazon_photos.errors import InvalidInput, RunInProgress
from amazon_photos.files import run_lock
from amazon_photos.files.run_lock import RunLock

KEY = "home upload /Pictures"
WHAT = "`upload` of this profile to /Pictures"
HOLDS = f"""
import sys
from amazon_photos.files.run_lock import RunLock
with RunLock({KEY!r}, {WHAT!r}).acquire():
    print("held", flush=True)
    sys.stdin.read()
"""
TAKES = f"""
import sys
from amazon_photos.files.run_lock import RunLock
with RunLock({KEY!r}, "another").acquire(wait=True, on_wait=lambda who: print(who, flush=True)):
    print("held", flush=True)
"""
PATIENCE = 60


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A state folder of the test's own."""
    monkeypatch.setenv("AMAZON_PHOTOS_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "running"


@pytest.fixture
def start():
    """Starts a script; gives its process once it has printed a line, and the line."""
    started = []

    def start(script):
        process = subprocess.Popen(
            [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        return process, process.stdout.readline().strip()

    yield start
    for process in started:
        process.kill()
        process.stdin.close()
        process.stdout.close()
        process.wait()


def test_the_second_one_is_told_who_runs(start):
    """What it does, since when, and as which process where; and how to wait for it."""
    process, line = start(HOLDS)
    assert line == "held"
    with pytest.raises(
        RunInProgress,
        match=rf"^another `upload` of this profile to /Pictures runs since (\S+ )?\d\d:\d\d UTC "
        rf"\(process {process.pid} on .+\): wait for it with --wait$",
    ):
        RunLock(KEY, "`download`").acquire()


def test_another_target_is_nobodys_business(start):
    """Only the same key is excluded."""
    start(HOLDS)
    with RunLock(f"{KEY}/2019", WHAT).acquire() as lock:
        assert lock.problem is None


def test_waiting_gets_the_lock_when_the_first_one_ends(start):
    """Who waits says once for whom, and runs next."""
    first, _ = start(HOLDS)
    second, line = start(TAKES)
    assert f"(process {first.pid} on " in line
    first.stdin.close()
    assert second.stdout.read() == "held\n"
    RunLock(KEY, WHAT).acquire().release()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_kill_9_lets_go_of_it(start, home):
    """The system does: nothing that is left keeps anybody away."""
    process, _ = start(HOLDS)
    process.kill()
    process.wait()
    assert [path.suffix for path in home.glob("*.json")] == [".json"]
    RunLock(KEY, WHAT).acquire().release()
    assert not list(home.glob("*.json"))


def test_what_a_killed_run_has_left_is_not_told(start, home):
    """Of a process that is no longer there nobody is told, though somebody holds the lock."""
    first, _ = start(HOLDS)
    [told] = home.glob("*.json")
    left = told.read_bytes().replace(f'"pid":{first.pid}'.encode(), b'"pid":4194304')
    told.write_bytes(left)
    with pytest.raises(RunInProgress, match=r"^another mine is running: wait for it with --wait$"):
        RunLock(KEY, "mine").acquire()


@pytest.mark.parametrize(
    "rubbish",
    [
        b"",
        b"{",
        b"[" * 5000,
        b"null",
        b'{"pid":"1","host":"a","what":"b","since":"2026-01-01T00:00:00Z"}',
        b'{"pid":-1,"host":"a","what":"b","since":"2026-01-01T00:00:00Z"}',
        b'{"pid":1,"host":"a","what":"%s","since":"2026-01-01T00:00:00Z"}' % (b"x" * 300),
        b'{"pid":1,"host":"a","what":"b","since":"yesterday"}',
        b"\xff\xfe" * 100,
        b"x" * ((1 << 20) + 1),
    ],
)
def test_rubbish_in_its_place_does_no_harm(home, rubbish):
    """The lock decides; what cannot be read is not told."""
    with RunLock(KEY, WHAT).acquire():
        [told] = home.glob("*.json")
        told.write_bytes(rubbish)
        with pytest.raises(RunInProgress, match=r"^another mine is running"):
            RunLock(KEY, "mine").acquire()
    RunLock(KEY, WHAT).acquire().release()


def test_hostile_words_steer_no_terminal(home):
    """What another program wrote there is shown without its escapes, and a date of the far future as it is."""
    with RunLock(KEY, WHAT).acquire():
        [told] = home.glob("*.json")
        told.write_bytes(b'{"pid":1,"host":"a\\u001b[2J","what":"b\\r\\n\\u202e","since":"9999-12-31T23:59:59Z"}')
        with pytest.raises(RunInProgress, match="since 9999-12-31 23:59 UTC") as caught:
            RunLock(KEY, "mine").acquire()
    assert str(caught.value).isprintable()


def test_a_time_to_wait_ends(start):
    """After the seconds it was given it gives up, and says that it has waited."""
    start(HOLDS)
    with pytest.raises(RunInProgress, match="was waited for in vain"):
        RunLock(KEY, WHAT).acquire(wait=0.3)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C of another process is another thing there")
def test_waiting_can_be_interrupted(start):
    """Ctrl-C ends the waiting at once, and leaves the lock with who has it."""
    start(HOLDS)
    second, line = start(TAKES)
    assert "runs since" in line
    second.send_signal(2)
    assert second.stdout.read() == ""
    assert second.wait(PATIENCE) != 0
    with pytest.raises(RunInProgress):
        RunLock(KEY, WHAT).acquire()


def test_two_threads_exclude_each_other_too():
    """A process is no exception."""
    order = []

    def run(number):
        with RunLock(KEY, WHAT).acquire(wait=True):
            order.append(number)
            time.sleep(0.05)
            order.append(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert order[0::2] == order[1::2]


def test_released_twice_is_released_once(home):
    """A second ``release`` takes nothing from who has it by then."""
    first = RunLock(KEY, WHAT).acquire()
    first.release()
    with RunLock(KEY, WHAT).acquire():
        first.release()
        with pytest.raises(RunInProgress):
            RunLock(KEY, WHAT).acquire()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_forked_child_lets_go_of_nothing():
    """The lock is the parent's, whatever the child does with it."""
    with RunLock(KEY, WHAT).acquire() as lock:
        child = os.fork()
        if not child:
            lock.release()
            os._exit(0)
        os.waitpid(child, 0)
        with pytest.raises(RunInProgress, match="runs since"):
            RunLock(KEY, WHAT).acquire()


@pytest.mark.parametrize("wait", [-1, float("nan"), "long", [1]])
def test_no_time_to_wait(wait):
    """It is refused, by the argument's name."""
    with pytest.raises(InvalidInput, match="wait"):
        RunLock(KEY, WHAT).acquire(wait=wait)


def test_files_are_private(home):
    """Nobody else sees what runs here."""
    if sys.platform == "win32":
        pytest.skip("no modes")
    with RunLock(KEY, WHAT).acquire():
        assert home.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in home.iterdir()} == {0o600}


def test_where_nothing_can_be_locked_the_run_goes_on(tmp_path, monkeypatch, caplog):
    """A folder that cannot be made is said to be so, by the lock and in the log; the run goes on."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AMAZON_PHOTOS_HOME", str(tmp_path / "file"))
    with RunLock(KEY, WHAT).acquire() as lock:
        assert "nothing keeps a second run away" in lock.problem
    assert lock.problem in caplog.messages


def test_a_disk_without_locks_is_said_so(monkeypatch):
    """What the system answers on such a disk, in our words."""
    import filelock

    def refuse(*_, **__):
        raise NotImplementedError("FileSystem does not appear to support flock")

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    with RunLock(KEY, WHAT).acquire() as lock:
        assert lock.problem.endswith("this disk knows no locks")


def test_without_a_home_the_temporary_folder_serves(tmp_path, monkeypatch):
    """Each user has a folder there of his own."""
    monkeypatch.setattr(run_lock, "find_user_folder", lambda find: None)
    monkeypatch.setattr(run_lock.tempfile, "gettempdir", lambda: str(tmp_path))
    with RunLock(KEY, WHAT).acquire():
        [folder] = tmp_path.glob("amazon-photos-*")
        assert len(list(folder.iterdir())) == 2
