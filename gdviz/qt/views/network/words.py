"""What the diagram says in words: legends, what is under the pointer, the whole as a table."""

from __future__ import annotations

import math

import numpy as np

from gdviz.analysis.description import Cell, Description
from gdviz.analysis.inspection.edges import Diagram, EdgeQuantity
from gdviz.analysis.inspection.subject import NeuronPlace
from gdviz.analysis.weight_images import image_shape
from gdviz.qt import number_text

QUANTITIES: dict[EdgeQuantity, str] = {
    "contribution": "weight × activation",
    "weight": "weight",
    "gradient": "∂C/∂w of this example",
    "downhill": "−∂C/∂w of this example",
}
TITLES: dict[EdgeQuantity, str] = {
    "contribution": "Contributions",
    "weight": "Weights",
    "gradient": "Gradient",
    "downhill": f"{number_text.MINUS}∇C",
}
TABLE_ROWS = 200
"""More than a diagram shows; a table of all neurons of a large network helps nobody."""


def figure(value: float) -> str:
    """Give a signed number with three digits that count, for example ``−1.18``, ``+2.4×10⁻⁷``."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+∞" if value > 0 else f"{number_text.MINUS}∞"
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 1e4:
        decimals = max(2 - math.floor(math.log10(abs(value))), 0)
        return number_text.signed(value, min(decimals, 4))
    mantissa, exponent = f"{value:+.2e}".split("e")
    power = number_text.power_of_ten(int(exponent))
    return f"{mantissa}×{power}".replace("-", number_text.MINUS)


def neuron_words(diagram: Diagram, place: NeuronPlace) -> str:
    """Say the numbers of a neuron that is drawn."""
    column = diagram.columns[place.layer]
    row = column.row_of(place.index)
    title = place.title(diagram.network.architecture)
    if row is None:
        return title
    parts = [f"bias {figure(float(column.biases[row]))}"]
    if column.weighted_inputs is not None and column.activations is not None:
        parts.append(f"z {figure(float(column.weighted_inputs[row]))}")
        parts.append(f"activation {figure(float(column.activations[row])).lstrip('+')}")
    if diagram.target is not None and column is diagram.columns[-1]:
        parts.append(f"target {diagram.target[place.index]:.0f}")
    if diagram.slope is not None:
        slope = float(diagram.slope.biases[place.layer][place.index])
        parts.append(f"∂C/∂b {figure(slope)}")
    return f"{title}: {', '.join(parts)}"


def edge_words(diagram: Diagram, layer: int, target: int, source: int) -> str:
    """Say the numbers of a weight between two neurons that are drawn, given by their indices."""
    architecture = diagram.network.architecture
    names = (
        f"{NeuronPlace(layer - 1, source).title(architecture)} → "
        f"{NeuronPlace(layer, target).title(architecture)}"
    )
    weight = float(diagram.network.parameters.weights[layer][target, source])
    if diagram.slope is not None:
        slope = float(diagram.slope.weights[layer][target, source])
        return f"{names}: weight {figure(weight)}, ∂C/∂w {figure(slope)}"
    before = diagram.columns[layer - 1]
    row = before.row_of(source)
    if before.activations is None or row is None:
        return f"{names}: weight {figure(weight)}"
    activation = float(before.activations[row])
    return (
        f"{names}: weight {figure(weight)} × activation {figure(activation).lstrip('+')} "
        f"= {figure(weight * activation)}"
    )


def pixel_words(diagram: Diagram, pixel: int, neuron: int | None = None) -> str:
    """Say the value of an input, and the weight from it into a neuron of the first layer."""
    n_inputs = diagram.network.n_inputs
    tall, wide = image_shape(n_inputs)
    name = f"pixel {divmod(pixel, wide)}" if tall > 1 else f"input {pixel + 1}"
    is_taken = len(diagram.example.image) == n_inputs
    value = float(diagram.example.image[pixel]) if is_taken else None
    if neuron is None:
        return name if value is None else f"{name}: {value:.3f}"
    title = NeuronPlace(0, neuron).title(diagram.network.architecture)
    weight = float(diagram.network.parameters.weights[0][neuron, pixel])
    text = f"{name} → {title}: weight {figure(weight)}"
    if diagram.slope is not None:
        return f"{text}, ∂C/∂w {figure(float(diagram.slope.weights[0][neuron, pixel]))}"
    if value is None:
        return text
    return f"{text} × {value:.3f} = {figure(weight * value)}"


def drawn_words(diagram: Diagram) -> str:
    """Say how many of the weights are drawn, and where the others are."""
    if diagram.missing:
        return diagram.missing
    n_lines = sum(edges.n_all for edges in diagram.edges)
    in_pictures = number_text.whole(diagram.pictures.size)
    first = diagram.columns[0]
    pictures = f"{in_pictures} in the pictures"
    if first.n_folded:
        pictures += f" of {len(first.indices)} of {number_text.whole(first.size)} neurons"
    if not n_lines:
        return f"weights: {pictures}"
    drawn = number_text.whole(diagram.n_drawn)
    if diagram.n_drawn < n_lines:
        drawn = f"the strongest {drawn} of {number_text.whole(n_lines)}"
    return f"weights: {drawn} as lines, {pictures}"


def varies_words(diagram: Diagram) -> tuple[str, str, str]:
    """Say what the cost is a function of, what is constant in it, what is computed from both."""
    layout = diagram.network.architecture.layout
    n_biases = sum(layout.layer_sizes[1:])
    varies = (
        f"{number_text.whole(layout.size - n_biases)} weights and "
        f"{number_text.whole(n_biases)} biases"
    )
    fixed = f"{number_text.whole(diagram.network.n_inputs)} pixels and the target"
    return f"varies: {varies}", f"fixed: {fixed}", "computed: activations and cost"


def fixed_words(diagram: Diagram) -> str:
    """Say what the cost is a function of."""
    n_parameters = number_text.whole(diagram.network.architecture.n_parameters)
    cost = "" if diagram.cost is None else f" It is {number_text.cost(diagram.cost)} here."
    return (
        f"The cost is a function of {n_parameters} numbers; "
        f"the image and what it should be are its constants.{cost}"
    )


def sentence_of(diagram: Diagram) -> str:
    """Say what is shown."""
    network, example = diagram.network, diagram.example
    n_parameters = number_text.whole(network.architecture.n_parameters)
    drawn = drawn_words(diagram).rstrip(".")
    sentence = (
        f"Network {network.architecture.name}, {n_parameters} parameters, "
        f"shown {example.title}. {TITLES[diagram.quantity]}: {drawn}."
    )
    if diagram.said is not None:
        column = diagram.columns[-1]
        value = column.activations[column.row_of(diagram.said)]  # type: ignore[index]  # is shown
        sentence += f" The largest output is {diagram.said} at {float(value):.3f}"
        sentence += "." if example.label is None else f"; the label is {example.label}."
    return sentence


def describe(diagram: Diagram) -> Description:
    """Give the diagram as a sentence and a table of its neurons."""
    rows: list[tuple[Cell, ...]] = []
    for column in diagram.columns:
        blank = np.full(len(column.indices), np.nan)
        weighted = blank if column.weighted_inputs is None else column.weighted_inputs
        activations = blank if column.activations is None else column.activations
        for row, index in enumerate(column.indices.tolist()):
            name = NeuronPlace(column.layer, index).title(diagram.network.architecture)
            numbers = (column.biases[row], weighted[row], activations[row])
            rows.append((name, *(float(f"{float(number):.6g}") for number in numbers)))
    return Description(
        sentence_of(diagram), ("neuron", "bias", "z", "activation"), tuple(rows[:TABLE_ROWS])
    )
