"""Mistakes: the images that go wrong, and how the costs of all images are distributed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.inspection.mistakes import Choice, Gallery, Order, gallery_of
from gdviz.analysis.inspection.outcomes import Outcomes
from gdviz.analysis.inspection.sample import Sample
from gdviz.analysis.weight_images import image_shape
from gdviz.data.dataset import Dataset, Split
from gdviz.qt.fonts import font
from gdviz.qt.icons import icon
from gdviz.qt.inspecting import Inspection
from gdviz.qt.sample_switch import SampleSwitch
from gdviz.qt.theme import current_theme
from gdviz.qt.views.mistakes import words
from gdviz.qt.views.mistakes.histogram import CostHistogramPlot
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.image_strip import ImageStrip
from gdviz.qt.widgets.running_line import RunningLine
from gdviz.runtime.inspector import Answer

EMPTY = "The images that the network gets wrong appear here as soon as one is looked at."
ORDERS: dict[Order, str] = {
    "confidence": "By confidence",
    "cost": "By cost",
    "pair": "By label, said",
}
GALLERY_SHARE, COSTS_SHARE = 3, 2
AT_ONCE = 20_000
"""More images than this are put in order beside the window: 60,000 take several milliseconds."""
_KEY = "mistakes: gallery"


@dataclass(frozen=True, slots=True)
class _Question:
    """What is to be shown of which outcomes; an axis of costs that is None shows no histogram."""

    outcomes: Outcomes
    sample: Sample
    choice: Choice
    order: Order
    logarithmic: bool | None

    def answer(self) -> Gallery:
        """Any thread may call."""
        return gallery_of(self.sample.of(self.outcomes), self.choice, self.order, self.logarithmic)


class MistakesView(QObject):
    """A gallery of the newest `Outcomes`; a click makes an image the example."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._control = context.inspect
        self._control.want_outcomes("test")
        self._shown: Gallery | None = None
        self._asked: _Question | None = None
        self._answer: Answer | None = None
        self._sample = Sample()
        self._choice = Choice()
        self.subtitle = RunningLine()
        context.dock.replace_subtitle(self.subtitle)
        self.gallery = ImageStrip("Images that the network gets wrong")
        self.gallery.empty_text = EMPTY
        self.gallery.chosen.connect(self._image_chosen)
        self.costs = CostHistogramPlot()
        self.costs.bin_chosen.connect(self._bin_chosen)
        self._make_tools(context)
        self._widget = QWidget()
        row = QHBoxLayout(self._widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(20)
        row.addWidget(self.gallery, GALLERY_SHARE)
        row.addWidget(self.costs, COSTS_SHARE)
        self.costs.hide()
        self._widget.installEventFilter(self)
        context.dock.set_body_margins(13, 0, 8, 8)

    def _make_tools(self, context: ViewContext) -> None:
        dock = context.dock
        self.show_all = QPushButton("Show all")
        self.show_all.setProperty("role", "ghost")
        self.show_all.setFont(font(12, 500))
        self.show_all.setAccessibleName("Show all mistakes again")
        self.show_all.setToolTip("All images that are wrong, not only those of a cell or a bin")
        self.show_all.clicked.connect(self._show_all)
        self.show_all.hide()
        self.order = QComboBox()
        self.order.setFont(font(12, 400))
        self.order.setFixedWidth(124)
        self.order.setAccessibleName("Order of the images")
        self.order.setToolTip("Which images come first")
        for key, title in ORDERS.items():
            self.order.addItem(title, key)
        self.order.currentIndexChanged.connect(self._refresh)
        self.switch = SampleSwitch(self._control, has_splits=False)
        self.costs_button = QPushButton()
        self.costs_button.setProperty("role", "icon")
        self.costs_button.setCheckable(True)
        self.costs_button.setFixedSize(28, 28)
        self.costs_button.setIconSize(QSize(16, 16))
        self.costs_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.costs_button.setAccessibleName("Histogram of the costs of all images")
        self.costs_button.setToolTip("How much each image costs; a bin opens its images")
        self.costs_button.toggled.connect(self._costs_toggled)
        for tool in (self.show_all, self.order, self.switch, self.costs_button):
            dock.add_tool(tool)
        self.cost_axis = self._check(context, "Costs on a logarithmic axis", self._refresh)
        self.count_axis = self._check(context, "Counts on a logarithmic axis", self._count_axis)
        self._show_icon()

    @staticmethod
    def _check(context: ViewContext, text: str, changed: Any) -> QAction:
        action = context.dock.add_action(text, changed)
        action.setCheckable(True)
        action.setChecked(True)
        return action

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self._widget

    # --- what is shown --------------------------------------------------------------------

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        inspection = frame.inspection
        if inspection is None:
            self._show_nothing(EMPTY)
            return
        self._sample = inspection.sample
        self._follow_cell(inspection)
        self.switch.show_sample(self._sample)
        self.gallery.mark(
            inspection.example.index if inspection.example.split == self._sample.split else None
        )
        self._control.want_outcomes(self._sample.split)
        outcomes = inspection.outcomes.get(self._sample.split)
        if not inspection.network.fits(self._split):
            self._show_nothing("The images do not fit this network: none can be tried.")
        elif outcomes is None:
            self._show_nothing("The network is being tried on every image.")
        else:
            self._show_outcomes(inspection, outcomes)

    @property
    def _split(self) -> Split:
        return self._control.split(self._sample.split)

    @property
    def _order(self) -> Order:
        order: Order = self.order.currentData()
        return order

    def _follow_cell(self, inspection: Inspection) -> None:
        """Take the cell of the confusion matrix; a bin of costs gives way to a new one."""
        cell = inspection.chosen_cell
        if cell != self._choice.cell:
            self._choice = Choice(cell) if cell is not None else Choice(None, self._choice.costs)

    def _show_outcomes(self, inspection: Inspection, outcomes: Outcomes) -> None:
        """Show the newest outcomes at once, or what is known of those of very many images."""
        axis = self.cost_axis.isChecked() if not self.costs.isHidden() else None
        asked = _Question(outcomes, self._sample, self._choice, self._order, axis)
        if asked != self._asked:
            self._asked = asked
            if len(outcomes) <= AT_ONCE:
                self._show_gallery(asked, asked.answer())
            else:
                self._control.ask(_KEY, asked, lambda _inquiry: asked.answer(), is_quick=True)
        answer = inspection.answers.get(_KEY)
        if answer is None or answer is self._answer:
            return
        self._answer = answer
        if answer.value is not None and answer.about.sample == self._sample:
            self._show_gallery(answer.about, answer.value)

    def _show_gallery(self, asked: _Question, found: Gallery) -> None:
        self._shown, taken, choice = found, found.outcomes, asked.choice
        self.gallery.empty_text = words.nothing(choice, self._sample.title(len(taken)))
        self.gallery.show_items(found.rows, self._picture, self._words, self._split)
        self.subtitle.set_text(words.heading(taken, choice, found.rows, asked.sample))
        self.show_all.setVisible(choice != Choice())
        self.costs.choose(choice.costs)
        if found.histogram is not None:
            self.costs.show_histogram(found.histogram)

    def _picture(self, row: int) -> npt.NDArray[np.floating[Any]]:
        flat = self._split.inputs(slice(row, row + 1))[0]
        return np.asarray(flat.reshape(image_shape(len(flat))))

    def _words(self, row: int) -> tuple[str, str]:
        assert self._shown is not None
        return words.caption(self._shown.outcomes, row, tells_cost=self._order == "cost")

    def _show_nothing(self, why: str) -> None:
        self._shown, self._asked, self._answer = None, None, None
        self.gallery.empty_text = why
        self.gallery.show_items([], self._picture, self._words)
        self.costs.show_histogram(None)
        self.subtitle.set_text("")

    def _refresh(self) -> None:
        """Show the newest outcomes anew, as the user wants them now."""
        inspection = self._control.inspection
        if self._shown is not None and inspection is not None:
            outcomes = inspection.outcomes.get(self._sample.split)
            if outcomes is not None:
                self._show_outcomes(inspection, outcomes)

    def describe(self) -> Description:
        """Give the images that are shown as a sentence and a table."""
        if self._shown is None:
            return Description(self.gallery.empty_text)
        return words.describe(self._shown, self._sample, self._choice)

    # --- what the user does ---------------------------------------------------------------

    def _image_chosen(self, row: int) -> None:
        self._control.choose_example(self._sample.split, row)

    def _bin_chosen(self, costs: tuple[float, float] | None) -> None:
        self._choose(Choice(costs=costs))

    def _show_all(self) -> None:
        self._choose(Choice())

    def _choose(self, choice: Choice) -> None:
        self._choice = choice
        self._control.choose_cell(choice.cell)
        self._refresh()
        self.gallery.scroll_to_start()

    def _costs_toggled(self, is_shown: bool) -> None:
        self.costs.setVisible(is_shown)
        self._refresh()

    def _count_axis(self) -> None:
        self.costs.show_counts(logarithmic=self.count_axis.isChecked())

    # --- what is remembered ---------------------------------------------------------------

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""
        del dataset
        self._choice = Choice()
        self._show_nothing(EMPTY)

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        return {
            "order": self._order,
            "costs": self.costs_button.isChecked(),
            "cost_axis": self.cost_axis.isChecked(),
            "count_axis": self.count_axis.isChecked(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        if state.get("order") in get_args(Order):
            self.order.setCurrentIndex(list(ORDERS).index(state["order"]))
        for key, action in (("cost_axis", self.cost_axis), ("count_axis", self.count_axis)):
            if isinstance(state.get(key), bool):
                action.setChecked(state[key])
        self._count_axis()
        if isinstance(state.get("costs"), bool):
            self.costs_button.setChecked(state["costs"])

    # Qt's own names

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt override: an icon does not follow the palette by itself."""
        if event.type() == QEvent.Type.PaletteChange:
            self._show_icon()
        return super().eventFilter(watched, event)

    def _show_icon(self) -> None:
        self.costs_button.setIcon(icon("histogram", current_theme().text))
