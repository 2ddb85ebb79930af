"""A slider says its number, and only the user's changes are told."""

import pytest
from PySide6.QtCore import Qt

from gdviz.qt.widgets.value_slider import ValueSlider


@pytest.fixture
def slider(qtbot):
    slider = ValueSlider("blur", 1, 5, 2, "how smooth", decimals=1, suffix=" px", steps=40)
    qtbot.addWidget(slider)
    return slider


def test_the_slider_and_the_number_show_the_value(slider):
    assert slider.value() == 2
    assert slider.slider.value() == 10
    assert slider.slider.accessibleDescription() == slider._number.text() == "2.0 px"
    assert slider.slider.accessibleName() == "blur"


def test_a_move_is_told_and_a_set_value_is_not(slider, qtbot):
    told = []
    slider.changed.connect(told.append)
    slider.set_value(3.14)
    assert slider.value() == 3.14, "what lies between two places is kept"
    assert told == []
    slider.slider.setValue(40)
    qtbot.keyClick(slider.slider, Qt.Key.Key_Left)
    assert told == pytest.approx([5.0, 4.9])
    assert slider.value() == pytest.approx(4.9)


@pytest.mark.parametrize(("value", "kept"), [(-3, 1), (9, 5)])
def test_what_is_outside_is_cut_off(slider, value, kept):
    slider.set_value(value)
    assert slider.value() == kept


def test_it_can_be_called_something_else(slider):
    slider.set_name("σ(z/T)")
    assert slider.slider.accessibleName() == "σ(z/T)"
