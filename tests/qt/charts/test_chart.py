"""The widget: what it paints, reads and writes into files."""

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from gdviz.experiments.result import Chart, Reference, Series
from gdviz.qt.charts.chart import ChartWidget
from gdviz.qt.charts.files import png_of, svg_of
from gdviz.qt.charts.painting import _thinned, color_of
from gdviz.qt.charts.plotted import overlaid, picture_of
from gdviz.qt.theme import DARK, HIGH_CONTRAST, LIGHT, apply_theme

X = np.linspace(0.0, 10.0, 21)


def every_kind():
    """One chart of each kind that an experiment may give."""
    waves = tuple(
        Series(f"start {k + 1}", X, np.exp(-X / (k + 2)) + 0.01 * k, low=np.exp(-X / (k + 2)) * 0.8,
               high=np.exp(-X / (k + 2)) * 1.2)
        for k in range(4)
    )  # fmt: skip
    points = Series("mean of 5", X[1:6], X[1:6] ** 2, X[1:6] ** 2 - 2, X[1:6] ** 2 + 2, "points")
    edges = np.linspace(0, 1, 11)
    counts = np.arange(10.0)
    names = ("true labels", "shuffled labels", "random pixels with a long name")
    bars = np.array([92.0, 20.0, 11.0])
    return {
        "lines": Chart("a", "Cost while it trains", "epoch", "cost", waves,
                       (Reference("chance", 0.9), Reference("end", 5.0, "x")), note="n = 4. " * 9),
        "log": Chart("b", "On logarithmic axes", "η", "cost", (points,), is_x_log=True,
                     is_y_log=True),
        "histogram": Chart("c", "Final cost of 45 starts", "cost", "networks",
                           (Series("a", edges, counts, kind="bars"),
                            Series("b", edges, counts[::-1], kind="bars"))),
        "bars": Chart("d", "Accuracy on the training images", "", "right, %",
                      (Series("sixteen", np.arange(3.0), bars, bars - 3, bars + 3, "bars"),
                       Series("thirty-two", np.arange(3.0), bars + 2, kind="bars")),
                      categories=names),
        "nothing": Chart("e", "Nothing yet", "x", "y", ()),
    }  # fmt: skip


@pytest.fixture
def widget(qtbot):
    apply_theme(QApplication.instance(), DARK)
    widget = ChartWidget()
    qtbot.addWidget(widget)
    widget.resize(460, 300)
    widget.show()
    return widget


def has_color(image: QImage, color: str, distance: int = 24) -> bool:
    wanted = QColor(color)
    for y in range(image.height()):
        for x in range(image.width()):
            found = image.pixelColor(x, y)
            parts = zip(found.getRgb()[:3], wanted.getRgb()[:3], strict=True)
            if max(abs(a - b) for a, b in parts) <= distance:
                return True
    return False


@pytest.mark.parametrize("theme", [DARK, LIGHT, HIGH_CONTRAST], ids=lambda theme: theme.name)
def test_each_kind_is_painted_in_its_colours_in_each_theme(widget, theme):
    apply_theme(QApplication.instance(), theme)
    for chart in every_kind().values():
        picture = picture_of(chart)
        widget.show_picture(picture)
        image = widget.grab().toImage()
        for line in picture.lines[:3]:
            assert has_color(image, color_of(line, theme)), (chart.key, line.label)
    apply_theme(QApplication.instance(), DARK)


def test_height_follows_what_has_to_be_written(widget):
    charts = every_kind()
    widget.show_picture(picture_of(charts["nothing"]))
    bare = widget.height()
    widget.show_picture(picture_of(charts["lines"]))
    assert widget.height() > bare
    wide = widget.height()
    widget.resize(260, 300)
    QApplication.processEvents()
    assert widget.height() > wide  # legend and note take more lines
    assert widget.sizeHint().height() == widget.height()


def test_pointer_and_keys_read_values(widget, qtbot):
    picture = picture_of(every_kind()["lines"])
    widget.show_picture(picture)
    field = widget._frame.field
    left = QPoint(round(field.left()), round(field.top() + 20))
    qtbot.mouseMove(widget, left)
    assert widget.spot is not None
    assert widget.spot.index == 0
    widget.read(None)
    qtbot.keyClick(widget, Qt.Key.Key_Right)
    qtbot.keyClick(widget, Qt.Key.Key_Right)
    assert widget.spot.index == 1
    assert "0.5" in widget.accessibleDescription()
    before = widget.grab().toImage()
    qtbot.keyClick(widget, Qt.Key.Key_Escape)
    assert widget.spot is None
    assert widget.grab().toImage() != before


def test_reading_survives_more_of_the_same_but_no_other_chart(widget):
    charts = every_kind()
    widget.show_picture(picture_of(charts["lines"]))
    from gdviz.qt.charts.reading import Spot

    widget.read(Spot(3, 20))
    widget.show_picture(picture_of(charts["lines"]))
    assert widget.spot == Spot(3, 20)
    widget.show_picture(picture_of(charts["bars"]))
    assert widget.spot is None


@pytest.mark.parametrize("kind", list(every_kind()))
def test_svg_shows_what_the_png_shows(qapp, kind):
    """Qt's SVG writer has lost pens and clips before: it is rendered again and compared."""
    picture = picture_of(every_kind()[kind])
    png = QImage.fromData(QByteArray(png_of(picture, LIGHT)))
    renderer = QSvgRenderer(QByteArray(svg_of(picture, LIGHT)))
    assert renderer.isValid()
    again = QImage(png.size(), QImage.Format.Format_RGB32)
    again.fill(QColor(LIGHT.window))
    with QPainter(again) as painter:
        renderer.render(painter, QRectF(again.rect()))
    a, b = (_grey(image) for image in (png, again))
    # Letters may stand a fraction of a pixel elsewhere; lines and areas do not.
    assert np.abs(a - b).mean() < 6
    assert np.corrcoef(a.ravel(), b.ravel())[0, 1] > 0.7


def _grey(image: QImage):
    small = image.scaled(320, 240).convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(small.constBits(), np.uint8).reshape(240, small.bytesPerLine())
    return rows[:, :320].astype(float)


def test_long_lines_keep_their_extremes_when_they_are_thinned():
    x = np.arange(50_000.0)
    y = np.random.default_rng(3).normal(size=50_000)
    y[31_234], y[8_011] = 40.0, -40.0
    few_x, few_y = _thinned(x, y, 400)
    assert len(few_x) <= 4 * 400
    assert (few_y.max(), few_y.min()) == (40.0, -40.0)
    assert (np.diff(few_x) >= 0).all()


def test_two_results_over_each_other_are_both_painted(widget):
    chart = every_kind()["log"]
    widget.show_picture(overlaid([chart, chart], ["run 1", "run 2"]))
    assert [line.label for line in widget.picture.lines] == ["run 1 mean of 5", "run 2 mean of 5"]
    assert len(widget.describe().rows) == 10


def test_long_names_of_categories_take_a_second_line(widget):
    chart = every_kind()["bars"]
    widget.show_picture(picture_of(chart))
    widget.resize(900, 300)
    QApplication.processEvents()
    wide = widget._frame.note_top - widget._frame.field.bottom()
    widget.resize(330, 300)
    QApplication.processEvents()
    assert widget._frame.note_top - widget._frame.field.bottom() > wide
    assert max(len(lines) for lines in widget._frame.names) == 2
