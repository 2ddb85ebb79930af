"""Orders and filters of images, and the histogram of their costs, against plain loops."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gdviz.analysis.inspection.mistakes import (
    Choice,
    _falling,
    chosen_rows,
    cost_histogram,
    in_order,
    round_up,
)


def test_mistakes_are_all_that_are_wrong(drawn):
    outcomes = drawn()
    rows = chosen_rows(outcomes, Choice())
    said = outcomes.outputs.argmax(axis=1)
    assert rows.tolist() == [k for k in range(1_000) if said[k] != outcomes.labels[k]]


def test_a_cell_holds_what_was_taken_for_what(drawn):
    outcomes = drawn()
    for cell in ((3, 5), (4, 4)):
        rows = chosen_rows(outcomes, Choice(cell=cell)).tolist()
        pairs = list(zip(outcomes.labels.tolist(), outcomes.said.tolist(), strict=True))
        assert rows == [k for k, pair in enumerate(pairs) if pair == cell]
        assert rows


def test_by_confidence_is_the_largest_output_first(drawn):
    outcomes = drawn()
    rows = chosen_rows(outcomes, Choice())
    found = in_order(outcomes, rows, "confidence").tolist()
    assert found == sorted(rows.tolist(), key=lambda k: (-max(outcomes.outputs[k]), k))


def test_by_cost_is_the_highest_first(drawn):
    outcomes = drawn()
    rows = chosen_rows(outcomes, Choice())
    found = in_order(outcomes, rows, "cost").tolist()
    assert found == sorted(rows.tolist(), key=lambda k: (-np.float32(outcomes.costs[k]), k))


def test_by_pair_is_label_then_said_then_confidence(drawn):
    outcomes = drawn()
    rows = chosen_rows(outcomes, Choice())
    found = in_order(outcomes, rows, "pair").tolist()
    assert found == sorted(
        rows.tolist(),
        key=lambda k: (outcomes.labels[k], outcomes.said[k], -max(outcomes.outputs[k]), k),
    )


@given(st.lists(st.floats(width=32), max_size=40))
def test_any_numbers_are_put_in_falling_order(values):
    found = _falling(np.array(values, np.float32)).tolist()
    assert found == sorted(
        range(len(values)),
        key=lambda k: (math.isnan(values[k]), -values[k] if values[k] == values[k] else 0, k),
    )


def test_what_is_not_a_number_comes_last(made):
    outcomes = made([[0, np.nan], [0, 2], [0, 1]], [1, 0, 0])
    assert in_order(outcomes, np.arange(3), "confidence").tolist() == [1, 2, 0]
    assert in_order(outcomes, np.arange(3), "cost").tolist() == [1, 2, 0]


@pytest.mark.parametrize("logarithmic", [False, True])
def test_every_cost_is_in_one_bin(drawn, logarithmic):
    outcomes = drawn(5_000)
    found = cost_histogram(outcomes, logarithmic=logarithmic)
    assert found.counts.sum() + found.n_below == 5_000
    assert found.n_wrong.sum() + found.n_right.sum() == found.counts.sum()
    assert found.mean == pytest.approx(sum(outcomes.costs.tolist()) / 5_000)
    for k in range(len(found.counts)):
        low, high = found.edges[k], found.edges[k + 1]
        rows = chosen_rows(outcomes, Choice(costs=(low, high)))
        assert len(rows) == found.counts[k]
        assert int((~outcomes.is_right[rows]).sum()) == found.n_wrong[k]
        if len(rows):
            assert found.bin_of(float(outcomes.costs[rows[0]])) == k
    assert found.bin_of(float(found.edges[-1])) is None
    assert found.bin_of(-1.0) is None


def with_costs(outcomes, costs):
    """Give outcomes with other costs."""
    return dataclasses.replace(outcomes, costs=np.asarray(costs, float))


@given(
    st.lists(st.floats(0, 1e30), min_size=1, max_size=30),
    st.booleans(),
)
@example([5e-324], False)
@example([5e-324], True)
def test_no_cost_is_lost_whatever_they_are(costs, logarithmic):
    from .conftest import made_outcomes

    outcomes = with_costs(made_outcomes(np.zeros((len(costs), 2)), [0] * len(costs)), costs)
    found = cost_histogram(outcomes, logarithmic=logarithmic)
    assert (np.diff(found.edges) > 0).all()
    assert found.counts.sum() + found.n_below == len(costs)
    assert found.edges[-1] > max(costs)
    if not logarithmic:
        assert found.n_below == 0


def test_costs_that_are_not_finite_are_counted_apart(made):
    outcomes = with_costs(made(np.zeros((4, 2)), [0] * 4), [0.5, np.nan, np.inf, 0.25])
    for logarithmic in (False, True):
        found = cost_histogram(outcomes, logarithmic=logarithmic)
        assert found.n_not_finite == 2
        assert found.counts.sum() == 2
        assert found.mean == 0.375
    nothing = with_costs(outcomes, [np.nan] * 4)
    assert math.isnan(cost_histogram(nothing, logarithmic=True).mean)


def test_logarithmic_edges_stand_at_powers_of_ten(drawn):
    edges = cost_histogram(drawn(), logarithmic=True).edges
    places = np.log10(edges[:-1]) * 5
    np.testing.assert_allclose(places, np.rint(places), atol=1e-9)


@pytest.mark.parametrize(
    ("value", "wanted"), [(1.0, 1.0), (1.01, 1.2), (0.081, 0.1), (1.93, 2.0), (8.1, 10.0)]
)
def test_round_numbers_are_from_above(value, wanted):
    assert round_up(value) == pytest.approx(wanted)
