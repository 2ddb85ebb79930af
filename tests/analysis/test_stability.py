"""Limits against what the optimizers themselves do on a parabola."""

import math

import numpy as np
import pytest

from gdviz.analysis.stability import CAVEAT, stability, stability_words
from gdviz.nn.optimizers import OPTIMIZERS

WITH_LIMIT = ("gradient_descent", "momentum", "nesterov")


def end_on_a_parabola(optimizer, curvature, learning_rate, n_steps=4000):
    """How far from the bottom of ½ λ x² the real update is after many steps from 1."""
    entry = OPTIMIZERS[optimizer]
    x, memory = np.ones(1), np.zeros((len(entry.arrays), 1))
    for step in range(1, n_steps + 1):
        entry.update(x, curvature * x, memory, step, learning_rate)
        if abs(x[0]) > 1e6:
            break
    return abs(float(x[0]))


@pytest.mark.parametrize("learning_rate", [0.05, 0.7])
@pytest.mark.parametrize("optimizer", WITH_LIMIT)
def test_the_limit_is_where_the_update_itself_breaks_out(optimizer, learning_rate):
    limit = stability(1.0, learning_rate, optimizer).limit
    below, above = 0.99 * limit, 1.01 * limit
    assert stability(below, learning_rate, optimizer).is_stable is True
    assert end_on_a_parabola(optimizer, below, learning_rate) < 1e-3
    assert stability(above, learning_rate, optimizer).is_stable is False
    assert end_on_a_parabola(optimizer, above, learning_rate) > 1e6


def test_every_optimizer_has_a_limit_or_says_that_it_has_none():
    for key in OPTIMIZERS:
        found = stability(1.0, 0.1, key)
        assert math.isnan(found.limit) == (key not in WITH_LIMIT)
        assert (found.is_stable is None) == (key not in WITH_LIMIT)
        assert ("no one limit" in stability_words(found)) == (key not in WITH_LIMIT)


def test_ratio_of_plain_gradient_descent_is_half_the_product():
    assert stability(12.3, 0.5).ratio == pytest.approx(12.3 * 0.5 / 2)
    assert stability(4.0, 0.5).ratio == 1
    assert stability(4.0, 0.5).is_stable is False


WORDS = [
    (
        stability(12.34, 0.5),
        (
            "The largest curvature is 12.3; at η = 0.5 steps of gradient descent are stable "
            "below 2/η = 4: this step is unstable along this direction."
        ),
    ),
    (
        stability(1.0, 0.001),
        (
            "The largest curvature is 1; at η = 0.001 steps of gradient descent are stable "
            "below 2/η = 2,000: this step is stable, at less than 1% of the limit."
        ),
    ),
    (
        stability(19.0, 0.1, "momentum"),
        (
            "The largest curvature is 19; at η = 0.1 steps with momentum are stable below 2(1 + "
            "β)/η = 38: this step is stable, at 50% of the limit."
        ),
    ),
    (
        stability(19.0, 0.1, "nesterov"),
        (
            "The largest curvature is 19; at η = 0.1 steps with Nesterov momentum are stable "
            "below 2(1 + μ)/((1 + 2μ)η) = 13.6: this step is unstable along this direction."
        ),
    ),
    (
        stability(450.0, 0.001, "adam"),
        (
            "The largest curvature is 450. Adam gives each weight a step of its own: no one "
            "limit holds for it. Plain gradient descent at η = 0.001 would be stable below 2/η "
            "= 2,000."
        ),
    ),
    (
        stability(-0.01234, 0.1),
        (
            "The largest curvature is −0.0123: here the cost bends upwards in no direction, and "
            "no limit follows for the step."
        ),
    ),
    (
        stability(3.0, 0.0),
        (
            "The largest curvature is 3; at η = 0 steps of gradient descent are stable below "
            "2/η = ∞: this step is stable, at less than 1% of the limit."
        ),
    ),
]


@pytest.mark.parametrize(("found", "words"), WORDS)
def test_words(found, words):
    assert stability_words(found) == words


def test_the_caveat_names_what_the_limit_leaves_out():
    assert "Mini-batches" in CAVEAT
    assert "edge of stability" in CAVEAT


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((math.nan, 0.1), "curvature of nan"),
        ((1.0, -0.1), "0 or more, not -0.1"),
        ((1.0, math.inf), "0 or more, not inf"),
        ((1.0, 0.1, "newton"), "unknown optimizer 'newton'"),
    ],
)
def test_what_is_none_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        stability(*arguments)
