"""Training by gdviz alone: its speed, the floor under it, and how its cost grows."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from bench_report import Findings, Growth, GrowthPoint, ratios, row
from bench_targets import LESSON_SIZES, network_name

from gdviz.data.dataset import Dataset, Images
from gdviz.engine.engine import Spread
from gdviz.runtime.executors import make_executor
from gdviz.training.config import PRESETS, TrainingConfig
from gdviz.training.timeline import Timeline
from gdviz.training.trainer import Trainer

CONFIG = PRESETS["lesson"].replace(epochs=100_000)
BURST_S = 0.02
"""Aim of one call of `Trainer.advance`: its own cost vanishes, and a second is not overrun."""
GROWTH_S = 0.2
FLOOR_S = 0.4
WIDTHS = (16, 32, 64, 128, 256, 512)
MINI_BATCHES = (1, 10, 32, 100, 1000)
DATA_SIZES = (1_000, 2_000, 5_000, 10_000, 20_000, 60_000)


@dataclass(frozen=True)
class Extent:
    """How much is measured.

    Parameters
    ----------
    rounds : int
    seconds : float
        Of one measurement.
    full : bool
        True: at the targets' own sizes, which takes minutes.
    stall_seconds : float
        How long the GUI thread is watched for its longest stall.
    """

    rounds: int = 3
    seconds: float = 1.0
    full: bool = False
    stall_seconds: float = 10.0


def wide_config(layer_sizes: tuple[int, ...], mini_batch: int) -> TrainingConfig:
    """Give the configuration in which wider networks are compared."""
    return CONFIG.replace(
        layer_sizes=layer_sizes,
        hidden_activation="relu",
        output_activation="softmax",
        cost="cross_entropy",
        initializer="he",
        learning_rate=0.01,
        mini_batch=mini_batch,
    )


class Headless:
    """A trainer that is timed again and again; it goes on where it was.

    Parameters
    ----------
    config : TrainingConfig
    dataset : Dataset
    spread : callable, optional
        What works on the parts of a large step, see `Trainer`.
    """

    def __init__(self, config: TrainingConfig, dataset: Dataset, spread: Spread = map) -> None:
        self.trainer = Trainer(config, dataset, spread=spread)
        self.trainer.advance(1)  # Compiled, or loaded from the cache, before anything is timed.
        started = time.perf_counter()
        taken = len(self.trainer.advance(4))
        self._burst = max(1, int(BURST_S * taken / (time.perf_counter() - started)))
        self.speed(BURST_S)

    def speed(self, seconds: float) -> float:
        """Give examples per second over at least so long.

        Raises
        ------
        RuntimeError
            If the training diverges: its speed then says nothing.
        """
        return self.trainer.mini_batch / self.seconds_per_step(seconds)

    def seconds_per_step(self, seconds: float) -> float:
        """Give the time of one step, measured over at least so long."""
        trainer = self.trainer
        first, started = trainer.step, time.perf_counter()
        while (elapsed := time.perf_counter() - started) < seconds or trainer.step == first:
            trainer.advance(self._burst)
            if trainer.diverged_at is not None:
                raise RuntimeError(f"{trainer.config.architecture.name} diverged while timed")
        return elapsed / (trainer.step - first)


class Floor:
    """The two large matrix products of a step and nothing else, dense, with NumPy's BLAS.

    Each in two ways that differ in what is transposed; the faster is timed.

    Parameters
    ----------
    images : ndarray of shape (n, n_in)
        Only its shape matters: dense products take no account of zeros.
    n_out : int
        Neurons of the first layer.
    mini_batch : int
    """

    def __init__(self, images: Images, n_out: int, mini_batch: int) -> None:
        generator = np.random.default_rng(0)
        a = images[:mini_batch].astype(np.float32) / np.float32(255)
        weights = generator.normal(size=(n_out, a.shape[1])).astype(np.float32)
        errors = generator.normal(size=(mini_batch, n_out)).astype(np.float32)
        self._n_examples = mini_batch
        turned = np.ascontiguousarray(weights.T)
        self._products = (
            _faster((a, turned), (weights, a.T)),
            _faster((a.T, errors), (errors.T, a)),
        )

    def speed(self, seconds: float) -> float:
        """Give examples per second over at least so long."""
        return self._n_examples / _product_seconds(self._products, seconds)


Product = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]


def _faster(first: Product, second: Product) -> Product:
    return min((first, second), key=lambda product: _product_seconds((product,), 0.05))


def _product_seconds(products: Sequence[Product], seconds: float) -> float:
    """Give the time that some products take together, measured over at least so long."""
    outputs = [np.dot(left, right) for left, right in products]
    n, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < seconds:
        for _ in range(20):
            for (left, right), out in zip(products, outputs, strict=True):
                np.dot(left, right, out=out)
        n += 20
    return elapsed / n


def floor(dataset: Dataset, extent: Extent) -> Findings:
    """Training and the products under it, in alternation."""
    findings = Findings()
    images = dataset.train.images
    seconds = min(extent.seconds, FLOOR_S)
    for size in LESSON_SIZES:
        headless = Headless(CONFIG.replace(mini_batch=size), dataset)
        products = Floor(images, CONFIG.layer_sizes[1], size)
        ours, theirs = [], []
        for _ in range(extent.rounds):
            ours.append(headless.speed(seconds))
            theirs.append(products.speed(seconds))
        shape = f"{size}x{images.shape[1]} · {images.shape[1]}x{CONFIG.layer_sizes[1]} and back"
        findings.rows += [
            row(f"headless_{size}", ours, headless.trainer.engine_name),
            row(f"floor_{size}", theirs, shape),
            row(f"floor_share_{size}", ratios(ours, theirs), "pair by pair"),
        ]
    dark = 1 - np.count_nonzero(images) / images.size
    findings.remarks.append(
        f"The products are dense. {100 * dark:.1f} % of the pixels of the training images are 0: "
        "a first layer that leaves them out can lie above these products."
    )
    return findings


def growth(dataset: Dataset, extent: Extent) -> Findings:
    """The cost of a step against width, mini-batch and data size."""
    n_examples = len(dataset.train)
    held = network_name(CONFIG.layer_sizes)
    full_batch = CONFIG.replace(mini_batch="all")
    by_width = {width: CONFIG.replace(layer_sizes=(784, width, width, 10)) for width in WIDTHS}
    by_mini_batch = {size: CONFIG.replace(mini_batch=size) for size in MINI_BATCHES}
    by_data = {size: full_batch.replace(n_examples=size) for size in DATA_SIZES}
    tables = (
        ("width", "784-width-width-10, mini-batch 32", by_width),
        ("mini-batch", held, by_mini_batch | {n_examples: full_batch}),
        ("data size", f"{held}, full batch", by_data),
    )
    return Findings(
        growths=[
            Growth(along, what, growth_points(configs, dataset, extent))
            for along, what, configs in tables
        ]
    )


def growth_points(
    configs: dict[int, TrainingConfig], dataset: Dataset, extent: Extent
) -> list[GrowthPoint]:
    """Time a step at every size in turn, round after round."""
    timed = {size: Headless(config, dataset) for size, config in configs.items()}
    seconds: dict[int, list[float]] = {size: [] for size in configs}
    for _ in range(extent.rounds):
        for size, headless in timed.items():
            seconds[size].append(headless.seconds_per_step(GROWTH_S))
    return [GrowthPoint(n, seconds[n], timed[n].trainer.mini_batch) for n in configs]


def training(dataset: Dataset, extent: Extent) -> Findings:
    """Full-batch steps on one core and on both."""
    findings = Findings()
    config = CONFIG.replace(mini_batch="all")
    with make_executor(2, "gdviz-bench") as executor:
        alone, both = Headless(config, dataset), Headless(config, dataset, executor.map)
        steps = [
            (alone.seconds_per_step(extent.seconds), both.seconds_per_step(extent.seconds))
            for _ in range(extent.rounds)
        ]
    on_one, on_both = ([float(s) for s in column] for column in zip(*steps, strict=True))
    note = f"{alone.trainer.n_examples:,} images"
    findings.rows += [
        row("full_batch", on_one, note),
        row("full_batch_both", on_both, note),
        row("full_batch_cores", ratios(on_one, on_both), "pair by pair"),
    ]
    return findings


def replay(dataset: Dataset, extent: Extent) -> Findings:
    """Train the lesson to its end with keyframes, then go back to steps between them."""
    config = PRESETS["lesson"]
    trainer = Trainer(config, dataset)
    timeline = Timeline(trainer.keyframe())
    while trainer.epoch < config.epochs:
        trainer.advance(timeline.steps_to_keyframe(trainer.step))
        if timeline.wants(trainer.step):
            timeline.record(trainer.keyframe())
    generator = np.random.default_rng(0)
    last = trainer.step - trainer.step % timeline.stride
    # The step before a keyframe is the furthest from the one before.
    steps = [last - 1, *generator.integers(1, last, 4 * extent.rounds).tolist()]
    taken = []
    for step in sorted(steps, reverse=True):
        keyframe = timeline.at_or_before(step)
        started = time.perf_counter()
        trainer.rewind(keyframe, step)
        taken.append(1000 * (time.perf_counter() - started))
    note = f"{last:,} steps, {len(timeline)} keyframes, one every {timeline.stride}"
    return Findings(rows=[row("replay", taken, note, worst=True)])
