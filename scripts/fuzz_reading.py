"""Reads made-up files in a process of its own, and watches what happens meanwhile.

Nothing may happen but that the one file is opened: Python's audit events say so. Started by
`fuzz_readers`, which sees how the process ends; each line of output is a JSON object.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from bench_process import BLAS_VARIABLES

for _name in BLAS_VARIABLES:  # Before NumPy is imported.
    os.environ.setdefault(_name, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fuzz_files import GOOD, make_file, random_of

from gdviz.data.mnist import load_mnist
from gdviz.storage.readers import NetworkFileError, read_network

SECONDS = 10.0
MEMORY_BYTES = 1 << 30
SENTENCE_CHARACTERS = 2_000
_HUNG_AFTER_S = 60.0
_SAID_EVERY = 200
_STATUS, _FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")

Read = Callable[[Path], object]


class Watch:
    """Python's audit events while a file is being read; hooks cannot be taken off again."""

    def __init__(self) -> None:
        self.path = ""
        self.events: list[str] = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[object, ...]) -> None:
        # pyfive asks for an id, to name its file in a log: a number and no deed.
        if not self.path or event == "builtins.id":
            return
        is_reading = event == "open" and arguments[1] in ("r", "rb")
        if not (is_reading and str(arguments[0]) == self.path):
            self.events.append(event)

    def fault_of(self, read: Read, path: Path) -> tuple[str, str]:
        """Read a file; give what went wrong, or nothing, and how it ended.

        Returns
        -------
        tuple of str
            A fault or an empty text; ``opened``, ``refused`` or ``failed``.
        """
        self.events.clear()
        forget_peak()
        before, began = memory_bytes(), time.process_time()
        fault, ended = "", "opened"
        self.path = str(path)
        try:
            read(path)
        except NetworkFileError as error:
            ended = "refused"
            self.path = ""
            sentence = str(error)
            if "\n" in sentence or len(sentence) > SENTENCE_CHARACTERS:
                fault = f"not one sentence: {ascii(sentence)[:200]}"
        except Exception as error:  # noqa: BLE001  # whatever comes out is what is looked for
            ended = "failed"
            self.path = ""
            fault = f"{type(error).__name__}: {ascii(str(error))[:200]}"
        self.path = ""
        seconds, grown = time.process_time() - began, memory_bytes() - before
        if self.events:
            fault = f"did more than read: {', '.join(self.events[:5])}"
        elif seconds > SECONDS:
            fault = f"took {seconds:.1f} s"
        elif grown > MEMORY_BYTES:
            fault = f"took {grown >> 20:,} MiB"
        return fault, ended


def memory_bytes() -> int:
    """Give the most memory that this process held since `forget_peak`.

    Where the system does not tell, the most that it ever held, or 0.
    """
    with contextlib.suppress(OSError):
        # Not getrusage: its figure begins with that of the process which started this one.
        found = re.search(r"VmHWM:\s+(\d+) kB", _STATUS.read_text())
        return int(found[1]) << 10 if found else 0
    try:
        import resource  # noqa: PLC0415  # not on Windows
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def forget_peak() -> None:
    """Let what is held now be the most, where the system can."""
    with contextlib.suppress(OSError):
        _FORGET.write_text("5")


def main() -> None:
    """Read the files of a range of numbers."""
    options = _parser().parse_args()
    digits = load_mnist().test
    watch = Watch()
    path, at = options.folder / "network", options.folder / "at"
    for content in GOOD.values():  # The first time, Python loads modules of its own.
        path.write_bytes(content)
        read_network(path, digits)
    counts: Counter[str] = Counter()
    most = 0
    for index in range(options.first, options.first + options.count):
        way, content = make_file(random_of(options.seed, index), GOOD)
        path.write_bytes(content)
        at.write_text(str(index))
        faulthandler.dump_traceback_later(_HUNG_AFTER_S, exit=True)
        fault, ended = watch.fault_of(lambda path: read_network(path, digits), path)
        faulthandler.cancel_dump_traceback_later()
        counts[ended] += 1
        most = max(most, memory_bytes())
        if fault:
            _say(index=index, way=way, fault=fault)
        if counts.total() == _SAID_EVERY:
            _say(counts=counts, memory_bytes=most)
            counts.clear()
    _say(counts=counts, memory_bytes=most)


def _say(**what: object) -> None:
    print(json.dumps(what), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--first", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    return parser


if __name__ == "__main__":
    main()
