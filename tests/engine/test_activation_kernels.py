"""The compiled activations and derivatives against the reference in float64."""

import numpy as np
import pytest

from gdviz.nn.activations import ACTIVATIONS

kernels = pytest.importorskip("gdviz.engine.activation_kernels", reason="Numba is not installed")

VALUES = np.concatenate(
    [np.linspace(-110, 110, 100_001), np.linspace(-6, 6, 100_001), np.linspace(-0.1, 0.1, 20_001)]
).astype(np.float32)


def computed(key, values, dtype=np.float32):
    weighted_inputs = np.array(values, dtype)
    activations = np.full_like(weighted_inputs, 99)
    kernels.activate(weighted_inputs, activations, ACTIVATIONS[key].code)
    return activations


def slopes(key, values, dtype=np.float32):
    weighted_inputs = np.array(values, dtype)
    errors = np.ones_like(weighted_inputs)
    activations = computed(key, values, dtype)
    entry = ACTIVATIONS[key]
    is_read = entry.code in kernels.NEEDS_WEIGHTED_INPUTS
    given = weighted_inputs if is_read else np.full_like(weighted_inputs, 99)
    kernels.times_derivative(errors, given, activations, entry.code)
    return errors


def reference(key, values):
    z = np.asarray(values, np.float64)
    a = ACTIVATIONS[key].function(z)
    return a, ACTIVATIONS[key].derivative(z, a)


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_float32_is_within_the_documented_error(key):
    exact, _ = reference(key, VALUES)
    allowed = 3e-7 * np.abs(exact)
    if key == "gelu":
        allowed = np.where(VALUES < 0, 1.5e-7 * (3 + VALUES**2), 4e-7) * np.abs(exact)
    error = np.abs(computed(key, VALUES) - exact)
    # Where SiLU and GELU are next to nothing they stay a small normal number.
    assert (error <= allowed + (1e-34 if key in {"silu", "gelu"} else 2e-38)).all()


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_float32_derivatives_are_at_most_3e_7_off(key):
    _, exact = reference(key, VALUES)
    np.testing.assert_allclose(slopes(key, VALUES), exact, atol=3e-7)


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_float64_equals_the_reference(key):
    values = np.concatenate([np.linspace(-30, 30, 2001), [-1e-9, 1e-9]])
    exact, exact_slopes = reference(key, values)
    np.testing.assert_allclose(computed(key, values, np.float64), exact, rtol=1e-13, atol=1e-15)
    found = slopes(key, values, np.float64)
    np.testing.assert_allclose(found, exact_slopes, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("key", ACTIVATIONS)
def test_in_place_gives_the_same(key, dtype):
    values = np.random.default_rng(0).normal(0, 3, 1003).astype(dtype)
    apart = computed(key, values, dtype)
    kernels.activate(values, values, ACTIVATIONS[key].code)
    np.testing.assert_array_equal(values, apart)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("key", ACTIVATIONS)
def test_far_out_nothing_is_denormal_or_wrong(key, dtype):
    values = np.array([-3e38, -1e30, -1e4, -200, -20, 20, 200, 1e4, 1e30, 3e38], dtype)
    exact, exact_slopes = reference(key, values)
    found = computed(key, values, dtype)
    np.testing.assert_allclose(found, exact, rtol=1e-6, atol=1e-34)
    np.testing.assert_allclose(slopes(key, values, dtype), exact_slopes, atol=3e-7)
    if dtype == np.float32 and key != "softplus":
        is_denormal = (found != 0) & (np.abs(found) < np.finfo(np.float32).tiny)
        assert not is_denormal.any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("key", ACTIVATIONS)
def test_nan_stays(key, dtype):
    """In every lane of a vector instruction, and in errors that are NaN already."""
    for where in range(9):
        values = np.ones(9, dtype)
        values[where] = np.nan
        assert np.flatnonzero(np.isnan(computed(key, values, dtype))).tolist() == [where]
        errors = values.copy()
        ones = np.ones(9, dtype)
        kernels.times_derivative(errors, ones, ones, ACTIVATIONS[key].code)
        assert np.flatnonzero(np.isnan(errors)).tolist() == [where]


@pytest.mark.parametrize("key", ACTIVATIONS)
@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 33])
def test_length_does_not_change_the_numbers(key, length):
    values = np.random.default_rng(length).normal(0, 4, length).astype(np.float32)
    one_by_one = [computed(key, [value])[0] for value in values]
    np.testing.assert_array_equal(computed(key, values), np.array(one_by_one, np.float32))


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_errors_are_multiplied_and_not_replaced(key):
    values = np.array([-0.7, 0.4, 1.2], np.float32)
    errors = np.array([2, -3, 0.5], np.float32)
    before = errors.copy()
    kernels.times_derivative(errors, values, computed(key, values), ACTIVATIONS[key].code)
    np.testing.assert_allclose(errors, before * slopes(key, values), rtol=1e-7)
