"""The generic widgets: what the user does to them and what they show."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QWidget

from gdviz.qt.theme import DARK, LIGHT, apply_theme
from gdviz.qt.widgets.curve_legend import CurveLegend, LegendEntry
from gdviz.qt.widgets.labels import ElidedLabel, Label
from gdviz.qt.widgets.meter_bar import MeterBar
from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.read_out import ReadOut
from gdviz.qt.widgets.segmented import Segmented
from gdviz.qt.widgets.settings_form import ROW_HEIGHT, SettingsForm
from gdviz.qt.widgets.ticks import next_doubled, on_ladder_from

# What Qt's own offscreen platform says about any window that is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def image_of(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def has_color(widget: QWidget, color: str) -> bool:
    image = image_of(widget)
    return any(
        image.pixelColor(x, y).name() == color
        for y in range(image.height())
        for x in range(image.width())
    )


@pytest.fixture
def switch(qtbot) -> Segmented:
    result = Segmented([("map", "Map"), ("3d", "3-D"), ("1d", "1-D")], "View")
    qtbot.addWidget(result)
    result.show()
    return result


def test_segmented_click_chooses_and_tells(qtbot, switch: Segmented):
    with qtbot.waitSignal(switch.changed, timeout=1000) as told:
        qtbot.mouseClick(switch.segment("1d"), Qt.MouseButton.LeftButton)
    assert told.args == ["1d"]
    assert switch.current() == "1d"


def test_segmented_arrows_choose_and_stop_at_the_ends(qtbot, switch: Segmented):
    told: list[str] = []
    switch.changed.connect(told.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(switch.segment(switch.current()), key)
    assert told == ["3d", "1d", "3d"]


def test_segmented_set_current_is_silent(qtbot, switch: Segmented):
    with qtbot.assertNotEmitted(switch.changed):
        switch.set_current("3d")
    assert switch.current() == "3d"
    assert switch.segment("3d").focusPolicy() == Qt.FocusPolicy.StrongFocus
    assert switch.segment("map").focusPolicy() == Qt.FocusPolicy.ClickFocus


def test_segmented_names_its_segments(switch: Segmented):
    assert switch.segment("map").accessibleName() == "View: Map"


def test_segmented_bad_key_is_refused(switch: Segmented):
    with pytest.raises(ValueError, match="'2d'"):
        switch.set_current("2d")


def test_read_out_text_and_description(qtbot):
    read_out = ReadOut("step", sample="60,000")
    qtbot.addWidget(read_out)
    narrow = read_out.sizeHint().width()
    read_out.set_value("1,204")
    assert read_out.text() == "step 1,204"
    assert read_out.accessibleDescription() == "1,204"
    assert read_out.sizeHint().width() == narrow  # the sample had kept the room


def test_read_out_keeps_its_width_until_it_is_told_to_forget_it(qtbot):
    read_out = ReadOut("step", sample="60,000")
    qtbot.addWidget(read_out)
    narrow = read_out.minimumWidth()
    read_out.set_value("1,204", "of 9,380")
    wide = read_out.minimumWidth()
    read_out.set_value("1,204")
    assert read_out.minimumWidth() == wide > narrow
    read_out.forget_width()
    assert read_out.minimumWidth() == narrow


def test_meter_bar_fills_its_share(qtbot):
    meter = MeterBar("Off-plane", "ball")
    qtbot.addWidget(meter)
    meter.resize(100, 12)
    meter.set_share(0.5)
    image = image_of(meter)
    assert image.pixelColor(25, 6).name() == DARK.ball
    assert image.pixelColor(75, 6).name() == DARK.groove


@pytest.mark.parametrize(("share", "shown"), [(-1.0, 0.0), (2.0, 1.0), (float("nan"), 0.0)])
def test_meter_bar_keeps_inside(qtbot, share: float, shown: float):
    meter = MeterBar("Explained")
    qtbot.addWidget(meter)
    meter.set_share(share)
    assert meter.share() == shown


@pytest.fixture
def field(qtbot) -> NumberField:
    result = NumberField("Learning rate", 1.5, high=100, prefix="η  ")
    qtbot.addWidget(result)
    result.show()
    return result


def type_text(qtbot, field: NumberField, text: str) -> None:
    line: QLineEdit = field.lineEdit()
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def test_number_field_typed_value_is_told(qtbot, field: NumberField):
    told: list[float] = []
    field.value_changed.connect(told.append)
    type_text(qtbot, field, "0.25")
    assert told == [0.25]
    assert field.lineEdit().text() == "η  0.25"


@pytest.mark.parametrize("text", ["abc", "-1", "0", "1000", "nan", ""])
def test_number_field_bad_text_says_why_and_keeps_the_value(qtbot, field: NumberField, text: str):
    with qtbot.assertNotEmitted(field.value_changed):
        type_text(qtbot, field, text or " ")
    assert field.value() == 1.5
    assert field.error()
    assert field.accessibleDescription() == field.error()
    assert has_color(field, DARK.error)


def test_number_field_escape_restores(qtbot, field: NumberField):
    type_text(qtbot, field, "abc")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.error() is None
    assert field.lineEdit().text() == "η  1.5"


def test_number_field_explains_itself_unless_something_is_wrong(qtbot, field: NumberField):
    field.set_explanation("How long a step is.")
    assert field.error() is None
    for said in (field.whatsThis, field.toolTip, field.accessibleDescription):
        assert said() == "How long a step is."
    type_text(qtbot, field, "abc")
    assert field.error() == field.whatsThis() == "'abc' is not a number"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.error() is None
    assert field.whatsThis() == "How long a step is."


def test_number_field_takes_zero_and_small_numbers_where_they_are_allowed(qtbot):
    field = NumberField("L2", 1, high=1, zero=True, prefix="λ₂  ", step=on_ladder_from(1e-6))
    qtbot.addWidget(field)
    for text, value, shown in (
        ("0", 0, "λ₂  0"), ("1e-4", 1e-4, "λ₂  0.0001"), ("λ₂ 2e-6", 2e-6, "λ₂  2e−6"),
        ("2e−6", 2e-6, "λ₂  2e−6"),
    ):  # fmt: skip
        field.lineEdit().setText(text)  # Qt's test cannot press a key for λ
        qtbot.keyClick(field.lineEdit(), Qt.Key.Key_Return)
        assert (field.value(), field.lineEdit().text()) == (value, shown)
    field.stepBy(-2)
    assert field.value() == 0
    field.stepBy(1)
    assert field.value() == 1e-6


def test_number_field_arrows_climb_the_ladder(qtbot, field: NumberField):
    for _ in range(3):
        qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value() == 10
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert field.value() == 5


def test_number_field_whole_numbers(qtbot):
    field = NumberField("Mini-batch", 32, low=1, high=60000, whole=True, step=next_doubled)
    qtbot.addWidget(field)
    field.stepBy(1)
    assert field.value() == 64
    type_text(qtbot, field, "60,000")
    assert field.value() == 60000
    type_text(qtbot, field, "1.5")
    assert "whole" in (field.error() or "")


def test_number_field_set_value_checks(field: NumberField):
    with pytest.raises(ValueError, match="greater than 0"):
        field.set_value(0.0)


@pytest.mark.parametrize("counts", [False, True])
def test_curve_legend_leaves_out_whole_entries(qtbot, counts: bool):
    names = ("cost", "test", "accuracy")
    legend = CurveLegend([LegendEntry(n, n, "curve_1") for n in names], counts_hidden=counts)
    qtbot.addWidget(legend)
    legend.resize(legend.sizeHint())
    assert legend.shown_titles() == list(names)
    legend.resize(legend.width() - 30, 20)
    assert legend.shown_titles() == ["cost", "test", *["+1 more"] * counts]
    image_of(legend)
    legend.resize(4, 20)
    assert legend.shown_titles() == ["+3 more"] * counts
    assert "accuracy" in legend.accessibleDescription()


def test_curve_legend_values(qtbot):
    legend = CurveLegend([LegendEntry("test", "test", "curve_2", "dash")])
    qtbot.addWidget(legend)
    legend.set_value("test", "0.107")
    assert legend.accessibleDescription() == "test 0.107"
    legend.resize(legend.sizeHint())
    assert has_color(legend, DARK.curve_2)
    with pytest.raises(ValueError, match="'train'"):
        legend.set_value("train", "1")


def test_settings_form_rows_are_named_and_aligned(qtbot):
    form = SettingsForm()
    qtbot.addWidget(form)
    form.add_section("Network")
    fields = [QLineEdit("16, 16"), QLineEdit("x")]
    labels = [form.add_row("Hidden layers", fields[0]), form.add_row("Seed", fields[1])]
    form.resize(224, form.sizeHint().height())
    form.show()
    assert [f.accessibleName() for f in fields] == ["Hidden layers", "Seed"]
    assert labels[0].buddy() is fields[0]
    assert {f.x() for f in fields} == {88}
    assert {(f.width(), f.height()) for f in fields} == {(136, 28)}
    assert fields[1].y() - fields[0].y() == 32


def test_settings_form_hides_a_row_with_its_name_and_its_room(qtbot):
    form = SettingsForm()
    qtbot.addWidget(form)
    fields = [QLineEdit() for _ in range(3)]
    labels = [form.add_row(f"Row {k}", field) for k, field in enumerate(fields)]
    form.show()
    before = form.sizeHint().height()
    form.set_row_visible(fields[1], False)
    assert not fields[1].isVisible()
    assert not labels[1].isVisible()
    assert form.sizeHint().height() == before - ROW_HEIGHT - 4
    form.set_row_visible(fields[1], True)
    assert labels[1].isVisible()
    assert form.sizeHint().height() == before


def test_elided_label_gives_way_and_keeps_its_name(qtbot):
    label = ElidedLabel("41 × 41, 1,000 images")
    qtbot.addWidget(label)
    label.resize(60, 16)
    label.show()
    assert label.text().endswith("…")
    assert label.accessibleName() == "41 × 41, 1,000 images"


def test_label_role_is_painted_in_its_color(qtbot, qapp: QApplication):
    label = Label("■■■", 15, 600, "ball")
    qtbot.addWidget(label)
    label.show()
    assert has_color(label, DARK.ball_text)
    apply_theme(qapp, LIGHT)
    assert has_color(label, LIGHT.ball_text)


def test_segment_ring_for_the_keyboard_and_not_for_a_click(qtbot, switch: Segmented):
    switch.activateWindow()
    qtbot.mouseClick(switch.segment("3d"), Qt.MouseButton.LeftButton)
    assert not has_color(switch, DARK.accent)
    qtbot.keyClick(switch.segment("3d"), Qt.Key.Key_Right)
    qtbot.waitUntil(switch.segment("1d").hasFocus)
    assert has_color(switch, DARK.accent)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_number_field_gives_the_keys_back_when_done(qtbot, key):
    """With the focus left in the field, Space would not run and pause."""
    window = QWidget()
    row = QHBoxLayout(window)
    field = NumberField("Rate", 1.0)
    row.addWidget(field)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    field.setFocus()
    qtbot.keyClicks(field.lineEdit(), "3")
    qtbot.keyClick(field, key)
    assert not field.hasFocus()
    assert not field.lineEdit().hasFocus()
    window.close()


def test_a_field_keeps_its_number_within_another_range(qtbot):
    field = NumberField("Neuron", 12, 1, 16, whole=True, prefix="neuron ")
    qtbot.addWidget(field)
    told = []
    field.value_changed.connect(told.append)
    field.set_range(0, 9, "output ")
    assert field.value() == 9
    assert field.lineEdit().text() == "output 9"
    field.set_range(0, 20)
    assert field.lineEdit().text() == "output 9"
    with pytest.raises(ValueError, match="at most 20"):
        field.set_value(21)
    assert told == []
