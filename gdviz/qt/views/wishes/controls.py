"""What is asked for, and how it is climbed to."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout

from gdviz.analysis.inspection.subject import NeuronPlace
from gdviz.analysis.inspection.wishes import MOST_BLUR, Wish
from gdviz.qt.icons import icon
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.labels import Label
from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.segmented import Segmented
from gdviz.qt.widgets.themed import ThemedWidget

NEURON = "neuron"
MOST_SEGMENTS = 10
"""Outputs with a segment; a further one is chosen in the diagram as a neuron."""
MOST_STEP = 0.5
STARTS = (("noise", "Noise"), ("grey", "Grey"), ("example", "Example"))


class WishControls(ThemedWidget):
    """Two rows of controls; every change asks for another climb.

    Attributes
    ----------
    changed : Signal()
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._targets = QHBoxLayout()
        self._targets.setSpacing(8)
        self._targets.addWidget(Label("draw me", 12, 400, "muted"))
        self._targets.addStretch(1)
        self.target: Segmented = self._make_targets(MOST_SEGMENTS)
        self.start = Segmented(STARTS, "Start")
        self.start.setToolTip("The image that the climb begins with")
        self.seed = NumberField("Seed", 0, 0, 1e9, whole=True, zero=True, prefix="seed  ")
        self.seed.set_explanation("Of the noise that the climb begins with")
        self.dice = QToolButton()
        self.dice.setAccessibleName("Another seed")
        self.dice.setToolTip("Another seed")
        self.dice.setIconSize(QSize(16, 16))
        self.dice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.step = NumberField("Step size", 0.5, 0.0, MOST_STEP, prefix="step size  ")
        self.step.set_explanation("Length of a step; black and white images are 28 apart")
        most = MOST_BLUR / MOST_STEP
        self.smoothness = NumberField("Smoothness", 0.05, 0.0, most, zero=True, prefix="λ  ")
        self.smoothness.set_explanation(
            "λ of the second image: how strongly differences of neighbouring pixels count against "
            "it (total variation, squared)"
        )
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Label("from", 12, 400, "muted"))
        row.addWidget(self.start)
        row.addWidget(self.seed)
        row.addWidget(self.dice)
        row.addStretch(1)
        row.addWidget(self.step)
        row.addWidget(Label("smoothness", 12, 400, "muted"))
        row.addWidget(self.smoothness)
        for field, width in ((self.seed, 104), (self.step, 120), (self.smoothness, 92)):
            field.setFixedWidth(width)
            field.value_changed.connect(self._tell)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._targets)
        column.addLayout(row)
        self.start.changed.connect(self._tell)
        self.dice.clicked.connect(self._throw)
        self.theme_changed(current_theme())

    def set_outputs(self, n_outputs: int) -> None:
        """Offer as many outputs as the network has."""
        count = min(n_outputs, MOST_SEGMENTS)
        if count == self._n_outputs:
            return
        before = self.target.current()
        self._targets.removeWidget(self.target)
        self.target.deleteLater()
        self.target = self._make_targets(count)
        if before == NEURON or int(before) < count:
            self.target.set_current(before)

    def wish(self, n_layers: int, neuron: NeuronPlace | None) -> Wish | None:
        """Give what is asked for; None while a neuron is wanted and none is chosen."""
        chosen = self.target.current()
        place = neuron if chosen == NEURON else NeuronPlace(n_layers - 1, int(chosen))
        if place is None:
            return None
        return Wish(
            place,
            self.step.value(),
            self.smoothness.value(),
            self.start.current(),  # type: ignore[arg-type]  # the keys of STARTS are the words
            int(self.seed.value()),
        )

    def _make_targets(self, count: int) -> Segmented:
        self._n_outputs = count
        options = [(str(k), str(k)) for k in range(count)]
        target = Segmented([*options, (NEURON, "Neuron")], "Asked for")
        target.segment(NEURON).setToolTip("The neuron that is chosen in the diagram")
        target.changed.connect(self._tell)
        self._targets.insertWidget(1, target)
        return target

    def _throw(self) -> None:
        self.seed.set_value(self.seed.value() + 1)
        self._tell()

    def _tell(self, *_: object) -> None:
        self.changed.emit()

    def theme_changed(self, theme: Theme) -> None:
        """Recolour the picture."""
        self.dice.setIcon(icon("dice", theme.text, theme.muted))
        super().theme_changed(theme)
