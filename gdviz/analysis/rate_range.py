"""Which learning rates suit a network: a sweep of η over a copy, and what its curve says.

The sweep trains a copy of a state while η rises exponentially, one mini-batch at each value.
While η is too small the cost stands still, then it falls, and in the end it breaks out: the
range between is where training works (Smith 2017, section 3.3). Headless and pure: the run
that is copied is never touched.

References
----------
Smith, *Cyclical learning rates for training neural networks* (2017), arXiv:1506.01186,
section 3.3, for the range test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.smoothing import ExponentialMean
from gdviz.data.dataset import Dataset
from gdviz.engine.engine import EngineName
from gdviz.training.config import TrainingConfig
from gdviz.training.state import TrainingState
from gdviz.training.trainer import Trainer

LOWEST = 1e-5
PLAIN_HIGHEST = 100.0
ADAPTIVE_HIGHEST = 10.0
"""Optimizers that scale or add up steps break out a decade or more before plain descent does."""
LATE = frozenset({"gradient_descent", "adagrad"})
"""AdaGrad's ever growing memory shortens its steps again as η rises."""

MOST_STEPS, FEWEST_STEPS = 2000, 100
EXAMPLES = 500_000
"""Seen in a sweep, if the number of steps leaves the choice: a second or a few."""
EPOCHS = 8
"""As long too: over more, few examples are known by heart before η has risen far."""

SMOOTHED_SHARE = 0.05
"""Time constant of the smoothed cost, as a share of the sweep: a third of a decade of η."""

BREAK_OUT = 4.0
"""The sweep ends when the smoothed cost exceeds so many times its minimum."""
END_OF_FALL = 1.25
"""The fall is over when the smoothed cost exceeds so many times its minimum."""
LEAST_FALL = 0.1
"""Part of the first level by which the smoothed cost must fall for there to be a fall."""
BELOW_LOWEST = 10.0
"""The suggestion is so many times below the η at which the fall ends."""

Float64 = npt.NDArray[np.float64]


def _never() -> bool:
    return False


def _nothing(_share: float) -> None:
    pass


@dataclass(frozen=True, eq=False, slots=True)
class RateRange:
    """What a sweep has found; arrays are read-only.

    Parameters
    ----------
    step : int
        Steps the copied run had taken.
    learning_rates : ndarray of shape (n,)
        η of each step of the sweep.
    costs : ndarray of shape (n,)
        Of each mini-batch, before its update.
    smoothed : ndarray of shape (n,)
        Debiased exponential mean of `costs` over `SMOOTHED_SHARE` of the planned steps.
    highest : float
        The η the sweep would have ended at.
    broke_at : float or None
        The η at which the cost broke out or was not finite any more; None if it never did.
    lowest_at : float or None
        The η at which the fall ended; None if there was no fall.
    suggestion : float or None
        An η to train with, to two digits; None if there was no fall.
    reason : str
        Why this one, or why none, in a sentence or two with the numbers.
    """

    step: int
    learning_rates: Float64
    costs: Float64
    smoothed: Float64
    highest: float
    broke_at: float | None
    lowest_at: float | None
    suggestion: float | None
    reason: str


def highest_rate(optimizer: str) -> float:
    """Give the η at which a sweep ends for an optimizer."""
    return PLAIN_HIGHEST if optimizer in LATE else ADAPTIVE_HIGHEST


