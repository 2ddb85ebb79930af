"""What the accuracy does along a slider of `surgery`: one network tried at many values.

Imports `surgery` and `subject`; any thread may call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.outcomes import EXAMPLES_AT_ONCE
from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.analysis.inspection.surgery import AddNoise, Change, Prune, Surgery, SwitchOff
from gdviz.analysis.interval import wilson_intervals
from gdviz.data.dataset import Split

PRUNED_SHARES = tuple(float(share) for share in np.round(np.linspace(0, 1, 21), 2))
NOISE_SIZES = tuple(float(size) for size in np.round(np.linspace(0, 2, 11), 2))
N_OTHER_DRAWS = 4
"""Noise of other seeds beside the chosen one: an interval over images knows nothing of draws."""


@dataclass(frozen=True, eq=False, slots=True)
class Sweep:
    """How many images a network gets right at each value of a slider.

    Parameters
    ----------
    values : ndarray of shape (m,)
        Of the slider, rising.
    right : ndarray of shape (m,), int64
    total : int
        Images.
    others : ndarray of shape (n_draws, m), int64
        The same for other draws of the noise; no rows where nothing is drawn.
    """

    values: npt.NDArray[np.float64]
    right: npt.NDArray[np.int64]
    total: int
    others: npt.NDArray[np.int64]

    @property
    def accuracy(self) -> npt.NDArray[np.float64]:
        """Shares of the images, 0 to 1, shape (m,)."""
        return np.asarray(self.right / self.total)

    @property
    def interval(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Wilson's 95 % interval of each, two arrays of shape (m,)."""
        return wilson_intervals(self.right, np.full_like(self.right, self.total))


def n_right(network: InspectedNetwork, split: Split, look: Callable[[], None]) -> int:
    """Give how many images of a split a network that fits it gets right, as `Outcomes.n_right`."""
    right = 0
    for start in range(0, len(split), EXAMPLES_AT_ONCE):
        look()
        part = slice(start, start + EXAMPLES_AT_ONCE)
        said = network.passed(split.inputs(part)).outputs.argmax(axis=1)
        right += int((said == split.labels[part]).sum())
    return right


def sweep(
    surgery: Surgery,
    along: tuple[Change, ...],
    values: tuple[float, ...],
    split: Split,
    look: Callable[[], None],
    tell: Callable[[float], None],
) -> Sweep:
    """Try a network with each of some changes in turn.

    Parameters
    ----------
    surgery : Surgery
        Its other changes stay.
    along : tuple of Change
        One for each value; or several rounds of as many, of which the first is the slider's.
    values : tuple of float
    split : Split
    look, tell : callable
        Asked whether to go on, and told how much is done, 0 to 1.
    """
    right = np.empty(len(along), np.int64)
    for k, change in enumerate(along):
        tell(k / len(along))
        right[k] = n_right(surgery.with_change(change).network(), split, look)
    rounds = right.reshape(-1, len(values))
    return Sweep(np.array(values), rounds[0], len(split), rounds[1:])


def pruning_changes() -> tuple[Change, ...]:
    """Give what `sweep` tries to see the accuracy over the share of weights that are pruned."""
    return tuple(Prune(share) for share in PRUNED_SHARES)


def noise_changes(seed: int) -> tuple[Change, ...]:
    """Give what `sweep` tries to see the accuracy over noise: a seed, and the ones after it."""
    seeds = range(seed, seed + 1 + N_OTHER_DRAWS)
    return tuple(AddNoise(size, each) for each in seeds for size in NOISE_SIZES)


def one_by_one(
    surgery: Surgery,
    neurons: tuple[SwitchOff, ...],
    split: Split,
    look: Callable[[], None],
    tell: Callable[[float], None],
) -> npt.NDArray[np.int64]:
    """Give how many images are right with each of some neurons switched off alone, shape (n,).

    The network's other neurons work, whatever `surgery` switches off.
    """
    whole = surgery.without(SwitchOff)
    values = tuple(float(k) for k in range(len(neurons)))
    return sweep(whole, neurons, values, split, look, tell).right
