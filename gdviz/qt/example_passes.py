"""The example's way through the inspected network, for views that need all its numbers."""

from __future__ import annotations

from gdviz.analysis.inspection.arithmetic import ExamplePass, example_pass
from gdviz.analysis.inspection.subject import ExampleImage, InspectedNetwork
from gdviz.qt.inspecting import InspectControl, Inspection
from gdviz.runtime.inspector import Work

AT_ONCE = 100_000
"""Parameters of a network whose pass takes less than a millisecond."""


class ExamplePasses:
    """Gives the pass of what is inspected: at once, of a large network when it is computed.

    Used from the GUI thread; each view has its own.

    Parameters
    ----------
    control : InspectControl
    key : str
        Of the question; begins with the view's key.
    """

    def __init__(self, control: InspectControl, key: str) -> None:
        self._control, self._key = control, key
        self._newest: ExamplePass | None = None
        self._asked: tuple[InspectedNetwork, ExampleImage] | None = None

    def of(self, inspection: Inspection) -> ExamplePass | None:
        """Give the pass of the example, perhaps through the network as it was a moment ago.

        None if the network does not take such images, or nothing is known of this one yet.
        """
        network, example = inspection.network, inspection.example
        if example.image.size != network.n_inputs:
            return None
        if _is_of(self._newest, network, example):
            return self._newest
        if network.architecture.n_parameters <= AT_ONCE:
            self._newest = example_pass(network, example)
            return self._newest
        self._take_answer(inspection)
        if not _is_of(self._newest, network, example):
            self._ask(network, example)
        is_example = self._newest is not None and self._newest.example is example
        return self._newest if is_example and self._fits(network) else None

    def _take_answer(self, inspection: Inspection) -> None:
        answer = inspection.answers.get(self._key)
        if answer is None:
            return
        if answer.error:
            raise RuntimeError(answer.error)
        self._newest = answer.value

    def _ask(self, network: InspectedNetwork, example: ExampleImage) -> None:
        asked = self._asked
        if asked is None or asked[0] is not network or asked[1] is not example:
            self._asked = (network, example)
            self._control.ask(self._key, self._asked, _passing(network, example), is_quick=True)

    def _fits(self, network: InspectedNetwork) -> bool:
        assert self._newest is not None
        return self._newest.network.architecture == network.architecture


def why_nothing(inspection: Inspection) -> str:
    """Say why there is no pass of what is inspected, for a view that has none to show."""
    network, example = inspection.network, inspection.example
    if example.image.size != network.n_inputs:
        return (
            f"This network takes {network.n_inputs:,} numbers, and {example.title} has "
            f"{example.image.size:,}."
        )
    return "The image is on its way through this large network."


def _is_of(passed: ExamplePass | None, network: InspectedNetwork, example: ExampleImage) -> bool:
    return passed is not None and passed.network is network and passed.example is example


def _passing(network: InspectedNetwork, example: ExampleImage) -> Work:
    return lambda _inquiry: example_pass(network, example)
