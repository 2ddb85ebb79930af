"""The window's dialogs: made when they are first asked for, and fed with every frame."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gdviz.analysis.description import Description
from gdviz.qt.dialogs.run_until import RunUntilDialog
from gdviz.qt.files import SESSION_FILTER
from gdviz.qt.views.view import Frame
from gdviz.runtime.commands import CancelLearningRate, FindLearningRate, Restart, RunUntil

if TYPE_CHECKING:
    from gdviz.data.dataset import Dataset
    from gdviz.qt.dialogs.crash_report import CrashReportDialog
    from gdviz.qt.dialogs.data import DataDialog
    from gdviz.qt.dialogs.library import LibraryDialog
    from gdviz.qt.dialogs.preferences import PreferencesDialog
    from gdviz.qt.dialogs.rate_range import RateRangeDialog
    from gdviz.qt.dialogs.table import TableDialog
    from gdviz.qt.dialogs.unsaved import UnsavedDialog
    from gdviz.qt.main_window import MainWindow
    from gdviz.training.config import TrainingConfig

STATE_KEY = "dialog_run_until"
"""Under which the last conditions stand in `Settings.view_states`."""


class Dialogs:
    """Owns the dialogs of a window, on the GUI thread.

    Parameters
    ----------
    window : MainWindow
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._run_until: RunUntilDialog | None = None
        self._rate_range: RateRangeDialog | None = None
        self._library: LibraryDialog | None = None
        self._data: DataDialog | None = None
        self._preferences: PreferencesDialog | None = None
        self._crash_report: CrashReportDialog | None = None
        self._table: TableDialog | None = None
        self._unsaved: UnsavedDialog | None = None
        self._frame: Frame | None = None

    def show_run_until(self) -> None:
        """Ask until when to run."""
        if self._run_until is None:
            dialog = self._run_until = RunUntilDialog(self._window)
            dialog.asked.connect(lambda goal: self._window.send(RunUntil(goal)))
            dialog.given_up.connect(lambda: self._window.send(RunUntil(None)))
            dialog.restore(self._window.settings.view_states.get(STATE_KEY, {}))
        self._run_until.bring_up()
        self._show_last()

    def find_learning_rate(self) -> None:
        """Show the finder, and begin a sweep unless one is under way."""
        if self._rate_range is None:
            # Not before it is wanted: its plot imports pyqtgraph.
            from gdviz.qt.dialogs.rate_range import RateRangeDialog  # noqa: PLC0415

            dialog = self._rate_range = RateRangeDialog(self._window)
            dialog.sweep_asked.connect(lambda: self._window.send(FindLearningRate()))
            dialog.cancelled.connect(lambda: self._window.send(CancelLearningRate()))
            dialog.chosen.connect(self._use_learning_rate)
        snapshot = self._window.session.snapshot
        if snapshot is None or snapshot.rate_search.progress is None:
            self._window.send(FindLearningRate())
        self._rate_range.bring_up()
        self._show_last()

    def show_library(self) -> None:
        """List the runs that were kept."""
        window = self._window
        if self._library is None:
            from gdviz.qt.dialogs.library import LibraryDialog  # noqa: PLC0415  # as above

            keeping = window.keeping
            dialog = LibraryDialog(window, keeping.library, keeping.work, keeping.bound)
            dialog.open_asked.connect(window.open_path)
            keeping.library_changed = dialog.refresh_if_visible
            self._library = dialog
        self._library.bring_up()

    def show_data(self, path: Path | None = None) -> None:
        """Show the data of the run, or begin to read others."""
        window = self._window
        if self._data is None:
            from gdviz.qt.dialogs.data import DataDialog  # noqa: PLC0415  # as above

            dialog = self._data = DataDialog(window, lambda: window.settings_panel.config)
            dialog.asked.connect(self._use_data)
            dialog.source.folder_chosen.connect(self._note_folder)
            dialog.source.folder = window.settings.last_folder
        if not self._data.isVisible():
            self._data.show_present(window.session.dataset, window.settings_panel.config)
        if path is not None:
            self._data.read(str(path.absolute()))
        self._data.bring_up()

    def _use_data(self, dataset: Dataset, config: TrainingConfig) -> None:
        """Begin a run on other data; the present one can be had back."""
        self._window.message.clear()
        self._window.replacing.replace(
            Restart(config, dataset=dataset), f"choice of {dataset.name}"
        )
        self._window.status.show_notice(f"A new run on {dataset.name}; Space begins it")

    def _note_folder(self, folder: str) -> None:
        self._window.settings = self._window.settings.replace(last_folder=folder)

    def show_preferences(self) -> None:
        """Show the preferences."""
        window = self._window
        if self._preferences is None:
            from gdviz.qt.dialogs.preferences import PreferencesDialog  # noqa: PLC0415  # as above

            dialog = self._preferences = PreferencesDialog(window)
            dialog.theme_chosen.connect(window.set_theme)
            dialog.autosave_chosen.connect(window.keeping.set_interval)
        self._preferences.show_settings(window.settings)
        self._preferences.bring_up()
        self._show_last()

    def show_table(self, title: str, description: Description) -> None:
        """Show the numbers of a picture."""
        if self._table is None:
            from gdviz.qt.dialogs.table import TableDialog  # noqa: PLC0415  # as above

            self._table = TableDialog(self._window)
        self._table.show_description(title, description)

    def show_crash_report(self, text: str, subtitle: str) -> None:
        """Show what a process that ended unexpectedly left behind."""
        if self._crash_report is None:
            from gdviz.qt.dialogs.crash_report import CrashReportDialog  # noqa: PLC0415  # as above

            self._crash_report = CrashReportDialog(self._window)
        self._crash_report.show_report(text, subtitle)

    def show_unsaved(self, problem: str) -> None:
        """Ask whether to close a window whose run could not be kept; see `Ending`."""
        if self._unsaved is None:
            from gdviz.qt.dialogs.unsaved import UnsavedDialog  # noqa: PLC0415  # as above

            dialog = self._unsaved = UnsavedDialog(self._window)
            dialog.save_asked.connect(self._save_unsaved)
            dialog.close_asked.connect(self._close_unsaved)
        self._unsaved.say(problem)

    def poll(self) -> None:
        """Look whether what dialogs wait for has come; called at every tick."""
        if self._library is not None:
            self._library.poll()
        if self._data is not None:
            self._data.poll()
        if self._preferences is not None and self._preferences.isVisible():
            self._preferences.show_theme(self._window.settings.theme)

    def _former_bytes(self) -> int:
        return self._window.replacing.n_bytes

    def show_frame(self, frame: Frame) -> None:
        """Show what a frame says in the dialogs that are open."""
        self._frame = frame
        if self._run_until is not None:
            self._run_until.show_frame(frame, self._window.session.smoothed_cost)
        if self._rate_range is not None:
            self._rate_range.show_snapshot(frame.snapshot)
        if self._preferences is not None:
            self._preferences.show_frame(frame, self._former_bytes)

    def states(self) -> dict[str, dict[str, Any]]:
        """What is to be found again, beside the states of the views."""
        if self._run_until is not None:
            return {STATE_KEY: self._run_until.state()}
        saved = self._window.settings.view_states.get(STATE_KEY)
        return {} if saved is None else {STATE_KEY: saved}

    def close(self) -> None:
        """Close what is open: the window goes."""
        dialogs = (
            self._run_until, self._rate_range, self._library, self._preferences, self._data,
            self._crash_report, self._unsaved,
        )  # fmt: skip
        for dialog in dialogs:
            if dialog is not None:
                dialog.close()

    def shut_down(self) -> bool:
        """Wait for what dialogs do beside the window; False if it has not ended in time."""
        return self._data is None or self._data.source.close_work()

    def _show_last(self) -> None:
        """A paused run sends no frame: show the newest one that came."""
        if self._frame is not None:
            self.show_frame(self._frame)

    def _save_unsaved(self) -> None:
        """Save where the user chooses, and close the window if that is done."""
        window = self._window
        path = window.files.ask_save(
            "Save the session", "session.gdviz", SESSION_FILTER, window.settings
        )
        if path is None:
            return
        problem = window.keeping.ending.save_elsewhere(path)
        if problem:
            self.show_unsaved(problem)
        else:
            window.close()

    def _close_unsaved(self) -> None:
        self._window.keeping.ending.is_accepted = True
        self._window.close()

    def _use_learning_rate(self, value: float) -> None:
        window = self._window
        config = window.settings_panel.config.replace(learning_rate=value)
        window.run_settings.propose(config, "learning_rate")
