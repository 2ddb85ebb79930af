"""The preview shows what the epochs are given, and nothing else."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt

from gdviz.data.dataset import Split
from gdviz.qt.panels.augmentation_preview import (
    NO_PICTURES,
    OFF,
    AugmentationPreview,
    Strip,
    seen_by_epochs,
)
from gdviz.qt.theme import DARK, apply_theme
from gdviz.training.config import TrainingConfig
from gdviz.training.epochs import EpochExamples

CONFIG = TrainingConfig(augment_shift=2.0, augment_rotation=15.0, augment_noise=0.1, seed=3)


@pytest.fixture
def preview(mnist, qtbot, qapp):
    apply_theme(qapp, DARK)
    result = AugmentationPreview(mnist)
    qtbot.addWidget(result)
    result.resize(224, 60)
    result.show()
    return result


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_copies_are_what_the_epochs_of_training_see(engine, mnist):
    row = 17
    found = seen_by_epochs(mnist.train.images, row, CONFIG)
    examples = EpochExamples(mnist, len(mnist.train))
    assert len(found) == 7
    for epoch, picture in enumerate(found):
        given = examples.of_epoch(CONFIG, epoch, engine).pictures
        trained_on = given(np.array([3, row, 59_999]))[1].reshape(28, 28)
        np.testing.assert_allclose(picture, trained_on, atol=1e-5)
    assert all(np.abs(picture - found[0]).max() > 0.1 for picture in found[1:])


def test_nothing_is_shown_where_nothing_is_changed(preview):
    preview.show_config(CONFIG.replace(augment_shift=0.0, augment_rotation=0.0, augment_noise=0.0))
    assert preview.off.isVisible()
    assert preview.off.text() == OFF
    assert not preview.strip.isVisible()
    assert not preview.button.isVisible()


def test_button_takes_another_image_by_the_keyboard(preview, qtbot, mnist):
    preview.show_config(CONFIG)
    assert preview.caption.text() == "Training image 0, epochs 1 to 7"
    first = [image.copy() for image in preview.strip.images]
    qtbot.keyClick(preview.button, Qt.Key.Key_Space)
    assert preview.row == 7919
    assert preview.caption.text() == "Training image 7,919, epochs 1 to 7"
    assert preview.strip.images != first
    preview.show_config(CONFIG.replace(n_examples=1000))
    assert preview.row == 7919 % 1000
    shade = preview.strip.images[0].pixelColor(14, 14)
    assert shade.red() == shade.green() == shade.blue()


def test_other_settings_leave_the_pictures_and_the_seed_does_not(preview):
    preview.show_config(CONFIG)
    before = list(preview.strip.images)
    preview.show_config(CONFIG.replace(learning_rate=0.1))
    assert all(a is b for a, b in zip(preview.strip.images, before, strict=True))
    preview.show_config(CONFIG.replace(seed=4))
    assert preview.strip.images != before


@pytest.mark.parametrize(("side", "scale"), [(28, 1), (32, 1), (14, 2), (4, 7), (100, 1)])
def test_pixels_are_whole_and_pictures_inside(side, scale, qtbot, qapp):
    strip = Strip()
    qtbot.addWidget(strip)
    strip.resize(224, 40)
    strip.set_pictures([np.zeros((side, side), np.float32)] * 7)
    assert strip.side() == side * scale
    places = strip.places()
    assert len(places) == min(7, (224 + 4) // (side * scale + 4))
    assert places[-1].right() <= 224
    assert all(place.left() == round(place.left()) for place in places)


def test_inputs_that_are_no_picture_have_no_preview(preview, mnist, qtbot):
    images = mnist.train.images[:20, :780]
    split = Split(images, mnist.train.labels[:20])
    dataset = dataclasses.replace(mnist, train=split, test=split)
    other = AugmentationPreview(dataset)
    qtbot.addWidget(other)
    other.show_config(
        CONFIG.replace(layer_sizes=(780, 10), augment_shift=0.0, augment_rotation=0.0)
    )
    assert other.off.text() == NO_PICTURES
