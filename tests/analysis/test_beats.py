"""The beats of a step against finite differences, an independent update, and the run itself."""

import itertools

import numpy as np
import pytest

from gdviz.analysis.beats import SCOPES, Unwanted, beats_of
from gdviz.analysis.forward_means import forward_means
from gdviz.data.dataset import Dataset, Split
from gdviz.nn import network
from gdviz.nn.costs import COSTS
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Parameters
from gdviz.training.config import TrainingConfig
from gdviz.training.state import initial_state
from gdviz.training.trainer import Trainer

ENGINE = "numpy"


def small_dataset(n=90):
    generator = np.random.default_rng(5)
    images = generator.random((n, 16)).astype(np.float32)
    split = Split(images, generator.integers(0, 10, n).astype(np.uint8))
    return Dataset("small", "small", split, split)


@pytest.fixture(scope="module")
def dataset():
    return small_dataset()


def config_of(**settings):
    settings = {"layer_sizes": (16, 5, 4, 10), "mini_batch": 8, "learning_rate": 0.3} | settings
    return TrainingConfig().replace(**settings)


def later(config, dataset, n_steps=5):
    """A state after some steps: the optimizer remembers something."""
    trainer = Trainer(config, dataset, engine=ENGINE)
    trainer.advance(n_steps)
    return trainer.state()


