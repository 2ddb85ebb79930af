"""The twin race: one network, one seed, and images or labels that make less and less sense.

The course of a curve is measured by its steepest tenth (`gdviz.experiments.courses`): the largest
share of the fall of the training error within any tenth of the epochs that the fall takes, a tenth
for a straight line and all of it for a sudden drop, wherever on the way that comes. The learning
rate is constant: one that follows a schedule would write its own course into the curves.

References
----------
Zhang, Bengio, Hardt, Recht and Vinyals, *Understanding deep learning requires rethinking
generalization*, arXiv 1611.03530 (2016), section 2.
Arpit and others, *A closer look at memorization in deep networks*, arXiv 1706.05394 (2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gdviz.experiments.courses import scored_epochs
from gdviz.experiments.experiment import Experiment, Prediction, Source
from gdviz.experiments.result import KeptNetwork, Result
from gdviz.experiments.runner import Runner
from gdviz.experiments.settings import Settings, setting
from gdviz.experiments.shuffled_labels_pictures import charts_of, final_table, shown_images
from gdviz.experiments.shuffled_labels_verdicts import Races, claims_of
from gdviz.experiments.training_task import (
    Moment,
    TrainingOutcome,
    TrainingTask,
    dataset_of,
    fitted,
    train,
)
from gdviz.training.config import PRESETS, TrainingConfig

N_TRAIN, N_TEST = 10_000, 2_000
"""Images on which the networks are scored, again and again: the first so many, if there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShuffledLabelsSettings(Settings):
    """What can be set of it."""

    preset: str = setting("sixteen", "Network", "Which preset is trained.", choices=tuple(PRESETS))
    n_examples: int = setting(
        500, "Images", "Training images: 500 can be learnt by heart, 60,000 not.", 10, 60_000
    )
    epochs: int = setting(250, "Epochs", "How long each network is trained.", 1, 10_000)
    share: float = setting(
        50.0, "Partly shuffled", "Percent of the labels shuffled in the race between.", 1.0, 99.0
    )
    n_starts: int = setting(8, "Starts", "Starts, and shufflings, of each race.", 1, 100)
    learning_rate: float = setting(
        0.003, "Learning rate", "Constant; for the lesson's gradient descent rather 0.7.", 1e-6, 100
    )
    mini_batch: int = setting(100, "Mini-batch", "Images of each step.", 1, 10_000)


def run(settings: ShuffledLabelsSettings, runner: Runner) -> Result:
    """Train every start on every kind of data."""
    outcomes = runner.run_all(
        "racing", train, tasks_of(settings), lambda known: _conclude(settings, known)
    )
    return _conclude(settings, outcomes)


def kinds_of(settings: ShuffledLabelsSettings) -> dict[str, tuple[str, float]]:
    """Give damage and share of shuffled labels of each race, by what people read."""
    return {
        "true labels": ("", 0.0),
        f"{settings.share:g} % of labels shuffled": ("", settings.share / 100),
        "shuffled labels": ("", 1.0),
        "shuffled pixels": ("shuffled pixels", 0.0),
        "random pixels": ("random pixels", 0.0),
        "Gaussian images": ("gaussian", 0.0),
    }


def tasks_of(settings: ShuffledLabelsSettings) -> list[TrainingTask]:
    """Give one start after the other, all kinds of each: the first race is soon seen whole."""
    score_at = scored_epochs(settings.epochs, min(120, 20 + 2 * settings.epochs))
    return [
        TrainingTask(
            _config(settings, settings.seed + start, share),
            damage,
            score_at=score_at,
            measures=(largest_class,),
            n_train=N_TRAIN,
            n_test=N_TEST,
        )
        for start in range(settings.n_starts)
        for damage, share in kinds_of(settings).values()
    ]


def _config(settings: ShuffledLabelsSettings, seed: int, share: float) -> TrainingConfig:
    return PRESETS[settings.preset].replace(
        data=settings.data,
        seed=seed,
        n_examples=settings.n_examples,
        epochs=settings.epochs,
        shuffle_labels=share,
        learning_rate=settings.learning_rate,
        mini_batch=settings.mini_batch,
        schedule="constant",
    )


def largest_class(moment: Moment) -> Mapping[str, float]:
    """Give how often a network is right that always says the same: a `Measure`."""
    counts = np.bincount(moment.dataset.train.labels)
    return {"largest_class": float(counts.max() / counts.sum())}


def _conclude(settings: ShuffledLabelsSettings, known: list[Any]) -> Result:
    kinds = kinds_of(settings)
    begun: dict[str, list[TrainingOutcome]] = {
        kind: [one for one in known[place :: len(kinds)] if one is not None]
        for place, kind in enumerate(kinds)
    }
    if not any(begun.values()):
        return Result()
    finished = {
        kind: [one for one in outcomes if _is_done(one, settings)]
        for kind, outcomes in begun.items()
    }
    config = fitted(_config(settings, settings.seed, 0.0), dataset_of(settings.data))
    n_examples = config.n_examples or settings.n_examples
    races = Races(finished, n_examples, config.architecture.n_parameters, settings.epochs)
    claims, figures = claims_of(races)
    first = [known[place] for place in range(len(kinds))]
    networks = tuple(
        KeptNetwork(
            kind, config.replace(shuffle_labels=share, preset=settings.preset), outcome.vector
        )
        for (kind, (damage, share)), outcome in zip(kinds.items(), first, strict=True)
        if outcome is not None and not damage
    )
    return Result(
        claims,
        figures,
        charts_of(begun, min(n_examples, N_TRAIN)),
        (shown_images(settings.data, settings.seed),),
        (final_table(finished, min(n_examples, N_TRAIN)),),
        networks,
    )


def _is_done(outcome: TrainingOutcome, settings: ShuffledLabelsSettings) -> bool:
    return outcome.diverged_at is not None or outcome.epochs[-1] >= settings.epochs


def _came_true(result: Result) -> int | None:
    shares = result.figures.get("shuffled_accuracy")
    if not isinstance(shares, list) or not shares:
        return None
    mean = sum(shares) / len(shares)
    return 0 if mean < 0.3 else 1 if mean < 0.7 else 2


EXPERIMENT = Experiment(
    "shuffled-labels",
    "Labels that make no sense",
    "A network learns shuffled labels nearly as well as true ones, only slower: true labels fall "
    "in a sudden drop, shuffled ones along a nearly straight line. To a network without any "
    "notion of neighbours shuffled pixels are as easy as true images.",
    (
        Source(
            "Zhang, Bengio, Hardt, Recht and Vinyals, Understanding deep learning requires "
            "rethinking generalization (2016), section 2",
            "https://arxiv.org/abs/1611.03530",
        ),
        Source(
            "Arpit and others, A closer look at memorization in deep networks (2017)",
            "https://arxiv.org/abs/1706.05394",
        ),
    ),
    25.0,
    ShuffledLabelsSettings,
    run,
    Prediction(
        "The labels of 500 digits are shuffled, so that they mean nothing. How many of them "
        "does the network get right in the end?",
        ("About one in ten: there is nothing to be learnt", "About half", "Nearly all"),
        _came_true,
    ),
    {"n_examples": 50, "epochs": 10, "n_starts": 2, "mini_batch": 25, "learning_rate": 0.01},
)
