"""How many small mistakes the tests notice: ``make mutants`` [ARGS="--sample 10 --room query"].

A sample of the mistakes that can be made, always the same for the same seed, is made one at a time in copies of the
project; for each, tests run until one fails. What is printed at the end is noticed/total for each room, and what went
unnoticed. ``docs/mutants.md`` keeps the result.
"""

from __future__ import annotations

import argparse
import os
import queue
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .copies import ROOT, Copy
from .judge import PROCESSES, Judge
from .places import Mutant, draw


def main() -> None:
    """Make the sample, and tell what was noticed."""
    chosen = read_arguments()
    os.chdir(ROOT)
    mutants = draw(chosen.room or list(PROCESSES), chosen.sample, chosen.seed)
    if chosen.only:
        mutants = [mutant for mutant in mutants if any(text in str(mutant) for text in chosen.only)]
    with tempfile.TemporaryDirectory(prefix="mutants-") as work, ThreadPoolExecutor(chosen.jobs) as pool:
        copies: queue.SimpleQueue[Copy] = queue.SimpleQueue()
        for number in range(chosen.jobs):
            copies.put(Copy(Path(work, str(number))))
        judge = Judge(copies)
        judge.measure(chosen.jobs, chosen.measured)
        noticed = list(pool.map(lambda mutant: try_one(judge, mutant), mutants))
    tell(mutants, noticed)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__.partition(":")[0])
    parser.add_argument("--sample", type=int, default=300, help="how many mistakes [300]")
    parser.add_argument("--seed", type=int, default=9, help="chooses another sample [9]")
    parser.add_argument("--room", choices=PROCESSES, action="append", help="only of this room")
    parser.add_argument("--only", metavar="TEXT", action="append", help='those of the sample so named: "split.py:89"')
    parser.add_argument("--measured", metavar="FILE", type=Path, help="keep in it which tests walk where, or read it")
    parser.add_argument("--jobs", type=int, default=2, help="copies at work at once [2]")
    return parser.parse_args()


def try_one(judge: Judge, mutant: Mutant) -> bool:
    by = judge.judge(mutant)
    print("noticed  " if by else "UNNOTICED", mutant, f"<- {by}" if by else "", flush=True)
    return bool(by)


def tell(mutants: list[Mutant], noticed: list[bool]) -> None:
    """Print noticed/total for each room, and the lines that went unnoticed."""
    total = Counter(mutant.room for mutant in mutants)
    seen = Counter(mutant.room for mutant, told in zip(mutants, noticed, strict=True) if told)
    print()
    for room in total:
        print(f"{room:9} {seen[room]:4}/{total[room]:<4} {seen[room] / total[room]:4.0%}")
    print(f"{'all':9} {sum(noticed):4}/{len(noticed):<4} {sum(noticed) / max(1, len(noticed)):4.0%}")
    for mutant, told in zip(mutants, noticed, strict=True):
        if not told:
            print(f"unnoticed: {mutant}\n    {mutant.line}")


if __name__ == "__main__":
    main()
