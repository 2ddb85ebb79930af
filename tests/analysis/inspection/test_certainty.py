"""Certainty is made of its parts, all at one temperature."""

import numpy as np
import pytest

from gdviz.analysis.inspection.certainty import certainty_of


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
@pytest.mark.parametrize("temperature", [1.0, 2.5])
def test_the_parts_are_of_the_outputs_at_the_temperature(drawn, output, temperature):
    outcomes = drawn(output=output)
    found = certainty_of(outcomes, temperature)
    assert found.temperature == temperature
    z = outcomes.weighted_inputs.astype(float) / temperature
    outputs = 1 / (1 + np.exp(-z))
    if output == "softmax":
        outputs = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    largest = outputs.max(axis=1)
    wanted = np.histogram(largest, 10, (0, 1))[0]
    np.testing.assert_array_equal(found.reliability.counts, wanted)
    right = outcomes.labels == outcomes.said
    answered = largest >= 0.8
    assert found.curve.at(0.8).n_answered == answered.sum()
    assert found.curve.at(0.8).n_right == (answered & right).sum()
    at_one = np.histogram(outcomes.outputs.max(axis=1), 40, (0, 1))[0]
    np.testing.assert_array_equal(found.outputs.counts, at_one)


def test_outputs_without_bounds_have_no_reliability_and_no_temperature(made):
    found = certainty_of(made([[4.0, -7.0], [0.0, 9.0]], [0, 0], "identity"), 3.0)
    assert found.reliability is None
    assert found.temperature == 1
    assert found.curve.thresholds.tolist() == [9, 4]
    assert found.curve.risk.tolist() == [1, 0.5]
