"""Directions of single weights and of steepest descent."""

import numpy as np
import pytest

from gdviz.analysis.lines import (
    descent_direction,
    descent_line,
    extreme_weights,
    unit_direction,
    weight_line,
)
from gdviz.nn.parameters import Layout, Parameters

LAYOUT = Layout((2, 2, 2))  # 4 weights, 2 biases, 4 weights, 2 biases


def test_unit_direction_moves_one_component():
    np.testing.assert_array_equal(unit_direction(4, 2), [0, 0, 1, 0])
    for index in (-1, 4):
        with pytest.raises(IndexError, match=f"component {index} is outside a vector of 4"):
            unit_direction(4, index)


def test_descent_direction_points_down_with_length_1():
    gradient = np.array([3, 0, -4], np.float32)
    np.testing.assert_allclose(descent_direction(gradient), [-0.6, 0, 0.8], rtol=1e-12)
    for bad in (np.zeros(3), np.array([np.nan, 1, 1])):
        with pytest.raises(ValueError, match="no direction"):
            descent_direction(bad)


def test_extreme_weights_leave_out_biases_and_zeros():
    #                    weights          biases      weights              biases
    vector = np.array([0.0, 0.3, -0.1, 0, 9, 1e-9, -0.7, 0.2, 0.7, -0.05, -8, 1e-8])
    assert extreme_weights(Parameters(vector, LAYOUT)) == (6, 9)


def test_where_no_weight_has_a_slope_none_is_extreme():
    vector = np.zeros(12)
    vector[4] = 1  # a bias
    with pytest.raises(ValueError, match="0 in every weight"):
        extreme_weights(Parameters(vector, LAYOUT))
    vector[1] = np.nan
    with pytest.raises(ValueError, match="not finite"):
        extreme_weights(Parameters(vector, LAYOUT))


def test_lines_carry_the_names_people_know():
    line = weight_line(LAYOUT, 7)
    assert line.title == "output  0 ← 1"
    np.testing.assert_array_equal(line.direction, np.eye(12)[7])
    line = descent_line(-np.eye(12)[3])
    assert line.title == "−∇C"
    np.testing.assert_array_equal(line.direction, np.eye(12)[3])
