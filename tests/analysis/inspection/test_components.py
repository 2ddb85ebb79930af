"""Positions in the vector against the layers' own arrays."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.inspection import components
from gdviz.nn.parameters import Architecture, Parameters

ARCHITECTURE = Architecture((6, 5, 4, 3))


def some_parameters():
    return Parameters(np.arange(74, dtype=np.float32), ARCHITECTURE.layout)


@given(st.integers(0, 73))
def test_every_component_has_one_place(index):
    layout = ARCHITECTURE.layout
    layer, to, source = components.place_of(layout, index)
    assert components.component_index(layout, layer, to, source) == index
    value = some_parameters()
    entry = value.biases[layer][to] if source is None else value.weights[layer][to, source]
    assert entry == value.vector[index]


def test_weights_are_all_but_the_biases():
    parameters = some_parameters()
    found = components.weight_components(parameters.layout)
    wanted = np.concatenate([weights.ravel() for weights in parameters.weights])
    np.testing.assert_array_equal(parameters.vector[found], wanted)
    assert components.n_weights(parameters.layout) == wanted.size == 62
