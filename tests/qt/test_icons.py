"""The icons and the bundled letters."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFontInfo, QFontMetricsF, QIcon
from PySide6.QtWidgets import QApplication

from gdviz.bundled import resources_folder
from gdviz.qt.fonts import FILES, font, load_fonts
from gdviz.qt.icons import icon, pixmap

NAMES = sorted(path.stem for path in (resources_folder() / "icons").glob("*.svg"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scale", [1, 2])
def test_icon_is_drawn_in_its_color_inside_its_field(qapp: QApplication, name: str, scale: int):
    image = pixmap(name, "#ff0000", 16, scale).toImage()
    assert image.width() == 16 * scale
    colors = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.width())]
    drawn = [color for color in colors if color.alpha() > 128]
    assert len(drawn) >= 8 * scale
    assert all(color.red() > 200 and color.green() < 60 for color in drawn)
    edge = [
        image.pixelColor(x, y).alpha() for x in range(image.width()) for y in (0, 16 * scale - 1)
    ]
    assert max(edge) < 255


def test_icon_has_pixmaps_for_dense_screens(qapp: QApplication):
    picture = icon("run", "#ffffff", "#808080").pixmap(QSize(16, 16), 2.0)
    assert picture.width() == 32
    grey = icon("run", "#ffffff", "#808080").pixmap(QSize(16, 16), 1.0, QIcon.Mode.Disabled)
    assert grey.toImage().pixelColor(7, 8).name() == "#808080"


def test_icon_unknown_name_is_refused(qapp: QApplication):
    with pytest.raises(ValueError, match="'nothing'"):
        icon("nothing", "#ffffff")


@pytest.mark.parametrize("weight", FILES)
def test_font_is_the_bundled_one_with_tabular_figures(qapp: QApplication, weight: int):
    load_fonts()
    letters = font(12, weight)
    assert QFontInfo(letters).family() == "Inter"
    widths = [QFontMetricsF(letters).horizontalAdvance(digit * 4) for digit in "0123456789"]
    # Qt rounds each width to 1/64 px; proportional figures would differ by more than 4 px.
    assert max(widths) - min(widths) < 0.1


@pytest.mark.parametrize(("size", "weight"), [(10, 400), (12, 700)])
def test_font_not_of_the_set_is_refused(size: int, weight: int):
    with pytest.raises(ValueError, match="font"):
        font(size, weight)
