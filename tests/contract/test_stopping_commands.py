"""A command that changes the library, stopped from outside: what is in flight is finished, and it can be taken back."""

import json
import signal
import time

import pytest

import terminals
from amazon_photos import AmazonPhotos

CODES = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129}


@pytest.fixture
def account(service, tmp_path):
    """Somebody with 600 files, and a service that takes its time."""
    service.reset(files=600)
    (tmp_path / "user").mkdir()
    one_by_one = {"AMAZON_PHOTOS_INITIAL_CONCURRENCY": "1", "AMAZON_PHOTOS_MAX_CONCURRENCY": "1"}
    where = {"AMAZON_PHOTOS_CATALOG": str(tmp_path / "ap.parquet")}
    return terminals.clean_environ(tmp_path, **service.environ, **where, **one_by_one)


@pytest.fixture
def there(service, tmp_path):
    """Counts the files of the library."""
    with AmazonPhotos(service.cookies, endpoint=service.url, catalog=tmp_path / "other.parquet", progress=False) as ap:
        yield lambda: len(ap.nodes("kind:FILE", columns=["id"]))


def wait_for(condition):
    until = time.monotonic() + terminals.PATIENCE
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.parametrize("name", CODES)
def test_the_first_signal_finishes_what_is_in_flight(name, service, account, there, tmp_path):
    """The rows tell what was done and what not begun, the code which signal it was, and undo takes it back."""
    before = there()
    assert terminals.run(["refresh", "-q"], account).returncode == 0
    service.set(latency=0.3)
    command = ["trash", "--filter", "kind:FILE", "--max-delete", "600", "--yes", "--json"]
    started = terminals.start(command, account, tmp_path)
    runs = tmp_path / "ap.parquet.runs"
    wait_for(lambda: any(b"trashed" in one.read_bytes() for one in runs.glob("*.jsonl")) if runs.exists() else False)
    started.send(signal.Signals[name])
    assert started.wait() == CODES[name]
    service.set(latency=0)
    rows = json.loads(started.stdout)
    outcomes = [row["outcome"] for row in rows]
    assert set(outcomes) == {"trashed", "skipped"}
    assert {row["reason"] for row in rows if row["outcome"] == "skipped"} == {"stopped before it began"}
    assert "what is under way is finished" in started.stderr
    assert there() == before - outcomes.count("trashed")
    (run,) = json.loads(terminals.run(["history", "--json"], account).stdout)
    assert terminals.run(["undo", run["run"], "--yes"], account).returncode == 0
    assert there() == before
