"""Opening, saving, dropping and remembering files; reading happens beside the window."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from gdviz.bundled import resources_folder
from gdviz.data.dataset import Dataset
from gdviz.data.idx_files import is_idx_name
from gdviz.qt.file_work import CLOSING_LIMIT_MS, FileWork
from gdviz.qt.keeping.reopening import Reopened, own_data, reopened
from gdviz.runtime.background_job import BackgroundJob
from gdviz.storage.readers import read_network
from gdviz.storage.readers.network_file import NetworkFile
from gdviz.storage.sessions import is_session, read_session
from gdviz.storage.settings import Settings
from gdviz.training.config import PRESETS, TrainingConfig
from gdviz.training.state import TrainingState, state_of
from gdviz.training.trainer import check_fit

NETWORK_FILTER = "Networks and sessions (*.safetensors *.npz *.json *.gdviz);;All files (*)"
SESSION_FILTER = "Sessions (*.gdviz)"


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Opened:
    """A network ready to be loaded.

    Parameters
    ----------
    path : Path
    config : TrainingConfig
    state : TrainingState
    notice : str
        What the user should know about it: guesses, a changed input scaling.
    dataset : Dataset
        On which it goes on.
    """

    path: Path
    config: TrainingConfig
    state: TrainingState
    notice: str
    dataset: Dataset


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class OpenedSession:
    """A whole session ready to be loaded.

    Parameters
    ----------
    path : Path
    session : Reopened
    """

    path: Path
    session: Reopened


def prepare(path: Path, dataset: Dataset) -> Opened | OpenedSession:
    """Read a network or a session and make it fit the data; any thread may call.

    Raises
    ------
    ValueError, OSError
        One sentence that names the file and what is wrong with it.
    """
    if is_session(path):
        return OpenedSession(path, reopened(read_session(path), dataset, path.name))
    network = read_network(path)
    if network.config is not None and network.state is not None:
        trained_on = network.config.data
        brought = _brought_data(network.config, dataset, path.name)
        dataset = dataset if brought is None else brought
        config = network.config.replace(data=dataset.source)
        _check(path, config, dataset)
        notice = ""
        if brought is not None:
            notice = f"the run is on {dataset.name} now, on which it was trained"
        elif trained_on != dataset.source:
            notice = f"it was trained on {trained_on} and goes on with {dataset.source}"
        return Opened(path, config, network.state, notice, dataset)
    if not network.is_finite:
        raise ValueError(
            f"{path.name}: {network.n_not_finite:,} of its numbers are not finite, so it cannot "
            "be trained; `gdviz inspect` describes it"
        )
    config = _config_for(network, dataset)
    _check(path, config, dataset)
    notices = [f"{what}: {why}" for what, why in network.guessed.items()]
    if network.input_scaling != "0-1":
        notices.append(f"its first layer was rescaled from inputs of {network.input_scaling}")
    return Opened(
        path,
        config,
        state_of(config, network.parameters_for_unit_inputs()),
        "; ".join(notices),
        dataset,
    )


def _config_for(network: NetworkFile, dataset: Dataset) -> TrainingConfig:
    """Give settings for a network that brings none: the lesson's, with its own layers."""
    architecture = network.architecture
    cost = "cross_entropy" if architecture.output_activation == "softmax" else "quadratic"
    return PRESETS["lesson"].replace(
        preset="opened",
        layer_sizes=architecture.layer_sizes,
        hidden_activation=architecture.hidden_activation,
        output_activation=architecture.output_activation,
        steepness=architecture.steepness,
        cost=cost,
        learning_rate=0.1,
        data=dataset.source,
    )


def _brought_data(config: TrainingConfig, dataset: Dataset, name: str) -> Dataset | None:
    """Read the data of a network that does not fit those at hand; None if they help nothing."""
    if _fits(config, dataset) or config.data == dataset.source:
        return None
    own = own_data(config.data, name)
    return own if _fits(config, own) else None


