"""Which neurons and layers are drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.inspection.folding import (
    FOLDED_TO,
    MOST_NEURONS,
    shown_layers,
    strongest_neurons,
)


def test_a_layer_that_has_room_is_drawn_whole():
    strengths = np.zeros(MOST_NEURONS)
    np.testing.assert_array_equal(strongest_neurons(strengths), np.arange(MOST_NEURONS))


@given(
    st.lists(st.floats(0, 1e30) | st.just(float("nan")), min_size=25, max_size=90),
    st.sets(st.integers(0, 24), max_size=3),
)
def test_of_a_large_layer_the_strongest_are_drawn(values, kept):
    strengths = np.array(values)
    shown = strongest_neurons(strengths, kept)
    assert len(shown) == FOLDED_TO
    assert (np.diff(shown) > 0).all()
    assert kept <= set(shown.tolist())
    worth = np.where(np.isnan(strengths), -1, strengths)
    others = np.setdiff1d(np.arange(len(values)), shown)
    chosen_by_strength = [row for row in shown if row not in kept]
    assert worth[chosen_by_strength].min() >= worth[others].max()


@pytest.mark.parametrize(
    ("n_layers", "room", "shown"),
    [
        (3, 3, (0, 1, 2)),
        (3, 9, (0, 1, 2)),
        (8, 5, (0, 1, 2, 3, 7)),
        (8, 1, (7,)),
        (8, 0, (7,)),
        (1, 1, (0,)),
    ],
)
def test_the_output_is_always_drawn(n_layers, room, shown):
    assert shown_layers(n_layers, room) == shown
