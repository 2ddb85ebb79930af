"""The page of who is right: the table, and the images of its chosen cell page by page."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gdviz.analysis.inspection.comparing import RightAndWrong
from gdviz.analysis.inspection.outcomes import Outcomes
from gdviz.data.dataset import Split
from gdviz.qt import number_text
from gdviz.qt.icons import icon
from gdviz.qt.theme import current_theme
from gdviz.qt.views.compare.gallery import Gallery, GalleryImage
from gdviz.qt.views.compare.right_table import CELLS, RightTable
from gdviz.qt.widgets.labels import ElidedLabel
from gdviz.qt.widgets.themed import CHANGES

TABLE_WIDTH = 264


class Rights(QWidget):
    """Two by two counts at the left, images at the right.

    Attributes
    ----------
    chosen : Signal(int)
        The row of an image.
    page_changed : Signal()
        Other images are to be shown: `show_images`.
    """

    chosen = Signal(int)
    page_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._found: RightAndWrong | None = None
        self._first = 0
        self.table, self.gallery = RightTable(), Gallery()
        self.table.setFixedWidth(TABLE_WIDTH)
        self.table.chosen.connect(self._cell_chosen)
        self.gallery.chosen.connect(self.chosen)
        self.caption = ElidedLabel("", 11)
        self.before, self.after = QPushButton(), QPushButton()
        for button, name, step in (
            (self.before, "Images before these", -1),
            (self.after, "Images after these", 1),
        ):
            button.setProperty("role", "icon")
            button.setAccessibleName(name)
            button.setToolTip(name)
            button.clicked.connect(lambda _checked=False, step=step: self._turn(step))
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(4)
        head.addWidget(self.caption, 1)
        head.addWidget(self.before)
        head.addWidget(self.after)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(6)
        right.addLayout(head)
        right.addWidget(self.gallery, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(24)
        row.addWidget(self.table, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(right, 1)
        self._color_icons()

    def is_of(self, first: Outcomes | None, second: Outcomes | None) -> bool:
        """Whether it is these that are shown."""
        if self._found is None:
            return False
        return self._found.first is first and self._found.second is second

    def show_rights(self, found: RightAndWrong | None) -> None:
        """Show other counts; the images follow with `show_images`."""
        self._found = found
        self.table.show_counts(found)

    def show_images(self, split: Split, waiting: str) -> None:
        """Show the present page of the chosen cell; `waiting` stands where nothing is known."""
        found = self._found
        if found is None:
            self.gallery.show_images((), waiting)
            self.caption.set_whole_text("")
            self._enable(0)
            return
        title, a, b = CELLS[self.table.current()]
        rows = found.images(a, b)
        capacity = self.gallery.capacity
        # Of another cell or a smaller panel: the page that the first image is on.
        self._first = min(self._first, max(len(rows) - 1, 0)) // capacity * capacity
        shown = rows[self._first : self._first + capacity]
        pixels = split.inputs(shown)
        images = []
        for k, row in enumerate(shown.tolist()):
            label, says_a, says_b = (
                int(each[row]) for each in (split.labels, found.first.said, found.second.said)
            )
            description = f"test image {row:,} is a {label}: A says {says_a}, B says {says_b}"
            images.append(GalleryImage(row, pixels[k], f"{label}: {says_a}, {says_b}", description))
        self.gallery.show_images(images, f"No image: {title}.")
        self.caption.set_whole_text(self._caption(title, len(rows), len(shown)))
        self._enable(len(rows))

    def show_place(self, row: int | None) -> None:
        """Mark the image that is the example."""
        self.gallery.show_place(row)

    def _caption(self, title: str, total: int, shown: int) -> str:
        if not total:
            return title
        first, last = number_text.whole(self._first + 1), number_text.whole(self._first + shown)
        return (
            f"{title}, {first}–{last} of {number_text.whole(total)}; below each its label: "
            "A says, B says"
        )

    def _enable(self, total: int) -> None:
        self.before.setEnabled(self._first > 0)
        self.after.setEnabled(self._first + self.gallery.capacity < total)

    def _cell_chosen(self, _key: str) -> None:
        self._first = 0
        self.page_changed.emit()

    def _turn(self, step: int) -> None:
        self._first = max(self._first + step * self.gallery.capacity, 0)
        self.page_changed.emit()

    def _color_icons(self) -> None:
        color = current_theme().muted
        self.before.setIcon(icon("chevron_left", color))
        self.after.setIcon(icon("chevron_right", color))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override: another number of images has room."""
        super().resizeEvent(event)
        self.page_changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Qt override."""
        if event.type() in CHANGES:
            self._color_icons()
        super().changeEvent(event)
