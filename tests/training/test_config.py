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
)
def test_any_config_survives_toml(data, learning_rate, sizes, mini_batch, n_examples):
    config = TrainingConfig(
        data=data,
        learning_rate=learning_rate,
        layer_sizes=tuple(sizes),
        mini_batch=mini_batch,
        n_examples=n_examples,
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
