"""How accuracy falls when images are moved, turned, made noisy or inverted.

A network that learned centred digits knows no others: nothing in it says that a digit three
pixels further left is the same. Every accuracy is a count of the same images.

Any thread may call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.resampling import rotated, shifted
from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.data.dataset import Split
from gdviz.nn.network import predictions

N_IMAGES = 1_000
REACH = 8
"""Largest shift of the map, in pixels, to all sides."""
DEGREES = tuple(float(angle) for angle in range(-90, 91, 5))
SIGMAS = tuple(round(0.05 * k, 2) for k in range(21))
NOISE_SEED = 0

Look = Callable[[], None]
Tell = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What is done to an image, in this order: turned, moved, noise added, inverted.

    Parameters
    ----------
    down, right : int
        Pixels; what comes in is 0.
    degrees : float
        Against the clock, about the image's middle, bilinearly.
    sigma : float
        Standard deviation of normal noise on every pixel; clipped to 0 to 1 afterwards.
    is_inverted : bool
        1 minus the image.
    """

    down: int = 0
    right: int = 0
    degrees: float = 0.0
    sigma: float = 0.0
    is_inverted: bool = False

    def applied(
        self, images: npt.NDArray[np.float32], side: int, random: np.random.Generator
    ) -> npt.NDArray[np.float32]:
        """Give disturbed images, shape (n, side * side); the generator draws the noise."""
        pictures = images.reshape(-1, side, side)
        if self.degrees:
            pictures = rotated(pictures, self.degrees)
        if self.down or self.right:
            pictures = shifted(pictures, self.down, self.right)
        if self.sigma:
            noise = random.standard_normal(pictures.shape, np.float32)
            pictures = np.clip(pictures + np.float32(self.sigma) * noise, 0, 1)
        if self.is_inverted:
            pictures = np.float32(1) - pictures
        return np.ascontiguousarray(pictures).reshape(len(images), -1)

    def words(self) -> str:
        """What was done, for people; empty if nothing was."""
        parts = []
        if self.degrees:
            side = "left" if self.degrees > 0 else "right"
            parts.append(f"turned {abs(self.degrees):g}° {side}")
        for by, positive, negative in ((self.right, "right", "left"), (self.down, "down", "up")):
            if by:
                parts.append(f"{abs(by)} px {positive if by > 0 else negative}")
        if self.sigma:
            parts.append(f"noise σ {self.sigma:g}")
        if self.is_inverted:
            parts.append("inverted")
        return ", ".join(parts)


@dataclass(frozen=True, eq=False, slots=True)
class Counts:
    """How many of the same images are right under each disturbance.

    Parameters
    ----------
    n_images : int
    correct : ndarray, int64
        In the shape of what was varied.
    """

    n_images: int
    correct: npt.NDArray[np.int64]

    @property
    def shares(self) -> npt.NDArray[np.float64]:
        """The accuracies, 0 to 1."""
        return np.asarray(self.correct / self.n_images)


@dataclass(frozen=True, eq=False, slots=True)
class ShiftMap(Counts):
    """Accuracy over shifts: entry (i, j) is for ``i - reach`` down and ``j - reach`` right.

    Parameters
    ----------
    reach : int
    """

    reach: int = REACH

    def at(self, down: int, right: int) -> int | None:
        """Give how many are right under a shift; None outside the map."""
        if max(abs(down), abs(right)) > self.reach:
            return None
        return int(self.correct[down + self.reach, right + self.reach])


@dataclass(frozen=True, eq=False, slots=True)
class DisturbanceCurve(Counts):
    """Accuracy over the strength of one disturbance.

    Parameters
    ----------
    strengths : tuple of float
    """

    strengths: tuple[float, ...] = ()

    def nearest(self, strength: float) -> int:
        """Give the place of the strength that is nearest."""
        return int(np.argmin(np.abs(np.asarray(self.strengths) - strength)))


def spread_rows(n_examples: int, n_images: int = N_IMAGES) -> npt.NDArray[np.intp]:
    """Give rows evenly spread over a split: MNIST's second half is harder than its first."""
    count = min(n_examples, n_images)
    return np.asarray(np.arange(count) * n_examples // count)


def correct_under(
    network: InspectedNetwork,
    images: npt.NDArray[np.float32],
    labels: npt.NDArray[np.uint8],
    disturbances: Sequence[Disturbance],
    look: Look,
    tell: Tell,
    seed: int = NOISE_SEED,
) -> npt.NDArray[np.int64]:
    """Count how many images are right under each disturbance, shape (n_disturbances,).

    Parameters
    ----------
    network : InspectedNetwork
        With a side.
    images : ndarray of shape (n, side * side)
        0 to 1.
    labels : ndarray of shape (n,)
    disturbances : sequence of Disturbance
        Each draws the same noise.
    look : callable
        Called between two; what it raises ends the work.
    tell : callable
        Called with how much is done, 0 to 1.
    seed : int
        Of the noise.
    """
    side = network.side
    assert side is not None, "asked of square images only"
    correct = np.zeros(len(disturbances), np.int64)
    for k, disturbance in enumerate(disturbances):
        look()
        given = disturbance.applied(images, side, np.random.default_rng(seed))
        correct[k] = int((predictions(network.passed(given).outputs) == labels).sum())
        tell((k + 1) / len(disturbances))
    return correct


def shift_map(
    network: InspectedNetwork, split: Split, look: Look, tell: Tell, reach: int = REACH
) -> ShiftMap:
    """Try a network on images that are moved by every whole number of pixels up to a reach."""
    images, labels = _examples(split)
    steps = range(-reach, reach + 1)
    moves = [Disturbance(down, right) for down in steps for right in steps]
    correct = correct_under(network, images, labels, moves, look, tell)
    return ShiftMap(len(labels), correct.reshape(len(steps), len(steps)), reach)


def rotation_curve(
    network: InspectedNetwork, split: Split, look: Look, tell: Tell
) -> DisturbanceCurve:
    """Try a network on images that are turned by −90 to 90 degrees."""
    turned = [Disturbance(degrees=angle) for angle in DEGREES]
    return _curve(network, split, turned, DEGREES, look, tell)


def noise_curve(
    network: InspectedNetwork, split: Split, look: Look, tell: Tell
) -> DisturbanceCurve:
    """Try a network on images with normal noise of standard deviations from 0 to 1."""
    noisy = [Disturbance(sigma=sigma) for sigma in SIGMAS]
    return _curve(network, split, noisy, SIGMAS, look, tell)


def inverted_count(network: InspectedNetwork, split: Split, look: Look, tell: Tell) -> Counts:
    """Try a network on inverted images; one count, shape (1,)."""
    images, labels = _examples(split)
    inverted = [Disturbance(is_inverted=True)]
    return Counts(len(labels), correct_under(network, images, labels, inverted, look, tell))


def _curve(
    network: InspectedNetwork,
    split: Split,
    kinds: Sequence[Disturbance],
    strengths: tuple[float, ...],
    look: Look,
    tell: Tell,
) -> DisturbanceCurve:
    images, labels = _examples(split)
    correct = correct_under(network, images, labels, kinds, look, tell)
    return DisturbanceCurve(len(labels), correct, strengths)


def _examples(split: Split) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8]]:
    rows = spread_rows(len(split))
    return split.inputs(rows).astype(np.float32, copy=False), split.labels[rows]
