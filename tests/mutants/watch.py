"""A pytest plugin that writes down, for each test, how long it took, whether it failed, whether it started a process.

Under coverage.py it names the running test, so that each line knows the tests that walked over it, in whatever thread.
"""

import json
import os
import sys
import time
from pathlib import Path

import coverage
import pytest

STARTS = {"subprocess.Popen", "os.fork", "os.posix_spawn"}

seconds: dict[str, float] = {}
failing: list[str] = []
starting: list[str] = []
running: list[str] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    if watching := coverage.Coverage.current():
        watching.switch_context(item.nodeid)
    began = time.monotonic()
    running[:] = [item.nodeid]
    try:
        return (yield)
    finally:
        seconds[item.nodeid] = time.monotonic() - began


def notice_process(event, arguments):
    if event in STARTS and running and running[0] not in starting:
        starting.append(running[0])


sys.addaudithook(notice_process)


def pytest_runtest_logreport(report):
    if report.failed and report.nodeid not in failing:
        failing.append(report.nodeid)


def pytest_sessionfinish():
    told = json.dumps({"seconds": seconds, "failing": failing, "starting": starting})
    Path(os.environ["MUTANTS_REPORT"]).write_text(told, "utf-8")
