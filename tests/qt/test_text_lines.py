"""Lines laid out once look like those that Qt draws."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from gdviz.qt.fonts import font, load_fonts
from gdviz.qt.text_lines import draw_line

LEFT, RIGHT, CENTER = (
    flag.value
    for flag in (
        Qt.AlignmentFlag.AlignLeft,
        Qt.AlignmentFlag.AlignRight,
        Qt.AlignmentFlag.AlignHCenter,
    )
)


def drawn(draw) -> np.ndarray:
    """Give what a function draws, as an array of grey values."""
    image = QImage(240, 40, QImage.Format.Format_Grayscale8)
    image.fill(QColor("black"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor("white"))
    draw(painter)
    painter.end()
    return np.array(image.constBits(), np.int16).reshape(40, -1)[:, :240]


@pytest.mark.parametrize("alignment", [LEFT, RIGHT, CENTER])
@pytest.mark.parametrize(("size_px", "weight"), [(11, 400), (12, 600)])
def test_line_looks_as_qt_draws_it_each_time(qapp, alignment, size_px, weight):
    load_fonts()
    text, where = f"−0.125 of ∇C, {alignment} {weight}", QRectF(12, 10, 210, 18)
    flags = alignment | Qt.AlignmentFlag.AlignVCenter.value | Qt.TextFlag.TextDontClip.value

    def plainly(painter):
        painter.setFont(font(size_px, weight))
        painter.drawText(where, flags, text)

    expected = drawn(plainly)
    assert expected.max() > 100
    for _ in range(3):
        found = drawn(lambda p: draw_line(p, where, text, size_px, weight, alignment))
        # Qt may round a place by a fraction of a pixel otherwise; letters of one weight stay so.
        assert abs(int(found.sum()) - int(expected.sum())) <= 0.02 * expected.sum()
        assert np.abs(found - expected).mean() < 2


def test_line_without_text_draws_nothing(qapp):
    load_fonts()
    where = QRectF(0, 0, 100, 20)
    assert drawn(lambda p: draw_line(p, where, "", 12, 400, LEFT)).max() == 0
