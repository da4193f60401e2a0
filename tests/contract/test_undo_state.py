"""Random changes, and undoing them: the library is as it was, also where the program was killed in the middle."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from amazon_photos import AmazonPhotos
from changes import KINDS, Changes, look_at

FILES = 14
SOME = pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.soak)])


def forget(folder):
    """Removes what is known of the library before a reset: the nodes of the next one have the same ids."""
    (folder / "ap.parquet").unlink(missing_ok=True)
    shutil.rmtree(folder / "ap.parquet.runs", ignore_errors=True)


class Undoing(RuleBasedStateMachine):
    """Each change is a run; undone, the library is as before it."""

    def __init__(self, ap, service):
        super().__init__()
        service.reset(files=FILES)
        forget(Path())
        self.ap = ap
        self.before = []
        self.known = set(ap.history.list()["run"])

    @rule(kind=st.sampled_from(sorted(KINDS)), seed=st.integers(0, 1000))
    def change(self, kind, seed):
        before = look_at(self.ap)
        Changes(self.ap).do(kind, random.Random(seed))
        new = [run for run in self.ap.history.list()["run"] if run not in self.known]
        assert len(new) <= 1
        self.known.update(new)
        self.before += [(run, before) for run in new]

    @precondition(lambda self: self.before)
    @rule(again=st.booleans())
    def undo_the_last(self, again):
        """Undone, perhaps undone twice, it is as before, and an undo that is undone is as before that."""
        run, before = self.before.pop()
        after = look_at(self.ap)
        self.undo(run)
        assert look_at(self.ap) == before
        undos = [new for new in self.ap.history.list()["run"] if new not in self.known]
        if again and undos:  # nothing is undone of what changed nothing
            self.undo(undos[0])
            assert look_at(self.ap) == after
            self.undo(run)
            assert look_at(self.ap) == before
        self.known.update(self.ap.history.list()["run"])

    def undo(self, run):
        done = self.ap.history.undo(run, max_delete=100)
        assert not (done["outcome"] == "failed").any(), done.to_string()

    def teardown(self):
        while self.before:
            self.undo_the_last(again=False)


@pytest.mark.hypothesis
def test_whatever_is_changed_is_as_before_when_it_is_undone(ap, service):
    """Runs of every kind that can be taken back, undone the last first: nodes, albums and people are as before each."""
    examples = settings.default.max_examples
    run_state_machine_as_test(
        lambda: Undoing(ap, service), settings=settings(max_examples=max(3, examples // 5), stateful_step_count=8)
    )


CHANGER = """
import os, random, sys
from amazon_photos import AmazonPhotos, Settings
from changes import KINDS, Changes
import pandas

def run(seed):
    chosen = random.Random(seed)
    with AmazonPhotos(settings=Settings.load(catalog=sys.argv[1]), progress=False) as ap:
        changes = Changes(ap)
        print("begun", flush=True)
        while True:
            changes.do(chosen.choice(sorted(KINDS)), chosen)

for line in sys.stdin:  # what takes long to load is loaded once; each run is a process of its own
    child = os.fork()
    if not child:
        run(int(line))
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""


@pytest.fixture
def kill_after(service, tmp_path):
    """Changes the library at random in a process of its own, and kills it after so many seconds."""
    here = str(Path(__file__).parents[1])
    environ = {**os.environ, **service.environ, "PYTHONPATH": here, "AMAZON_PHOTOS_CACHE_DIR": str(tmp_path / "cache")}
    command = [sys.executable, "-c", CHANGER, str(tmp_path / "ap.parquet")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environ, cwd=tmp_path, **pipes) as launcher:

        def once(seed, seconds):
            print(seed, file=launcher.stdin, flush=True)
            told = {launcher.stdout.readline().strip(), launcher.stdout.readline().strip()}
            (child,) = told - {"begun"}
            time.sleep(seconds)
            os.kill(int(child), signal.SIGKILL)
            assert launcher.stdout.readline() == "ended\n"

        yield once
        launcher.stdin.close()


@pytest.mark.skipif(sys.platform == "win32", reason="it forks")
@SOME
def test_what_was_killed_in_the_middle_is_undone_too(service, tmp_path, kill_after, kills):
    """SIGKILL at random moments inside of runs; all of them undone, the last first, the library is as before."""
    generator = random.Random(5)
    settings_of = {"endpoint": service.url, "progress": False, "catalog": tmp_path / "ap.parquet"}
    with AmazonPhotos(service.cookies, **settings_of) as ap:
        begun = 0
        for number in range(kills):
            service.reset(files=FILES)
            forget(tmp_path)
            before = look_at(ap)
            service.set(latency=0.005)
            kill_after(number, generator.uniform(0.5, 3))
            service.set(latency=0)
            wait_for_quiet(service)
            runs = [*ap.history.list().itertuples()]
            begun += len(runs)
            for run in runs:
                if run.state != "not begun":
                    ap.history.undo(run.run, max_delete=100)
            assert look_at(ap) == before, [(run.operation, run.state) for run in runs]
        assert begun > kills


def wait_for_quiet(service):
    """Until nothing of a dead client's is on its way."""
    count = -1
    while count != len(service.requests):
        count = len(service.requests)
        time.sleep(0.1)
