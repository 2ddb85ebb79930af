"""What the entries of the File menu do: ask, hand over, say how it went."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gdviz.qt.files import SESSION_FILTER, Opened, OpenedSession
from gdviz.qt.keeping.reopening import reopen
from gdviz.qt.pictures import png_of
from gdviz.runtime.commands import LoadState
from gdviz.storage.sessions import SESSION_SUFFIX

if TYPE_CHECKING:
    from gdviz.qt.main_window import MainWindow


class FileActions:
    """File actions of a window.

    Parameters
    ----------
    window : MainWindow
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def ask_open(self) -> None:
        """Let the user choose a network, and open it."""
        path = self._window.files.ask_open(self._window.settings)
        if path:
            self._window.open_path(path)

    def ask_save(self) -> None:
        """Let the user choose where to save the network."""
        path = self._window.files.ask_save(
            "Save the network",
            "network.safetensors",
            "Networks (*.safetensors)",
            self._window.settings,
        )
        if path:
            self._window.save_to(path)

    def ask_save_session(self) -> None:
        """Let the user choose where to save the whole session."""
        path = self._window.files.ask_save(
            "Save the session", "session.gdviz", SESSION_FILTER, self._window.settings
        )
        if path:
            self._window.keeping.save_session(path)

    def ask_curves(self) -> None:
        """Let the user choose where to save the curves."""
        path = self._window.files.ask_save(
            "Save the curves", "curves.csv", "CSV (*.csv)", self._window.settings
        )
        if path:
            self._window.saving.save_curves(path, self._window.session.history)

    def ask_picture(self) -> None:
        """Let the user choose where to save a picture of the window."""
        path = self._window.files.ask_save(
            "Save the window", "gdviz.png", "PNG (*.png)", self._window.settings
        )
        if path:
            self._window.saving.save_picture(path, png_of(self._window))

    def saved(self, path: Path, sentence: str) -> None:
        """Say that a file is saved, and remember it."""
        self._window.status.show_notice(sentence)
        self._window.settings = self._window.settings.replace(
            last_folder=str(path.absolute().parent)
        )
        if path.suffix in {".safetensors", SESSION_SUFFIX}:
            self._window.settings = self._window.settings.with_recent_file(path)

    def load(self, opened: Opened | OpenedSession) -> None:
        """Begin a run at the state of a file that has been read."""
        if isinstance(opened, OpenedSession):
            self._load_session(opened)
            return
        command = LoadState(opened.config, opened.state, opened.path.name, opened.dataset)
        self._window.replacing.replace(command, f"opening of {opened.path.name}")
        self._window.message.clear()
        self._opened(opened.path, opened.notice)

    def _load_session(self, opened: OpenedSession) -> None:
        """Go on with a session; one of the library goes on in its place there."""
        window = self._window
        if opened.path.parent != window.keeping.library.folder:
            reopen(window, opened.session, title=opened.path.name, with_layout=True)
            self._opened(opened.path, "")
            return
        reopen(window, opened.session, with_layout=False)
        window.keeping.runs.note(opened.session.start, opened.path, opened.session.token)
        window.status.show_notice(f"Opened {opened.session.run.title} from the run library")

    def inspected(self, path: Path) -> None:
        """Remember a file that is inspected."""
        self._window.settings = self._window.settings.with_recent_file(path).replace(
            last_folder=str(path.absolute().parent)
        )
        self._window.status.show_notice(f"Inspecting {path.name}; training is not touched")

    def ask_save_inspected(self) -> None:
        """Let the user choose where to save the network that is inspected."""
        path = self._window.files.ask_save(
            "Save the inspected network",
            "inspected.safetensors",
            "Networks (*.safetensors *.npz *.json)",
            self._window.settings,
        )
        if path:
            self._window.inspect.save(path)

    def _opened(self, path: Path, notice: str) -> None:
        """Remember a file that is open, and say so."""
        self._window.settings = self._window.settings.with_recent_file(path).replace(
            last_folder=str(path.absolute().parent)
        )
        if self._window.files.remark:
            self._window.message.say(self._window.files.remark)
        in_brackets = f" ({notice})" if notice else ""
        self._window.status.show_notice(f"Opened {path.name}{in_brackets}")
