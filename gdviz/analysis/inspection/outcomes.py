"""How a network does on every image of a split; what most panels of Inspect begin with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.subject import InspectedNetwork, SplitName
from gdviz.data.dataset import Split
from gdviz.nn.network import costs_of, one_hot

EXAMPLES_AT_ONCE = 1_000
"""Between two looks whether the answer is still wanted: some milliseconds of work."""


@dataclass(frozen=True, eq=False, slots=True)
class Outcomes:
    """What a network says of each image of a split; all arrays read-only.

    Parameters
    ----------
    network : InspectedNetwork
    split : {"test", "train"}
    labels : ndarray of shape (n,), uint8
    weighted_inputs : ndarray of shape (n, n_outputs), float32
        z of the last layer, before its activation.
    outputs : ndarray of shape (n, n_outputs), float32
    costs : ndarray of shape (n,), float64
        Of each example, summed over the outputs.
    said : ndarray of shape (n,), intp
        The largest output; the first of equals.
    """

    network: InspectedNetwork
    split: SplitName
    labels: npt.NDArray[np.uint8]
    weighted_inputs: npt.NDArray[np.float32]
    outputs: npt.NDArray[np.float32]
    costs: npt.NDArray[np.float64]
    said: npt.NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def is_right(self) -> npt.NDArray[np.bool_]:
        """Whether each is right, shape (n,)."""
        return np.asarray(self.said == self.labels)

    @property
    def n_right(self) -> int:
        """How many are right."""
        return int(self.is_right.sum())

    @property
    def largest(self) -> npt.NDArray[np.float32]:
        """The largest output for each: how sure the network sounds, shape (n,)."""
        return np.asarray(self.outputs.max(axis=1))


def outcomes_of(
    network: InspectedNetwork,
    name: SplitName,
    split: Split,
    look: Callable[[], None],
) -> Outcomes:
    """Send every image of a split through a network.

    Any thread may call.

    Parameters
    ----------
    network : InspectedNetwork
        One that `InspectedNetwork.fits` the split.
    name : {"test", "train"}
    split : Split
    look : callable
        Called between parts; what it raises ends the work.
    """
    n = len(split)
    weighted = np.empty((n, network.n_outputs), np.float32)
    outputs = np.empty_like(weighted)
    costs = np.empty(n)
    for start in range(0, n, EXAMPLES_AT_ONCE):
        look()
        part = slice(start, min(start + EXAMPLES_AT_ONCE, n))
        passed = network.passed(split.inputs(part))
        weighted[part], outputs[part] = passed.weighted_inputs[-1], passed.outputs
        targets = one_hot(split.labels[part], network.n_outputs)
        with np.errstate(over="ignore", invalid="ignore"):
            costs[part] = costs_of(network.architecture, passed, targets, network.cost)
    said = outputs.argmax(axis=1)
    for array in (weighted, outputs, costs, said):
        array.flags.writeable = False
    return Outcomes(network, name, split.labels, weighted, outputs, costs, said)
