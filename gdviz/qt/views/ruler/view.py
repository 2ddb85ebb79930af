"""The parameter ruler: value, gradient, change or memory of every parameter on one strip."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.parameter_strip import segments, sum_text
from gdviz.analysis.weight_images import steady_limit, symmetric_limit
from gdviz.data.dataset import Dataset
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import FloatArray
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.views.ruler import words
from gdviz.qt.views.ruler.legend import RulerLegend
from gdviz.qt.views.ruler.pictures import Strip
from gdviz.qt.views.ruler.ruler import Ruler
from gdviz.qt.views.ruler.stretch import ZOOM
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.running_line import RunningLine
from gdviz.qt.widgets.segmented import Segmented
from gdviz.runtime.snapshot import Snapshot
from gdviz.training.state import initial_state

READING = "Wheel or + −: zoom; drag or arrows: move; Page keys: layers; Esc: all"


class RulerView(QObject):
    """Shows the newest snapshot's parameters, or what belongs to each of them."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dock, self._picker = context.dock, context.picker
        self._snapshot: Snapshot | None = None
        self._start: tuple[int, str, FloatArray] | None = None
        self._limits: dict[tuple[str, str], float] = {}
        self._array = 0
        self.is_unfinished = False
        """Whether colours are found that are not painted yet."""
        self.ruler, self.legend = Ruler(), RulerLegend()
        self.sharing, self.reading = RunningLine(11), RunningLine(12)
        self.quantity = Segmented(list(words.QUANTITIES.items()), "Ruler coloured by")
        self.way = Segmented(list(words.WAYS.items()), "Several parameters in one pixel")
        self.next_array = self._button(
            "Next array", "Show the optimizer's next array", "Next array"
        )
        self._dock.add_tool(self.quantity)
        self._dock.set_body_margins(16, 0, 16, 6)
        self._body = self._build()
        self._picker.watch(self.ruler, self.ruler.component_at)
        self._picker.selection_changed.connect(lambda: self.ruler.select(self._picker.selected))
        self.quantity.changed.connect(self._choice_changed)
        self.way.changed.connect(self._choice_changed)
        self.next_array.clicked.connect(self._show_next_array)
        self.ruler.pointed.connect(lambda _index: self._say())
        self.ruler.moved.connect(self._say)
        self.ruler.chosen.connect(self._picker.select)
        self._say()

    def _build(self) -> QWidget:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.way)
        row.addWidget(self.next_array)
        row.addStretch(1)
        for text, name, factor in (("−", "Zoom out", 1 / ZOOM), ("+", "Zoom in", ZOOM)):
            button = self._button(text, name, name)
            button.setFixedWidth(28)
            button.clicked.connect(lambda _checked=False, by=factor: self.ruler.zoom(by))
            row.addWidget(button)
        whole = self._button("Whole", "Show the whole strip", "Whole strip")
        whole.clicked.connect(self.ruler.show_all)
        row.addWidget(whole)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(row)
        column.addWidget(self.ruler, 1)
        for line in (self.legend, self.sharing, self.reading):
            column.addWidget(line)
        return body

    @staticmethod
    def _button(text: str, tip: str, name: str) -> QPushButton:
        button = QPushButton(text)
        button.setFont(font(12))
        button.setProperty("role", "ghost")
        button.setToolTip(tip)
        button.setAccessibleName(name)
        return button

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self._body

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        if self.is_unfinished:
            self.is_unfinished = False
            self.ruler.update()
            return
        before, snapshot = self._snapshot, frame.snapshot
        self._snapshot = snapshot
        if self._start is None or self._start[0] != snapshot.run_id:
            self._start = (snapshot.run_id, *_start_of(snapshot))
        is_same = before is not None and (
            (before.parameters, before.gradient, before.training_state, before.state)
            == (snapshot.parameters, snapshot.gradient, snapshot.training_state, snapshot.state)
        )
        if not is_same:
            self._refresh(in_parts=frame.is_repeated)

    def _refresh(self, *, in_parts: bool = False) -> None:
        self.is_unfinished = in_parts
        snapshot = self._snapshot
        if snapshot is None:
            return
        key = self.quantity.current()
        values, symbol, empty = self._values(snapshot, key)
        arrays = OPTIMIZERS[snapshot.config.optimizer].arrays
        self.next_array.setVisible(key == "memory" and len(arrays) > 1)
        strip = None
        if values is not None:
            strip = self._strip(values, symbol, snapshot)
        self.ruler.show_strip(strip, empty, in_parts=in_parts)
        self.legend.show_strip(strip)
        self._say()

    def _values(self, snapshot: Snapshot, key: str) -> tuple[FloatArray | None, str, str]:
        """Give what is coloured, what it is called, and a sentence if there is nothing."""
        if key == "gradient":
            gradient = snapshot.gradient
            return None if gradient is None else gradient.vector, "∂C/∂w", words.NO_GRADIENT
        vector = snapshot.parameters.vector
        if key == "change":
            assert self._start is not None
            _, since, start = self._start
            return vector - start, f"W − W at {since}", ""
        if key == "memory":
            return self._memory(snapshot)
        return vector, "W", ""

    def _memory(self, snapshot: Snapshot) -> tuple[FloatArray | None, str, str]:
        optimizer = OPTIMIZERS[snapshot.config.optimizer]
        if not optimizer.arrays:
            return None, "", words.no_memory(optimizer.title)
        if snapshot.training_state is None:
            return None, "", words.RUNNING
        index = self._array % len(optimizer.arrays)
        memory = snapshot.training_state.optimizer_state[index]
        return memory, f"{optimizer.title}: {optimizer.arrays[index]}", ""

    def _strip(self, values: FloatArray, symbol: str, snapshot: Snapshot) -> Strip:
        way = self.way.current()
        wanted, key = float(symmetric_limit(values)), (self.quantity.current(), symbol)
        limit = self._limits[key] = steady_limit(wanted, self._limits.get(key), narrows_at=0.2)
        clipped = float(np.mean(np.abs(values) > limit))
        return Strip(values, snapshot.parameters.layout, symbol, limit, clipped, way)

    def _say(self) -> None:
        """Say what a pixel shows and what is pointed at."""
        ruler, snapshot = self.ruler, self._snapshot
        if ruler.strip is None or snapshot is None:
            self.sharing.set_text("")
            self.reading.set_text("")
            return
        ratio = ruler.devicePixelRatioF()
        most = -(-ruler.stretch.width // max(round(ruler.width() * ratio), 1))
        step = number_text.whole(snapshot.step)
        sharing = words.sharing_text(int(most), ruler.strip.way)
        self.sharing.set_text(f"step {step}; {sharing}")
        index = ruler.stretch.pointed
        self.reading.set_text(READING if index is None else self._component_text(snapshot, index))

    def _component_text(self, snapshot: Snapshot, index: int) -> str:
        gradient, strip = snapshot.gradient, self.ruler.strip
        slope = None if gradient is None else float(gradient.vector[index])
        name = words.name_of(snapshot.parameters.layout, index)
        text = f"{name}: W {words.number(float(snapshot.parameters.vector[index]))}"
        text += f", ∂C/∂w {words.number(slope)}"
        if strip is not None and self.quantity.current() in {"change", "memory"}:
            text += f"; {strip.symbol} {words.number(float(strip.values[index]))}"
        return text

    # --- what the user does ---------------------------------------------------------------

    def _choice_changed(self, _key: str = "") -> None:
        self._refresh()

    def _show_next_array(self) -> None:
        self._array += 1
        self._refresh()

    # --- what is remembered ---------------------------------------------------------------

    def describe(self) -> Description:
        """Give every segment in numbers."""
        strip, snapshot = self.ruler.strip, self._snapshot
        if strip is None or snapshot is None:
            return Description(self.ruler.empty_text)
        rows = []
        for segment in segments(strip.layout):
            part = np.asarray(strip.values[segment.start : segment.stop], np.float64)
            ends = float(part.min()), float(part.max())
            rows.append((segment.title, segment.size, *ends, float(np.abs(part).mean())))
        sentence = (
            f"{strip.symbol} of {number_text.whole(strip.layout.size)} parameters, "
            f"{sum_text(strip.layout)}, at step {number_text.whole(snapshot.step)}. "
            f"In sight: positions {number_text.whole(int(self.ruler.stretch.start))} to "
            f"{number_text.whole(int(np.ceil(self.ruler.stretch.stop)) - 1)}."
        )
        heads = ("part", "parameters", "smallest", "largest", "mean size")
        return Description(sentence, heads, tuple(rows))

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""
        del dataset
        self._snapshot, self._start, self._limits = None, None, {}
        self.is_unfinished = False
        self.ruler.show_strip(None)
        self.legend.show_strip(None)
        self._say()

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        return {"quantity": self.quantity.current(), "way": self.way.current()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        if state.get("quantity") in words.QUANTITIES:
            self.quantity.set_current(state["quantity"])
        if state.get("way") in words.WAYS:
            self.way.set_current(state["way"])
        self._refresh()


def _start_of(snapshot: Snapshot) -> tuple[str, FloatArray]:
    """Give what changes are counted from, and what it is called.

    A run of this program began with what its seed draws. Of one from a file only what it was
    when this view first saw it is known for certain.
    """
    if not snapshot.title:
        return "the start", initial_state(snapshot.config).parameters.vector
    return f"step {number_text.whole(snapshot.step)}", snapshot.parameters.vector
