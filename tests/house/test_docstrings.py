"""The first line of a public docstring is a sentence that a stranger reads once: a verb, then what and where."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "amazon_photos"
MAX_LENGTH = 100
_SPARED = re.compile("property|click[.](group|command)")
VERBS = {
    "Add", "Aggregate", "Allow", "Answer", "Append", "Apply", "Ask", "Assign", "Await", "Begin", "Bring", "Build",
    "Cache", "Call", "Cancel", "Carry", "Change", "Check", "Choose", "Claim", "Clean", "Clear", "Close", "Collect",
    "Combine", "Commit", "Compare", "Complete", "Compute", "Connect", "Consume", "Convert", "Copy", "Count", "Create",
    "Cut", "Decide", "Decode", "Delete", "Deregister", "Describe", "Detect", "Discard", "Divide", "Download", "Draw",
    "Drop", "Emit",
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


SOURCES = {str(path.relative_to(SOURCE)): path for path in sorted(SOURCE.rglob("*.py"))}


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


def faults(path: Path) -> list[str]:
    """What does not begin with a verb of the list, in the imperative, or has more than 100 characters."""
    return [
        f"{name}: {line}"
        for name, line in first_lines(path)
        if line.split()[0].rstrip(".,:;") not in VERBS or len(line) > MAX_LENGTH
    ]


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_first_lines_are_sentences(name):
    """Each begins with a verb of the list, in the imperative, and has at most 100 characters."""
    assert not faults(SOURCES[name])
