"""What the Inspect workspace looks at: which network, which image, which neuron; one per window.

Everything here is on the GUI thread. Views take an `Inspection` with their frame and ask here
for what takes longer than a frame.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from gdviz.analysis.inspection.outcomes import Outcomes, outcomes_of
from gdviz.analysis.inspection.sample import Sample
from gdviz.analysis.inspection.subject import (
    ExampleImage,
    InspectedNetwork,
    NeuronPlace,
    SplitName,
    example_of,
)
from gdviz.data.dataset import Dataset, Split
from gdviz.nn.parameters import Parameters
from gdviz.qt.inspected_files import reading, saving
from gdviz.qt.network_edit import NetworkEdit
from gdviz.runtime.inspector import Answer, Inspector, Work
from gdviz.runtime.snapshot import RunState, Snapshot
from gdviz.training.state import initial_state

LIVE_EVERY_S = 0.1
"""How often a network in training is looked at anew: numbers that change quicker are not read."""
LIVE_TITLE = "the network in training"
_READING = "reading"
_READING_OTHER = "reading the other network"
_OUTCOMES = "outcomes: "
_SAVING = "saving: "
_SAVING_LIMIT_S = 10.0


@dataclass(frozen=True, eq=False, slots=True)
class Inspection:
    """What is looked at in one frame.

    Parameters
    ----------
    network : InspectedNetwork
    example : ExampleImage
    neuron : NeuronPlace or None
        The one that was chosen, if it exists in this network.
    pixel : int or None
        Of the example, the one that is pointed at.
    other : InspectedNetwork or None
        What the network is compared with.
    outcomes : mapping of str to Outcomes
        By split, the newest known; perhaps of the network as it was a moment ago.
    answers : mapping of str to Answer
        What came of `InspectControl.ask`, the newest of each key; ``about`` says of what.
    sample : Sample
        Which images the network is judged by.
    chosen_cell : (int, int) or None
        Of the confusion matrix: what images are, and what the network says of them.
    """

    network: InspectedNetwork
    example: ExampleImage
    neuron: NeuronPlace | None = None
    pixel: int | None = None
    other: InspectedNetwork | None = None
    outcomes: Mapping[str, Outcomes] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    sample: Sample = field(default_factory=Sample)
    chosen_cell: tuple[int, int] | None = None


class InspectControl(QObject):
    """Chooses what is inspected, and has the long questions answered.

    Parameters
    ----------
    dataset : Dataset
    undo_stack : QUndoStack
    refuse : callable
        Shows one sentence: why something could not be done.
    parent : QObject, optional

    Attributes
    ----------
    opened : Signal(object)
        The path of a file that is inspected from now on.
    save_asked : Signal()
        The user wants the inspected network in a file.
    told : Signal(str)
        One sentence about what has been done: where a network was saved, what is inspected.
    answered : Signal(str, object)
        The key of a question that a view asked, and its `Answer`: for views of workspaces that
        are given no `Inspection`.
    """

    opened = Signal(object)
    save_asked = Signal()
    told = Signal(str)
    answered = Signal(str, object)

    def __init__(
        self,
        dataset: Dataset,
        undo_stack: QUndoStack,
        refuse: Callable[[str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.dataset = dataset
        self._undo_stack = undo_stack
        self._refuse = refuse
        self._inspector: Inspector | None = None
        self._inspection: Inspection | None = None
        self._snapshot: Snapshot | None = None
        self._looked_at = -1.0
        self._is_changed = False
        self._is_closed = False
        self._wanted: set[SplitName] = set()
        self.is_on = False
        """Whether the workspace is in sight: nothing is computed for one that is not."""

    # --- what is looked at ----------------------------------------------------------------

    @property
    def inspection(self) -> Inspection | None:
        """What is looked at now; None before the first snapshot."""
        return self._inspection

    def take_change(self) -> bool:
        """Give whether anything is new since this was asked last."""
        changed, self._is_changed = self._is_changed, False
        return changed

    def follow(self, snapshot: Snapshot) -> None:
        """Note the newest state of the training."""
        self._snapshot = snapshot

    def tick(self) -> None:
        """Look at the network in training anew, and take the answers that have come."""
        if self.is_on:
            self._follow_live()
            self._ask_outcomes()
        self._take_answers()

    def reset(self, dataset: Dataset) -> None:
        """Another run begins, perhaps on other data; a network from a file stays."""
        if dataset is self.dataset:
            return
        self.dataset = dataset
        if self._inspector is not None:  # what is asked of the former images
            self._inspector.cancel_all_but(_SAVING, _READING)
        if self._inspection is not None:
            self._change(
                example=example_of(dataset.test, "test", 0),
                outcomes=MappingProxyType({}),
                answers=MappingProxyType({}),
            )

    def split(self, name: SplitName) -> Split:
        """Give the images of a split."""
        return self.dataset.train if name == "train" else self.dataset.test

    def choose_live(self) -> None:
        """Look at the network in training."""
        if self._snapshot is not None:
            self._looked_at = -1.0
            self._set_network(_live(self._snapshot))
            # Else it would still be said that a file is inspected.
            self.told.emit(f"Inspecting {LIVE_TITLE}")

    def open_file(self, path: Path) -> None:
        """Begin to read a network that is to be looked at; training is not touched."""
        self._read(_READING, path)

    def open_other(self, path: Path) -> None:
        """Begin to read a network that the present one is compared with."""
        self._read(_READING_OTHER, path)

    def _read(self, key: str, path: Path) -> None:
        work = reading(path, self.dataset.test)
        self.ask(key, path, work, gives_up=True, is_quick=True)

    def choose_other(self, network: InspectedNetwork | None) -> None:
        """Compare with a network, or with none."""
        self._change(other=network)

    def keep_as_other(self) -> None:
        """Compare with the network as it is now, whatever becomes of it."""
        if self._inspection is not None:
            network = self._inspection.network
            title = f"{_still_title(network)}, kept"
            self.choose_other(replace(network, origin="edited", title=title))

    def choose_start_as_other(self) -> None:
        """Compare with the network that the run in training began with."""
        if self._snapshot is None:
            self._refuse("There is no run whose start could be compared with.")
            return
        config = self._snapshot.config
        start = initial_state(config).parameters
        title = "the start of the run"
        self.choose_other(
            InspectedNetwork(title, config.architecture, start, config.cost, "edited", 0)
        )

    def choose_example(self, name: SplitName, index: int) -> None:
        """Show an image of a split; indices wrap around."""
        split = self.split(name)
        self._change(example=example_of(split, name, index % len(split)))

    def use_image(
        self, image: npt.NDArray[np.float32], title: str, label: int | None = None
    ) -> None:
        """Show an image that was drawn or made, shape (n_inputs,), 0 to 1."""
        image = np.array(image, np.float32)
        image.flags.writeable = False
        self._change(example=ExampleImage(image, title, label))

    def choose_neuron(self, place: NeuronPlace | None) -> None:
        """Choose a neuron, or none."""
        self._change(neuron=place)

    def choose_sample(self, sample: Sample) -> None:
        """Judge the network by these images."""
        self._change(sample=sample)

    def choose_cell(self, cell: tuple[int, int] | None) -> None:
        """Choose the images that are one digit and are taken for another, or none."""
        self._change(chosen_cell=cell)

    def point_at(self, pixel: int | None) -> None:
        """Point at a pixel of the example, or at none."""
        if self._inspection is not None and pixel != self._inspection.pixel:
            self._change(pixel=pixel)

    # --- changes by hand ------------------------------------------------------------------

    def edit(self, words: str, change: Callable[[Parameters], None], merge: str = "") -> None:
        """Change a copy of the network's parameters in place; can be undone.

        A network in training is not touched: the copy is looked at from then on.

        Parameters
        ----------
        words : str
            What is undone, for example ``pruning``.
        change : callable
            Given parameters that it may write to.
        merge : str, optional
            Changes of one name that follow each other, as of a slider, are undone as one.
        """
        if self._inspection is None:
            return
        network = self._inspection.network
        parameters = network.parameters.copy()
        change(parameters)
        parameters.vector.flags.writeable = False
        self.replace_network(replace(network, parameters=parameters), words, merge)

    def replace_network(self, network: InspectedNetwork, words: str, merge: str = "") -> None:
        """Look at a changed network; can be undone. Its origin becomes ``edited``."""
        if self._inspection is None:
            return
        before = self._inspection.network
        after = replace(network, origin="edited", title=_still_title(before))
        self._undo_stack.push(NetworkEdit(self._set_network, before, after, words, merge))

    def show_network(self, network: InspectedNetwork) -> None:
        """Look at a network, without an entry for undo."""
        self._set_network(network)

    def change_before(self, network: InspectedNetwork) -> tuple[str, InspectedNetwork] | None:
        """Give the change that led to a network: its words, and the network before it.

        None if none did, or it is no longer among what can be undone.
        """
        for index in range(self._undo_stack.index() - 1, -1, -1):
            command = self._undo_stack.command(index)
            if isinstance(command, NetworkEdit) and command.after is network:
                return command.text(), command.before
        return None

    def save(self, path: Path) -> None:
        """Begin to write the network to a file whose name says the format; see `told`."""
        if self._inspection is not None:
            # A key of its own: a file that waits is never forgotten for another one.
            self.ask(_SAVING + str(path), path, saving(path, self._inspection.network))

    # --- long questions -------------------------------------------------------------------

    def ask(
        self,
        key: str,
        about: Any,
        work: Work,
        *,
        gives_up: bool = False,
        is_quick: bool = False,
    ) -> None:
        """Have a question answered beside the window; see `gdviz.runtime.inspector.Inspector`.

        The answer comes as ``Inspection.answers[key]``. After `close` nothing is asked.
        """
        if self._is_closed:  # A window that closes may show a last frame.
            return
        if self._inspector is None:
            self._inspector = Inspector()
        self._inspector.ask(key, about, work, gives_up=gives_up, is_quick=is_quick)

    def cancel(self, key: str) -> None:
        """Give a question up."""
        if self._inspector is not None:
            self._inspector.cancel(key)

    def progress(self, key: str) -> float | None:
        """Give how far an answer is, 0 to 1; None if it is not being worked on."""
        return self._inspector.progress(key) if self._inspector is not None else None

    def partial(self, key: str) -> Any:
        """Give what is known by now of an answer that is worked on; None if nothing is."""
        return self._inspector.partial(key) if self._inspector is not None else None

    @property
    def is_busy(self) -> bool:
        """Whether a question is not answered yet."""
        return self._inspector is not None and self._inspector.is_busy

    def wait(self, limit_s: float) -> bool:
        """Wait until an answer can be taken, at most so long; False if none came."""
        return self._inspector is None or self._inspector.wait(limit_s)

    def want_outcomes(self, name: SplitName) -> None:
        """Have the network tried on every image of a split from now on."""
        self._wanted.add(name)

    def close(self) -> None:
        """Write what was to be saved, give up all questions and wait for the thread to end."""
        self._is_closed = True
        if self._inspector is not None:
            self._inspector.cancel_all_but(_SAVING)
            while self._inspector.is_busy:
                self._inspector.wait(_SAVING_LIMIT_S)
                self._take_answers()
            self._inspector.close()
            self._inspector = None

    # --- inside ---------------------------------------------------------------------------

    def _follow_live(self) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            return
        if self._inspection is None:
            example = example_of(self.dataset.test, "test", 0)
            self._inspection = Inspection(_live(snapshot), example)
            self._is_changed = True
            return
        shown = self._inspection.network
        if shown.origin != "live" or shown.parameters is snapshot.parameters:
            return
        now = time.monotonic()
        if snapshot.state is RunState.RUNNING and now - self._looked_at < LIVE_EVERY_S:
            return
        self._looked_at = now
        self._change(network=_live(snapshot))

    def _ask_outcomes(self) -> None:
        """Ask for what is known of an earlier network; one at a time, so that training goes on."""
        if self._inspection is None:
            return
        network = self._inspection.network
        for name in self._wanted:
            known, key = self._inspection.outcomes.get(name), _OUTCOMES + name
            split = self.split(name)
            is_known = known is not None and known.network is network
            if is_known or self.progress(key) is not None or not network.fits(split):
                continue
            self.ask(key, network, _outcomes(network, name, split), is_quick=True)

    def _take_answers(self) -> None:
        if self._inspector is not None:
            for key, answer in self._inspector.take().items():
                self._take(key, answer)

    def _take(self, key: str, answer: Answer) -> None:
        if key.startswith(_SAVING):
            # The type's name is for the log; the sentence names the file.
            if answer.error:
                self._refuse(answer.error.partition(": ")[2])
            else:
                self.told.emit(f"Saved {answer.about}")
            return
        if key in {_READING, _READING_OTHER}:
            self._take_file(answer, is_other=key == _READING_OTHER)
            return
        self.answered.emit(key, answer)
        if self._inspection is None:
            return
        if key.startswith(_OUTCOMES) and answer.value is not None:
            if not _is_kin(answer.about, self._inspection.network):
                return  # Another network was opened meanwhile.
            name = key.removeprefix(_OUTCOMES)
            outcomes = {**self._inspection.outcomes, name: answer.value}
            self._change(outcomes=MappingProxyType(outcomes))
            return
        self._change(answers=MappingProxyType({**self._inspection.answers, key: answer}))

    def _take_file(self, answer: Answer, *, is_other: bool) -> None:
        if answer.error:
            # The type's name is for the log; the sentence names the file.
            self._refuse(answer.error.partition(": ")[2])
        elif is_other:
            self.choose_other(answer.value)
        else:
            self._set_network(answer.value)
            self.opened.emit(answer.about)

    def _set_network(self, network: InspectedNetwork) -> None:
        if self._inspection is None:
            example = example_of(self.dataset.test, "test", 0)
            self._inspection = Inspection(network, example)
        shown = self._inspection.network
        outcomes = self._inspection.outcomes if _is_kin(shown, network) else MappingProxyType({})
        self._change(network=network, outcomes=outcomes)

    def _change(self, **changes: Any) -> None:
        if self._inspection is None:
            return
        inspection = replace(self._inspection, **changes)
        neuron = inspection.neuron
        if neuron is not None and not neuron.exists_in(inspection.network.architecture):
            inspection = replace(inspection, neuron=None)
        cell = inspection.chosen_cell
        if cell is not None and max(cell) >= inspection.network.n_outputs:
            inspection = replace(inspection, chosen_cell=None)
        self._inspection = inspection
        self._is_changed = True


def _still_title(network: InspectedNetwork) -> str:
    """Give what a network is called that does not change as the one in training does."""
    if network.origin != "live":
        return network.title
    return f"copy of step {network.step:,}" if network.step is not None else "a copy"


def _is_kin(former: InspectedNetwork, network: InspectedNetwork) -> bool:
    """Whether what is known of a network may stand for another until that is known itself.

    It is a step on, or a change by hand; of any other network it says nothing.
    """
    return network.title == former.title or network.origin == "edited"


def _live(snapshot: Snapshot) -> InspectedNetwork:
    config = snapshot.config
    return InspectedNetwork(
        LIVE_TITLE, config.architecture, snapshot.parameters, config.cost, "live", snapshot.step
    )


def _outcomes(network: InspectedNetwork, name: SplitName, split: Split) -> Work:
    return lambda inquiry: outcomes_of(network, name, split, inquiry.look)
