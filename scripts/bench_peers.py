"""Training against other programs, side by side: asks them in turn.

Each peer is a process of its own that waits while others are measured (bench_peer.py), in the
environment that bench_peer_environment.py makes.
"""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from bench_peer_environment import PACKAGES, Say
from bench_process import SCRIPTS, MeasurementError, MeasuringProcess
from bench_report import Findings, ratios, row
from bench_targets import LESSON_SIZES, WIDE_NETWORKS, WIDE_SIZES, network_name
from bench_training import CONFIG, Extent, Headless, wide_config

from gdviz.data.dataset import Dataset
from gdviz.training.config import TrainingConfig

OWN_PEER = "NumPy"
"""Runs in gdviz's own environment: there is always one peer."""


class Rival(NamedTuple):
    """A peer that is ready to be asked."""

    name: str
    version: str
    process: MeasuringProcess
    wide: bool

    @property
    def title(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}"


class Problem(NamedTuple):
    """What everybody trains in one comparison."""

    key: str
    config: TrainingConfig
    is_wide: bool

    @property
    def title(self) -> str:
        """As people read it."""
        return f"{network_name(self.config.layer_sizes)}, mini-batch {self.config.mini_batch}"

    def as_request(self) -> dict[str, Any]:
        """As a peer is told it."""
        return {
            "kind": "modern" if self.is_wide else "lesson",
            "layer_sizes": list(self.config.layer_sizes),
            "mini_batch": self.config.mini_batch,
            "learning_rate": self.config.learning_rate,
        }


def problems() -> list[Problem]:
    """Give every problem of the targets."""
    lesson = [
        Problem(f"training_{size}", CONFIG.replace(mini_batch=size), False) for size in LESSON_SIZES
    ]
    wide = [
        Problem(f"training_{network_name(sizes)}_{n}", wide_config(sizes, n), True)
        for sizes in WIDE_NETWORKS
        for n in WIDE_SIZES
    ]
    return lesson + wide


@contextmanager
def rivals(
    dataset: Dataset, python: Path | None, findings: Findings, say: Say
) -> Iterator[list[Rival]]:
    """Start every peer that is there; the others are named in the findings.

    Parameters
    ----------
    dataset : Dataset
    python : Path or None
        The interpreter of the peers' environment, if there is one.
    findings : Findings
        Told who is compared with, and who is not and why.
    say : callable
    """
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        data = Path(folder) / "train.npz"
        np.savez(data, images=dataset.train.images, labels=dataset.train.labels)
        started = []
        for name, wide in [(OWN_PEER, False), *((p.name, p.wide) for p in PACKAGES)]:
            own = name == OWN_PEER
            interpreter = sys.executable if own else python
            if name in findings.not_compared:
                continue
            if interpreter is None:
                findings.not_compared[name] = "not installed; --peers installs it"
                continue
            say(f"starting {name}")
            command = [str(interpreter), str(SCRIPTS / "bench_peer.py"), name, str(data)]
            try:
                process = MeasuringProcess(command, 1 if own else None)
            except MeasurementError as error:
                findings.not_compared[name] = str(error)
                continue
            stack.callback(process.close)
            rival = Rival(name, process.greeting["version"], process, wide)
            findings.compared_with[rival.title] = process.greeting["remark"]
            started.append(rival)
        yield started


def peers(
    dataset: Dataset, extent: Extent, python: Path | None, failed: dict[str, str], say: Say
) -> Findings:
    """Train every problem against every peer that is there.

    Parameters
    ----------
    dataset : Dataset
    extent : Extent
    python : Path or None
        The interpreter of the peers' environment, if there is one.
    failed : dict
        Peers that could not be installed, and why.
    say : callable
        Prints one line of progress.
    """
    findings = Findings(not_compared=dict(failed))
    with rivals(dataset, python, findings, say) as started:
        for problem in problems():
            asked = [rival for rival in started if rival.wide or not problem.is_wide]
            say(f"training {problem.title}")
            if asked:
                compare(problem, Headless(problem.config, dataset), asked, extent, findings)
            else:
                findings.not_measured[problem.key] = "no peer for this network is installed"
    return findings


def compare(
    problem: Problem, headless: Headless, asked: list[Rival], extent: Extent, findings: Findings
) -> None:
    """Measure one problem in alternation: gdviz, a peer, gdviz, the next peer."""
    request = problem.as_request()
    ours: dict[str, list[float]] = {}
    theirs: dict[str, list[float]] = {}
    threads: dict[str, int] = {}
    for rival in asked:
        try:
            threads[rival.title] = rival.process.ask(command="prepare", problem=request)["threads"]
        except MeasurementError as error:
            findings.not_compared[f"{rival.title} on {problem.title}"] = str(error)
    ready = [rival for rival in asked if rival.title in threads]
    for _ in range(extent.rounds):
        for rival in list(ready):
            speed = headless.speed(extent.seconds)
            try:
                answer = rival.process.ask(
                    command="measure", problem=request, seconds=extent.seconds
                )
            except MeasurementError as error:
                findings.not_compared[f"{rival.title} on {problem.title}"] = str(error)
                ready.remove(rival)
                continue
            ours.setdefault(rival.title, []).append(speed)
            theirs.setdefault(rival.title, []).append(answer["examples_per_second"])
    if not theirs:
        findings.not_measured[problem.key] = "no peer could be asked"
        return
    every = [speed for speeds in ours.values() for speed in speeds]
    findings.speeds.append(_speed(problem, "gdviz", every))
    for title, speeds in theirs.items():
        named = f"{title}, {_threads_text(threads[title])}"
        findings.speeds.append(_speed(problem, named, speeds, ratios(ours[title], speeds)))
    judged = judged_peer(problem, theirs)
    if judged is None:
        findings.not_measured[problem.key] = "PyTorch could not be asked"
        return
    findings.rows.append(row(problem.key, ratios(ours[judged], theirs[judged]), judged))


def judged_peer(problem: Problem, theirs: dict[str, list[float]]) -> str | None:
    """Give the peer that the target names: PyTorch for wide networks, else the fastest."""
    if problem.is_wide:
        return next((title for title in theirs if title.startswith("PyTorch ")), None)
    return max(theirs, key=lambda title: statistics.median(theirs[title]))


def _threads_text(threads: int) -> str:
    if threads == 0:
        return "threads of its own choice"
    return f"{threads} thread{'s' if threads > 1 else ''}"


def _speed(
    problem: Problem, program: str, speeds: list[float], over: list[float] | None = None
) -> dict[str, Any]:
    return {
        "problem": problem.title,
        "program": program,
        **_spread(speeds),
        "gdviz_over_it": _spread(over) if over else None,
    }


def _spread(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "low": min(values), "high": max(values)}
