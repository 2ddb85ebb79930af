"""The example panel in words and tables."""

from __future__ import annotations

import numpy as np

from gdviz.analysis.inspection.arithmetic import ExamplePass
from gdviz.analysis.weight_images import image_shape
from gdviz.nn.parameters import FloatArray
from gdviz.qt.inspecting import Inspection
from gdviz.qt.number_text import NOT_KNOWN, fixed

Table = tuple[tuple[str, ...], tuple[tuple[str | int | float, ...], ...]]


def verdict_rows(inspection: Inspection, passed: ExamplePass | None) -> list[tuple[str, str]]:
    """Give what the network says and what that costs, or why there is nothing."""
    if passed is None:
        network, size = inspection.network, inspection.example.image.size
        if size != network.n_inputs:
            return [("network takes", f"{network.n_inputs:,} numbers, not {size:,}")]
        return [("network says", "…")]
    says = "nothing: not finite"
    if passed.said is not None:
        says = f"{passed.said} at {fixed(float(passed.outputs[passed.said]), 3)}"
    terms = passed.terms
    if terms is None:
        label = inspection.example.label
        why = "no label, no cost" if label is None else f"no output {label}, no cost"
        return [("network says", says), ("cost of this example", why)]
    cost = fixed(terms.total, terms.decimals)
    return [
        ("network says", says),
        ("cost of this example", "not finite" if cost == NOT_KNOWN else cost),
    ]


def lit_pixels(image: FloatArray) -> Table:
    """Give the pixels that are not 0 as a table."""
    width = image_shape(image.size)[1]
    rows = [
        (int(pixel) // width, int(pixel) % width, float(image[pixel]))
        for pixel in np.flatnonzero(image)
    ]
    return ("row", "column", "value"), tuple(rows)


def pixel_weights(passed: ExamplePass, pixel: int) -> Table:
    """Give the weights behind a pixel, and their gradients where there are any."""
    weights = passed.network.parameters.weights[0][:, pixel]
    gradients = passed.input_gradients(pixel)
    known = np.zeros(len(weights)) if gradients is None else gradients
    columns = ("neuron of the first layer", "weight", "gradient ∂C/∂weight")
    rows = [
        (j + 1, float(weight), float(slope))
        for j, (weight, slope) in enumerate(zip(weights, known, strict=True))
    ]
    n_columns = 2 if gradients is None else 3
    return columns[:n_columns], tuple(row[:n_columns] for row in rows)
