"""Throws made-up files at the readers, for example ``fuzz_readers.py --files 1000000``.

Damaged copies of a small good file of every format, and files put together from a format's words.
Every one of them must open or be refused in one sentence, within ten seconds and a gibibyte, and
nothing may happen but that the one file is opened. The same seed makes the same files; those that
did something else are kept. The default tests run it at its default size.

This file has the arguments and the output; fuzz_files.py makes the files, fuzz_reading.py reads
them in processes of their own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

from fuzz_files import GOOD, make_file, random_of

READING = Path(__file__).resolve().parent / "fuzz_reading.py"

_AT_ONCE = 20_000
_PROGRESS_S = 10.0
_ERROR_CHARACTERS = 2_000


@dataclass
class Tried:
    """What the files of a range of numbers led to.

    Parameters
    ----------
    counts : dict of str to int
        How many were opened, refused and neither.
    faults : list of dict
        Number, way and fault of each file that did something else.
    memory_bytes : int
        The most that a process held.
    """

    counts: dict[str, int] = field(default_factory=dict)
    faults: list[dict[str, object]] = field(default_factory=list)
    memory_bytes: int = 0

    def add(self, other: Tried) -> None:
        """Take over what another range led to."""
        for ended, count in other.counts.items():
            self.counts[ended] = self.counts.get(ended, 0) + count
        self.faults += other.faults
        self.memory_bytes = max(self.memory_bytes, other.memory_bytes)


class Progress:
    """Counts what all processes have done, and says so now and then."""

    def __init__(self, n_files: int, *, is_silent: bool) -> None:
        self.n_files = n_files
        self.is_silent = is_silent
        self.n_done = 0
        self.began = self.said = time.monotonic()
        self._lock = threading.Lock()

    def add(self, count: int) -> None:
        """Count files."""
        with self._lock:
            self.n_done += count
            now = time.monotonic()
            if self.is_silent or now - self.said < _PROGRESS_S:
                return
            self.said = now
            rate = self.n_done / (now - self.began)
            print(f"{self.n_done:,} of {self.n_files:,} files, {rate:,.0f} a second", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try as many files as asked for; give 1 if one did something else than it should."""
    options = _parser().parse_args(arguments)
    progress = Progress(options.files, is_silent=options.json)
    size = min(_AT_ONCE, -(-options.files // options.processes))
    ranges = [
        range(first, min(first + size, options.files)) for first in range(0, options.files, size)
    ]
    tried = Tried()
    with ThreadPoolExecutor(options.processes) as pool:
        for found in pool.map(lambda numbers: read_range(options.seed, numbers, progress), ranges):
            tried.add(found)
    if tried.faults:
        keep(options.keep, options.seed, tried.faults)
    _tell(tried, options, time.monotonic() - progress.began)
    return 1 if tried.faults else 0


def read_range(seed: int, numbers: range, progress: Progress) -> Tried:
    """Read files in a process of its own; one that dies is followed by another."""
    tried = Tried()
    while numbers:
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+") as errors:
            command = [sys.executable, str(READING), "--seed", str(seed), "--folder", folder]
            command += ["--first", str(numbers.start), "--count", str(len(numbers))]
            with subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=errors, text=True
            ) as process:
                assert process.stdout is not None
                _follow(process.stdout, tried, progress)
            if process.returncode == 0:
                break
            errors.seek(0)
            told = " ".join(errors.read()[-_ERROR_CHARACTERS:].split())
            at = Path(folder) / "at"
            if not at.exists():
                raise RuntimeError(f"the process that reads did not start: {told}")
            index = int(at.read_text())
        fault = f"the process ended with {process.returncode}: {told}"
        tried.faults.append({"index": index, "fault": fault})
        numbers = range(index + 1, numbers.stop)
    return tried


def _follow(lines: Iterable[str], tried: Tried, progress: Progress) -> None:
    """Take over what a process says until it ends."""
    for line in lines:
        said = json.loads(line)
        if "fault" in said:
            tried.faults.append(said)
        else:
            tried.add(Tried(said["counts"], [], said["memory_bytes"]))
            progress.add(sum(said["counts"].values()))


def keep(folder: Path, seed: int, faults: list[dict[str, object]]) -> None:
    """Write the files that did something else, to be tried again."""
    folder.mkdir(parents=True, exist_ok=True)
    for index in {int(str(fault["index"])) for fault in faults}:
        _, content = make_file(random_of(seed, index), GOOD)
        (folder / f"{seed}_{index}").write_bytes(content)


def _tell(tried: Tried, options: argparse.Namespace, seconds: float) -> None:
    if options.json:
        print(json.dumps({"seconds": seconds, "seed": options.seed, **asdict(tried)}))
        return
    for fault in tried.faults[:20]:
        print(f"file {fault['index']}: {fault['fault']}")
    ended = ", ".join(f"{count:,} {how}" for how, count in sorted(tried.counts.items()))
    print(
        f"R3   {options.files:,} files in {seconds:.0f} s, seed {options.seed}: {ended}; at most "
        f"{tried.memory_bytes >> 20:,} MiB; {len(tried.faults):,} did something else"
        + (f", kept in {options.keep}" if tried.faults else "")
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--files", type=_count, default=2_000, help="as many (2000)")
    parser.add_argument("--seed", type=int, default=1, help="of all that is random (1)")
    parser.add_argument("--processes", type=_count, default=2, help="at a time (2)")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", default=Path("fuzz_failures"),
        help="where files that did something else are kept (fuzz_failures)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"at least 1, not {count}")
    return count


if __name__ == "__main__":
    sys.exit(main())
