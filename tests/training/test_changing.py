"""Settings changed in the middle of a run: from the next step on, marked, replayed to the bit."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gdviz.nn.activations import ACTIVATIONS
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.schedules import SCHEDULES
from gdviz.training.marks import Mark, changed_settings
from gdviz.training.timeline import Timeline
from gdviz.training.trainer import Trainer

FIXTURES_ARE_CONSTANT = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CHANGES = st.one_of(
    st.fixed_dictionaries({"optimizer": st.sampled_from(list(OPTIMIZERS))}),
    st.fixed_dictionaries({"hidden_activation": st.sampled_from(list(ACTIVATIONS))}),
    st.fixed_dictionaries({"schedule": st.sampled_from(list(SCHEDULES))}),
    st.fixed_dictionaries({"mini_batch": st.sampled_from([1, 7, 16, 100, "all"])}),
    st.fixed_dictionaries({"learning_rate": st.floats(0.001, 0.1)}),
    st.fixed_dictionaries({"dropout": st.sampled_from([0.0, 0.3])}),
    st.fixed_dictionaries({"l1": st.sampled_from([0.0, 1e-3]), "l2": st.sampled_from([0.0, 0.01])}),
    st.fixed_dictionaries({"steepness": st.floats(0.5, 3)}),
    st.fixed_dictionaries({"augment_shift": st.sampled_from([0.0, 1.0])}),
    st.fixed_dictionaries({"augment_noise": st.sampled_from([0.0, 0.1])}),
    st.sampled_from(
        [
            {"cost": "quadratic"},
            {"output_activation": "softmax", "cost": "cross_entropy"},
            {"output_activation": "sigmoid"},
        ]
    ),
)


def fingerprint(trainer):
    state = trainer.state()
    return (
        state.parameters.vector.tobytes(),
        state.optimizer_state.tobytes(),
        state.optimizer_step,
        (state.step, state.epoch, state.position),
        trainer.config,
    )


@pytest.mark.parametrize("engine", ["compiled", "numpy"])
@FIXTURES_ARE_CONSTANT
@given(
    back=st.integers(0, 40),
    stride=st.sampled_from([1, 4, 16]),
    changes=st.lists(st.tuples(st.integers(0, 39), CHANGES), max_size=6),
)
def test_a_rewind_replays_every_change_to_the_bit(
    engine, small_config, blobs, back, stride, changes
):
    trainer = Trainer(small_config.replace(learning_rate=0.02), blobs, engine=engine)
    timeline = Timeline(trainer.keyframe())
    timeline.stride = stride
    prints = []
    for step in range(41):
        prints.append(fingerprint(trainer))
        if timeline.wants(trainer.step):
            timeline.record(trainer.keyframe())
        for at, change in changes:
            if at == step:
                trainer.change(trainer.config.replace(**change))
        assert len(trainer.advance(1)) == 1
    trainer.rewind(timeline.at_or_before(max(back - 1, 0)), back)
    found, expected = fingerprint(trainer), prints[back]
    assert found[3] == expected[3]
    assert found[0] == expected[0]
    if not any(mark.step == back for mark in trainer.marks):
        # Else the settings changed there already hold, and a new optimizer's memory is empty.
        assert found == expected


def test_changes_are_marked_once_a_step_and_setting(small_config, blobs):
    trainer = Trainer(small_config, blobs)
    trainer.advance(3)
    trainer.change(trainer.config.replace(optimizer="adam", learning_rate=0.01))
    trainer.change(trainer.config.replace(optimizer="rmsprop"))
    assert set(trainer.marks) == {
        Mark(3, "learning_rate", 0.5, 0.01),
        Mark(3, "optimizer", "gradient_descent", "rmsprop"),
    }
    trainer.change(trainer.config.replace(optimizer="gradient_descent"))
    assert trainer.marks == (Mark(3, "learning_rate", 0.5, 0.01),)


def test_an_optimizer_taken_back_before_a_step_keeps_its_memory(small_config, blobs):
    config = small_config.replace(optimizer="momentum")
    trainer, straight = Trainer(config, blobs), Trainer(config, blobs)
    trainer.advance(5)
    straight.advance(5)
    trainer.change(config.replace(optimizer="adam"))
    assert trainer.state().optimizer_state.shape[0] == 2
    assert not trainer.state().optimizer_state.any()
    trainer.change(config)
    trainer.advance(5)
    straight.advance(5)
    assert fingerprint(trainer) == fingerprint(straight)


@pytest.mark.parametrize(
    "change", [{"seed": 8}, {"layer_sizes": (16, 9, 3)}, {"n_examples": 20}, {"initializer": "he"}]
)
def test_where_a_run_begins_cannot_be_changed(small_config, blobs, change):
    trainer = Trainer(small_config, blobs)
    with pytest.raises(ValueError, match="of a run cannot be changed"):
        trainer.change(small_config.replace(**change))
    assert trainer.config == small_config


def test_a_word_and_the_number_of_epochs_are_no_marks(small_config, blobs):
    trainer = Trainer(small_config, blobs)
    trainer.change(small_config.replace(epochs=9, preset="tweaked"))
    assert (trainer.config.epochs, trainer.marks) == (9, ())
    assert changed_settings(small_config, trainer.config) == []


def test_another_engine_is_marked_and_replayed(small_config, blobs):
    trainer = Trainer(small_config, blobs, engine="numpy")
    start = trainer.keyframe()
    trainer.use_engine("numpy")
    trainer.advance(4)
    trainer.use_engine("compiled")
    assert trainer.marks == (Mark(4, "engine", "numpy", "compiled"),)
    assert trainer.marks[0].title == "engine numpy → compiled"
    trainer.advance(4)
    expected = fingerprint(trainer)
    trainer.advance(3)
    trainer.rewind(start, 8)
    assert fingerprint(trainer) == expected
    assert trainer.engine_name == "compiled"
    trainer.rewind(start, 2)
    assert trainer.engine_name == "numpy"


@pytest.mark.parametrize(
    ("mark", "title"),
    [
        (Mark(1, "learning_rate", 0.5, 1.5), "η 0.5 → 1.5"),
        (Mark(1, "optimizer", "gradient_descent", "adam"), "optimizer Gradient descent → Adam"),
        (Mark(1, "mini_batch", 32, "all"), "mini-batch 32 → all"),
        (Mark(1, "augment_shift", 0.0, 2.0), "shift 0 → 2"),
    ],
)
def test_a_mark_says_what_was_changed(mark, title):
    assert mark.title == title


@pytest.mark.parametrize("engine", ["compiled", "numpy"])
@pytest.mark.parametrize("mini_batch", [7, 16, "all"])
def test_what_is_kept_on_the_way_is_what_standing_there_gives(
    engine, mini_batch, small_config, blobs
):
    config = small_config.replace(optimizer="adam", learning_rate=0.01, mini_batch=mini_batch)
    trainer, walker = (Trainer(config, blobs, engine=engine) for _ in range(2))
    kept = {}
    while trainer.step < 60:
        ahead = (2 - trainer.step) % 5 or 5
        trainer.advance(60 - trainer.step, keep=(trainer.step + ahead, 5))
        kept.update({keyframe.step: keyframe for keyframe in trainer.kept})
    assert sorted(kept) == list(range(2, 60, 5))
    for _ in range(60):
        walker.advance(1)
        keyframe = kept.pop(walker.step, None)
        if keyframe is not None:
            state, expected = keyframe.state, walker.state()
            assert state.parameters.vector.tobytes() == expected.parameters.vector.tobytes()
            assert state.optimizer_state.tobytes() == expected.optimizer_state.tobytes()
            assert (state.epoch, state.position) == (expected.epoch, expected.position)
            assert state.optimizer_step == expected.optimizer_step
    assert not kept


def test_an_opened_run_with_a_mark_where_it_begins_is_replayed(small_config, blobs):
    """η is changed at the step where the file was saved, and again before a step is taken."""
    first = Trainer(small_config, blobs)
    first.advance(5)
    first.set_learning_rate(0.25)
    opened = Trainer(first.config, blobs, first.state())
    start = opened.keyframe()
    opened.set_learning_rate(0.125)
    opened.forget_marks_but(start.state.marks)
    assert opened.marks == (Mark(5, "learning_rate", 0.5, 0.125),)
    begun = opened.keyframe()
    opened.advance(1)
    expected = fingerprint(opened)
    opened.advance(1)
    for keyframe in (begun, start):
        opened.rewind(keyframe, 6)
        assert fingerprint(opened) == expected
        assert opened.marks == (Mark(5, "learning_rate", 0.5, 0.125),)


def test_looking_at_the_next_gradient_loses_no_memory(small_config, blobs):
    config = small_config.replace(optimizer="adam", learning_rate=0.01)
    trainer, straight = Trainer(config, blobs), Trainer(config, blobs)
    trainer.advance(5)
    straight.advance(5)
    trainer.change(config.replace(optimizer="momentum", cost="cross_entropy"))
    gradient, _ = trainer.next_gradient()
    trainer.change(config)
    other, _ = trainer.next_gradient()
    assert gradient.vector.tobytes() != other.vector.tobytes()
    trainer.advance(5)
    straight.advance(5)
    assert fingerprint(trainer) == fingerprint(straight)


def test_going_back_leaves_how_long_to_train(small_config, blobs):
    trainer = Trainer(small_config, blobs)
    start = trainer.keyframe()
    trainer.advance(3)
    trainer.change(trainer.config.replace(epochs=77))
    trainer.rewind(start, 2)
    assert trainer.config.epochs == 77
