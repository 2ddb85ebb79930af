"""How noisy the gradient of a mini-batch is, against its size.

At the start and after some epochs mini-batches of several sizes are drawn, no image twice in one,
and their gradients stand beside that of all images; no step is taken. The mathematics are
`gdviz.analysis.gradient_noise`. The noise scale is the simple one of the two in the source.

References
----------
McCandlish, Kaplan, Amodei and the OpenAI Dota Team, *An empirical model of large-batch training*,
arXiv 1812.06162 (2018), section 2.
Nielsen, *Neural Networks and Deep Learning* (2015), chapter 1, equations (18) to (21).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.gradient_noise import (
    compare_gradients,
    example_square_norms,
    noise_scale,
)
from gdviz.data.dataset import Split
from gdviz.engine import Examples, Method, make_engine, mean_gradient
from gdviz.engine.engine import CHUNK
from gdviz.experiments.batch_size_pictures import charts_of, sizes_table
from gdviz.experiments.batch_size_verdicts import Noise, claims_of, figures_of
from gdviz.experiments.experiment import Experiment, Prediction, Source
from gdviz.experiments.result import Result
from gdviz.experiments.runner import Runner
from gdviz.experiments.settings import Settings, setting
from gdviz.experiments.training_task import TrainingOutcome, TrainingTask, dataset_of, fitted, train
from gdviz.nn.network import one_hot
from gdviz.nn.parameters import Parameters
from gdviz.runtime.tasks import Channel
from gdviz.training.config import PRESETS, TrainingConfig
from gdviz.training.state import initial_state

_AT_ONCE = 50
"""Gradients that are held at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSizeSettings(Settings):
    """What can be set of it."""

    preset: str = setting("lesson", "Network", "Which preset is trained.", choices=tuple(PRESETS))
    epochs: int = setting(5, "Epochs", "After which the trained network is looked at.", 1, 1_000)
    sizes: tuple[int, ...] = setting(
        (1, 3, 10, 32, 100, 316, 1_000, 3_162, 10_000), "Sizes", "Of the mini-batches.", 1, 60_000
    )
    n_draws: int = setting(100, "Mini-batches", "Drawn of each size, for each start.", 2, 100_000)
    n_starts: int = setting(4, "Starts", "Networks that are looked at.", 1, 100)
    n_examples: int = setting(60_000, "Images", "All that are trained on.", 10, 60_000)


@dataclass(frozen=True, slots=True)
class Looking:
    """A network whose mini-batches are to be drawn.

    Parameters
    ----------
    config : TrainingConfig
    is_trained : bool
    vector : bytes
        Its parameters, float32: bytes so that equal tasks are equal.
    sizes : tuple of int
    n_draws : int
    """

    config: TrainingConfig
    is_trained: bool
    vector: bytes
    sizes: tuple[int, ...]
    n_draws: int


def run(settings: BatchSizeSettings, runner: Runner) -> Result:
    """Train each start, then draw mini-batches at its start and at its end."""
    outcomes = runner.run_all("training", train, training_tasks(settings), shares=(0.0, 0.3))
    looks = looking_tasks(settings, outcomes)
    noises = runner.run_all(
        "drawing mini-batches", look_at, looks, lambda known: _conclude(settings, known), (0.3, 1.0)
    )
    return _conclude(settings, noises)


def training_tasks(settings: BatchSizeSettings) -> list[TrainingTask]:
    """Give one training for each start."""
    base = PRESETS[settings.preset].replace(
        data=settings.data, epochs=settings.epochs, n_examples=settings.n_examples
    )
    return [
        TrainingTask(base.replace(seed=settings.seed + k), n_train=1_000, n_test=1_000)
        for k in range(settings.n_starts)
    ]


def looking_tasks(settings: BatchSizeSettings, outcomes: list[TrainingOutcome]) -> list[Looking]:
    """Give start and end of each training."""
    dataset = dataset_of(settings.data)
    looks = []
    for task, outcome in zip(training_tasks(settings), outcomes, strict=True):
        config = fitted(task.config, dataset)
        n_examples = config.n_examples or len(dataset.train)
        sizes = tuple(sorted({min(size, n_examples) for size in settings.sizes}))
        start = initial_state(config).parameters.vector
        for is_trained, vector in ((False, start), (True, outcome.vector)):
            bytes_of = vector.astype(np.float32).tobytes()
            looks.append(Looking(config, is_trained, bytes_of, sizes, settings.n_draws))
    return looks


