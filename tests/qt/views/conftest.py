"""A short real run of the lesson's network, and docks to show it in."""

import dataclasses
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QApplication

from gdviz.analysis.cost_surface import CostSurface, begin_slice, compute_surface
from gdviz.analysis.directions import frame_coordinates, principal_plane
from gdviz.analysis.history import CurveHistory
from gdviz.analysis.surface_picture import SurfacePicture, picture_of
from gdviz.bundled import resources_folder
from gdviz.nn.network import forward, gradient, one_hot
from gdviz.nn.parameters import Parameters
from gdviz.qt.branch_book import BranchBook
from gdviz.qt.docks import Dock
from gdviz.qt.inspected_files import inspected
from gdviz.qt.inspecting import InspectControl
from gdviz.qt.lab_control import LabControl
from gdviz.qt.theme import DARK, apply_theme
from gdviz.qt.time_control import TimeControl
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.weight_picker import WeightPicker
from gdviz.runtime.snapshot import Probe, RunState, Snapshot
from gdviz.storage.readers import read_network
from gdviz.training.branches import BranchInfo
from gdviz.training.config import TrainingConfig
from gdviz.training.evaluation import Evaluation
from gdviz.training.marks import Mark
from gdviz.training.records import record_dtype
from gdviz.training.state import initial_state

N_STEPS = 60


@dataclass
class ShortRun:
    """Parameters after each step, records, gradients of a real run."""

    config: TrainingConfig
    path: list[Parameters] = field(default_factory=list)
    gradients: list[Parameters] = field(default_factory=list)
    records: Any = None
    evaluations: list[Evaluation] = field(default_factory=list)
    dataset: Any = None
    pictures: dict[int, SurfacePicture] = field(default_factory=dict)

    def history(self, stop: int = N_STEPS) -> CurveHistory:
        history = CurveHistory(self.config.architecture.layout.n_layers)
        history.append(self.records[:stop])
        for entry in self.evaluations:
            if entry.step <= stop:
                history.add_evaluation(entry)
        return history

    def probe(self, step: int, index: int = 3) -> Probe:
        test = self.dataset.test
        image = test.inputs(slice(index, index + 1))
        passed = forward(self.config.architecture, self.path[step], image)
        squares = (passed.outputs - one_hot(test.labels[index : index + 1])) ** 2
        activations = tuple(a[0] for a in passed.activations[1:])
        label = int(test.labels[index])
        return Probe(index, label, activations, float(squares.sum()), squares[0])

    def surface(self, stop: int = N_STEPS) -> CostSurface:
        path = np.stack([p.vector for p in self.path[: stop + 1]])
        plane = principal_plane(path, stop)
        u, v = frame_coordinates(plane, path, 9, 7, 1.35)
        train = self.dataset.train
        task = begin_slice(
            self.config.architecture,
            plane,
            u,
            v,
            train.images[:50],
            train.labels[:50],
            self.config.cost,
            trail=path,
            compiled=False,
        )
        return dataclasses.replace(compute_surface(task), step=stop)

    def snapshot(self, step: int, **changes: Any) -> Snapshot:
        values: dict[str, Any] = {
            "gradient": self.gradients[max(step - 1, 0)],
            "gradient_examples": 32,
            "gradient_batch": 32,
            "probe": self.probe(step),
        }
        values.update(changes)
        if "surface" in values:
            surface = values.pop("surface")
            # One picture for one surface, as the worker gives it.
            if surface is not None and id(surface) not in self.pictures:
                self.pictures[id(surface)] = picture_of(surface)
            values["surface_picture"] = self.pictures[id(surface)] if surface else None
        return Snapshot(
            1,
            RunState.PAUSED,
            0,
            self.config,
            step,
            step * 32 / 60000,
            self.path[step],
            self.records[:0],
            **values,
        )

    def frame(self, step: int, **changes: Any) -> Frame:
        return Frame(self.snapshot(step, **changes), self.history(step), None)


@pytest.fixture(scope="session")
def run(mnist) -> ShortRun:
    """Sixty steps of the lesson's network."""
    config = TrainingConfig()
    architecture = config.architecture
    parameters = initial_state(config).parameters.copy()
    result = ShortRun(config, dataset=mnist)
    result.path.append(parameters.frozen_copy())
    result.records = np.zeros(N_STEPS, record_dtype(architecture.layout.n_layers))
    for k in range(N_STEPS):
        which = np.arange(32 * k, 32 * k + 32)
        targets = one_hot(mnist.train.labels[which])
        cost, slope = gradient(
            architecture, parameters, mnist.train.inputs(which), targets, config.cost
        )
        row = result.records[k]
        row["step"], row["cost"] = k + 1, cost
        row["gradient_norm"] = [
            np.linalg.norm(slope.vector[s]) / np.sqrt(slope.vector[s].size)
            for s in architecture.layout.layer_slices
        ]
        result.gradients.append(slope.frozen_copy())
        parameters.vector[:] -= config.learning_rate * slope.vector
        result.path.append(parameters.frozen_copy())
    for step in range(0, N_STEPS + 1, 20):
        right = 100 + 100 * step
        result.evaluations.append(
            Evaluation(step, 0.0, 1.0 - step / 100, right, 10_000, 0.9, right, 10_000)
        )
    return result


