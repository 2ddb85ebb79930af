"""Cost and accuracy on examples, with what is needed to judge them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gdviz.data.dataset import Dataset, Split
from gdviz.engine import example_results
from gdviz.nn.parameters import Architecture, Parameters

N_TRAIN_EXAMPLES = 10_000
"""Training images in an evaluation: as many as there are test images in MNIST."""

EXAMPLES_AT_ONCE = 2_000
"""Between two looks, of a large network: a multiple of the engine's own blocks, so that it
changes no bit."""
PRODUCTS_AT_ONCE = 1.5e8
"""Between two looks, of a small network: some milliseconds without the interpreter's lock. Each
time that a thread waits for the lock and gets it, it also gets a core for the system's shortest
turn, and the window waits that long."""


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a network scores at one step.

    Parameters
    ----------
    step : int
    epoch : float
    test_cost : float
        Mean over the test examples, sum over the outputs.
    test_correct, test_total : int
    train_cost : float
        The same on the first `train_total` training examples.
    train_correct, train_total : int
    """

    step: int
    epoch: float
    test_cost: float
    test_correct: int
    test_total: int
    train_cost: float
    train_correct: int
    train_total: int

    @property
    def test_accuracy(self) -> float:
        """Share of the test examples that are right, 0 to 1."""
        return self.test_correct / self.test_total


def examples_at_once(architecture: Architecture) -> int:
    """Give how many examples `score` takes between two looks: the fewer, the larger the network."""
    blocks = int(PRODUCTS_AT_ONCE / architecture.layout.size / EXAMPLES_AT_ONCE)
    return max(blocks, 1) * EXAMPLES_AT_ONCE


def score(
    architecture: Architecture,
    parameters: Parameters,
    split: Split,
    cost: str,
    look: Callable[[], None] = _nothing,
    n_examples: int | None = None,
) -> tuple[float, int]:
    """Give the mean cost and the number of right answers on a split.

    Any thread may call; releases the GIL for most of its time.

    Parameters
    ----------
    architecture : Architecture
    parameters : Parameters
    split : Split
    cost : str
    look : callable, optional
        Called before every `examples_at_once` examples; what it raises ends the work.
    n_examples : int, optional
        Only the first so many.
    """
    total = len(split) if n_examples is None else min(n_examples, len(split))
    costs, n_correct = np.zeros(total), 0
    at_once = examples_at_once(architecture)
    for start in range(0, total, at_once):
        look()
        rows = np.arange(start, min(start + at_once, total))
        costs[rows], said = example_results(
            architecture, parameters, split.images, split.labels, cost, rows
        )
        n_correct += int((said == split.labels[rows]).sum())
    return float(costs.mean(dtype=float)), n_correct


def evaluate(
    architecture: Architecture,
    parameters: Parameters,
    dataset: Dataset,
    cost: str,
    step: int = 0,
    epoch: float = 0.0,
    look: Callable[[], None] = _nothing,
) -> Evaluation:
    """Score a network on all test examples and on the first training examples.

    Any thread may call, with parameters that nobody writes meanwhile. `look` is called now and
    then, as in `score`.
    """
    n_train = min(N_TRAIN_EXAMPLES, len(dataset.train))
    test_cost, test_correct = score(architecture, parameters, dataset.test, cost, look)
    train_cost, train_correct = score(architecture, parameters, dataset.train, cost, look, n_train)
    return Evaluation(
        step,
        epoch,
        test_cost,
        test_correct,
        len(dataset.test),
        train_cost,
        train_correct,
        n_train,
    )
