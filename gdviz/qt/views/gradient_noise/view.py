"""A mini-batch against the full gradient: over time, at this step, and the optimizer's memory."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QComboBox, QStackedWidget, QVBoxLayout, QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.noise_look import NoiseLook
from gdviz.data.dataset import Dataset
from gdviz.qt import number_text
from gdviz.qt.component_panels import PanelMaker
from gdviz.qt.component_tiles import ComponentTiles
from gdviz.qt.fonts import font
from gdviz.qt.views.gradient_noise import words
from gdviz.qt.views.gradient_noise.plots import AnglePlot, TimePlot, columns_of
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.running_line import RunningLine
from gdviz.qt.widgets.segmented import Segmented
from gdviz.runtime.noise_watch import GradientNoise


class GradientNoiseView(QObject):
    """Shows `Snapshot.gradient_noise`, which is computed only while this is in sight."""

    PAGES: ClassVar = {"time": "Time", "now": "Now", "memory": "Memory"}

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dock, self._picker = context.dock, context.picker
        self._noise: GradientNoise | None = None
        self._cursor: int | None = None
        self._makers: dict[str, PanelMaker] = {}
        self._titles: dict[str, str] = {}
        self._wanted = ""
        self.angle = TimePlot("angle", is_logarithmic=False, has_steps=False)
        self.ratio = TimePlot("norm ratio", is_logarithmic=False, has_steps=False)
        self.scale = TimePlot("noise scale", is_logarithmic=True, has_steps=True)
        self.histogram = AnglePlot()
        self.lines = [RunningLine(11) for _ in range(4)]
        self.memory, self.arrays = RunningLine(11), self._box()
        name = "What the optimizer remembers of each weight and bias, or its next step"
        self.tiles = ComponentTiles(name, words.EMPTY)
        self._picker.watch(self.tiles, self.tiles.component_at)
        self._picker.selection_changed.connect(lambda: self.tiles.select(self._picker.selected))
        self.pages = QStackedWidget()
        for page in (self._time_page(), self._now_page(), self._memory_page()):
            self.pages.addWidget(page)
        self.switch = Segmented(list(self.PAGES.items()), "Noise as")
        self.switch.changed.connect(self._page_chosen)
        self._dock.add_tool(self.switch)
        self._dock.set_body_margins(0, 0, 0, 4)
        # Five panels share this place: the whole title stands in the header.
        self._dock.setWindowTitle("Noise")
        self._refresh()

    def _box(self) -> QComboBox:
        box = QComboBox()
        box.setFont(font(12))
        box.setAccessibleName("Tiles show")
        box.activated.connect(self._array_chosen)
        return box

    def _time_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 0, 8, 0)
        column.setSpacing(0)
        for plot, share in ((self.angle, 10), (self.ratio, 9), (self.scale, 10)):
            column.addWidget(plot, share)
        return page

    def _now_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 0, 8, 0)
        column.setSpacing(2)
        column.addWidget(self.histogram, 1)
        for line in self.lines:
            column.addWidget(line)
        return page

    def _memory_page(self) -> QWidget:
        page = QWidget()
        above = QVBoxLayout()
        above.setContentsMargins(16, 0, 16, 0)
        above.setSpacing(2)
        above.addWidget(self.memory)
        above.addWidget(self.arrays)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(above)
        column.addWidget(self.tiles, 1)
        return page

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self.pages

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        noise, snapshot = frame.snapshot.gradient_noise, frame.snapshot
        cursor = snapshot.step if snapshot.is_past else None
        if noise is self._noise and cursor == self._cursor:
            return
        self._noise, self._cursor = noise, cursor
        self._refresh()

    def _refresh(self) -> None:
        """Show what is known on the page in sight."""
        noise = self._noise
        look = None if noise is None else noise.newest
        empty = words.EMPTY
        if noise is not None and noise.problem:
            empty = f"No look could be taken at this step: {noise.problem}."
        self._dock.set_subtitle("" if look is None else words.subtitle(look.point))
        page = self.switch.current()
        if page == "time":
            self._show_time(noise, empty)
        elif page == "now":
            self._show_now(look, empty)
        else:
            self._show_memory(look)

    def _show_time(self, noise: GradientNoise | None, empty: str) -> None:
        columns = columns_of(() if noise is None else noise.points)
        steps, newest = columns["steps"], None if noise is None else noise.newest
        self.angle.empty_text = empty
        tried, n_all, angle, ratio, scale = "mini-batches", "images", "–", "–", "–"
        if newest is not None:
            point = newest.point
            tried, n_all = words.tried(point), number_text.whole(point.n_examples)
            angle, ratio = words.degrees(point.angles[1]), f"{point.norm_ratios[1]:.2f}"
            scale = words.examples(point.noise_scale)
        for plot in (self.angle, self.ratio, self.scale):
            plot.shown_step = self._cursor
        self.angle.show_curve(
            steps,
            columns["angles"][:, 1],
            f"angle to ∇C of all {n_all}: {angle}, 80 % of {tried}",
            (columns["angles"][:, 0], columns["angles"][:, 2]),
            columns["angle"],
        )
        self.ratio.show_curve(
            steps,
            columns["ratios"][:, 1],
            f"|mini-batch gradient| / |full gradient|: {ratio}; dots: the next one",
            (columns["ratios"][:, 0], columns["ratios"][:, 2]),
            columns["ratio"],
        )
        self.scale.show_curve(
            steps, columns["scale"], f"noise scale tr(Σ)/|G|², images: {scale}, from {tried}"
        )
        for plot in (self.angle, self.ratio, self.scale):
            plot.setAccessibleDescription(plot.caption)

    def _show_now(self, look: NoiseLook | None, empty: str) -> None:
        if look is not None and look.scale is None:
            empty = words.careful(look.point)[0]
        self.histogram.show_look(look, empty)
        told = words.told(look) if look is not None and look.scale is not None else [""] * 4
        for line, text in zip(self.lines, told, strict=True):
            line.set_text(text)
        self.histogram.setAccessibleDescription(" ".join(told))

    def _show_memory(self, look: NoiseLook | None) -> None:
        if look is None:
            self.memory.set_text("")
            self.tiles.show_panels((), None, ())
            return
        titles = words.array_titles(look.optimizer)
        if titles != self._titles:
            self._titles = titles
            self.arrays.clear()
            for key, title in titles.items():
                self.arrays.addItem(title, key)
        key = self._wanted if self._wanted in titles else next(iter(titles))
        self.arrays.setCurrentIndex(list(titles).index(key))
        values = look.next_step if key == words.STEP_KEY else look.memory[int(key)]
        panels, beyond = self._makers.setdefault(key, PanelMaker()).panels(values, look.layout)
        # Squares are never negative and go over decades.
        self.tiles.shows_magnitude = bool(np.min(values) >= 0 and np.max(values) > 0)
        self.tiles.symbol = "Δ" if key == words.STEP_KEY else titles[key].lower()
        clipped = f"{number_text.percent(beyond / look.layout.size, 2)} clipped"
        kind = "logarithmic" if self.tiles.shows_magnitude else clipped
        step = number_text.whole(look.point.step)
        notes = (f"at step {step}, {kind}", "last column: biases")
        self.tiles.show_panels(panels, look.layout, notes)
        self.tiles.select(self._picker.selected)
        self.memory.set_text(words.memory_words(look))

    # What the user does

    def _page_chosen(self, key: str) -> None:
        self.pages.setCurrentIndex(list(self.PAGES).index(key))
        self._refresh()

    def _array_chosen(self) -> None:
        self._wanted = self.arrays.currentData()
        self._refresh()

    # What is remembered

    def describe(self) -> Description:
        """Give the points over time as a table."""
        noise = self._noise
        if noise is None or noise.newest is None:
            return Description(words.EMPTY)
        columns = (
            "step", "mini-batch", "mini-batches tried", "images",
            "median angle, degrees", "median norm ratio", "noise scale, images",
        )  # fmt: skip
        rows = tuple(
            (
                point.step,
                point.mini_batch,
                point.n_batches,
                point.n_examples,
                float(f"{point.angles[1]:.5g}"),
                float(f"{point.norm_ratios[1]:.5g}"),
                float(f"{point.noise_scale:.5g}"),
            )
            for point in noise.points
        )
        return Description(" ".join(words.told(noise.newest)), columns, rows)

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""
        del dataset
        self._noise, self._cursor = None, None
        self._makers, self._titles = {}, {}
        self._refresh()

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        return {"page": self.switch.current(), "array": self._wanted}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        if isinstance(state.get("array"), str):
            self._wanted = state["array"]
        if state.get("page") in self.PAGES:
            self.switch.set_current(state["page"])
            self._page_chosen(state["page"])
