"""The panels of the window: docks with a header of our own."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QDockWidget,
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gdviz.qt.fonts import font
from gdviz.qt.icons import icon
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.labels import ElidedLabel, Label
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter

QWIDGETSIZE_MAX = 16_777_215
"""Qt's own name for a widget's size without a limit, which PySide does not give."""
HEADER_HEIGHT = 40
BESIDE_ROWS = (28, 28)
"""Heights of a header's two lines where it stands beside the body."""
RADIUS = 8.0


class Dock(QDockWidget):
    """A panel: header (title, subtitle, tools, menu) and body, painted as one rounded ground.

    Parameters
    ----------
    key : str
        The view's key; the object's name is ``dock_<key>``.
    title : str
    widget : QWidget, optional
        The body; may be set later with `set_body`, because a view is made for a dock.
    parent : QWidget, optional

    Attributes
    ----------
    retried : Signal()
        *Try again* was pressed under an error's sentence.
    menu : QMenu
        The "…" menu; a view adds its actions, they stand above *float* and *close*.
    """

    retried = Signal()

    def __init__(
        self,
        key: str,
        title: str,
        widget: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent)
        self.key = key
        self.setObjectName(f"dock_{key}")
        self.setAccessibleName(title)
        self.menu = QMenu(self)
        self._end_of_view_actions = self.menu.addSeparator()
        self._float_action = self.menu.addAction("Float")
        self._float_action.triggered.connect(self._toggle_floating)
        self._close_action = self.menu.addAction("Close")
        self._close_action.triggered.connect(self.close)
        self._header = Header(title, self.menu, self)
        self.setTitleBarWidget(self._header)
        self._body = Body(self)
        self._body.retry.clicked.connect(self.retried)
        self.setWidget(self._body)
        self.topLevelChanged.connect(self._floating_changed)
        self.toggleViewAction().triggered.connect(self._opened)
        if widget is not None:
            self.set_body(widget)

    def set_body(self, widget: QWidget) -> None:
        """Put a widget under the header; the dock owns it, a former one is deleted."""
        self._body.set_content(widget)

    def body(self) -> QWidget | None:
        """Give the widget under the header."""
        return self._body.content

    def set_body_margins(self, left: int, top: int, right: int, bottom: int) -> None:
        """Set the room around the body; 16, 0, 16, 12 without this."""
        self._body.set_margins(left, top, right, bottom)

    def replace_subtitle(self, widget: QWidget) -> None:
        """Put a widget in the subtitle's place: a number that runs paints itself."""
        self._header.replace_subtitle(widget)

    def put_header_beside(self, width: int) -> None:
        """Put the header at the left of the body, so wide and in two lines: for a low panel."""
        self.setFeatures(self.features() | QDockWidget.DockWidgetFeature.DockWidgetVerticalTitleBar)
        self._header.stand_beside(width)
        self._body.is_beside = True

    def set_subtitle(self, text: str) -> None:
        """Write the muted text beside the title."""
        self._header.subtitle.set_whole_text(text)

    def subtitle(self) -> str:
        """Give the text beside the title."""
        return self._header.subtitle.whole_text()

    def add_tool(self, widget: QWidget) -> None:
        """Add a widget to the right part of the header; the dock owns it."""
        self._header.tools.addWidget(widget)

    def add_action(self, text: str, triggered: Callable[[], object]) -> QAction:
        """Add an entry of the view to the menu, above the dock's own, and give it."""
        action = QAction(text, self.menu)
        action.triggered.connect(triggered)
        self.menu.insertAction(self._end_of_view_actions, action)
        return action

    def add_menu(self, menu: QMenu) -> None:
        """Add a submenu of the view to the menu, above the dock's own entries."""
        self.menu.insertMenu(self._end_of_view_actions, menu)

    def show_error(self, text: str) -> None:
        """Show a calm sentence and *Try again* in place of the body."""
        self._body.show_error(text)

    def clear_error(self) -> None:
        """Show the body again."""
        self._body.clear_error()

    def error(self) -> str | None:
        """Give the sentence shown in place of the body; None while the body is shown."""
        return self._body.error()

    def retry_button(self) -> QPushButton:
        """Give the button under an error's sentence."""
        return self._body.retry

    def _opened(self, is_open: bool) -> None:  # a slot
        """Come before the panels behind whose tabs Qt puts what is opened again."""
        if is_open:
            self.raise_()

    def _toggle_floating(self) -> None:
        """Float, or go back into the window."""
        self.setFloating(not self.isFloating())

    def _floating_changed(self, floating: bool) -> None:
        """Say what the menu would do now."""
        self._float_action.setText("Dock" if floating else "Float")
        self._header.update()
        self._body.update()


