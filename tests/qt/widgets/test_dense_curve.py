"""The line that is drawn as an image, against its points one by one."""

import numpy as np
import pyqtgraph as pg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gdviz.qt.widgets.dense_curve import DenseCurve, covered_pixels

SIZE = 12, 20


def walked(x, y, size):
    """Mark the pixels of many places along the line."""
    covered = np.zeros(size, bool)
    share = np.linspace(0, 1, 4001)
    for k in range(len(x) - 1):
        along_x, along_y = x[k] + share * (x[k + 1] - x[k]), y[k] + share * (y[k + 1] - y[k])
        row, column = np.floor(along_y).astype(int), np.floor(along_x).astype(int)
        is_in = (row >= 0) & (row < size[0]) & (column >= 0) & (column < size[1])
        covered[row[is_in], column[is_in]] = True
    return covered


@settings(max_examples=60, deadline=None)
@given(
    x=hnp.arrays(float, st.integers(2, 30), elements=st.floats(-3, 24, width=16)),
    seed=st.integers(0, 2**32 - 1),
)
def test_it_covers_what_the_line_runs_through_and_nothing_else(x, seed):
    x = np.sort(x) + 0.013  # no point on a border between two pixels
    y = np.random.default_rng(seed).uniform(-4, 16, len(x))
    expected = walked(x, y, SIZE)
    found = covered_pixels(x, y, SIZE)
    assert not (expected & ~found).any()
    # Beyond, only where a place that was walked past is a hair's breadth away.
    beyond = found & ~expected
    assert beyond.sum() <= 2
    for row, column in np.argwhere(beyond):
        assert expected[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2].any()


def test_a_gap_stays_open():
    x = np.array([1.5, 4.5, np.nan, 10.5, 12.5])
    covered = covered_pixels(x, np.full(5, 3.5), SIZE)
    assert np.flatnonzero(covered[3]).tolist() == [1, 2, 3, 4, 10, 11, 12]
    assert covered.sum() == 7


def test_nothing_is_covered_without_points_or_beside_the_picture():
    assert not covered_pixels(np.empty(0), np.empty(0), SIZE).any()
    assert not covered_pixels(np.array([30.5, 33.5]), np.array([2.5, 2.5]), SIZE).any()
    assert not covered_pixels(np.array([2.5, 9.5]), np.array([-5.5, -3.5]), SIZE).any()


@pytest.mark.parametrize("n_points", [50, 4000])
def test_both_ways_of_drawing_show_the_same_line(qtbot, n_points):
    """A sawtooth from end to end: sparse as a line, dense as an image."""
    plot = pg.PlotWidget(background="#000000", enableMenu=False)
    qtbot.addWidget(plot)
    for axis in ("left", "bottom"):
        plot.hideAxis(axis)
    item = DenseCurve()
    item.set_color("#ffffff")
    plot.addItem(item)
    x = np.linspace(0, 1, n_points)
    item.set_points(x, np.where(np.arange(n_points) % 2, 1.0, 0.0))
    plot.setXRange(0, 1, padding=0)
    plot.setYRange(-1, 2, padding=0)
    plot.resize(400, 300)
    plot.show()
    qtbot.waitExposed(plot)
    image = plot.grab().toImage()
    lit = np.array(
        [[image.pixelColor(c, r).red() > 128 for c in range(5, 395)] for r in range(0, 300, 5)]
    )
    rows = np.arange(0, 300, 5)
    middle = lit[(rows > 110) & (rows < 190)]
    assert not lit[(rows < 95) | (rows > 205)].any()
    if n_points == 4000:
        assert middle.all()
    else:
        # Each row is crossed once by each of the 49 pieces.
        assert set((np.diff(middle.astype(int), axis=1) == 1).sum(axis=1)) <= {47, 48, 49}
