"""Values are frozen, so that nobody changes what another holds; and they have slots, for a library has a million."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "src" / "amazon_photos"
STATES = {
    "emulator/faults.py: Script", "emulator/faults.py: _Rule", "emulator/library/snapshots.py: Snapshot",
    "aio/diagnosis/hosts.py: _Asked", "aio/diagnosis/run.py: _Known",
    "model/tree.py: Folder", "probe/run.py: _Probe",
    "transfer/local/found.py: FoundFiles", "transfer/local/hash_prefetch.py: _Waiting",
    "transfer/upload/upload_task.py: UploadTask",
}  # fmt: skip
"""What changes while something is under way."""
WITHOUT_SLOTS = {"probe/question.py: Seen", "probe/run.py: _Probe"}
"""It keeps what it worked out in a ``cached_property``, or there is one of it."""


def find_dataclasses():
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for decorator in getattr(node, "decorator_list", ()):
                called = decorator if isinstance(decorator, ast.Call) else ast.Call(decorator, [], [])
                if ast.unparse(called.func) == "dataclass":
                    yield f"{path.relative_to(ROOT).as_posix()}: {node.name}", {k.arg: k.value for k in called.keywords}


@pytest.mark.parametrize(("word", "exceptions"), [("frozen", STATES), ("slots", WITHOUT_SLOTS)])
def test_dataclasses_are_values(word, exceptions):
    """All but those named here, which are still there and still without."""
    without = {name for name, how in find_dataclasses() if word not in how or not ast.literal_eval(how[word])}
    assert without == exceptions
