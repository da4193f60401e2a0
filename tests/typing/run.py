"""Pyright's opinion, for ``make types``: how complete our types are, and a program that uses them in strict mode.

mypy reads the same program in ``make check``; pyright weighs 280 MB (it brings Node.js), so it is asked apart.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

LEAST = 0.98
"""Of the types that a user may meet, so many are known."""
HERE = Path(__file__).parent
SOURCE = HERE.parents[1] / "src"


def run_pyright(folder: str, *arguments: str) -> dict[str, Any]:
    """Run it in ``folder``, and return what it tells as JSON."""
    paths = os.pathsep.join([str(SOURCE), *sys.path[1:]])
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, *arguments]
    run = subprocess.run(
        command, cwd=folder, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, check=False
    )
    if not run.stdout.startswith("{"):
        raise SystemExit(run.stdout + run.stderr)
    told: dict[str, Any] = json.loads(run.stdout)
    return told


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(HERE / "program.py", folder)
        (Path(folder) / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict", "include": ["program.py"]}')
        faults = run_pyright(folder)["generalDiagnostics"]
        for fault in faults:
            print(f"program.py:{fault['range']['start']['line'] + 1}: {fault['message']}")
        known = run_pyright(folder, "--verifytypes", "amazon_photos", "--ignoreexternal")["typeCompleteness"]
    for symbol in known["symbols"]:
        if symbol["isExported"] and not symbol["isTypeKnown"]:
            print(f"{symbol['name']}: its type is not known")
    score = known["completenessScore"]
    print(f"{score:.1%} of the types are known (at least {LEAST:.0%}); {len(faults)} faults in the strict program")
    raise SystemExit(bool(faults) or score < LEAST)


if __name__ == "__main__":
    main()
