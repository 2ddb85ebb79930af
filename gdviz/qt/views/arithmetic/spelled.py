"""The numbers of a neuron written out: terms, equations, sentences; no painting."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gdviz.analysis.inspection.arithmetic import Backward, NeuronArithmetic
from gdviz.analysis.inspection.cost_terms import rounded_to_sum
from gdviz.analysis.weight_images import image_shape
from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.nn.parameters import Architecture, FloatArray
from gdviz.qt.number_text import fixed, power_of_ten

SLOPE = {
    "next layer": "∂a/∂z = σ′(z)",
    "cost slope": "∂a/∂z = σ′(z)",
    "all outputs": "",
    "difference": "steepness k",
}
"""What the factor is called; the sum over all outputs has none."""


@dataclass(frozen=True, slots=True)
class Written:
    """Numbers of one column as they are written, in units of a power of ten.

    Parameters
    ----------
    exponent : int
        What stands in the column's head as ×10ⁿ; 0 for none.
    decimals : int
    """

    exponent: int
    decimals: int

    @classmethod
    def for_sizes(cls, values: FloatArray, *, digits: int = 3) -> Written:
        """Choose units in which the largest number has a few digits that count."""
        finite = np.abs(values[np.isfinite(values)])
        largest = float(finite.max(initial=0.0))
        power = math.floor(math.log10(largest)) if largest > 0 else 0
        if -2 <= power <= 5:
            return cls(0, max(digits - power, 0))
        return cls(power, digits)

    @property
    def head(self) -> str:
        """What follows the column's name."""
        return f" ×{power_of_ten(self.exponent)}" if self.exponent else ""

    def text(self, value: float) -> str:
        """Write a number of the column."""
        return fixed(value / 10.0**self.exponent, self.decimals)

    def whole_text(self, value: float) -> str:
        """Write a number with its power of ten, for a place without a head."""
        if not math.isfinite(value) or value == 0 or not self.exponent:
            return self.text(value)
        return f"{self.text(value)}×{power_of_ten(self.exponent)}"


def alone(value: float) -> str:
    """Write a number that stands alone, with some digits that count."""
    return Written.for_sizes(np.array([value])).whole_text(value)


def shown_sum(values: FloatArray, written: Written) -> FloatArray:
    """Give the numbers of a column as they are written, so that they add up as written."""
    unit = 10.0**written.exponent
    return np.asarray(rounded_to_sum(values / unit, written.decimals) * unit)


def source_names(architecture: Architecture, layer: int, index: int) -> str:
    """Name what a connection comes from: a pixel, an input or a neuron (counted from 1)."""
    if layer > 0:
        return f"hidden {layer}, {index + 1}"
    height, width = image_shape(architecture.layer_sizes[0])
    if height == 1:
        return f"input {index}"
    return f"pixel ({index // width}, {index % width})"


def target_name(architecture: Architecture, layer: int, index: int) -> str:
    """Name a neuron of a layer with weights, shortly."""
    if layer == architecture.layout.n_layers - 1:
        return f"output {index}"
    return f"hidden {layer + 1}, {index + 1}"


def activation_title(architecture: Architecture, layer: int) -> str:
    """Name the activation of a layer: ``sigmoid(z)``, with a steepness ``sigmoid(2z)``."""
    is_last = layer == architecture.layout.n_layers - 1
    key = architecture.output_activation if is_last else architecture.hidden_activation
    title = (OUTPUT_ACTIVATIONS if is_last else ACTIVATIONS)[key].title
    title = title if title.startswith("ReLU") else title.lower()
    k = architecture.steepness
    return f"{title}({k:g}z)" if key == "sigmoid" and k != 1 else f"{title}(z)"


Piece = tuple[str, str]
"""A caption and a value; a caption alone is an operator."""


def forward_pieces(found: NeuronArithmetic, architecture: Architecture) -> list[Piece]:
    """Spell Σ w a + b = z → a."""
    sums = np.array([found.weighted_sum, found.bias])
    written = Written.for_sizes(np.array([*sums, found.weighted_input]))
    total, bias = shown_sum(sums, written)
    z = total + bias if np.isfinite(sums).all() else found.weighted_input
    return [
        ("Σ w · a", written.whole_text(total)),
        ("+", ""),
        ("bias b", written.whole_text(bias)),
        ("=", ""),
        ("z", written.whole_text(z)),
        ("→", ""),
        (f"a = {activation_title(architecture, found.place.layer)}", alone(found.activation)),
    ]


def backward_pieces(back: Backward) -> list[Piece]:
    """Spell where δ comes from."""
    first = {
        "next layer": "∂C/∂a = Σ w · δ",
        "cost slope": "∂C/∂a = 2 (a − target)",
        "all outputs": "Σ ∂C/∂a · ∂a/∂z",
        "difference": "a − target",
    }[back.source]
    pieces = [(first, alone(back.arriving))]
    has_factor = back.source in {"next layer", "cost slope"}
    if has_factor or (back.source == "difference" and back.factor != 1):
        pieces += [("×", ""), (SLOPE[back.source], alone(back.factor))]
    return [*pieces, ("=", ""), ("δ = ∂C/∂z = ∂C/∂b", alone(back.error))]


def product_words(name: str, left: float, right: float, product: float) -> str:
    """Spell one product, for example ``pixel (9, 16): 0.42 × −1.31 = −0.55``."""
    return f"{name}: {alone(left)} × {alone(right)} = {alone(product)}"


def error_source_words(back: Backward, cost_title: str) -> str:
    """Say where the error of an output comes from, if it is no sum."""
    if back.source == "difference":
        return (
            f"{cost_title} at the output: the slope of the activation cancels, "
            "and of the error is left a − target."
        )
    return (
        f"{cost_title} at the output: this output's share of the cost is (a − target)², "
        "its slope 2 (a − target)."
    )


def joined(pieces: Sequence[Piece]) -> str:
    """Give an equation as one line of text."""
    return " ".join(f"{caption} {value}".strip() for caption, value in pieces)
