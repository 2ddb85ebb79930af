"""Dropout: which hidden neurons are switched off, as a function of the example's row.

A mask depends on the key of the epoch, the row of the training data, the layer and the neuron,
and on nothing else: how a run is cut into bursts, resumed or replayed never changes it.

Imports NumPy only. How a mask enters the network: `network.forward`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gdviz.nn.counter_hash import epoch_key, hash_64, row_numbers

__all__ = ["DROPOUT_PURPOSE", "dropout_key", "hash_64", "keep_mask", "threshold"]

DROPOUT_PURPOSE = 3
"""What the seed is used for; 0 is the start and 1 the order of the examples."""


def dropout_key(seed: int, epoch: int) -> int:
    """Give the key of an epoch's masks, 0 to 2⁶⁴ − 1."""
    return epoch_key(seed, DROPOUT_PURPOSE, epoch)


def threshold(rate: float) -> int:
    """Give the number below which the top 24 bits of a neuron's number switch it off."""
    return round(rate * 2**24)


def keep_mask(
    key: int, rows: npt.NDArray[np.int64], layer_index: int, n_neurons: int, rate: float
) -> npt.NDArray[np.float32]:
    """Give what a hidden layer's activations are multiplied by.

    Parameters
    ----------
    key : int
        Of the epoch, see `dropout_key`.
    rows : int64 ndarray of shape (n,)
        Rows of the training data.
    layer_index : int
        0 for the first hidden layer.
    n_neurons : int
        Of that layer.
    rate : float
        Share p that is switched off, 0 <= p < 1.

    Returns
    -------
    float32 ndarray of shape (n, n_neurons)
        0 for a neuron that is off, 1/(1 − p) for the others: the expected weighted input of
        the next layer stays what it is without dropout, so that nothing changes in testing.

    Notes
    -----
    Neuron j is off if ``(h >> 40) < round(p · 2²⁴)``, where h is number j of the row in stream
    `layer_index` (see `gdviz.nn.counter_hash`).

    References
    ----------
    Srivastava and others, *Dropout: a simple way to prevent neural networks from overfitting*
    (2014); section 10 for dividing in training.
    """
    bits = row_numbers(key, rows, layer_index, n_neurons) >> np.uint64(40)
    is_kept = bits >= np.uint64(threshold(rate))
    return np.where(is_kept, np.float32(1 / (1 - rate)), np.float32(0))
