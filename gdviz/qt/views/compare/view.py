"""Compare: the inspected network A beside another one, B."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gdviz.analysis.description import Cell, Description
from gdviz.analysis.inspection.side_by_side import Comparable
from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.data.dataset import Dataset
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.inspecting import Inspection
from gdviz.qt.views.compare import questions
from gdviz.qt.views.compare.answers import Answers
from gdviz.qt.views.compare.neurons_page import METHODS, NeuronsPage
from gdviz.qt.views.compare.right_table import CELLS, accuracy_words, verdict
from gdviz.qt.views.compare.rights import Rights
from gdviz.qt.views.compare.way_plot import KINDS, WayPlot, way_sentence
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.labels import ElidedLabel, HintLabel, Label
from gdviz.qt.widgets.segmented import Segmented
from gdviz.storage.readers import READERS

PAGES = {"neurons": "Neurons", "images": "Images", "between": "Between"}
NOTHING = (
    "Nothing to compare with yet: open another network, keep this one before it is changed or "
    "trained on, or take the start of the run."
)


class CompareView(QObject):
    """Shows `Inspection.network` (A) beside `Inspection.other` (B)."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._control, self._dock = context.inspect, context.dock
        self._inspection: Inspection | None = None
        self.answers = Answers(context.inspect)
        self.dialog: QFileDialog | None = None
        self._build_tools()
        self._build_pages()
        self._build_frame()
        self._choose("neurons")

    # --- building -------------------------------------------------------------------------

    def _build_tools(self) -> None:
        self.open, self.keep = QPushButton("Open…"), QPushButton("Keep this one")
        self.start = QPushButton("Start of the run")
        self.open.setToolTip("Open another network to compare with; training goes on")
        self.keep.setToolTip("Compare with this network as it is now, whatever becomes of it")
        self.start.setToolTip("Compare with the network that the present run began with")
        for button, action in (
            (self.open, self.ask_file),
            (self.keep, self._control.keep_as_other),
            (self.start, self._control.choose_start_as_other),
        ):
            button.setFont(font(12))
            button.clicked.connect(lambda _checked=False, action=action: action())
        self._dock.add_action("Compare with nothing", lambda: self._control.choose_other(None))
        self.switch = Segmented(list(PAGES.items()), "Compare")
        self.switch.changed.connect(self._page_chosen)
        self._dock.add_tool(self.switch)

    def _build_pages(self) -> None:
        self.neurons, self.rights, self.way = NeuronsPage(self.answers), Rights(), WayPlot()
        self.neurons.chosen.connect(self._control.choose_neuron)
        self.neurons.method_chosen.connect(self._ask)
        self.rights.chosen.connect(lambda row: self._control.choose_example("test", row))
        self.rights.page_changed.connect(self._show_images)
        self.way.asked.connect(self._way_asked)
        self.nothing = Label(NOTHING, 12, 400, "muted")
        self.nothing.setWordWrap(True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pages = QStackedWidget()
        for page in (self.neurons, self.rights, self.way, self.nothing):
            self.pages.addWidget(page)

    def _build_frame(self) -> None:
        self.names = ElidedLabel("", 12, 400, "text")
        self.notice = HintLabel("")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.names, 1)
        for button in (self.open, self.keep, self.start):
            row.addWidget(button)
        self._widget = QWidget()
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.notice)
        column.addWidget(self.pages, 1)

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self._widget

    # --- showing --------------------------------------------------------------------------

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        inspection = frame.inspection
        if inspection is None:
            return
        if inspection is not self._inspection:
            self._inspection = inspection
            if self.answers.take(inspection):
                self._show_names(inspection)
            self._show_page()
        self._ask()

    def _show_names(self, inspection: Inspection) -> None:
        first, second, can = inspection.network, inspection.other, self.answers.can
        if second is None or can is None:
            self.names.set_whole_text(f"A: {first.title}")
            self._dock.set_subtitle(first.architecture.name)
            self.notice.hide()
            return
        self.names.set_whole_text(f"A: {first.title}  ·  B: {second.title}")
        sizes = dict.fromkeys(each.architecture.name for each in (first, second))
        self._dock.set_subtitle(" and ".join(sizes))
        self.notice.setText(can.sentence)
        self.notice.setVisible(bool(can.sentence))
        self.neurons.show_networks(first, can)

    def _show_page(self) -> None:
        inspection, can = self._inspection, self.answers.can
        if inspection is None or can is None:
            self.pages.setCurrentWidget(self.nothing)
            return
        page = self.switch.current()
        self.pages.setCurrentIndex(list(PAGES).index(page))
        if page == "neurons":
            self.neurons.show_place(inspection.neuron)
        elif page == "images":
            self._show_rights(inspection)
        else:
            self._show_way(can)

    def _show_rights(self, inspection: Inspection) -> None:
        if not self.rights.is_of(*self.answers.outcomes()):
            self.rights.show_rights(self.answers.rights())
            self._show_images()
        example = inspection.example
        self.rights.show_place(example.index if example.split == "test" else None)

    def _show_images(self) -> None:
        can = self.answers.can
        waiting = "Both are being tried on all test images…"
        self.rights.show_images(
            self._control.split("test"), waiting if can is not None and can.images else ""
        )

    def _show_way(self, can: Comparable) -> None:
        ways = self.answers.ways()
        if not self.answers.has_way:
            self.way.show_ways((), "", can.no_way or can.sentence)
        elif ways:
            count = number_text.whole(ways[0].n_examples)
            caption = f"mean cost of {count} test images, ± its standard error"
            if len(ways) > 1:
                caption += f"; matched {METHODS[self.answers.way_method].lower()}"
            self.way.show_ways(ways, caption, way_sentence(ways))
        else:
            self.way.show_ways((), "mean cost on the straight line from A to B", "")

    def _ask(self) -> None:
        """Ask for what the page in sight needs, and say how far it is."""
        self.answers.ask(self.switch.current(), self.neurons.method)
        progress = self._control.progress(questions.WAY)
        self.way.show_progress(progress, is_needed=self.answers.needs_way)

    # --- what the user does ---------------------------------------------------------------

    def ask_file(self) -> None:
        """Let the user choose a file without blocking the window."""
        if self.dialog is None:
            self.dialog = QFileDialog(self._widget, "Open a network to compare with")
            self.dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            # The content decides, whatever the name; every format's own suffixes come first.
            suffixes = [suffix for reader in READERS for suffix in reader.suffixes]
            patterns = " ".join(f"*{suffix}" for suffix in dict.fromkeys(suffixes))
            self.dialog.setNameFilters([f"Networks ({patterns})", "All files (*)"])
            self.dialog.fileSelected.connect(lambda name: self._control.open_other(Path(name)))
        self.dialog.open()

    def _way_asked(self) -> None:
        self.answers.toggle_way()
        self._ask()

    def _choose(self, key: str) -> None:
        self.switch.set_current(key)
        self._page_chosen(key)

    def _page_chosen(self, _key: str) -> None:
        self._show_page()
        self._ask()

    # --- what is remembered ---------------------------------------------------------------

    def describe(self) -> Description:
        """Give the page in sight in words and as a table."""
        pair, can = self.answers.pair, self.answers.can
        if pair is None or can is None:
            return Description(NOTHING)
        head = f"A is {_named(pair[0])}, B is {_named(pair[1])}. {can.sentence}".strip()
        page = self.switch.current()
        if page == "neurons":
            return Description(f"{head} {self.neurons.words.text()}", *self.neurons.table())
        return self._describe_rights(head) if page == "images" else self._describe_way(head)

    def _describe_rights(self, head: str) -> Description:
        found = self.answers.rights()
        if found is None:
            return Description(head)
        rows = tuple((title, found.images(a, b).size) for title, a, b in CELLS.values())
        rights = [
            f"{name}: {accuracy_words(each.n_right, len(each))}."
            for name, each in (("A", found.first), ("B", found.second))
        ]
        sentence = " ".join([head, *rights, verdict(found)])
        return Description(sentence, ("images", "count"), rows)

    def _describe_way(self, head: str) -> Description:
        ways = self.answers.ways()
        if not ways:
            return Description(head)
        columns = ["share of the way"]
        for kind in KINDS[: len(ways)]:
            columns += [f"cost, {kind}", "standard error", "right"]
        rows: list[tuple[Cell, ...]] = []
        for k, t in enumerate(ways[0].t):
            row: list[Cell] = [float(t)]
            for way in ways:
                row += [float(way.costs[k]), float(way.errors[k]), int(way.right[k])]
            rows.append(tuple(row))
        return Description(f"{head} {way_sentence(ways)}", tuple(columns), tuple(rows))

    def reset(self, dataset: Dataset) -> None:
        """Forget what was computed of other data."""
        del dataset
        self._inspection = None
        self.answers.forget()
        self.rights.show_rights(None)

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        return {"page": self.switch.current(), "method": self.neurons.switch.current()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        if state.get("method") in METHODS:
            self.neurons.switch.set_current(state["method"])
        if state.get("page") in PAGES:
            self._choose(state["page"])


def _named(network: InspectedNetwork) -> str:
    return f"{network.title}, {network.architecture.name}"
