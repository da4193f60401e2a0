"""Ends a process by SIGKILL at every step of something: each time it opens, renames, removes, makes or locks anything.

``run`` forks a child for each step; the child does the work and is killed at its n-th step, until one does all of it.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator

_STEPS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.truncate", "fcntl.flock"}
MAX_STEPS = 500


def run(prepare: Callable[[], None], work: Callable[[], None]) -> Iterator[bool]:
    """Do ``prepare`` and the killed ``work``, again and again; yields whether the work was done to its end."""
    done = False
    for step in range(MAX_STEPS):
        if done:
            return
        prepare()
        child = os.fork()
        if child == 0:
            _work_until(step, work)
        done = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        yield done
    raise AssertionError("it never ended")


def _work_until(step: int, work: Callable[[], None]) -> None:
    left = step

    def count(event: str, _args: object) -> None:
        nonlocal left
        if event in _STEPS:
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1

    code = 1
    try:
        sys.addaudithook(count)
        work()
        code = 0
    finally:
        os._exit(code)
