"""Surgery: neurons off, weights pruned, disturbed or set by hand, and what is right afterwards."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from gdviz.analysis.description import Cell, Description
from gdviz.analysis.inspection.outcomes import Outcomes, outcomes_of
from gdviz.analysis.inspection.subject import NeuronPlace
from gdviz.analysis.inspection.surgery import (
    Change,
    Surgery,
    SwitchOff,
    n_weights,
)
from gdviz.analysis.inspection.sweeps import Sweep, one_by_one, sweep
from gdviz.data.dataset import Dataset, Split
from gdviz.qt import accuracy_text, number_text
from gdviz.qt.fonts import font
from gdviz.qt.inspecting import Inspection
from gdviz.qt.views.surgery.by_hand import NeuronTool, WeightTool
from gdviz.qt.views.surgery.change_list import ChangeList
from gdviz.qt.views.surgery.record import Record
from gdviz.qt.views.surgery.sliders import NoiseTool, PruneTool, SliderTool, SteepnessTool
from gdviz.qt.views.surgery.words import UNDO_WORDS, change_words
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.labels import HintLabel
from gdviz.qt.widgets.read_out import ReadOut
from gdviz.qt.widgets.segmented import Segmented
from gdviz.runtime.inspector import Inquiry, Work

TOOLS = {
    "neurons": "Neurons",
    "prune": "Prune",
    "noise": "Noise",
    "weight": "Weight",
    "steepness": "Steepness",
}
_BEFORE, _EACH = "surgery before", "surgery each"
MOST_BY_ITSELF = 100_000
"""Weights up to which a curve is computed unasked: some seconds."""
NO_IMAGES = "needs images that the network takes"
_Basis = tuple[object, ...]


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
        self._computed: dict[str, tuple[_Basis, Any]] = {}
        self._given_up: _Basis = ()
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
        for key, slider in self.sliders.items():
            slider.asked.connect(self.apply)
            slider.begun.connect(self._begin_gesture)
            slider.plot.asked.connect(lambda key=key: self._sweep_asked(key))

    def _build_frame(self) -> None:
        self.switch = Segmented(list(TOOLS.items()), "Tool", equal=True)
        self.switch.changed.connect(self._page_chosen)
        self.before = ReadOut("as it was: 8,888 of 10,000", "88.8 %")
        self.after = ReadOut("now: 8,888 of 10,000", "88.8 %")
        self.difference = ReadOut("difference", f"{number_text.MINUS}8,888")
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
        numbers = QHBoxLayout()
        numbers.setSpacing(16)
        for read_out in (self.before, self.after, self.difference):
            numbers.addWidget(read_out)
        numbers.addStretch(1)
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
        column.addLayout(numbers)
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
        self._show_progress()
        if inspection is former:
            self._sweep_by_itself()
            return
        self._inspection = inspection
        if former is None or inspection.network is not former.network:
            self._network_changed(inspection)
        if former is None or inspection.answers is not former.answers:
            self._take_answers(inspection)
        self._show_accuracy()
        self._show_neurons()
        self.weight.pick(inspection.neuron, inspection.pixel)
        self._sweep_by_itself()

    def _network_changed(self, inspection: Inspection) -> None:
        network = inspection.network
        surgery = self._record.of(network)
        if self._surgery is None or surgery.start is not self._surgery.start:
            self._before = None
        self._surgery = surgery
        self._dock.set_subtitle(network.title)
        if network.fits(self._control.split("test")):
            self._control.want_outcomes("test")
            if surgery.changes:
                self._want_before()
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
        self._show_sweeps()

    def _show_accuracy(self) -> None:
        """Write how many are right: as it was, and now, as far as that is known."""
        inspection, surgery = self._inspection, self._surgery
        if inspection is None or surgery is None:
            return
        fits = inspection.network.fits(self._control.split("test"))
        self.notice.setVisible(not fits)
        if not fits:
            self.notice.setText(
                f"{inspection.network.architecture.name} does not take these images or has no "
                "output for each label: it can be changed and saved, but not tried on them."
            )
        now = inspection.outcomes.get("test") if fits else None
        if now is not None and now.network is surgery.start:
            self._before = now
        before = now if not surgery.changes else self._before
        _write(self.before, "as it was", before if fits else None)
        _write(self.after, "now", now)
        change = now.n_right - before.n_right if now is not None and before is not None else None
        text = number_text.NOT_KNOWN if change is None else number_text.signed(change, 0)
        self.difference.set_value("0" if change == 0 else text)
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
        found = self._computed.get(_EACH)
        changes = None
        if found is not None and found[0] == self._basis(SwitchOff) and found[1] is not None:
            right, whole = found[1]
            changes = right - whole
        self.neurons.show_surgery(surgery, inspection.neuron, changes)

    def _tool_in_sight(self) -> SliderTool | None:
        return self.sliders.get(self.switch.current())

    # --- long questions -------------------------------------------------------------------

    def _basis(self, kind: type[Change], *more: object) -> _Basis:
        """Give what a curve along a tool's slider depends on: all but where the slider is."""
        assert self._surgery is not None
        changes = [kind if isinstance(c, kind) else c for c in self._surgery.changes]
        at_end = () if any(isinstance(c, kind) for c in self._surgery.present) else (kind,)
        return (self._surgery.start, *changes, *at_end, *more)

    def _slider_basis(self, tool: SliderTool) -> _Basis:
        return self._basis(tool.kind, tool.swept()[1])

    def _want_before(self) -> None:
        """Have the network as it was tried, if that is not known yet."""
        surgery = self._surgery
        if surgery is None or self._before is not None or self._control.progress(_BEFORE):
            return
        start, split = surgery.start, self._control.split("test")
        self._control.ask(
            _BEFORE, start, lambda inquiry: outcomes_of(start, "test", split, inquiry.look)
        )

    def _fits(self) -> bool:
        split = self._control.split("test")
        return self._surgery is not None and self._surgery.start.fits(split)

    def _sweep_asked(self, key: str) -> None:
        """Begin a curve, or give it up."""
        question = f"surgery {key}"
        tool, split = self.sliders[key], self._control.split("test")
        if self._control.progress(question) is not None:
            self._control.cancel(question)
            self._given_up = self._slider_basis(tool)
        elif self._surgery is not None and self._fits():
            values, along = tool.swept()
            work = _sweeping(self._surgery, along, values, split)
            self._control.ask(question, self._slider_basis(tool), work)
        self._show_progress()

    def _sweep_by_itself(self) -> None:
        """Have the curve in sight computed for a network that stands still and is not large.

        First comes the accuracy of the network itself: it waits for nothing.
        """
        inspection, tool = self._inspection, self._tool_in_sight()
        if inspection is None or tool is None or self._surgery is None or not self._fits():
            return
        network, known = inspection.network, inspection.outcomes.get("test")
        is_large = n_weights(network.parameters.layout) > MOST_BY_ITSELF
        if network.origin == "live" or is_large or known is None or known.network is not network:
            return
        question, basis = f"surgery {tool.key}", self._slider_basis(tool)
        is_known = self._computed.get(question, ((), None))[0] == basis
        if is_known or self._given_up == basis or self._control.progress(question) is not None:
            return
        self._sweep_asked(tool.key)

    def _each_asked(self) -> None:
        if self._control.progress(_EACH) is not None:
            self._control.cancel(_EACH)
        elif self._surgery is not None and self._fits():
            split = self._control.split("test")
            self._control.ask(_EACH, self._basis(SwitchOff), _trying_each(self._surgery, split))
        self._show_progress()

    def _take_answers(self, inspection: Inspection) -> None:
        answers = inspection.answers
        if _BEFORE in answers and self._surgery is not None:
            answer = answers[_BEFORE]
            if answer.about is self._surgery.start and answer.value is not None:
                self._before = answer.value
        for key in (_EACH, *(f"surgery {key}" for key in self.sliders)):
            if key in answers and answers[key].value is not None:
                self._computed[key] = (answers[key].about, answers[key].value)
        self._show_sweeps()

    def _show_sweeps(self) -> None:
        if self._surgery is None:
            return
        tool = self._tool_in_sight()
        if tool is None:
            return
        basis, found = self._computed.get(f"surgery {tool.key}", ((), None))
        # A curve of another network is worse than none.
        is_of_this = bool(basis) and basis == self._slider_basis(tool)
        shown: Sweep | None = found if is_of_this else None
        if shown is not None and shown is not tool.plot.sweep:
            caption = (
                f"right of {number_text.whole(shown.total)} test images, %, with 95 % interval"
            )
            tool.plot.show_sweep(tool.places(shown.values), shown, caption)
        elif shown is None:
            caption = "accuracy along the slider" if self._fits() else NO_IMAGES
            tool.plot.show_sweep(np.empty(0), None, caption)
        self._show_progress()

    def _show_progress(self) -> None:
        tool = self._tool_in_sight()
        if tool is not None:
            tool.plot.show_progress(self._control.progress(f"surgery {tool.key}"))
            tool.plot.button.setEnabled(self._fits())
        self.neurons.show_progress(self._control.progress(_EACH))

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
        for key in self.sliders:  # what is right now comes before any curve
            self._control.cancel(f"surgery {key}")
        self._control.replace_network(network, words, f"surgery {self._gesture}")
        self._changed_here(surgery)

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
        self._sweep_by_itself()

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
            sentence += f" Right: {_words(now)}"
            if surgery.changes and before is not None:
                sentence += f", as it was {_words(before)}"
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
        self._computed.clear()

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        return {"tool": self.switch.current()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        if state.get("tool") in TOOLS:
            self._choose(state["tool"])


def _write(read_out: ReadOut, when: str, outcomes: Outcomes | None) -> None:
    if outcomes is None:
        read_out.set_caption(when)
        read_out.set_value(number_text.NOT_KNOWN)
        return
    right, total = outcomes.n_right, len(outcomes)
    read_out.set_caption(f"{when}: {accuracy_text.count(right, total)}")
    read_out.set_value(number_text.percent(right / total), accuracy_text.interval(right, total))


def _words(outcomes: Outcomes) -> str:
    right, total = outcomes.n_right, len(outcomes)
    return f"{accuracy_text.count(right, total)}, {accuracy_text.accuracy(right, total)}"


def _sweeping(
    surgery: Surgery, along: tuple[Change, ...], values: tuple[float, ...], split: Split
) -> Work:
    def work(inquiry: Inquiry) -> Sweep:
        return sweep(surgery, along, values, split, inquiry.look, inquiry.tell)

    return work


def _trying_each(surgery: Surgery, split: Split) -> Work:
    """Give how many are right without each hidden neuron, and how many with all of them."""
    sizes = surgery.start.architecture.layer_sizes[1:-1]
    places = [NeuronPlace(k, index) for k, size in enumerate(sizes) for index in range(size)]

    def work(inquiry: Inquiry) -> tuple[Any, int]:
        # None of them off is the network with all: the last of the list.
        neurons = tuple(SwitchOff((place,)) for place in places)
        right = one_by_one(surgery, (*neurons, SwitchOff(())), split, inquiry.look, inquiry.tell)
        return right[:-1], int(right[-1])

    return work
