"""What holds running numbers, kept apart from the layout of the window."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_Policy = QSizePolicy.Policy


class Apart(QWidget):
    """Gives a line or a column all its room; what it asks for goes no further.

    A number that gains a digit widens its label. Qt then asks every layout above it, up to the
    main window with all its docks, which takes the time of a frame and more. At a fixed size,
    which this one sets from outside, Qt asks no further. Nor does it if the line or column is
    hidden and shown again: its room stays.

    Parameters
    ----------
    inner : QWidget
        A line of a fixed height, whose `minimumSizeHint` says how wide it is at least, once and
        for all; or a column of a fixed width, which has as much height as there is.
    orientation : Qt.Orientation
        Which of the two it is.
    """

    def __init__(
        self, inner: QWidget, orientation: Qt.Orientation = Qt.Orientation.Horizontal
    ) -> None:
        super().__init__()
        self._inner = inner
        inner.setParent(self)
        inner.show()
        # A toolbar gives a widget no more than it asks for, unless it says that it takes all.
        if orientation is Qt.Orientation.Horizontal:
            self._least = inner.minimumSizeHint()
            self.setFixedHeight(self._least.height())
            self.setSizePolicy(_Policy.Expanding, _Policy.Fixed)
        else:
            # What there is no room for, a column hides: nothing grows for it.
            self._least = QSize(inner.minimumWidth(), 0)
            self.setFixedWidth(inner.minimumWidth())
            self.setSizePolicy(_Policy.Fixed, _Policy.Ignored)

    def minimumSizeHint(self) -> QSize:
        """Qt override: what it needs."""
        return self._least

    def sizeHint(self) -> QSize:
        """Qt override: no more than it needs; it takes what there is."""
        return self._least

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override: what is inside has all the room."""
        self._inner.setFixedSize(event.size())
