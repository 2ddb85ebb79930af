"""The weights of two networks with their neurons in one order, and what of them can be compared.

Imports `matching`, `comparing` and `subject`; any thread may call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.comparing import why_no_way
from gdviz.analysis.inspection.matching import Matching, Order
from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.data.dataset import Split

Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Comparable:
    """What of two networks can be compared.

    Parameters
    ----------
    neurons : bool
        Whether neurons can be paired at all.
    weights : bool
        Whether all weights can be compared one by one: all layers have the same sizes.
    images : bool
        Whether both can be tried on the images.
    no_way : str
        Why there is no straight line between them; empty if there is one.
    sentence : str
        What cannot be compared, and what still can; empty if everything can.
    """

    neurons: bool
    weights: bool
    images: bool
    no_way: str
    sentence: str


def comparable(first: InspectedNetwork, second: InspectedNetwork, split: Split) -> Comparable:
    """Give what of two networks can be compared, on the images of a split."""
    same = first.architecture.layer_sizes == second.architecture.layer_sizes
    images = first.fits(split) and second.fits(split)
    inputs = first.n_inputs == second.n_inputs
    takes_images = first.n_inputs == split.images.shape[1]
    has_hidden = min(len(n.architecture.layer_sizes) for n in (first, second)) > 2
    neurons = has_hidden and (same or (inputs and takes_images))
    no_way = why_no_way(first, second)
    return Comparable(
        neurons, same, images, no_way, _sentence(first, second, same, images, neurons, no_way)
    )


def _sentence(
    first: InspectedNetwork,
    second: InspectedNetwork,
    same: bool,
    images: bool,
    neurons: bool,
    no_way: str,
) -> str:
    if same:
        not_tried = "They cannot be tried on these images; their weights can be compared."
        return no_way or ("" if images else not_tried)
    names = f"A is {first.architecture.name}, B is {second.architecture.name}."
    can = []
    if images:
        can.append("who is right on which image")
    if neurons:
        can.append("the hidden layers that both have, as far as there are pairs of neurons")
    if not can:
        return f"{names} Sizes that differ so leave nothing to compare."
    return f"{names} What can still be compared: {'; '.join(can)}."


def weights_side_by_side(
    first: InspectedNetwork, second: InspectedNetwork, matching: Matching, layer: int
) -> tuple[Floats, Floats] | None:
    """Give a layer's weights of both networks, those of the second in the first's order.

    Parameters
    ----------
    first, second : InspectedNetwork
    matching : Matching
        Of the two.
    layer : int
        As in `Parameters.weights`.

    Returns
    -------
    ndarray of shape (n_out, n_in), twice
        Of the first network's shape; NaN where the second has no such weight.
    None
        If nothing says which neurons of the layer go together.
    """
    rows = _order_after(first, second, matching, layer)
    columns = _order_after(first, second, matching, layer - 1)
    if rows is None or columns is None:
        return None
    known = (rows >= 0)[:, np.newaxis] & (columns >= 0)
    beside = second.parameters.weights[layer][np.ix_(rows, columns)]
    return first.parameters.weights[layer], np.where(known, beside, np.nan)


def _order_after(
    first: InspectedNetwork, second: InspectedNetwork, matching: Matching, layer: int
) -> Order | None:
    """Give who of the second stands beside each neuron after a layer; −1 is the inputs' layer."""
    sizes = first.architecture.layer_sizes, second.architecture.layer_sizes
    is_last = [layer == len(each) - 2 for each in sizes]
    if layer < 0 or all(is_last):
        # Inputs and outputs have their places.
        n, m = (each[layer + 1] for each in sizes)
        return np.where(np.arange(n) < m, np.arange(n), -1)
    if any(is_last) or layer >= len(matching.orders):
        return None
    return matching.orders[layer]
