"""The chosen neuron on the bench: its curve, its bias to be dragged, what excites it."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QToolButton, QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.inspection.neuron_bench import (
    NeuronAnswers,
    NeuronNow,
    answers_of,
    curve_of,
    neuron_now,
    reach_of,
)
from gdviz.analysis.inspection.subject import NeuronPlace
from gdviz.analysis.weight_images import image_shape, symmetric_limit
from gdviz.data.dataset import Dataset
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.qt.icons import icon
from gdviz.qt.inspecting import Inspection
from gdviz.qt.theme import current_theme
from gdviz.qt.views.neuron import words
from gdviz.qt.views.neuron.bench import Bench
from gdviz.qt.views.neuron.curve import CurveFigures
from gdviz.qt.views.neuron.images import extreme_images
from gdviz.qt.views.neuron.incoming import Incoming
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.runtime.inspector import Work

N_OTHERS = 1_000
"""Images whose z stand under the curve."""
CURVE_POINTS = 161
ANSWERS = "neuron: answers"
NOW = "neuron: now"
AT_ONCE = 500_000
"""A network of more parameters is worked out beside the window."""


class NeuronView(QObject):
    """Shows the neuron that was chosen anywhere in the workspace, and changes its bias."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dock, self._inspect = context.dock, context.inspect
        self._inspection: Inspection | None = None
        self._now: NeuronNow | None = None
        self._answers: NeuronAnswers | None = None
        self._shown_answers: NeuronAnswers | None = None
        self.is_unfinished = False
        self._asked: tuple[Any, ...] = ()
        self._n_edits = 0
        self.bench = Bench()
        self.bench.bias.value_changed.connect(self._bias_typed)
        self.bench.curve.bias_changed.connect(self.change_bias)
        self.bench.incoming.pixel_pointed.connect(self._inspect.point_at)
        self.bench.images.image_chosen.connect(self._image_chosen)
        self._icons: dict[QToolButton, str] = {}
        self.previous = self._tool("chevron_left", "Previous neuron", -1)
        self.next = self._tool("chevron_right", "Next neuron", 1)
        self.bench.installEventFilter(self)

    def _tool(self, name: str, text: str, step: int) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name, current_theme().text))
        button.setAccessibleName(text)
        button.setToolTip(text)
        button.setFixedSize(28, 24)
        button.clicked.connect(lambda: self.step_by(step))
        self._dock.add_tool(button)
        self._icons[button] = name
        return button

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self.bench

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        inspection = frame.inspection
        if inspection is None or inspection.neuron is None:
            self._inspection = inspection
            self._forget()
        elif self.is_unfinished and frame.is_repeated:
            self._show_rest()
        elif inspection is not self._inspection:
            self._show_inspection(inspection, inspection.neuron)
            if not (self.is_unfinished and frame.is_repeated):
                self._show_rest()

    def _show_inspection(self, inspection: Inspection, place: NeuronPlace) -> None:
        """Show what follows from the example; what follows from all images comes with the rest."""
        before, self._inspection = self._inspection, inspection
        now = self._current_now(inspection, place)
        if now is None:
            return
        self._ask_answers(inspection)
        answers = self._current_answers(inspection)
        is_new, has_other_answers = now is not self._now, answers is not self._answers
        self._now, self._answers = now, answers
        if is_new or has_other_answers:
            self._show_curve(now, answers)
            self.is_unfinished = True
        if is_new:
            self._show_neuron(now)
        if is_new or before is None or inspection.pixel != before.pixel:
            self._show_incoming(now, inspection.pixel)
        self.bench.show_empty(False)

    def _show_rest(self) -> None:
        """Show what many images say."""
        if self.is_unfinished and self._now is not None:
            self._show_answers(self._now, self._answers)
        self.is_unfinished = False

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""
        del dataset
        self._inspection = None
        self._forget()

    def state(self) -> dict[str, Any]:
        """Nothing: which neuron is chosen belongs to the workspace."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Nothing is remembered."""

    def describe(self) -> Description:
        """Give the bench as a sentence and a table."""
        if self._now is None:
            return Description("No neuron is chosen.")
        return words.describe(self._now, self._answers)

    def step_by(self, step: int) -> None:
        """Choose the next neuron or the one before, over all layers and round."""
        inspection = self._inspect.inspection
        if inspection is None:
            return
        architecture = inspection.network.architecture
        self._inspect.choose_neuron(neighbour(architecture, inspection.neuron, step))

    def change_bias(self, bias: float, is_new: bool = True) -> None:
        """Set the neuron's bias on a copy; can be undone.

        Parameters
        ----------
        bias : float
        is_new : bool, default True
            False if this goes on with the last change, as a drag does: they are undone as one.
        """
        now = self._now
        if now is None or not np.isfinite(bias):
            return
        self._n_edits += int(is_new)
        place = now.place

        def change(parameters: Parameters) -> None:
            parameters.biases[place.layer][place.index] = bias

        title = place.title(now.network.architecture)
        merge = f"neuron: bias {place.layer} {place.index} {self._n_edits}"
        self._inspect.edit(f"bias of {title}", change, merge)

    def _bias_typed(self, bias: float) -> None:
        self.change_bias(bias)

    def _image_chosen(self, row: int) -> None:
        self._inspect.choose_example("test", row)

    def _forget(self) -> None:
        self._now = self._answers = self._shown_answers = None
        self.is_unfinished = False
        self._asked = ()
        self._dock.set_subtitle("none chosen")
        self.bench.show_empty(True)

    def _current_now(self, inspection: Inspection, place: NeuronPlace) -> NeuronNow | None:
        """Give the neuron's numbers; of a very large network those of a moment ago."""
        network, example = inspection.network, inspection.example
        known = self._now
        is_current = (
            known is not None
            and known.network is network
            and known.example is example
            and known.place == place
        )
        if is_current:
            return known
        if network.architecture.n_parameters <= AT_ONCE:
            return neuron_now(network, place, example)
        answer, about = inspection.answers.get(NOW), (network, place, example)
        is_answered = answer is not None and answer.about == about
        if not is_answered and self._inspect.progress(NOW) is None:
            self._inspect.ask(NOW, about, lambda _inquiry: neuron_now(*about), is_quick=True)
        if answer is not None and answer.value is not None and _is_like(answer.about, about):
            return answer.value  # type: ignore[no-any-return]  # of this key alone
        return known if known is not None and known.place == place else None

    def _ask_answers(self, inspection: Inspection) -> None:
        """Ask about all test images: one answer at a time, so that a network may train on."""
        network, place = inspection.network, inspection.neuron
        test = self._inspect.split("test")
        assert place is not None
        about = (network, place, test)
        if about == self._asked or test.images.shape[1] != network.n_inputs:
            return
        is_other_neuron = self._asked[1:] != about[1:]
        if self._inspect.progress(ANSWERS) is not None and not is_other_neuron:
            return
        self._asked = about
        self._inspect.ask(ANSWERS, about, _work(*about), gives_up=is_other_neuron)

    def _current_answers(self, inspection: Inspection) -> NeuronAnswers | None:
        """Give the newest answers about this neuron, perhaps of the network a moment ago."""
        answer = inspection.answers.get(ANSWERS)
        if answer is None or answer.value is None:
            return None
        network, place, test = answer.about
        is_same = place == inspection.neuron and test is self._inspect.split("test")
        shape = network.architecture.layer_sizes
        if not is_same or shape != inspection.network.architecture.layer_sizes:
            return None
        return answer.value  # type: ignore[no-any-return]  # of this key alone

    def _show_curve(self, now: NeuronNow, answers: NeuronAnswers | None) -> None:
        reach = reach_of(now.network, now.place, now.weighted_input, answers)
        places = np.linspace(reach.low, reach.high, CURVE_POINTS)
        curve = curve_of(now.network, now.place, places, now.layer_inputs)
        others = None if answers is None else answers.weighted_inputs[:N_OTHERS]
        figures = CurveFigures(reach, curve, now.weighted_input, now.activation, now.bias, others)
        self.bench.curve.show_figures(figures)

    def _show_neuron(self, now: NeuronNow) -> None:
        self._dock.set_subtitle(now.place.title(now.network.architecture))
        self.bench.show_bias(now.bias)
        activation = words.figure(now.activation).removeprefix("+")
        self.bench.sum.show_text(words.sum_words(now), f"activation {activation}")
        self.bench.curve.setAccessibleDescription(words.describe(now, None).sentence)

    def _show_answers(self, now: NeuronNow, answers: NeuronAnswers | None) -> None:
        bench, test, n_inputs = self.bench, self._inspect.split("test"), now.network.n_inputs
        means = None if answers is None else answers.class_means()[0]
        bench.bars.show_means(means, len(test), now.example.label)
        note = ""
        if test.images.shape[1] != n_inputs:
            note = (
                f"The network takes {n_inputs:,} numbers, the test images have "
                f"{test.images.shape[1]:,}: it cannot be asked about them."
            )
        bench.show_note(note)
        if answers is not self._shown_answers:
            self._shown_answers = answers
            bench.bars.setAccessibleDescription(bench.bars.describe())
            bench.saturation.show_text("" if answers is None else words.saturation_words(answers))
            bench.images.show_images(None if answers is None else extreme_images(answers, test))

    def _show_incoming(self, now: NeuronNow, pixel: int | None) -> None:
        limit = float(symmetric_limit(now.weights, 0.0))
        tall, wide = image_shape(now.network.n_inputs)
        side = wide if now.place.layer == 0 and tall == wide else None
        self.bench.incoming.show_weights(Incoming(now.weights, limit, side), pixel)

    # Qt's own names

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt override: icons do not follow the palette by themselves."""
        if event.type() == QEvent.Type.PaletteChange:
            for button, name in self._icons.items():
                button.setIcon(icon(name, current_theme().text))
        return super().eventFilter(watched, event)


def neighbour(architecture: Architecture, place: NeuronPlace | None, step: int) -> NeuronPlace:
    """Give the neuron so many further, layer after layer and round; the first without a place."""
    sizes = architecture.layer_sizes[1:]
    if place is None:
        return NeuronPlace(0, 0)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    at = (int(starts[place.layer]) + place.index + step) % int(starts[-1])
    layer = int(np.searchsorted(starts, at, side="right")) - 1
    return NeuronPlace(layer, at - int(starts[layer]))


def _is_like(about: Any, wanted: Any) -> bool:
    """Whether only the numbers of the network differ between two questions, if anything."""
    is_same_shape = about[0].architecture == wanted[0].architecture
    return bool(is_same_shape and about[1:] == wanted[1:])


def _work(network: Any, place: NeuronPlace, test: Any) -> Work:
    return lambda inquiry: answers_of(network, place, test, inquiry.look)
