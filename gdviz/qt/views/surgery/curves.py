"""The curves along the sliders, and each neuron tried alone: asked for, given up, kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.components import n_weights
from gdviz.analysis.inspection.outcomes import Outcomes, outcomes_of
from gdviz.analysis.inspection.subject import InspectedNetwork, NeuronPlace
from gdviz.analysis.inspection.surgery import Change, Surgery, SwitchOff
from gdviz.analysis.inspection.sweeps import Sweep, one_by_one, sweep
from gdviz.data.dataset import Split
from gdviz.qt.inspecting import InspectControl, Inspection
from gdviz.qt.views.surgery.slider_tool import SliderTool
from gdviz.runtime.inspector import Inquiry, Work

_BEFORE, _EACH = "surgery before", "surgery each"
MOST_BY_ITSELF = 100_000
"""Weights up to which a curve is computed unasked: some seconds."""
Basis = tuple[object, ...]


def question(tool: SliderTool) -> str:
    """Give the key of a tool's curve."""
    return f"surgery {tool.key}"


class Curves:
    """What was computed of the present surgery.

    Parameters
    ----------
    control : InspectControl
        Who is asked.
    """

    def __init__(self, control: InspectControl) -> None:
        self._control = control
        self._surgery: Surgery | None = None
        self._computed: dict[str, tuple[Basis, Any]] = {}
        self._given_up: Basis = ()

    def show(self, surgery: Surgery) -> None:
        """Be asked about another surgery from now on."""
        self._surgery = surgery

    def forget(self) -> None:
        """Know nothing any more: the images are others."""
        self._computed.clear()

    def take(self, inspection: Inspection) -> None:
        """Take what has come; what failed is noted too, and not asked again and again."""
        for key, answer in inspection.answers.items():
            if key.startswith("surgery "):
                self._computed[key] = answer.about, answer.value

    @property
    def fits(self) -> bool:
        """Whether the network can be tried on the images."""
        split = self._control.split("test")
        return self._surgery is not None and self._surgery.start.fits(split)

    # --- the network as it was ------------------------------------------------------------

    def before(self) -> Outcomes | None:
        """Give what the network as it was says of the images, if that was asked."""
        about, found = self._computed.get(_BEFORE, ((), None))
        is_of_it = self._surgery is not None and about == (self._surgery.start,)
        return found if is_of_it else None

    def want_before(self) -> None:
        """Have the network as it was tried."""
        if self._surgery is None or self._control.progress(_BEFORE) is not None:
            return
        start, split = self._surgery.start, self._control.split("test")
        if self._computed.get(_BEFORE, ((), None))[0] != (start,):
            self._control.ask(_BEFORE, (start,), _trying(start, split))

    # --- along a slider -------------------------------------------------------------------

    def along(self, tool: SliderTool) -> Sweep | None:
        """Give the curve along a slider; one of another network is worse than none."""
        basis, found = self._computed.get(question(tool), ((), None))
        return found if basis and basis == self._basis_of(tool) else None

    def toggle(self, tool: SliderTool) -> None:
        """Begin a curve, or give it up."""
        if self._control.progress(question(tool)) is not None:
            self._control.cancel(question(tool))
            self._given_up = self._basis_of(tool)
        elif self._surgery is not None and self.fits:
            values, along = tool.swept()
            work = _sweeping(self._surgery, along, values, self._control.split("test"))
            self._control.ask(question(tool), self._basis_of(tool), work)

    def begin_by_itself(self, tool: SliderTool, inspection: Inspection) -> None:
        """Have a curve computed for a network that stands still and is not large.

        First comes the accuracy of the network itself: it waits for nothing.
        """
        network, known = inspection.network, inspection.outcomes.get("test")
        is_large = n_weights(network.parameters.layout) > MOST_BY_ITSELF
        is_tried = known is not None and known.network is network
        if network.origin == "live" or is_large or not is_tried or not self.fits:
            return
        basis = self._basis_of(tool)
        is_known = self._computed.get(question(tool), ((), None))[0] == basis
        is_declined = self._given_up == basis
        if not (is_known or is_declined or self._control.progress(question(tool)) is not None):
            self.toggle(tool)

    # --- each neuron alone ----------------------------------------------------------------

    def each_alone(self) -> npt.NDArray[np.int64] | None:
        """Give how many images more are right without each hidden neuron, if that is known."""
        basis, found = self._computed.get(_EACH, ((), None))
        if found is None or self._surgery is None or basis != self._basis(SwitchOff):
            return None
        right, whole = found
        return np.asarray(right - whole)

    def each_progress(self) -> float | None:
        """Give how far the trying is; None if nothing is tried."""
        return self._control.progress(_EACH)

    def toggle_each(self) -> None:
        """Try each neuron alone, or give that up."""
        if self._control.progress(_EACH) is not None:
            self._control.cancel(_EACH)
        elif self._surgery is not None and self.fits:
            work = _trying_each(self._surgery, self._control.split("test"))
            self._control.ask(_EACH, self._basis(SwitchOff), work)

    # --- inside ---------------------------------------------------------------------------

    def _basis(self, kind: type[Change], *more: object) -> Basis:
        """Give what a curve along a tool's slider depends on: all but where the slider is."""
        assert self._surgery is not None
        changes = [kind if isinstance(c, kind) else c for c in self._surgery.changes]
        at_end = () if any(isinstance(c, kind) for c in self._surgery.present) else (kind,)
        return (self._surgery.start, *changes, *at_end, *more)

    def _basis_of(self, tool: SliderTool) -> Basis:
        return self._basis(tool.kind, tool.depends_on)


def _trying(network: InspectedNetwork, split: Split) -> Work:
    def work(inquiry: Inquiry) -> Outcomes:
        return outcomes_of(network, "test", split, inquiry.look)

    return work


def _sweeping(
    surgery: Surgery, along: tuple[Change, ...], values: tuple[float, ...], split: Split
) -> Work:
    def work(inquiry: Inquiry) -> Sweep:
        return sweep(surgery, along, values, split, inquiry.look, inquiry.tell)

    return work


def _trying_each(surgery: Surgery, split: Split) -> Work:
    """Give how many are right without each hidden neuron, and how many with all of them."""
    sizes = surgery.start.architecture.layer_sizes[1:-1]
    places = [NeuronPlace(k, index) for k, size in enumerate(sizes) for index in range(size)]

    def work(inquiry: Inquiry) -> tuple[npt.NDArray[np.int64], int]:
        # None of them off is the network with all: the last of the list.
        neurons = tuple(SwitchOff((place,)) for place in places)
        right = one_by_one(surgery, (*neurons, SwitchOff(())), split, inquiry.look, inquiry.tell)
        return right[:-1], int(right[-1])

    return work
