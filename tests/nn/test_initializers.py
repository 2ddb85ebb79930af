import numpy as np
import pytest

from gdviz.nn.initializers import INITIALIZERS, initial_parameters
from gdviz.nn.parameters import Architecture

WIDE = Architecture((400, 300, 10))
EXPECTED_DEVIATION = {
    "scaled": 1 / np.sqrt(400),
    "normal": 1.0,
    "he": np.sqrt(2 / 400),
    "xavier": np.sqrt(2 / 700),
    "zeros": 0.0,
}


def test_every_initializer_has_an_expected_deviation():
    assert set(EXPECTED_DEVIATION) == set(INITIALIZERS)


@pytest.mark.parametrize("key", INITIALIZERS)
def test_deviation_of_first_layer(key):
    weights = initial_parameters(WIDE, key, np.random.default_rng(1)).weights[0]
    assert weights.std() == pytest.approx(EXPECTED_DEVIATION[key], rel=0.01)
    assert abs(weights.mean()) < 0.01 * max(EXPECTED_DEVIATION[key], 1e-9) ** 0.5 + 1e-9


@pytest.mark.parametrize("key", INITIALIZERS)
def test_same_seed_same_bytes(key):
    first, second = (
        initial_parameters(WIDE, key, np.random.default_rng([0, 0])).vector.tobytes()
        for _ in range(2)
    )
    assert first == second


def test_unknown_initializer_is_refused():
    with pytest.raises(ValueError, match="unknown initializer 'magic'; one of scaled"):
        initial_parameters(WIDE, "magic", np.random.default_rng(0))
