"""Each number of a beat's diagram against the beats' own arrays."""

import numpy as np
import pytest

from gdviz.analysis.beat_diagrams import BEATS, beat_diagram
from gdviz.analysis.beats import beats_of
from gdviz.data.dataset import Dataset, Split
from gdviz.training.config import TrainingConfig
from gdviz.training.state import initial_state


@pytest.fixture(scope="module")
def beats():
    generator = np.random.default_rng(5)
    images = generator.random((40, 16)).astype(np.float32)
    split = Split(images, generator.integers(0, 10, 40).astype(np.uint8))
    config = TrainingConfig().replace(layer_sizes=(16, 6, 30, 10), mini_batch=8)
    dataset = Dataset("small", "small", split, split)
    return beats_of(config, dataset, initial_state(config), "numpy", "mini_batch")


def expected_tables(beats, beat):
    means, weights = beats.forward, beats.before.weights
    if beat in {"forward", "cost"}:
        return [weights[k] * means.activations[k - 1] for k in (1, 2)], means.activations
    if beat == "gradient":
        return list(beats.gradient.weights[1:]), beats.gradient.biases
    after, before = beats.after, beats.before
    tables = [np.subtract(after.weights[k], before.weights[k], dtype=float) for k in (1, 2)]
    pairs = zip(after.biases, before.biases, strict=True)
    return tables, [np.subtract(a, b, dtype=float) for a, b in pairs]


@pytest.mark.parametrize("beat", BEATS)
def test_edges_and_discs_have_the_beats_own_values(beats, beat):
    diagram = beat_diagram(beats, beat)
    tables, discs = expected_tables(beats, beat)
    for column in diagram.columns:
        np.testing.assert_allclose(column.activations, discs[column.layer][column.indices])
    for edges, table in zip(diagram.edges, tables, strict=True):
        targets = diagram.columns[edges.layer].indices[edges.targets]
        sources = diagram.columns[edges.layer - 1].indices[edges.sources]
        np.testing.assert_allclose(edges.values, table[targets, sources])
        assert edges.n_all == table.size


def test_the_same_neurons_of_a_large_layer_are_drawn_in_every_beat(beats):
    shown = [beat_diagram(beats, beat).columns[1].indices for beat in BEATS]
    assert len(shown[0]) == 20
    for indices in shown[1:]:
        np.testing.assert_array_equal(indices, shown[0])


def test_a_mini_batch_has_no_target_and_one_example_has(beats):
    assert beat_diagram(beats, "cost").target is None
    assert beat_diagram(beats, "cost").cost == beats.forward.cost
