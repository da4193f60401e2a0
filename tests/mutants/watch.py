"""A pytest plugin that writes down, for each test, how long it took and whether it failed.

Under coverage.py it names the running test, so that each line knows the tests that walked over it, in whatever thread.
"""

import json
import os
import time
from pathlib import Path

import coverage
import pytest

seconds: dict[str, float] = {}
failing: list[str] = []


def pytest_collection_modifyitems(config, items):
    left_out = set(Path(os.environ["MUTANTS_LEFT_OUT"]).read_text("utf-8").splitlines())
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in left_out])
    items[:] = [item for item in items if item.nodeid not in left_out]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    if watching := coverage.Coverage.current():
        watching.switch_context(item.nodeid)
    began = time.monotonic()
    try:
        return (yield)
    finally:
        seconds[item.nodeid] = time.monotonic() - began


def pytest_runtest_logreport(report):
    if report.failed and report.nodeid not in failing:
        failing.append(report.nodeid)


def pytest_sessionfinish():
    told = json.dumps({"seconds": seconds, "failing": failing})
    Path(os.environ["MUTANTS_REPORT"]).write_text(told, "utf-8")
