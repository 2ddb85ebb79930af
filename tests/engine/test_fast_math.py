"""The compiled elementary functions against NumPy in float64."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

fast_math = pytest.importorskip("gdviz.engine.fast_math", reason="Numba is not installed")

RELATIVE = 3e-7
SMALLEST_NORMAL = np.finfo(np.float32).tiny
LARGEST = np.finfo(np.float32).max


def softplus(z):
    return np.logaddexp(0, z)


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


FUNCTIONS = {
    "exp": np.exp,
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "softplus": softplus,
}


def computed(name, values, dtype=np.float32):
    result = np.array(values, dtype)
    getattr(fast_math, f"{name}_in_place")(result)
    return result


@pytest.mark.parametrize("name", FUNCTIONS)
def test_float32_is_within_3e_7_of_float64(name):
    values = np.linspace(-110, 110, 400_001).astype(np.float32)
    values = np.concatenate([values, np.linspace(-1, 1, 100_001).astype(np.float32)])
    exact = FUNCTIONS[name](values.astype(np.float64))
    result = computed(name, values)
    normal = (np.abs(exact) > 1.01 * SMALLEST_NORMAL) & (np.abs(exact) <= LARGEST)
    np.testing.assert_allclose(result[normal], exact[normal], rtol=RELATIVE)
    assert np.all(np.abs(result[np.abs(exact) <= SMALLEST_NORMAL]) < 1.01 * SMALLEST_NORMAL)
    assert np.all(np.isinf(result[np.abs(exact) > LARGEST]))


def test_exp_underflows_gradually():
    values = np.linspace(-103, -87.5, 1001).astype(np.float32)
    smallest = 1.5e-45  # the spacing of denormals
    exact = np.exp(values.astype(np.float64))
    np.testing.assert_allclose(computed("exp", values), exact, rtol=RELATIVE, atol=smallest)


def test_log_float32_is_within_3e_7_of_float64():
    generator = np.random.default_rng(0)
    values = np.concatenate(
        [np.exp(generator.uniform(-87, 88, 50_000)), 1 + generator.uniform(-0.4, 0.4, 50_000)]
    )
    values = values.astype(np.float32)
    exact = np.log(values.astype(np.float64))
    np.testing.assert_allclose(computed("log", values), exact, rtol=RELATIVE)


@pytest.mark.parametrize("name", [*FUNCTIONS, "log"])
def test_float64_equals_numpy(name):
    values = np.linspace(-30, 30, 1001) if name != "log" else np.linspace(0.01, 30, 1001)
    exact = FUNCTIONS.get(name, np.log)(values)
    np.testing.assert_allclose(computed(name, values, np.float64), exact, rtol=1e-13)


@pytest.mark.parametrize(
    ("name", "at_minus_infinity", "at_plus_infinity"),
    [("exp", 0, np.inf), ("sigmoid", 0, 1), ("tanh", -1, 1), ("softplus", 0, np.inf)],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_infinities_and_nan(name, at_minus_infinity, at_plus_infinity, dtype):
    result = computed(name, [-np.inf, np.inf, np.nan], dtype)
    np.testing.assert_allclose(result, [at_minus_infinity, at_plus_infinity, np.nan], atol=2e-38)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_denormals_and_zero(name):
    values = np.array([0, 1e-40, -1e-40, SMALLEST_NORMAL], np.float32)
    exact = FUNCTIONS[name](values.astype(np.float64))
    np.testing.assert_allclose(computed(name, values), exact, rtol=RELATIVE, atol=1.5e-45)


def test_log_of_nan_is_nan():
    assert np.isnan(computed("log", [np.nan])[0])


@given(st.integers(0, 40), st.integers(0, 2**32 - 1))
def test_length_does_not_change_the_numbers(length, seed):
    """Vector instructions take eight at a time: the left-over ones must come out the same."""
    values = np.random.default_rng(seed).normal(0, 5, length).astype(np.float32)
    one_by_one = [computed("sigmoid", [value])[0] for value in values]
    np.testing.assert_array_equal(computed("sigmoid", values), np.array(one_by_one, np.float32))
