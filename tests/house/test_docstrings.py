"""The first line of a public docstring is a sentence that a stranger reads once: a verb, then what and where."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "amazon_photos"
MAX_LENGTH = 100
DONE = (
    "files", "auth", "model", "query", "wire", "net", "catalog", "emulator", "cli", "settings.py", "errors.py",
    "aio/export.py", "aio/progress.py", "aio/response_log.py", "transfer/pool.py", "transfer/events.py",
    "transfer/worker_thread.py", "transfer/run_report.py", "transfer/local/selection.py", "transfer/local/junk.py",
)  # fmt: skip
"""The rooms that keep the rule; when all do, this goes."""
_SPARED = re.compile("property|click[.](group|command)")
VERBS = {
    "Add", "Aggregate", "Allow", "Answer", "Append", "Apply", "Ask", "Assign", "Await", "Begin", "Bring", "Build",
    "Cache", "Call", "Cancel", "Change", "Check", "Choose", "Claim", "Clean", "Clear", "Close", "Collect", "Combine",
    "Commit", "Compare", "Compute", "Connect", "Consume", "Convert", "Copy", "Count", "Create", "Cut", "Decide",
    "Decode", "Delete", "Deregister", "Describe", "Detect", "Discard", "Divide", "Download", "Draw", "Drop", "Emit",
    "Encode", "End", "Enter", "Escape", "Estimate", "Evaluate", "Expand", "Expect", "Explain", "Export", "Extend",
    "Fail", "Fetch", "Fill", "Filter", "Find", "Finish", "Fit", "Flush", "Fold", "Follow", "Forget", "Format",
    "Gather", "Generate", "Get", "Give", "Group", "Guess", "Hash", "Hide", "Hold", "Ignore", "Import", "Include",
    "Index", "Inject", "Insert", "Iterate", "Join", "Keep", "Leave", "Let", "Limit", "List", "Load", "Lock", "Log",
    "Look", "Make", "Map", "Mark", "Match", "Measure", "Merge", "Mirror", "Move", "Name", "Normalize", "Note",
    "Observe", "Open", "Order", "Parse", "Pass", "Plan", "Prepare", "Preserve", "Print", "Probe", "Produce",
    "Protect", "Pull", "Purge", "Push", "Put", "Quarantine", "Query", "Quote", "Raise", "Read", "Rebuild", "Receive",
    "Recognize", "Record", "Reduce", "Refresh", "Refuse", "Register", "Release", "Remember", "Remove", "Rename",
    "Render", "Repair", "Repeat", "Replace", "Report", "Request", "Require", "Reset", "Resolve", "Restore", "Resume",
    "Retry", "Return", "Reverse", "Revoke", "Rotate", "Round", "Run", "Save", "Say", "Scan", "Search", "Select",
    "Send", "Serve", "Set", "Settle", "Share", "Show", "Shrink", "Sign", "Skip", "Sort", "Split", "Start", "Stop",
    "Store", "Stream", "Strip", "Summarize", "Swap", "Sync", "Take", "Tell", "Test", "Tidy", "Transfer", "Translate",
    "Trash", "Truncate", "Try", "Undo", "Unhide", "Unmark", "Update", "Upload", "Use", "Validate", "Verify", "Visit",
    "Wait", "Walk", "Watch", "Widen", "Wrap", "Write", "Yield",
}  # fmt: skip


def sources() -> list[Path]:
    """Every module of the rooms that are done."""
    found: set[Path] = set()
    for place in (SOURCE / name for name in DONE):
        found.update([place] if place.is_file() else place.rglob("*.py"))
    return sorted(found)


def first_lines(path: Path) -> Iterator[tuple[str, str]]:
    """Name and first line of every public function and method; properties are nouns, and commands tell their help."""
    stack: list[ast.AST] = [ast.parse(path.read_text("utf-8"))]
    while stack:
        for child in ast.iter_child_nodes(stack.pop()):
            if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
                stack.append(child)
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and not child.name.startswith("_"):
                text = ast.get_docstring(child)
                if text and not any(_SPARED.search(ast.unparse(decorator)) for decorator in child.decorator_list):
                    yield child.name, text.splitlines()[0]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_first_lines_are_sentences(path):
    """Each begins with a verb of the list, in the imperative, and has at most 100 characters."""
    lines = list(first_lines(path))
    assert not [f"{name}: {line}" for name, line in lines if line.split()[0].rstrip(".,:;") not in VERBS]
    assert not [f"{name}: {len(line)} characters: {line}" for name, line in lines if len(line) > MAX_LENGTH]


def test_every_room_that_is_done_is_there():
    """A room that was moved is not left out in silence."""
    assert not [name for name in DONE if not (SOURCE / name).exists()]
