"""A column that scrolls when it has no room, without moving what is in it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

MARGIN = 10
"""Free at the right."""
BAR_WIDTH = 8
"""Of the scroll bar, in the style sheet; it stands in the margin."""


def scrolled(widget: QWidget) -> QScrollArea:
    """Give a widget at the top of an area that scrolls up and down.

    The ground is that of what is behind the area.
    """
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    # What has the focus is scrolled into sight: the area itself need not be a stop of Tab.
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    body = QWidget()
    column = QVBoxLayout(body)
    column.setContentsMargins(0, 0, MARGIN, 0)
    column.addWidget(widget)
    column.addStretch(1)
    area.setWidget(body)
    # setWidget switches this on.
    body.setAutoFillBackground(False)
    area.viewport().setAutoFillBackground(False)
    area.verticalScrollBar().rangeChanged.connect(
        lambda _low, high: column.setContentsMargins(0, 0, MARGIN - (BAR_WIDTH if high else 0), 0)
    )
    return area
