"""The slice that surfaces are timed on, and its brute force: a forward pass for every point.

``python bench_slice.py`` is the brute force as a process of its own (bench_process.py): BLAS
reads its number of threads when it is loaded, so that another number needs another process.
"""

import sys
import time

import numpy as np
import numpy.typing as npt
from bench_process import Answer, Request, serve

from gdviz.analysis.cost_surface import Plane, SliceTask, begin_slice
from gdviz.analysis.directions import random_plane
from gdviz.data.dataset import Dataset, Split
from gdviz.data.mnist import load_mnist
from gdviz.nn.network import mean_cost, one_hot
from gdviz.nn.parameters import Parameters
from gdviz.training.config import PRESETS
from gdviz.training.state import initial_state

CONFIG = PRESETS["lesson"]
POINTS, N_EXAMPLES = 41, 1000
LARGE_POINTS = 101
ROW_STRIDE = 8
"""Of the rows that brute force computes: the rest would cost the same."""


def timed_plane() -> tuple[Plane, Parameters]:
    """Give the plane through the lesson's start on which everything is timed."""
    parameters = initial_state(CONFIG).parameters
    return random_plane(parameters, np.random.default_rng(0), 0), parameters


def axis(n_points: int) -> npt.NDArray[np.float64]:
    """Give the coordinates of rows and columns."""
    return np.linspace(-1, 1, n_points)


def task_on(split: Split, n_points: int) -> SliceTask:
    """Begin the exact slice on some examples."""
    plane, _ = timed_plane()
    points = axis(n_points)
    return begin_slice(
        CONFIG.architecture, plane, points, points, split.images, split.labels, CONFIG.cost
    )


class BruteForce:
    """The same costs by moving the parameters and passing every example through the network.

    Parameters
    ----------
    dataset : Dataset
    """

    def __init__(self, dataset: Dataset) -> None:
        split = dataset.train.first(N_EXAMPLES)
        self._inputs, self._targets = split.inputs(slice(None)), one_hot(split.labels)
        self._plane, self._parameters = timed_plane()

    def rows(self) -> list[list[float]]:
        """Give the costs of every eighth row."""
        points = axis(POINTS)
        return [[self._cost(u, v) for u in points] for v in points[::ROW_STRIDE]]

    def _cost(self, u: float, v: float) -> float:
        vector = self._plane.at(u, v).astype(np.float32)
        moved = Parameters(vector, self._parameters.layout)
        return mean_cost(CONFIG.architecture, moved, self._inputs, self._targets, CONFIG.cost)


def main() -> int:
    """Serve the brute force until standard input ends."""
    made: list[BruteForce] = []

    def begin() -> Answer:
        made.append(BruteForce(load_mnist()))
        return {}

    def answer(_request: Request) -> Answer:
        started = time.perf_counter()
        costs = made[0].rows()
        whole = POINTS / len(costs)
        return {"ms": 1000 * (time.perf_counter() - started) * whole, "costs": costs}

    return serve(begin, answer)


if __name__ == "__main__":
    sys.exit(main())
