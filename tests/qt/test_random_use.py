"""R8 and R9: random use is survived, and so is starting, training and closing at once."""

import gc
import random
import threading
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QFileDialog, QMenu, QToolButton, QWidget

from gdviz.qt.actions import ACTIONS
from gdviz.qt.app import create_window
from gdviz.qt.pictures import png_of
from gdviz.qt.theme import THEMES
from gdviz.runtime.snapshot import RunState
from gdviz.storage.checkpoint import save_checkpoint
from gdviz.training.config import TrainingConfig
from gdviz.training.state import initial_state

EVENTS = 500
KEYS = (
    [Qt.Key(key) for key in range(Qt.Key.Key_A, Qt.Key.Key_Z + 1)]
    + [Qt.Key(key) for key in range(Qt.Key.Key_0, Qt.Key.Key_9 + 1)]
    + [Qt.Key.Key_Space, Qt.Key.Key_Period, Qt.Key.Key_Comma, Qt.Key.Key_BracketLeft]
    + [Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Up, Qt.Key.Key_Left]
    + [Qt.Key.Key_Backspace, Qt.Key.Key_F1, Qt.Key.Key_F11, Qt.Key.Key_PageUp, Qt.Key.Key_Home]
)
MODIFIERS = (
    *[Qt.KeyboardModifier.NoModifier] * 4,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
BUTTONS = (*[Qt.MouseButton.LeftButton] * 4, Qt.MouseButton.RightButton)


class Monkey:
    """Does one random thing after another to a window; equal seeds do equal things.

    Parameters
    ----------
    driver : Driver
    seed : int
    folder : Path
        Of files, most of them bad.
    """

    def __init__(self, driver, seed: int, folder: Path) -> None:
        self.driver = driver
        self.window = driver.window
        self.random = random.Random(seed)
        self.paths = sorted(folder.iterdir())
        self.tricks = (
            [self.click] * 6 + [self.key] * 6 + [self.tick] * 8 + [self.trigger] * 3
            + [self.open, self.resize, self.theme, self.dock, self.wheel, self.drag]
        )  # fmt: skip

    def act(self) -> str:
        """Do something, and give what it was."""
        trick = self.random.choice(self.tricks)
        said = f"{trick.__name__} {trick() or ''}"
        self.calm()
        return said

    def widget(self) -> QWidget | None:
        """Give a random visible widget of the window in front."""
        top = QApplication.activePopupWidget() or QApplication.activeModalWidget() or self.window
        widgets = [
            w
            for w in top.findChildren(QWidget)
            # A tool button's menu waits inside Qt until a user answers: its entries are tried.
            if w.isVisible() and w.isEnabled() and not isinstance(w, QToolButton)
        ]
        return self.random.choice(widgets) if widgets else None

    def place(self, widget: QWidget) -> QPoint | None:
        """Give a random point of a widget, or None if it lies outside the window."""
        point = QPoint(
            self.random.randrange(max(widget.width(), 1)),
            self.random.randrange(max(widget.height(), 1)),
        )
        top = widget.window()
        handle = top.windowHandle()
        place = widget.mapTo(top, point)
        inside = (
            handle is not None
            and 0 <= place.x() < handle.width()
            and 0 <= place.y() < handle.height()
        )
        return point if inside else None

    def click(self) -> str:
        widget = self.widget()
        place = widget and self.place(widget)
        if widget is None or place is None:
            return ""
        said = f"{type(widget).__name__} {widget.objectName()}"
        button = self.random.choice(BUTTONS)
        if self.random.random() < 0.1:
            QTest.mouseDClick(widget, button, pos=place)
        else:
            QTest.mouseClick(widget, button, pos=place)
        return said

    def drag(self) -> str:
        widget = self.widget()
        if widget is None:
            return ""
        begin, end = self.place(widget), self.place(widget)
        if begin is not None and end is not None:
            QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=begin)
            QTest.mouseMove(widget, end)
            if shiboken6.isValid(widget):
                QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=end)
        return type(widget).__name__

    def wheel(self) -> str:
        widget = self.widget()
        place = widget and self.place(widget)
        if widget is not None and place is not None:
            top = widget.window()
            point = widget.mapTo(top, place).toPointF()
            QTest.wheelEvent(top.windowHandle(), point, QPoint(0, self.random.choice((120, -120))))
        return ""

    def key(self) -> str:
        widget = QApplication.focusWidget() or self.window
        if isinstance(widget, QToolButton):
            # Its menu would wait inside Qt: see `widget`.
            widget = self.window
        key, modifier = self.random.choice(KEYS), self.random.choice(MODIFIERS)
        if modifier == Qt.KeyboardModifier.ControlModifier and key == Qt.Key.Key_Q:
            return "not quit"
        QTest.keyClick(widget, key, modifier)
        return key.name

    def trigger(self) -> str:
        keys = [spec.key for spec in ACTIONS if spec.key != "quit"]
        key = self.random.choice(keys)
        self.window.actions_by_key[key].trigger()
        return key

    def tick(self) -> str:
        self.window.tick()
        QApplication.processEvents()
        return ""

    def open(self) -> str:
        path = self.random.choice(self.paths)
        self.window.open_path(path)
        return path.name

    def resize(self) -> str:
        self.window.resize(self.random.randrange(300, 1700), self.random.randrange(200, 1000))
        return ""

    def theme(self) -> str:
        name = self.random.choice(list(THEMES))
        if self.random.random() < 0.3:
            self.window.set_theme(name)
        return name

    def dock(self) -> str:
        dock = self.random.choice(list(self.window.dock_layout.docks.values()))
        if self.random.random() < 0.3:
            dock.setFloating(not dock.isFloating())
        else:
            dock.setVisible(not dock.isVisible())
        return dock.objectName()

    def calm(self) -> None:
        """Close what a click has opened: the window is what is to be tried."""
        for _ in range(5):
            top = QApplication.activePopupWidget() or QApplication.activeModalWidget()
            if top is None or self.random.random() < 0.3:
                return
            top.close()


