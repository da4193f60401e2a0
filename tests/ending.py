"""Pythons that run one script each to its end, as quickly as the system copies a process.

Loading pandas, pyarrow and aiohttp costs a Python more than most scripts do. So one Python loads them, and forks for
each script; the child runs it as ``python -c`` would, and ends as every Python does: threads joined, ``atexit`` called,
objects destroyed, exit code. Where the system cannot fork, each script gets a Python of its own.
"""

import json
import os
import select
import subprocess
import sys

FLAGS = ("-X", "dev", "-W", "ignore::DeprecationWarning")
"""Python looks closely, as it does for whoever develops with it."""
_PATIENCE = 60
_PARENT = """\
import gc, json, os, sys
import pandas, pyarrow.parquet
from amazon_photos import AmazonPhotos, AsyncAmazonPhotos, emulator
emulator.running
gc.freeze()  # what is loaded stays shared with the children
for line in sys.stdin:
    asked = json.loads(line)
    if (child := os.fork()) == 0:
        break
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
else:
    sys.exit()
os.chdir(asked["folder"])
os.environ["TMPDIR"] = asked["temporary"]
for number, path in enumerate((os.devnull, asked["out"], asked["err"])):
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    os.dup2(file, number)
    os.close(file)
code = asked["code"]
del asked, line, child, file, number, path
exec(compile(code, "<string>", "exec"))
"""


class Pythons:
    """Runs scripts, one after the other, in a Python each."""

    def __enter__(self):
        self._parent = None
        if hasattr(os, "fork"):
            self._parent = subprocess.Popen(
                [sys.executable, *FLAGS, "-c", _PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        return self

    def __exit__(self, *_):
        if self._parent:
            self._parent.kill()
            self._parent.communicate()

    def run(self, code, work, temporary):
        """Its exit code and what it wrote to stderr, when run in folder ``work``."""
        if not self._parent:
            return _run_alone(code, work, temporary)
        out, err = work / "stdout.txt", work / "stderr.txt"
        asked = {"code": code, "folder": work, "temporary": temporary, "out": out, "err": err}
        print(json.dumps(asked, default=str), file=self._parent.stdin, flush=True)
        assert select.select([self._parent.stdout], [], [], _PATIENCE)[0], f"it does not end: {err.read_text('utf-8')}"
        return int(self._parent.stdout.readline()), err.read_text("utf-8")


def _run_alone(code, work, temporary):
    run = subprocess.run(
        [sys.executable, *FLAGS, "-c", code],
        cwd=work,
        env=os.environ | {"TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    return run.returncode, run.stderr
