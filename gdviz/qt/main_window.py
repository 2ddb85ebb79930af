"""The window: docks with views, fed by the frame clock from the session.

Builds nothing that it does not show: `gdviz.qt.app` makes the session and hands it over. All
of it runs on the GUI thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSettings, Qt, QTimer, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QShowEvent,
    QUndoStack,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QToolBar, QVBoxLayout, QWidget

from gdviz.qt import help_texts
from gdviz.qt.actions import Actions
from gdviz.qt.files import Files, Opened, dropped_path
from gdviz.qt.frame_clock import FrameClock
from gdviz.qt.layout import Layout
from gdviz.qt.menus import Menus
from gdviz.qt.message_strip import MessageStrip
from gdviz.qt.news import News
from gdviz.qt.panels.settings_panel import SettingsPanel
from gdviz.qt.pictures import png_of
from gdviz.qt.run_settings import RunSettings
from gdviz.qt.saving import Saving
from gdviz.qt.session import Session
from gdviz.qt.status import StatusBar
from gdviz.qt.system_theme import theme_named
from gdviz.qt.theme import apply_theme, current_theme
from gdviz.qt.transport import TransportBar
from gdviz.qt.view_host import ViewHost
from gdviz.qt.views.view import Frame
from gdviz.runtime.commands import (
    Command,
    LoadState,
    Pause,
    RequestState,
    Run,
    SetSpeed,
    Step,
    StepBack,
    StepEpoch,
)
from gdviz.storage.settings import Settings, save_settings
from gdviz.training.config import TrainingConfig

logger = logging.getLogger(__name__)


class MainWindow(QMainWindow):
    """The window of one session.

    Parameters
    ----------
    session : Session
        Closed with the window.
    config : TrainingConfig
        What the session was started with.
    settings : Settings
        The user's; saved when the window closes.
    layout_file : QSettings
        Where docks are remembered; may be deleted without loss.
    """

    def __init__(
        self,
        session: Session,
        config: TrainingConfig,
        settings: Settings,
        layout_file: QSettings,
    ) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowTitle("gdviz")
        self.setAcceptDrops(True)
        self.session = session
        self.settings = settings
        self._run_id = 0
        self.remembers = True
        """Whether closing saves layout and settings; a recording leaves the user's alone."""
        self._closed = False
        self.files = Files(self, self._load, self._refuse)
        self.saving = Saving(lambda: self.send(RequestState()), self._saved, self._refuse)
        self.undo_stack = QUndoStack(self)
        self.actions_by_key = Actions(self, self._handlers())
        self.transport = TransportBar(self.actions_by_key, self)
        self.message = MessageStrip(self)
        self.status = StatusBar(self)
        self.settings_panel = SettingsPanel(config, session.dataset, self.actions_by_key)
        self.news = News(self.message, self.status, self.actions_by_key)
        self.run_settings = RunSettings(
            session, self.settings_panel, self.undo_stack, self.news.clear_refusals, self._refuse
        )
        self.views = ViewHost(self, session.dataset, self.send)
        self.dock_layout = Layout(self, self.views.docks, self.settings_panel, layout_file)
        self.menus = Menus(self)
        self._build_frame()
        self._connect()
        self._restyle()
        self.views.restore(settings.view_states)
        self.resize(1440, 900)
        self._arranged = self.dock_layout.restore()
        self.clock = FrameClock(self.tick, self)

    # --- building -------------------------------------------------------------------------

    def _handlers(self) -> dict[str, Callable[[], object]]:
        return {
            "run": self.toggle_run,
            "step": lambda: self.send(Step()),
            "step_epoch": lambda: self.send(StepEpoch()),
            "step_back": lambda: self.send(StepBack()),
            "restart": self._restart,
            "new_start": self._new_start,
            "slower": lambda: self.transport.change_speed(-1),
            "faster": lambda: self.transport.change_speed(1),
            "log_axis": self._toggle_log,
            "open": self._ask_open,
            "save": self._ask_save,
            "record": self._ask_picture,
            "curves": self._ask_curves,
            "quit": self.close,
            "undo": self.undo_stack.undo,
            "redo": self.undo_stack.redo,
            "reset_layout": self._reset_layout,
            "full_screen": self._toggle_full_screen,
            "keys": lambda: help_texts.show_keys(self),
            "explain": lambda: help_texts.explain(self),
            "about": lambda: help_texts.show_about(self),
        }

    def _build_frame(self) -> None:
        top = QWidget(self)
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.transport)
        column.addWidget(self.message)
        bar = QToolBar("Transport", self)
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.toggleViewAction().setVisible(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.addWidget(top)
        self.addToolBar(bar)
        status = self.statusBar()
        status.setSizeGripEnabled(False)
        status.setFixedHeight(28)
        status.addWidget(self.status, 1)

    def _connect(self) -> None:
        self.transport.speed_changed.connect(self._set_speed)
        self.settings_panel.proposed.connect(self.run_settings.propose)
        self.settings_panel.refused.connect(self._refuse)
        self.settings_panel.restart_asked.connect(self.actions_by_key["restart"].trigger)
        self.status.cancelled.connect(self.files.cancel)

    def start(self) -> None:
        """Let the frame clock tick; from now on the window follows the worker by itself."""
        self.clock.start()

    # --- frames ---------------------------------------------------------------------------

    @Slot()
    def tick(self) -> None:
        """Show what is new; called by the frame clock, and by hand in tests."""
        self.files.poll()
        self.saving.poll()
        self.views.ask_for_detail()
        frame = self.session.poll()
        if frame is not None:
            self.show_frame(frame)
        self._show_work()

    def show_frame(self, frame: Frame) -> None:
        """Show a frame in the visible views, the read-outs and the status bar."""
        snapshot = frame.snapshot
        if snapshot.run_id != self._run_id:
            self._run_id = snapshot.run_id
            self._begin_run(frame)
        self.run_settings.follow(snapshot)
        self.views.show_frame(frame)
        cost = self.session.smoothed_cost
        self.transport.show_frame(frame, cost)
        self.status.show_frame(frame, cost, self.session.dataset)
        self.actions_by_key.show_running(self.session.is_running, current_theme())
        self.actions_by_key["step_back"].setEnabled(snapshot.step > 0)
        self.news.show(snapshot)
        self.saving.see(snapshot)

    def _begin_run(self, frame: Frame) -> None:
        """Another run: its settings, its views from the start, a digit that it gets wrong."""
        snapshot = frame.snapshot
        self.news.forget()
        self.settings_panel.show_config(snapshot.config, None)
        self.views.reset(self.session.dataset)
        self.views.choose_mistake(snapshot)
        self.setWindowTitle(f"{snapshot.title} – gdviz" if snapshot.title else "gdviz")

    def _show_work(self) -> None:
        snapshot = self.session.snapshot
        progress = snapshot.surface_progress if snapshot else None
        if self.files.work:
            self.status.show_work(self.files.work, cancellable=True)
        elif self.saving.work:
            self.status.show_work(self.saving.work)
        elif not self.session.is_running and progress is not None:
            self.status.show_work("Surface", progress)
        else:
            self.status.show_work("")

    # --- training -------------------------------------------------------------------------

    def send(self, command: Command) -> int:
        """Send a command to the worker; give its id."""
        return self.session.send(command)

    @Slot()
    def toggle_run(self) -> None:
        """Run or pause, by what the worker does now."""
        running = self.session.is_running
        # The button shows what the worker says: a click alone does not check it.
        self.actions_by_key["run"].setChecked(running)
        self.send(Pause() if running else Run())

    def _restart(self) -> None:
        self.run_settings.restart()

    def _new_start(self) -> None:
        self.run_settings.new_start()

    @Slot(object)
    def _set_speed(self, speed: float | None) -> None:
        self.send(SetSpeed(speed))

    # --- files ----------------------------------------------------------------------------

    def open_path(self, path: Path, remark: str = "") -> None:
        """Begin to open a network; the session goes on until it is read.

        Parameters
        ----------
        path : Path
        remark : str, optional
            A sentence to be said when the network is open.
        """
        self.files.open(path, self.session.dataset, remark)

    def _load(self, opened: Opened) -> None:
        identity = self.send(LoadState(opened.config, opened.state, opened.path.name))
        self.run_settings.expect(identity, opened.config)
        self.undo_stack.clear()
        self.settings = self.settings.with_recent_file(opened.path).replace(
            last_folder=str(opened.path.absolute().parent)
        )
        self.message.clear()
        if self.files.remark:
            self.message.say(self.files.remark)
        notice = f" ({opened.notice})" if opened.notice else ""
        self.status.show_notice(f"Opened {opened.path.name}{notice}")

    def _refuse(self, sentence: str) -> None:
        self.message.say(sentence)

    def _ask_open(self) -> None:
        path = self.files.ask_open(self.settings)
        if path:
            self.open_path(path)

    def _ask_save(self) -> None:
        path = self.files.ask_save(
            "Save the network", "network.safetensors", "Networks (*.safetensors)", self.settings
        )
        if path:
            self.save_to(path)

    def save_to(self, path: Path) -> None:
        """Save the exact state between two steps; training goes on meanwhile."""
        self.saving.save_network(path)

    def _ask_curves(self) -> None:
        path = self.files.ask_save("Save the curves", "curves.csv", "CSV (*.csv)", self.settings)
        if path:
            self.saving.save_curves(path, self.session.history)

    def _ask_picture(self) -> None:
        path = self.files.ask_save("Save the window", "gdviz.png", "PNG (*.png)", self.settings)
        if path:
            self.saving.save_picture(path, png_of(self))

    def _saved(self, path: Path, sentence: str) -> None:
        self.status.show_notice(sentence)
        self.settings = self.settings.replace(last_folder=str(path.absolute().parent))
        if path.suffix == ".safetensors":
            self.settings = self.settings.with_recent_file(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt override: one local file is welcome."""
        if dropped_path(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt override: open what was dropped."""
        path = dropped_path(event.mimeData())
        if path:
            event.acceptProposedAction()
            self.open_path(path)

    # --- the window itself ----------------------------------------------------------------

    def set_theme(self, name: str) -> None:
        """Change the theme and remember it; ``system`` is the desktop's."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, theme_named(name))
        self.settings = self.settings.replace(theme=name)
        self._restyle()

    def _restyle(self) -> None:
        self.actions_by_key.restyle(current_theme())
        self.actions_by_key["run"].setText("")
        self.actions_by_key.show_running(self.session.is_running, current_theme())

    def _toggle_log(self) -> None:
        self.views.toggle_log()

    def _reset_layout(self) -> None:
        self.dock_layout.reset()

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def shut_down(self) -> bool:
        """Stop the clock, the worker and all background work; may be called again.

        Returns
        -------
        bool
            True if every thread has ended within its limit.
        """
        self.clock.stop()
        self.files.cancel()
        ended = self.session.close()
        frame = self.session.poll()
        if frame is not None:
            # A state that was asked for at the last moment: the worker answered before it ended.
            self.saving.see(frame.snapshot)
        saved = self.saving.close()
        return self.files.close() and saved and ended

    def showEvent(self, event: QShowEvent) -> None:
        """Qt override: give the panels their first sizes, which need a window that is laid out."""
        super().showEvent(event)
        # Else the first control of the first panel would begin with a focus ring.
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self._arranged:
            self._arranged = True
            QTimer.singleShot(0, self, self.dock_layout.resize)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt override: remember the layout and the settings, stop the worker."""
        if not self._closed:
            self._closed = True
            try:
                if self.remembers:
                    self._remember()
            finally:
                self.shut_down()
        super().closeEvent(event)

    def _remember(self) -> None:
        self.dock_layout.save()
        self.settings = self.settings.replace(view_states=self.views.states())
        try:
            save_settings(self.settings)
        except (OSError, TypeError) as error:
            logger.info("settings were not saved: %s", error)
