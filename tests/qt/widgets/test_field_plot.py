"""A field puts numbers where its axes say."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from gdviz.qt.theme import DARK
from gdviz.qt.widgets.field_plot import FieldPlot


class Dot(FieldPlot):
    """A field with a square of four pixels at (3, 20)."""

    shows, caption = True, "a dot"

    def has_content(self):
        return self.shows

    def paint_field(self, painter, theme):
        self.paint_axes(painter, theme, [(2, "2"), (4, "4")], [(10, "10"), (30, "30")])
        self.paint_caption(painter, theme, self.caption, [("dot", theme.curve_1)])
        where = self.point(3, 20)
        painter.fillRect(int(where.x()) - 2, int(where.y()) - 2, 4, 4, theme.curve_1)


@pytest.fixture
def dot(qtbot):
    dot = Dot("a dot")
    qtbot.addWidget(dot)
    dot.resize(248, 143)
    dot.low, dot.high = (2.0, 10.0), (4.0, 30.0)
    return dot


def test_numbers_stand_where_the_axes_say(dot):
    room = dot.room()
    assert dot.point(2, 10) == room.bottomLeft()
    assert dot.point(4, 30) == room.topRight()
    assert dot.point(3, 20) == room.center()
    assert dot.point(9, -5) == room.bottomRight(), "what is outside is kept at the edge"
    across, down = dot.places(np.array([2.0, 3.0]), np.array([30.0, 20.0]))
    assert (across[0], down[0]) == (room.left(), room.top())
    assert list(dot.line(np.array([3.0]), np.array([20.0]))) == [QPointF(across[1], down[1])]


def test_the_field_is_painted_with_hairlines_and_legend(dot):
    image, room = dot.grab().toImage(), dot.room()
    assert image.pixelColor(room.center().toPoint()).name() == DARK.curve_1
    assert image.pixelColor(round(room.left()) + 30, round(room.bottom())).name() == DARK.base_line
    assert image.pixelColor(round(room.left()) + 30, round(room.top())).name() == DARK.hairline
    top = {image.pixelColor(x, 8).name() for x in range(150, image.width())}
    assert DARK.curve_1 in top


def test_caption_gives_way_to_the_legend(dot):
    """Where both have no room side by side the legend is read, as beside an empty caption."""

    def legend(caption):
        dot.caption = caption
        image = dot.grab().toImage()
        left = image.width() - 8 - 24  # the sample and the letters of "dot", and some more
        return image.copy(left, 0, image.width() - left, 17)

    assert legend("share of all images, by the largest output of the network") == legend("")


def test_nothing_to_paint_is_said(dot):
    dot.shows, dot.empty_text = False, "A dot appears here."
    image = dot.grab().toImage()
    assert image.pixelColor(dot.room().center().toPoint()).name() != DARK.curve_1
    colors = {image.pixelColor(x, image.height() // 2).name() for x in range(image.width())}
    assert len(colors) > 2
