"""Choosing weights by clicking them in any view: for whom, and which have been chosen.

One weight is selected for all views of a window: what is clicked while nobody asks for weights.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget


class WeightPicker(QObject):
    """Between the views where weights are clicked and the one that asked for some.

    Only the thread of the window may call. While nobody asks, views do with a click what they
    always do, and the weight under it is the selected one from then on.

    Attributes
    ----------
    changed : Signal()
        Somebody asks now, or no longer, or another weight was clicked.
    finished : Signal(object)
        The tuple of all that were asked for: positions in `Parameters.vector`.
    selection_changed : Signal()
        Another weight is `selected` now, or none.
    """

    changed = Signal()
    finished = Signal(object)
    selection_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted = 0
        self.picked: tuple[int, ...] = ()
        self.selected: int | None = None
        """The weight or bias that views mark, by its position in `Parameters.vector`."""

    def select(self, index: int | None) -> None:
        """Select a weight or bias for all views, or none."""
        if index != self.selected:
            self.selected = index
            self.selection_changed.emit()

    @property
    def n_missing(self) -> int:
        """How many are still to be clicked; 0 while nobody asks."""
        return self._wanted - len(self.picked) if self._wanted else 0

    def ask(self, count: int) -> None:
        """Ask for so many different weights."""
        self._wanted, self.picked = count, ()
        self.changed.emit()

    def give_up(self) -> None:
        """Ask no longer."""
        if self._wanted:
            self._wanted, self.picked = 0, ()
            self.changed.emit()

    def take(self, index: int | None) -> bool:
        """Take what was clicked.

        Parameters
        ----------
        index : int or None
            Position in `Parameters.vector`; None where no weight is.

        Returns
        -------
        bool
            Whether the click was for this: then the view does nothing else with it.
        """
        if not self._wanted:
            if index is not None:
                self.select(index)
            return False
        if index is not None and index not in self.picked:
            self.picked = (*self.picked, index)
            if len(self.picked) == self._wanted:
                found, self._wanted = self.picked, 0
                self.finished.emit(found)
            self.changed.emit()
        return True

    def watch(self, widget: QWidget, component_at: Callable[[QPointF], int | None]) -> None:
        """Take clicks on a widget while somebody asks.

        Parameters
        ----------
        widget : QWidget
        component_at : callable
            Gives the position in `Parameters.vector` of what is under a point of it, or None.
        """
        clicks = _Clicks(self, widget, component_at)
        widget.installEventFilter(clicks)
        self.changed.connect(clicks.show_cursor)


class _Clicks(QObject):
    """Takes the clicks on one widget; belongs to it."""

    def __init__(
        self,
        picker: WeightPicker,
        widget: QWidget,
        component_at: Callable[[QPointF], int | None],
    ) -> None:
        super().__init__(widget)
        self._picker, self._widget, self._component_at = picker, widget, component_at

    def show_cursor(self) -> None:
        """Show by the pointer that a weight is asked for."""
        if self._picker.n_missing:
            self._widget.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self._widget.unsetCursor()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt override."""
        del watched
        if event.type() != QEvent.Type.MouseButtonPress or not isinstance(event, QMouseEvent):
            return False
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        return self._picker.take(self._component_at(event.position()))
