"""Two networks beside each other: who is right on what, and the cost on the way between them.

Imports `outcomes`, `subject` and `gdviz.nn`; any thread may call.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.outcomes import EXAMPLES_AT_ONCE, Outcomes
from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.data.dataset import Split
from gdviz.nn.network import costs_of, forward, one_hot, without_steepness
from gdviz.nn.parameters import Architecture, Parameters

N_POINTS = 25
"""On the straight line between two networks, both ends included."""
SIGNIFICANT = 0.05


@dataclass(frozen=True, eq=False)
class RightAndWrong:
    """Which images two networks get right.

    Parameters
    ----------
    first, second : Outcomes
        Of the same images.

    Raises
    ------
    ValueError
        If they are not of the same images.
    """

    first: Outcomes
    second: Outcomes

    def __post_init__(self) -> None:
        if not np.array_equal(self.first.labels, self.second.labels):
            raise ValueError("two networks are compared on the same images")

    def images(self, first_is_right: bool, second_is_right: bool) -> npt.NDArray[np.intp]:
        """Give the rows of the images on which it is so."""
        is_so = (self.first.is_right == first_is_right) & (self.second.is_right == second_is_right)
        return np.flatnonzero(is_so)

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """How many images: rows first right, first wrong; columns second right, second wrong."""
        return np.array([[self.images(a, b).size for b in (True, False)] for a in (True, False)])

    @cached_property
    def chance(self) -> float:
        """McNemar's exact p of the two that only one of them gets right."""
        return mcnemar(int(self.counts[0, 1]), int(self.counts[1, 0]))

    @property
    def n_alike(self) -> int:
        """On how many images both say the same, right or wrong."""
        return int((self.first.said == self.second.said).sum())


def mcnemar(only_first: int, only_second: int) -> float:
    """Give McNemar's exact p: how often chance alone makes a difference at least so large.

    Parameters
    ----------
    only_first, only_second : int
        Images that only one of the two gets right: what both get right or wrong says nothing
        about which is better.

    Returns
    -------
    float
        Two-sided, 0 to 1; 1 if there are no such images.

    Notes
    -----
    If neither were better, each of the n images would fall to one of them by the throw of a
    coin: p = 2 Σ_{i ≤ min} C(n, i) / 2ⁿ, at most 1.

    References
    ----------
    McNemar, *Note on the sampling error of the difference between correlated proportions or
    percentages* (1947); Dietterich, *Approximate statistical tests for comparing supervised
    classification learning algorithms* (1998).
    """
    n, fewer = only_first + only_second, min(only_first, only_second)
    if only_first == only_second:
        return 1.0
    logarithms = [
        math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) - n * math.log(2)
        for i in range(fewer + 1)
    ]
    return min(1.0, 2 * math.fsum(math.exp(value) for value in logarithms))


@dataclass(frozen=True, eq=False, slots=True)
class Way:
    """The cost along the straight line from one network to another.

    Parameters
    ----------
    t : ndarray of shape (m,)
        0 at the first network, 1 at the second.
    costs, errors : ndarray of shape (m,), float64
        Means over the examples and their standard errors; NaN for a single example.
    right : ndarray of shape (m,), int64
        Images that the network there gets right.
    n_examples : int
    """

    t: npt.NDArray[np.float64]
    costs: npt.NDArray[np.float64]
    errors: npt.NDArray[np.float64]
    right: npt.NDArray[np.int64]
    n_examples: int

    @property
    def barrier(self) -> float:
        """How far the cost rises above the straight line between the costs at its ends.

        At least 0; not a number if a cost is not.

        References
        ----------
        Frankle, Dziugaite, Roy, Carbin, *Linear mode connectivity and the lottery ticket
        hypothesis* (2020), section 2; Ainsworth and others (2022), definition 2.2.
        """
        straight = (1 - self.t) * self.costs[0] + self.t * self.costs[-1]
        return float(np.max(self.costs - straight))


