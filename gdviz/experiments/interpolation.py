"""The straight line from the start of training to its end.

A path that bends through 13,002 dimensions could cross walls; the straight line between its ends
mostly does not.

References
----------
Goodfellow, Vinyals and Saxe, *Qualitatively characterizing neural network optimization problems*,
arXiv 1412.6544 (2014).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gdviz.experiments.experiment import Experiment, Prediction, Source
from gdviz.experiments.result import Chart, Claim, KeptNetwork, Reference, Result, Series
from gdviz.experiments.runner import Runner
from gdviz.experiments.settings import Settings, setting
from gdviz.experiments.training_task import (
    Floats,
    TrainingOutcome,
    TrainingTask,
    dataset_of,
    fitted,
    train,
)
from gdviz.nn.parameters import Parameters
from gdviz.runtime.tasks import Channel
from gdviz.training.config import PRESETS, TrainingConfig
from gdviz.training.evaluation import score
from gdviz.training.state import initial_state

BEYOND = 0.25
"""The line goes on so far beyond the end, in units of its length."""
_RISE = 0.01
"""A rise smaller than this share of the whole fall is no wall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterpolationSettings(Settings):
    """What can be set of it."""

    preset: str = setting("lesson", "Network", "Which preset is trained.", choices=tuple(PRESETS))
    epochs: int = setting(10, "Epochs", "How long each network is trained.", 1, 1_000)
    n_starts: int = setting(4, "Starts", "How many networks are trained.", 1, 100)
    n_points: int = setting(51, "Points", "Points of each line, from start to end.", 3, 1_001)
    n_examples: int = setting(
        10_000, "Images", "Training images on which the line's cost is computed.", 1, 60_000
    )


@dataclass(frozen=True, slots=True)
class _Line:
    training: TrainingTask
    n_points: int
    n_examples: int


@dataclass(frozen=True, eq=False, slots=True)
class _Walk:
    """The costs along a line, and the network at its end."""

    places: Floats
    costs: Floats
    outcome: TrainingOutcome
    config: TrainingConfig


def run(settings: InterpolationSettings, runner: Runner) -> Result:
    """Train some networks, then walk straight from each start to its end."""
    config = PRESETS[settings.preset].replace(data=settings.data, epochs=settings.epochs)
    seeds = range(settings.seed, settings.seed + settings.n_starts)
    lines = [
        _Line(
            TrainingTask(config.replace(seed=seed), n_train=1_000, n_test=1_000),
            settings.n_points,
            settings.n_examples,
        )
        for seed in seeds
    ]
    walks = runner.run_all(
        "training and walking", _walk, lines, lambda known: _conclude(settings, known)
    )
    return _conclude(settings, walks)


def _walk(line: _Line, channel: Channel) -> _Walk:
    """Train one network and compute the cost along its line."""
    outcome = train(line.training, channel)
    dataset = dataset_of(line.training.config.data)
    config = fitted(line.training.config, dataset)
    start = initial_state(config).parameters
    whole = line.n_points - 1
    places = np.arange(line.n_points + int(BEYOND * whole)) / whole
    costs = []
    for place in places:
        channel.look()
        vector = start.vector + np.float32(place) * (outcome.vector - start.vector)
        here = Parameters(vector.astype(np.float32), start.layout)
        cost, _ = score(
            config.architecture, here, dataset.train, config.cost, n_examples=line.n_examples
        )
        costs.append(cost)
    return _Walk(places, np.array(costs), outcome, config)


def highest_rise(costs: Floats) -> float:
    """Give the highest climb on the way, from the lowest point before it.

    Parameters
    ----------
    costs : ndarray of shape (n,)

    Returns
    -------
    float
        0 for a line that only falls.
    """
    return float((costs - np.minimum.accumulate(costs)).max())


def _conclude(settings: InterpolationSettings, known: list[Any]) -> Result:
    walks = [walk for walk in known if isinstance(walk, _Walk)]
    if not walks:
        return Result()
    within = [walk.costs[: settings.n_points] for walk in walks]
    falls = [float(costs[0] - costs[-1]) for costs in within]
    rises = [highest_rise(costs) for costs in within]
    smooth = sum(rise <= _RISE * fall for rise, fall in zip(rises, falls, strict=True))
    worst = max(
        rise / fall if fall > 0 else np.inf for rise, fall in zip(rises, falls, strict=True)
    )
    claim = Claim(
        "On the straight line from the start of training to its end the cost only falls.",
        100 * worst,
        smooth == len(walks),
        f"On {smooth} of {len(walks)} lines no climb was higher than {_RISE:.0%} of the fall; "
        f"the highest was {100 * worst:.2g} % of it.",
        unit="%",
    )
    chart = Chart(
        "lines",
        "Cost on the straight line from start to end",
        "place on the line: 0 start, 1 end",
        f"cost on {settings.n_examples:,} training images",
        tuple(Series(f"start {k + 1}", walk.places, walk.costs) for k, walk in enumerate(walks)),
        (Reference("end of training", 1.0, "x"),),
        note=f"{len(walks)} networks of the preset {settings.preset}, "
        f"{settings.epochs} epochs each.",
    )
    figures = {
        "highest_rise": rises,
        "fall": falls,
        "costs": [costs.tolist() for costs in within],
    }
    networks = tuple(
        KeptNetwork(f"end {k + 1}", walk.config, walk.outcome.vector)
        for k, walk in enumerate(walks)
    )
    return Result((claim,), figures, (chart,), networks=networks)


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
    5.0,
    InterpolationSettings,
    run,
    Prediction(
        "You walk from the random start straight to the trained network. What does the cost do?",
        ("It falls all the way", "It climbs over at least one wall"),
        lambda result: None if not result.claims else int(not result.claims[0].holds),
    ),
    {"epochs": 1, "n_starts": 2, "n_points": 11, "n_examples": 500},
)
