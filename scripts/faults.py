"""Tries the promises of reliability: ``.venv/bin/python scripts/faults.py --kills 5000``.

Saves sessions while processes are killed and system calls fail, and stops runs and goes on from
what was saved. Needs Linux or macOS (it forks), and for faults of single system calls strace. The
default tests run it at its default size; ``--small-disk`` wants a folder on a small disk that may
be filled, for example ``mount -t tmpfs -o size=2m tmpfs FOLDER``.

This file has the arguments and the output; fault_saves.py what is saved, fault_kills.py,
fault_calls.py and fault_resumes.py what goes wrong.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench_process import BLAS_VARIABLES

for _name in BLAS_VARIABLES:  # Before NumPy is imported: a process with threads cannot be forked.
    os.environ.setdefault(_name, "1")

from fault_calls import faults_by_size_limit, faults_by_small_disk, faults_by_strace
from fault_kills import kills_at_every_call, random_kills
from fault_report import Tried, as_text

GROUPS = ("kills", "calls", "disk", "resumes")
"""What ``--only`` may name, in order: what forks comes before what starts threads."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Try what is asked for; give 1 if something did not survive."""
    options = _parser().parse_args(arguments)
    chosen = options.only or GROUPS
    rows: list[Tried] = []
    began = time.monotonic()
    for name, act in _groups(options).items():
        if name in chosen:
            found = act()
            rows += found
            if not options.json:
                print(as_text(found), flush=True)
    seconds = time.monotonic() - began
    if options.json:
        print(json.dumps({"seconds": seconds, "rows": [dataclasses.asdict(row) for row in rows]}))
    n_failures = sum(len(row.failures) for row in rows)
    if not options.json:
        tried = sum(row.count for row in rows)
        print(f"{tried:,} tried in {seconds:.0f} s, {n_failures:,} did not survive")
    return 1 if n_failures else 0


def _groups(options: argparse.Namespace) -> dict[str, Callable[[], list[Tried]]]:
    def kills() -> list[Tried]:
        # Half of them of each subject.
        return random_kills(-(-options.kills // 2), options.seed) + kills_at_every_call()

    def disk() -> list[Tried]:
        rows = faults_by_size_limit(options.limits, options.seed)
        if options.small_disk is not None:
            rows.append(faults_by_small_disk(options.small_disk))
        return rows

    def resumed() -> list[Tried]:
        # Imported last: the compiled engine starts threads, and what is forked has one.
        from fault_resumes import resumes  # noqa: PLC0415

        return resumes(options.resumes, options.seed)

    return {"kills": kills, "calls": faults_by_strace, "disk": disk, "resumes": resumed}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=_count, default=100, help="at random moments (100)")
    parser.add_argument("--limits", type=_count, default=10, help="sizes of a file (10)")
    parser.add_argument("--resumes", type=_count, default=20, help="of runs (20)")
    parser.add_argument("--seed", type=int, default=1, help="of all that is random (1)")
    parser.add_argument("--small-disk", type=Path, metavar="FOLDER", help="fill the disk there")
    parser.add_argument(
        "--only", action="append", choices=GROUPS, help="try only this; may be repeated"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"at least 1, not {count}")
    return count


if __name__ == "__main__":
    sys.exit(main())