def _fits(config: TrainingConfig, dataset: Dataset) -> bool:
    try:
        check_fit(config, dataset)
    except ValueError:
        return False
    return True


def _check(path: Path, config: TrainingConfig, dataset: Dataset) -> None:
    try:
        check_fit(config, dataset)
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from None


def example_networks() -> list[Path]:
    """Give the networks that come with gdviz, by name."""
    return sorted((resources_folder() / "networks").glob("*.safetensors"))


class Files(QObject):
    """File actions of a window.

    Parameters
    ----------
    window : QWidget
        Parent of the dialogs.
    on_opened : callable
        Given an `Opened` network or an `OpenedSession`, on the GUI thread.
    on_refused : callable
        Given one sentence, on the GUI thread; the session is as it was.
    """

    def __init__(
        self,
        window: QWidget,
        on_opened: Callable[[Opened | OpenedSession], None],
        on_refused: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._reading = FileWork("gdviz-reading")
        self._on_opened, self._on_refused = on_opened, on_refused
        self._job: BackgroundJob[Opened | OpenedSession] | None = None
        self._name = ""
        self.path: Path | None = None
        """The file that was asked for last."""
        self.refusal = ""
        """Why the file that was read last could not be opened; empty if it could."""
        self.remark = ""
        """A sentence to be said when the file is open."""

    @property
    def work(self) -> str:
        """What is being read, or an empty text."""
        return f"Reading {self._name}" if self._job else ""

    def open(self, path: Path, dataset: Dataset, remark: str = "") -> None:
        """Begin to read a network; one that is being read already is given up."""
        self.cancel()
        self.path, self._name = path, path.name
        self.refusal, self.remark = "", remark
        self._job = self._reading.begin(lambda: prepare(path, dataset))

    def cancel(self) -> None:
        """Give up reading."""
        if self._job:
            self._job.cancel()
            self._job = None

    def poll(self) -> None:
        """Hand over what has been read; called at every tick of the frame clock."""
        if self._job is None or not self._job.done:
            return
        job, self._job = self._job, None
        try:
            opened = job.result()
        except (ValueError, OSError) as error:
            text = " ".join(str(error).split())
            if not text.startswith(self._name):
                text = f"{text[:1].upper()}{text[1:]}"
            self.refusal = f"{text}. The session is as it was."
            self._on_refused(self.refusal)
            return
        if opened is not None:
            self._on_opened(opened)

    def close(self, limit_ms: int = CLOSING_LIMIT_MS) -> bool:
        """Give up reading and wait for it, at most so long; False if it has not ended."""
        self.cancel()
        return self._reading.close(limit_ms)

    def ask_open(self, settings: Settings) -> Path | None:
        """Let the user choose a file."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Open a network or a session", settings.last_folder, NETWORK_FILTER
        )
        return Path(name) if name else None

    def ask_save(self, title: str, name: str, pattern: str, settings: Settings) -> Path | None:
        """Let the user choose where to write; a missing suffix is added."""
        folder = Path(settings.last_folder) if settings.last_folder else Path.home()
        chosen, _ = QFileDialog.getSaveFileName(self._window, title, str(folder / name), pattern)
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix else path.with_suffix(Path(name).suffix)


def dropped_path(data: QMimeData) -> Path | None:
    """Give the one local file that is dragged; None for anything else."""
    urls = data.urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None


def is_data(path: Path) -> bool:
    """Whether a path can only be data: an NPZ may be a network too."""
    suffixes = {suffix.lower() for suffix in path.suffixes[-2:]}
    return path.is_dir() or bool(suffixes & {".csv", ".tsv", ".tra"}) or is_idx_name(path.name)


def fill_recent(menu: QMenu, paths: list[Path], choose: Callable[[Path], None]) -> None:
    """Fill a menu with files; an empty one says so."""
    menu.clear()
    for path in paths:
        action = menu.addAction(path.name)
        action.setToolTip(str(path))
        action.triggered.connect(lambda _checked=False, path=path: choose(path))
    if not paths:
        menu.addAction("No files yet").setEnabled(False)
