"""Learning needs smooth neurons; recognising does not.

A network of sigmoids σ(kz) is trained at several k, and with hard steps; and a network that was
trained at k = 1 is looked at while its sigmoids are made steeper, up to hard steps.

References
----------
Nielsen, *Neural Networks and Deep Learning* (2015), chapter 1, "Sigmoid neurons": a small change
of a weight should change the output a little, which a perceptron does not grant.
"""

from __future__ import annotations

from typing import Any

from gdviz.analysis.smoothness import HARD
from gdviz.experiments.experiment import Experiment, Prediction, Source
from gdviz.experiments.result import KeptNetwork, Result
from gdviz.experiments.runner import Runner
from gdviz.experiments.step_pictures import charts_of, table_of
from gdviz.experiments.step_runs import Look, Seen, StepSettings, look, tasks_of, trained_of
from gdviz.experiments.step_verdicts import Known, claims_of, figures_of
from gdviz.experiments.training_task import train

_NEARLY, _HALF = 5.0, 50.0
"""Points, and per cent of what is above chance, between the answers of the prediction."""


def run(settings: StepSettings, runner: Runner) -> Result:
    """Train networks at all steepnesses, then make those of k = 1 steeper."""
    outcomes = runner.run_all(
        "training",
        train,
        tasks_of(settings),
        lambda known: _conclude(settings, known, []),
        (0.0, 0.9),
    )
    gentle = trained_of(settings, outcomes)[1.0]
    tasks = [
        Look(gentle.config.replace(seed=gentle.config.seed + start), outcome.vector,
             settings.n_test, has_stairs=start == 0)
        for start, outcome in enumerate(gentle.outcomes)
    ]  # fmt: skip
    seen = runner.run_all(
        "making steeper",
        look,
        tasks,
        lambda known: _conclude(settings, outcomes, known),
        (0.9, 1.0),
    )
    return _conclude(settings, outcomes, seen)


def _conclude(settings: StepSettings, outcomes: list[Any], looked: list[Any]) -> Result:
    trained = trained_of(settings, outcomes)
    if not trained:
        return Result()
    known = Known(settings, trained, tuple(one for one in looked if isinstance(one, Seen)))
    networks = tuple(
        KeptNetwork("hard steps" if k == HARD else f"k = {k:g}", one.config, one.outcomes[0].vector)
        for k, one in trained.items()
    )
    return Result(
        claims_of(known),
        figures_of(known),
        charts_of(known),
        tables=(table_of(known),),
        networks=networks,
    )


def _answer(result: Result) -> int | None:
    kept, rows = result.figures.get("kept"), result.figures.get("accuracies")
    if not isinstance(kept, list) or not isinstance(rows, list):
        return None
    looked_at = result.figures["looked_at"]
    assert isinstance(looked_at, list)
    gentle = looked_at.index(1.0)
    lost = sum(row[gentle] - row[-1] for row in rows) / len(rows)
    if lost <= _NEARLY:
        return 0
    return 1 if sum(kept) / len(kept) >= _HALF else 2


EXPERIMENT = Experiment(
    "step-activations",
    "Smooth neurons, hard steps",
    "Neurons must answer smoothly for the network to learn: with hard steps it cannot, although "
    "one that has learned goes on recognising when its sigmoids become steps.",
    (
        Source(
            "Nielsen, Neural Networks and Deep Learning (2015), chapter 1, Sigmoid neurons",
            "http://neuralnetworksanddeeplearning.com/chap1.html",
        ),
    ),
    25.0,
    StepSettings,
    run,
    Prediction(
        "All neurons of a trained network become hard steps, 0 or 1. What is left of its accuracy?",
        (
            "Nearly all: at most 5 points are lost",
            "More than half of what it had above chance",
            "Less than half of it",
        ),
        _answer,
    ),
    {"steepnesses": (10.0,), "n_starts": 2, "epochs": 1, "n_examples": 3_000, "n_test": 500},
)
