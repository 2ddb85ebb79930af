"""Fragility: drag the digit, turn it, make it noisy, and see where the network fails."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.inspection.fragility import (
    DEGREES,
    NOISE_SEED,
    SIGMAS,
    Disturbance,
)
from gdviz.analysis.inspection.subject import ExampleImage, InspectedNetwork
from gdviz.data.dataset import Dataset
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.views.fragility.curves import StrengthCurve
from gdviz.qt.views.fragility.digit import DraggedDigit, ShiftPicture
from gdviz.qt.views.fragility.measuring import Measuring
from gdviz.qt.views.fragility.readings import Readings
from gdviz.qt.views.fragility.words import COLUMNS, Measured
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.running_line import RunningLine


class FragilityView(QObject):
    """Disturbs the example, and shows what the same does to a thousand images."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._control, self._dock = context.inspect, context.dock
        self.subtitle = RunningLine()
        context.dock.replace_subtitle(self.subtitle)
        self._network: InspectedNetwork | None = None
        self._base: ExampleImage | None = None
        self._given: ExampleImage | None = None
        self.disturbance = Disturbance()
        self.digit, self.map = DraggedDigit(), ShiftPicture()
        self.rotation = StrengthCurve(
            "Accuracy over rotation",
            "Drag to turn the example; Home or a double click turns it back",
            DEGREES,
            ((-90.0, "−90°"), (0.0, "0"), (90.0, "90°")),
            "curve_1",
        )
        self.noise = StrengthCurve(
            "Accuracy over noise",
            "Drag to add normal noise of standard deviation σ, clipped to 0 and 1",
            SIGMAS,
            ((0.0, "0"), (0.5, "0.5"), (1.0, "σ 1")),
            "curve_2",
        )
        self.readings = Readings()
        self.invert = self._button("Invert", "Give the network 1 minus the example")
        self.invert.setCheckable(True)
        self.back = self._button("Put back", "Show the example as it was")
        self.again = self._button("Measure", "Try this network on the disturbed images")
        self.board = self._laid_out()
        self.measuring = Measuring(context.inspect, self.board)
        self._connect()
        self._refresh()

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self.board

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        inspection = frame.inspection
        if inspection is None:
            return
        if inspection.example is not self._given:
            self._base = self._given = inspection.example
            self.disturbance = Disturbance()
        self._network = inspection.network
        self.measuring.follow(inspection)
        self._refresh()

    def reset(self, dataset: Dataset) -> None:
        """Another run begins, perhaps on other images."""
        del dataset
        self.measuring.forget()

    def state(self) -> dict[str, Any]:
        """Nothing is remembered: the example comes back as it was."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Nothing is remembered."""

    def describe(self) -> Description:
        """All accuracies as a sentence and a table."""
        rows = tuple(self._measured().rows())
        if not rows:
            return Description(self._refusal() or self._subtitle().capitalize())
        said = "; ".join(f"{words}: {value}" for words, value in self._readings())
        return Description(f"{self._subtitle()}. Right {said}.", COLUMNS, rows)

    # --- what the user does ---------------------------------------------------------------

    def disturb(self, disturbance: Disturbance) -> None:
        """Show the example disturbed, in all panels."""
        base, network = self._base, self._network
        if base is None or network is None or not self._can_disturb():
            return
        self.disturbance = disturbance
        words = disturbance.words()
        if words:
            assert network.side is not None
            random = np.random.default_rng(NOISE_SEED)
            image = disturbance.applied(base.image[np.newaxis], network.side, random)[0]
            self._control.use_image(image, f"{base.title}, {words}", base.label)
        elif base.split is not None and base.index is not None:
            self._control.choose_example(base.split, base.index)
        else:
            self._control.use_image(base.image, base.title, base.label)
        inspection = self._control.inspection
        self._given = None if inspection is None else inspection.example
        self._refresh()

    def _move(self, down: int, right: int) -> None:
        self.disturb(replace(self.disturbance, down=down, right=right))

    def _turn(self, degrees: float) -> None:
        self.disturb(replace(self.disturbance, degrees=degrees))

    def _add_noise(self, sigma: float) -> None:
        self.disturb(replace(self.disturbance, sigma=sigma))

    def _invert(self, checked: bool) -> None:
        self.disturb(replace(self.disturbance, is_inverted=checked))

    def _put_back(self) -> None:
        self.disturb(Disturbance())

    def _measure_or_cancel(self) -> None:
        if self.measuring.is_measuring:
            self.measuring.cancel()
        else:
            self.measuring.measure()

    # --- what is shown --------------------------------------------------------------------

    def _show_subtitle(self, text: str) -> None:
        """It runs; the dock's own, which is hidden, stays for whoever asks."""
        self.subtitle.set_text(text)
        self._dock.set_subtitle(text)

    def _can_disturb(self) -> bool:
        network, base = self._network, self._base
        if network is None or base is None or network.side is None:
            return False
        return base.image.size == network.n_inputs

    def _refresh(self) -> None:
        self._refresh_measures()
        disturbance, can = self.disturbance, self._can_disturb()
        for picture in (self.digit, self.map):
            picture.set_shift(disturbance.down, disturbance.right)
        self.rotation.set_strength(disturbance.degrees)
        self.noise.set_strength(disturbance.sigma)
        for widget in (self.digit, self.invert):
            widget.setEnabled(can)
        self.invert.setChecked(disturbance.is_inverted)
        self.back.setEnabled(can and bool(disturbance.words()))
        network, example = self._network, self._given
        if not can or network is None or example is None or network.side is None:
            self.digit.show_image(None)
            self.digit.set_caption("")
            return
        self.digit.show_image(example.image.reshape(network.side, network.side))
        outputs = network.passed(example.image[np.newaxis]).outputs[0]
        says = int(outputs.argmax())
        height = f"{float(outputs[says]):.3f}".replace("-", number_text.MINUS)
        is_known = bool(np.isfinite(outputs).all())
        self.digit.set_caption(f"says {says} at {height}" if is_known else "says nothing")

    def _measured(self) -> Measured:
        """What is known; nothing of a network that cannot be counted, whatever was before it."""
        return Measured() if self._refusal() else self.measuring.measured

    def _refresh_measures(self) -> None:
        measured = self._measured()
        self.map.show_map(measured.shifts)
        self.rotation.show_curve(measured.rotation)
        self.noise.show_curve(measured.noise)
        self._show_subtitle(self._subtitle())
        is_measuring = self.measuring.is_measuring
        if (self.again.text() == "Cancel") != is_measuring:
            self.again.setText("Cancel" if is_measuring else "Measure")
        self.again.setEnabled(self._refusal() == "")
        self.readings.show_pairs(self._readings())

    def _refusal(self) -> str:
        """Why nothing can be counted; empty if it can."""
        network = self._network
        if network is None:
            return "What moved and turned images do to the network appears here."
        if network.side is None or not network.fits(self._control.dataset.test):
            return (
                f"A {network.architecture.name} network does not take the test images or does not "
                "know their labels: its accuracy cannot be counted."
            )
        return ""

    def _subtitle(self) -> str:
        if self._refusal():
            return ""
        if self.measuring.is_measuring:
            return f"measuring, {100 * self.measuring.progress:.0f} %"
        if self.measuring.error:
            return f"stopped: {self.measuring.error}"
        of, shifts = self.measuring.of, self.measuring.measured.shifts
        if of is None or shifts is None:
            return "not measured"
        words = f"{number_text.whole(shifts.n_images)} test images"
        if of is not self._network and self._network is not None:
            is_edited = of.step is None or of.step == self._network.step
            since = "before the last change" if is_edited else f"of step {of.step:,}"
            return f"{words}, {since}"
        return words

    def _readings(self) -> list[tuple[str, str]]:
        refusal, measured = self._refusal(), self.measuring.measured
        if refusal:
            return [(refusal, "")]
        return [
            *measured.at_rest(),
            *measured.under(self.disturbance),
            *measured.when_inverted(),
        ]

    # --- how it is made -------------------------------------------------------------------

    def _button(self, text: str, explanation: str) -> QPushButton:
        button = QPushButton(text)
        button.setFont(font(12, 500))
        button.setFixedHeight(24)
        button.setProperty("role", "ghost")
        button.setToolTip(explanation)
        button.setAccessibleDescription(explanation)
        self._dock.add_tool(button)
        return button

    def _laid_out(self) -> QWidget:
        board = QWidget()
        row = QHBoxLayout()
        row.setSpacing(16)
        for widget, stretch in (
            (self.digit, 3),
            (self.map, 5),
            (self.rotation, 5),
            (self.noise, 5),
        ):
            row.addWidget(widget, stretch)
        column = QVBoxLayout(board)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row, 1)
        column.addWidget(self.readings)
        return board

    def _connect(self) -> None:
        self.map.set_caption("accuracy when moved, px")
        self.rotation.caption = "when turned, with 95 % interval"
        self.noise.caption = "with normal noise σ"
        for picture in (self.digit, self.map):
            picture.moved.connect(self._move)
            picture.went_home.connect(partial(self._move, 0, 0))
        self.rotation.chosen.connect(self._turn)
        self.noise.chosen.connect(self._add_noise)
        self.invert.clicked.connect(self._invert)
        self.back.clicked.connect(self._put_back)
        self.again.clicked.connect(self._measure_or_cancel)
        self.measuring.progressed.connect(self._refresh_measures)
