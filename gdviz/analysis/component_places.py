"""Where each component of a parameter vector stands in the network, and finding it by words.

Imports `gdviz.nn.parameters`. Next: `gradient_ranking`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from gdviz.nn.parameters import Layout

Mask = npt.NDArray[np.bool_]

_SEARCH = re.compile(
    r"(?:(?P<hidden>hidden)(?:\s+(?P<layer>\d+))?|(?P<output>output))?"
    r"\s*(?P<kind>bias(?:es)?|weights?)?"
    r"\s*(?P<to>\d+)?"
    r"\s*(?P<arrow>(?:<-|←)\s*(?P<source>\d+)?)?"
)
SEARCH_RULE = "a search reads like “hidden 1 3 <- 405”, “bias”, “output 7”, “<- 405” or “#1234”"


@dataclass(frozen=True, eq=False, slots=True)
class ComponentPlaces:
    """Layer, neuron and source of every component; arrays of shape (P,), read-only.

    Parameters
    ----------
    layer : ndarray of intp
        0 for the first layer with weights.
    neuron : ndarray of intp
        To which neuron of that layer a weight leads, or whose bias it is.
    source : ndarray of intp
        From which neuron of the layer before (of layer 0: which pixel); −1 for a bias.
    """

    layer: npt.NDArray[np.intp]
    neuron: npt.NDArray[np.intp]
    source: npt.NDArray[np.intp]


@lru_cache(maxsize=4)
def component_places(layout: Layout) -> ComponentPlaces:
    """Give where every component stands; any thread may call."""
    layer, neuron, source = (np.full(layout.size, -1, np.intp) for _ in range(3))
    sizes = layout.layer_sizes
    for k, (weights, biases) in enumerate(
        zip(layout.weight_slices, layout.bias_slices, strict=True)
    ):
        layer[layout.layer_slices[k]] = k
        neuron[weights] = np.repeat(np.arange(sizes[k + 1]), sizes[k])
        source[weights] = np.tile(np.arange(sizes[k]), sizes[k + 1])
        neuron[biases] = np.arange(sizes[k + 1])
    for array in (layer, neuron, source):
        array.flags.writeable = False
    return ComponentPlaces(layer, neuron, source)


def found_by(layout: Layout, text: str) -> Mask:
    """Give which components a search means.

    Parameters
    ----------
    layout : Layout
    text : str
        Any part of a component's name in its order: a layer, ``bias`` or ``weight``, a neuron,
        an arrow (``<-`` or ``←``) and a source; or ``#`` and a position in the vector. Empty: all.

    Returns
    -------
    bool ndarray of shape (P,)

    Raises
    ------
    ValueError
        If it reads like none of these; the sentence says how one reads.
    """
    words = " ".join(text.lower().split())
    places = component_places(layout)
    if re.fullmatch(r"#\s?\d+", words):
        return np.asarray(np.arange(layout.size) == int(words[1:]))
    match = _SEARCH.fullmatch(words)
    if match is None:
        raise ValueError(f"“{text.strip()}” finds nothing: {SEARCH_RULE}")
    found = np.ones(layout.size, np.bool_)
    if match["output"]:
        found &= places.layer == layout.n_layers - 1
    elif match["hidden"]:
        found &= places.layer < layout.n_layers - 1
    if match["layer"]:
        found &= places.layer == int(match["layer"]) - 1
    kind = match["kind"] or ""
    if kind.startswith("bias"):
        found &= places.source < 0
    if kind.startswith("weight") or match["arrow"]:
        found &= places.source >= 0
    if match["to"]:
        found &= places.neuron == int(match["to"])
    if match["source"]:
        found &= places.source == int(match["source"])
    return found
