"""Tensors of unknown names, put in the order of the layers."""

import itertools
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.storage.readers.ordering import chain_of, ordered_layers


def _layers(sizes, seed=0):
    generator = np.random.default_rng(seed)
    weights = [generator.normal(size=(b, a)) for a, b in itertools.pairwise(sizes)]
    return weights, [generator.normal(size=size) for size in sizes[1:]]


def _assert_layers(found, weights, biases):
    assert len(found.weights) == len(weights)
    for one, other in zip(found.weights, weights, strict=True):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(found.biases, biases, strict=True):
        np.testing.assert_array_equal(one, other)


BIAS_SHAPES = {"(n,)": lambda b: b, "(n, 1)": lambda b: b[:, None], "(1, n)": lambda b: b[None]}
NAMES = {
    "W0": ("W{}", "b{}", 0),
    "W1": ("W{}", "b{}", 1),
    "fc1.weight": ("fc{}.weight", "fc{}.bias", 1),
    "0.weight": ("{}.weight", "{}.bias", 0),
    "coefs_0": ("coefs_{}", "intercepts_{}", 0),
    "dense/kernel": ("dense_{}/kernel:0", "dense_{}/bias:0", 8),
    "arr_0": None,
}


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("bias_shape", BIAS_SHAPES)
@pytest.mark.parametrize("naming", NAMES)
@pytest.mark.parametrize("sizes", [(784, 16, 16, 10), (784, 30, 20, 10), (7, 5, 3)])
def test_ordered_layers_any_naming_and_orientation(sizes, naming, bias_shape, turned):
    """Twelve layers would not be needed to see that 10 comes after 9: see `dense`."""
    weights, biases = _layers(sizes)
    tensors = {}
    for k, (matrix, vector) in enumerate(zip(weights, biases, strict=True)):
        if NAMES[naming] is None:
            names = f"arr_{k}", f"arr_{k + len(weights)}"
        else:
            first, second, start = NAMES[naming]
            names = first.format(k + start), second.format(k + start)
        tensors[names[0]] = matrix.T if turned else matrix
        tensors[names[1]] = BIAS_SHAPES[bias_shape](vector)
    shuffled = dict(sorted(tensors.items(), key=lambda item: item[0][::-1]))
    _assert_layers(ordered_layers(shuffled), weights, biases)


def test_ordered_layers_names_without_order_follow_the_dimensions():
    weights, biases = _layers((784, 30, 20, 10))
    tensors = {}
    for name, k in (("output", 2), ("input", 0), ("middle", 1)):
        tensors |= {f"{name}.weight": weights[k], f"{name}.bias": biases[k]}
    _assert_layers(ordered_layers(tensors), weights, biases)


def test_ordered_layers_one_output_is_no_bias():
    weights, biases = _layers((4, 3, 1))
    tensors = {"w0": weights[0], "b0": biases[0], "w1": weights[1], "b1": biases[1]}
    _assert_layers(ordered_layers(tensors), weights, biases)


def test_ordered_layers_without_biases():
    weights, _ = _layers((784, 12, 10))
    found = ordered_layers({"a": weights[0], "b_matrix": weights[1]})
    _assert_layers(found, weights, [])
    assert found.biases == ()


def test_ordered_layers_other_arrays_are_passed_over():
    weights, biases = _layers((5, 4, 3))
    tensors = {f"W{k}": weights[k] for k in range(2)} | {f"b{k}": biases[k] for k in range(2)}
    extra = {
        "history": np.zeros(100),
        "layers": np.array([5, 4, 3]),
        "activation": np.array("relu"),
        "rate": np.array(0.5),
    }
    _assert_layers(ordered_layers({**extra, **tensors}), weights, biases)


@pytest.mark.parametrize(
    ("shapes", "match"),
    [
        ({}, "no matrix"),
        ({"b": (3,)}, "no matrix"),
        ({"conv": (8, 1, 3, 3), "fc": (10, 8)}, "conv has 4 dimensions"),
        (
            {"W0": (5, 4), "b0": (5,), "W1": (3, 6), "b1": (3,)},
            r"do not fit together: .*W1 \(3, 6\)",
        ),
        ({"W0": (5, 4), "b0": (6,)}, "do not fit together"),
        ({"W0": (5, 4), "W1": (3, 5), "b0": (5,)}, "do not fit together"),
    ],
)
def test_ordered_layers_what_does_not_fit_is_named(shapes, match):
    with pytest.raises(ValueError, match=match):
        ordered_layers({name: np.zeros(shape) for name, shape in shapes.items()})


@given(nodes=st.lists(st.integers(0, 4), min_size=2, max_size=12), random=st.randoms())
def test_chain_of_finds_an_order_whenever_there_is_one(nodes, random):
    edges = list(itertools.pairwise(nodes))
    random.shuffle(edges)
    order = chain_of(edges)
    assert order is not None
    assert sorted(order) == list(range(len(edges)))
    path = [edges[index] for index in order]
    assert all(before[1] == after[0] for before, after in itertools.pairwise(path))


@pytest.mark.parametrize("edges", [[(0, 1), (2, 3)], [(0, 1), (0, 2)], [(0, 0), (1, 1)]])
def test_chain_of_nothing_fits_gives_none(edges):
    assert chain_of(edges) is None


def test_ordered_layers_thousands_of_equal_matrices_do_not_keep_it_busy():
    tensors = {f"x{k}": np.zeros((4, 4)) for k in range(4000)} | {"odd": np.zeros((5, 6))}
    start = time.process_time()
    with pytest.raises(ValueError, match="do not fit"):
        ordered_layers(tensors)
    assert time.process_time() - start < 5, "far above the usual 0.1 s, far below 4,000 factorial"
