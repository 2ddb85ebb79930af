"""Two pictures of a widget: of what does not run in it, and of everything.

What stands still is painted once. The whole is painted anew where its contents change, at once or
in parts, and not where something is only marked behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QWidget

from gdviz.qt.theme import Theme
from gdviz.qt.widgets.parted_picture import PartedPicture, Piece

Pieces = Callable[[Theme], Iterator[Piece]]


class KeptPictures:
    """Pictures on a clear ground that are painted again where they no longer fit.

    Only the thread of the window may use it.

    Parameters
    ----------
    widget : QWidget
        The pictures are as large as it.
    state : callable
        Gives what both pictures depend on besides size and theme.
    still_pieces, running_pieces : callable
        Give what is to be painted: what does not run, and above it what does.
    """

    def __init__(
        self,
        widget: QWidget,
        state: Callable[[], tuple[object, ...]],
        still_pieces: Pieces,
        running_pieces: Pieces,
    ) -> None:
        self._widget, self._own_state = widget, state
        self._still_pieces, self._running_pieces = still_pieces, running_pieces
        self._still: QPixmap | None = None
        self._still_state: tuple[object, ...] = ()
        self._whole: QPixmap | None = None
        self._whole_state: tuple[object, ...] = ()
        self._preparing: PartedPicture | None = None

    def forget_still(self) -> None:
        """Paint everything anew, what does not run too."""
        self._still = None
        self.forget()

    def forget(self) -> None:
        """Paint anew what runs."""
        self._whole = self._preparing = None

    def begin(self, theme: Theme) -> bool:
        """Begin to paint anew in parts; the former picture is given till all are painted.

        Returns
        -------
        bool
            False if there is no such picture: then nothing was begun.
        """
        if self._whole is None or self._whole_state != self._state(theme):
            return False
        self._preparing = self._picture(self._pieces(theme))
        return True

    def paint_part(self, room_ms: float) -> bool:
        """Paint some of what was begun; give whether all is, and in sight."""
        if self._preparing is None:
            return True
        if not self._preparing.paint_part(room_ms):
            return False
        self._whole, self._preparing = self._preparing.pixmap, None
        self._widget.update()
        return True

    def whole(self, theme: Theme) -> QPixmap:
        """Give the picture of everything."""
        state = self._state(theme)
        if self._whole is None or self._whole_state != state:
            self._whole, self._whole_state = self._painted(self._pieces(theme)), state
            self._preparing = None
        return self._whole

    def _pieces(self, theme: Theme) -> Iterator[Piece]:
        state = self._state(theme)
        if self._still is None or self._still_state != state:
            self._still, self._still_state = self._painted(self._still_pieces(theme)), state
        still = self._still
        yield lambda painter: painter.drawPixmap(0, 0, still)
        yield from self._running_pieces(theme)

    def _painted(self, pieces: Iterator[Piece]) -> QPixmap:
        picture = self._picture(pieces)
        while not picture.paint_part():
            pass
        return picture.pixmap

    def _picture(self, pieces: Iterator[Piece]) -> PartedPicture:
        return PartedPicture(self._widget, QColor(Qt.GlobalColor.transparent), pieces)

    def _state(self, theme: Theme) -> tuple[object, ...]:
        size, ratio = self._widget.size().toTuple(), self._widget.devicePixelRatioF()
        return size, ratio, theme, *self._own_state()
