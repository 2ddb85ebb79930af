import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.training.config import PRESETS, TrainingConfig


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_presets_survive_toml(preset):
    assert TrainingConfig.from_toml(preset.to_toml()) == preset


def test_preset_keys_are_their_names():
    assert all(key == preset.preset for key, preset in PRESETS.items())


@given(
    data=st.text(min_size=1),
    learning_rate=st.floats(1e-9, 1e6),
    sizes=st.lists(st.integers(1, 50), min_size=2, max_size=5),
    mini_batch=st.one_of(st.just("all"), st.integers(1, 10**6)),
    n_examples=st.one_of(st.none(), st.integers(1, 10**6)),
    steepness=st.floats(1e-3, 1000),
    shares=st.tuples(*[st.floats(0, 1, exclude_max=True)] * 4),
    moves=st.tuples(st.floats(0, 14), st.floats(0, 180)),
)
def test_any_config_survives_toml(
    data, learning_rate, sizes, mini_batch, n_examples, steepness, shares, moves
):
    config = TrainingConfig(
        data=data,
        learning_rate=learning_rate,
        layer_sizes=tuple(sizes),
        mini_batch=mini_batch,
        n_examples=n_examples,
        steepness=steepness,
        **dict(zip(("l1", "l2", "dropout", "augment_noise"), shares, strict=True)),
        **dict(zip(("augment_shift", "augment_rotation"), moves, strict=True)),
    )
    assert TrainingConfig.from_toml(config.to_toml()) == config


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"learning_rate": 0.0}, "learning rate must be above 0"),
        ({"learning_rate": float("nan")}, "learning rate must be above 0"),
        ({"mini_batch": 0}, "mini-batch needs at least one"),
        ({"epochs": -1}, "epochs must be from 0"),
        ({"seed": -1}, "seed must be a whole number from 0"),
        ({"n_examples": 0}, "at least one training example"),
        ({"shuffle_labels": 1.5}, "share of shuffled labels"),
        ({"steepness": 0.0}, "steepness must be above 0"),
        ({"steepness": 1001.0}, "at most 1,000, not 1001"),
        ({"steepness": float("nan")}, "steepness must be above 0"),
        ({"l1": -0.1}, "the L1 penalty must be from 0 to 1, not -0.1"),
        ({"l2": float("inf")}, "the L2 penalty must be from 0 to 1, not inf"),
        ({"dropout": 1.0}, "dropped neurons must be at least 0 and below 1, not 1"),
        ({"dropout": float("nan")}, "dropped neurons must be"),
        ({"augment_shift": 14.5}, "the largest shift in pixels must be from 0 to 14, not 14.5"),
        ({"augment_rotation": -1.0}, "the largest rotation in degrees must be from 0 to 180"),
        ({"augment_noise": float("nan")}, "the noise on the pixels must be from 0 to 1, not nan"),
        ({"optimizer": "magic"}, "unknown optimizer 'magic'"),
        ({"hidden_activation": "softmax"}, "unknown activation 'softmax'"),
        ({"cost": "cross_entropy", "output_activation": "identity"}, "not defined for identity"),
        ({"schedule": "x"}, "unknown schedule"),
        ({"schedule_epochs": 0.0}, "schedule's length"),
        ({"initializer": "x"}, "unknown initializer"),
        ({"layer_sizes": (784, 60_000, 60_000, 10)}, "more than 50,000,000"),
    ],
)
def test_bad_settings_are_refused_in_a_sentence(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        TrainingConfig(**change)


@pytest.mark.parametrize(
    "text", ["wings = 2", "epochs = 'many'", "layer_sizes = [1, true]", "epochs = ", "seed = 1.5"]
)
def test_bad_toml_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        TrainingConfig.from_toml(text)


def test_whole_numbers_in_toml_become_floats_where_a_float_is_meant():
    config = TrainingConfig.from_toml("steepness = 2\nl2 = 0\naugment_shift = 3")
    values = (config.steepness, config.l2, config.augment_shift)
    assert values == (2, 0, 3)
    assert all(type(value) is float for value in values)


def test_the_architecture_carries_the_steepness():
    assert TrainingConfig(steepness=2.5).architecture.steepness == 2.5
