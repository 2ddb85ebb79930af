"""Random numbers that are a function of where they are used, not of when they are drawn.

A generator's next number depends on how many were drawn before; a run that is cut, resumed or
replayed then has to save and restore it. Here a number is a hash of a key (one for each epoch),
the row of the training data and a position, so that any step can be computed at any time and
in any order to the same bits, compiled or not.

All arithmetic is on unsigned 64-bit numbers modulo 2⁶⁴::

    hash_64(x):  z = x + 0x9E3779B97F4A7C15
                 z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
                 z = (z ^ (z >> 27)) * 0x94D049BB133111EB
                 z ^ (z >> 31)
    row_key          = hash_64(key ^ hash_64(row + stream * 2**48))
    number j of it   = hash_64(row_key + j * 0x9E3779B97F4A7C15)

`hash_64` is one step of SplitMix64; the numbers of a row are the sequence of SplitMix64 begun
at ``row_key``. Imports NumPy only.

References
----------
Steele, Lea, Flood, *Fast splittable pseudorandom number generators* (2014), figure 17.
Salmon and others, *Parallel random numbers: as easy as 1, 2, 3* (2011).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

UInt64 = npt.NDArray[np.uint64]

GAMMA = 0x9E3779B97F4A7C15
FACTOR_1 = 0xBF58476D1CE4E5B9
FACTOR_2 = 0x94D049BB133111EB
STREAM_SHIFT = 48
"""Rows stay below 2⁴⁸, streams below 2¹⁶."""


def hash_64(x: UInt64) -> UInt64:
    """Give 64 well mixed bits for each number: one step of SplitMix64.

    Parameters
    ----------
    x : uint64 ndarray
        Of at least one dimension: arrays wrap around silently, single numbers warn.
    """
    z = x + np.uint64(GAMMA)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(FACTOR_1)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(FACTOR_2)
    return np.asarray(z ^ (z >> np.uint64(31)))


def row_numbers(key: int, rows: npt.NDArray[np.int64], stream: int, count: int) -> UInt64:
    """Give numbers 0 to ``count - 1`` of each row.

    Parameters
    ----------
    key : int
        From 0 to 2⁶⁴ − 1; see `epoch_key`.
    rows : int64 ndarray of shape (n,)
        At least 0.
    stream : int
        What they are for: uses that differ in it have nothing in common.
    count : int

    Returns
    -------
    uint64 ndarray of shape (n, count)
    """
    places = rows.astype(np.uint64) + np.uint64(stream << STREAM_SHIFT)
    row_keys = hash_64(np.uint64(key) ^ hash_64(places))
    return hash_64(row_keys[:, np.newaxis] + np.arange(count, dtype=np.uint64) * np.uint64(GAMMA))


def epoch_key(seed: int, purpose: int, epoch: int) -> int:
    """Give the key of one epoch of a run, for one purpose.

    Parameters
    ----------
    seed, epoch : int
        At least 0.
    purpose : int
        A number that nothing else draws from this seed.
    """
    return int(np.random.SeedSequence([seed, purpose, epoch]).generate_state(1, np.uint64)[0])