DISTURBED = {
    "l1": 1e-3,
    "l2": 1e-2,
    "dropout": 0.3,
    "schedule": "exponential",
    "augment_noise": 0.1,
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("settings", [{}, DISTURBED], ids=["plain", "disturbed"])
def test_mini_batch_is_the_run_s_next_step_to_the_bit(dataset, optimizer, settings):
    config = config_of(optimizer=optimizer, **settings)
    state = later(config, dataset)
    beats = beats_of(config, dataset, state, ENGINE, "mini_batch")
    trainer = Trainer(config, dataset, state, ENGINE)
    records = trainer.advance(1)
    np.testing.assert_array_equal(beats.after.vector, trainer.parameters.vector)
    np.testing.assert_array_equal(beats.gradient.vector, trainer.gradient.vector)
    assert beats.forward.cost == pytest.approx(float(records["cost"][0]), rel=1e-5)
    assert beats.learning_rate == pytest.approx(float(records["learning_rate"][0]))
    assert (beats.forward.n_examples, beats.n_batch) == (8, 8)


def test_last_mini_batch_of_an_epoch_has_fewer_examples(dataset):
    config = config_of()
    state = later(config, dataset, 11)
    beats = beats_of(config, dataset, state, ENGINE, "mini_batch")
    assert beats.forward.n_examples == 90 - 88


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(
    ("cost", "output"),
    [(c.key, output) for c in COSTS.values() for output in c.outputs],
)
def test_gradient_agrees_with_finite_differences_of_the_cost(dataset, scope, cost, output):
    config = config_of(cost=cost, output_activation=output)
    beats = beats_of(config, dataset, initial_state(config), ENGINE, scope, position=3)
    rows = {"example": [beats.row], "all": np.arange(90)}.get(scope)
    if rows is None:
        rows = np.random.default_rng([config.seed, 1, 0]).permutation(90)[:8]
    images = dataset.train.images[rows].astype(np.float64)
    targets = np.eye(10)[dataset.train.labels[rows]]
    where = beats.before.vector.astype(np.float64)

    def cost_at(vector):
        there = Parameters(vector, beats.before.layout)
        return network.mean_cost(config.architecture, there, images, targets, cost)

    assert beats.forward.cost == pytest.approx(cost_at(where), rel=1e-5)
    for index in np.random.default_rng(0).integers(0, where.size, 6):
        shift = np.zeros_like(where)
        shift[index] = 1e-5
        slope = (cost_at(where + shift) - cost_at(where - shift)) / 2e-5
        assert beats.gradient.vector[index] == pytest.approx(slope, rel=2e-3, abs=2e-6)


@pytest.mark.parametrize("scope", ["example", "all"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_step_over_other_examples_is_the_optimizer_s_with_its_memory(dataset, scope, optimizer):
    config = config_of(optimizer=optimizer)
    state = later(config, dataset)
    beats = beats_of(config, dataset, state, ENGINE, scope)
    vector, memory = state.parameters.vector.copy(), state.optimizer_state.copy()
    OPTIMIZERS[optimizer].update(
        vector, beats.gradient.vector, memory, state.optimizer_step + 1, 0.3
    )
    np.testing.assert_allclose(beats.after.vector, vector, rtol=1e-6, atol=1e-9)
    assert beats.is_plain == (optimizer == "gradient_descent")
    if beats.is_plain:
        np.testing.assert_allclose(beats.step, beats.downhill, atol=1e-7)


def test_nothing_of_the_state_is_written_to(dataset):
    config = config_of(optimizer="adam")
    state = later(config, dataset)
    before = state.parameters.vector.copy(), state.optimizer_state.copy()
    for scope in SCOPES:
        beats_of(config, dataset, state, ENGINE, scope)
    np.testing.assert_array_equal(state.parameters.vector, before[0])
    np.testing.assert_array_equal(state.optimizer_state, before[1])


def test_one_example_is_one_of_the_next_mini_batch(dataset):
    config = config_of()
    state = later(config, dataset)
    order = np.random.default_rng([config.seed, 1, 0]).permutation(90)
    found = [beats_of(config, dataset, state, ENGINE, "example", k) for k in (0, 7, 99)]
    assert [beats.row for beats in found] == [order[40], order[47], order[47]]
    assert [beats.position for beats in found] == [0, 7, 7]
    assert found[0].label == dataset.train.labels[order[40]]
    np.testing.assert_allclose(found[0].forward.image, dataset.train.images[order[40]])


def test_mini_batch_gradient_is_the_mean_of_its_examples(dataset):
    config = config_of()
    state = initial_state(config)
    ones = [beats_of(config, dataset, state, ENGINE, "example", k) for k in range(8)]
    whole = beats_of(config, dataset, state, ENGINE, "mini_batch")
    mean = np.mean([one.gradient.vector for one in ones], axis=0)
    np.testing.assert_allclose(whole.gradient.vector, mean, atol=1e-7)
    assert whole.forward.cost == pytest.approx(np.mean([one.forward.cost for one in ones]))


def test_bias_gradient_is_the_mean_error_of_its_neuron(dataset):
    """What the discs show: ∂C/∂b of the last layer is the mean of 2(a − y) a (1 − a)."""
    config = config_of()
    beats = beats_of(config, dataset, initial_state(config), ENGINE, "all")
    passed = network.forward(config.architecture, beats.before, dataset.train.images)
    outputs, targets = passed.outputs, np.eye(10)[dataset.train.labels]
    errors = 2 * (outputs - targets) * outputs * (1 - outputs)
    np.testing.assert_allclose(beats.gradient.biases[-1], errors.mean(axis=0), atol=1e-6)


@pytest.mark.parametrize(
    ("cost", "output"),
    [(c.key, output) for c in COSTS.values() for output in c.outputs],
)
def test_costs_of_the_outputs_add_up_to_the_cost(dataset, cost, output):
    config = config_of(cost=cost, output_activation=output)
    parameters = initial_state(config).parameters
    images, labels = dataset.train.images, dataset.train.labels
    means = forward_means(config.architecture, parameters, images, labels, cost)
    targets = network.one_hot(labels)
    expected = network.mean_cost(config.architecture, parameters, images, targets, cost)
    assert means.cost == pytest.approx(expected, rel=1e-5)
    assert (means.output_costs >= 0).all()


def test_means_do_not_depend_on_how_examples_are_cut():
    dataset = small_dataset(2300)
    config = config_of()
    beats = beats_of(config, dataset, initial_state(config), ENGINE, "all")
    whole = forward_means(
        config.architecture, beats.before, dataset.train.images, dataset.train.labels, config.cost
    )
    for name in ("image", "targets", "squares", "output_costs"):
        expected = getattr(whole, name)
        np.testing.assert_allclose(getattr(beats.forward, name), expected, rtol=1e-9)
    for one, other in itertools.chain(
        zip(beats.forward.activations, whole.activations, strict=True),
        zip(beats.forward.weighted_inputs, whole.weighted_inputs, strict=True),
    ):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)
    assert beats.forward.n_right == whole.n_right
    assert beats.forward.n_examples == 2300


def test_a_step_that_is_not_finite_leads_nowhere(dataset):
    config = config_of(hidden_activation="relu", output_activation="identity")
    state = initial_state(config)
    state.parameters.vector.flags.writeable = True
    state.parameters.vector[:] = 1e30
    for scope in SCOPES:
        beats = beats_of(config, dataset, state, ENGINE, scope)
        assert beats.after is None
        assert np.isnan(beats.step).all()


@pytest.mark.parametrize("scope", SCOPES)
def test_told_to_stop_it_stops(dataset, scope):
    config = config_of()
    with pytest.raises(Unwanted):
        beats_of(config, dataset, initial_state(config), ENGINE, scope, should_stop=lambda: True)