class Half(ThemedWidget):
    """The upper or lower half of a panel's rounded ground, or the left or right one."""

    is_upper = True
    is_beside = False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        dock = self.parentWidget()
        floating = isinstance(dock, QDockWidget) and dock.isFloating()
        edge = theme.line if floating else theme.panel_border
        # The ground is painted beyond the seam, so that the two halves have no edge there.
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        beyond = 2 * RADIUS if self.is_upper else -2 * RADIUS
        if self.is_beside:
            rect.adjust(min(beyond, 0), 0, max(beyond, 0), 0)
        else:
            rect.adjust(0, min(beyond, 0), 0, max(beyond, 0))
        with smooth_painter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.window))
            shape = QPainterPath()
            shape.addRoundedRect(rect, RADIUS, RADIUS)
            painter.setPen(QPen(QColor(edge), 1))
            painter.setBrush(QColor(theme.panel))
            painter.drawPath(shape)


class Header(Half):
    """The title bar, 40 high. It takes no mouse events itself: they move the dock.

    Beside a low body it has two lines: title, subtitle and menu, and the tools below.
    """

    def __init__(self, title: str, menu: QMenu, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEADER_HEIGHT)
        self.title = Label(title, 13, 600, parent=self)
        self.subtitle = ElidedLabel("", parent=self)
        self.tools = QHBoxLayout()
        self.tools.setSpacing(8)
        self.menu_button = QToolButton(self)
        self.menu_button.setAccessibleName(f"{title}: menu")
        self.menu_button.setToolTip("Menu of this panel")
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button.setMenu(menu)
        self.menu_button.setFixedSize(24, 24)
        self.menu_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = self._row = QGridLayout(self)
        row.setContentsMargins(16, 0, 8, 0)
        row.setSpacing(0)
        row.setColumnMinimumWidth(1, 8)
        row.setColumnStretch(2, 1)
        row.setColumnMinimumWidth(3, 4)
        row.addWidget(self.title, 0, 0)
        row.addWidget(self.subtitle, 0, 2)
        row.addLayout(self.tools, 0, 4)
        row.addWidget(self.menu_button, 0, 5)
        self.theme_changed(current_theme())

    def replace_subtitle(self, widget: QWidget) -> None:
        """Show a widget instead of the subtitle, which stays for whoever asks for its text."""
        self._row.replaceWidget(self.subtitle, widget)
        self.subtitle.hide()

    def stand_beside(self, width: int) -> None:
        """Take two lines and a fixed width, at the left of the body."""
        self.is_beside = True
        row = self._row
        row.removeItem(self.tools)
        self.tools.setParent(None)
        self.tools.setSpacing(4)
        row.addLayout(self.tools, 1, 0, 1, 6, Qt.AlignmentFlag.AlignLeft)
        row.setContentsMargins(16, 4, 8, 4)
        for k, height in enumerate(BESIDE_ROWS):
            row.setRowMinimumHeight(k, height)
        self.setMinimumHeight(0)
        self.setMaximumHeight(QWIDGETSIZE_MAX)
        self.setFixedWidth(width)

    def theme_changed(self, theme: Theme) -> None:
        """Recolour the icon."""
        self.menu_button.setIcon(icon("menu_dots", theme.muted))
        super().theme_changed(theme)

    def sizeHint(self) -> QSize:
        """Qt override: a dock asks for this, not for the fixed height."""
        return self._size(self._row.sizeHint().width())

    def minimumSizeHint(self) -> QSize:
        """Qt override: tools are never cut off, the subtitle is."""
        return self._size(self._row.minimumSize().width())

    def _size(self, width: int) -> QSize:
        """Give the size in which so wide a row has room."""
        if self.is_beside:
            return QSize(max(self.minimumWidth(), width), sum(BESIDE_ROWS) + 8)
        return QSize(width, HEADER_HEIGHT)


class Body(Half):
    """What is under the header: the view, or the sentence that it failed."""

    is_upper = False

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.content: QWidget | None = None
        self._frame = QVBoxLayout(self)
        self._stack = QStackedLayout()
        self._frame.addLayout(self._stack)
        self.set_margins(16, 0, 16, 12)
        self._message = Label("", 12, 400, "muted")
        self._message.setWordWrap(True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.retry = QPushButton("Try again")
        self.retry.setFont(font(12, 500))
        self.retry.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._page = QWidget(self)
        column = QVBoxLayout(self._page)
        column.addStretch(1)
        column.addWidget(self._message)
        column.addSpacing(8)
        column.addWidget(self.retry, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self._stack.addWidget(self._page)
        self._page.hide()

    def set_margins(self, left: int, top: int, right: int, bottom: int) -> None:
        """Set the room around the content."""
        self._frame.setContentsMargins(left, top, right, bottom)

    def set_content(self, widget: QWidget) -> None:
        """Show a widget; a former one is deleted."""
        if self.content is not None:
            self._stack.removeWidget(self.content)
            self.content.deleteLater()
        self.content = widget
        self._stack.addWidget(widget)
        self._stack.setCurrentWidget(widget)

    def show_error(self, text: str) -> None:
        """Show a sentence and the button."""
        self._message.setText(text)
        self.retry.setAccessibleDescription(text)
        self._stack.setCurrentWidget(self._page)

    def clear_error(self) -> None:
        """Show the content again."""
        self._message.setText("")
        if self.content is not None:
            self._stack.setCurrentWidget(self.content)

    def error(self) -> str | None:
        """Give the sentence, or None."""
        return self._message.text() or None
