"""Images that show nothing at all, and how sure a network sounds about them.

A network that was only ever shown digits has never had a reason to say that it sees none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.analysis.weight_images import image_shape

N_IMAGES = 1_000
SURE_ABOVE = 0.9
BINS = 40
MOST_BLUR = 4.0
SEED = 0
"""The same noise each time: what changes is the network or the setting, not the draw."""


@dataclass(frozen=True, slots=True)
class Noise:
    """What noise images are like.

    Parameters
    ----------
    mean : float, default 0.5
        Brightness, 0 to 1, before what leaves 0 to 1 is cut off.
    deviation : float, default 0.25
        Standard deviation σ of the brightness, 0 or more, before it is cut off.
    blur : float, default 0
        Standard deviation of the Gaussian that each image is smoothed with, in pixels.
    """

    mean: float = 0.5
    deviation: float = 0.25
    blur: float = 0.0


@dataclass(frozen=True, eq=False, slots=True)
class NoiseAnswers:
    """What a network says of noise images; all arrays read-only.

    Parameters
    ----------
    network : InspectedNetwork
    noise : Noise
    images : ndarray of shape (n, n_inputs), float32
    largest : ndarray of shape (n,), float32
        The largest output of each; not a number where an output is not.
    said : ndarray of shape (n,), intp
    """

    network: InspectedNetwork
    noise: Noise
    images: npt.NDArray[np.float32]
    largest: npt.NDArray[np.float32]
    said: npt.NDArray[np.intp]

    @property
    def n_sure(self) -> int:
        """How many have an output above `SURE_ABOVE`."""
        return int((self.largest > SURE_ABOVE).sum())

    @property
    def said_counts(self) -> npt.NDArray[np.int64]:
        """How often each output is the largest, shape (n_outputs,)."""
        return np.bincount(self.said, minlength=self.network.n_outputs).astype(np.int64)


def noise_images(
    noise: Noise, n_inputs: int, count: int = N_IMAGES, seed: int = SEED
) -> npt.NDArray[np.float32]:
    """Make noise images.

    Any thread may call.

    Parameters
    ----------
    noise : Noise
    n_inputs : int
        A square of pixels, or else one row of them.
    count : int
    seed : int

    Returns
    -------
    ndarray of shape (count, n_inputs), float32
        0 to 1, read-only.

    Raises
    ------
    ValueError
        If the deviation or the blur is negative, or a setting is not finite.

    Notes
    -----
    White Gaussian noise, smoothed with a Gaussian kernel that goes round at the edges, so that
    all pixels are alike, then divided by the root of the kernel's sum of squares: σ means the
    same whatever the blur.
    """
    settings = (noise.mean, noise.deviation, noise.blur)
    if not all(map(math.isfinite, settings)) or noise.deviation < 0 or noise.blur < 0:
        raise ValueError(f"{noise} needs finite settings, deviation and blur at least 0")
    height, width = image_shape(n_inputs)
    random = np.random.default_rng(seed)
    white = random.standard_normal((count, height, width), np.float32)
    for axis, length in ((1, height), (2, width)):
        if length > 1:
            white = _smoothed(white, noise.blur, axis)
    images = white.reshape(count, n_inputs)
    images *= np.float32(noise.deviation)
    images += np.float32(noise.mean)
    np.clip(images, 0.0, 1.0, out=images)
    images.flags.writeable = False
    return images


def kernel(blur: float, length: int) -> npt.NDArray[np.float64]:
    """Give the weights by which a line of pixels is smoothed, going round, shape (length,).

    Entry k is the weight of the pixel k further on; scaled so that the squares add up to 1:
    white noise of variance 1 keeps it.
    """
    distance = np.minimum(np.arange(length), length - np.arange(length))
    if blur <= 0:
        weights = (distance == 0).astype(np.float64)
    else:
        weights = np.exp(-0.5 * (distance / blur) ** 2)
    return np.asarray(weights / math.sqrt(float(np.square(weights).sum())))


def _smoothed(images: npt.NDArray[np.float32], blur: float, axis: int) -> npt.NDArray[np.float32]:
    """Smooth along an axis; a product with a circulant matrix, quick at 28 pixels."""
    if blur <= 0:
        return images
    length = images.shape[axis]
    weights = kernel(blur, length).astype(np.float32)
    shift = (np.arange(length)[:, np.newaxis] - np.arange(length)) % length
    matrix = weights[shift]
    smooth = images @ matrix if axis == 2 else matrix @ images
    return np.asarray(smooth)


def noise_answers(
    network: InspectedNetwork, noise: Noise, images: npt.NDArray[np.float32]
) -> NoiseAnswers:
    """Send noise images through a network. Any thread may call.

    Parameters
    ----------
    network : InspectedNetwork
    noise : Noise
        What the images are like.
    images : ndarray of shape (n, n_inputs), float32
        From `noise_images`.
    """
    outputs = network.passed(images).outputs
    largest, said = outputs.max(axis=1), outputs.argmax(axis=1)
    for array in (largest, said):
        array.flags.writeable = False
    return NoiseAnswers(network, noise, images, largest, said)


@dataclass(frozen=True, eq=False, slots=True)
class OutputHistogram:
    """How often the largest output is how large.

    Parameters
    ----------
    edges : ndarray of shape (n_bins + 1,), float64
        From 0 to 1 if all are between; else from the smallest to the largest.
    counts : ndarray of shape (n_bins,), int64
    """

    edges: npt.NDArray[np.float64]
    counts: npt.NDArray[np.int64]


def output_histogram(largest: npt.NDArray[np.float32]) -> OutputHistogram:
    """Count the largest outputs in 40 equal bins; those not finite are left out."""
    finite = largest[np.isfinite(largest)].astype(np.float64)
    low, high = float(finite.min(initial=0.0)), float(finite.max(initial=1.0))
    counts, edges = np.histogram(finite, BINS, (low, high))
    return OutputHistogram(edges, counts.astype(np.int64))
