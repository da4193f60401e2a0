"""Ctrl-C at a question, pressed in the very moment in which the question appears."""

import json
import subprocess
import sys

import pytest

SCRIPT = """
import json, os, pty, signal, sys, time
from amazon_photos.cli import terminal

def ask():
    os.setsid()
    for stream in (0, 1, 2):
        os.dup2(theirs, stream)
    sys.stdin, sys.stderr = open(0, closefd=False), open(2, "w", closefd=False)
    try:
        getattr(terminal, sys.argv[1])("Is it?")
    except KeyboardInterrupt:
        os._exit(130)
    os._exit(1)

ends = []
for _ in range(60):
    ours, theirs = pty.openpty()
    child = os.fork()
    if not child:
        ask()
    os.close(theirs)
    seen = b""
    while b"Is it?" not in seen:
        seen += os.read(ours, 100)
    os.kill(child, signal.SIGINT)
    until = time.monotonic() + 20
    while not (ended := os.waitpid(child, os.WNOHANG))[0] and time.monotonic() < until:
        time.sleep(0.001)
    if not ended[0]:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    ends.append(os.waitstatus_to_exitcode(ended[1]) if ended[0] else "it waited")
    os.close(ours)
    if not ended[0]:
        break
print(json.dumps(ends))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
@pytest.mark.parametrize("question", ["confirm", "ask", "read_hidden"])
def test_it_is_heard_whenever_it_comes(question):
    """Sixty times in the moment before the reading begins: each ends the question."""
    done = subprocess.run([sys.executable, "-c", SCRIPT, question], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)) == {130}
