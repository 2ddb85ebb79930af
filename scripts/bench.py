"""Measures every promise of speed, side by side in one run: ``.venv/bin/python scripts/bench.py``.

Alternates what is compared and gives medians of several rounds with their spread, since absolute
times drift on shared machines. ``--peers`` makes an environment with other programs to compare
with; without one, a NumPy loop is the only peer. Needs the environment that ``scripts/run.py``
makes; with a display the window is real, without one it is rendered offscreen.

This file has the arguments, the order and the output; bench_targets.py the promises, and a
bench_*.py each what is measured for them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench_process import BLAS_VARIABLES

for _name in BLAS_VARIABLES:  # As the program itself does, before NumPy is imported.
    os.environ.setdefault(_name, "1")
if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform != "linux"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from bench_curvature import curvature
from bench_peer_environment import FOLDER, environment_python, make_environment
from bench_peers import peers
from bench_report import Findings, as_text
from bench_start import start
from bench_starts import starts
from bench_surface import surface
from bench_timeline import timeline
from bench_training import Extent, floor, growth, replay, training
from bench_window import window

import gdviz
from gdviz.data.dataset import Dataset
from gdviz.data.mnist import load_mnist

GROUPS = (
    "floor",
    "training",
    "starts",
    "growth",
    "replay",
    "peers",
    "surface",
    "curvature",
    "window",
    "timeline",
    "start",
)
"""What ``--only`` may name, in the order of measuring."""
FULL_STALL_S = 60.0
NOT_COMPARED = {"windows of other programs": "only their training is timed"}


def say(line: str) -> None:
    """Print one line of progress on stderr."""
    sys.stderr.write(f"bench.py: {line}\n")
    sys.stderr.flush()


def group_names(text: str) -> list[str]:
    """Read the argument of ``--only``.

    Raises
    ------
    argparse.ArgumentTypeError
        If a name is not one of `GROUPS`.
    """
    names = text.split(",")
    for name in names:
        if name not in GROUPS:
            raise argparse.ArgumentTypeError(f"{name!r} is not one of {', '.join(GROUPS)}")
    return [name for name in GROUPS if name in names]


def positive(text: str) -> float:
    """Read a number above 0."""
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"it must be above 0, not {text}")
    return value


def count(text: str) -> int:
    """Read a whole number from 1."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"it must be at least 1, not {text}")
    return value


def parser() -> argparse.ArgumentParser:
    """Give the arguments."""
    made = argparse.ArgumentParser(
        description="Measures every promise of speed, side by side in one run."
    )
    made.add_argument("--json", action="store_true", help="one JSON object on stdout")
    made.add_argument(
        "--peers",
        action="store_true",
        help=f"make {FOLDER.name} with other programs to compare with (about 2 GB on the disk)",
    )
    made.add_argument(
        "--peer-python",
        type=Path,
        metavar="PATH",
        help="the interpreter of another environment that has them",
    )
    made.add_argument(
        "--only",
        type=group_names,
        default=list(GROUPS),
        metavar="GROUP,...",
        help=", ".join(GROUPS),
    )
    made.add_argument("--rounds", type=count, default=3, help="of everything (default: 3)")
    made.add_argument(
        "--seconds", type=positive, default=1.0, help="of one measurement (default: 1)"
    )
    made.add_argument(
        "--stall-seconds",
        type=positive,
        metavar="SECONDS",
        help=f"the GUI thread is watched for stalls (default: 10; {FULL_STALL_S:g} with --full)",
    )
    made.add_argument(
        "--full", action="store_true", help="at the targets' own sizes: several minutes more"
    )
    return made


def machine() -> dict[str, object]:
    """Tell what it was measured on."""
    return {
        "gdviz": gdviz.__version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load_average": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }


def measure(
    names: Sequence[str], groups: dict[str, Callable[[], Findings]]
) -> tuple[Findings, bool]:
    """Measure group after group; one that fails does not take the others along.

    Returns
    -------
    findings : Findings
    whole : bool
        False if a group failed; the reason is among what was not measured.
    """
    findings = Findings(not_compared=dict(NOT_COMPARED))
    whole = True
    for name in names:
        started = time.perf_counter()
        say(f"{name} ...")
        try:
            findings.add(groups[name]())
        except Exception as error:  # noqa: BLE001  # whatever it is, the rest is still worth having
            whole = False
            findings.not_measured[name] = f"{type(error).__name__}: {error}"
            say(f"{name} failed: {type(error).__name__}: {error}")
        say(f"{name} took {time.perf_counter() - started:.0f} s")
    return findings, whole


def table_of_groups(
    options: argparse.Namespace, dataset: Dataset
) -> dict[str, Callable[[], Findings]]:
    """Give what measures each group, with its arguments."""
    stall = options.stall_seconds or (FULL_STALL_S if options.full else Extent.stall_seconds)
    extent = Extent(options.rounds, options.seconds, options.full, stall)

    def measure_peers() -> Findings:
        python: Path | None = options.peer_python
        failed: dict[str, str] = {}
        if python is None:
            if options.peers:
                failed = make_environment(FOLDER, say)
            own = environment_python(FOLDER)
            python = own if own.exists() else None
        return peers(dataset, extent, python, failed, say)

    return {
        "floor": lambda: floor(dataset, extent),
        "training": lambda: training(dataset, extent),
        "starts": lambda: starts(dataset, extent),
        "growth": lambda: growth(dataset, extent),
        "replay": lambda: replay(dataset, extent),
        "peers": measure_peers,
        "surface": lambda: surface(dataset, extent),
        "curvature": lambda: curvature(dataset, extent),
        "window": lambda: window(dataset, extent),
        "timeline": lambda: timeline(extent),
        "start": lambda: start(extent),
    }


def main(arguments: list[str] | None = None) -> int:
    """Measure and print.

    Returns
    -------
    int
        0; 1 if something that was asked for could not be measured. A target that is not met is
        a finding, not a failure.
    """
    options = parser().parse_args(arguments)
    about = machine()
    with tempfile.TemporaryDirectory(prefix="gdviz-bench-") as home:
        # The layout and the settings of whoever starts this shall change no figure.
        os.environ["GDVIZ_HOME"] = home
        findings, whole = measure(options.only, table_of_groups(options, load_mnist()))
    if options.json:
        print(json.dumps({"machine": about, **findings.as_dict()}))
    else:
        print(", ".join(f"{name} {value}" for name, value in about.items()), end="\n\n")
        print(as_text(findings))
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
