"""Each activation's values, its behaviour far out, and the normal distribution behind GELU."""

import math

import numpy as np
import pytest

from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.nn.normal_distribution import cumulative, density, upper_tail

# Worked from the definitions with a pocket calculator's functions.
AT_MINUS_2_0_AND_1 = {
    "identity": (-2, 0, 1),
    "sigmoid": (0.11920292202, 0.5, 0.73105857863),
    "tanh": (-0.96402758008, 0, 0.76159415596),
    "relu": (0, 0, 1),
    "leaky_relu": (-0.02, 0, 1),
    "silu": (-0.23840584404, 0, 0.73105857863),
    "gelu": (-0.04550026390, 0, 0.84134474607),
    "softplus": (0.12692801104, 0.69314718056, 1.31326168752),
    "step": (0, 0, 1),
}
FAR_OUT = np.array([-1e4, -100, 100, 1e4])


def test_every_activation_has_its_row():
    assert set(AT_MINUS_2_0_AND_1) == set(ACTIVATIONS)


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_values(key):
    values = ACTIVATIONS[key].function(np.array([-2.0, 0.0, 1.0]))
    np.testing.assert_allclose(values, AT_MINUS_2_0_AND_1[key], rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("key", ACTIVATIONS)
def test_dtype_and_shape_stay(key, dtype):
    entry = ACTIVATIONS[key]
    z = np.linspace(-3, 3, 6).reshape(2, 3).astype(dtype)
    a = entry.function(z)
    assert (a.dtype, a.shape) == (dtype, z.shape)
    for derivative in (entry.derivative, entry.second_derivative):
        slope = derivative(z, a)
        assert (slope.dtype, slope.shape) == (dtype, z.shape)
    assert not np.shares_memory(a, z)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("key", ACTIVATIONS)
def test_nothing_overflows_and_nan_stays(key, dtype):
    """Warnings are errors: none here. A NaN must reach the cost, where it is seen."""
    entry = ACTIVATIONS[key]
    z = FAR_OUT.astype(dtype)
    a = entry.function(z)
    assert np.isfinite(a).all()
    assert np.isfinite(entry.derivative(z, a)).all()
    np.testing.assert_allclose(entry.second_derivative(z, a), 0, atol=1e-40)
    assert np.isnan(entry.function(np.array([np.nan], dtype))).all()


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_second_derivative_is_the_derivative_s_slope(key):
    entry = ACTIVATIONS[key]
    z = np.linspace(-6, 6, 120)  # 0, where some have a kink, is not among them
    ahead, behind = (entry.derivative(x, entry.function(x)) for x in (z + 1e-5, z - 1e-5))
    second = entry.second_derivative(z, entry.function(z))
    np.testing.assert_allclose(second, (ahead - behind) / 2e-5, atol=1e-9)
    is_straight = key in {"identity", "relu", "leaky_relu", "step"}
    assert np.any(second) != is_straight


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("key", ACTIVATIONS)
def test_second_derivative_of_the_largest_numbers_is_0(key, dtype):
    """The square of such a number overflows."""
    entry = ACTIVATIONS[key]
    z = np.array([-1e30, 1e30], dtype) * dtype(1e7)
    np.testing.assert_array_equal(entry.second_derivative(z, entry.function(z)), 0)


def test_far_out_the_smooth_ones_are_rectifiers():
    for key in ("silu", "gelu", "softplus"):
        entry = ACTIVATIONS[key]
        a = entry.function(FAR_OUT)
        np.testing.assert_allclose(a, np.maximum(FAR_OUT, 0), atol=1e-40)
        np.testing.assert_allclose(entry.derivative(FAR_OUT, a), FAR_OUT > 0, atol=1e-40)


def test_keys_and_codes_are_unique():
    entries = {**ACTIVATIONS, **OUTPUT_ACTIVATIONS}
    assert all(key == entry.key for key, entry in entries.items())
    assert len({entry.code for entry in entries.values()}) == len(entries)
    assert all(OUTPUT_ACTIVATIONS[key] is ACTIVATIONS[key] for key in ("sigmoid", "identity"))


def test_sigmoid_does_not_overflow():
    z = np.array([-1e4, -100, 0, 100, 1e4], np.float32)
    np.testing.assert_allclose(ACTIVATIONS["sigmoid"].function(z), [0, 0, 0.5, 1, 1], atol=1e-7)


def test_upper_tail_is_erfc():
    x = np.concatenate([np.linspace(0, 6, 20_001), np.linspace(6, 25, 2001)])
    exact = np.array([math.erfc(value) for value in x])
    error = np.abs(upper_tail(x) / exact - 1)
    assert (error / (1 + x * x)).max() < 6e-16


def test_cumulative_is_the_normal_distribution():
    z = np.linspace(-8, 8, 20_001)
    exact = np.array([math.erfc(-value / math.sqrt(2)) / 2 for value in z])
    assert np.abs(cumulative(z) - exact).max() < 1e-15
    np.testing.assert_allclose(cumulative(z), exact, rtol=2e-14)
    single = cumulative(z.astype(np.float32))
    assert np.abs(single - exact).max() < 1e-6


def test_density_is_the_cumulative_s_slope():
    z = np.linspace(-5, 5, 101)
    slope = (cumulative(z + 1e-5) - cumulative(z - 1e-5)) / 2e-5
    np.testing.assert_allclose(density(z), slope, atol=1e-10)


def test_the_normal_distribution_at_infinity():
    ends = np.array([-np.inf, np.inf, np.nan])
    np.testing.assert_array_equal(cumulative(ends), [0, 1, np.nan])
    np.testing.assert_array_equal(density(ends), [0, 0, np.nan])
