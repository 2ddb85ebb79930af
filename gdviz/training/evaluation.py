"""Cost and accuracy on examples, with what is needed to judge them."""

from __future__ import annotations

from dataclasses import dataclass

from gdviz.data.dataset import Dataset, Split
from gdviz.engine import example_results
from gdviz.nn.parameters import Architecture, Parameters

N_TRAIN_EXAMPLES = 10_000
"""Training images in an evaluation: as many as there are test images in MNIST."""


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


def score(
    architecture: Architecture, parameters: Parameters, split: Split, cost: str
) -> tuple[float, int]:
    """Give the mean cost and the number of right answers on a split.

    Any thread may call; releases the GIL for most of its time.
    """
    costs, said = example_results(architecture, parameters, split.images, split.labels, cost)
    return float(costs.mean(dtype=float)), int((said == split.labels).sum())


def evaluate(
    architecture: Architecture,
    parameters: Parameters,
    dataset: Dataset,
    cost: str,
    step: int = 0,
    epoch: float = 0.0,
) -> Evaluation:
    """Score a network on all test examples and on the first training examples.

    Any thread may call, with parameters that nobody writes meanwhile.
    """
    train = dataset.train.first(N_TRAIN_EXAMPLES)
    test_cost, test_correct = score(architecture, parameters, dataset.test, cost)
    train_cost, train_correct = score(architecture, parameters, train, cost)
    return Evaluation(
        step,
        epoch,
        test_cost,
        test_correct,
        len(dataset.test),
        train_cost,
        train_correct,
        len(train),
    )
