"""Slices at other steepnesses against the whole network, measured point by point."""

import numpy as np
import pytest

from gdviz.analysis.smoothness import HARD, smoothness
from gdviz.analysis.steep_slice import steep_slice
from gdviz.nn.parameters import Architecture, Parameters

T = np.linspace(-1.5, 1.5, 13)


def problem(output="sigmoid", sizes=(6, 5, 4, 3)):
    draws = np.random.default_rng(3)
    architecture = Architecture(sizes, output_activation=output)
    vector = draws.normal(0, 1, architecture.n_parameters).astype(np.float32)
    direction = draws.normal(0, 1, architecture.n_parameters)
    parameters = Parameters(vector, architecture.layout)
    return architecture, parameters, direction, draws.random((30, 6)), draws.integers(0, 3, 30)


@pytest.mark.parametrize("sizes", [(6, 5, 4, 3), (6, 3)])
@pytest.mark.parametrize("steepness", [1.0, 6.0, HARD])
@pytest.mark.parametrize(
    ("output", "cost"),
    [("sigmoid", "quadratic"), ("sigmoid", "cross_entropy"), ("softmax", "cross_entropy")],
)
def test_each_point_is_the_cost_of_the_displaced_network(sizes, steepness, output, cost):
    architecture, parameters, direction, images, labels = problem(output, sizes)
    found = steep_slice(architecture, parameters, direction, T, images, labels, cost, steepness)
    for t, value in zip(T, found, strict=True):
        moved = Parameters(parameters.vector.astype(float) + t * direction, parameters.layout)
        whole = smoothness(architecture, moved, images, labels, cost, steepness)
        assert value == pytest.approx(whole.cost, rel=1e-12)


def test_with_hard_steps_the_slice_is_a_staircase():
    """Along a weight into the first layer it takes few values, and most neighbours are equal."""
    architecture, parameters, direction, images, labels = problem()
    direction[:] = 0
    direction[2] = 1
    fine = np.linspace(-1, 1, 2001)
    arguments = architecture, parameters, direction, fine, images, labels, "quadratic"
    hard, smooth = steep_slice(*arguments, HARD), steep_slice(*arguments, 1.0)
    assert np.unique(hard).size <= images.shape[0] + 1
    assert (np.diff(hard) == 0).mean() > 0.95
    assert (np.diff(smooth) == 0).mean() < 0.01


def test_other_hidden_activations_have_no_steepness():
    _, parameters, direction, images, labels = problem()
    with pytest.raises(ValueError, match="only sigmoids"):
        steep_slice(
            Architecture((6, 5, 4, 3), "relu"), parameters, direction, T, images, labels,
            "quadratic", 2.0,
        )  # fmt: skip


def test_work_ends_where_look_raises():
    architecture, parameters, direction, images, labels = problem()

    def look():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        steep_slice(
            architecture, parameters, direction, T, images, labels, "quadratic", 2.0, look=look
        )