def pick_nothing(menu: QMenu, *_arguments) -> None:
    """A context menu that is left by Escape at once: `exec` would wait for a user."""
    del menu


@pytest.fixture
def no_dialogs(monkeypatch, tmp_path):
    """File dialogs answer at once: with nothing, or with a file in a folder of their own."""
    answers = iter(range(10_000))
    folder = tmp_path / "out"
    folder.mkdir()

    def save(_parent, _title, name, _filter):
        number = next(answers)
        return ("" if number % 3 == 0 else str(folder / f"{number}{Path(name).suffix}")), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_arguments: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_arguments: "")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", save)
    monkeypatch.setattr(QMenu, "exec", pick_nothing)


@pytest.fixture
def some_files(tmp_path) -> Path:
    """A good file and four bad ones."""
    folder = tmp_path / "in"
    folder.mkdir()
    config = TrainingConfig(layer_sizes=(16, 6, 3), epochs=1000)
    good = folder / "good.safetensors"
    save_checkpoint(good, config, initial_state(config))
    other = TrainingConfig(layer_sizes=(25, 8, 3))
    save_checkpoint(folder / "other.safetensors", other, initial_state(other))
    (folder / "cut.safetensors").write_bytes(good.read_bytes()[:300])
    (folder / "text.txt").write_text("Dear network,")
    (folder / "folder.npz").mkdir()
    return folder


@pytest.mark.usefixtures("no_dialogs")
@pytest.mark.parametrize("seed", range(5))
def test_random_use_is_survived(make_window, some_files, seed, capture_exceptions):
    driver = make_window()
    driver.show()
    monkey = Monkey(driver, seed, some_files)
    done: list[str] = []
    for _ in range(EVENTS):
        done.append(monkey.act())
        assert not capture_exceptions, (done[-5:], capture_exceptions)
        if not driver.window.isVisible():
            driver.window.show()
    for top in (QApplication.activePopupWidget(), QApplication.activeModalWidget()):
        if top is not None:
            top.close()
    driver.acknowledge()
    assert driver.snapshot.state in set(RunState) - {RunState.FAILED}, driver.snapshot.message
    for dock in driver.window.findChildren(QDockWidget):
        error = getattr(dock, "error", lambda: None)()
        assert error is None, (dock.objectName(), error)


@pytest.fixture
def capture_exceptions(monkeypatch):
    """Every exception of a slot or an event handler, as the error handler would get it."""
    caught: list[str] = []

    def hook(kind, error, traceback):
        import traceback as text

        caught.append("".join(text.format_exception(kind, error, traceback)[-4:]))

    monkeypatch.setattr("sys.excepthook", hook)
    return caught


def test_thirty_cycles_of_start_train_and_close(blobs_file, qapp, qtbot, close_now, tmp_path):
    """Some while a surface is computed, while files are read or written, some at once.

    Whole processes are ended by `scripts/start_stop.py`.
    """
    arguments = ["--data", str(blobs_file), "--hidden", "8", "--epochs", "100000"]
    before = set(threading.enumerate())
    computing = 0
    for cycle in range(30):
        window = create_window(arguments)
        if cycle % 3:
            window.show()
            window.toggle_run()

            def is_computing(window=window) -> bool:
                window.tick()
                snapshot = window.session.snapshot
                return snapshot is not None and snapshot.surface_progress is not None

            if cycle % 3 == 2:
                qtbot.waitUntil(is_computing, timeout=60_000)
                computing += 1
            if cycle % 5 == 0:
                window.open_path(blobs_file)
            if cycle % 5 == 1:
                window.saving.save_picture(tmp_path / f"{cycle}.png", png_of(window))
                window.save_to(tmp_path / f"{cycle}.safetensors")
        close_now(window)
        assert set(threading.enumerate()) == before
    gc.collect()
    assert computing == 10
    written = sorted(path.suffix for path in tmp_path.iterdir() if path.stem.isdecimal())
    assert written == [".png"] * 4 + [".safetensors"] * 4
