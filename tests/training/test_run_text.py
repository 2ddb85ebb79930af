"""A run as text: what is written is read back, and every mistake is one sentence."""

import contextlib
import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.nn.activations import ACTIVATIONS
from gdviz.nn.costs import COSTS
from gdviz.nn.initializers import INITIALIZERS
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.schedules import SCHEDULES
from gdviz.training.config import PRESETS, TrainingConfig
from gdviz.training.marks import BALL, ENGINE, Mark, marked
from gdviz.training.run_text import MAXIMUM_CHARACTERS, read_run_text, run_text, start_and_changes
from gdviz.training.trainer import Trainer

LIVE = st.fixed_dictionaries(
    {},
    optional={
        "hidden_activation": st.sampled_from([*ACTIVATIONS]),
        "output_activation": st.sampled_from(["sigmoid", "softmax"]),
        "cost": st.sampled_from([*COSTS]),
        "optimizer": st.sampled_from([*OPTIMIZERS]),
        "learning_rate": st.floats(1e-9, 1e9),
        "schedule": st.sampled_from([*SCHEDULES]),
        "schedule_epochs": st.floats(1e-3, 1e5),
        "mini_batch": st.one_of(st.just("all"), st.integers(1, 2**40)),
        "steepness": st.floats(1e-3, 1000),
        "l1": st.floats(0, 1),
        "l2": st.floats(0, 1),
        "dropout": st.floats(0, 1, exclude_max=True),
        "augment_shift": st.floats(0, 14),
        "augment_rotation": st.floats(0, 180),
        "augment_noise": st.floats(0, 1),
    },
)
STARTS = st.builds(
    lambda live, **fixed: TrainingConfig(**fixed, **live),
    LIVE,
    preset=st.text(),
    data=st.text(min_size=1),
    layer_sizes=st.lists(st.integers(1, 50), min_size=2, max_size=5).map(tuple),
    initializer=st.sampled_from([*INITIALIZERS]),
    epochs=st.integers(0, 100_000),
    seed=st.integers(0, 2**63 - 1),
    n_examples=st.one_of(st.none(), st.integers(1, 10**6)),
    shuffle_labels=st.floats(0, 1),
)


@given(start=STARTS, changes=st.dictionaries(st.integers(1, 10**9), LIVE))
def test_any_run_is_read_back_exactly(start, changes):
    config, marks, expected = start, (), []
    for step, settings in sorted(changes.items()):
        other = config.replace(**settings)
        before = len(marks)
        marks, config = marked(marks, step, config, other), other
        if len(marks) > before:
            values = tuple((mark.setting, mark.after) for mark in marks[before:])
            expected.append((step, values))
    text = run_text(config, marks)
    assert read_run_text(text) == (start, tuple(expected))
    end, _ = read_run_text(text)
    for _, settings in expected:
        end = end.replace(**dict(settings))
    assert end == config


def test_what_is_written_is_a_run_that_was_taken(blobs, small_config):
    """By hand: two changes on the way, one of them before the first step."""
    trainer = Trainer(small_config, blobs, engine="numpy")
    trainer.change(small_config.replace(dropout=0.25))
    trainer.advance(5)
    trainer.change(trainer.config.replace(learning_rate=0.25, cost="cross_entropy"))
    text = run_text(trainer.config, trainer.marks)
    assert text.startswith("# A run of gdviz ")
    found = tomllib.loads(text)
    assert found.pop("changes") == [{"step": 5, "cost": "cross_entropy", "learning_rate": 0.25}]
    start = small_config.replace(dropout=0.25)
    assert TrainingConfig(**{**found, "layer_sizes": (16, 8, 3)}) == start


def test_what_no_setting_repeats_is_a_comment_in_its_place():
    marks = (
        Mark(3, ENGINE, "numpy", "compiled"), Mark(4, "learning_rate", 0.7, 1.5),
        Mark(9, BALL, "", "moved by 0.3\nseed = 1"),
    )  # fmt: skip
    text = run_text(PRESETS["lesson"].replace(learning_rate=1.5), marks)
    assert read_run_text(text) == (PRESETS["lesson"], ((4, (("learning_rate", 1.5),)),))
    places = [text.index(words) for words in ("numpy → compiled", "step = 4", "moved by 0.3")]
    assert places == sorted(places)
    assert "After step 9: the network was moved by 0.3 seed = 1 by hand" in text


@pytest.mark.parametrize("setting", ["seed", "epochs", "no_such", "__class__"])
def test_marks_that_are_no_changes_of_settings_are_refused(setting):
    with pytest.raises(ValueError, match=f"{setting}' at step 3 is no change"):
        start_and_changes(PRESETS["lesson"], [Mark(3, setting, 1, 2)])


def test_settings_that_are_absent_are_the_defaults():
    config, changes = read_run_text('preset = "mine"\nsteepness = 2\n')
    assert config == TrainingConfig(preset="mine", steepness=2.0)
    assert changes == ()


CHANGE = "seed = 1\n[[changes]]\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "there is no setting in it"),
        ("hello", "expected '=' after a key in a key/value pair (at end of document)"),
        ("seed = 1\nseed = 2\n", "cannot overwrite a value (at line 2, column 9)"),
        ("seed = 1\nlearning rate = 2", "(at line 2, column 10)"),
        ("seed = " + "[" * 100_000, "nested too deeply"),
        ("seed = " + "9" * 10_000, "digit"),
        ("#" + "x" * MAXIMUM_CHARACTERS, "1,048,577 characters are more than"),
        ("sede = 1", "there is no setting 'sede'"),
        ('"' + "x" * 1000 + '" = 1', "there is no setting 'xxxxxxxxxxxx...xxxxxxxxxxxxx'"),
        ('seed = "one"', "the setting seed cannot be 'one'"),
        (f'seed = "{"x" * 1000}"', "the setting seed cannot be 'xxxxxxxxxxxx...xxxxxxxxxxxxx'"),
        ("learning_rate = 1" + "0" * 400, "the setting learning_rate cannot be as large"),
        ("learning_rate = nan", "the learning rate must be above 0"),
        ('optimizer = "best"', "unknown optimizer 'best'"),
        ("changes = 3\nseed = 1", "changes must stand in tables"),
        ("changes = [3]\nseed = 1", "changes must stand in tables"),
        (CHANGE + "learning_rate = 1", "change 1 does not say after which step it is"),
        (CHANGE + "step = true", "change 1 does not say after which step it is"),
        (CHANGE + "step = 0", "rising steps from 1; 0 does not"),
        (CHANGE + "step = 5\n[[changes]]\nstep = 5", "rising steps from 1; 5 does not"),
        (CHANGE + f"step = {2**62}", "does not"),
        (CHANGE + "step = 5\nseed = 2", "at step 5: 'seed' cannot be changed on the way"),
        (CHANGE + "step = 5\nspeed = 2", "at step 5: 'speed' cannot be changed on the way"),
        (CHANGE + "step = 5\ndropout = 1", "at step 5: the share of dropped neurons"),
        (CHANGE + "step = 5\ndropout = true", "at step 5: the setting dropout cannot be True"),
    ],
    ids=range(25),
)
def test_every_mistake_is_one_sentence_that_says_where(text, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)) as raised:
        read_run_text(text)
    assert "\n" not in str(raised.value)


@given(st.text() | st.text("[]{}=\"'#\n\\abcsed0123456789. \t"))
def test_any_text_is_a_run_or_a_sentence(text):
    with contextlib.suppress(ValueError):
        config, _ = read_run_text(text)
        assert isinstance(config, TrainingConfig)
