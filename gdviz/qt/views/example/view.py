"""The example: one test image, what the network says about it, and what that costs."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from gdviz.analysis.weight_images import image_shape
from gdviz.data.dataset import Dataset
from gdviz.nn.costs import COSTS
from gdviz.nn.network import forward, predictions
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.icons import icon
from gdviz.qt.theme import current_theme
from gdviz.qt.views.example.card import ExampleCard, ExampleFigures
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.runtime.commands import SetProbe
from gdviz.runtime.snapshot import Snapshot

CHUNK = 500
"""Images that are tried at once when looking for the next mistake."""
RANDOM_STRIDE = 7_919
"""A prime: "another example" walks through all test images in a jumbled order."""


class ExampleView(QObject):
    """Shows `Snapshot.probe` and chooses which test image it is."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._context = context
        self._dataset = context.dataset
        self._snapshot: Snapshot | None = None
        self._index = 0
        self.card = ExampleCard()
        self._icons: dict[QToolButton, str] = {}
        self.previous = self._tool("chevron_left", "Previous test image", self.show_previous)
        self.another = self._tool("dice", "Another test image", self.show_another)
        self.next = self._tool("chevron_right", "Next test image", self.show_next)
        self.mistake = QPushButton("Next mistake")
        self.mistake.setFont(font(12, 500))
        self.mistake.setFixedHeight(24)
        self.mistake.setFlat(True)
        self.mistake.setAccessibleName("Next test image that the network gets wrong")
        self.mistake.setToolTip("Next test image that the network gets wrong")
        self.mistake.clicked.connect(self.show_next_mistake)
        self.mistake.setEnabled(False)
        context.dock.add_tool(self.mistake)
        context.dock.set_body_margins(0, 0, 0, 4)
        self.card.installEventFilter(self)

    def _tool(self, name: str, text: str, action: Any) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name, current_theme().text))
        button.setAccessibleName(text)
        button.setToolTip(text)
        button.setFixedSize(28, 24)
        button.clicked.connect(action)
        self._icons[button] = name
        self._context.dock.add_tool(button)
        return button

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self.card

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        snapshot = frame.snapshot
        if self._snapshot is not None and snapshot.probe is self._snapshot.probe:
            self._snapshot = snapshot
            return
        self._snapshot = snapshot
        probe = snapshot.probe
        self.mistake.setEnabled(probe is not None)
        if probe is None or not 0 <= probe.index < len(self._dataset.test):
            self.card.show_figures(None)
            return
        self._index = probe.index
        cost = COSTS[snapshot.config.cost]
        self.card.show_figures(
            ExampleFigures(
                self._image(probe.index),
                probe.index,
                probe.label,
                probe.activations[-1],
                probe.squared_differences,
                probe.cost,
                f"{cost.title.lower()}, summed over the outputs",
                snapshot.config.output_activation == "softmax",
                self._dataset.class_title,
            )
        )
        self._context.dock.set_subtitle(
            f"test image {number_text.whole(probe.index)} of "
            f"{number_text.whole(len(self._dataset.test))}, never trained on"
        )
        self.card.setAccessibleDescription(self.card.describe())

    def _image(self, index: int) -> Any:
        flat = self._dataset.test.inputs(slice(index, index + 1))[0]
        return flat.reshape(image_shape(len(flat)))

    def show_index(self, index: int) -> None:
        """Ask for another test image; indices wrap around."""
        self._index = index % len(self._dataset.test)
        self._context.send(SetProbe(self._index))

    def show_previous(self) -> None:
        """Ask for the test image before this one."""
        self.show_index(self._index - 1)

    def show_next(self) -> None:
        """Ask for the test image after this one."""
        self.show_index(self._index + 1)

    def show_another(self) -> None:
        """Ask for a test image far from this one."""
        self.show_index(self._index + RANDOM_STRIDE)

    def show_next_mistake(self) -> None:
        """Ask for the next test image that the network, as it is now, gets wrong."""
        found = (
            None
            if self._snapshot is None
            else next_mistake(self._snapshot, self._dataset, self._index)
        )
        if found is None:
            self._context.dock.set_subtitle("no test image is wrong")
        else:
            self.show_index(found)

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""
        self._dataset = dataset
        self._snapshot = None
        self.card.show_figures(None)
        if self._index >= len(dataset.test):
            self._index = 0

    def state(self) -> dict[str, Any]:
        """Nothing: each run begins with an image that its network gets wrong."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Nothing is remembered."""

    # Qt's own names

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt override: icons do not follow the palette by themselves."""
        if event.type() == QEvent.Type.PaletteChange:
            for button, name in self._icons.items():
                button.setIcon(icon(name, current_theme().text))
        return super().eventFilter(watched, event)


def next_mistake(snapshot: Snapshot, dataset: Dataset, after: int) -> int | None:
    """Give the first test image after one, going round, that a network gets wrong."""
    count = len(dataset.test)
    architecture = snapshot.config.architecture
    for start in range(after + 1, after + 1 + count, CHUNK):
        which = np.arange(start, min(start + CHUNK, after + 1 + count)) % count
        images = dataset.test.inputs(which, snapshot.parameters.vector.dtype)
        said = predictions(forward(architecture, snapshot.parameters, images).outputs)
        wrong = np.flatnonzero(said != dataset.test.labels[which])
        if wrong.size:
            return int(which[wrong[0]])
    return None
