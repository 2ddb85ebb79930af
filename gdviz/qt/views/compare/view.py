"""Compare: the inspected network A beside another one, B."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gdviz.analysis.description import Cell, Description
from gdviz.analysis.inspection.comparing import RightAndWrong, Way
from gdviz.analysis.inspection.matching import Matching
from gdviz.analysis.inspection.outcomes import Outcomes
from gdviz.analysis.inspection.side_by_side import Comparable, comparable, weights_side_by_side
from gdviz.analysis.inspection.subject import InspectedNetwork, NeuronPlace
from gdviz.analysis.weight_images import round_limit, symmetric_limit
from gdviz.data.dataset import Dataset
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.inspecting import Inspection
from gdviz.qt.views.compare import questions
from gdviz.qt.views.compare.right_table import CELLS, accuracy_words, verdict
from gdviz.qt.views.compare.rights import Rights
from gdviz.qt.views.compare.tiles import SideBySide, Tiles
from gdviz.qt.views.compare.way_plot import KINDS, WayPlot, way_sentence
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.labels import ElidedLabel, HintLabel, Label
from gdviz.qt.widgets.segmented import Segmented

PAGES = {"neurons": "Neurons", "images": "Images", "between": "Between"}
METHODS = {"activations": "By activations", "weights": "By weights"}
NOTHING = (
    "Nothing to compare with yet: open another network, keep this one before it is changed or "
    "trained on, or take the start of the run."
)
LARGEST_BY_ITSELF = 100_000
"""Parameters up to which the way is computed unasked: some seconds."""


class CompareView(QObject):
    """Shows `Inspection.network` (A) beside `Inspection.other` (B)."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._control, self._dock = context.inspect, context.dock
        self._inspection: Inspection | None = None
        self._comparable: Comparable | None = None
        self._matching: Matching | None = None
        self._matched: tuple[object, ...] = ()
        self._others: Outcomes | None = None
        self._not_tried: InspectedNetwork | None = None
        self._ways: tuple[tuple[object, ...], tuple[Way, ...]] = ((), ())
        self._given_up: tuple[object, ...] = ()
        self._shown_weights: tuple[object, ...] = ()
        self.dialog: QFileDialog | None = None
        self._build_buttons()
        self._build_pages()
        self._build_frame()
        self._choose("neurons")

    # --- building -------------------------------------------------------------------------

    def _build_buttons(self) -> None:
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
        self.tiles, self.rights, self.way = Tiles(), Rights(), WayPlot()
        self.tiles.chosen.connect(self._neuron_chosen)
        self.rights.chosen.connect(lambda row: self._control.choose_example("test", row))
        self.rights.page_changed.connect(self._show_images)
        self.way.asked.connect(self._way_asked)
        self.layer = QComboBox()
        self.layer.setAccessibleName("Layer")
        self.layer.setToolTip("Whose weights are shown")
        self.layer.activated.connect(self._show_weights)
        self.method = Segmented(list(METHODS.items()), "Neurons are matched")
        self.method.segment("activations").setToolTip(
            "Pairs whose activations on 1,000 test images correlate most, layer by layer"
        )
        self.method.segment("weights").setToolTip("Pairs whose weights are nearest to each other")
        self.method.changed.connect(self._method_chosen)
        self.neuron = ElidedLabel("", 12, 400, "text")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.method)
        row.addWidget(self.layer)
        row.addWidget(self.neuron, 1)
        neurons = QWidget()
        column = QVBoxLayout(neurons)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.tiles, 1)
        self.matched = HintLabel("")
        column.addWidget(self.matched)
        self.nothing = Label(NOTHING, 12, 400, "muted")
        self.nothing.setWordWrap(True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pages = QStackedWidget()
        for page in (neurons, self.rights, self.way, self.nothing):
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
        inspection, former = frame.inspection, self._inspection
        if inspection is None:
            return
        if inspection is not former:
            self._inspection = inspection
            if (
                former is None
                or inspection.network is not former.network
                or inspection.other is not former.other
            ):
                self._networks_changed(inspection)
            self._take_answers(inspection)
            self._show_page()
        self._ask()
        self._show_progress()

    def _networks_changed(self, inspection: Inspection) -> None:
        first, second = inspection.network, inspection.other
        if second is None:
            self._comparable = None
            self.names.set_whole_text(f"A: {first.title}")
            self._dock.set_subtitle(first.architecture.name)
            self.notice.hide()
            return
        self._comparable = comparable(first, second, self._control.split("test"))
        self.names.set_whole_text(f"A: {first.title}  ·  B: {second.title}")
        sizes = dict.fromkeys(each.architecture.name for each in (first, second))
        self._dock.set_subtitle(" and ".join(sizes))
        self.notice.setText(self._comparable.sentence)
        self.notice.setVisible(bool(self._comparable.sentence))
        if self._comparable.images:
            self._control.want_outcomes("test")
        self.method.segment("weights").setEnabled(self._comparable.weights)
        layout = first.architecture.layout
        titles = [layout.layer_title(k) for k in range(layout.n_layers)]
        if titles != [self.layer.itemText(k) for k in range(self.layer.count())]:
            self.layer.clear()
            self.layer.addItems(titles)

    def _show_page(self) -> None:
        inspection, page = self._inspection, self.switch.current()
        if inspection is None or inspection.other is None:
            self.pages.setCurrentWidget(self.nothing)
            return
        self.pages.setCurrentIndex(list(PAGES).index(page))
        if page == "neurons":
            self._show_weights()
        elif page == "images":
            self._show_rights()
        else:
            self._show_way()

    # --- asking ---------------------------------------------------------------------------

    @property
    def _method(self) -> str:
        """How neurons are matched: by weights only where there are as many."""
        can = self._comparable is not None and self._comparable.weights
        return self.method.current() if can else "activations"

    def _pair(self) -> tuple[InspectedNetwork, InspectedNetwork] | None:
        inspection = self._inspection
        if inspection is None or inspection.other is None:
            return None
        return inspection.network, inspection.other

    def _ask(self) -> None:
        """Ask for what the page in sight needs and is not known; one question of a kind."""
        pair, can = self._pair(), self._comparable
        if pair is None or can is None:
            return
        page = self.switch.current()
        if page == "images":
            self._ask_outcomes(pair[1], can)
        elif self._has_matched(pair, can) and page == "between":
            self._ask_way_by_itself(pair)

    def _ask_outcomes(self, second: InspectedNetwork, can: Comparable) -> None:
        is_known = self._outcomes_of_other() is not None or self._not_tried is second
        if can.images and not is_known and self._control.progress(questions.OTHER) is None:
            work = questions.trying(second, self._control.split("test"))
            self._control.ask(questions.OTHER, second, work)

    def _has_matched(
        self, pair: tuple[InspectedNetwork, InspectedNetwork], can: Comparable
    ) -> bool:
        """Give whether the neurons of the two are matched; if not, have it done."""
        about = (*pair, self._method)
        if not can.neurons or self._matched == about:
            return True
        if self._control.progress(questions.MATCH) is None:
            work = questions.matching(*about, self._control.split("test"))
            self._control.ask(questions.MATCH, about, work)
        return False

    def _outcomes_of_other(self) -> Outcomes | None:
        pair = self._pair()
        is_of_it = self._others is not None and pair is not None and self._others.network is pair[1]
        return self._others if is_of_it else None

    def _way_about(self) -> tuple[object, ...]:
        return (*(self._pair() or ()), self._matching)

    def _ask_way_by_itself(self, pair: tuple[InspectedNetwork, InspectedNetwork]) -> None:
        """Have the way computed where the networks stand still and are not large."""
        is_known = self._ways[0] == self._way_about() or self._given_up == self._way_about()
        is_live = any(network.origin == "live" for network in pair)
        is_large = pair[0].architecture.n_parameters > LARGEST_BY_ITSELF
        if not (is_known or is_live or is_large):
            self._begin_way()

    def _can_go(self) -> bool:
        can = self._comparable
        return can is not None and can.weights and can.images and not can.no_way

    def _begin_way(self) -> None:
        pair = self._pair()
        if pair is None or not self._can_go() or self._control.progress(questions.WAY) is not None:
            return
        is_matched = self._matching is not None and self._matched[:2] == pair
        matched = self._matching.parameters if is_matched and self._matching else None
        work = questions.going(*pair, matched, self._control.split("test"))
        self._control.ask(questions.WAY, self._way_about(), work)

    def _way_asked(self) -> None:
        if self._control.progress(questions.WAY) is not None:
            self._control.cancel(questions.WAY)
            self._given_up = self._way_about()
        else:
            self._begin_way()
        self._show_progress()

    def _take_answers(self, inspection: Inspection) -> None:
        answers = inspection.answers
        for key in (questions.MATCH, questions.OTHER, questions.WAY):
            answer = answers.get(key)
            if answer is None:
                continue
            # What failed is noted as well: it is not asked again and again.
            if key == questions.MATCH:
                self._matching, self._matched = answer.value, answer.about
            elif key == questions.OTHER:
                self._others, self._not_tried = answer.value, answer.about
            else:
                self._ways = answer.about, answer.value or ()

    def _show_progress(self) -> None:
        is_needed = self._can_go() and self._ways[0] != self._way_about()
        progress = self._control.progress(questions.WAY)
        self.way.show_progress(progress, is_needed=is_needed)

    # --- neurons --------------------------------------------------------------------------

    def _show_weights(self, *_: object) -> None:
        inspection, can = self._inspection, self._comparable
        if inspection is None or can is None:
            return
        layer = max(self.layer.currentIndex(), 0)
        state = (self._matching, self._matched, layer, can)
        if state != self._shown_weights:
            self._shown_weights = state
            shown = self._side_by_side(layer) if can.neurons else None
            self.tiles.show_weights(shown)
            self.matched.setText(self._matched_words(can, layer, shown))
        place = inspection.neuron
        index = place.index if place is not None and place.layer == layer else None
        self.tiles.show_place(index)
        side = self.tiles.shown
        is_shown = side is not None and index is not None and index < len(side.first)
        self.neuron.set_whole_text(
            side.words(index) if is_shown and side is not None and index is not None else ""
        )

    def _side_by_side(self, layer: int) -> SideBySide | None:
        """Give a layer's weights, of the networks that were matched: perhaps a moment ago."""
        if self._matching is None or len(self._matched) != 3:
            return None
        first, second, method = self._matched
        assert isinstance(first, InspectedNetwork)
        assert isinstance(second, InspectedNetwork)
        if second is not (self._pair() or (None, None))[1]:
            return None
        found = weights_side_by_side(first, second, self._matching, layer)
        if found is None:
            return None
        n, is_output = len(found[0]), layer == first.architecture.layout.n_layers - 1
        order = self._matching.orders[layer] if not is_output else np.arange(n)
        agreements = self._matching.agreements[layer] if not is_output else np.full(n, np.nan)
        wanted = float(symmetric_limit(np.concatenate([each.ravel() for each in found])))
        as_pictures = layer == 0 and first.side is not None and first.side > 1
        word = "correlation" if method == "activations" else "cosine"
        return SideBySide(
            *found, order, agreements, round_limit(wanted), as_pictures, word, 0 if is_output else 1
        )

    def _matched_words(self, can: Comparable, layer: int, shown: SideBySide | None) -> str:
        if not can.neurons:
            return "There are no hidden neurons that could be paired."
        if self._matching is None:
            return "Matching…"
        if shown is None:
            return "Nothing says which neurons of this layer go together: only one network has it."
        orders = self._matching.orders
        if layer >= len(orders):
            return "Outputs have their places; the columns are in the order of the hidden neurons."
        known = self._matching.agreements[layer]
        known = known[np.isfinite(known)]
        median = number_text.signed(float(np.median(known)), 2) if known.size else "–"
        moved = int((orders[layer] != np.arange(len(orders[layer]))).sum())
        return (
            f"{number_text.whole(moved)} of {number_text.whole(len(orders[layer]))} neurons of B "
            f"stand elsewhere here than in B; median {shown.word} {median}. The order of hidden "
            "neurons is an accident of the start: this one changes no output of B."
        )

    def _neuron_chosen(self, index: int) -> None:
        self._control.choose_neuron(NeuronPlace(max(self.layer.currentIndex(), 0), index))

    # --- images ---------------------------------------------------------------------------

    def found_rights(self) -> RightAndWrong | None:
        """Give who is right on what, as far as it is known; A perhaps a moment ago."""
        inspection, other = self._inspection, self._outcomes_of_other()
        mine = None if inspection is None else inspection.outcomes.get("test")
        if mine is None or other is None or len(mine) != len(other):
            return None
        if self._comparable is None or not self._comparable.images:
            return None
        return RightAndWrong(mine, other)

    def _show_rights(self) -> None:
        inspection, can = self._inspection, self._comparable
        if inspection is None or can is None:
            return
        mine = inspection.outcomes.get("test")
        if not self.rights.is_of(mine, self._outcomes_of_other()):
            self.rights.show_rights(self.found_rights())
            self._show_images()
        example = inspection.example
        self.rights.show_place(example.index if example.split == "test" else None)

    def _show_images(self) -> None:
        waiting = "Both are being tried on all test images…"
        can_try = self._comparable is not None and self._comparable.images
        self.rights.show_images(self._control.split("test"), waiting if can_try else "")

    # --- the way --------------------------------------------------------------------------

    def _show_way(self) -> None:
        pair, can = self._pair(), self._comparable
        if pair is None or can is None:
            return
        about, ways = self._ways
        is_of_these = bool(about) and about[1] is pair[1] and self._can_go()
        if not self._can_go():
            self.way.show_ways((), "", can.no_way or can.sentence)
        elif is_of_these and ways:
            count = number_text.whole(ways[0].n_examples)
            caption = f"mean cost of {count} test images, ± its standard error"
            if len(ways) > 1:
                caption += f"; matched {METHODS[self._method].lower()}"
            self.way.show_ways(ways, caption, way_sentence(ways))
        else:
            self.way.show_ways((), "mean cost on the straight line from A to B", "")

    # --- what the user does ---------------------------------------------------------------

    def ask_file(self) -> None:
        """Let the user choose a file without blocking the window."""
        if self.dialog is None:
            self.dialog = QFileDialog(self._widget, "Open a network to compare with")
            self.dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            self.dialog.setNameFilters(["Networks (*.safetensors *.npz *.json)", "All files (*)"])
            self.dialog.fileSelected.connect(lambda name: self._control.open_other(Path(name)))
        self.dialog.open()

    def _method_chosen(self, _key: str) -> None:
        self._ask()

    def _choose(self, key: str) -> None:
        self.switch.set_current(key)
        self._page_chosen(key)

    def _page_chosen(self, _key: str) -> None:
        self._show_page()
        self._ask()
        self._show_progress()

    # --- what is remembered ---------------------------------------------------------------

    def describe(self) -> Description:
        """Give the page in sight in words and as a table."""
        pair, can = self._pair(), self._comparable
        if pair is None or can is None:
            return Description(NOTHING)
        head = f"A is {_named(pair[0])}, B is {_named(pair[1])}. {can.sentence}".strip()
        page = self.switch.current()
        if page == "neurons":
            return self._describe_neurons(head)
        if page == "images":
            return self._describe_rights(head)
        return self._describe_way(head)

    def _describe_neurons(self, head: str) -> Description:
        rows: list[tuple[Cell, ...]] = []
        for k, (order, agreement) in enumerate(
            zip(self._matching.orders, self._matching.agreements, strict=True)
            if self._matching is not None
            else ()
        ):
            rows += [
                (k + 1, i + 1, int(partner) + 1 if partner >= 0 else "", float(value))
                for i, (partner, value) in enumerate(zip(order, agreement, strict=True))
            ]
        word = "correlation" if self._method == "activations" else "cosine"
        columns = ("hidden layer", "neuron of A", "neuron of B", word)
        return Description(f"{head} {self.matched.text()}", columns, tuple(rows))

    def _describe_rights(self, head: str) -> Description:
        found = self.found_rights()
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
        ways = self.way.ways
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
        self._inspection, self._comparable, self._matching, self._others = None, None, None, None
        self._matched, self._ways, self._shown_weights = (), ((), ()), ()
        self.rights.show_rights(None)

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        return {"page": self.switch.current(), "method": self.method.current()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        if state.get("method") in METHODS:
            self.method.set_current(state["method"])
        if state.get("page") in PAGES:
            self._choose(state["page"])


def _named(network: InspectedNetwork) -> str:
    return f"{network.title}, {network.architecture.name}"
