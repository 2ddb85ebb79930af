"""How sure networks are about noise before and after training: tasks, and what comes of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.fragility import spread_rows
from gdviz.analysis.inspection.noise_images import SURE_ABOVE, Noise, noise_images
from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.analysis.interval import wilson_interval
from gdviz.data.corruption import scatter_pixels
from gdviz.experiments.kept_network import network_of
from gdviz.experiments.repeats import Interval, mean_interval
from gdviz.experiments.training_task import TrainingTask, dataset_of, train
from gdviz.runtime.tasks import Channel
from gdviz.training.config import TrainingConfig
from gdviz.training.state import initial_state

Images = npt.NDArray[np.float32]
BLUR = 2.0
"""Of blurred noise, in pixels."""
DIGITS = "test digits"


@dataclass(frozen=True, slots=True)
class Asking:
    """A network to be trained and asked about noise, before and after.

    Parameters
    ----------
    training : TrainingTask
    n_images : int
        Of each kind.
    seed : int
        Of the noise: the same for all networks.
    """

    training: TrainingTask
    n_images: int
    seed: int


@dataclass(frozen=True, eq=False, slots=True)
class Said:
    """What a network says of some images.

    Parameters
    ----------
    largest : ndarray of shape (n,), float32
        The largest output of each.
    said : ndarray of shape (n,), uint8
        Which it is.
    """

    largest: Images
    said: npt.NDArray[np.uint8]

    @property
    def n_sure(self) -> int:
        """How many have an output above `SURE_ABOVE`."""
        return int((self.largest > SURE_ABOVE).sum())


@dataclass(frozen=True, eq=False, slots=True)
class Answers:
    """What one network says of each kind of images, by the kinds' names.

    Parameters
    ----------
    config : TrainingConfig
    before, after : dict of str to Said
    accuracy : float
        Share of the test images that is right after training.
    vector : ndarray of shape (P,), float32
        Trained.
    """

    config: TrainingConfig
    before: dict[str, Said]
    after: dict[str, Said]
    accuracy: float
    vector: Images

    def network(self) -> InspectedNetwork:
        """Give the trained network."""
        return network_of(self.config, self.vector)


def _uniform(_digits: Images, count: int, n_inputs: int, seed: int) -> Images:
    return np.random.default_rng([seed, 1]).random((count, n_inputs), np.float32)


def _gaussian(_digits: Images, count: int, n_inputs: int, seed: int) -> Images:
    return noise_images(Noise(), n_inputs, count, seed)


def _blurred(_digits: Images, count: int, n_inputs: int, seed: int) -> Images:
    return noise_images(Noise(blur=BLUR), n_inputs, count, seed)


def _scattered(digits: Images, _count: int, _n_inputs: int, seed: int) -> Images:
    generator = np.random.default_rng([seed, 2])
    return np.asarray(scatter_pixels(digits, digits, generator), np.float32)


KINDS: dict[str, Callable[[Images, int, int, int], Images]] = {
    "uniform": _uniform,
    "Gaussian": _gaussian,
    "blurred": _blurred,
    "scattered digits": _scattered,
}
"""Noise: every pixel by itself, evenly from black to white; normal, mean 0.5 and σ 0.25; the same
smoothed; and test digits whose own pixels are thrown about, as dark as digits are."""


def images_of(source: str, count: int, seed: int) -> dict[str, Images]:
    """Give images of each kind of noise and test digits, shape (n, n_inputs) each.

    Parameters
    ----------
    source : str
        The data.
    count : int
        Of each kind; fewer where there are fewer test images.
    seed : int
    """
    test = dataset_of(source).test
    digits = test.inputs(spread_rows(len(test), count)).astype(np.float32, copy=False)
    made = {name: make(digits, len(digits), digits.shape[1], seed) for name, make in KINDS.items()}
    return made | {DIGITS: digits}


def answers_of(asking: Asking, channel: Channel) -> Answers:
    """Ask a network, train it, and ask it again."""
    config = asking.training.config
    images = images_of(config.data, asking.n_images, asking.seed)
    before = _said(config, initial_state(config).parameters.vector.astype(np.float32), images)
    outcome = train(asking.training, channel)
    after = _said(config, outcome.vector, images)
    return Answers(config, before, after, float(outcome.test_accuracy[-1]), outcome.vector)


def _said(config: TrainingConfig, vector: Images, images: dict[str, Images]) -> dict[str, Said]:
    network = network_of(config, vector)
    found = {}
    for name, some in images.items():
        outputs = network.passed(some).outputs
        largest = outputs.max(axis=1).astype(np.float32)
        found[name] = Said(largest, outputs.argmax(axis=1).astype(np.uint8))
    return found


@dataclass(frozen=True, slots=True)
class SureShare:
    """How many images get an output above `SURE_ABOVE`.

    Parameters
    ----------
    percent : float
        Mean over the networks.
    interval : (float, float)
        95 %, in percent: of several networks Student's, for they differ more than images do,
        within 0 to 100; of one network, or where all have the same share, Wilson's.
    n_networks, n_images : int
        Images that each network was shown.
    n_sure : int
        Answers above it, of all ``n_networks * n_images``.
    n_mostly : int
        Networks that are sure about more than half of the images: a network without training
        says nearly the same of every image.
    """

    percent: float
    interval: Interval
    n_networks: int
    n_images: int
    n_sure: int
    n_mostly: int

    def words(self) -> str:
        """What people read: the share with its interval."""
        low, high = self.interval
        return f"{self.percent:.1f} % [{low:.1f}, {high:.1f}]"


def sure_share(said: Sequence[Said]) -> SureShare:
    """Give the share of the images about which networks are sure.

    Parameters
    ----------
    said : sequence of Said
        One for each network, at least one, of equally many images.
    """
    counts, n_images = np.array([one.n_sure for one in said]), len(said[0].largest)
    shares = 100 * counts / n_images
    interval = mean_interval(shares)
    if interval is None or math.isclose(*interval):
        low, high = wilson_interval(int(counts.sum()), n_images * len(said))
        interval = 100 * low, 100 * high
    within = max(interval[0], 0.0), min(interval[1], 100.0)
    n_mostly = int((2 * counts > n_images).sum())
    return SureShare(float(shares.mean()), within, len(said), n_images, int(counts.sum()), n_mostly)
