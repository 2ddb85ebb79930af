"""Changes by hand: each against its definition, and what they do together."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdviz.analysis.inspection import surgery
from gdviz.analysis.inspection.subject import InspectedNetwork, NeuronPlace
from gdviz.analysis.inspection.surgery import (
    AddNoise,
    MadeElsewhere,
    Prune,
    SetComponent,
    Steepen,
    Surgery,
    SwitchOff,
)
from gdviz.nn.network import forward
from gdviz.nn.parameters import Architecture, Parameters

SIZES = (6, 5, 4, 3)
ARCHITECTURE = Architecture(SIZES)


def some_parameters(seed=0, sizes=SIZES):
    layout = Architecture(sizes).layout
    vector = np.random.default_rng(seed).normal(size=layout.size).astype(np.float32)
    vector.flags.writeable = False
    return Parameters(vector, layout)


def some_network(seed=0):
    return InspectedNetwork("made", ARCHITECTURE, some_parameters(seed), "quadratic", "file")


def test_a_neuron_that_is_switched_off_counts_as_if_its_activation_were_zero():
    before = some_parameters()
    after = surgery.switched_off(before, (NeuronPlace(0, 3), NeuronPlace(1, 0)))
    images = np.random.default_rng(1).random((7, 6)).astype(np.float32)
    # Dropout's masks do the same to activations instead of weights.
    masks = [np.ones((7, 5), np.float32), np.ones((7, 4), np.float32)]
    masks[0][:, 3] = masks[1][:, 0] = 0
    wanted = forward(ARCHITECTURE, before, images, masks).outputs
    np.testing.assert_allclose(
        forward(ARCHITECTURE, after, images).outputs, wanted, rtol=1e-6, atol=1e-7
    )


def test_outputs_and_neurons_that_do_not_exist_cannot_be_switched_off():
    before = some_parameters()
    assert surgery.switched_off(before, (NeuronPlace(2, 0), NeuronPlace(0, 5))) is before
    assert not surgery.can_be_switched_off(NeuronPlace(2, 0), before.layout)
    assert surgery.can_be_switched_off(NeuronPlace(1, 3), before.layout)


@given(st.floats(0, 1), st.integers(0, 5))
def test_pruning_takes_exactly_so_many_and_none_larger_than_any_that_stays(share, seed):
    before = some_parameters(seed)
    after = surgery.pruned(before, share)
    where = surgery.weight_components(before.layout)
    gone = where[(before.vector != after.vector)[where]]
    assert gone.size == round(share * where.size)
    kept = np.setdiff1d(where, gone)
    if gone.size and kept.size:
        assert np.abs(before.vector[gone]).max() <= np.abs(before.vector[kept]).min()
        assert surgery.smallest_weights(before, share)[1] == np.abs(before.vector[gone]).max()
    for before_biases, after_biases in zip(before.biases, after.biases, strict=True):
        np.testing.assert_array_equal(before_biases, after_biases)


@given(
    st.lists(st.sampled_from([0.0, -1.0, 1.0, 2.0, math.nan, math.inf]), min_size=74, max_size=74),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_more_pruning_only_adds_zeros_among_equal_weights_and_no_numbers_too(values, one, other):
    vector = np.array(values, np.float32)
    parameters = Parameters(vector, ARCHITECTURE.layout)
    less, more = (surgery.smallest_weights(parameters, s)[0] for s in sorted((one, other)))
    assert less.size == round(min(one, other) * surgery.n_weights(parameters.layout))
    assert np.isin(less, more).all()
    kept = np.setdiff1d(surgery.weight_components(parameters.layout), less)
    if np.isnan(vector[less]).any():
        assert np.isnan(vector[kept]).all()


def test_noise_has_the_size_that_it_says_in_each_layer_and_leaves_biases():
    before = some_parameters(sizes=(300, 200, 100, 50))
    after = surgery.noisy(before, 0.5, seed=3)
    for w, v, b, c in zip(
        before.weights, after.weights, before.biases, after.biases, strict=True
    ):  # fmt: skip
        wanted = 0.5 * np.sqrt((w**2).mean())
        # A standard deviation of n draws is off by about 1/√(2n): 5 of these.
        assert (v - w).std() == pytest.approx(wanted, rel=5 / np.sqrt(2 * w.size))
        np.testing.assert_array_equal(b, c)
    twice = surgery.noisy(before, 1.0, seed=3)
    np.testing.assert_allclose(
        twice.vector - before.vector, 2 * (after.vector - before.vector), atol=1e-6
    )
    assert (surgery.noisy(before, 0.5, seed=4).vector != after.vector).any()


def test_components_are_found_and_set():
    before = some_parameters()
    index = surgery.component_index(before.layout, 1, 2, 4)
    assert before.vector[index] == before.weights[1][2, 4]
    after = surgery.with_component(before, index, 9.0)
    assert after.weights[1][2, 4] == 9
    assert (after.vector != before.vector).sum() == 1
    with pytest.raises(IndexError, match="74"):
        surgery.with_component(before, 74, 0.0)


@given(st.integers(0, 73))
def test_every_component_has_one_place(index):
    layout = ARCHITECTURE.layout
    layer, to, source = surgery.place_of(layout, index)
    assert surgery.component_index(layout, layer, to, source) == index
    value = some_parameters()
    entry = value.biases[layer][to] if source is None else value.weights[layer][to, source]
    assert entry == value.vector[index]


def test_steepness_goes_from_a_sigmoid_to_a_step():
    assert surgery.steepened(ARCHITECTURE, 30.0).steepness == 30
    step = surgery.steepened(ARCHITECTURE, math.inf)
    assert step.hidden_activation == "step"
    assert (step.output_activation, step.steepness) == ("sigmoid", 1.0)
    relu = Architecture(SIZES, "relu", "softmax")
    assert surgery.steepened(relu, math.inf) == relu
    assert surgery.knows_steepness(ARCHITECTURE)
    assert not surgery.knows_steepness(relu)
    assert surgery.knows_steepness(dataclasses.replace(relu, output_activation="sigmoid"))


CHANGES = st.one_of(
    st.builds(Prune, st.sampled_from([0.0, 0.3, 0.9])),
    st.builds(AddNoise, st.sampled_from([0.0, 0.5]), st.integers(0, 2)),
    st.builds(Steepen, st.sampled_from([math.nan, 5.0, math.inf])),
    st.builds(SetComponent, st.integers(0, 73), st.just(0.25)),
    st.builds(
        SwitchOff,
        st.lists(st.builds(NeuronPlace, st.integers(0, 1), st.integers(0, 3)), max_size=2).map(
            tuple
        ),
    ),
)


@settings(deadline=None)
@given(st.lists(CHANGES, max_size=8))
def test_sliders_that_are_back_at_zero_give_the_very_network(changes):
    whole = Surgery(some_network())
    for change in changes:
        whole = whole.with_change(change)
    for zero in (Prune(0), AddNoise(0, 0), Steepen(math.nan), SwitchOff(())):
        whole = whole.with_change(zero)
    whole = whole.without(SetComponent)
    assert whole.changes == ()
    assert whole.network().parameters is whole.start.parameters
    assert whole.network().architecture == whole.start.architecture


@settings(deadline=None)
@given(st.lists(CHANGES, max_size=8))
def test_a_surgery_holds_one_change_of_a_kind_and_never_writes_to_its_start(changes):
    start = some_network()
    kept = start.parameters.vector.copy()
    whole = Surgery(start)
    for change in changes:
        whole = whole.with_change(change)
        _, parameters = whole.result()
        assert not parameters.vector.flags.writeable
    kinds = [type(c) for c in whole.changes if not isinstance(c, SetComponent)]
    assert len(kinds) == len(set(kinds))
    components = [c.index for c in whole.changes if isinstance(c, SetComponent)]
    assert len(components) == len(set(components))
    np.testing.assert_array_equal(start.parameters.vector, kept)


def test_changes_apply_in_the_order_in_which_they_were_made():
    start = some_network()
    noise_last = Surgery(start).with_change(Prune(0.5)).with_change(AddNoise(0.1, 0))
    prune_last = Surgery(start).with_change(AddNoise(0.1, 0)).with_change(Prune(0.5))
    where = surgery.weight_components(ARCHITECTURE.layout)
    assert (noise_last.result()[1].vector[where] != 0).all()
    assert (prune_last.result()[1].vector[where] == 0).sum() == where.size // 2
    # Moving the first slider again leaves it where it began.
    moved = noise_last.with_change(Prune(0.25))
    assert [type(c) for c in moved.changes] == [Prune, AddNoise]


def test_a_weight_set_by_hand_after_pruning_holds():
    whole = Surgery(some_network()).with_change(SetComponent(0, 0.001))
    whole = whole.with_change(Prune(0.5))
    assert whole.result()[1].vector[0] == 0
    whole = whole.with_change(SetComponent(0, 0.002))
    assert whole.result()[1].vector[0] == np.float32(0.002)
    assert len(whole.changes) == 2


def test_what_was_made_elsewhere_stands_and_what_comes_after_can_be_changed():
    other = some_parameters(5)
    whole = Surgery(some_network()).with_change(Prune(0.5))
    whole = whole.with_change(MadeElsewhere("bias", ARCHITECTURE, other))
    assert whole.result()[1] is other
    again = whole.with_change(Prune(0.25))
    assert [type(c) for c in again.changes] == [Prune, MadeElsewhere, Prune]
    np.testing.assert_array_equal(
        again.result()[1].vector, surgery.pruned(other, 0.25).vector
    )  # fmt: skip
    assert again.present == (Prune(0.25),)
    assert again.without(Prune).changes == whole.changes