@dataclass
class Shown:
    """A view in its dock, and what it sent."""

    view: Any
    dock: Dock
    sent: list[Any]
    undo_stack: QUndoStack
    picker: WeightPicker
    book: BranchBook
    inspect: InspectControl

    def sent_of(self, kind: type) -> list[Any]:
        """Give the commands of one kind, oldest first."""
        return [command for command in self.sent if isinstance(command, kind)]


@pytest.fixture
def show(qtbot, run):
    """Give a function that puts a view into a dock of a size."""
    apply_theme(QApplication.instance(), DARK)
    docks = []

    def make(view_class, size=(728, 424), dataset=None, lab=None) -> Shown:
        sent: list[Any] = []
        dock = Dock("key", "Title")
        picker, undo_stack, book = WeightPicker(dock), QUndoStack(dock), BranchBook(dock)

        def send(command) -> int:
            sent.append(command)
            return len(sent)

        control, data = TimeControl(send, dock), dataset or run.dataset
        inspect = InspectControl(data, undo_stack, sent.append, dock)
        inspect.is_on = True
        view = view_class(
            ViewContext(
                data,
                sent.append,
                dock,
                picker,
                undo_stack,
                book,
                control,
                inspect,
                LabControl(data, dock) if lab is None else lab,
            )
        )
        dock.set_body(view.widget)
        dock.resize(*size)
        dock.show()
        QApplication.processEvents()
        docks.append((dock, inspect))
        return Shown(view, dock, sent, undo_stack, picker, book, inspect)

    yield make
    for dock, inspect in docks:
        inspect.close()
        dock.close()
        dock.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(scope="module")
def surface(run):
    """A slice on the principal plane of the first forty steps."""
    found = run.surface(40)
    return dataclasses.replace(found, step=40, true_cost=0.9, true_error=0.02)


FORK = 400
FASTER = Mark(FORK, "learning_rate", 0.7, 7.0)


def history_of(n_steps, factor=1.0, correct=9000):
    """A falling cost; after the fork, `factor` times as high. An evaluation every 100 steps."""
    records = np.zeros(n_steps, record_dtype(3))
    steps = records["step"] = np.arange(1, n_steps + 1)
    noise = np.random.default_rng(0).lognormal(0, 0.3, 5000)[:n_steps]
    records["cost"] = noise / (1 + steps / 100) * np.where(steps > FORK, factor, 1.0)
    history = CurveHistory(3)
    history.append(records)
    for step in range(0, n_steps + 1, 100):
        right = correct if step > FORK else 8000
        history.add_evaluation(Evaluation(step, 0.0, 0.5, right, 10_000, 0.5, right, 10_000))
    return history


def branched_frame(run, n_branches=2, live=2, step=None):
    """Give a frame: main up to step 900, all others from step 400 to 800, learning rate 7."""
    config = run.config
    infos = [BranchInfo(1, None, 0, 900, config)]
    histories = {1: history_of(900)}
    for number in range(2, n_branches + 1):
        faster = config.replace(learning_rate=7.0)
        infos.append(BranchInfo(number, 1, FORK, 800, faster, (FASTER,)))
        histories[number] = history_of(800, 0.5**number, min(9000 + 100 * number, 9900))
    info = infos[live - 1]
    snapshot = dataclasses.replace(
        run.snapshot(20, marks=info.marks, branch=live, branches=tuple(infos)),
        step=info.step if step is None else step,
        head_step=info.step,
    )
    return Frame(snapshot, histories[live], histories[live].evaluations[-1], histories=histories)


@pytest.fixture
def branched(run):
    """Give `branched_frame` of the short run."""
    return partial(branched_frame, run)


@pytest.fixture(scope="session")
def sixteen():
    """The bundled network of 13,002 parameters, as it is inspected from its file."""
    path = resources_folder() / "networks" / "sixteen.safetensors"
    return inspected(read_network(path), path.name)


@pytest.fixture
def look(run, show):
    """Give a function that puts a view of Inspect into a dock and shows it a network.

    ``look(view_class, network, size)`` gives the `Shown`; its ``refresh()`` shows what changed,
    ``settle()`` waits besides for all that was asked.
    """

    def make(view_class, network, size=(728, 424), dataset=None) -> Looking:
        shown = show(view_class, size, dataset)
        shown.inspect.show_network(network)
        # A network without a training run: views of Inspect need nothing else of a frame.
        looking = Looking(shown, Frame(run.snapshot(10), run.history(10), None))
        looking.refresh()
        return looking

    return make


@dataclass
class Looking:
    """A view of the Inspect workspace that is shown a network."""

    shown: Shown
    frame: Frame

    @property
    def view(self):
        """The view."""
        return self.shown.view

    @property
    def inspect(self) -> InspectControl:
        """What it asks."""
        return self.shown.inspect

    def refresh(self) -> None:
        """Show what has changed, as a tick of the frame clock does."""
        self.inspect.tick()
        frame = dataclasses.replace(self.frame, inspection=self.inspect.inspection)
        self.view.show_frame(frame)
        QApplication.processEvents()

    def settle(self, limit_s: float = 20) -> None:
        """Wait until every question is answered and shown."""
        self.refresh()
        while self.inspect.is_busy:
            assert self.inspect.wait(limit_s), "no answer in time"
            self.refresh()
        self.refresh()
