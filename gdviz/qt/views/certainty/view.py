"""Certainty: how sure the network sounds about noise and about digits, and whether it should."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget, QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.inspection.calibration import (
    COOLEST,
    HOTTEST,
    Suggestion,
    suggestion,
    takes_temperature,
)
from gdviz.analysis.inspection.certainty import Certainty, certainty_of
from gdviz.analysis.inspection.noise_images import (
    MOST_BLUR,
    Noise,
    NoiseAnswers,
    noise_answers,
    noise_images,
)
from gdviz.analysis.inspection.sample import Sample
from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.data.dataset import Dataset
from gdviz.qt.inspecting import Inspection
from gdviz.qt.views.certainty import abstain_page, noise_page, reliability_page
from gdviz.qt.views.certainty.abstain_page import AbstainPage
from gdviz.qt.views.certainty.noise_page import NoisePage
from gdviz.qt.views.certainty.reliability_page import ReliabilityPage
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.running_line import RunningLine
from gdviz.qt.widgets.segmented import Segmented
from gdviz.runtime.inspector import Answer, Work

PAGES = {"noise": "Noise", "reliability": "Reliability", "abstain": "Abstaining"}
NOT_FITTING = "The images do not fit this network: how sure it is cannot be tried."
WAITING = "The network is being tried on every image."
_NOISE, _CERTAINTY, _BEST = "certainty: noise", "certainty: figures", "certainty: temperature"


class CertaintyView(QObject):
    """Three pages; all that is shown is answered beside the window.

    The noise is only tried while its page is in sight, and the best temperature only sought
    while it can be seen.
    """

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._control = context.inspect
        self._control.want_outcomes("test")
        self._sample = Sample()
        self._temperature = 1.0
        self._asked: dict[str, tuple[object, ...]] = {}
        self._answers: dict[str, Answer] = {}
        self._certainty: Certainty | None = None
        self.subtitle = RunningLine()
        context.dock.replace_subtitle(self.subtitle)
        self.noise = NoisePage()
        self.reliability = ReliabilityPage()
        self.abstain = AbstainPage()
        self.noise.noise_changed.connect(self._ask_again)
        self.noise.image_chosen.connect(self._image_chosen)
        self.reliability.temperature_changed.connect(self._temperature_changed)
        self.abstain.changed.connect(self._show_subtitle)
        self.pages = QStackedWidget()
        for page in (self.noise, self.reliability, self.abstain):
            self.pages.addWidget(page)
        self.switch = Segmented(list(PAGES.items()), "Certainty as")
        self.switch.changed.connect(self._page_chosen)
        context.dock.add_tool(self.switch)
        context.dock.set_body_margins(16, 0, 10, 8)

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self.pages

    # --- what is shown --------------------------------------------------------------------

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        inspection = frame.inspection
        if inspection is None:
            return
        if inspection.sample != self._sample:
            self._sample = inspection.sample
            self._certainty = None
        self._ask(inspection)
        for key, show in (
            (_CERTAINTY, self._show_certainty),
            (_BEST, self._show_best),
            (_NOISE, self._show_noise),
        ):
            answer = inspection.answers.get(key)
            if answer is not None and answer is not self._answers.get(key):
                self._answers[key] = answer
                show(answer)

    def _ask(self, inspection: Inspection) -> None:
        """Ask for what is in sight and not known of this network."""
        network, split = inspection.network, self._sample.split
        page = self.switch.current()
        if page == "noise":
            noise = self.noise.noise()
            self._ask_for(_NOISE, (network, noise), self._noise_work(network, noise))
        self._control.want_outcomes(split)
        outcomes = inspection.outcomes.get(split)
        if not network.fits(self._control.split(split)):
            self._show_nothing(NOT_FITTING)
        elif outcomes is None:
            self._show_nothing(WAITING)
        else:
            taken, temperature = self._sample.of(outcomes), self._temperature
            about = (outcomes, self._sample, temperature)
            self._ask_for(_CERTAINTY, about, lambda _inquiry: certainty_of(taken, temperature))
            if page == "reliability" and takes_temperature(outcomes):
                self._ask_for(_BEST, (outcomes, self._sample), lambda _inquiry: suggestion(taken))

    def _ask_for(self, key: str, about: tuple[object, ...], work: Work) -> None:
        if self._asked.get(key) != about:
            self._asked[key] = about
            self._control.ask(key, about, work, is_quick=key != _BEST)

    def _noise_work(self, network: InspectedNetwork, noise: Noise) -> Work:
        """Give the work of the bench; the images of a setting are made once."""
        known, n = self.noise.answers, network.n_inputs
        images = known.images if known is not None and known.noise == noise else None
        if images is not None and images.shape[1] != n:
            images = None
        return lambda _inquiry: noise_answers(
            network, noise, noise_images(noise, n) if images is None else images
        )

    def _show_certainty(self, answer: Answer) -> None:
        _, sample, _ = answer.about
        if sample != self._sample or answer.value is None:
            return
        found: Certainty = answer.value
        self._certainty = found
        self.reliability.show_certainty(found)
        self.abstain.show_certainty(found)
        if self.noise.answers is not None:
            self._show_noise_answers(self.noise.answers)
        self._show_subtitle()

    def _show_best(self, answer: Answer) -> None:
        _, sample = answer.about
        found: Suggestion | None = answer.value
        if sample == self._sample:
            self.reliability.show_suggestion(found)

    def _show_noise(self, answer: Answer) -> None:
        if answer.value is None:
            return
        self._show_noise_answers(answer.value)
        self._show_subtitle()

    def _show_noise_answers(self, found: NoiseAnswers) -> None:
        real = None if self._certainty is None else self._certainty.outputs
        self.noise.show_answers(found, real, f"{self._sample.word}s")

    def _show_nothing(self, why: str) -> None:
        """Show why nothing is known of images; noise can be tried all the same."""
        self._asked.pop(_CERTAINTY, None)
        self._asked.pop(_BEST, None)
        self._certainty = None
        self.reliability.show_nothing(why)
        self.abstain.show_nothing(why)
        self._show_subtitle()

    def _show_subtitle(self) -> None:
        page, text = self.switch.current(), ""
        answered = self.abstain.answered()
        if page == "noise" and self.noise.answers is not None:
            text = noise_page.subtitle(self.noise.answers)
        elif page == "reliability" and self._certainty is not None:
            text = reliability_page.subtitle(self._certainty, self._images(self._certainty))
        elif page == "abstain" and answered is not None:
            text = abstain_page.subtitle(answered)
        self.subtitle.set_text(text)

    def _images(self, certainty: Certainty) -> str:
        return self._sample.title(len(certainty.outcomes))

    def describe(self) -> Description:
        """Give the page in sight as a sentence and a table."""
        page = self.switch.current()
        if page == "noise":
            return noise_page.describe(self.noise.answers)
        if self._certainty is None:
            return Description(self.reliability.plot.empty_text)
        images = self._images(self._certainty)
        if page == "reliability":
            return reliability_page.describe(self._certainty, images, self.reliability.found)
        return abstain_page.describe(self._certainty, self.abstain.answered(), images)

    # --- what the user does ---------------------------------------------------------------

    def _page_chosen(self, key: str) -> None:
        self.pages.setCurrentIndex(list(PAGES).index(key))
        self._ask_again()
        self._show_subtitle()

    def _ask_again(self) -> None:
        if self._control.inspection is not None:
            self._ask(self._control.inspection)

    def _temperature_changed(self, temperature: float) -> None:
        self._temperature = temperature
        self._ask_again()

    def _image_chosen(self, item: int) -> None:
        if self.noise.answers is not None:
            self._control.use_image(self.noise.answers.images[item], f"noise image {item:,}")

    # --- what is remembered ---------------------------------------------------------------

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""
        del dataset
        self._asked.clear()
        self._show_nothing(WAITING)

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        noise = self.noise.noise()
        return {
            "page": self.switch.current(),
            "noise": [noise.mean, noise.deviation, noise.blur],
            "temperature": self._temperature,
            "coverage": self.abstain.coverage.value(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        noise = state.get("noise")
        if isinstance(noise, list) and len(noise) == 3:
            ends = (1.0, 1.0, MOST_BLUR)
            if all(map(_is_between, noise, (0.0, 0.0, 0.0), ends)):
                self.noise.set_noise(Noise(*map(float, noise)))
        if _is_between(state.get("temperature"), COOLEST, HOTTEST):
            self._temperature = float(state["temperature"])
            self.reliability.temperature.set_value(self._temperature)
        if _is_between(state.get("coverage"), 0, 100):
            self.abstain.coverage.set_value(float(state["coverage"]))
        if state.get("page") in PAGES:
            self.switch.set_current(state["page"])
            self._page_chosen(state["page"])


def _is_between(value: Any, low: float, high: float) -> bool:
    """Whether something remembered is a number in a range."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and low <= value <= high
