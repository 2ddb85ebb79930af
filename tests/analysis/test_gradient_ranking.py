"""Orders, filters and words of a gradient, against slow definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.component_places import component_places
from gdviz.analysis.gradient_ranking import (
    Filter,
    concentration,
    n_neurons,
    ordered,
    rank_of,
    thresholds,
)
from gdviz.analysis.gradient_summary import carried
from gdviz.nn.parameters import Architecture, Parameters

LAYOUT = Architecture((5, 4, 3)).layout
SEEDS = st.integers(0, 10**6)


def parameters_of(seed):
    return Parameters(np.random.default_rng(seed).normal(size=LAYOUT.size).round(1), LAYOUT)


def weights_of(gradient):
    return np.concatenate([w.ravel() for w in gradient.weights])


@given(SEEDS)
def test_words_divide_the_weights_at_half_and_nine_tenths(seed):
    gradient = Parameters(np.random.default_rng(seed).normal(size=LAYOUT.size), LAYOUT)
    limits = thresholds(gradient)
    squares = weights_of(gradient) ** 2
    for threshold, count, share in (
        (limits.a_lot, limits.n_half, 0.5),
        (limits.somewhat, limits.n_most, 0.9),
    ):
        chosen = squares >= threshold**2
        assert chosen.sum() == count
        assert squares[chosen].sum() >= share * squares.sum()
        # One fewer, the least of them, would not do.
        assert squares[chosen].sum() - squares[chosen].min() < share * squares.sum()
    words = limits.words_of(gradient.vector)
    for index, size in enumerate(np.abs(gradient.vector)):
        assert words[index] == (0 if size >= limits.a_lot else 1 if size >= limits.somewhat else 2)


def test_nothing_matters_where_the_gradient_is_zero():
    gradient = Parameters(np.zeros(LAYOUT.size), LAYOUT)
    limits = thresholds(gradient)
    assert (limits.words_of(gradient.vector) == 2).all()
    assert (limits.n_half, limits.n_most) == (0, 0)
    assert not concentration(gradient).any()


@given(SEEDS)
def test_concentration_agrees_with_the_count_that_carries_a_share(seed):
    gradient = Parameters(np.random.default_rng(seed).normal(size=LAYOUT.size), LAYOUT)
    curve = concentration(gradient)
    assert (np.diff(curve) >= 0).all()
    assert curve[-1] == 1
    squares = sorted((float(w) ** 2 for w in weights_of(gradient)), reverse=True)
    np.testing.assert_allclose(curve, [sum(squares[: k + 1]) / sum(squares) for k in range(32)])
    for share in (0.5, 0.9):
        assert carried(gradient, [share])[0] == int((curve < share).sum()) + 1


@given(SEEDS, st.sampled_from(["size", "component", "value", "position"]), st.booleans())
def test_order_is_that_of_a_stable_sort(seed, key, reverse):
    gradient, parameters = parameters_of(seed), parameters_of(seed + 1)
    passes = np.random.default_rng(seed).random(LAYOUT.size) < 0.7
    keys = {
        "size": lambda k: -abs(gradient.vector[k]),
        "component": lambda k: gradient.vector[k],
        "value": lambda k: -parameters.vector[k],
        "position": lambda k: k,
    }
    sign = -1 if reverse else 1
    expected = sorted(np.flatnonzero(passes).tolist(), key=lambda k: sign * keys[key](k))
    assert ordered(gradient, parameters, key, passes, reverse=reverse).tolist() == expected


def test_unknown_order_is_refused():
    gradient = parameters_of(0)
    with pytest.raises(ValueError, match="sorted by one of"):
        ordered(gradient, gradient, "name", np.ones(LAYOUT.size, bool))


@given(
    SEEDS,
    st.sampled_from([None, 0, 1]),
    st.sampled_from([None, 0, 2]),
    st.sampled_from([-1, 0, 1]),
    st.sampled_from([None, 0, 1, 2]),
    st.sampled_from(["", "bias", "output"]),
)
def test_filter_lists_what_passes_every_part(seed, layer, neuron, sign, word, search):
    gradient = parameters_of(seed)
    limits, places = thresholds(gradient), component_places(LAYOUT)
    passes = Filter(search, layer, neuron, sign, word).passes(gradient, limits)
    words = limits.words_of(gradient.vector)
    for k in range(LAYOUT.size):
        downhill = -gradient.vector[k]
        assert passes[k] == (
            (layer is None or places.layer[k] == layer)
            and (neuron is None or places.neuron[k] == neuron)
            and (sign == 0 or downhill * sign > 0)
            and (word is None or words[k] == word)
            and search in LAYOUT.component_title(k)
        )


def test_rank_counts_what_is_larger():
    gradient = Parameters(np.zeros(LAYOUT.size), LAYOUT)
    gradient.vector[[3, 5, 9]] = [-4, 2, 2]
    assert [rank_of(gradient, k) for k in (3, 5, 9, 0)] == [1, 2, 2, 4]


def test_neurons_of_a_layer_and_of_any():
    assert [n_neurons(LAYOUT, layer) for layer in (0, 1, None)] == [4, 3, 4]
