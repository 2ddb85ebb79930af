"""What the entries of the File menu do: ask, hand over, say how it went."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gdviz.qt.files import Opened
from gdviz.qt.pictures import png_of
from gdviz.runtime.commands import LoadState

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
        if path.suffix == ".safetensors":
            self._window.settings = self._window.settings.with_recent_file(path)

    def load(self, opened: Opened) -> None:
        """Begin a run at the state of a file that has been read."""
        command = LoadState(opened.config, opened.state, opened.path.name)
        self._window.replacing.replace(command, f"opening of {opened.path.name}")
        self._window.settings = self._window.settings.with_recent_file(opened.path).replace(
            last_folder=str(opened.path.absolute().parent)
        )
        self._window.message.clear()
        if self._window.files.remark:
            self._window.message.say(self._window.files.remark)
        notice = f" ({opened.notice})" if opened.notice else ""
        self._window.status.show_notice(f"Opened {opened.path.name}{notice}")
