"""The large digit: points at pixels and says what stands behind each in the first layer."""

from __future__ import annotations

import numpy as np

from gdviz.analysis.inspection.arithmetic import ExamplePass
from gdviz.nn.parameters import FloatArray
from gdviz.qt.number_text import fixed, tick
from gdviz.qt.widgets.pixel_picture import PixelPicture

SAID_AT_ONCE = 16
"""Weights that have room in a tool tip; of more, the largest are said."""


class Digit(PixelPicture):
    """The example, of which every pixel knows its weights and their gradients."""

    def __init__(self) -> None:
        super().__init__("The example; arrow keys point at its pixels", with_words=False)
        self.passed: ExamplePass | None = None
        self.empty_words = "The image that is shown to the network appears here."

    def pixel_tip(self, pixel: int) -> str:
        """Say value, weights and gradients of a pixel, as a small table."""
        head = super().pixel_tip(pixel)
        if self.passed is None:
            return f"pixel {head}"
        weights = self.passed.network.parameters.weights[0][:, pixel]
        gradients = self.passed.input_gradients(pixel)
        return weight_table(f"pixel {head}", weights, gradients)


def weight_table(head: str, weights: FloatArray, gradients: FloatArray | None) -> str:
    """Give weights and gradients of an input as rich text, the largest weights if there are many.

    Parameters
    ----------
    head : str
    weights : ndarray of shape (n_neurons,)
    gradients : ndarray of shape (n_neurons,), or None
        None where nobody says what is wanted.
    """
    count, which = len(weights), np.arange(len(weights))
    if count > SAID_AT_ONCE:
        largest = np.argsort(-np.abs(weights), kind="stable")[:SAID_AT_ONCE]
        which = np.sort(largest)
        head = f"{head}; the {SAID_AT_ONCE} largest of {count:,} weights"
    names = ["neuron", "weight"] + ([] if gradients is None else ["∂C/∂weight"])
    rows = ["".join(f'<th align="right">&nbsp; {name}</th>' for name in names)]
    for j in which:
        cells = [str(j + 1), fixed(float(weights[j]), 3)]
        if gradients is not None:
            cells.append(tick(float(f"{gradients[j]:.2g}")))
        rows.append("".join(f'<td align="right">&nbsp; {cell}</td>' for cell in cells))
    table = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<p style='white-space:pre'><b>{head}</b></p><table cellspacing='0'>{table}</table>"
