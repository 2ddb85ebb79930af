"""Changes in words, as the list and the undo menu have them."""

from __future__ import annotations

import math

from gdviz.analysis.inspection.subject import NeuronPlace
from gdviz.analysis.inspection.surgery import (
    AddNoise,
    Change,
    MadeElsewhere,
    Prune,
    SetComponent,
    Steepen,
    SwitchOff,
    n_weights,
    place_of,
)
from gdviz.nn.parameters import Architecture, Layout
from gdviz.qt import number_text
from gdviz.qt.widgets.ticks import format_number

UNDO_WORDS: dict[type, str] = {
    SwitchOff: "switching neurons off",
    Prune: "pruning",
    AddNoise: "weight noise",
    SetComponent: "a weight by hand",
    Steepen: "steepness",
}
_MOST_NAMED = 4


def change_words(change: Change, architecture: Architecture) -> str:
    """Give a change as a line of the list."""
    match change:
        case SwitchOff(neurons):
            return f"off: {neurons_words(neurons, architecture)}"
        case Prune(share):
            total = n_weights(architecture.layout)
            count = f"{number_text.whole(round(share * total))} of {number_text.whole(total)}"
            return f"smallest {number_text.percent(share)} pruned: {count} weights"
        case AddNoise(relative, seed):
            return f"noise on the weights, σ {format_number(relative)} · rms, seed {seed}"
        case SetComponent(index, value):
            return f"{component_words(architecture.layout, index)} = {format_number(value)}"
        case Steepen(steepness):
            return steepness_words(steepness)
        case MadeElsewhere(words):
            return words


def neurons_words(neurons: tuple[NeuronPlace, ...], architecture: Architecture) -> str:
    """Name some neurons, and count the others."""
    names = ", ".join(place.title(architecture) for place in neurons[:_MOST_NAMED])
    hidden = len(neurons) - _MOST_NAMED
    return f"{names} and {number_text.whole(hidden)} more" if hidden > 0 else names


def component_words(layout: Layout, index: int) -> str:
    """Name a weight or bias, neurons counted from 1 and outputs and pixels from 0."""
    layer, to, source = place_of(layout, index)
    is_output = layer == layout.n_layers - 1
    target = f"output {to}" if is_output else f"hidden {layer + 1}, neuron {to + 1}"
    if source is None:
        return f"bias of {target}"
    return f"{target} ← {f'pixel {source}' if layer == 0 else f'neuron {source + 1}'}"


def steepness_words(steepness: float) -> str:
    """Say what became of the sigmoids."""
    if math.isinf(steepness):
        return "hidden sigmoids replaced by steps"
    return f"σ(kz) with k = {format_number(steepness)}"
