"""The window: docks with views, fed by the frame clock from the session.

Builds nothing that it does not show: `gdviz.qt.app` makes the session and hands it over. All
of it runs on the GUI thread.
"""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSettings, Qt, QTimer, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QPaintEvent,
    QShowEvent,
    QUndoStack,
)
from PySide6.QtWidgets import QApplication, QMainWindow

from gdviz.qt.actions import Actions
from gdviz.qt.branch_book import BranchBook
from gdviz.qt.dialogs.dialogs import Dialogs
from gdviz.qt.file_actions import FileActions
from gdviz.qt.files import Files, dropped_path, is_data
from gdviz.qt.frame_clock import FrameClock
from gdviz.qt.frame_times import FrameTimes
from gdviz.qt.handlers import handlers_of
from gdviz.qt.held_input import wait_holding_input
from gdviz.qt.inspecting import InspectControl
from gdviz.qt.keeping.keeping import Keeping
from gdviz.qt.lab_control import LabControl
from gdviz.qt.lab_hand_over import LabHandOver
from gdviz.qt.layout import Layout
from gdviz.qt.long_work import LongWork
from gdviz.qt.menus import Menus
from gdviz.qt.message_strip import MessageStrip
from gdviz.qt.news import News
from gdviz.qt.panels.settings_panel import SettingsPanel
from gdviz.qt.replacing import Replacing
from gdviz.qt.run_clipboard import RunClipboard
from gdviz.qt.run_settings import RunSettings
from gdviz.qt.saving import Saving
from gdviz.qt.session import Session
from gdviz.qt.status import StatusBar
from gdviz.qt.subject_menu import SubjectMenu
from gdviz.qt.system_theme import theme_named
from gdviz.qt.theme import apply_theme, current_theme
from gdviz.qt.time_control import ALONGSIDE, TimeControl
from gdviz.qt.transport import TransportBar, fixed_tool_bar
from gdviz.qt.view_host import ViewHost
from gdviz.qt.views.view import Frame
from gdviz.qt.widgets.apart import Apart
from gdviz.qt.workspaces import WORKSPACES
from gdviz.runtime.commands import (
    Command,
    Pause,
    RequestState,
    Run,
    SeekTo,
    SetSpeed,
    StepBack,
    SwitchBranch,
)
from gdviz.runtime.snapshot import RunState
from gdviz.storage.sessions import is_session
from gdviz.storage.settings import Settings, save_settings
from gdviz.training.config import TrainingConfig

logger = logging.getLogger(__name__)

