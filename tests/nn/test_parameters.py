import pickle

import numpy as np
import pytest

from gdviz.nn.parameters import Architecture, Layout, Parameters


def test_lesson_network_has_13002_parameters():
    architecture = Architecture((784, 16, 16, 10))
    layout = architecture.layout
    sizes = [
        s.stop - s.start
        for pair in zip(layout.weight_slices, layout.bias_slices, strict=True)
        for s in pair
    ]
    assert sizes == [12_544, 16, 256, 16, 160, 10]
    assert architecture.n_parameters == 13_002
    assert architecture.name == "784-16-16-10"


def test_views_share_the_vector():
    layout = Layout((3, 2, 1))
    parameters = Parameters(np.arange(11.0), layout)
    parameters.weights[0][1, 2] = 99
    assert parameters.vector[5] == 99
    np.testing.assert_array_equal(parameters.biases[1], [10])


def test_pickled_parameters_still_share_the_vector():
    parameters = pickle.loads(pickle.dumps(Parameters(np.arange(11.0), Layout((3, 2, 1)))))
    parameters.weights[0][0, 0] = 7
    assert parameters.vector[0] == 7


def test_frozen_copy_cannot_be_written():
    frozen = Parameters(np.arange(11.0), Layout((3, 2, 1))).frozen_copy()
    with pytest.raises(ValueError, match="read-only"):
        frozen.weights[0][0, 0] = 1


def test_component_titles_name_every_component_once():
    layout = Layout((3, 2, 2))
    titles = [layout.component_title(i) for i in range(layout.size)]
    assert len(set(titles)) == layout.size
    assert titles[4] == "hidden 1  1 ← 1"
    assert titles[7] == "hidden 1  bias 1"
    assert titles[-1] == "output  bias 1"
    with pytest.raises(IndexError):
        layout.component_title(layout.size)


@pytest.mark.parametrize("sizes", [(5,), (5, 0, 2), ()])
def test_bad_layer_sizes_are_refused(sizes):
    with pytest.raises(ValueError, match=r"at least (two layers|one neuron)"):
        Architecture(sizes)


@pytest.mark.parametrize("steepness", [0.0, -1.0, 1000.1, float("inf"), float("nan")])
def test_bad_steepness_is_refused(steepness):
    with pytest.raises(ValueError, match="steepness must be above 0 and at most 1,000"):
        Architecture((2, 2), steepness=steepness)


def test_wrong_length_is_refused():
    with pytest.raises(ValueError, match="not \\(11,\\)"):
        Parameters(np.zeros(10), Layout((3, 2, 1)))
