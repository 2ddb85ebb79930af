"""A dataset as a value: what is accepted, and how it is refused."""

import numpy as np
import pytest

from gdviz.data.dataset import DataError, checked_dataset

LABELS = np.array([0, 1, 2])


def _checked(images, labels=LABELS):
    good = np.zeros((2, *images.shape[1:]), np.uint8), np.array([0, 1])
    return checked_dataset("x", "x.npz", (images, labels), good)


def test_checked_dataset_flattens_images_and_keeps_bytes():
    images = np.arange(12, dtype=np.uint8).reshape(3, 2, 2)
    split = _checked(images).train
    assert split.images.dtype == np.uint8
    np.testing.assert_array_equal(split.images, images.reshape(3, 4))
    assert not split.images.flags.writeable


def test_inputs_are_from_0_to_1_in_the_dtype_asked():
    images = np.array([[0, 51, 255]] * 3, np.uint8)
    inputs = _checked(images).train.inputs(slice(0, 1), np.float64)
    assert inputs.dtype == np.float64
    np.testing.assert_allclose(inputs, [[0, 0.2, 1]], rtol=1e-15)


def test_floats_from_0_to_1_are_kept_and_integers_to_255_scaled():
    floats = np.linspace(0, 1, 6).reshape(3, 2)
    np.testing.assert_allclose(_checked(floats).train.inputs(slice(None)), floats, atol=1e-7)
    whole = np.array([[0, 255]] * 3, np.int64)
    np.testing.assert_array_equal(_checked(whole).train.inputs(slice(None)), [[0, 1]] * 3)


def test_never_lit_is_true_only_where_every_training_image_is_0():
    images = np.array([[0, 0, 1], [0, 2, 0], [0, 0, 0]], np.uint8)
    assert _checked(images).never_lit.tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("images", "labels", "match"),
    [
        (np.zeros((0, 4)), LABELS[:0], "have shape"),
        (np.zeros(3), LABELS, "have shape"),
        (np.zeros((3, 4)), LABELS[:2], "3 training images but labels of shape"),
        (np.zeros((3, 4)), LABELS + 0.5, "whole numbers"),
        (np.zeros((3, 4)), LABELS - 1, "whole numbers"),
        (np.full((3, 4), np.nan), LABELS, "not finite"),
        (np.full((3, 4), 1.5), LABELS, "reach from 1.5 to 1.5"),
        (np.full((3, 4), -1), LABELS, "reach from -1 to -1"),
        (np.full((3, 4), "a"), LABELS, "are not numbers"),
    ],
)
def test_checked_dataset_unusable_arrays_are_refused_with_the_reason(images, labels, match):
    with pytest.raises(DataError, match=rf"x\.npz: .*{match}"):
        _checked(images, labels)


def test_checked_dataset_different_image_sizes_are_refused():
    train = np.zeros((2, 4), np.uint8), np.array([0, 1])
    test = np.zeros((2, 5), np.uint8), np.array([0, 1])
    with pytest.raises(DataError, match="training images have 4 numbers, test images 5"):
        checked_dataset("x", "x", train, test)
