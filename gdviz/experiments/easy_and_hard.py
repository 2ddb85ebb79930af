"""Which images are easy and which hard, for networks of many starts.

After one epoch a network is right about some of its training images and wrong about others. If all
images with the same label were alike, which ones would be a matter of luck, and the share of the
networks that are wrong would differ from image to image by no more than luck makes it: the null
(`gdviz.experiments.uneven_errors`). Labels are told apart because networks that have learned next
to nothing say the most frequent label: with random labels nearly all that differs is that.

References
----------
Arpit and others, *A closer look at memorization in deep networks*, arXiv 1706.05394 (2017),
figure 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.data.corruption import shuffle_labels
from gdviz.data.dataset import Split
from gdviz.engine import example_results
from gdviz.experiments.easy_and_hard_pictures import image_rows, sorted_chart
from gdviz.experiments.experiment import Experiment, Prediction, Source
from gdviz.experiments.result import Claim, Figure, Result
from gdviz.experiments.runner import Runner
from gdviz.experiments.settings import Settings, setting
from gdviz.experiments.training_task import TrainingTask, dataset_of, fitted, train
from gdviz.experiments.uneven_errors import Unevenness, unevenness_of
from gdviz.experiments.verdict_words import within
from gdviz.nn.parameters import Parameters
from gdviz.runtime.tasks import Channel
from gdviz.training.config import PRESETS, TrainingConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class EasyAndHardSettings(Settings):
    """What can be set of it."""

    preset: str = setting("sixteen", "Network", "Which preset is trained.", choices=tuple(PRESETS))
    n_runs: int = setting(100, "Runs", "Networks on true and on random labels each.", 2, 10_000)
    epochs: int = setting(1, "Epochs", "How long each network is trained.", 1, 1_000)
    n_examples: int = setting(5_000, "Images", "Training images.", 10, 60_000)
    n_judged: int = setting(1_000, "Images judged", "The first so many of them.", 10, 60_000)
    learning_rate: float = setting(0.003, "Learning rate", "Constant.", 1e-6, 100)
    mini_batch: int = setting(100, "Mini-batch", "Images of each step.", 1, 10_000)


@dataclass(frozen=True, slots=True)
class Judging:
    """A network to be trained, and how many of its images are looked at one by one."""

    training: TrainingTask
    n_judged: int


@dataclass(frozen=True, eq=False, slots=True)
class Judged:
    """What one network says of each image, shape (n,), and the cost of it."""

    said: npt.NDArray[np.uint8]
    costs: npt.NDArray[np.float32]


def run(settings: EasyAndHardSettings, runner: Runner) -> Result:
    """Train many networks on true and on random labels, one of each in turn."""
    outcomes = runner.run_all(
        "judging each image", judge, tasks_of(settings), lambda known: _conclude(settings, known)
    )
    return _conclude(settings, outcomes)


def tasks_of(settings: EasyAndHardSettings) -> list[Judging]:
    """Give networks of all starts; the random labels are the same for all of them."""
    return [
        Judging(
            TrainingTask(
                _config(settings, settings.seed + k, share),
                damage_seed=settings.seed,
                n_train=1,
                n_test=1,
            ),
            settings.n_judged,
        )
        for k in range(settings.n_runs)
        for share in (0.0, 1.0)
    ]


def _config(settings: EasyAndHardSettings, seed: int, share: float) -> TrainingConfig:
    return PRESETS[settings.preset].replace(
        data=settings.data,
        seed=seed,
        epochs=settings.epochs,
        n_examples=settings.n_examples,
        shuffle_labels=share,
        learning_rate=settings.learning_rate,
        mini_batch=settings.mini_batch,
        schedule="constant",
    )


def judge(task: Judging, channel: Channel) -> Judged:
    """Train one network and ask it of each image."""
    config = fitted(task.training.config, dataset_of(task.training.config.data))
    vector = train(task.training, channel).vector
    judged = judged_split(config, task.training.damage_seed, task.n_judged)
    costs, said = example_results(
        config.architecture,
        Parameters(vector, config.architecture.layout),
        judged.images,
        judged.labels,
        config.cost,
    )
    return Judged(said.astype(np.uint8), costs.astype(np.float32))


def judged_split(config: TrainingConfig, damage_seed: int | None, n_judged: int) -> Split:
    """Give the images that are looked at one by one, with the labels that are trained on."""
    seed = config.seed if damage_seed is None else damage_seed
    dataset = shuffle_labels(dataset_of(config.data), config.shuffle_labels, seed)
    return dataset.train.first(min(n_judged, config.n_examples or n_judged, len(dataset.train)))


def _conclude(settings: EasyAndHardSettings, known: list[Any]) -> Result:
    dataset = dataset_of(settings.data)
    found: list[tuple[Split, list[Judged], Unevenness]] = []
    for place, share in enumerate((0.0, 1.0)):
        judged = [one for one in known[place::2] if isinstance(one, Judged)]
        if len(judged) < 2:
            return Result()
        config = fitted(_config(settings, settings.seed, share), dataset)
        split = judged_split(config, settings.seed, settings.n_judged)
        wrong = np.array([one.said != split.labels for one in judged])
        generator = np.random.default_rng([settings.seed, 0xEA5E, place])
        found.append((split, judged, unevenness_of(wrong, split.labels, generator)))
    (split, judged, true), (_, _, random) = found
    said = np.array([one.said for one in judged])
    costs = np.array([one.costs for one in judged])
    return Result(
        claims_of(true, random),
        _figures(true, random),
        (sorted_chart(true, random),),
        image_rows(split, said, costs),
    )


def claims_of(true: Unevenness, random: Unevenness) -> tuple[Claim, ...]:
    """Give the verdicts on networks that learned true labels and those that learned random ones."""
    return (_uneven(true), _alike(random), _apart(true, random))


def _uneven(true: Unevenness) -> Claim:
    rates = 100 * true.rates
    is_told = true.interval[0] > 1 or true.interval[1] < 1
    return Claim(
        "Of true digits of one kind some are easy for every network and some are hard.",
        true.ratio,
        true.interval[0] > 1 and true.ratio > true.null[1] if is_told else None,
        f"Within the labels the images' error rates vary {true.ratio:.1f} times as much as luck "
        f"makes them{within(true.interval, 1)}, where alike images would vary "
        f"{true.null[0]:.2f} to {true.null[1]:.2f}; networks are wrong about "
        f"{100 * np.mean(rates <= 5):.0f} % of {len(rates):,} images in at most one "
        f"of twenty runs and about {100 * np.mean(rates >= 95):.0f} % in at least nineteen "
        f"({true.n_runs:,} runs).",
        true.interval,
    )


def _alike(random: Unevenness) -> Claim:
    holds: bool | None = random.ratio <= random.null[1]
    verdict = (
        f"Within the labels their error rates vary {random.ratio:.2f} times as much as luck makes "
        f"them{within(random.interval, 2)}; alike images would vary {random.null[0]:.2f} to "
        f"{random.null[1]:.2f} times as much in 95 of 100 cases ({len(random.rates):,} images, "
        f"{random.n_runs:,} runs). Between the labels is {100 * random.by_label:.0f} % of all that "
        "differs: networks that have learned little say the most frequent label."
    )
    if not holds:
        verdict += (
            f" Beyond luck they differ by a standard deviation of {100 * random.deviation:.1f} "
            "points."
        )
    return Claim(
        "With random labels all images of a label are alike.",
        random.ratio,
        holds,
        verdict,
        random.interval,
    )


def _apart(true: Unevenness, random: Unevenness) -> Claim:
    low, high = true.ratio_interval_to(random) if random.ratio > 0 else (float("nan"), float("nan"))
    ratio = true.ratio / random.ratio if random.ratio > 0 else float("nan")
    holds = None if not low < high or low <= 1 <= high else low > 1
    return Claim(
        "Images differ more with true labels than with random ones.",
        ratio,
        holds,
        f"Beside luck, error rates within the labels vary {ratio:.1f} times as much"
        f"{within((low, high), 1)}: beyond luck a standard deviation of "
        f"{100 * true.deviation:.1f} points with true labels and {100 * random.deviation:.1f} with "
        "random ones.",
        (low, high) if low < high else None,
    )


def _figures(true: Unevenness, random: Unevenness) -> dict[str, Figure]:
    return {
        kind: {
            "n_runs": found.n_runs,
            "n_images": len(found.rates),
            "mean_error": float(found.rates.mean()),
            "variance_ratio": found.ratio,
            "variance_ratio_interval": list(found.interval),
            "variance_ratio_if_alike": list(found.null),
            "deviation_beyond_luck": found.deviation,
            "share_between_labels": found.by_label,
            "sorted_error_rates": np.sort(found.rates).tolist(),
        }
        for kind, found in (("true_labels", true), ("random_labels", random))
    }


def _came_true(result: Result) -> int | None:
    figures = result.figures.get("true_labels")
    if not isinstance(figures, dict):
        return None
    return int(figures["variance_ratio"] > 2)


EXPERIMENT = Experiment(
    "easy-and-hard",
    "Easy and hard images",
    "Networks of different starts, trained for one epoch, are wrong about the same images: some "
    "are easy for all of them and some are hard. If the labels are random, all images are alike.",
    (
        Source(
            "Arpit and others, A closer look at memorization in deep networks (2017), figure 1",
            "https://arxiv.org/abs/1706.05394",
        ),
    ),
    5.0,
    EasyAndHardSettings,
    run,
    Prediction(
        "A hundred networks are trained from different starts, each for one epoch. Are they wrong "
        "about the same images?",
        ("Hardly: each has bad luck with others", "Yes: some images are hard for nearly all"),
        _came_true,
    ),
    {"n_runs": 6, "n_examples": 400, "n_judged": 100, "mini_batch": 20},
)
