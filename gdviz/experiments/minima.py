"""Networks from different starts: where each ends, and what lies between two of them.

Tasks for any executor. What is kept of a network is its parameters and some numbers, nothing of
its way: a thousand networks of the lesson take 55 MB.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.comparing import Way, ways_between
from gdviz.analysis.inspection.fragility import spread_rows
from gdviz.analysis.inspection.matching import match_by_activations, match_by_weights
from gdviz.engine import example_results
from gdviz.experiments.kept_network import network_of
from gdviz.experiments.training_task import TrainingTask, dataset_of, examples_of, train
from gdviz.nn.parameters import Parameters
from gdviz.runtime.tasks import Channel

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False, slots=True)
class End:
    """Where one training began and ended.

    Parameters
    ----------
    start_cost, cost, test_cost : float
        Before training and after it on training images; after it on test images.
    n_train, train_right, n_test, test_right : int
        Images on which it was scored, and how many were right at the end.
    right : ndarray of shape (ceil(n_test / 8),), uint8
        Which test images are right, a bit each.
    vector : ndarray of shape (P,), float32
    has_diverged : bool
    """

    start_cost: float
    cost: float
    test_cost: float
    n_train: int
    train_right: int
    n_test: int
    test_right: int
    right: npt.NDArray[np.uint8]
    vector: Vector
    has_diverged: bool


def end_of(task: TrainingTask, channel: Channel) -> End:
    """Train one network from its start to its end."""
    outcome = train(task, channel)
    config, test = task.config, dataset_of(task.config.data).test
    parameters = Parameters(outcome.vector, config.architecture.layout)
    rows = np.arange(outcome.n_test)
    _, said = example_results(
        config.architecture, parameters, test.images, test.labels, config.cost, rows
    )
    return End(
        float(outcome.train_cost[0]),
        float(outcome.train_cost[-1]),
        float(outcome.test_cost[-1]),
        outcome.n_train,
        int(outcome.train_correct[-1]),
        outcome.n_test,
        int(outcome.test_correct[-1]),
        np.packbits(said == test.labels[rows]),
        outcome.vector,
        outcome.diverged_at is not None,
    )


def luck_of_images(rights: npt.NDArray[np.bool_]) -> float:
    """Give how far apart equally good networks would be by luck with single images alone.

    Parameters
    ----------
    rights : ndarray of shape (n_networks, n_images), bool
        At least two networks, all tried on the same images.

    Returns
    -------
    float
        Standard deviation between networks of the share of images that is right.

    Notes
    -----
    If all were equally good, network j would get image k right by the throw of a coin that falls
    well with the image's own probability p_k: the variance between networks is then
    Σ_k p_k (1 − p_k) / N². Cochran's Q is (n − 1) times the observed variance over this one. The
    binomial p (1 − p) / N is larger: it forgets that all are tried on the same images, of which
    most are easy for all.

    References
    ----------
    Cochran, *The comparison of percentages in matched samples* (1950); for two networks it is
    McNemar's test.
    """
    n_networks, n_images = rights.shape
    shares = rights.mean(axis=0)
    mean_variance = float((shares * (1 - shares)).sum()) * n_networks / (n_networks - 1)
    return float(np.sqrt(mean_variance) / n_images)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ends, to be joined by straight lines.

    Parameters
    ----------
    training : TrainingTask
        Of the first; the second's differs in its seed.
    first, second : bytes
        Parameters, float32: bytes can be compared and kept by.
    n_images : int
        Training images on which the cost of the lines is computed.
    index : int
        Which pair it is.
    """

    training: TrainingTask
    first: bytes
    second: bytes
    n_images: int
    index: int


@dataclass(frozen=True, eq=False, slots=True)
class Lines:
    """Straight lines from one end to another.

    Parameters
    ----------
    straight : Way
        As they are.
    by_activations, by_weights : Way
        With the second's hidden neurons in the order of the first's, found in two ways.
    matched : ndarray of shape (P,), float32
        The second network in the order whose line is the lower.
    index : int
        The pair's.
    """

    straight: Way
    by_activations: Way
    by_weights: Way
    matched: Vector
    index: int

    @property
    def barrier(self) -> float:
        """How high the cost rises on the line between both as they are."""
        return self.straight.barrier

    @property
    def matched_barrier(self) -> float:
        """The same after matching: of the order whose line is the lower."""
        return float(min(self.by_activations.barrier, self.by_weights.barrier))


def lines_between(pair: Pair, channel: Channel) -> Lines:
    """Join two ends, before and after their hidden neurons are matched."""
    task, config = pair.training, pair.training.config
    split = examples_of(task)[0].train.first(pair.n_images)
    first, second = (
        network_of(config, np.frombuffer(vector, np.float32))
        for vector in (pair.first, pair.second)
    )
    images = split.inputs(spread_rows(len(split))).astype(np.float32, copy=False)
    ends = [second]
    for matching in (
        match_by_activations(first, second, images, channel.look),
        match_by_weights(first, second, channel.look),
    ):
        assert matching.parameters is not None, "both have the same sizes"
        ends.append(network_of(config, matching.parameters.vector))
    ways = ways_between(first, ends, split, channel.look, lambda share: channel.tell(share, None))
    straight, by_activations, by_weights = ways
    matched = ends[1] if by_activations.barrier <= by_weights.barrier else ends[2]
    vector = np.asarray(matched.parameters.vector, np.float32)
    return Lines(straight, by_activations, by_weights, vector, pair.index)
