"""The straight line from the start of training to its end.

A path that bends through 13,002 dimensions could cross walls; the straight line between its ends
mostly does not. Training itself goes elsewhere: its own path is measured too.

References
----------
Goodfellow, Vinyals, Saxe, *Qualitatively characterizing neural network optimization problems*,
arXiv 1412.6544 (2014): the line, and how far the path is from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gdviz.analysis.interval import wilson_interval
from gdviz.experiments.experiment import Experiment, Prediction, Source
from gdviz.experiments.interpolation_pictures import charts_of
from gdviz.experiments.repeats import is_above, mean_interval
from gdviz.experiments.result import Claim, KeptNetwork, Result
from gdviz.experiments.runner import Runner
from gdviz.experiments.settings import Settings, setting
from gdviz.experiments.training_task import TrainingTask, dataset_of, fitted
from gdviz.experiments.walked_line import Walk, Walking, walked
from gdviz.training.config import PRESETS

RISE = 0.01
"""A rise smaller than this share of the whole fall is no wall."""
_MOST = 50.0
"""Percent of the lines: more than half."""
_OFF = 10.0
"""Percent of the line's length: a path that leaves it by more is not straight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterpolationSettings(Settings):
    """What can be set of it."""

    preset: str = setting("lesson", "Network", "Which preset is trained.", choices=tuple(PRESETS))
    epochs: int = setting(10, "Epochs", "How long each network is trained.", 1, 1_000)
    n_starts: int = setting(20, "Starts", "How many networks are trained.", 1, 1_000)
    n_points: int = setting(51, "Points", "Points of each line, from start to end.", 3, 1_001)
    n_examples: int = setting(
        5_000, "Images", "Training images for the cost on line and path.", 1, 60_000
    )


def run(settings: InterpolationSettings, runner: Runner) -> Result:
    """Train some networks, then walk straight from each start to its end."""
    config = PRESETS[settings.preset].replace(
        data=settings.data, epochs=settings.epochs, schedule_epochs=settings.epochs
    )
    config = fitted(config, dataset_of(settings.data))
    # Denser at first: the beginning is where training goes fastest.
    score_at = tuple(
        settings.epochs * (k / settings.n_points) ** 2 for k in range(1, settings.n_points)
    )
    walkings = [
        Walking(
            TrainingTask(
                config.replace(seed=settings.seed + start),
                score_at=score_at,
                n_train=settings.n_examples,
                n_test=1_000,
            ),
            settings.n_points,
        )
        for start in range(settings.n_starts)
    ]

    def conclude(known: list[Any]) -> Result:
        return _conclude(settings, known)

    return conclude(runner.run_all("training and walking", walked, walkings, conclude))


def _conclude(settings: InterpolationSettings, known: Sequence[Any]) -> Result:
    told = [walk for walk in known if isinstance(walk, Walk)]
    walks = [walk for walk in told if walk.is_finite and walk.fall > 0]
    if not walks:
        return Result()
    n_lost = len(told) - len(walks)
    return Result(
        (_falls(walks, n_lost), _is_off(walks)),
        {
            "n_lines": len(walks),
            "n_left_out": n_lost,
            "highest_rise": [walk.rise for walk in walks],
            "fall": [walk.fall for walk in walks],
            "farthest_off_percent": [100 * walk.farthest for walk in walks],
            "path_length": [walk.length for walk in walks],
            "costs": [walk.within.tolist() for walk in walks],
        },
        charts_of(
            walks, f"{len(walks)} networks {settings.preset}, {settings.epochs} epochs each."
        ),
        networks=tuple(
            KeptNetwork(f"end {number}", walk.config, walk.vector)
            for number, walk in enumerate(walks, 1)
        ),
    )


def _falls(walks: Sequence[Walk], n_lost: int) -> Claim:
    """Whether most lines only fall."""
    n_smooth, n = sum(walk.rise <= RISE * walk.fall for walk in walks), len(walks)
    low, high = (100 * edge for edge in wilson_interval(n_smooth, n))
    highest = 100 * max(walk.rise / walk.fall for walk in walks)
    lost = f" {n_lost} more did not end lower than they began." if n_lost else ""
    return Claim(
        "On most straight lines from the start of training to its end the cost only falls.",
        100 * n_smooth / n,
        is_above((low, high), _MOST),
        f"On {n_smooth} of {n} lines ({100 * n_smooth / n:.0f} % [{low:.0f}, {high:.0f}]) no climb "
        f"was higher than {100 * RISE:g} % of the fall; the highest was "
        f"{highest:.2g} % of it.{lost}",
        (low, high),
        "%",
    )


def _is_off(walks: Sequence[Walk]) -> Claim:
    """Whether training went elsewhere."""
    off = 100 * np.array([walk.farthest for walk in walks])
    lengths = np.array([walk.length for walk in walks])
    interval = mean_interval(off)
    within = "" if interval is None else f" [{interval[0]:.0f}, {interval[1]:.0f}]"
    return Claim(
        f"Training itself does not walk this line: it leaves it by more than {_OFF:g} % of the "
        "line's length.",
        float(off.mean()),
        is_above(interval, _OFF),
        f"Its path was up to {off.mean():.0f} %{within} of the line's length away from it, mean of "
        f"{len(walks)} networks, and at least {lengths.mean():.2f} times as long.",
        interval,
        "%",
    )


EXPERIMENT = Experiment(
    "interpolation",
    "The straight line to the end",
    "Walk straight from where training begins to where it ends: the cost falls all the way, "
    "although the path that training took was not straight.",
    (
        Source(
            "Goodfellow, Vinyals and Saxe, Qualitatively characterizing neural network "
            "optimization problems (2014)",
            "https://arxiv.org/abs/1412.6544",
        ),
    ),
    20.0,
    InterpolationSettings,
    run,
    Prediction(
        "You walk from the random start straight to the trained network. What does the cost do?",
        ("It falls all the way, on most lines", "It climbs over at least one wall, on most lines"),
        lambda result: (
            None
            if not result.claims or result.claims[0].measured is None
            else int(result.claims[0].measured <= _MOST)
        ),
    ),
    {"epochs": 1, "n_starts": 2, "n_points": 11, "n_examples": 500},
)
