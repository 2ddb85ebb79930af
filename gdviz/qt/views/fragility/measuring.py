"""Has a network tried under all disturbances, and keeps what came of it and of which network."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from gdviz.analysis.inspection.fragility import (
    Counts,
    Look,
    Tell,
    inverted_count,
    noise_curve,
    rotation_curve,
    shift_map,
)
from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.data.dataset import Split
from gdviz.qt.inspecting import InspectControl, Inspection
from gdviz.qt.views.fragility.words import Measured
from gdviz.runtime.inspector import Answer, Inquiry, Work

RESTED_MS = 1_000
"""How long a network has to stay the same before it is measured by itself."""
LOOK_MS = 100
Measure = Callable[[InspectedNetwork, Split, Look, Tell], Counts]
MEASURES: dict[str, Measure] = {
    "fragility.shifts": shift_map,
    "fragility.rotation": rotation_curve,
    "fragility.noise": noise_curve,
    "fragility.inverted": inverted_count,
}
"""By the keys of their questions, in the order in which they are answered."""


class Measuring(QObject):
    """Asks the control; one for each view.

    Attributes
    ----------
    progressed : Signal()
        Something is to be said anew: how far it is, or that it is done.
    """

    progressed = Signal()

    def __init__(self, control: InspectControl, is_in_sight: Callable[[], bool]) -> None:
        super().__init__()
        self._control, self._is_in_sight = control, is_in_sight
        self._network: InspectedNetwork | None = None
        self._asked: InspectedNetwork | None = None
        self._given_up: InspectedNetwork | None = None
        self._seen: dict[str, Answer] = {}
        self._answers: dict[str, Answer] = {}
        self.measured = Measured()
        self.error = ""
        self.rest = QTimer(self)
        self.rest.setSingleShot(True)
        self.rest.setInterval(RESTED_MS)
        self.rest.timeout.connect(self.measure_rested)
        self.watch = QTimer(self)
        self.watch.setInterval(LOOK_MS)
        self.watch.timeout.connect(self._look)

    @property
    def of(self) -> InspectedNetwork | None:
        """The network that the oldest of the answers is of; None before there is one."""
        of: InspectedNetwork | None = None
        for answer in self._answers.values():
            if of is None or answer.about is not self._network:
                of = answer.about
        return of

    @property
    def is_measuring(self) -> bool:
        """Whether answers are still to come."""
        return any(self._control.progress(key) is not None for key in MEASURES)

    @property
    def progress(self) -> float:
        """How much of what was asked is answered, 0 to 1; the map is by far the longest."""
        shares = []
        for key in MEASURES:
            progress = self._control.progress(key)
            shares.append(1.0 if progress is None else progress)
        return sum(shares) / len(shares)

    def follow(self, inspection: Inspection) -> None:
        """Take the answers, and note another network."""
        network = inspection.network
        for key in MEASURES:
            answer = inspection.answers.get(key)
            if answer is None or answer is self._seen.get(key):
                continue
            self._seen[key] = answer
            self.error = answer.error
            if not answer.error:
                self._answers[key] = answer
        values = [self._answers[k].value if k in self._answers else None for k in MEASURES]
        self.measured = Measured(*values)
        if network is self._network:
            return
        is_first = self._network is None or not self._answers
        self._network = network
        if is_first and not self.is_measuring:
            self.measure()
        else:
            self.rest.start()

    def measure(self) -> None:
        """Have the present network tried."""
        network = self._network
        split = self._control.dataset.test
        if network is None or network.side is None or not network.fits(split):
            return
        self._asked, self._given_up = network, None
        for key, measure in MEASURES.items():
            self._control.ask(key, network, _work(measure, network, split), gives_up=True)
        self.watch.start()
        self.progressed.emit()

    def measure_rested(self) -> None:
        """Measure a network that has stayed the same, unless that is done or was given up."""
        known = len(self._answers) == len(MEASURES) and self.of is self._network
        is_wanted = self._network not in {self._asked, self._given_up}
        if not known and is_wanted and self._is_in_sight():
            self.measure()

    def cancel(self) -> None:
        """Give the questions up; the same network is not asked about by itself again."""
        for key in MEASURES:
            self._control.cancel(key)
        self._given_up = self._network
        self.progressed.emit()

    def forget(self) -> None:
        """Forget all answers: other images, or another run."""
        self.cancel()
        self._answers.clear()
        self.measured, self.error = Measured(), ""
        self._network = self._asked = None

    def _look(self) -> None:
        if not self.is_measuring:
            self.watch.stop()
        self.progressed.emit()


def _work(measure: Measure, network: InspectedNetwork, split: Split) -> Work:
    return partial(_measure, measure, network, split)


def _measure(measure: Measure, network: InspectedNetwork, split: Split, inquiry: Inquiry) -> Counts:
    return measure(network, split, inquiry.look, inquiry.tell)
