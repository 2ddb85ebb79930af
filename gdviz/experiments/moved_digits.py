"""How networks do on digits that are moved, turned, noisy or inverted: tasks and their outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.fragility import (
    DEGREES,
    SIGMAS,
    Disturbance,
    correct_under,
    spread_rows,
)
from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.analysis.interval import wilson_interval
from gdviz.experiments.kept_network import network_of
from gdviz.experiments.repeats import Interval, mean_interval
from gdviz.experiments.training_task import TrainingTask, dataset_of, train
from gdviz.runtime.tasks import Channel
from gdviz.training.config import TrainingConfig

Values = npt.NDArray[np.float64]
DIRECTIONS: dict[str, tuple[int, int]] = {
    "right": (0, 1), "left": (0, -1), "down": (1, 0), "up": (-1, 0)
}  # fmt: skip
"""Pixels down and right of each."""
_TRAINED = 0.6
"""Share of the work that training is."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A network to be trained and tried.

    Parameters
    ----------
    training : TrainingTask
    n_images : int
        Test images, spread over all of them.
    reach : int
        Largest shift, in pixels.
    seed : int
        Of the noise on images.
    """

    training: TrainingTask
    n_images: int
    reach: int
    seed: int


@dataclass(frozen=True, eq=False, slots=True)
class Tried:
    """How many of the same images one network gets right.

    Parameters
    ----------
    config : TrainingConfig
    n_images : int
    shifts : ndarray of shape (2 reach + 1, 2 reach + 1), int64
        Entry (i, j): moved i − reach pixels down and j − reach right.
    turned : ndarray of shape (37,), int64
        By `DEGREES`.
    noisy : ndarray of shape (21,), int64
        With noise of `SIGMAS`.
    inverted : int
    vector : ndarray of shape (P,), float32
    """

    config: TrainingConfig
    n_images: int
    shifts: npt.NDArray[np.int64]
    turned: npt.NDArray[np.int64]
    noisy: npt.NDArray[np.int64]
    inverted: int
    vector: npt.NDArray[np.float32]

    @property
    def reach(self) -> int:
        """Largest shift, in pixels."""
        return len(self.shifts) // 2

    def moved(self, direction: str, pixels: int) -> float:
        """Give the accuracy, 0 to 1, of images that are moved one way."""
        down, right = DIRECTIONS[direction]
        place = self.reach + pixels * down, self.reach + pixels * right
        return float(self.shifts[place]) / self.n_images

    def moved_by(self, pixels: int) -> float:
        """Give the accuracy, 0 to 1: the mean of the four directions."""
        return sum(self.moved(direction, pixels) for direction in DIRECTIONS) / len(DIRECTIONS)

    def network(self) -> InspectedNetwork:
        """Give the network."""
        return network_of(self.config, self.vector)


def tried(trial: Trial, channel: Channel) -> Tried:
    """Train a network and try it on digits that are not as those it learnt."""
    outcome = train(trial.training, _First(channel, _TRAINED))
    config = trial.training.config
    test = dataset_of(config.data).test
    rows = spread_rows(len(test), trial.n_images)
    images = test.inputs(rows).astype(np.float32, copy=False)
    steps = range(-trial.reach, trial.reach + 1)
    kinds = [Disturbance(down, right) for down in steps for right in steps]
    n_shifts = len(kinds)
    kinds += [Disturbance(degrees=angle) for angle in DEGREES]
    kinds += [Disturbance(sigma=sigma) for sigma in SIGMAS]
    kinds.append(Disturbance(is_inverted=True))

    def tell(share: float) -> None:
        channel.tell(_TRAINED + (1 - _TRAINED) * share, None)

    correct = correct_under(
        network_of(config, outcome.vector),
        images,
        test.labels[rows],
        kinds,
        channel.look,
        tell,
        trial.seed,
    )
    turned = n_shifts + len(DEGREES)
    return Tried(
        config,
        len(rows),
        correct[:n_shifts].reshape(len(steps), len(steps)),
        correct[n_shifts:turned],
        correct[turned:-1],
        int(correct[-1]),
        outcome.vector,
    )


@dataclass(frozen=True, slots=True)
class _First:
    """The first part of a task's way to whoever waits for it."""

    channel: Channel
    most: float

    def look(self) -> None:
        self.channel.look()

    def tell(self, share: float, _part: object) -> None:
        self.channel.tell(self.most * share, None)


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """Networks of one preset, trained with or without shifted images; at least one.

    Parameters
    ----------
    preset : str
    shift : float
        Of the training images, pixels at most; 0 without.
    networks : tuple of Tried
        By their seeds, rising.
    """

    preset: str
    shift: float
    networks: tuple[Tried, ...]

    @property
    def title(self) -> str:
        """What people read."""
        if not self.shift:
            return self.preset
        return f"{self.preset}, trained on images moved by up to {self.shift:g} px"

    def moved_by(self, pixels: int) -> Values:
        """Give the accuracy of each network in percent, mean of four directions."""
        return np.array([100 * one.moved_by(pixels) for one in self.networks])

    @property
    def inverted(self) -> Values:
        """Accuracy of each network on inverted images in percent."""
        return np.array([100 * one.inverted / one.n_images for one in self.networks])

    def counts(self, name: str) -> Values:
        """Give ``turned`` or ``noisy`` in percent, shape (n_networks, n_strengths)."""
        return np.array([100 * getattr(one, name) / one.n_images for one in self.networks])

    def interval(self, values: Values) -> Interval:
        """Give the 95 % interval of a mean accuracy, in percent.

        Of several networks Student's, within 0 to 100; of one, Wilson's for its images: a mean of
        four directions is of four times as many images, but of the same digits.
        """
        found = mean_interval(values)
        if found is None:
            n_images = self.networks[0].n_images
            low, high = wilson_interval(round(float(values[0]) / 100 * n_images), n_images)
            # Rounding to a whole count may pass the mean by half an image.
            found = min(100 * low, float(values[0])), max(100 * high, float(values[0]))
        return max(found[0], 0.0), min(found[1], 100.0)


def groups_of(known: Sequence[object]) -> list[Group]:
    """Put networks together that differ only in their seeds; outcomes may be absent."""
    found: dict[tuple[str, float], list[Tried]] = {}
    for one in known:
        if isinstance(one, Tried):
            found.setdefault((one.config.preset, one.config.augment_shift), []).append(one)
    ordered = {key: sorted(some, key=lambda one: one.config.seed) for key, some in found.items()}
    return [Group(preset, shift, tuple(some)) for (preset, shift), some in ordered.items()]
