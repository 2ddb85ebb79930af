"""A look at the gradient's noise where a run is: mini-batches beside all examples.

Everything is computed on a copy, with the examples as the present epoch shows them (augmented,
and with dropout's masks). The run itself is not touched. Any thread may call.

Imports `gradient_noise`, which has the mathematics.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.gradient_noise import (
    GradientComparison,
    NoiseScale,
    compare_gradients,
    estimated_noise_scale,
)
from gdviz.data.dataset import Dataset, read_only
from gdviz.engine import Engine, Examples
from gdviz.engine.engine import CHUNK, EngineName
from gdviz.nn.parameters import FloatArray, Layout
from gdviz.training.config import TrainingConfig
from gdviz.training.epochs import EpochExamples, Rows
from gdviz.training.state import TrainingState
from gdviz.training.stepper import make_stepper
from gdviz.training.trainer import Trainer

MOST_BATCHES, FEWEST_BATCHES = 100, 8
MOST_NUMBERS = 4_000_000
"""Components of all gradients that are held at once."""
MOST_EXAMPLES = 200_000
"""In all mini-batches together."""
BIN_WIDTHS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
MOST_BINS = 18
QUANTILES = (0.1, 0.5, 0.9)


class Unwanted(Exception):  # noqa: N818  # not an error: whoever asked was answered by stopping
    """Raised where `should_stop` said so."""


@dataclass(frozen=True, slots=True)
class NoisePoint:
    """What is kept of a look for the curves over time.

    Parameters
    ----------
    step : int
        Steps taken before it.
    mini_batch, n_batches, n_examples : int
        Examples in a mini-batch, mini-batches that were tried, examples of the full gradient.
    angle, norm_ratio : float
        Of the mini-batch that the run took next.
    angles, norm_ratios : tuple of three float
        Their tenths: what 10, 50 and 90 % of the mini-batches that were tried are below.
    noise_scale : float
        tr(Σ)/|G|², in examples, as these mini-batches show it; NaN where there is none.
    """

    step: int
    mini_batch: int
    n_batches: int
    n_examples: int
    angle: float
    norm_ratio: float
    angles: tuple[float, float, float]
    norm_ratios: tuple[float, float, float]
    noise_scale: float


@dataclass(frozen=True, eq=False, slots=True)
class NoiseLook:
    """A look at one step; arrays are read-only.

    Parameters
    ----------
    point : NoisePoint
    angles : ndarray of shape (n_batches,)
        In degrees, of mini-batches drawn at random from all examples.
    scale : NoiseScale or None
        None where a mini-batch is all examples: then there is no noise.
    optimizer : str
    learning_rate : float
        η of the next step.
    layout : Layout
    memory : ndarray of shape (n_arrays, P)
        What the optimizer remembers before the next step.
    n_updates : int
        Steps that the memory has seen.
    next_step : ndarray of shape (P,)
        What the optimizer adds to each parameter for the next mini-batch.
    """

    point: NoisePoint
    angles: npt.NDArray[np.float64]
    scale: NoiseScale | None
    optimizer: str
    learning_rate: float
    layout: Layout
    memory: FloatArray
    n_updates: int
    next_step: FloatArray


def look_at_noise(
    config: TrainingConfig,
    dataset: Dataset,
    state: TrainingState,
    engine: EngineName,
    should_stop: Callable[[], bool] = lambda: False,
) -> NoiseLook:
    """Compare mini-batches with all examples where a run is.

    Parameters
    ----------
    config : TrainingConfig
    dataset : Dataset
        As it is trained on.
    state : TrainingState
        Not written to.
    engine : {"auto", "compiled", "numpy"}
    should_stop : callable
        Asked now and then.

    Raises
    ------
    Unwanted
        If told to stop.
    ValueError
        If the gradient is not finite.
    """
    layout = config.architecture.layout
    trainer = Trainer(config, dataset, state, engine)
    epoch, n_all = EpochExamples(dataset, trainer.n_examples), trainer.n_examples
    examples = epoch.of_epoch(config, trainer.epoch, trainer.engine_name)
    size = trainer.next_mini_batch
    following = epoch.order[trainer.position : trainer.position + size]
    made = make_stepper(config, engine, min(n_all, CHUNK), map).engine
    made.load(state.parameters.vector, state.optimizer_state, state.optimizer_step)

    plain = _plain_engine(config, engine, state, n_all)

    def gradient(rows: Rows) -> FloatArray:
        if len(rows) <= CHUNK:
            return _small_gradient(plain, examples, rows, layout.n_layers, should_stop)
        return made.unpacked(_packed(made, examples, rows, should_stop))

    full = gradient(np.arange(n_all))
    if not np.isfinite(full).all():
        raise ValueError("the gradient is not finite here")
    typical = trainer.mini_batch  # The last of an epoch may be smaller.
    count = n_batches(full.size, typical) if typical < n_all else 1
    generator = np.random.default_rng([config.seed, 7, state.step])
    drawn = [generator.choice(n_all, typical, replace=False) for _ in range(count)]
    compared = compare_gradients(np.stack([gradient(rows) for rows in drawn]), full)
    scale = estimated_noise_scale(compared, typical, n_all) if typical < n_all else None
    packed = _packed(made, examples, following, should_stop)
    own = compare_gradients(made.unpacked(packed)[np.newaxis], full)
    made.update(packed, trainer.next_learning_rate, np.zeros(layout.n_layers, np.float32))
    moved = made.vector.astype(np.float64) - state.parameters.vector
    return NoiseLook(
        _point(state.step, typical, n_all, own, compared, scale),
        read_only(compared.angles),
        scale,
        config.optimizer,
        trainer.next_learning_rate,
        layout,
        state.optimizer_state,
        state.optimizer_step,
        read_only(moved),
    )


def n_batches(n_parameters: int, mini_batch: int) -> int:
    """Give how many mini-batches are tried: as many as memory and time allow."""
    most = min(MOST_BATCHES, MOST_NUMBERS // n_parameters, MOST_EXAMPLES // mini_batch)
    return max(most, FEWEST_BATCHES)


def angle_histogram(
    angles: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.intp]]:
    """Count angles in about fifteen bins of a whole number of degrees, or of tenths of one.

    Returns
    -------
    edges : ndarray of shape (n + 1,)
    counts : ndarray of shape (n,)
        Empty if no angle is known.
    """
    known = angles[np.isfinite(angles)]
    if not known.size:
        return np.empty(0), np.empty(0, np.intp)
    low, high = float(known.min()), float(known.max())
    width = next((w for w in BIN_WIDTHS if (high - low) / w <= MOST_BINS), BIN_WIDTHS[-1])
    first, last = math.floor(low / width), math.floor(high / width) + 1
    edges = np.asarray(width * np.arange(first, last + 1), np.float64)
    where = np.clip(np.floor(known / width).astype(np.intp) - first, 0, last - first - 1)
    return edges, np.bincount(where, minlength=last - first)


def _plain_engine(
    config: TrainingConfig, engine: EngineName, state: TrainingState, n_examples: int
) -> Engine:
    """Give an engine whose steps of length 0 leave the parameters where they are."""
    plain = config.replace(optimizer="gradient_descent", l1=0.0, l2=0.0)
    made = make_stepper(plain, engine, min(n_examples, CHUNK), map).engine
    nothing = np.zeros((0, state.parameters.layout.size), np.float32)
    made.load(state.parameters.vector, nothing, 0)
    return made


def _small_gradient(
    engine: Engine,
    examples: Examples,
    rows: Rows,
    n_layers: int,
    should_stop: Callable[[], bool],
) -> FloatArray:
    """Give the gradient of a mini-batch by a step of length 0.

    That is one compiled call. A large gradient is eight, and after each this thread would wait
    for the interpreter's lock while the window and the training hold it in turns.
    """
    if should_stop():
        raise Unwanted
    costs = np.zeros(1, np.float32)
    norms = np.zeros((1, n_layers), np.float32)
    engine.burst(examples, rows, len(rows), np.zeros(1, np.float32), costs, norms)
    return engine.gradient


def _packed(
    engine: Engine, examples: Examples, rows: Rows, should_stop: Callable[[], bool]
) -> object:
    found = None if should_stop() else engine.large_gradient(examples, rows, should_stop)
    if found is None:
        raise Unwanted
    return found[1]


def _point(
    step: int,
    mini_batch: int,
    n_examples: int,
    own: GradientComparison,
    compared: GradientComparison,
    scale: NoiseScale | None,
) -> NoisePoint:
    return NoisePoint(
        step,
        mini_batch,
        len(compared.angles),
        n_examples,
        float(own.angles[0]),
        float(own.norm_ratios[0]),
        _tenths(compared.angles),
        _tenths(compared.norm_ratios),
        float("nan") if scale is None else scale.simple,
    )


def _tenths(values: npt.NDArray[np.float64]) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, QUANTILES).tolist()
    return low, middle, high
