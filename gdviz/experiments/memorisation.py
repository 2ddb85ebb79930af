"""Learnt by heart or understood: how many shuffled labels a network holds, and what comes first.

What a network holds is what its training finds in the given epochs: another learning rate or
schedule moves the curve by a factor of two and more, so that it says no more of the weights than
that they suffice.

References
----------
Zhang, Bengio, Hardt, Recht and Vinyals, *Understanding deep learning requires rethinking
generalization*, arXiv 1611.03530 (2016).
Arpit and others, *A closer look at memorization in deep networks*, arXiv 1706.05394 (2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gdviz.engine import example_results
from gdviz.experiments.courses import scored_epochs
from gdviz.experiments.experiment import Experiment, Prediction, Source
from gdviz.experiments.memorisation_pictures import charts_of
from gdviz.experiments.memorisation_verdicts import Capacities, Cell, Splits, claims_of, figures_of
from gdviz.experiments.result import KeptNetwork, Result
from gdviz.experiments.runner import Runner
from gdviz.experiments.settings import Settings, setting
from gdviz.experiments.training_task import Moment, TrainingTask, dataset_of, fitted, train
from gdviz.training.config import PRESETS, TrainingConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorisationSettings(Settings):
    """What can be set of it."""

    n_examples: tuple[int, ...] = setting(
        (200, 500, 1_000, 2_000, 5_000, 10_000), "Images", "How many are to be held.", 10, 60_000
    )
    widths: tuple[int, ...] = setting(
        (8, 16, 32), "Widths", "Neurons in each of the two hidden layers.", 1, 1_000
    )
    epochs: int = setting(150, "Epochs", "How long each network is trained.", 1, 10_000)
    n_starts: int = setting(3, "Starts", "Starts, and shufflings, of each network.", 1, 100)
    share: float = setting(
        50.0, "Partly shuffled", "Percent of the labels shuffled where the two are split.", 1, 99
    )
    split_examples: int = setting(
        1_000, "Images, partly shuffled", "Images of the network of the middle width.", 10, 60_000
    )
    learning_rate: float = setting(0.01, "Learning rate", "The highest one, of Adam.", 1e-6, 10)
    schedule: str = setting(
        "one_cycle", "Schedule", "Of the learning rate.", choices=("one_cycle", "constant")
    )
    mini_batch: int = setting(100, "Mini-batch", "Images of each step.", 1, 10_000)


def run(settings: MemorisationSettings, runner: Runner) -> Result:
    """Train on partly shuffled labels, then all widths on all numbers of shuffled labels."""
    outcomes = runner.run_all(
        "learning by heart", train, tasks_of(settings), lambda known: _conclude(settings, known)
    )
    return _conclude(settings, outcomes)


def tasks_of(settings: MemorisationSettings) -> list[TrainingTask]:
    """Give the partly shuffled ones first: their curves are what is to be watched."""
    seeds = range(settings.seed, settings.seed + settings.n_starts)
    middle = middle_width(settings)
    partly = [
        TrainingTask(
            config_of(settings, seed, middle, settings.split_examples, settings.share / 100),
            score_at=scored_epochs(settings.epochs),
            measures=(split_right,),
            n_test=2_000,
        )
        for seed in seeds
    ]
    return partly + [
        TrainingTask(config_of(settings, seed, width, n_examples, 1.0), n_test=1)
        for n_examples, width, seed in _cells(settings)
    ]


def _cells(settings: MemorisationSettings) -> list[tuple[int, int, int]]:
    """Give number of images, width and seed of each network on shuffled labels alone."""
    return [
        (n_examples, width, settings.seed + start)
        for n_examples in sorted(set(settings.n_examples))
        for width in sorted(set(settings.widths))
        for start in range(settings.n_starts)
    ]


def middle_width(settings: MemorisationSettings) -> int:
    """Give the width that is looked at more closely."""
    widths = sorted(set(settings.widths))
    return widths[len(widths) // 2]


def config_of(
    settings: MemorisationSettings, seed: int, width: int, n_examples: int, share: float
) -> TrainingConfig:
    """Give what one network is trained by, for MNIST."""
    base = PRESETS["sixteen"]
    return base.replace(
        layer_sizes=(base.layer_sizes[0], width, width, base.layer_sizes[-1]),
        data=settings.data,
        seed=seed,
        n_examples=n_examples,
        shuffle_labels=share,
        epochs=settings.epochs,
        learning_rate=settings.learning_rate,
        schedule=settings.schedule,
        schedule_epochs=float(settings.epochs),
        mini_batch=settings.mini_batch,
    )


def split_right(moment: Moment) -> Mapping[str, float]:
    """Give what a network says of images with their true label and with another: a `Measure`.

    Returns
    -------
    mapping
        Shares from 0 to 1, NaN of no images: ``clean``, right of those whose label is true;
        ``false``, said to be what their false label says; ``restored``, said to be what they
        truly are although their label is false. And ``n_clean``, ``n_corrupted``.
    """
    given, true = moment.dataset.train, moment.true.train
    _, said = example_results(
        moment.config.architecture,
        moment.parameters,
        given.images,
        given.labels,
        moment.config.cost,
    )
    is_clean = given.labels == true.labels
    n_clean = int(is_clean.sum())
    n_corrupted = len(is_clean) - n_clean
    clean = int((said == true.labels)[is_clean].sum())
    false = int((said == given.labels)[~is_clean].sum())
    restored = int((said == true.labels)[~is_clean].sum())
    nan = float("nan")
    return {
        "n_clean": n_clean,
        "n_corrupted": n_corrupted,
        "clean": clean / n_clean if n_clean else nan,
        "false": false / n_corrupted if n_corrupted else nan,
        "restored": restored / n_corrupted if n_corrupted else nan,
    }


def _conclude(settings: MemorisationSettings, known: list[Any]) -> Result:
    if not any(known):
        return Result()
    dataset = dataset_of(settings.data)
    partly = [one for one in known[: settings.n_starts] if one is not None]
    splits = Splits(
        tuple(partly), settings.epochs, min(settings.split_examples, len(dataset.train))
    )
    cells: dict[tuple[int, int], list[float]] = {}
    n_weights, networks = {}, []
    for (n_examples, width, seed), outcome in zip(
        _cells(settings), known[settings.n_starts :], strict=True
    ):
        config = fitted(config_of(settings, seed, width, n_examples, 1.0), dataset)
        n_weights[width] = config.architecture.n_parameters
        if outcome is None:
            continue
        of_cell = cells.setdefault((width, config.n_examples or n_examples), [])
        of_cell.append(float(outcome.train_accuracy[-1]))
        if width == middle_width(settings) and seed == settings.seed:
            name = f"{width} neurons, {outcome.n_train:,} shuffled labels"
            networks.append(KeptNetwork(name, config, outcome.vector))
    capacities = Capacities(
        tuple(Cell(width, n, tuple(accuracies)) for (width, n), accuracies in cells.items()),
        n_weights,
        middle_width(settings),
        settings.epochs,
        settings.n_starts,
    )
    return Result(
        claims_of(capacities, splits),
        figures_of(capacities, splits),
        charts_of(capacities, splits, settings.share),
        networks=tuple(networks),
    )


def _came_true(result: Result) -> int | None:
    by_width = result.figures.get("capacity")
    middle = result.figures.get("middle_width")
    if not isinstance(by_width, dict) or not by_width.get(str(middle)):
        return None
    held = float(by_width[str(middle)])
    return 0 if held < 200 else 1 if held < 5_000 else 2


EXPERIMENT = Experiment(
    "memorisation",
    "By heart or understood",
    "A network holds the shuffled labels of so many images and no more, and the more weights it "
    "has the more. Where only some labels are false it first learns what is true, and then the "
    "false ones by heart.",
    (
        Source(
            "Zhang, Bengio, Hardt, Recht and Vinyals, Understanding deep learning requires "
            "rethinking generalization (2016)",
            "https://arxiv.org/abs/1611.03530",
        ),
        Source(
            "Arpit and others, A closer look at memorization in deep networks (2017)",
            "https://arxiv.org/abs/1706.05394",
        ),
    ),
    30.0,
    MemorisationSettings,
    run,
    Prediction(
        "784-16-16-10 has 13,002 weights and biases. The shuffled labels of how many images can it "
        "learn nearly all by heart in 150 epochs?",
        ("Fewer than 200", "200 to 5,000", "More than 5,000"),
        _came_true,
    ),
    {"n_examples": (20, 200), "widths": (2, 8), "epochs": 30, "n_starts": 2, "split_examples": 60,
     "mini_batch": 20},
)  # fmt: skip
