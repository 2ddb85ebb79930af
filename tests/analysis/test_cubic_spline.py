"""The spline that refines grids, against SciPy's."""

import numpy as np
import pytest
from scipy.interpolate import RectBivariateSpline, make_interp_spline

from gdviz.analysis.cubic_spline import spline_matrix


@pytest.mark.parametrize("n_points", [2, 3, 4, 5, 6, 17, 41, 101])
@pytest.mark.parametrize("n_places", [2, 40, 401])
def test_it_is_the_spline_of_scipy(n_points, n_places):
    values = np.random.default_rng(n_points).normal(size=n_points)
    place = np.linspace(0, n_points - 1, n_places)
    expected = make_interp_spline(np.arange(n_points), values, k=min(3, n_points - 1))(place)
    found = spline_matrix(n_points, n_places) @ values
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-11)


def test_two_products_are_the_spline_of_a_grid():
    values = np.random.default_rng(5).normal(size=(7, 12))
    expected = RectBivariateSpline(np.arange(7), np.arange(12), values)(
        np.linspace(0, 6, 55), np.linspace(0, 11, 90)
    )
    found = spline_matrix(7, 55) @ values @ spline_matrix(12, 90).T
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-11)


def test_the_points_stay_where_every_cell_is_divided():
    matrix = spline_matrix(9, 8 * 4 + 1)
    np.testing.assert_allclose(matrix[::4], np.eye(9), atol=1e-14)


def test_nobody_writes_into_what_is_kept():
    with pytest.raises(ValueError, match="read-only"):
        spline_matrix(4, 9)[0, 0] = 1.0
