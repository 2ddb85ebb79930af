"""What becomes of the Lab's results in the window: looked at, trained on, written into files.

All of it runs on the GUI thread.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog

from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.nn.parameters import Parameters
from gdviz.qt.file_work import FileWork
from gdviz.qt.lab.exporting import exported
from gdviz.runtime.background_job import BackgroundJob
from gdviz.runtime.commands import LoadState
from gdviz.training.fit import check_fit
from gdviz.training.state import state_of

if TYPE_CHECKING:
    from gdviz.experiments.experiment import Finished
    from gdviz.experiments.result import KeptNetwork
    from gdviz.qt.main_window import MainWindow


class LabHandOver(QObject):
    """Does with results what the Lab's panels ask for.

    Parameters
    ----------
    window : MainWindow
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._files: FileWork | None = None
        self._job: BackgroundJob[list[Path]] | None = None
        window.lab.inspect_asked.connect(self.inspect)
        window.lab.train_asked.connect(self.train)
        window.lab.export_asked.connect(self.ask_export)

    @property
    def work(self) -> str:
        """What is being written, or an empty text."""
        return "Writing the result" if self._job is not None else ""

    @Slot(object, str)
    def inspect(self, network: KeptNetwork, title: str) -> None:
        """Look at a network in Inspect; training is not touched."""
        window = self._window
        window.show_workspace("inspect")
        window.inspect.show_network(inspected(network, title))
        window.status.show_notice(f"Inspecting {title}; training is not touched")

    @Slot(object, str)
    def train(self, network: KeptNetwork, title: str) -> None:
        """Begin a run at a network, paused, with the settings that it was trained with.

        Undo has the run back that was before.
        """
        window = self._window
        dataset = window.session.dataset
        config = network.config.replace(data=dataset.source)
        try:
            check_fit(config, dataset)
        except ValueError as error:
            window.message.say(f"Not opened in Train: {error}. The session is as it was.")
            return
        window.message.clear()
        state = state_of(config, _parameters(network))
        window.replacing.replace(LoadState(config, state, title), f"opening of {title}")
        window.show_workspace("train")
        remark = "" if network.config.data == config.data else f", on {config.data} from here on"
        window.status.show_notice(f"Opened {title}{remark}; Space trains it further")

    @Slot(object)
    def ask_export(self, finished: Finished) -> None:
        """Let the user choose a folder, and write a result into it."""
        folder = QFileDialog.getExistingDirectory(
            self._window, "Export the result into a folder", self._window.settings.last_folder
        )
        if folder:
            self.export(Path(folder), finished)

    def export(self, folder: Path, finished: Finished) -> None:
        """Begin to write a result into a folder of its own in a folder."""
        if self._files is None:
            self._files = FileWork("gdviz-lab-export")
        self._job = self._files.begin(lambda: exported(folder, finished))

    def poll(self) -> None:
        """Say what has been written; called at every tick of the frame clock."""
        if self._job is None or not self._job.done:
            return
        job, self._job = self._job, None
        try:
            paths = job.result() or []
        except Exception as error:  # noqa: BLE001  # a result that cannot be written is still there
            text = " ".join(str(error).split())
            self._window.message.say(f"The result was not exported: {text}.")
            return
        files = f"{len(paths)} {'file' if len(paths) == 1 else 'files'}"
        place = f" in {paths[0].parent}" if paths else ""
        self._window.status.show_notice(f"Exported {files}{place}")

    def close(self) -> bool:
        """Wait for what is being written; False if it has not ended within its limit."""
        return self._files is None or self._files.close()


def inspected(network: KeptNetwork, title: str) -> InspectedNetwork:
    """Give a network of an experiment as it is looked at in Inspect."""
    config = network.config
    return InspectedNetwork(title, config.architecture, _parameters(network), config.cost, "file")


def _parameters(network: KeptNetwork) -> Parameters:
    return Parameters(network.vector, network.config.architecture.layout).frozen_copy()