def look_at(task: Looking, channel: Channel) -> Noise:
    """Draw mini-batches of each size and put their gradients beside the full one."""
    config = task.config
    parameters = Parameters(np.frombuffer(task.vector, np.float32), config.architecture.layout)
    train_split = dataset_of(config.data).train
    split = train_split.first(config.n_examples or len(train_split))
    full = mean_gradient(
        config.architecture, parameters, split.images, split.labels, config.cost
    ).vector
    square_norms = _square_norms(config, parameters, split, channel)
    noise = Noise(
        task.is_trained,
        len(split),
        config.mini_batch,
        noise_scale(square_norms, full),
        (),
        (),
        (),
        (),
    )
    generator = np.random.default_rng([config.seed, 0xBA7C, int(task.is_trained)])
    for k, size in enumerate(task.sizes):
        noise = noise.with_size(
            size, *_drawn(task, parameters, split, full, size, generator, channel)
        )
        channel.tell((k + 1) / len(task.sizes), noise)
    return noise


def _square_norms(
    config: TrainingConfig, parameters: Parameters, split: Split, channel: Channel
) -> npt.NDArray[np.float64]:
    found = []
    for start in range(0, len(split), CHUNK):
        channel.look()
        where = slice(start, start + CHUNK)
        targets = one_hot(split.labels[where], config.layer_sizes[-1])
        found.append(
            example_square_norms(
                config.architecture, parameters, split.inputs(where), targets, config.cost
            )
        )
    return np.concatenate(found)


def _drawn(
    task: Looking,
    parameters: Parameters,
    split: Split,
    full: npt.NDArray[np.floating],
    size: int,
    generator: np.random.Generator,
    channel: Channel,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Give angles, norm ratios and square distances of mini-batches of one size."""
    architecture = task.config.architecture
    engine = make_engine("auto", architecture, Method(task.config.cost), min(size, CHUNK))
    engine.load(parameters.vector, np.zeros((0, parameters.layout.size), np.float32), 0)
    examples = Examples(split.images, split.labels)
    found = []
    for start in range(0, task.n_draws, _AT_ONCE):
        gradients = []
        for _ in range(min(_AT_ONCE, task.n_draws - start)):
            channel.look()
            rows = generator.choice(len(split), size, replace=False, shuffle=False)
            part = engine.large_gradient(examples, rows.astype(np.int64), lambda: False)
            assert part is not None, "nobody tells it to stop"
            gradients.append(engine.unpacked(part[1]))
        compared = compare_gradients(np.array(gradients), full)
        found.append((compared.angles, compared.norm_ratios, compared.square_distances))
    angles, ratios, distances = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return angles, ratios, distances


def _conclude(settings: BatchSizeSettings, known: list[Any]) -> Result:
    noises = [one for one in known if isinstance(one, Noise) and one.sizes]
    if not noises:
        return Result()
    places = [[one for one in noises if one.is_trained is told] for told in (False, True)]
    start, trained = places
    return Result(
        claims_of(start, trained),
        figures_of(start, trained),
        charts_of(start, trained, settings.epochs),
        tables=(sizes_table(start, trained),),
    )


def _came_true(result: Result) -> int | None:
    size, angle = (result.figures.get(key) for key in ("usual_size", "usual_angle_trained"))
    if not isinstance(size, int) or not isinstance(angle, float):
        return None
    return 0 if angle < 20 else 1 if angle < 60 else 2


EXPERIMENT = Experiment(
    "batch-size",
    "How noisy a mini-batch is",
    "The gradient of a mini-batch points roughly downhill, and the larger the mini-batch the "
    "closer to the gradient of all images: the square of its error falls as one over its size. "
    "The longer a network has learned the larger mini-batches would have to be.",
    (
        Source(
            "McCandlish, Kaplan, Amodei and the OpenAI Dota Team, An empirical model of "
            "large-batch training (2018), section 2",
            "https://arxiv.org/abs/1812.06162",
        ),
        Source(
            "Nielsen, Neural Networks and Deep Learning (2015), chapter 1",
            "http://neuralnetworksanddeeplearning.com/chap1.html",
        ),
    ),
    20.0,
    BatchSizeSettings,
    run,
    Prediction(
        "A network has been trained for five epochs. By what angle does the gradient of 32 images "
        "miss the gradient of all 60,000?",
        ("Less than 20 degrees", "20 to 60 degrees", "More: it is nearly at random"),
        _came_true,
    ),
    {"epochs": 1, "sizes": (1, 10, 100), "n_draws": 10, "n_starts": 2, "n_examples": 1_000},
)
