"""Products over blocks of stored images against one product over all of them."""

import numpy as np
import pytest

from gdviz.engine import mean_gradient, mean_hessian, mean_hessian_product, mean_reference_gradient
from gdviz.engine.engine import CHUNK
from gdviz.nn import network
from gdviz.nn.curvature import hessian_product
from gdviz.nn.initializers import initial_parameters
from gdviz.nn.parameters import Architecture, Parameters

ARCHITECTURE = Architecture((784, 16, 10))


def start(dtype=np.float32):
    drawn = initial_parameters(ARCHITECTURE, "scaled", np.random.default_rng(1))
    return Parameters(drawn.vector.astype(dtype), drawn.layout)


def direction():
    return np.random.default_rng(2).standard_normal(ARCHITECTURE.n_parameters)


def test_blocks_of_stored_images_give_the_mean_over_all(mnist):
    n = 2 * CHUNK + 7
    images, labels = mnist.train.images[:n], mnist.train.labels[:n]
    whole = images.astype(np.float64) / 255
    targets = network.one_hot(labels, 10, np.float64)
    exact = start(np.float64)
    expected = hessian_product(ARCHITECTURE, exact, whole, targets, "quadratic", direction())
    scale = np.abs(expected).max()
    for parameters, stored, tolerance in [
        (exact, images, 1e-12),
        (exact, whole, 1e-12),
        (start(), images, 2e-5),
    ]:
        product = mean_hessian_product(
            ARCHITECTURE, parameters, stored, labels, "quadratic", direction()
        )
        assert product.dtype == np.float64
        assert np.abs(product - expected).max() < tolerance * scale


def test_reference_gradient_is_the_engine_s(mnist):
    n = CHUNK + 100
    images, labels = mnist.train.images[:n], mnist.train.labels[:n]
    exact = mean_reference_gradient(ARCHITECTURE, start(np.float64), images, labels, "quadratic")
    _, expected = network.gradient(
        ARCHITECTURE,
        start(np.float64),
        images.astype(np.float64) / 255,
        network.one_hot(labels, 10, np.float64),
        "quadratic",
    )
    scale = np.abs(exact).max()
    assert np.abs(exact - expected.vector).max() < 1e-12 * scale
    quick = mean_gradient(ARCHITECTURE, start(), images, labels, "quadratic")
    assert np.abs(exact - quick.vector).max() < 1e-5 * scale


def test_told_to_stop_between_blocks_nothing_comes_back(mnist):
    asked = []

    def should_stop():
        asked.append(True)
        return len(asked) == 3

    images, labels = mnist.train.images[: 5 * CHUNK], mnist.train.labels[: 5 * CHUNK]
    result = mean_hessian_product(
        ARCHITECTURE, start(), images, labels, "quadratic", direction(), should_stop
    )
    assert result is None
    assert len(asked) == 3


def test_the_more_parameters_the_smaller_the_blocks(mnist, monkeypatch):
    images, labels = mnist.train.images[:35], mnist.train.labels[:35]
    arguments = ARCHITECTURE, start(np.float64), images, labels, "quadratic", direction()
    whole = mean_hessian_product(*arguments)
    monkeypatch.setattr(mean_hessian, "_WORK", 10.0 * ARCHITECTURE.n_parameters)
    asked = []
    in_blocks = mean_hessian_product(*arguments, lambda: bool(asked.append(True)))
    assert len(asked) == 4
    np.testing.assert_allclose(in_blocks, whole, atol=1e-12 * np.abs(whole).max())


def test_a_diverged_network_gives_no_number_and_no_warning(mnist):
    parameters = start()
    parameters.vector[:] = np.inf
    product = mean_hessian_product(
        ARCHITECTURE, parameters, mnist.train.images[:10], mnist.train.labels[:10], "quadratic",
        direction(),
    )  # fmt: skip
    assert not np.isfinite(product).all()


def test_no_examples_are_refused(mnist):
    with pytest.raises(ValueError, match="no examples"):
        mean_hessian_product(
            ARCHITECTURE, start(), mnist.train.images[:0], mnist.train.labels[:0], "quadratic",
            direction(),
        )  # fmt: skip
