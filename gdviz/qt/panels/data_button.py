"""The button of the settings panel that names the data and opens the data dialog."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton

from gdviz.data.dataset import Dataset
from gdviz.qt.fonts import font
from gdviz.qt.painting import elided
from gdviz.qt.panels.setting_fields import explain

NAME_WIDTH = 96
"""Pixels of the name; a longer one gives way."""


class DataButton(QPushButton):
    """Says which data a run is about.

    Parameters
    ----------
    action : QAction
        Done when the button is pressed.
    """

    def __init__(self, action: QAction) -> None:
        super().__init__()
        self.setObjectName("button_data")
        self.setFont(font(12, 500))
        explain(self, action.toolTip())
        self.clicked.connect(action.trigger)

    def show_dataset(self, dataset: Dataset) -> None:
        """Name a dataset."""
        shown = elided(f"{dataset.name}…", self.font(), NAME_WIDTH)
        self.setText(shown.replace("&", "&&"))
        self.setAccessibleName(f"Images: {dataset.name}")
        self.setToolTip(f"{dataset.source}: choose other data or classes")
