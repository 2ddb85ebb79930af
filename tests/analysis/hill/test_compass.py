"""The compass against closed forms on planes and bowls."""

import math

import numpy as np
import pytest

from gdviz.analysis.hill.compass import around, cosine_law, uphill
from gdviz.analysis.hill.formula import parse_formula
from gdviz.analysis.hill.hills import HILLS

PLANE = parse_formula("3x + y + 2", ("x", "y"))
THREE_TO_ONE = HILLS["three_to_one"].formula


def test_on_a_plane_the_cosine_law_is_exact_at_any_radius():
    angles, costs = around(PLANE, (0.3, -0.8), 7.0, 360)
    np.testing.assert_allclose(costs, cosine_law(PLANE, (0.3, -0.8), 7.0, angles), rtol=1e-12)
    exact = 2.1 + 7 * math.sqrt(10) * np.cos(angles - math.atan2(1, 3))
    np.testing.assert_allclose(costs, exact, atol=1e-12)


def test_angles_go_round_once_from_the_first_axis():
    angles, costs = around(PLANE, (0, 0), 1.0, 4)
    np.testing.assert_allclose(angles, [0, math.pi / 2, math.pi, 3 * math.pi / 2])
    np.testing.assert_allclose(costs, [5, 3, -1, 1])


def test_on_a_bowl_what_is_left_over_is_its_bend_times_the_square_of_the_radius():
    for radius in (0.1, 0.2):
        angles, costs = around(THREE_TO_ONE, (1, 1), radius, 90)
        left_over = costs - cosine_law(THREE_TO_ONE, (1, 1), radius, angles)
        bend = (3 * np.cos(angles) ** 2 + np.sin(angles) ** 2) / 2
        np.testing.assert_allclose(left_over, radius**2 * bend, atol=1e-12)


@pytest.mark.parametrize("key", HILLS)
def test_steepest_on_a_small_circle_is_the_gradient_and_level_at_right_angles(key):
    hill = HILLS[key]
    angles, costs = around(hill.formula, hill.start, 1e-6, 3600)
    up = uphill(hill.formula, hill.start)
    difference = (angles[costs.argmax()] - up + math.pi) % (2 * math.pi) - math.pi
    assert abs(difference) < 0.02
    level = cosine_law(hill.formula, hill.start, 1e-6, np.array([up + math.pi / 2]))
    assert level == pytest.approx(hill.formula.value([hill.start]), rel=1e-12)


def test_at_the_bottom_no_direction_is_uphill():
    assert uphill(THREE_TO_ONE, (1, 1)) == pytest.approx(math.atan2(1, 3))
    assert math.isnan(uphill(THREE_TO_ONE, (0, 0)))
    assert math.isnan(uphill(parse_formula("log(x)", ("x", "y")), (-1, 0)))


def test_impossible_circles_are_refused():
    with pytest.raises(ValueError, match="radius"):
        around(PLANE, (0, 0), 0.0, 10)
    with pytest.raises(ValueError, match="direction"):
        around(PLANE, (0, 0), 1.0, 0)
    with pytest.raises(ValueError, match="two variables"):
        around(PLANE, (0, 0, 0), 1.0, 10)
