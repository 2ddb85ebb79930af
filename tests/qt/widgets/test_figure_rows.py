"""Rows of numbers paint themselves and can be read aloud."""

from gdviz.qt.widgets.figure_rows import HEIGHT, FigureRows


def test_rows_are_painted_and_told(qtbot):
    rows = FigureRows(3)
    qtbot.addWidget(rows)
    rows.resize(200, rows.height())
    assert rows.height() == 3 * HEIGHT
    empty = rows.grab().toImage()
    rows.show_rows(("answers", "92.0 %"), ("a remark", ""))
    assert rows.accessibleName() == "answers 92.0 %; a remark"
    image = rows.grab().toImage()
    painted = [
        any(image.pixel(x, y) != empty.pixel(x, y) for x in range(200) for y in range(*band))
        for band in ((0, HEIGHT), (HEIGHT, 2 * HEIGHT), (2 * HEIGHT, 3 * HEIGHT))
    ]
    assert painted == [True, True, False]


def test_a_name_gives_way_to_its_number(qtbot):
    rows = FigureRows(1)
    qtbot.addWidget(rows)
    rows.resize(80, rows.height())
    rows.show_rows(("", "1,234,567"))
    number = rows.grab().toImage()
    rows.show_rows(("a name much too long for this", "1,234,567"))
    image = rows.grab().toImage()
    right = [image.pixel(x, y) == number.pixel(x, y) for x in range(24, 80) for y in range(HEIGHT)]
    assert all(right)