def sweep_steps(mini_batch: int, n_examples: int) -> int:
    """Give how many steps a sweep takes: so many examples, within the bounds of the steps."""
    examples = min(EXAMPLES, EPOCHS * n_examples)
    return int(np.clip(examples // mini_batch, FEWEST_STEPS, MOST_STEPS))


def find_rate_range(
    config: TrainingConfig,
    dataset: Dataset,
    state: TrainingState | None = None,
    *,
    lowest: float = LOWEST,
    highest: float | None = None,
    n_steps: int | None = None,
    engine: EngineName = "auto",
    should_stop: Callable[[], bool] = _never,
    progress: Callable[[float], None] = _nothing,
) -> RateRange | None:
    """Sweep η over a copy of a run.

    Any thread may call; most of the time no lock is held.

    Parameters
    ----------
    config : TrainingConfig
        Its learning rate and schedule are not used: the sweep is the schedule.
    dataset : Dataset
    state : TrainingState, optional
        Where the copy begins; the configuration's start by default.
    lowest, highest : float
        η of the first and the last step; `highest_rate` of the optimizer by default.
    n_steps : int, optional
        At least 2; `sweep_steps` by default.
    engine : {"auto", "compiled", "numpy"}
    should_stop : callable, optional
        Asked before every step and within large ones.
    progress : callable, optional
        Told the share of the planned steps that were taken, 0 to 1.

    Returns
    -------
    RateRange or None
        None: told to stop.

    Raises
    ------
    ValueError
        If the range or the number of steps is none, or the run cannot be made.

    Notes
    -----
    η_k = lowest (highest / lowest)^(k / (n_steps − 1)). What the curve says is
    `suggested_rate`'s to decide.
    """
    highest = highest_rate(config.optimizer) if highest is None else highest
    if not 0 < lowest < highest:
        raise ValueError(f"a sweep rises from above 0: {lowest:g} to {highest:g} is no range")
    sweeping = config.replace(schedule="constant", learning_rate=lowest)
    trainer = Trainer(sweeping, dataset, state, engine)
    if n_steps is None:
        n_steps = sweep_steps(trainer.mini_batch, trainer.n_examples)
    if n_steps < 2:
        raise ValueError(f"a sweep needs at least two steps, not {n_steps}")
    begin = trainer.step
    rates = lowest * (highest / lowest) ** (np.arange(n_steps) / (n_steps - 1))
    watch = _Watch(n_steps)
    broke_at = None
    for index, rate in enumerate(rates):
        if should_stop():
            return None
        trainer.set_learning_rate(float(rate))
        records = trainer.advance(1, should_stop)
        if len(records):
            watch.add(float(records["cost"][0]))
        elif trainer.diverged_at is None:
            return None
        if trainer.diverged_at is not None or watch.has_broken_out:
            broke_at = float(rate)
            break
        progress((index + 1) / n_steps)
    costs, smoothed = np.array(watch.costs), np.array(watch.smoothed)
    taken = rates[: len(costs)]
    lowest_at, suggestion, reason = suggested_rate(taken, smoothed, watch.first, broke_at)
    for array in (taken, costs, smoothed):
        array.flags.writeable = False
    return RateRange(
        begin, taken, costs, smoothed, highest, broke_at, lowest_at, suggestion, reason
    )


class _Watch:
    """The costs of a sweep so far, and whether they have broken out."""

    def __init__(self, n_steps: int) -> None:
        constant = max(1.0, SMOOTHED_SHARE * n_steps)
        self.first = int(constant)
        """Index from which the smoothed cost is a mean of enough to be compared."""
        self.costs: list[float] = []
        self.smoothed: list[float] = []
        self._mean = ExponentialMean(constant)
        self._lowest = np.inf

    def add(self, cost: float) -> None:
        self.costs.append(cost)
        self.smoothed.append(float(self._mean.extend(np.array([cost]))[0]))
        if len(self.smoothed) > self.first:
            self._lowest = min(self._lowest, self.smoothed[-1])

    @property
    def has_broken_out(self) -> bool:
        return len(self.smoothed) > self.first and self.smoothed[-1] > BREAK_OUT * self._lowest


def suggested_rate(
    learning_rates: Float64,
    smoothed: Float64,
    first: int,
    broke_at: float | None,
) -> tuple[float | None, float | None, str]:
    """Read a sweep's curve.

    Parameters
    ----------
    learning_rates, smoothed : ndarray of shape (n,)
    first : int
        Index from which the smoothed cost counts.
    broke_at : float or None
        Where the cost broke out, which ended the sweep.

    Returns
    -------
    lowest_at, suggestion : float or None
    reason : str

    Notes
    -----
    The fall ends at the lowest smoothed cost before this first stands `END_OF_FALL` times
    above it; the suggestion is a tenth of that η. At the lowest point itself the steps are
    already too long: the smoothed cost lags, and what a rate does in one step it does for
    thousands.

    The η of the steepest fall, which is often recommended, was tried and not taken. A fresh
    network first learns how often each digit occurs, which is the steepest fall of all and
    says nothing of the digits. Smoothed cost on MNIST after 1,875 steps (1,200 of `sixteen`
    and `tweaked`) from the start, at the η of either rule and at the best of ten:

    ===========================  ========  ========  =====
    run                          steepest  a tenth   best
    ===========================  ========  ========  =====
    lesson                       0.898     0.145     0.133
    lesson, mini-batches of 10   0.897     0.180     0.188
    lesson, cross-entropy        0.521     0.591     0.539
    lesson, momentum             0.773     0.153     0.174
    lesson, Adam                 0.617     0.241     0.155
    lesson, ReLU and softmax     0.275     0.331     0.235
    sixteen                      0.281     0.248     0.204
    tweaked                      0.181     0.100     0.084
    ===========================  ========  ========  =====
    """
    counted = smoothed[first:]
    ended = "" if broke_at is None else f" From η = {broke_at:.2g} on the cost breaks out."
    if len(counted) < 2:
        return None, None, f"Already the smallest steps make the cost break out.{ended}"
    level = float(counted[0])
    minima = np.minimum.accumulate(counted)
    above = np.flatnonzero(counted > END_OF_FALL * minima)
    end = int(above[0]) if len(above) else len(counted)
    at = int(np.argmin(counted[:end]))
    if counted[at] > (1 - LEAST_FALL) * level:
        reason = (
            f"The smoothed cost never falls by a tenth below its first level of {level:.3g}: in "
            f"this sweep no learning rate helps much.{ended}"
        )
        return None, None, reason
    lowest_at = float(learning_rates[first + at])
    suggestion = float(f"{lowest_at / BELOW_LOWEST:.2g}")
    fall = f"The smoothed cost falls from {level:.3g} to {counted[at]:.3g} at η = {lowest_at:.2g}"
    if end == len(counted) and at == end - 1 and broke_at is None:
        where = ", the highest that was tried"
    else:
        where = " and then rises"
    return (
        lowest_at,
        suggestion,
        f"{fall}{where}; a tenth of that, {suggestion:g}, is suggested.{ended}",
    )
