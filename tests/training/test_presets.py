"""What the presets promise, trained for real: the slowest tests, and the point of it all."""

import pytest

from gdviz.training.config import PRESETS
from gdviz.training.evaluation import evaluate
from gdviz.training.trainer import Trainer

PROMISED = {"lesson": 9450, "sixteen": 9600, "tweaked": 9800}
"""Right answers among the 10,000 test images at the default length and seed."""


def right_answers(config, dataset):
    trainer = Trainer(config, dataset)
    while trainer.epoch < config.epochs:
        trainer.advance(1000)
    return evaluate(config.architecture, trainer.parameters, dataset, config.cost).test_correct


def test_every_preset_promises_something():
    assert set(PROMISED) == set(PRESETS)


@pytest.mark.parametrize("key", PRESETS)
def test_preset_reaches_its_accuracy(key, mnist):
    assert right_answers(PRESETS[key], mnist) >= PROMISED[key]


@pytest.mark.parametrize("seed", [0, 1, 2**40])
def test_lesson_after_ten_epochs_with_any_seed(seed, mnist):
    assert right_answers(PRESETS["lesson"].replace(epochs=10, seed=seed), mnist) >= 9300
