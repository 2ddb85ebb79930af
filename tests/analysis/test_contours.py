"""Contours of surfaces whose contours are known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.contour_labels import place_labels
from gdviz.analysis.contours import contour_levels, contour_lines, refine

U, V = np.linspace(-2, 2, 41), np.linspace(-1.5, 1.5, 31)
BOWL = np.hypot(U, V[:, None])


@given(st.floats(1e-6, 1e6), st.floats(1e-5, 1e6), st.integers(1, 20), st.booleans())
def test_levels_are_rising_and_inside_and_not_too_many(low, extent, count, logarithmic):
    high = low + extent
    levels = contour_levels(low, high, count, logarithmic=logarithmic)
    assert len(levels) <= count
    assert np.all(np.diff(levels) > 0)
    assert np.all((levels > low) & (levels < high + 1e-9 * high))


def test_levels_are_round_numbers():
    np.testing.assert_allclose(contour_levels(0.13, 0.98, 8), np.arange(0.2, 0.95, 0.1))
    np.testing.assert_allclose(
        contour_levels(0.04, 4, 8, logarithmic=True), [0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 3]
    )
    np.testing.assert_allclose(contour_levels(0.9, 1.1, 4, logarithmic=True), [0.95, 1.0, 1.05])


def test_levels_of_an_empty_range_are_none_and_of_no_range_an_error():
    assert len(contour_levels(1, 1, 5)) == 0
    with pytest.raises(ValueError, match="finite range"):
        contour_levels(0, math.nan, 5)
    with pytest.raises(ValueError, match="at least 1"):
        contour_levels(0, 1, 0)


def test_lines_of_a_bowl_are_circles():
    (level, lines), (_, none) = contour_lines(U, V, BOWL, [1.0, 9.0])
    assert level == 1
    assert len(lines) == 1
    np.testing.assert_allclose(np.hypot(*lines[0].T), 1, atol=0.01)
    np.testing.assert_array_equal(lines[0][0], lines[0][-1])
    assert none == []


def test_lines_keep_u_and_v_apart():
    ((_, lines),) = contour_lines(U, V, np.broadcast_to(U, BOWL.shape), [0.55])
    np.testing.assert_allclose(lines[0][:, 0], 0.55)
    assert {lines[0][0, 1], lines[0][-1, 1]} == {-1.5, 1.5}


def test_lines_stop_at_what_is_not_known():
    cost = BOWL.copy()
    cost[:, :20] = np.nan
    ((_, lines),) = contour_lines(U, V, cost, [1.0])
    assert np.concatenate(lines)[:, 0].min() >= U[20]


def test_lines_of_a_transposed_grid_are_refused():
    with pytest.raises(ValueError, match="does not belong"):
        contour_lines(U, V, BOWL.T, [1.0])


def test_labels_lie_on_their_contours_along_them_and_away_from_the_trail():
    lines = contour_lines(U, V, BOWL, [0.5, 1.0, 1.4])
    trail = np.stack([np.linspace(0, 2, 50), np.zeros(50)], axis=1)
    labels = place_labels(lines, (0.0, 0.0), trail, 0.2)
    assert [label.level for label in labels] == [0.5, 1.0, 1.4]
    for label in labels:
        assert math.hypot(label.u, label.v) == pytest.approx(label.level, abs=0.01)
        radial = math.atan2(label.v, label.u)
        assert abs(math.cos(label.angle - radial)) < 0.2, "along the circle, not across"
        assert abs(label.angle) <= math.pi / 2
        assert np.hypot(*(trail - [label.u, label.v]).T).min() >= 0.2
    bearings = [math.atan2(label.v, label.u) for label in labels]
    assert np.ptp(bearings) < 0.01, "on one straight line"


def test_labels_that_would_crowd_are_left_out():
    lines = contour_lines(U, V, BOWL, [0.98, 1.0, 1.02])
    assert len(place_labels(lines, (0.0, 0.0), np.empty((0, 2)), 0.2)) == 1
    assert place_labels([(1.0, [])], (0.0, 0.0), np.empty((0, 2)), 0.2) == []


def test_refine_reproduces_a_cubic_and_keeps_the_grid():
    x, y = np.arange(9.0), np.arange(6.0)
    cost = x**3 - 2 * (y**2)[:, None]
    fine = refine(cost, 4)
    np.testing.assert_allclose(fine[::4, ::4], cost, atol=1e-9)
    fx, fy = np.linspace(0, 8, 33), np.linspace(0, 5, 21)
    np.testing.assert_allclose(fine, fx**3 - 2 * (fy**2)[:, None], atol=1e-9)


def test_refine_of_positive_costs_is_positive_and_takes_a_shape():
    cost = np.full((6, 6), 1e-6)
    cost[2, 3] = 5.0
    fine = refine(cost, (40, 57))
    assert fine.shape == (40, 57)
    assert fine.min() > 0


def test_refine_leaves_unknown_places_unknown_and_the_rest_known():
    cost = BOWL + 1
    cost[:10] = np.nan
    fine = refine(cost, 2)
    assert np.isnan(fine[:19]).all()
    assert np.isfinite(fine[20:]).all()
    np.testing.assert_allclose(fine[30::2, ::2], cost[15:], rtol=1e-6)
    assert np.isnan(refine(np.full((3, 3), np.nan), 2)).all()


def test_refine_of_a_line_is_refused():
    with pytest.raises(ValueError, match="at least 2 by 2"):
        refine(np.zeros((1, 5)), 2)