def ways_between(
    first: InspectedNetwork,
    ends: Sequence[InspectedNetwork],
    split: Split,
    look: Callable[[], None],
    tell: Callable[[float], None],
) -> tuple[Way, ...]:
    """Give the cost along the straight line from a network to each of others.

    Every example is charged with the first network's cost.

    Parameters
    ----------
    first : InspectedNetwork
    ends : sequence of InspectedNetwork
        `why_no_way` gives none for any of them.
    split : Split
        That they fit.
    look, tell : callable
        Asked whether to go on, and told how much is done, 0 to 1.

    References
    ----------
    Goodfellow, Vinyals, Saxe, *Qualitatively characterizing neural network optimization
    problems* (2014), arXiv 1412.6544, section 3.
    """
    ways = []
    for n_done, end in enumerate(ends):
        begin, goal, architecture = _of_one_kind(first, end)
        t, points = np.linspace(0, 1, N_POINTS), []
        for k, share in enumerate(t):
            tell((n_done + k / N_POINTS) / len(ends))
            here = _between(begin, goal, float(share))
            points.append(_tried(architecture, here, first.cost, split, look))
        found = np.array(points)
        ways.append(Way(t, found[:, 0], found[:, 1], found[:, 2].astype(np.int64), len(split)))
    return tuple(ways)


def why_no_way(first: InspectedNetwork, second: InspectedNetwork) -> str:
    """Say why there is no straight line between two networks; empty if there is one."""
    a, b = first.architecture, second.architecture
    if a.layer_sizes != b.layer_sizes:
        return (
            f"{a.name} and {b.name} have different sizes: there is no straight line between them."
        )
    has_hidden = len(a.layer_sizes) > 2
    if (
        a.output_activation != b.output_activation
        or (has_hidden and a.hidden_activation != b.hidden_activation)
    ):  # fmt: skip
        return (
            "Their activation functions differ: what lies between their weights is neither "
            "the one nor the other kind of network."
        )
    return ""


def _of_one_kind(
    first: InspectedNetwork, second: InspectedNetwork
) -> tuple[Parameters, Parameters, Architecture]:
    """Give the parameters of both for one architecture: two steepnesses are multiplied in."""
    if first.architecture.steepness == second.architecture.steepness:
        return first.parameters, second.parameters, first.architecture
    architecture, begin = without_steepness(first.architecture, first.parameters)
    _, goal = without_steepness(second.architecture, second.parameters)
    return begin, goal, architecture


def _between(begin: Parameters, goal: Parameters, share: float) -> Parameters:
    """Give the parameters at a share of the way; at its ends exactly theirs."""
    if share == 0:
        return begin
    if share == 1:
        return goal
    with np.errstate(invalid="ignore", over="ignore"):
        vector = (1 - share) * begin.vector.astype(np.float64) + share * goal.vector
        return Parameters(vector.astype(begin.vector.dtype), begin.layout)


def _tried(
    architecture: Architecture,
    parameters: Parameters,
    cost: str,
    split: Split,
    look: Callable[[], None],
) -> tuple[float, float, int]:
    """Give mean cost, its standard error, and how many images are right."""
    costs, right = np.empty(len(split)), 0
    for start in range(0, len(split), EXAMPLES_AT_ONCE):
        look()
        part = slice(start, start + EXAMPLES_AT_ONCE)
        labels = split.labels[part]
        with np.errstate(invalid="ignore", over="ignore"):
            passed = forward(architecture, parameters, split.inputs(part))
            targets = one_hot(labels, architecture.layer_sizes[-1])
            costs[part] = costs_of(architecture, passed, targets, cost)
        right += int((passed.outputs.argmax(axis=1) == labels).sum())
    with np.errstate(invalid="ignore", over="ignore"):
        error = float(costs.std(ddof=1) / math.sqrt(len(costs))) if len(costs) > 1 else math.nan
        return float(costs.mean()), error, right
