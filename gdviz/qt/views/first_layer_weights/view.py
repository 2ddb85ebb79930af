"""The weights of the first layer: one picture for each neuron."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QPointF
from PySide6.QtWidgets import QWidget

from gdviz.analysis.weight_images import (
    image_shape,
    never_lit_pixels,
    steady_limit,
    symmetric_limit,
)
from gdviz.data.dataset import Dataset
from gdviz.nn.parameters import Parameters
from gdviz.qt import number_text
from gdviz.qt.views.first_layer_weights.marks import cell_of
from gdviz.qt.views.first_layer_weights.mosaic import WeightMosaic
from gdviz.qt.views.first_layer_weights.pictures import Pictures
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.segmented import Segmented


class FirstLayerWeightsView(QObject):
    """Shows `Parameters.weights[0]` of the newest snapshot, row j as neuron j's picture."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dock = context.dock
        self._dataset = context.dataset
        self._parameters: Parameters | None = None
        self._start: tuple[int, int, npt.NDArray[np.floating[Any]]] | None = None
        self._limit: float | None = None
        self._n_examples: int | None = None
        self._never_lit: npt.NDArray[np.bool_] | None = None
        self.mosaic = WeightMosaic()
        self.scale = Segmented([("shared", "Shared scale"), ("own", "Own scale")], "Scale")
        self.scale.changed.connect(self._choice_changed)
        context.dock.add_tool(self.scale)
        self.mask_action = context.dock.add_action(
            "Mask pixels never lit in training", self._choice_changed
        )
        self.mask_action.setCheckable(True)
        self.mask_action.setChecked(True)
        self.change_action = context.dock.add_action("Weights minus start", self._choice_changed)
        self.change_action.setCheckable(True)
        context.dock.set_body_margins(0, 0, 0, 4)
        context.picker.watch(self.mosaic, self.component_at)
        self._picker = context.picker
        self._picker.selection_changed.connect(self._mark_selected)

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self.mosaic

    def component_at(self, position: QPointF) -> int | None:
        """Give the position in `Parameters.vector` of the weight under a point of the mosaic."""
        cell, parameters = self.mosaic.cell_at(position), self._parameters
        if cell is None or parameters is None:
            return None
        neuron, row, column = cell
        n_in = parameters.layout.layer_sizes[0]
        first = parameters.layout.weight_slices[0].start
        return int(first + neuron * n_in + row * image_shape(n_in)[1] + column)

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        snapshot = frame.snapshot
        weights = snapshot.parameters.weights[0]
        if self._start is None or self._start[0] != snapshot.run_id:
            self._start = (snapshot.run_id, snapshot.step, weights)
            self._parameters, self._limit = None, None
            if snapshot.config.n_examples != self._n_examples:
                self._n_examples, self._never_lit = snapshot.config.n_examples, None
        if snapshot.parameters is self._parameters:
            return
        self._parameters = snapshot.parameters
        self._mark_selected()
        self._refresh()

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""
        self._dataset = dataset
        self._parameters, self._start, self._limit, self._never_lit = None, None, None, None
        self.mosaic.show_pictures(None)

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        return {
            "scale": self.scale.current(),
            "mask": self.mask_action.isChecked(),
            "change": self.change_action.isChecked(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        if state.get("scale") in {"shared", "own"}:
            self.scale.set_current(state["scale"])
        for action, key in ((self.mask_action, "mask"), (self.change_action, "change")):
            if isinstance(state.get(key), bool):
                action.setChecked(state[key])
        self._choice_changed()

    def _mark_selected(self) -> None:
        """Mark the weight that is selected in the window, if it is one of these."""
        if self._parameters is None:
            return
        marked = cell_of(self._parameters.layout, self._picker.selected)
        if marked != self.mosaic.marked:
            self.mosaic.marked = marked
            self.mosaic.update()

    def _choice_changed(self, *_: object) -> None:
        self._limit = None
        if self._parameters is not None:
            self._refresh()

    def _refresh(self) -> None:
        assert self._parameters is not None
        assert self._start is not None
        weights = self._parameters.weights[0]
        since = ""
        if self.change_action.isChecked() and self._start[2].shape == weights.shape:
            weights = weights - self._start[2]
            since = f", minus step {number_text.whole(self._start[1])}"
        count, n_in = weights.shape
        self._dock.set_subtitle(f"{number_text.whole(count)} neurons{since}")
        never_lit = self._pixels_never_lit()
        masks = self.mask_action.isChecked() and never_lit.any() and len(never_lit) == n_in
        lit = weights[:, ~never_lit] if masks else weights
        shape = image_shape(n_in)
        shared = self.scale.current() == "shared"
        limits, clipped = self._limits(lit, shared)
        mask = never_lit.reshape(shape) if masks else None
        footer = ""
        if masks:
            footer = (
                f"{number_text.whole(int(never_lit.sum()))} pixels never lit in training are masked"
            )
        self.mosaic.show_pictures(
            Pictures(weights.reshape(count, *shape), mask, limits, shared, footer, clipped)
        )

    def _pixels_never_lit(self) -> npt.NDArray[np.bool_]:
        """Give the pixels that are 0 in all images of this run, which may be a part of all."""
        if self._never_lit is None:
            train = self._dataset.train
            self._never_lit = never_lit_pixels(train.images[: self._n_examples])
        return self._never_lit

    def _limits(
        self, lit: npt.NDArray[np.floating[Any]], shared: bool
    ) -> tuple[npt.NDArray[np.float64], str]:
        """Give the value of the last colour for each neuron, and what is beyond it in words."""
        if not shared:
            largest = np.abs(lit).max(axis=1).astype(float)
            return np.where(np.isfinite(largest) & (largest > 0), largest, 1.0), ""
        self._limit = steady_limit(float(symmetric_limit(lit)), self._limit)
        beyond = float((np.abs(lit) > self._limit).mean())
        text = f"{number_text.percent(beyond, 2)} beyond ±{number_text.tick(self._limit)}"
        return np.full(len(lit), self._limit), text
