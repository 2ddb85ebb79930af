"""A strip of pictures: only what is in sight is made, and the keyboard reaches all of it."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from gdviz.qt.theme import DARK, LIGHT, apply_theme
from gdviz.qt.widgets.image_strip import ImageStrip

SIZE = (690, 140)
"""One row of seven."""


class Pictures:
    """Uniform pictures whose brightness is the item, and what was asked for."""

    def __init__(self):
        self.asked = []

    def picture(self, item):
        self.asked.append(item)
        return np.full((28, 28), (item % 250) / 250)

    @staticmethod
    def words(item):
        return f"item {item}", "detail"


@pytest.fixture
def pictures():
    return Pictures()


@pytest.fixture
def strip(qtbot, pictures):
    strip = ImageStrip("Mistakes")
    qtbot.addWidget(strip)
    strip.resize(*SIZE)
    strip.show()
    strip.show_items(range(1000, 1503), pictures.picture, pictures.words, pictures)
    QApplication.processEvents()
    return strip


def test_only_what_is_in_sight_is_asked_for(strip, pictures):
    strip.grab()
    assert strip.n_columns == 7
    assert pictures.asked == strip.items_in_sight() == list(range(1000, 1007))
    strip.grab()
    assert len(pictures.asked) == 7, "a picture is made once"


def test_another_source_makes_pictures_anew(strip, pictures):
    strip.grab()
    strip.show_items([1000], pictures.picture, pictures.words, pictures)
    strip.grab()
    assert len(pictures.asked) == 7
    strip.show_items([1000], pictures.picture, pictures.words, object())
    strip.grab()
    assert len(pictures.asked) == 8


def test_a_picture_stands_where_it_is_clicked(strip, qtbot):
    image = strip.viewport().grab().toImage()
    chosen = []
    strip.chosen.connect(chosen.append)
    for place in range(7):
        middle = strip._cell(place).topLeft() + QPointF(42, 42)
        assert strip.item_at(middle) == 1000 + place
        grey = round((1000 + place) % 250 / 250 * 255)
        assert image.pixelColor(middle.toPoint()).red() == grey
        qtbot.mousePress(strip.viewport(), Qt.MouseButton.LeftButton, pos=middle.toPoint())
    assert chosen == list(range(1000, 1007))
    assert strip._cell(6).right() == pytest.approx(strip.viewport().width() - 3)


def test_keys_reach_the_last_picture_and_choose_it(strip, qtbot):
    chosen = []
    strip.chosen.connect(chosen.append)
    qtbot.keyClick(strip, Qt.Key.Key_End)
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert chosen == [1502]
    assert 1502 in strip.items_in_sight()
    qtbot.keyClick(strip, Qt.Key.Key_PageUp)
    assert strip.selected_item() == 1495
    qtbot.keyClick(strip, Qt.Key.Key_Left)
    assert strip.selected_item() == 1494
    assert strip.accessibleDescription() == "495 of 503: item 1494 detail"
    qtbot.keyClick(strip, Qt.Key.Key_Home)
    qtbot.keyClick(strip, Qt.Key.Key_Up)
    assert strip.selected_item() == 1000 == strip.items_in_sight()[0]


def test_a_notch_of_the_wheel_is_a_row(strip):
    for delta, first in ((-60, 1000), (-60, 1007), (-120, 1014), (240, 1000)):
        event = QWheelEvent(
            QPointF(10, 10),
            QPointF(10, 10),
            QPoint(),
            QPoint(0, delta),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(strip.viewport(), event)
        assert strip.items_in_sight()[0] == first


def test_the_keyboard_stays_on_its_picture_while_others_go(strip, qtbot, pictures):
    for _ in range(5):
        qtbot.keyClick(strip, Qt.Key.Key_Right)
    strip.show_items([1, 1005, 2], pictures.picture, pictures.words, pictures)
    assert strip.selected_item() == 1005
    strip.show_items([7, 8], pictures.picture, pictures.words, pictures)
    assert strip.selected_item() == 8
    strip.show_items([], pictures.picture, pictures.words, pictures)
    assert strip.selected_item() is None
    qtbot.keyClick(strip, Qt.Key.Key_Return)


def test_nothing_to_show_says_so(strip, pictures, qapp):
    strip.empty_text = "No image is wrong."
    strip.show_items([], pictures.picture, pictures.words, pictures)
    image = strip.viewport().grab().toImage()
    ground = image.pixelColor(1, 1).name()
    seen = {image.pixelColor(x, 70).name() for x in range(200, 500)}
    assert len(seen - {ground}) > 3, "letters"
    assert strip.accessibleDescription() == "No image is wrong."
    apply_theme(qapp, LIGHT)
    strip.viewport().grab()
    apply_theme(qapp, DARK)


@pytest.mark.parametrize("size", [(40, 30), (120, 700), (2000, 300)])
def test_any_size_shows_at_least_one_row(strip, pictures, size):
    strip.resize(*size)
    QApplication.processEvents()
    strip.grab()
    assert strip.n_rows_in_sight >= 1
    assert strip.items_in_sight()[0] == 1000
    last = strip._cell(min(len(strip.items_in_sight()), strip.n_columns) - 1)
    assert last.right() <= max(strip.viewport().width(), 90)


def test_the_marked_picture_has_a_frame(strip):
    plain = strip.viewport().grab().toImage()
    strip.mark(1002)
    image = strip.viewport().grab().toImage()
    changed = {
        strip.item_at(QPointF(x, y)) or strip.item_at(QPointF(x + 3, y))
        for x in range(0, image.width(), 1)
        for y in (20, 40)
        if image.pixel(x, y) != plain.pixel(x, y)
    }
    assert 1002 in changed
    assert changed <= {1002, None}
