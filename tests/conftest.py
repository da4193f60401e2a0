"""What every test may ask for, and how thorough Hypothesis is.

``HYPOTHESIS_PROFILE`` chooses: ``dev`` (the default, for somebody who waits for it), ``ci`` (``make test``) or ``soak``
(``make soak``). A test that names no number of examples follows the profile.
"""

import os
import signal
import time

import pytest
from hypothesis import settings

settings.register_profile("dev", deadline=None, max_examples=20)
settings.register_profile("ci", deadline=None, max_examples=40)
settings.register_profile("soak", deadline=None, max_examples=3000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # cron, nohup and `make test &` start us deaf, and our children
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """A run of tests that leaves a process of theirs running has failed."""
    from left_running import list_processes

    if hasattr(session.config, "workerinput"):
        return
    folder, until = session.config._tmp_path_factory.getbasetemp(), time.monotonic() + 20
    while (left := list_processes(folder)) and time.monotonic() < until:
        time.sleep(0.1)  # killed a moment ago, or about to end by themselves
    if left:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        session.config.get_terminal_writer().line(f"\nleft running: {left} (what they were given lies below {folder})")


@pytest.fixture(scope="module")
def module_service():
    """An emulator that the tests of a module share: starting one takes as long as resetting it eighty times."""
    from amazon_photos.emulator import running

    with running() as service:
        yield service


@pytest.fixture
def modeless(monkeypatch):
    """The system as it is on vfat: whatever is made, and whatever mode it is given, everybody may read and write it."""
    fstat, lstat = os.fstat, os.lstat

    def open_to_all(found):
        values = list(found)
        values[0] |= 0o777
        return os.stat_result(values)

    monkeypatch.setattr(os, "fstat", lambda file: open_to_all(fstat(file)))
    monkeypatch.setattr(os, "lstat", lambda path, **options: open_to_all(lstat(path, **options)))
    monkeypatch.setattr(os, "stat", lambda path, _stat=os.stat, **options: open_to_all(_stat(path, **options)))


@pytest.fixture
def service(module_service):
    """An emulator with an empty library, and nothing of the test before: options, faults, requests."""
    from amazon_photos.emulator import Options

    module_service.set(**Options().as_dict())
    module_service.reset()
    return module_service


@pytest.fixture(scope="module")
def pythons():
    """Runs scripts in Pythons of their own: ``pythons.run(code, folder, temporary)``."""
    from ending import Pythons

    with Pythons() as pythons:
        yield pythons
