"""Masks and the hash behind them: whose they are, how often, and bit for bit."""

import numpy as np
import pytest

from gdviz.nn.counter_hash import epoch_key, hash_64, row_numbers
from gdviz.nn.dropout import dropout_key, keep_mask

WRAP = 2**64
GAMMA = 0x9E3779B97F4A7C15


def python_hash(x):
    """The formula of the module's docstring with Python's own integers."""
    z = (x + GAMMA) % WRAP
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % WRAP
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % WRAP
    return z ^ (z >> 31)


def test_hash_is_splitmix64():
    """The generator's published first numbers from the seed 1234567."""
    seeds = np.array([(1234567 + i * GAMMA) % WRAP for i in range(5)], np.uint64)
    assert hash_64(seeds).tolist() == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


def test_numbers_of_a_row_follow_the_documented_formula():
    key, rows, stream = 2**64 - 3, [0, 1, 59_999, 2**40], 2
    numbers = row_numbers(key, np.array(rows), stream, 7)
    for row, found in zip(rows, numbers, strict=True):
        row_key = python_hash(key ^ python_hash((row + stream * 2**48) % WRAP))
        expected = [python_hash((row_key + j * GAMMA) % WRAP) for j in range(7)]
        assert found.tolist() == expected


def test_a_mask_drops_what_the_documented_formula_says():
    rows = np.array([5, 6])
    mask = keep_mask(99, rows, 1, 50, 0.3)
    numbers = row_numbers(99, rows, 1, 50)
    expected = [
        [0.0 if (int(h) >> 40) < round(0.3 * 2**24) else 1 / 0.7 for h in row] for row in numbers
    ]
    np.testing.assert_allclose(mask, expected, rtol=1e-7)
    assert mask.dtype == np.float32


def test_a_row_s_mask_does_not_depend_on_the_other_rows():
    rows = np.random.default_rng(0).permutation(1000)
    whole = keep_mask(7, rows, 0, 16, 0.5)
    pieces = [keep_mask(7, rows[i : i + 32], 0, 16, 0.5) for i in range(0, 1000, 32)]
    np.testing.assert_array_equal(whole, np.concatenate(pieces))
    np.testing.assert_array_equal(whole[[3]], keep_mask(7, rows[[3]], 0, 16, 0.5))


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_share_and_scale(rate):
    mask = keep_mask(dropout_key(3, 0), np.arange(4000), 0, 64, rate)
    n = mask.size
    # Five standard deviations of a binomial share.
    assert (mask == 0).mean() == pytest.approx(rate, abs=5 * np.sqrt(rate * (1 - rate) / n))
    np.testing.assert_allclose(np.unique(mask), [0, 1 / (1 - rate)], rtol=1e-6)


def test_nothing_is_dropped_at_zero():
    np.testing.assert_array_equal(keep_mask(1, np.arange(100), 0, 16, 0.0), 1)


def test_masks_of_neurons_layers_rows_and_epochs_are_unrelated():
    rows = np.arange(4096)
    first = keep_mask(dropout_key(1, 0), rows, 0, 8, 0.5)
    others = {
        "layer": keep_mask(dropout_key(1, 0), rows, 1, 8, 0.5),
        "epoch": keep_mask(dropout_key(1, 1), rows, 0, 8, 0.5),
        "seed": keep_mask(dropout_key(2, 0), rows, 0, 8, 0.5),
        "next row": np.roll(first, 1, axis=0),
        "next neuron": np.roll(first, 1, axis=1),
    }
    for name, other in others.items():
        agreement = (first == other).mean()
        assert agreement == pytest.approx(0.5, abs=5 * 0.5 / np.sqrt(first.size)), name


def test_keys_of_epochs_seeds_and_purposes_differ():
    keys = {epoch_key(s, p, e) for s in (0, 1, 2**63 - 1) for p in (3, 4) for e in (0, 1, 2)}
    assert len(keys) == 18
    assert all(0 <= key < WRAP for key in keys)
    assert dropout_key(5, 6) == epoch_key(5, 3, 6)
