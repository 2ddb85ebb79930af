"""Pictures from elsewhere become ink: grey, bright on dark."""

import numpy as np
import pytest

from gdviz.analysis.inspection.drawing import CANVAS, Drawing
from gdviz.analysis.inspection.pictures import grey_of, ink_of


def colored(grey, opacity=255):
    colors = np.full((*grey.shape, 4), opacity, np.uint8)
    colors[..., :3] = np.asarray(grey, np.uint8)[..., np.newaxis]
    return colors


def test_digit_of_mnist_comes_through_unchanged(mnist):
    image = mnist.test.images[0].reshape(28, 28)
    found = ink_of(grey_of(colored(image)))
    assert found.changes == ()
    np.testing.assert_allclose(
        Drawing().with_ink(found.ink).as_input(28), image.ravel() / 255, atol=1e-6
    )


def test_dark_on_bright_is_inverted_and_said():
    grey = np.full((40, 60), 255)
    grey[10:30, 25:35] = 0
    found = ink_of(grey_of(colored(grey)))
    assert found.changes == ("inverted, because its ground is bright",)
    assert found.ink[CANVAS // 2, CANVAS // 2] == 255
    assert found.ink[0, 0] == found.ink[CANVAS // 2, 5] == 0


def test_grey_ground_and_grain_are_taken_off_and_said():
    random = np.random.default_rng(0)
    grey = 180 + random.integers(-6, 7, (80, 80))
    grey[20:60, 35:45] = 60
    found = ink_of(grey_of(colored(grey)))
    assert len(found.changes) == 2
    rows, columns = np.nonzero(found.ink)
    assert (np.ptp(rows) + 1) / CANVAS == pytest.approx(0.5, abs=0.02)
    assert (np.ptp(columns) + 1) / CANVAS == pytest.approx(0.125, abs=0.02)


@pytest.mark.parametrize("mark", [0, 255])
def test_marks_on_a_transparent_ground_are_seen(mark):
    grey = np.full((30, 30), mark)
    colors = colored(grey, opacity=0)
    colors[10:20, 10:20, 3] = 255
    found = ink_of(grey_of(colors))
    assert found.ink[CANVAS // 2, CANVAS // 2] == 255
    assert found.ink[5, 5] == 0


def test_one_grey_is_refused():
    with pytest.raises(ValueError, match="one grey all over"):
        ink_of(np.full((5, 9), 0.4))


def test_green_counts_more_than_blue():
    colors = np.zeros((1, 3, 4), np.uint8)
    colors[..., 3] = 255
    colors[0, 0, 0] = colors[0, 1, 1] = colors[0, 2, 2] = 255
    np.testing.assert_allclose(grey_of(colors)[0], [0.299, 0.587, 0.114], atol=1e-6)
