"""``amazon-photos`` as a program on somebody's PATH that starts at once: it is forked from a Python that has it loaded.

Loading pandas, pyarrow and aiohttp costs a Python more than most commands do. The program is a small Python without
packages that hands its arguments, variables, folder and streams over a socket, and ends as the forked one does. What a
Python takes from its variables when it starts (LANG, LD_PRELOAD) is the parent's: tests of that run real ones.
"""

from __future__ import annotations

import atexit
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

_LOADS = (
    "import amazon_photos.aio.sign_in, amazon_photos.blocking.client, amazon_photos.cli.app, aiohttp, click, filelock, "
    "pandas, pyarrow.parquet"
)
_PARENT = """\
import gc, json, os, signal, socket, sys
exec(sys.argv[1])
gc.freeze()
signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # those that wait for a command end by themselves
listening = socket.socket(socket.AF_UNIX)
listening.bind(sys.argv[2])
listening.listen(50)
print("ready", flush=True)
while True:
    caller, _ = listening.accept()
    if os.fork():
        caller.close()
        continue
    listening.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    said, streams, _, _ = socket.recv_fds(caller, 1 << 20, 3)
    asked = json.loads(said)
    child = os.fork()
    if child:
        for stream in streams: os.close(stream)
        caller.sendall(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())
        os._exit(0)
    break
caller.close()
for number, stream in enumerate(streams):
    os.dup2(stream, number)
    os.close(stream)
os.chdir(asked["folder"])
os.umask(asked["mask"])
os.environ.clear()
os.environ.update(asked["environ"])
sys.argv = ["amazon-photos", *asked["arguments"]]
sys.stdin = open(0, encoding="utf-8", closefd=False)
sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
sys.stderr = open(2, "w", encoding="utf-8", buffering=1, errors="backslashreplace", closefd=False)
from amazon_photos.cli.app import main
main()
"""
_PROGRAM = """\
#!{python} -ISE
import json, os, socket, sys
os.umask(mask := os.umask(0))
asked = {{"arguments": sys.argv[1:], "environ": dict(os.environ), "folder": os.getcwd(), "mask": mask}}
with socket.socket(socket.AF_UNIX) as parent:
    parent.connect({path!r})
    socket.send_fds(parent, [json.dumps(asked).encode()], [0, 1, 2])
    sys.exit(int(parent.recv(20)))
"""


def write_program(path: Path) -> None:
    """Write the program ``path``, and start what it is forked from, once."""
    path.write_text(_PROGRAM.format(python=sys.executable, path=_start_parent()), "utf-8")
    path.chmod(0o755)


@cache
def _start_parent() -> str:
    folder = tempfile.TemporaryDirectory(prefix="amazon-photos-warm-")
    address = f"{folder.name}/socket"
    parent = subprocess.Popen([sys.executable, "-c", _PARENT, _LOADS, address], stdout=subprocess.PIPE, text=True)
    atexit.register(folder.cleanup)
    atexit.register(parent.communicate)
    atexit.register(parent.kill)
    assert parent.stdout is not None
    assert parent.stdout.readline() == "ready\n"
    return address
