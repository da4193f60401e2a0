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
import tempfile
from pathlib import Path

FLAGS = ("-X", "dev", "-W", "ignore::DeprecationWarning")
"""Python looks closely, as it does for whoever develops with it."""
_PATIENCE = 60
CLIENT = "import pandas, pyarrow.parquet; from amazon_photos import AmazonPhotos, AsyncAmazonPhotos, emulator"
_PARENT = """\
import gc, json, os, signal, sys
exec(sys.argv.pop(1))  # what the scripts need
gc.freeze()  # what is loaded stays shared with the children
for line in sys.stdin:
    asked = json.loads(line)
    if "wait" in asked:
        print(os.waitstatus_to_exitcode(os.waitpid(asked["wait"], 0)[1]), flush=True)
    elif (child := os.fork()) == 0:
        break
    else:
        print(child, flush=True)
else:
    sys.exit()
for name, how in (("SIGINT", signal.default_int_handler), ("SIGTERM", signal.SIG_DFL), ("SIGHUP", signal.SIG_DFL)):
    if hasattr(signal, name):  # whoever runs the tests may have told them to ignore some: nohup, or a shell's &
        signal.signal(getattr(signal, name), how)
os.chdir(asked["folder"])
os.environ.clear()
os.environ.update(asked["environ"])
sys.path[1:1] = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
for number, path in enumerate(asked["streams"]):
    file = os.open(path, os.O_RDWR | os.O_CREAT)
    os.dup2(file, number)
    os.close(file)
sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)
sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)
code = asked["code"]
del asked, line, child, file, number, path, name, how
exec(compile(code, "<string>", "exec"))
"""


class Pythons:
    """Runs scripts, one after the other, in a Python each, which has done ``loads`` before."""

    def __init__(self, loads=f"{CLIENT}; emulator.running", flags=FLAGS):
        self._loads, self._flags = loads, flags

    def __enter__(self):
        self._parent = None
        if hasattr(os, "fork"):
            self._parent = subprocess.Popen(
                [sys.executable, *self._flags, "-c", _PARENT, self._loads],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        return self

    def __exit__(self, *_):
        if self._parent:
            self._parent.kill()
            self._parent.communicate()

    def run(self, code, work, temporary):
        """Its exit code and what it wrote to stderr, when run in folder ``work``."""
        done = self.complete(code, os.environ | {"TMPDIR": str(temporary)}, work)
        return done.returncode, done.stderr

    def complete(self, code, environ, work, given=""):
        """Run a script in folder ``work`` with ``given`` on its standard input; gives all that became of it."""
        if not self._parent:
            return subprocess.run(
                [sys.executable, *self._flags, "-c", code],
                cwd=work,
                env=environ,
                input=given,
                capture_output=True,
                text=True,
                timeout=_PATIENCE,
                check=False,
            )
        with tempfile.TemporaryDirectory() as folder:
            into, out, err = (Path(folder, name) for name in ("in", "out", "err"))
            into.write_text(given)
            code = self.wait(self.start(code, environ, work, (into, out, err)), err)
            return subprocess.CompletedProcess([], code, out.read_text("utf-8"), err.read_text("utf-8"))

    def start(self, code, environ, work, streams):
        """Start a script with these files as its standard streams; gives its number, which lives until ``wait``."""
        return self._ask({"code": code, "folder": work, "environ": dict(environ), "streams": streams})

    def wait(self, number, err=None):
        """Wait for the end of a script; gives its exit code."""
        return self._ask({"wait": number}, err)

    def _ask(self, question, err=None):
        print(json.dumps(question, default=str), file=self._parent.stdin, flush=True)
        answered = select.select([self._parent.stdout], [], [], _PATIENCE)[0]
        assert answered, f"it does not end: {err.read_text('utf-8') if err else question}"
        return int(self._parent.stdout.readline())
