"""A program `amazon-photos` for shells to find: each call is a copy of a Python that has loaded what commands need.

Starting a Python and loading pandas costs more than what most commands do. So the program that a shell finds is small:
it hands its arguments, environment and standard streams to a Python that waits for it, which forks; and it ends as the
copy ended. Where the system cannot do that, it is the program itself.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LOADS = "import amazon_photos.cli.app, amazon_photos.blocking.client, amazon_photos.catalog.catalog, pandas, filelock"
_PLAIN = "#!{python}\nfrom amazon_photos.cli.start import main\nmain()\n"
_PROGRAM = """#!{python} -IS
import json, os, socket, sys
door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
door.connect({door!r})
asked = {{"arguments": sys.argv[1:], "environ": dict(os.environ), "folder": os.getcwd()}}
socket.send_fds(door, [json.dumps(asked).encode()], [0, 1, 2])
sys.exit(int(door.recv(20) or b"70"))
"""
_SERVER = """
import gc, json, os, signal, socket, sys
path, loads = sys.argv[1:]
exec(loads)
gc.freeze()
server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
server.bind(path)
server.listen(64)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    door, _ = server.accept()
    if os.fork() == 0:
        break
    door.close()
server.close()
signal.signal(signal.SIGCHLD, signal.SIG_DFL)
text, files, _, _ = socket.recv_fds(door, 1 << 20, 3)
if (child := os.fork()):
    for file in files:
        os.close(file)
    door.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())
    os._exit(0)
door.close()
asked = json.loads(text)
for number, file in enumerate(files):
    os.dup2(file, number)
    os.close(file)
os.chdir(asked["folder"])
os.environ.clear()
os.environ.update(asked["environ"])
sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)
sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)
sys.argv = ["amazon-photos", *asked["arguments"]]
from amazon_photos.cli.start import main
main()
"""


@contextmanager
def program(folder: Path) -> Iterator[Path]:
    """Gives a folder for PATH, in which the program is; ``folder`` is where it may keep what it needs."""
    found = folder / "bin"
    found.mkdir()
    if not (hasattr(os, "fork") and hasattr(socket, "SOCK_SEQPACKET")):
        _write(found / "amazon-photos", _PLAIN.format(python=sys.executable))
        yield found
        return
    door = folder / "door"
    _write(found / "amazon-photos", _PROGRAM.format(python=sys.executable, door=str(door)))
    server = subprocess.Popen([sys.executable, "-c", _SERVER, str(door), _LOADS])
    try:
        while not door.exists():
            assert server.poll() is None
            time.sleep(0.02)
        yield found
    finally:
        server.kill()
        server.wait()


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    path.chmod(0o755)
