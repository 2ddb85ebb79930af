"""The drawing pad: strokes by mouse and keys, pictures, and what the network says of them."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from gdviz.analysis.inspection.drawing import CANVAS
from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.qt.theme import DARK, LIGHT, apply_theme
from gdviz.qt.views.drawing_pad.sketch import MOST_UNDONE, Sketch
from gdviz.qt.views.drawing_pad.view import DrawingPadView

SIZE = (256, 330)
SEVEN = [(0.25, 0.25), (0.5, 0.24), (0.74, 0.25), (0.65, 0.45), (0.55, 0.62), (0.46, 0.84)]
BAR = [(0.5, 0.2), (0.5, 0.5), (0.5, 0.8)]


def mouse(pad, kind, at, buttons=Qt.MouseButton.LeftButton, point=None):
    square = pad.square
    if point is None:
        point = QPointF(square.left() + at[0] * square.width(), at[1] * square.height())
    moves = kind == QEvent.Type.MouseMove
    button = Qt.MouseButton.NoButton if moves else Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(kind, point, pad.mapToGlobal(point), button, buttons, none)
    QApplication.sendEvent(pad, event)


def stroke(pad, points):
    mouse(pad, QEvent.Type.MouseButtonPress, points[0])
    for point in points[1:]:
        mouse(pad, QEvent.Type.MouseMove, point)
    mouse(pad, QEvent.Type.MouseButtonRelease, points[-1], Qt.MouseButton.NoButton)


@pytest.fixture
def pad_view(look, sixteen):
    return look(DrawingPadView, sixteen, SIZE)


def network_of(*sizes, value=0.1):
    architecture = Architecture(sizes)
    vector = np.full(architecture.n_parameters, value, np.float32)
    return InspectedNetwork(
        "made", architecture, Parameters(vector, architecture.layout), "quadratic", "file"
    )


def test_drawn_seven_is_read_as_seven(pad_view, sixteen):
    view = pad_view.view
    assert pad_view.shown.dock.subtitle() == "draw a digit"
    stroke(view.pad, SEVEN)
    assert int(view.outputs.argmax()) == 7
    assert pad_view.shown.dock.subtitle() == f"reads 7 at {view.outputs[7]:.3f}"
    expected = sixteen.passed(view.pad.sketch.drawing.as_input(28)[None]).outputs[0]
    np.testing.assert_array_equal(view.outputs, expected)
    assert view.describe().rows[7] == (7, round(float(view.outputs[7]), 4))
    assert "reads 7" in view.describe().sentence


def test_outputs_follow_before_the_brush_is_lifted(pad_view):
    pad = pad_view.view.pad
    mouse(pad, QEvent.Type.MouseButtonPress, BAR[0])
    seen = []
    for point in BAR[1:]:
        mouse(pad, QEvent.Type.MouseMove, point)
        seen.append(pad_view.view.outputs.copy())
    assert not np.array_equal(seen[0], seen[1])
    assert not pad.sketch.can_undo


def test_stroke_goes_where_the_mouse_went_and_is_erased(pad_view):
    view = pad_view.view
    stroke(view.pad, BAR)
    ink = view.pad.sketch.drawing.ink
    assert ink[CANVAS // 5, CANVAS // 2] == ink[4 * CANVAS // 5 - 2, CANVAS // 2] == 255
    assert not ink[:, : CANVAS // 3].any()
    view.desk.tools["erase"].click()
    view.pad.set_brush("thick")
    stroke(view.pad, BAR)
    assert view.pad.sketch.drawing.is_empty
    assert pad_view.shown.dock.subtitle() == "draw a digit"


def test_strokes_are_undone_and_done_again(pad_view, qtbot):
    pad = pad_view.view.pad
    stroke(pad, BAR)
    one = pad.sketch.drawing
    stroke(pad, SEVEN)
    two = pad.sketch.drawing
    pad_view.view.desk.clear.click()
    qtbot.keyClick(pad, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert pad.sketch.drawing is two
    pad.undo()
    assert pad.sketch.drawing is one
    pad.redo()
    assert pad.sketch.drawing is two
    assert pad_view.view.menu.redo.isEnabled()
    stroke(pad, BAR)
    assert not pad_view.view.menu.redo.isEnabled()


def test_keyboard_alone_draws_a_seven(pad_view, qtbot):
    view = pad_view.view

    def press(key, times=1):
        for _ in range(times):
            qtbot.keyClick(view.pad, key)

    press(Qt.Key.Key_Up, 8)
    press(Qt.Key.Key_Left, 7)
    assert view.pad.sketch.drawing.is_empty
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Right, 13)
    for _ in range(8):
        press(Qt.Key.Key_Down, 2)
        press(Qt.Key.Key_Left)
    press(Qt.Key.Key_Return)
    assert not view.pad.sketch.is_under_way
    assert int(view.outputs.argmax()) == 7
    press(Qt.Key.Key_Right, 4)
    press(Qt.Key.Key_Delete)
    assert view.pad.sketch.drawing.is_empty


def test_pad_takes_its_keys_before_the_window(pad_view):
    def takes(key, modifier=Qt.KeyboardModifier.NoModifier):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifier)
        event.ignore()
        pad_view.view.pad.event(event)
        return event.isAccepted()

    assert takes(Qt.Key.Key_Left)
    assert takes(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not takes(Qt.Key.Key_Space)
    assert not takes(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)


def test_moving_is_not_centred_any_more(pad_view, qtbot):
    view = pad_view.view
    stroke(view.pad, BAR)
    before = view.pad.sketch.drawing
    centred = view.image.copy()
    view.desk.tools["move"].click()
    stroke(view.pad, [(0.2, 0.2), (0.25, 0.3), (0.2 + 48 / CANVAS, 0.2 + 24 / CANVAS)])
    moved = view.pad.sketch.drawing
    assert not moved.is_centred
    np.testing.assert_array_equal(moved.ink[24:, 48:], before.ink[:-24, :-48])
    assert not np.array_equal(view.image, centred)
    assert not view.menu.centre.isChecked()
    assert view.desk.note.text() == "As it stands, not centred"
    view.menu.centre.trigger()
    np.testing.assert_allclose(view.image, centred, atol=1e-6)
    qtbot.keyClick(view.pad, Qt.Key.Key_Left)
    assert not view.pad.sketch.drawing.is_centred


def test_knob_wheel_and_keys_turn(pad_view, qtbot):
    view = pad_view.view
    stroke(view.pad, BAR)
    upright = view.pad.sketch.drawing
    assert view.pad.handle() is None
    view.desk.tools["move"].click()
    handle = view.pad.handle()
    center, knob = handle.center, handle.knob
    quarter = QPointF(center.x() + (center.y() - knob.y()), center.y())
    mouse(view.pad, QEvent.Type.MouseButtonPress, None, point=knob)
    mouse(view.pad, QEvent.Type.MouseMove, None, point=quarter)
    mouse(view.pad, QEvent.Type.MouseButtonRelease, None, Qt.MouseButton.NoButton, quarter)
    lying = view.pad.sketch.drawing
    rows, columns = np.nonzero(lying.ink)
    assert np.ptp(columns) > 4 * np.ptp(rows)
    assert lying.is_centred
    qtbot.keyClick(view.pad, Qt.Key.Key_PageUp)
    np.testing.assert_array_equal(view.pad.sketch.drawing.ink, lying.rotated(5).ink)
    view.pad.undo()
    at, none = QPointF(50, 50), Qt.KeyboardModifier.NoModifier
    wheel = QWheelEvent(
        at,
        at,
        at.toPoint(),
        QPointF(0, -120).toPoint(),
        Qt.MouseButton.NoButton,
        none,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.pad, wheel)
    np.testing.assert_array_equal(view.pad.sketch.drawing.ink, lying.rotated(-5).ink)
    view.pad.undo()
    view.pad.undo()
    assert view.pad.sketch.drawing is upright


def test_inverted_drawing_gives_one_minus_the_image(pad_view):
    view = pad_view.view
    stroke(view.pad, SEVEN)
    before = view.image.copy()
    view.menu.invert.trigger()
    np.testing.assert_allclose(view.image, 1 - before)
    assert view.desk.note.text().endswith("inverted")


def test_use_as_example_gives_what_the_network_gets_and_follows(pad_view):
    view, inspect = pad_view.view, pad_view.inspect
    stroke(view.pad, SEVEN)
    view.desk.use.click()
    assert inspect.inspection.example.title == "drawn"
    np.testing.assert_array_equal(inspect.inspection.example.image, view.image)
    stroke(view.pad, BAR)
    np.testing.assert_array_equal(inspect.inspection.example.image, view.image)
    inspect.choose_example("test", 5)
    stroke(view.pad, BAR)
    assert inspect.inspection.example.index == 5


def test_preview_gives_way_to_ink(pad_view):
    pad = pad_view.view.pad
    assert pad.corner == "top right"
    stroke(pad, [(0.8, 0.1), (0.9, 0.2)])
    assert pad.corner == "top left"
    pad.undo()
    assert pad.corner == "top left"
    np.testing.assert_array_equal(pad.preview.ravel(), pad_view.view.image)


def picture(grey):
    grey = np.ascontiguousarray(grey, np.uint8)
    height, width = grey.shape
    return QImage(grey.data, width, height, width, QImage.Format.Format_Grayscale8).copy()


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_dropped_picture_of_a_digit_is_read(pad_view, mnist, tmp_path, suffix):
    path = tmp_path / f"digit.{suffix}"
    digit = np.kron(255 - mnist.test.images[0].reshape(28, 28), np.ones((8, 8), np.uint8))
    assert picture(digit).save(str(path), quality=95)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    drop = QDropEvent(
        QPointF(20, 20),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    pad_view.view.pad.dropEvent(drop)
    pad_view.settle()
    view = pad_view.view
    wanted = mnist.test.images[0] / 255
    np.testing.assert_allclose(view.image, wanted, atol=0.002 if suffix == "png" else 0.15)
    assert pad_view.shown.dock.subtitle().startswith("reads 7")
    note = f"digit.{suffix}, in grey; inverted, because its ground is bright"
    assert view.desk.note.text() == note
    stroke(view.pad, BAR)
    assert view.desk.note.text() != note


def test_pasted_picture_is_read_and_nothing_is_said_so(pad_view, mnist, qtbot):
    clipboard = QGuiApplication.clipboard()
    clipboard.setImage(picture(mnist.test.images[1].reshape(28, 28)))
    qtbot.keyClick(pad_view.view.pad, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    pad_view.settle()
    np.testing.assert_allclose(pad_view.view.image, mnist.test.images[1] / 255, atol=1e-6)
    clipboard.setText("no picture")
    pad_view.view.menu.paste.trigger()
    assert pad_view.view.desk.note.text().startswith("There is no picture on the clipboard")


@pytest.mark.qt_log_ignore("libpng error")
def test_bad_pictures_are_refused_in_a_sentence(pad_view, tmp_path):
    view = pad_view.view

    def note_of(content):
        path = tmp_path / "it.png"
        path.write_bytes(content)
        view.open_file(path)
        pad_view.settle()
        return view.desk.note.text()

    assert note_of(b"\x00" * 100) == "it.png is no picture that can be read: PNG, JPEG or BMP."
    assert note_of(b"") == "it.png is no picture that can be read: PNG, JPEG or BMP."
    whole = tmp_path / "whole.png"
    picture(np.random.default_rng(0).integers(0, 255, (40, 40))).save(str(whole))
    assert note_of(whole.read_bytes()[:900]).startswith("it.png is damaged: ")
    path = tmp_path / "grey.png"
    picture(np.full((9, 9), 77)).save(str(path))
    assert "one grey all over" in note_of(path.read_bytes())
    view.open_file(tmp_path / "missing.png")
    pad_view.settle()
    assert view.desk.note.text() == "missing.png was not opened: no such file or directory."
    assert view.pad.sketch.drawing.is_empty


def test_only_pictures_are_taken_from_a_drag(pad_view):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/tmp/network.safetensors")])
    assert not pad_view.view.take(data)
    text = QMimeData()
    text.setData("text/plain", QByteArray(b"hello"))
    assert not pad_view.view.take(text)


def test_other_sizes_of_images(look, pad_view):
    small = look(DrawingPadView, network_of(64, 5, 10), SIZE)
    stroke(small.view.pad, SEVEN)
    assert small.view.image.shape == (64,)
    assert small.view.pad.preview.shape == (8, 8)
    not_square = look(DrawingPadView, network_of(50, 10), SIZE)
    stroke(not_square.view.pad, SEVEN)
    assert not_square.view.image is None
    assert not not_square.view.desk.use.isEnabled()
    assert "50 numbers, which make no square image" in not_square.view.desk.note.text()
    assert "no square" in not_square.view.describe().sentence


@pytest.mark.parametrize("value", [np.nan, np.inf, 3e38])
def test_parameters_that_are_not_finite_are_said(look, value):
    looking = look(DrawingPadView, network_of(784, 4, 10, value=value), SIZE)
    stroke(looking.view.pad, SEVEN)
    if not np.isfinite(looking.view.outputs).all():
        assert looking.shown.dock.subtitle() == "reads nothing: not finite"
    looking.view.desk.grab()


def test_network_that_changes_is_asked_again(pad_view, sixteen):
    view = pad_view.view
    stroke(view.pad, SEVEN)
    before = view.outputs.copy()
    other = dataclasses.replace(sixteen, parameters=sixteen.parameters.copy())
    other.parameters.vector[:] *= 0.5
    pad_view.inspect.show_network(other)
    pad_view.refresh()
    assert not np.array_equal(view.outputs, before)


def test_state_comes_back(pad_view, look, sixteen):
    view = pad_view.view
    view.pad.set_brush("thin")
    view.menu.centre.trigger()
    other = look(DrawingPadView, sixteen, SIZE).view
    other.restore(view.state())
    assert other.pad.brush == "thin"
    assert not other.menu.centre.isChecked()
    other.restore({"brush": "huge", "centred": 3})
    assert other.pad.brush == "thin"


def test_pad_is_painted_in_both_themes(pad_view, qapp):
    view = pad_view.view
    stroke(view.pad, SEVEN)
    view.pad.setFocus()
    square = view.pad.square
    for theme in (LIGHT, DARK):
        apply_theme(qapp, theme)
        seen = view.pad.grab().toImage()
        x = int(square.left() + 0.5 * square.width())
        assert seen.pixelColor(x, int(0.24 * square.height())).lightness() > 230
        assert seen.pixelColor(int(square.left() + 20), int(square.height()) - 30).lightness() < 10


def test_sketch_forgets_the_oldest():
    sketch = Sketch()
    for k in range(MOST_UNDONE + 5):
        sketch.change(sketch.drawing.moved(0, k))
    for _ in range(MOST_UNDONE):
        assert sketch.can_undo
        sketch.undo()
    assert not sketch.can_undo


def test_sketch_change_that_is_given_up_leaves_nothing():
    sketch = Sketch()
    before = sketch.drawing
    sketch.begin_stroke((50, 50), 10, erases=False)
    sketch.stroke_to((80, 80))
    assert not sketch.drawing.is_empty
    sketch.give_up()
    assert sketch.drawing is before
    assert not sketch.can_undo
