"""A line of the window whose numbers run, kept apart from the layout of the window."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class Apart(QWidget):
    """Gives a line all its room; what the line asks for goes no further.

    A number that gains a digit widens its label. Qt then asks every layout above it, up to the
    main window with all its docks, which takes the time of a frame and more. At a fixed size,
    which this one sets from outside, Qt asks no further.

    Parameters
    ----------
    line : QWidget
        Of a fixed height; `minimumSizeHint` says how wide it is at least, once and for all.
    """

    def __init__(self, line: QWidget) -> None:
        super().__init__()
        self._line = line
        self._least = line.minimumSizeHint()
        line.setParent(self)
        line.show()
        self.setFixedHeight(self._least.height())
        # A toolbar gives a widget no more than it asks for, unless it says that it takes all.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Qt override: what the line needs."""
        return self._least

    def sizeHint(self) -> QSize:
        """Qt override: no more than it needs; it takes what there is."""
        return self._least

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override: the line has all the room."""
        self._line.setFixedSize(event.size())
