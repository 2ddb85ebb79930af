import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Parameters
from gdviz.training import forward as forward_module
from gdviz.training.evaluation import evaluate
from gdviz.training.state import epoch_permutation, initial_state, state_of
from gdviz.training.timeline import Timeline
from gdviz.training.trainer import Trainer

FIXTURES_ARE_CONSTANT = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def train(trainer, steps):
    target = trainer.step + steps
    while trainer.step < target and trainer.diverged_at is None:
        trainer.advance(target - trainer.step)


def fingerprint(trainer):
    state = trainer.state()
    return (
        state.parameters.vector.tobytes(),
        state.optimizer_state.tobytes(),
        state.step,
        state.epoch,
        state.position,
        state.optimizer_step,
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@FIXTURES_ARE_CONSTANT
@given(cuts=st.lists(st.integers(1, 30), max_size=6), resume_at=st.integers(0, 60))
def test_how_a_run_is_cut_and_resumed_never_changes_it(
    optimizer, small_config, blobs, cuts, resume_at
):
    config = small_config.replace(optimizer=optimizer, learning_rate=0.05, schedule="cosine")
    straight = Trainer(config, blobs)
    train(straight, 70)
    pieces = Trainer(config, blobs)
    for cut in cuts:
        train(pieces, min(cut, 70 - pieces.step))
    train(pieces, max(0, resume_at - pieces.step))
    resumed = Trainer(config, blobs, pieces.state())
    train(resumed, 70 - resumed.step)
    assert fingerprint(resumed) == fingerprint(straight)


@FIXTURES_ARE_CONSTANT
@given(
    back=st.integers(0, 50),
    changes=st.lists(st.tuples(st.integers(0, 50), st.floats(0.01, 1)), max_size=4),
)
def test_rewind_and_run_equals_never_having_gone_back(small_config, blobs, back, changes):
    trainer = Trainer(small_config.replace(optimizer="momentum", learning_rate=0.1), blobs)
    timeline = Timeline(trainer.keyframe(), byte_limit=0)
    prints = []
    for step in range(51):
        for at, value in changes:
            if at == step:
                trainer.set_learning_rate(value)
        prints.append(fingerprint(trainer))
        if timeline.wants(trainer.step):
            timeline.record(trainer.keyframe())
        train(trainer, 1)
    marks = trainer.marks
    trainer.rewind(timeline.at_or_before(back), back)
    assert fingerprint(trainer) == prints[back]
    assert trainer.marks == tuple(mark for mark in marks if mark.step <= back)
    for step in range(back, 51):
        for mark in marks:
            if mark.step == step > back:
                trainer.set_learning_rate(mark.after)
        assert fingerprint(trainer) == prints[step]
        train(trainer, 1)


def test_records_count_steps_and_epochs(small_config, blobs):
    trainer = Trainer(small_config, blobs)
    assert trainer.steps_per_epoch == 19
    first = trainer.advance(100)
    assert first["step"].tolist() == list(range(1, 20))
    assert first["epoch"][-1] == 1.0
    assert first["epoch"][0] == pytest.approx(16 / 300)
    assert trainer.gradient_examples == 12
    assert (trainer.epoch, trainer.position) == (1, 0)
    assert trainer.advance(1)["step"].tolist() == [20]


def test_recorded_cost_is_that_of_the_mini_batch_before_its_update(small_config, blobs):
    from gdviz.nn import network

    trainer = Trainer(small_config, blobs)
    rows = epoch_permutation(small_config.seed, 0, 300)[:16]
    expected = network.mean_cost(
        small_config.architecture,
        trainer.parameters.copy(),
        blobs.train.inputs(rows),
        network.one_hot(blobs.train.labels[rows], 3),
        "quadratic",
    )
    assert trainer.advance(1)["cost"][0] == pytest.approx(expected, rel=1e-5)


def test_every_example_is_taken_once_an_epoch_in_another_order_each_time():
    orders = [epoch_permutation(0, epoch, 50) for epoch in range(3)]
    for order in orders:
        assert sorted(order) == list(range(50))
    assert (orders[0] != orders[1]).any()
    assert (orders[1] != orders[2]).any()
    assert (epoch_permutation(1, 0, 50) != orders[0]).any()


def test_full_batch_equals_one_large_mini_batch(small_config, mnist):
    """2,500 examples go through the buffers in three chunks; one reference step does the same."""
    from gdviz.nn import network

    config = small_config.replace(
        layer_sizes=(784, 8, 10), mini_batch="all", n_examples=2500, learning_rate=0.5
    )
    trainer = Trainer(config, mnist)
    start = trainer.parameters.copy()
    records = trainer.advance(5)
    assert len(records) == 1
    split = mnist.train.first(2500)
    value, gradient = network.gradient(
        config.architecture,
        start,
        split.inputs(slice(None)),
        network.one_hot(split.labels),
        "quadratic",
    )
    assert records["cost"][0] == pytest.approx(value, rel=1e-5)
    np.testing.assert_allclose(
        trainer.parameters.vector, start.vector - np.float32(0.5) * gradient.vector, atol=2e-6
    )
    assert trainer.epoch == 1


def test_interrupted_full_batch_leaves_no_trace(small_config, mnist):
    config = small_config.replace(layer_sizes=(784, 8, 10), mini_batch="all", n_examples=2500)
    trainer = Trainer(config, mnist)
    before = fingerprint(trainer)
    asked = iter([False, True])
    assert len(trainer.advance(1, lambda: next(asked))) == 0
    assert fingerprint(trainer) == before
    assert len(trainer.advance(1)) == 1


@pytest.mark.parametrize("mini_batch", [16, "all"])
def test_divergence_keeps_the_last_finite_network(small_config, blobs, mini_batch):
    config = small_config.replace(
        hidden_activation="identity",
        output_activation="identity",
        learning_rate=1e6,
        mini_batch=mini_batch,
    )
    trainer = Trainer(config, blobs)
    for _ in range(200):
        if trainer.diverged_at is not None:
            break
        trainer.advance(60)
    assert trainer.diverged_at is not None
    assert trainer.step <= trainer.diverged_at
    assert np.isfinite(trainer.parameters.vector).all()


def mean_gradient_of(config, parameters, split, rows):
    from gdviz.nn import network

    n_outputs = config.layer_sizes[-1]
    return network.gradient(
        config.architecture,
        parameters,
        split.inputs(rows),
        network.one_hot(split.labels[rows], n_outputs),
        config.cost,
    )[1].vector


@pytest.mark.parametrize("engine", ["compiled", "numpy"])
def test_gradient_is_that_of_the_last_step_after_going_back_too(small_config, blobs, engine):
    trainer = Trainer(small_config, blobs, engine=engine)
    start = trainer.keyframe()
    assert trainer.gradient_examples == 0
    gradients, before = [], []
    for _ in range(25):
        before.append(trainer.parameters.copy())
        trainer.advance(1)
        gradients.append(trainer.gradient.vector.tobytes())
        trainer.next_gradient()
        assert trainer.gradient.vector.tobytes() == gradients[-1]
    order = epoch_permutation(small_config.seed, 0, 300)
    expected = mean_gradient_of(small_config, before[18], blobs.train, order[288:])
    for back in (24, 19, 7, 1):
        trainer.rewind(start, back)
        assert trainer.gradient.vector.tobytes() == gradients[back - 1]
        if back == 19:
            assert trainer.gradient_examples == 12
            np.testing.assert_allclose(trainer.gradient.vector, expected, atol=1e-6)
    trainer.rewind(start, 0)
    assert trainer.gradient_examples == 0
    trainer.advance(9)
    assert trainer.gradient.vector.tobytes() == gradients[8]


def test_next_gradient_is_of_the_mini_batch_to_be_taken(small_config, blobs):
    trainer = Trainer(small_config, blobs)
    trainer.advance(18)
    gradient, count = trainer.next_gradient()
    assert (count, trainer.next_mini_batch) == (12, 12)
    assert trainer.next_gradient()[0] is gradient
    assert not gradient.vector.flags.writeable
    trainer.advance(1)
    np.testing.assert_allclose(gradient.vector, trainer.gradient.vector, atol=1e-7)
    assert trainer.next_gradient()[0] is not gradient


def test_a_step_that_is_left_leaves_the_gradient(small_config, mnist):
    config = small_config.replace(layer_sizes=(784, 8, 10), mini_batch="all", n_examples=2500)
    trainer = Trainer(config, mnist)
    gradient, count = trainer.next_gradient()
    assert (count, trainer.next_mini_batch) == (1000, 2500)
    order = epoch_permutation(config.seed, 0, 2500)[:1000]
    expected = mean_gradient_of(config, trainer.parameters.copy(), mnist.train, order)
    np.testing.assert_allclose(gradient.vector, expected, atol=1e-6)
    trainer.advance(1)
    before = trainer.gradient.vector.tobytes()
    asked = iter([False, True])
    assert len(trainer.advance(1, lambda: next(asked))) == 0
    assert trainer.gradient.vector.tobytes() == before
    assert trainer.gradient_examples == 2500


def test_a_gradient_of_a_step_that_was_not_taken_is_not_shown(small_config, blobs):
    """The cost is not finite at once: what was there before stays."""
    trainer = Trainer(small_config.replace(output_activation="identity"), blobs)
    trainer.advance(3)
    before = trainer.gradient.vector.tobytes()
    engine = trainer._current.ready().engine
    engine.load(np.full_like(engine.vector, 3e38), engine.memory, engine.steps)
    assert len(trainer.advance(5)) == 0
    assert trainer.gradient.vector.tobytes() == before


@pytest.mark.parametrize("mini_batch", [1000, 1001])
def test_an_update_that_is_not_finite_is_told_alike_however_it_was_computed(
    small_config, mnist, mini_batch, monkeypatch
):
    config = small_config.replace(
        layer_sizes=(784, 8, 10), hidden_activation="relu", output_activation="identity",
        n_examples=3003, learning_rate=1e9, mini_batch=mini_batch,
    )  # fmt: skip
    start = initial_state(config).parameters
    large = Parameters(start.vector * np.float32(1e8), start.layout)
    trainer = Trainer(config, mnist, state_of(config, large))
    monkeypatch.setattr(
        forward_module, "learning_rates", lambda *of: np.full(of[-1], 1e38, np.float32)
    )
    assert len(trainer.advance(1)) == 0
    assert (trainer.step, trainer.diverged_at) == (0, 1)


@pytest.mark.parametrize("engine", ["compiled", "numpy"])
def test_a_small_network_learns(small_config, blobs, engine):
    trainer = Trainer(small_config, blobs, engine=engine)
    start = evaluate(small_config.architecture, trainer.parameters, blobs, "quadratic")
    while trainer.epoch < 12:
        trainer.advance(50)
    end = evaluate(small_config.architecture, trainer.parameters, blobs, "quadratic")
    assert end.test_correct >= 85
    assert end.test_cost < 0.3 * start.test_cost


def test_learning_rate_set_twice_before_a_step_is_one_mark(small_config, blobs):
    trainer = Trainer(small_config, blobs)
    train(trainer, 3)
    trainer.set_learning_rate(0.2)
    trainer.set_learning_rate(0.1)
    assert [mark.title for mark in trainer.marks] == ["η 0.5 → 0.1"]
    trainer.set_learning_rate(0.5)
    assert trainer.marks == ()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"layer_sizes": (15, 8, 3)}, "takes 15 inputs, but an image of blobs has 16"),
        ({"layer_sizes": (16, 8, 2)}, "has 2 outputs, but blobs has 3 classes"),
        ({"n_examples": 301}, "301 training examples were asked for, blobs has 300"),
    ],
)
def test_a_config_that_does_not_fit_is_refused(small_config, blobs, change, sentence):
    with pytest.raises(ValueError, match=sentence):
        Trainer(small_config.replace(**change), blobs)


def test_a_state_of_another_network_is_refused(small_config, blobs):
    other = Trainer(small_config.replace(optimizer="adam"), blobs).state()
    with pytest.raises(ValueError, match="2 optimizer arrays does not fit 16-8-3"):
        Trainer(small_config, blobs, other)


@pytest.mark.parametrize("mini_batch", [1000, 1001])
def test_a_cost_beyond_float32_is_not_finite_however_it_was_computed(
    small_config, mnist, mini_batch
):
    """The sum over the examples is kept in float64; what is recorded is float32."""
    config = small_config.replace(
        layer_sizes=(784, 8, 10), hidden_activation="relu", output_activation="identity",
        n_examples=3003, learning_rate=1e9, mini_batch=mini_batch,
    )  # fmt: skip
    start = initial_state(config).parameters
    vector = np.zeros_like(start.vector)
    vector[-10:] = 1e19  # Ten outputs of 1e19: each squares to 1e38, together they do not fit.
    trainer = Trainer(config, mnist, state_of(config, Parameters(vector, start.layout)))
    assert len(trainer.advance(1)) == 0
    assert (trainer.step, trainer.diverged_at) == (0, 0)
