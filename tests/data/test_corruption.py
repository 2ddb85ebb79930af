"""Shuffled labels: how many, which, and what stays."""

import numpy as np
import pytest

from gdviz.data.corruption import shuffle_labels


def test_shuffle_labels_fraction_0_gives_the_same_object(blobs):
    assert shuffle_labels(blobs, 0.0, 7) is blobs


@pytest.mark.parametrize("fraction", [0.1, 0.5, 1.0])
def test_shuffle_labels_keeps_counts_images_and_test_labels(blobs, fraction):
    shuffled = shuffle_labels(blobs, fraction, 7)
    changed = shuffled.train.labels != blobs.train.labels
    assert 0 < changed.sum() <= round(fraction * len(blobs.train))
    np.testing.assert_array_equal(
        np.bincount(shuffled.train.labels), np.bincount(blobs.train.labels)
    )
    assert shuffled.train.images is blobs.train.images
    assert shuffled.test is blobs.test
    assert not shuffled.train.labels.flags.writeable


def test_shuffle_labels_same_seed_same_labels_other_seed_others(blobs):
    first, again, other = (shuffle_labels(blobs, 1.0, seed).train.labels for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize("fraction", [-0.1, 1.1, float("nan")])
def test_shuffle_labels_share_out_of_range_is_refused(blobs, fraction):
    with pytest.raises(ValueError, match="from 0 to 1, not"):
        shuffle_labels(blobs, fraction, 7)
