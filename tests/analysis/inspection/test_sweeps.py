"""Accuracies along a slider against the network at each value by itself."""

import numpy as np
import pytest

from gdviz.analysis.inspection.outcomes import outcomes_of
from gdviz.analysis.inspection.subject import NeuronPlace
from gdviz.analysis.inspection.surgery import AddNoise, Prune, Surgery, SwitchOff
from gdviz.analysis.inspection.sweeps import (
    N_OTHER_DRAWS,
    NOISE_SIZES,
    PRUNED_SHARES,
    n_right,
    noise_changes,
    one_by_one,
    pruning_changes,
    sweep,
)

from .random_networks import random_network


def quiet():
    pass


@pytest.fixture
def split(mnist):
    return mnist.test.first(1_500)


def test_right_ones_are_those_of_the_outcomes(split):
    network = random_network()
    wanted = outcomes_of(network, "test", split, quiet).n_right
    assert n_right(network, split, quiet) == wanted


def test_a_sweep_is_the_surgery_at_each_value(split):
    told = []
    start = Surgery(random_network()).with_change(Prune(0.3)).with_change(AddNoise(0.1, 0))
    found = sweep(start, pruning_changes(), PRUNED_SHARES, split, quiet, told.append)
    assert found.total == 1_500
    assert found.others.size == 0
    for k in (0, 7, 20):
        alone = start.with_change(Prune(PRUNED_SHARES[k])).network()
        assert found.right[k] == n_right(alone, split, quiet)
    assert told == sorted(told)
    assert 0 <= told[0] <= told[-1] < 1
    low, high = found.interval
    assert ((low <= found.accuracy) & (found.accuracy <= high)).all()


def test_noise_is_swept_with_other_draws_beside(split):
    start = Surgery(random_network())
    split = split.first(200)
    found = sweep(start, noise_changes(5), NOISE_SIZES, split, quiet, lambda _: None)
    assert found.others.shape == (N_OTHER_DRAWS, len(NOISE_SIZES))
    # Without noise all draws are the network itself.
    assert set(found.others[:, 0]) == {found.right[0]}
    alone = start.with_change(AddNoise(NOISE_SIZES[3], 7)).network()
    assert found.others[1, 3] == n_right(alone, split, quiet)


def test_each_neuron_is_off_alone(split):
    split = split.first(300)
    both = tuple(SwitchOff((NeuronPlace(1, k),)) for k in (2, 9))
    start = Surgery(random_network()).with_change(SwitchOff((NeuronPlace(0, 1),)))
    found = one_by_one(start, both, split, quiet, lambda _: None)
    for k in range(2):
        alone = Surgery(start.start).with_change(both[k]).network()
        assert found[k] == n_right(alone, split, quiet)


def test_a_sweep_that_nobody_wants_ends(split):
    def stop():
        raise InterruptedError

    with pytest.raises(InterruptedError):
        sweep(Surgery(random_network()), (Prune(0.5),), (0.5,), split, stop, lambda _: None)


def test_pruning_everything_leaves_only_biases(split):
    found = sweep(
        Surgery(random_network()), (Prune(1.0),), (1.0,), split, quiet, lambda _: None
    )  # fmt: skip
    # Every image gets the same answer.
    assert found.right[0] in set(np.bincount(split.labels))
