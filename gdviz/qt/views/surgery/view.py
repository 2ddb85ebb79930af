"""Surgery: neurons off, weights pruned, disturbed or set by hand, and what is right afterwards."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from gdviz.analysis.description import Cell, Description
from gdviz.analysis.inspection.outcomes import Outcomes
from gdviz.analysis.inspection.surgery import Change, Surgery, SwitchOff
from gdviz.analysis.inspection.sweeps import Sweep
from gdviz.data.dataset import Dataset
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.inspecting import Inspection
from gdviz.qt.views.surgery.accuracy_row import AccuracyRow, outcomes_words
from gdviz.qt.views.surgery.by_hand import NeuronTool, WeightTool
from gdviz.qt.views.surgery.change_list import ChangeList
from gdviz.qt.views.surgery.curves import Curves, question
from gdviz.qt.views.surgery.record import Record
from gdviz.qt.views.surgery.slider_tool import SliderTool
from gdviz.qt.views.surgery.sliders import NoiseTool, PruneTool
from gdviz.qt.views.surgery.steepness import SteepnessTool
from gdviz.qt.views.surgery.words import UNDO_WORDS, change_words
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.labels import HintLabel
from gdviz.qt.widgets.segmented import Segmented

TOOLS = {
    "neurons": "Neurons",
    "prune": "Prune",
    "noise": "Noise",
    "weight": "Weight",
    "steepness": "Steepness",
}
NO_IMAGES = "needs images that the network takes"


class SurgeryView(QObject):
    """Changes the inspected network through `InspectControl`; a network in training stays."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._control, self._stack = context.inspect, context.undo_stack
        self._dock = context.dock
        self._record = Record(context.inspect)
        self._inspection: Inspection | None = None
        self._surgery: Surgery | None = None
        self._before: Outcomes | None = None
        self._counted: Outcomes | None = None
        self._gesture, self._gesture_kind = 0, ""
        self._curves = Curves(context.inspect)
        self._build_tools()
        self._build_frame()
        self._choose("neurons")

    # --- building -------------------------------------------------------------------------

    def _build_tools(self) -> None:
        self.neurons, self.weight = NeuronTool(), WeightTool()
        self.sliders: dict[str, SliderTool] = {
            tool.key: tool for tool in (PruneTool(), NoiseTool(), SteepnessTool(self._n_tied))
        }
        self.pages = QStackedWidget()
        pages = {"neurons": self.neurons, "weight": self.weight, **self.sliders}
        for key in TOOLS:
            self.pages.addWidget(pages[key])
        self.neurons.asked.connect(self.apply)
        self.weight.asked.connect(self.apply)
        self.weight.begun.connect(self._begin_gesture)
        self.neurons.chosen.connect(self._control.choose_neuron)
        self.neurons.tried.connect(self._each_asked)
        for slider in self.sliders.values():
            slider.asked.connect(self.apply)
            slider.begun.connect(self._begin_gesture)
            slider.plot.asked.connect(lambda slider=slider: self._curve_asked(slider))

    def _build_frame(self) -> None:
        self.switch = Segmented(list(TOOLS.items()), "Tool", equal=True)
        self.switch.changed.connect(self._page_chosen)
        self.accuracy = AccuracyRow()
        self.notice = HintLabel("")
        self.notice.hide()
        self.changes = ChangeList()
        self.undo, self.redo = QPushButton("Undo"), QPushButton("Redo")
        self.back = QPushButton("Back to the network as it was")
        self.save = QPushButton("Save as…")
        for button in (self.undo, self.redo, self.back, self.save):
            button.setFont(font(12))
        self.undo.clicked.connect(self._stack.undo)
        self.redo.clicked.connect(self._stack.redo)
        self._follow_stack()
        self.back.clicked.connect(self.go_back)
        self.save.clicked.connect(self._control.save_asked)
        self.save.setToolTip("Save the inspected network, with its changes")
        self._dock.add_tool(self.save)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.undo)
        buttons.addWidget(self.redo)
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        self._widget = QWidget()
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.accuracy)
        column.addWidget(self.notice)
        column.addWidget(self.switch)
        column.addWidget(self.pages, 1)
        column.addWidget(self.changes)
        column.addLayout(buttons)

    def _follow_stack(self) -> None:
        stack = self._stack
        stack.canUndoChanged.connect(self.undo.setEnabled)
        stack.canRedoChanged.connect(self.redo.setEnabled)
        stack.undoTextChanged.connect(self.undo.setToolTip)
        stack.redoTextChanged.connect(self.redo.setToolTip)
        self.undo.setEnabled(stack.canUndo())
        self.redo.setEnabled(stack.canRedo())

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self._widget

    # --- showing --------------------------------------------------------------------------

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        inspection, former = frame.inspection, self._inspection
        if inspection is None:
            return
        if inspection is not former:
            self._inspection = inspection
            if former is None or inspection.network is not former.network:
                self._network_changed(inspection)
            if former is None or inspection.answers is not former.answers:
                self._curves.take(inspection)
                self._show_curve()
            self._show_accuracy()
            self._show_neurons()
            self.weight.pick(inspection.neuron, inspection.pixel)
        self._go_on()

    def _network_changed(self, inspection: Inspection) -> None:
        network = inspection.network
        surgery = self._record.of(network)
        if self._surgery is None or surgery.start is not self._surgery.start:
            self._before = None
        self._surgery = surgery
        self._curves.show(surgery)
        self._dock.set_subtitle(network.title)
        if self._curves.fits:
            self._control.want_outcomes("test")
            if surgery.changes and self._before is None:
                self._curves.want_before()
        self._show_surgery()

    def _show_surgery(self) -> None:
        surgery, inspection = self._surgery, self._inspection
        if surgery is None or inspection is None:
            return
        tool = self._tool_in_sight()
        if tool is not None:
            tool.show_surgery(surgery)
        self.weight.show_surgery(surgery, inspection.network.parameters)
        architecture = surgery.start.architecture
        self.changes.show_lines([change_words(c, architecture) for c in surgery.changes])
        self.back.setEnabled(bool(surgery.changes))
        self._show_curve()

    def _show_accuracy(self) -> None:
        """Write how many are right: as it was, and now, as far as that is known."""
        inspection, surgery = self._inspection, self._surgery
        if inspection is None or surgery is None:
            return
        fits = self._curves.fits
        self.notice.setVisible(not fits)
        if not fits:
            self.notice.setText(
                f"{inspection.network.architecture.name} does not take these images or has no "
                "output for each label: it can be changed and saved, but not tried on them."
            )
        now = inspection.outcomes.get("test") if fits else None
        if now is not None and now.network is surgery.start:
            self._before = now
        elif self._before is None:
            self._before = self._curves.before()
        before = self._before if surgery.changes else now
        self.accuracy.show_outcomes(before if fits else None, now)
        if now is not self._counted:
            # Of steep outputs many are equal, which is known only when all images were tried.
            self._counted = now
            self._show_surgery()

    def _n_tied(self) -> int | None:
        """Give on how many images the largest output is not alone; None if that is not known."""
        inspection = self._inspection
        now = None if inspection is None else inspection.outcomes.get("test")
        if now is None or inspection is None or now.network is not inspection.network:
            return None
        return int(((now.outputs == now.largest[:, np.newaxis]).sum(axis=1) > 1).sum())

    def _show_neurons(self) -> None:
        inspection, surgery = self._inspection, self._surgery
        if inspection is None or surgery is None:
            return
        changes = self._curves.each_alone()
        self.neurons.show_surgery(surgery, inspection.neuron, changes)

    def _tool_in_sight(self) -> SliderTool | None:
        return self.sliders.get(self.switch.current())

    def _show_curve(self) -> None:
        """Show the curve of the tool in sight, as far as it is known."""
        tool = self._tool_in_sight()
        if tool is None or self._surgery is None:
            return
        shown = self._curves.along(tool)
        if shown is not None and shown is not tool.plot.sweep:
            count = number_text.whole(shown.total)
            caption = f"right of {count} test images, %, with 95 % interval"
            tool.plot.show_sweep(tool.places(shown.values), shown, caption)
        elif shown is None:
            caption = "accuracy along the slider" if self._curves.fits else NO_IMAGES
            tool.plot.show_sweep(np.empty(0), None, caption)

    def _go_on(self) -> None:
        """Have computed what the tool in sight needs, and say how far it is."""
        tool, inspection = self._tool_in_sight(), self._inspection
        if tool is not None and inspection is not None and self._surgery is not None:
            self._curves.begin_by_itself(tool, inspection)
            tool.plot.show_progress(self._control.progress(question(tool)))
            tool.plot.button.setEnabled(self._curves.fits)
        self.neurons.show_progress(self._curves.each_progress())

    # --- what the user does ---------------------------------------------------------------

    def apply(self, change: Change) -> None:
        """Change the network; changes of one slider that follow each other are undone as one."""
        if self._surgery is None or self._inspection is None:
            return
        surgery = self._surgery.with_change(change)
        network = surgery.network()
        now = self._inspection.network
        if network.parameters is now.parameters and network.architecture == now.architecture:
            return
        kind = type(change).__name__
        if kind != self._gesture_kind or isinstance(change, SwitchOff):
            self._begin_gesture()
        self._gesture_kind = kind
        words = UNDO_WORDS[type(change)]
        for tool in self.sliders.values():  # what is right now comes before any curve
            self._control.cancel(question(tool))
        self._control.replace_network(network, words, f"surgery {self._gesture}")
        self._changed_here(surgery)

    def _curve_asked(self, tool: SliderTool) -> None:
        self._curves.toggle(tool)
        self._go_on()

    def _each_asked(self) -> None:
        self._curves.toggle_each()
        self._go_on()

    def go_back(self) -> None:
        """Take all changes back at once; that can be undone, too."""
        if self._surgery is None or not self._surgery.changes:
            return
        self._begin_gesture()
        start = self._surgery.start
        self._control.replace_network(start, "back to the network as it was")
        self._changed_here(Surgery(start))

    def _changed_here(self, surgery: Surgery) -> None:
        """Note what led to the new network, and show it before the next frame."""
        inspection = self._control.inspection
        if inspection is None:
            return
        self._record.note(inspection.network, surgery)
        self._inspection = inspection
        self._network_changed(inspection)
        self._show_neurons()

    def _begin_gesture(self) -> None:
        self._gesture += 1

    def _choose(self, key: str) -> None:
        self.switch.set_current(key)
        self._page_chosen(key)

    def _page_chosen(self, key: str) -> None:
        self.pages.setCurrentIndex(list(TOOLS).index(key))
        self._begin_gesture()
        self._show_surgery()
        self._go_on()

    # --- what is remembered ---------------------------------------------------------------

    def describe(self) -> Description:
        """Give the changes, and the curve in sight, in words."""
        surgery, inspection = self._surgery, self._inspection
        if surgery is None or inspection is None:
            return Description("No network is inspected yet.")
        architecture = surgery.start.architecture
        lines = [change_words(c, architecture) for c in surgery.changes]
        sentence = f"{inspection.network.title}: {'; '.join(lines) or 'unchanged'}."
        now, before = inspection.outcomes.get("test"), self._before
        if now is not None and now.network is inspection.network:
            sentence += f" Right: {outcomes_words(now)}"
            if surgery.changes and before is not None:
                sentence += f", as it was {outcomes_words(before)}"
            sentence += "."
        shown = self._shown_sweep()
        if shown is None:
            return Description(sentence, ("change",), tuple((line,) for line in lines))
        low, high = shown.interval
        rows: list[tuple[Cell, ...]] = [
            (float(x), int(k), shown.total, float(a), float(b))
            for x, k, a, b in zip(shown.values, shown.right, low, high, strict=True)
        ]
        title = TOOLS[self.switch.current()].lower()
        columns = (title, "right", "of", "95 % interval, low", "high")
        return Description(sentence, columns, tuple(rows))

    def _shown_sweep(self) -> Sweep | None:
        tool = self._tool_in_sight()
        return None if tool is None else tool.plot.sweep

    def reset(self, dataset: Dataset) -> None:
        """Forget what was computed of other data; the network's changes stay."""
        del dataset
        self._inspection, self._before = None, None
        self._curves.forget()

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        return {"tool": self.switch.current()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        if state.get("tool") in TOOLS:
            self._choose(state["tool"])
