"""What does it want: gradient ascent on the image, beside real images."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.inspection.subject import NeuronPlace, example_of
from gdviz.analysis.inspection.wishes import FREE, SMOOTH
from gdviz.data.dataset import Dataset
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.inspecting import Inspection
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.views.wishes.climbing import N_STEPS, Climbing, label_of
from gdviz.qt.views.wishes.controls import MOST_STEP, NEURON, STARTS, WishControls
from gdviz.qt.views.wishes.pictures import Tile, WishPictures
from gdviz.qt.views.wishes.words import asked_words, says_words, sentence
from gdviz.qt.widgets.labels import HintLabel
from gdviz.qt.widgets.running_line import RunningLine

FIRST_TARGET = "5"


class WishesView(QObject):
    """Lets an image climb until a neuron of the network likes it."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._control, self._dock = context.inspect, context.dock
        self.subtitle = RunningLine()
        context.dock.replace_subtitle(self.subtitle)
        self._inspection: Inspection | None = None
        self._neuron: NeuronPlace | None = None
        self._is_begun = False
        self.climbing = Climbing(context.inspect)
        self.controls = WishControls()
        self.controls.target.set_current(FIRST_TARGET)
        self.pictures = WishPictures()
        self.words = HintLabel("")
        self.words.setMinimumHeight(32)
        self.again = QPushButton("Draw again")
        self.again.setFont(font(12, 500))
        self.again.setFixedHeight(24)
        self.again.setProperty("role", "ghost")
        self.again.setToolTip("Climb again on the network as it is now; or stop where it is")
        self.again.setAccessibleDescription(self.again.toolTip())
        context.dock.add_tool(self.again)
        self.board = QWidget()
        column = QVBoxLayout(self.board)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.controls)
        column.addWidget(self.pictures, 1)
        column.addWidget(self.words)
        self.controls.changed.connect(self.begin)
        self.again.clicked.connect(self._again_or_stop)
        self.pictures.used.connect(self._use)

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self.board

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        inspection = frame.inspection
        if inspection is None:
            return
        before, self._inspection = self._inspection, inspection
        network = inspection.network
        is_new = self.climbing.follow(inspection)
        self.controls.set_outputs(network.n_outputs)
        wants_neuron = self.controls.target.current() == NEURON
        is_other_neuron = inspection.neuron != self._neuron
        self._neuron = inspection.neuron
        if not self._is_begun or self._is_lost() or (wants_neuron and is_other_neuron):
            self.begin()
        elif is_new or before is None or before.network is not network:
            self._refresh()

    def reset(self, dataset: Dataset) -> None:
        """Another run begins, perhaps on other images."""
        del dataset
        self.climbing.forget()
        self._is_begun = False
        self.pictures.show_tiles(())

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        controls = self.controls
        return {
            "target": controls.target.current(),
            "start": controls.start.current(),
            "seed": int(controls.seed.value()),
            "step": controls.step.value(),
            "smoothness": controls.smoothness.value(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        controls = self.controls
        if state.get("target") in {NEURON, *(str(k) for k in range(10))}:
            controls.set_outputs(10)
            controls.target.set_current(state["target"])
        if state.get("start") in {key for key, _ in STARTS}:
            controls.start.set_current(state["start"])
        for key, field, low, high in (
            ("seed", controls.seed, 0, 10**9),
            ("step", controls.step, 1e-6, MOST_STEP),
            ("smoothness", controls.smoothness, 0, 0.125),
        ):
            value = state.get(key)
            if isinstance(value, int | float) and low <= value <= high:
                field.set_value(int(value) if key == "seed" else value)
        self._is_begun = False

    def describe(self) -> Description:
        """What came of it, as a sentence and a table."""
        rows = tuple((tile.title, tile.says, tile.remark) for tile in self.pictures.tiles)
        return Description(self.words.text(), ("picture", "the network says", "remark"), rows)

    # --- what the user does ---------------------------------------------------------------

    def begin(self) -> None:
        """Climb anew to what is asked for."""
        inspection = self._inspection
        if inspection is None:
            return
        self._is_begun = True
        architecture = inspection.network.architecture
        wish = self.controls.wish(architecture.layout.n_layers, inspection.neuron)
        if wish is None:
            self.climbing.forget()
            self.pictures.show_tiles(())
            self._say("Choose a neuron in the network diagram; what it wants then appears here.")
            self._show_subtitle("")
            return
        self.climbing.begin(wish, inspection)
        self._refresh()

    def _again_or_stop(self) -> None:
        if self.climbing.is_climbing:
            self.climbing.stop()
            self._refresh()
        else:
            self.begin()

    def _use(self, index: int) -> None:
        """Make a picture the example of all panels."""
        tile, climbing = self.pictures.tiles[index], self.climbing
        if tile.image is None or climbing.network is None or climbing.wish is None:
            return
        if index == 3 and climbing.real is not None:
            self._control.choose_example("train", int(climbing.real.nearest.rows[SMOOTH]))
            return
        asked = asked_words(climbing.wish.place, climbing.network)
        self._control.use_image(tile.image, f"{asked}, {tile.title}")

    # --- what is shown --------------------------------------------------------------------

    def _show_subtitle(self, text: str) -> None:
        """It runs; the dock's own, which is hidden, stays for whoever asks."""
        self.subtitle.set_text(text)
        self._dock.set_subtitle(text)

    def _is_lost(self) -> bool:
        """Whether what is shown cannot be of the present network: it has another shape."""
        inspection, climbing = self._inspection, self.climbing
        if inspection is None or climbing.network is None:
            return False
        return climbing.network.architecture != inspection.network.architecture

    def _refresh(self) -> None:
        climbing = self.climbing
        text = "Stop" if climbing.is_climbing else "Draw again"
        if self.again.text() != text:
            self.again.setText(text)
        if climbing.ascent is None or climbing.network is None or climbing.wish is None:
            return
        tiles = self._tiles()
        self.pictures.show_tiles(tiles)
        place = climbing.wish.place
        name = f"activation, {place.title(climbing.network.architecture)}"
        self.pictures.show_climb(climbing.ascent.heights, N_STEPS, name)
        self._show_subtitle(self._subtitle())
        if climbing.error:
            self._say(f"Stopped: {climbing.error}")
        elif not climbing.is_climbing:
            outputs = climbing.network.passed(climbing.ascent.images).outputs
            self._say(sentence(climbing, outputs))
        else:
            asked = asked_words(place, climbing.network)
            self._say(f"Every pixel is changed a little, again and again, towards {asked}.")

    def _tiles(self) -> tuple[Tile, ...]:
        climbing = self.climbing
        assert climbing.ascent is not None
        assert climbing.wish is not None
        assert climbing.network is not None
        free, smooth = climbing.ascent.images
        real, average = climbing.real, climbing.average
        label = label_of(climbing.wish.place, climbing.network)
        near = None
        remarks = ["", "", "", ""]
        if average is not None:
            kind = "that excite it most" if label is None else f"images of a {label}"
            remarks[2] = f"of {number_text.whole(average.n_images)} {kind}"
        if real is not None:
            row = int(real.nearest.rows[SMOOTH])
            near = example_of(self._control.dataset.train, "train", row).image
            for k in (FREE, SMOOTH):
                label_k, away = int(real.nearest.labels[k]), real.nearest.distances[k]
                remarks[k] = f"nearest: a {label_k}, {away:.1f} away"
            remarks[3] = f"training image {number_text.whole(row)}, a {real.nearest.labels[SMOOTH]}"
        titles = ["without smoothness", "with smoothness"]
        titles += ["average of real images", "nearest to the smooth one"]
        images = [free, smooth, None if average is None else average.image, near]
        says = [self._says(image) for image in images]
        whole = zip(titles, images, says, remarks, strict=True)
        return tuple(Tile(*parts) for parts in whole)

    def _says(self, image: np.ndarray | None) -> str:
        climbing = self.climbing
        if image is None or climbing.network is None or climbing.wish is None:
            return ""
        passed = climbing.network.passed(image[np.newaxis])
        said = says_words(passed.outputs[0])
        place = climbing.wish.place
        if label_of(place, climbing.network) is None:
            height = float(passed.unmasked[place.layer][0, place.index])
            return f"{number_text.cost(height)}, says {said}"
        return said

    def _subtitle(self) -> str:
        climbing, inspection = self.climbing, self._inspection
        assert climbing.ascent is not None
        words = f"{climbing.ascent.n_steps} of {N_STEPS} steps uphill"
        if inspection is None or climbing.is_climbing or climbing.network is inspection.network:
            return words
        step = None if climbing.network is None else climbing.network.step
        if step is None or step == inspection.network.step:
            return f"{words}, before the last change"
        return f"{words}, of step {number_text.whole(step)}"

    def _say(self, text: str) -> None:
        if text != self.words.text():
            self.words.setText(text)
