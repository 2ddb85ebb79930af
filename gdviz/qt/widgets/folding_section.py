"""A section of a form that folds away behind its head, which then says what is in it."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from gdviz.qt.fonts import font, text_width
from gdviz.qt.keys import ENTER
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.settings_form import SettingsForm
from gdviz.qt.widgets.themed import centred, paint_focus_ring, paint_text, smooth_painter

HEAD_HEIGHT = 20
_ARROW_WIDTH = 16


class FoldHead(QAbstractButton):
    """The head: a title, an arrow at its right, and a muted summary while it is folded.

    Parameters
    ----------
    title : str
    parent : QWidget, optional

    Notes
    -----
    Space, Enter or a click folds and unfolds; right and left unfold and fold.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary = ""
        self.setText(title)
        self.setFont(font(11))
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)
        self.toggled.connect(lambda _checked: self._describe())
        self._describe()

    @property
    def summary(self) -> str:
        """What the section holds, in a few words."""
        return self._summary

    def set_summary(self, text: str) -> None:
        """Say what the section holds."""
        if text != self._summary:
            self._summary = text
            self._describe()

    def _describe(self) -> None:
        state = "unfolded" if self.isChecked() else "folded"
        self.setAccessibleDescription(f"{state}; {self._summary}" if self._summary else state)
        self.update()

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(round(text_width(self.text(), 12, 600)) + 2 * _ARROW_WIDTH, HEAD_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Qt override."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override: Enter as well as Space, and the arrows of a tree."""
        if event.key() in ENTER:
            self.click()
        elif event.key() in {Qt.Key.Key_Right, Qt.Key.Key_Left}:
            if self.isChecked() != (event.key() == Qt.Key.Key_Right):
                self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        area = QRectF(self.rect())
        with smooth_painter(self) as painter:
            used = paint_text(painter, area, self.text(), theme.text, 12, 600)
            color = theme.text if self.underMouse() else theme.muted
            center = QPointF(area.right() - _ARROW_WIDTH / 2, area.center().y())
            painter.setPen(QPen(QColor(color), 1.5, c=Qt.PenCapStyle.RoundCap))
            painter.drawPath(_arrow(center, points_down=self.isChecked()))
            room = QRectF(used + 8, 0, area.width() - used - 8 - _ARROW_WIDTH - 4, area.height())
            if not self.isChecked() and room.width() > 0:
                summary = self._elided(room.width())
                paint_text(
                    painter, room, summary, theme.muted, 11, align=Qt.AlignmentFlag.AlignRight
                )
            if self.hasFocus():
                # Round the arrow alone: the title stands at the form's left edge.
                paint_focus_ring(painter, centred(center, _ARROW_WIDTH, HEAD_HEIGHT), theme, 4)

    def _elided(self, width: float) -> str:
        if text_width(self._summary, 11) <= width:
            return self._summary
        return self.fontMetrics().elidedText(self._summary, Qt.TextElideMode.ElideRight, int(width))


class FoldingSection(QWidget):
    """A head and the form that it hides.

    Parameters
    ----------
    title : str
    name : str
        The object's name is ``section_<name>``, that of its head ``fold_<name>``.

    Attributes
    ----------
    unfolded : Signal()
        It was opened, by whomever.
    """

    unfolded = Signal()

    def __init__(self, title: str, name: str) -> None:
        super().__init__()
        self.setObjectName(f"section_{name}")
        self.head = FoldHead(title)
        self.head.setObjectName(f"fold_{name}")
        self.form = SettingsForm()
        self.form.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.head)
        column.addWidget(self.form)
        self.head.toggled.connect(self._toggled)

    def set_open(self, is_open: bool) -> None:
        """Unfold or fold it."""
        self.head.setChecked(is_open)

    @property
    def is_open(self) -> bool:
        """Whether the form is in sight."""
        return self.head.isChecked()

    def _toggled(self, is_open: bool) -> None:
        self.form.setVisible(is_open)
        if is_open:
            self.unfolded.emit()


def _arrow(center: QPointF, *, points_down: bool) -> QPainterPath:
    """Give the two strokes of an arrow that points down, or to the right."""
    along, across = QPointF(0, 1), QPointF(1, 0)
    if not points_down:
        along, across = across, along
    path = QPainterPath(center - along * 2 - across * 4)
    path.lineTo(center + along * 2)
    path.lineTo(center - along * 2 + across * 4)
    return path
