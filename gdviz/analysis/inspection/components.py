"""Where weights and biases stand in a vector, and what stands at a position.

Imports `gdviz.nn` only.
"""

from __future__ import annotations

import numpy as np

from gdviz.nn.parameters import Layout


def weight_components(layout: Layout) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Give the positions of all weights in the vector, biases left out, shape (n_weights,)."""
    return np.concatenate([np.arange(where.start, where.stop) for where in layout.weight_slices])


def n_weights(layout: Layout) -> int:
    """Give the number of weights, biases not counted."""
    return sum(where.stop - where.start for where in layout.weight_slices)


def component_index(layout: Layout, layer: int, to: int, source: int | None) -> int:
    """Give the position in the vector of a weight, or, without a source, of a bias."""
    if source is None:
        return int(layout.bias_slices[layer].start) + to
    return int(layout.weight_slices[layer].start) + to * layout.layer_sizes[layer] + source


def place_of(layout: Layout, index: int) -> tuple[int, int, int | None]:
    """Give layer, neuron and source of a component; the source of a bias is None."""
    layer = next(k for k, where in enumerate(layout.layer_slices) if index < where.stop)
    within = index - layout.layer_slices[layer].start
    n_in = layout.layer_sizes[layer]
    if within >= n_in * layout.layer_sizes[layer + 1]:
        return layer, within - n_in * layout.layer_sizes[layer + 1], None
    return layer, within // n_in, within % n_in
