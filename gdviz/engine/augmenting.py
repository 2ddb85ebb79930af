"""Augmentation with the compiled engine; needs Numba."""

from __future__ import annotations

import math

import numpy as np

from gdviz.engine import augmentation_kernels
from gdviz.engine.engine import Float32, Order, Stored, scale_of
from gdviz.engine.lit_pixels import read_only_view


def compiled_augmented(
    images: Stored,
    rows: Order,
    key: int,
    shift: float,
    rotation_degrees: float,
    noise: float,
    streams: tuple[int, int],
    quantiles: Float32,
) -> Float32:
    """Give images as one epoch sees them; see `gdviz.data.augmentation.augmented`.

    Parameters
    ----------
    streams, quantiles
        That module's streams of random numbers and normal quantiles, which are its to choose.
    """
    out = np.zeros(images.shape, np.float32)
    scratch = np.zeros(images.shape[1], np.float32)
    augmentation_kernels.augment(
        read_only_view(images), read_only_view(rows), np.uint64(key), scale_of(images),
        float(shift), math.radians(rotation_degrees), float(noise), streams,
        read_only_view(quantiles), scratch, out,
    )  # fmt: skip
    return out
