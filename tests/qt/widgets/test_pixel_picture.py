import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gdviz.qt.theme import DARK, LIGHT, apply_theme
from gdviz.qt.widgets.color_scale import Scale
from gdviz.qt.widgets.pixel_picture import PixelPicture


@pytest.fixture
def picture(qtbot, qapp):
    apply_theme(qapp, DARK)
    picture = PixelPicture("Digit", with_words=False)
    qtbot.addWidget(picture)
    picture.show_values(np.linspace(0, 1, 16).reshape(4, 4))
    picture.resize(160, 160)
    picture.show()
    return picture


def place(picture, pixel):
    return picture.pixel_rectangle(pixel).center().toPoint()


def test_pixels_are_sharp_and_grey(picture):
    picture.clearFocus()
    shot = picture.grab().toImage()
    for pixel in range(16):
        around = picture.pixel_rectangle(pixel).toRect()
        corners = (around.topLeft(), around.center(), around.bottomRight())
        colors = {shot.pixelColor(point).name() for point in corners}
        grey = round(255 * pixel / 15)
        assert colors == {f"#{grey:02x}{grey:02x}{grey:02x}"}


def test_the_pointer_points_and_presses(qtbot, picture):
    pointed, pressed, dragged = [], [], []
    picture.pointed.connect(pointed.append)
    picture.pressed.connect(pressed.append)
    picture.dragged.connect(dragged.append)
    QTest.mouseMove(picture, place(picture, 6))
    QTest.mousePress(picture, Qt.MouseButton.LeftButton, pos=place(picture, 6))
    assert (pointed[-1], picture.mark, pressed) == (6, 6, [6])
    assert picture.pixel_at(QPoint(500, 500)) is None
    QTest.mouseRelease(picture, Qt.MouseButton.LeftButton, pos=place(picture, 6))


def test_arrows_walk_and_stay_inside(picture):
    pointed, pressed, nudged = [], [], []
    picture.pointed.connect(pointed.append)
    picture.pressed.connect(pressed.append)
    picture.nudged.connect(lambda pixel, sign: nudged.append((pixel, sign)))
    keys = Qt.Key
    for key in (keys.Key_Right, keys.Key_Right, keys.Key_Right, keys.Key_Up, keys.Key_Return):
        QTest.keyClick(picture, key)
    # From the middle, (2, 2), to the right edge and no further, then up.
    assert pointed == [10, 11, 7]
    assert pressed == [7]
    QTest.keyClick(picture, keys.Key_Plus)
    QTest.keyClick(picture, keys.Key_Minus)
    assert nudged == [(7, 1), (7, -1)]
    QTest.keyClick(picture, keys.Key_Escape)
    assert pointed[-1] is None


def test_another_theme_paints_signed_values_anew(picture, qapp):
    picture.show_values(np.array([[-1.0, 0.0], [0.0, 1.0]]), Scale(1.0))
    middle = place(picture, 1)
    assert picture.grab().toImage().pixelColor(middle).name() == DARK.panel
    apply_theme(qapp, LIGHT)
    assert picture.grab().toImage().pixelColor(middle).name() == LIGHT.panel


def test_the_legend_names_its_ends():
    assert Scale().ends == ("0", "1")
    assert Scale(1.5).ends == ("−1.5", "+1.5")


def test_a_mark_beyond_the_picture_is_none(picture):
    picture.set_mark(15)
    assert picture.mark == 15
    picture.set_mark(16)
    assert picture.mark is None
    picture.set_mark(15)
    picture.show_values(np.zeros((2, 2)))
    assert picture.mark is None
    picture.show_values(None)
    picture.grab()