STANDING_BACK_MS = 50.0
"""So long the views wait for an answer to a key; a worker that takes longer has work of its own."""
TEXT_FRAMES = 4
"""While training runs, numbers are written 15 times a second at 60 Hz: nobody reads quicker."""


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
    keeps : bool, default False
        Whether the session is saved by itself and runs go into the library.
    """

    def __init__(
        self,
        session: Session,
        config: TrainingConfig,
        settings: Settings,
        layout_file: QSettings,
        *,
        keeps: bool = False,
    ) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowTitle("gdviz")
        self.setAcceptDrops(True)
        self.session = session
        self.settings = settings
        self._run_id = self._n_frames = 0
        self._told: tuple[object, ...] = ()
        self.remembers = True
        """Whether closing saves layout and settings; a recording leaves the user's alone."""
        self._closed = self.is_seen = False
        """Whether it was painted: from then on each frame makes one of the views."""
        self.file_actions = FileActions(self)
        self.run_clipboard = RunClipboard(self)
        self.files = Files(self, self.file_actions.load, self._refuse_file)
        self.time_control = TimeControl(self.send, self)
        self.saving = Saving(
            lambda: self.send(RequestState()),
            self.file_actions.saved,
            self._refuse,
            self.time_control.note_save,
        )
        self.undo_stack = QUndoStack(self)
        self.book = BranchBook(self)
        self.actions_by_key = Actions(self, handlers_of(self))
        self.transport = TransportBar(
            self.actions_by_key, self, [(space.key, space.title) for space in WORKSPACES]
        )
        self.message = MessageStrip(self)
        self.offer = MessageStrip(self, "offer", "Offer", "Not now")
        self.status = StatusBar(self)
        self.settings_panel = SettingsPanel(config, session.dataset, self.actions_by_key)
        self.long_work = LongWork(self)
        self.news = News(self.message, self.status, self.actions_by_key)
        wait = partial(wait_holding_input, self.tick)
        self.replacing = Replacing(session, self.book, self.undo_stack, self._refuse, wait, self)
        self.run_settings = RunSettings(
            session, self.settings_panel, self.undo_stack, self.replacing,
            self.news.clear_refusals, self._refuse,
        )  # fmt: skip
        self.inspect = InspectControl(session.dataset, self.undo_stack, self._refuse, self)
        self.lab = LabControl(session.dataset, self)
        self.views = ViewHost(
            self, session.dataset, self.send, self.undo_stack, self.book, self.time_control,
            self.inspect, self.lab,
        )  # fmt: skip
        self.dock_layout = Layout(self, self.views.docks, self.settings_panel, layout_file)
        self.dialogs = Dialogs(self)
        self.views.show_table = self.dialogs.show_table
        self.subject = SubjectMenu(self)
        self.views.docks["network"].add_tool(self.subject)
        self.keeping = Keeping(self, is_on=keeps)
        self.lab_hand_over = LabHandOver(self)
        self.menus = Menus(self)
        self._build_frame()
        self._connect()
        self._restyle()
        self.views.restore(settings.view_states)
        self.resize(1440, 900)
        self._arranged = self.dock_layout.restore()
        self.clock = FrameClock(self.tick, self)
        self.frame_times = FrameTimes(self.clock, self.views, self)
        self.clock.watch(self, *self.views.docks.values())

    # --- building -------------------------------------------------------------------------

    def _build_frame(self) -> None:
        self.addToolBar(fixed_tool_bar(self, Apart(self.transport), self.offer, self.message))
        status = self.statusBar()
        status.setSizeGripEnabled(False)
        status.setFixedHeight(28)
        status.addWidget(Apart(self.status), 1)

    def _connect(self) -> None:
        self.transport.speed_changed.connect(self._set_speed)
        self.transport.workspaces.changed.connect(self.show_workspace)
        self.settings_panel.proposed.connect(self.time_control.give_way)
        self.settings_panel.proposed.connect(self.run_settings.propose)
        self.settings_panel.refused.connect(self._refuse)
        self.settings_panel.restart_asked.connect(self.actions_by_key["restart"].trigger)
        self.time_control.changed.connect(self._time_changed)
        self.inspect.opened.connect(self.file_actions.inspected)
        self.inspect.save_asked.connect(self.file_actions.ask_save_inspected)
        self.inspect.told.connect(self.status.show_notice)
        self.lab.told.connect(self.status.show_notice)
        self._mark_workspace()

    def start(self) -> None:
        """Let the frame clock tick; from now on the window follows the worker by itself."""
        self.keeping.start()
        self.clock.start()

    # --- frames ---------------------------------------------------------------------------

    @Slot()
    def tick(self) -> None:
        """Show what is new; called by the frame clock, and by hand in tests."""
        # The first state comes before the first view, which takes a while: all of pyqtgraph.
        if self.is_seen and self.session.snapshot is not None:
            self.views.make_next()
        self.views.settle(self.clock.newest_ms)
        self.files.poll()
        self.saving.poll()
        self.keeping.poll()
        self.lab_hand_over.poll()
        self.dialogs.poll()
        self.views.ask_for_detail()
        self.time_control.tick()
        frame = self.session.poll()
        if frame is not None:
            self.keeping.see(frame)
            self.replacing.see(frame.snapshot)
            is_answer = self.session.is_answered
            if is_answer:
                self.clock.hurry(is_hurried=False)
            if is_answer or not self.clock.is_hurried:
                # Else nobody wants to see where it was on its way to the pause.
                self.show_frame(frame)
        self._look_at_inspected()
        self.lab.tick()
        if self.lab.take_change():
            self.views.show_news("lab")
        if not self._stands_back():
            self.views.show_noted(at_once=not self.clock.is_ticking)
        if not self.session.is_running:
            # What stands still is painted view by view, and nobody waits between two of them.
            awaits = self.clock.is_hurried and not self.session.is_answered
            self.clock.hurry(is_hurried=awaits or not self.views.is_up_to_date)
        self.long_work.show()

    def _stands_back(self) -> bool:
        """Whether painting waits, for a moment: the worker is to have the processor and answer."""
        awaits = self.clock.is_hurried and not self.session.is_answered
        return awaits and self.clock.hurried_ms < STANDING_BACK_MS

    def show_frame(self, frame: Frame) -> None:
        """Show a frame in the visible views, the read-outs and the status bar."""
        snapshot = frame.snapshot
        if snapshot.run_id != self._run_id:
            self._run_id = snapshot.run_id
            self._begin_run(frame)
        self.book.follow(snapshot)
        self.run_settings.follow(snapshot)
        self.time_control.follow(snapshot)
        self.inspect.follow(snapshot)
        self.views.show_frame(frame)
        self._n_frames += 1
        # What is no running number is told at once.
        told, self._told = (
            self._told,
            (snapshot.state, snapshot.goal, snapshot.is_compiling, snapshot.is_past),
        )
        still_runs = told == self._told and snapshot.state is RunState.RUNNING
        if not still_runs or self._n_frames % TEXT_FRAMES == 0:
            cost = self.session.smoothed_cost
            self.transport.show_frame(frame, cost)
            self.status.show_frame(frame, cost, self.session.dataset)
        self._time_changed()
        self.news.show(snapshot)
        self.saving.see(snapshot)
        self.dialogs.show_frame(frame)

    def _look_at_inspected(self) -> None:
        """Show what is new of what is inspected."""
        self.inspect.tick()
        if self.inspect.take_change() and self.inspect.inspection is not None:
            self.subject.show_inspection(self.inspect.inspection)
            self.views.show_news("inspect")

    @Slot()
    def _time_changed(self) -> None:
        """Say what Run would do here, and what can be played."""
        running, snapshot = self.session.is_running, self.session.snapshot
        is_past = snapshot is not None and snapshot.is_past
        self.actions_by_key.show_running(running, is_past=is_past)
        self.actions_by_key.show_time(self.time_control)

    def _begin_run(self, frame: Frame) -> None:
        """Another run: its settings, its views from the start, a digit that it gets wrong."""
        snapshot = frame.snapshot
        self.news.forget()
        self.settings_panel.show_dataset(self.session.dataset)
        self.settings_panel.show_config(snapshot.config, None)
        self.inspect.reset(self.session.dataset)
        self.lab.reset(self.session.dataset)
        self.views.reset(self.session.dataset)
        self.views.choose_mistake(snapshot)
        self.setWindowTitle(f"{snapshot.title} – gdviz" if snapshot.title else "gdviz")

    # --- training -------------------------------------------------------------------------

    def send(self, command: Command) -> int:
        """Send a command to the worker; give its id."""
        if not isinstance(command, ALONGSIDE):
            self.time_control.give_way()
        identity = self.session.send(command)
        if isinstance(command, SeekTo | StepBack | SwitchBranch):
            # A hand on the scrubber follows its eye.
            self.clock.hurry(is_hurried=True)
        return identity

    @Slot()
    def toggle_run(self) -> None:
        """Run or pause, by what the worker does now; while the past is played, stop there."""
        running = self.session.is_running
        if self.time_control.direction is not None:
            self.actions_by_key["run"].setChecked(running)
            self.time_control.stop()
            return
        # The button shows what the worker says: a click alone does not check it.
        self.actions_by_key["run"].setChecked(running)
        self.send(Pause() if running else Run())
        self.clock.hurry(is_hurried=running)

    @Slot(object)
    def _set_speed(self, speed: float | None) -> None:
        self.send(SetSpeed(speed))

    # --- files ----------------------------------------------------------------------------

    def open_path(self, path: Path, remark: str = "") -> None:
        """Begin to open a network; the session goes on until it is read.

        In the Inspect workspace it is only looked at: training goes on.

        Parameters
        ----------
        path : Path
        remark : str, optional
            A sentence to be said when the network is open.
        """
        if self.inspect.is_on and not is_session(path):
            self.news.clear_refusals()  # what another file was refused for
            self.inspect.open_file(path)
        else:
            self.files.open(path, self.session.dataset, remark)

    def _refuse_file(self, sentence: str) -> None:
        """A file cannot be trained; in Inspect it may still be looked at."""
        self._refuse(sentence)
        if self.inspect.is_on and self.files.path is not None:
            self.inspect.open_file(self.files.path)

    def _refuse(self, sentence: str) -> None:
        self.message.say(sentence)

    def save_to(self, path: Path) -> None:
        """Save the exact state between two steps; training goes on meanwhile."""
        self.saving.save_network(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt override: one local file is welcome."""
        if dropped_path(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt override: open what was dropped."""
        path = dropped_path(event.mimeData())
        if path:
            event.acceptProposedAction()
            if is_data(path):
                self.dialogs.show_data(path)
            else:
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
        self._time_changed()

    @Slot(str)
    def show_workspace(self, key: str) -> None:
        """Show another workspace; training goes on meanwhile."""
        self.inspect.is_on = key == "inspect"
        if key == "lab":
            self.lab.open()
        self.views.set_workspace(key)
        self.dock_layout.show(key)
        if not self.is_seen:
            self.views.make_all()
        self._mark_workspace()
        self.clock.hurry(is_hurried=True)

    def _mark_workspace(self) -> None:
        """Show in bar and menu which workspace is in sight."""
        key = self.dock_layout.workspace.key
        self.transport.workspaces.set_current(key)
        for space in WORKSPACES:
            self.actions_by_key[f"workspace_{space.key}"].setChecked(space.key == key)

    def toggle_full_screen(self) -> None:
        """Fill the screen, or leave it."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def shut_down(self) -> bool:
        """Stop the clock, the worker and all background work; may be called again.

        Returns
        -------
        bool
            True if every thread has ended within its limit.
        """
        self.clock.stop()
        self.inspect.close()
        self.lab.close()
        self.files.cancel()
        self.keeping.ask_last()
        ended = self.session.close()
        frame = self.session.poll()
        if frame is not None:
            # A state that was asked for at the last moment: the worker answered before it ended.
            self.keeping.see(frame)
            self.saving.see(frame.snapshot)
        kept = self.keeping.close(frame)
        saved = self.saving.close()
        read, exported = self.dialogs.shut_down(), self.lab_hand_over.close()
        return self.files.close() and read and exported and kept and saved and ended

    def showEvent(self, event: QShowEvent) -> None:
        """Qt override: give the panels their first sizes, which need a window that is laid out."""
        super().showEvent(event)
        # Else the first control of the first panel would begin with a focus ring.
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self._arranged:
            self._arranged = True
            QTimer.singleShot(0, self, self.dock_layout.resize)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override: the window is in sight; its views may take their time from now on."""
        self.is_seen = True
        super().paintEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt override: remember the layout and the settings, stop the worker."""
        if not self._closed and not self.keeping.ending.may_close():
            event.ignore()
            return
        if not self._closed:
            self._closed = True
            self.dialogs.close()
            try:
                if self.remembers:
                    self._remember()
            finally:
                self.shut_down()
        super().closeEvent(event)

    def _remember(self) -> None:
        self.dock_layout.save()
        states = self.views.states() | self.dialogs.states()
        self.settings = self.settings.replace(view_states=states)
        try:
            save_settings(self.settings)
        except (OSError, TypeError) as error:
            logger.info("settings were not saved: %s", error)
