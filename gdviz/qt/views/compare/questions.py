"""What takes longer than a frame, as work for `InspectControl.ask`."""

from __future__ import annotations

import dataclasses

from gdviz.analysis.inspection.comparing import Way, ways_between
from gdviz.analysis.inspection.matching import (
    N_IMAGES,
    Matching,
    match_by_activations,
    match_by_weights,
)
from gdviz.analysis.inspection.outcomes import Outcomes, outcomes_of
from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.data.dataset import Split
from gdviz.nn.parameters import Parameters
from gdviz.runtime.inspector import Inquiry, Work

MATCH, OTHER, WAY = "compare match", "compare other", "compare way"
WAY_IMAGES = 2_000
"""Test images on which the cost of the way is a mean."""


def trying(network: InspectedNetwork, split: Split) -> Work:
    """Try a network on every test image."""

    def work(inquiry: Inquiry) -> Outcomes:
        return outcomes_of(network, "test", split, inquiry.look)

    return work


def matching(first: InspectedNetwork, second: InspectedNetwork, method: str, split: Split) -> Work:
    """Pair the hidden neurons of two networks."""

    def work(inquiry: Inquiry) -> Matching:
        if method == "weights":
            return match_by_weights(first, second, inquiry.look)
        images = split.inputs(slice(0, N_IMAGES))
        return match_by_activations(first, second, images, inquiry.look)

    return work


def going(
    first: InspectedNetwork, second: InspectedNetwork, matched: Parameters | None, split: Split
) -> Work:
    """Try what lies between two networks, as the second stands and with its neurons matched."""
    ends = [second]
    if matched is not None:
        ends.append(dataclasses.replace(second, parameters=matched))

    def work(inquiry: Inquiry) -> tuple[Way, ...]:
        some = split.first(WAY_IMAGES)
        return ways_between(first, ends, some, inquiry.look, inquiry.tell)

    return work
