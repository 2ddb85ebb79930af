"""What the outputs panel shows, in numbers and in words; no painting."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gdviz.analysis.description import Description
from gdviz.analysis.inspection.arithmetic import ExamplePass
from gdviz.analysis.inspection.cost_terms import CostTerms
from gdviz.nn.costs import COSTS
from gdviz.nn.parameters import FloatArray
from gdviz.qt.number_text import NOT_KNOWN, fixed

QUADRATIC_HEAD = "(output − target)²"
CROSS_ENTROPY_HEADS = {"sigmoid": "−ln a  or  −ln(1 − a)", "softmax": "−target · ln a"}


@dataclass(frozen=True, eq=False, slots=True)
class OutputFigures:
    """What the outputs panel shows.

    Parameters
    ----------
    outputs : ndarray of shape (n,)
    target : ndarray of shape (n,), or None
        None where nobody says what is wanted.
    terms : CostTerms or None
        None likewise.
    said : int or None
        The largest output.
    output, cost : str
        Keys of the output activation and of the cost.
    title : str
        Of the image.
    label : int or None
    """

    outputs: FloatArray
    target: FloatArray | None
    terms: CostTerms | None
    said: int | None
    output: str
    cost: str
    title: str
    label: int | None

    @classmethod
    def of(cls, passed: ExamplePass) -> OutputFigures:
        """Take what is shown from a pass."""
        network, example = passed.network, passed.example
        return cls(
            passed.outputs,
            example.target(network.n_outputs),
            passed.terms,
            passed.said,
            network.architecture.output_activation,
            network.cost,
            example.title,
            example.label,
        )

    @property
    def note(self) -> str:
        """What the outputs are: probabilities or not."""
        return "probabilities" if self.output == "softmax" else "not probabilities"

    @property
    def head(self) -> str:
        """What stands over the terms of the cost; empty where there are none."""
        if self.terms is None:
            return ""
        if self.cost == "quadratic":
            return QUADRATIC_HEAD
        return CROSS_ENTROPY_HEADS[self.output]

    @property
    def range(self) -> tuple[float, float]:
        """The ends of the bars: 0 and 1, or whole numbers around what is beyond them."""
        finite = self.outputs[np.isfinite(self.outputs)]
        low, high = finite.min(initial=0.0), finite.max(initial=1.0)
        return _outer(float(low)), max(_outer(float(high)), 1.0)

    def term_texts(self) -> list[str]:
        """Give the terms of the cost as they are written: they add up to the total as written."""
        if self.terms is None:
            return []
        return [fixed(float(term), self.terms.decimals) for term in self.terms.shown()]

    @property
    def total_text(self) -> str:
        """The cost of this example, or why there is none."""
        if self.terms is not None:
            return fixed(self.terms.total, self.terms.decimals)
        return NOT_KNOWN

    @property
    def no_target_words(self) -> str:
        """Why there is no target and no cost; empty where there is."""
        if self.target is not None:
            return ""
        if self.label is None:
            return "no label: no target, no cost"
        return f"no output for label {self.label}: no target, no cost"

    def row_words(self, row: int) -> str:
        """Spell one output out."""
        value = float(self.outputs[row])
        if self.target is None or self.terms is None:
            return f"output {row}: {fixed(value, 3)}"
        wanted = round(float(self.target[row]))
        term = self.term_texts()[row]
        words = f"output {row}: {fixed(value, 3)}, target {wanted}; "
        if self.cost == "quadratic":
            return f"{words}({fixed(value, 3)} − {wanted})² = {term}"
        if wanted:
            return f"{words}−ln {fixed(value, 3)} = {term}"
        if self.output == "softmax":
            return f"{words}adds nothing to the cost itself"
        return f"{words}−ln(1 − {fixed(value, 3)}) = {term}"

    def describe(self) -> Description:
        """Give everything as a sentence and a table."""
        says = "an output is not finite"
        if self.said is not None:
            says = f"the network says {self.said} at {fixed(float(self.outputs[self.said]), 3)}"
        total = fixed(float(self.outputs.sum()), 3)
        kind = f"{self.note}: the outputs add up to {total}"
        cost = self.no_target_words
        if self.terms is not None:
            entry = COSTS[self.cost]
            kind_of_cost = f"{entry.title.lower()}, sum over the outputs"
            cost = f"cost of this example {self.total_text} ({kind_of_cost})"
        sentence = f"{self.title}: {says}; {kind}; {cost}."
        columns: tuple[str, ...] = ("output", "value")
        rows: list[tuple[str | int | float, ...]]
        rows = [(k, float(value)) for k, value in enumerate(self.outputs)]
        if self.target is not None and self.terms is not None:
            columns += ("target", self.head)
            rows = [
                (*row, float(self.target[k]), float(self.terms.terms[k]))
                for k, row in enumerate(rows)
            ]
        return Description(sentence, columns, tuple(rows))


def _outer(value: float) -> float:
    """Round away from 0 to a whole number, so that the ends of a scale keep still."""
    return float(math.ceil(value) if value > 0 else math.floor(value))
