"""What the panel says of settings. No window."""

import pytest

from gdviz.qt.panels import setting_texts
from gdviz.training.config import TrainingConfig
from gdviz.training.marks import STARTING, UNMARKED

CONFIG = TrainingConfig()
NAMES = {"layer_sizes": "hidden"}


def test_every_setting_is_explained_with_when_it_holds():
    for setting in TrainingConfig.__slots__:
        if setting == "data":
            continue  # comes with the run and has no field
        text = setting_texts.EXPLANATIONS[NAMES.get(setting, setting)]
        assert text.endswith("."), setting
        assert (setting_texts.WAITS in text) == (setting in STARTING), setting
        assert (setting_texts.LIVE in text) == (setting not in STARTING | UNMARKED), setting


@pytest.mark.parametrize(
    ("changes", "regularisation", "augmentation"),
    [
        ({}, "off", "off"),
        ({"l1": 1e-6}, "L1 1e−6", "off"),
        ({"l2": 1e-4}, "L2 0.0001", "off"),
        ({"dropout": 0.2}, "dropout 20 %", "off"),
        ({"l2": 1e-4, "dropout": 0.2}, "L2, dropout", "off"),
        ({"augment_shift": 1.5}, "off", "shift ±1.5 px"),
        ({"augment_rotation": 10.0}, "off", "rotation ±10°"),
        ({"augment_noise": 0.07}, "off", "noise 7 %"),
        ({"augment_shift": 1.0, "augment_noise": 0.07}, "off", "shift, noise"),
    ],
)
def test_summaries_say_what_is_on(changes, regularisation, augmentation):
    config = CONFIG.replace(**changes)
    assert setting_texts.regularisation_summary(config) == regularisation
    assert setting_texts.augmentation_summary(config) == augmentation


def test_how_the_penalties_enter_depends_on_the_optimizer():
    adamw = CONFIG.replace(optimizer="adamw")
    assert "added to the gradient" in setting_texts.penalties_hint(CONFIG)
    assert "decoupled" in setting_texts.penalties_hint(adamw)
    assert setting_texts.optimizer_hint(adamw) == "AdamW without L2 is Adam."
    assert setting_texts.optimizer_hint(adamw.replace(l2=0.01)) == ""
    assert setting_texts.optimizer_hint(CONFIG) == ""


@pytest.mark.parametrize(
    ("changes", "has"),
    [
        ({}, True),
        ({"hidden_activation": "relu"}, True),
        ({"output_activation": "softmax"}, True),
        ({"hidden_activation": "relu", "output_activation": "softmax"}, False),
        ({"layer_sizes": (784, 10), "output_activation": "softmax"}, False),
    ],
)
def test_steepness_counts_while_a_layer_has_a_sigmoid(changes, has):
    assert setting_texts.has_sigmoid(CONFIG.replace(**changes)) is has
