import pytest

from gdviz.qt.widgets.plot import make_plot_widget
from gdviz.qt.widgets.step_cursor import StepCursor


@pytest.fixture
def cursor(qtbot) -> StepCursor:
    plot = make_plot_widget("Plot")
    qtbot.addWidget(plot)
    plot.resize(600, 200)
    plot.view_box.disableAutoRange()
    plot.view_box.setXRange(0, 100, padding=0)
    plot.grab()
    result = StepCursor(plot)
    result.plot = plot
    return result


def test_line_is_where_the_step_is_and_its_label_says_so(cursor):
    cursor.show_step(25, "0.412")
    area = cursor.boundingRect()
    assert cursor.isVisible()
    assert cursor.line_x() == pytest.approx(area.left() + area.width() / 4)
    assert cursor.label == "step 25 · 0.412"
    cursor.show_step(1204)
    assert cursor.label == "step 1,204"


def test_line_out_of_sight_is_not_drawn(cursor):
    cursor.show_step(25)
    cursor.plot.view_box.setXRange(50, 100, padding=0)
    assert cursor.line_x() is None


def test_no_step_hides_the_line(cursor):
    assert not cursor.isVisible()
    cursor.show_step(25)
    cursor.show_step(None)
    assert not cursor.isVisible()
    assert cursor.line_x() is None


def test_line_is_painted_in_its_place(cursor):
    before = cursor.plot.grab().toImage()
    cursor.show_step(25)
    after = cursor.plot.grab().toImage()
    x, y = round(cursor.line_x()), 100
    assert after.pixelColor(x, y) != before.pixelColor(x, y)
    assert after.pixelColor(x + 40, y) == before.pixelColor(x + 40, y)
