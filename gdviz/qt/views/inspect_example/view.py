"""The example of the Inspect workspace: browsed, filtered, pointed at and edited."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.inspection.browsing import ImageFilter
from gdviz.analysis.inspection.subject import ExampleImage
from gdviz.analysis.weight_images import image_shape
from gdviz.data.dataset import Dataset
from gdviz.nn.costs import COSTS
from gdviz.qt.example_passes import ExamplePasses
from gdviz.qt.icons import icon
from gdviz.qt.inspecting import Inspection
from gdviz.qt.number_text import fixed
from gdviz.qt.theme import current_theme
from gdviz.qt.views.inspect_example.browser import Browser
from gdviz.qt.views.inspect_example.digit import Digit
from gdviz.qt.views.inspect_example.editing import PixelEditing
from gdviz.qt.views.inspect_example.facts import Facts, Note
from gdviz.qt.views.inspect_example.filters import (
    KINDS,
    FilterPopup,
    KindBox,
    filter_of,
    filter_state,
)
from gdviz.qt.views.inspect_example.words import lit_pixels, pixel_weights, verdict_rows
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.themed import CHANGES


class ExampleView(QObject):
    """Shows the image that goes through the inspected network, and chooses which it is."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dock, self._control = context.dock, context.inspect
        self._passes = ExamplePasses(context.inspect, "inspect_example: pass")
        self._inspection: Inspection | None = None
        self._shown_image: ExampleImage | None = None
        self._icons: dict[QToolButton, str] = {}
        self.browser = Browser(context.inspect)
        self.editing = PixelEditing(context.inspect)
        self.digit = Digit()
        self.note, self.facts = Note(), Facts(4)
        self.kind = KindBox()
        self._make_buttons()
        self.popup = FilterPopup(self.filter_button)
        self.popup.set_digits(context.dataset.n_classes)
        self._class_title = context.dataset.class_title
        self._body = self._laid_out()
        self._connect()
        self._body.installEventFilter(self)

    def _make_buttons(self) -> None:
        self.previous = self._button("chevron_left", "Previous image (Page up)")
        self.next = self._button("chevron_right", "Next image (Page down)")
        self.another = self._button("dice", "Another image, from elsewhere")
        self.filter_button = self._button(
            "filter", "Filter by digit, order them, go to a number", 24
        )
        self.edit = self._button("edit_pixels", "Edit pixels by clicks; + and − by a tenth", 24)
        self.edit.setCheckable(True)
        self.put_back = self._button("restart", "Put the image back as it was", 24)
        self.put_back.hide()
        # Where a network comes from is chosen here; the menu is the window's.
        self.source = self._button("open", "What is inspected: a network in training or a file", 24)
        self.source.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.source.hide()
        self._dock.add_tool(self.source)

    def _button(self, name: str, text: str, side: int = 28) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name, current_theme().text))
        button.setAccessibleName(text)
        button.setToolTip(text)
        button.setFixedSize(side, side)
        self._icons[button] = name
        return button

    def _laid_out(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.digit, 1)
        column.addSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(2)
        for button in (self.previous, self.next, self.another):
            row.addWidget(button)
        row.addSpacing(2)
        row.addWidget(self.kind, 1)
        column.addLayout(row)
        column.addSpacing(2)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.note, 1)
        for button in (self.put_back, self.edit, self.filter_button):
            row.addWidget(button)
        column.addLayout(row)
        column.addSpacing(2)
        column.addWidget(self.facts)
        return body

    def _connect(self) -> None:
        self.previous.clicked.connect(self._previous)
        self.next.clicked.connect(self._next)
        self.another.clicked.connect(self._another)
        self.filter_button.clicked.connect(self._open_filter)
        self.put_back.clicked.connect(self.editing.put_back)
        self.kind.activated.connect(self._choose_kind)
        self.popup.changed.connect(self.set_filter)
        self.popup.jumped.connect(self.browser.jump)
        self.digit.pointed.connect(self._control.point_at)
        self.digit.pressed.connect(self._press)
        self.digit.dragged.connect(self._drag)
        self.digit.nudged.connect(self._nudge)
        for keys, action in (("PgUp", self._previous), ("PgDown", self._next)):
            shortcut = QShortcut(QKeySequence(keys), self._body)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(action)

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self._body

    def set_source_menu(self, menu: QMenu) -> None:
        """Show a button in the header that opens a menu: what is inspected."""
        self.source.setMenu(menu)
        self.source.show()

    def set_filter(self, wanted: ImageFilter) -> None:
        """Browse other images."""
        self.browser.set_filter(wanted)
        self._show_filter()

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        inspection = frame.inspection
        if inspection is None or inspection is self._inspection:
            return
        self.editing.follow(inspection)
        self.browser.follow(inspection)
        # The browser may have chosen another image only now: that is in the next frame.
        self._inspection = inspection
        self._show_digit(inspection)
        self._show_facts()
        self.put_back.setVisible(self.editing.is_edited)
        for button in (self.previous, self.next, self.another):
            button.setEnabled(self.browser.can_step)

    def describe(self) -> Description:
        """Give what is seen as a sentence, and the weights of the pixel that is pointed at."""
        if self._inspection is None:
            return Description(self.digit.empty_words)
        example, pixel = self._inspection.example, self._inspection.pixel
        facts = "; ".join(f"{caption} {value}" for caption, value in self.facts.rows)
        convention = COSTS[self._inspection.network.cost]
        sentence = (
            f"{example.title}: {facts}. Cost: {convention.title.lower()}, sum over outputs. "
            f"{self.browser.note()}"
        )
        passed = self.digit.passed
        if passed is None or pixel is None or pixel >= example.image.size:
            return Description(sentence, *lit_pixels(example.image))
        return Description(sentence, *pixel_weights(passed, pixel))

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""
        self.popup.set_digits(dataset.n_classes)
        self._class_title = dataset.class_title
        self.browser.reset()
        self._inspection = self._shown_image = None
        self.digit.show_values(None)

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        return {"filter": filter_state(self.browser.filter)}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        self.browser.restore_filter(filter_of(state.get("filter")))
        self._show_filter()

    def _show_digit(self, inspection: Inspection) -> None:
        example = inspection.example
        if example is not self._shown_image:
            self._shown_image = example
            self.digit.show_values(example.image.reshape(image_shape(example.image.size)))
            self._dock.set_subtitle(example.title)
            if example.split == self.browser.filter.split and example.index is not None:
                self.popup.show_number(example.index)
        self.digit.passed = self._passes.of(inspection)
        self.digit.set_mark(inspection.pixel)

    def _show_facts(self) -> None:
        inspection, passed = self._inspection, self.digit.passed
        assert inspection is not None
        example, pixel = inspection.example, inspection.pixel
        rows = [("label", "none" if example.label is None else self._class_title(example.label))]
        rows += verdict_rows(inspection, passed)
        if pixel is not None and pixel < example.image.size:
            row, column = divmod(pixel, image_shape(example.image.size)[1])
            rows.append((f"pixel ({row}, {column})", fixed(float(example.image[pixel]), 3)))
        self.facts.show_rows(tuple(rows))
        self.note.show_text(self.browser.note())

    def _show_filter(self) -> None:
        wanted = self.browser.filter
        self.kind.show_filter(wanted)
        self.popup.show_filter(wanted)
        has_more = wanted != ImageFilter(wanted.split, wanted.verdict)
        self.filter_button.setDown(False)
        self.filter_button.setCheckable(has_more)
        self.filter_button.setChecked(has_more)
        self.note.show_text(self.browser.note())

    def _choose_kind(self, index: int) -> None:  # a slot
        kind, now = KINDS[self.kind.itemData(index)][1], self.browser.filter
        self.set_filter(ImageFilter(kind.split, kind.verdict, now.label, now.said, now.order))

    def _open_filter(self) -> None:  # a slot
        self._show_filter()
        self.popup.open_below(self.filter_button)

    def _previous(self) -> None:  # a slot
        self.browser.step(-1)

    def _next(self) -> None:  # a slot
        self.browser.step(1)

    def _another(self) -> None:  # a slot
        self.browser.another()

    def _press(self, pixel: int) -> None:  # a slot
        if self.edit.isChecked():
            self.editing.begin(pixel)

    def _drag(self, pixel: int) -> None:  # a slot
        if self.edit.isChecked():
            self.editing.go_on(pixel)

    def _nudge(self, pixel: int, sign: int) -> None:  # a slot
        if self.edit.isChecked():
            self.editing.nudge(pixel, sign)

    # Qt's own names

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt override: icons do not follow the palette by themselves."""
        if event.type() in CHANGES:
            for button, name in self._icons.items():
                button.setIcon(icon(name, current_theme().text))
        return super().eventFilter(watched, event)
