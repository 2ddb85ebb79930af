"""What the mistakes say in words."""

from __future__ import annotations

import math

import numpy as np

from gdviz.analysis.description import Cell, Description
from gdviz.analysis.inspection.mistakes import Choice, Gallery, Rows
from gdviz.analysis.inspection.outcomes import Outcomes
from gdviz.analysis.inspection.sample import Sample
from gdviz.qt import number_text
from gdviz.qt.accuracy_text import accuracy
from gdviz.qt.number_text import whole
from gdviz.qt.views.mistakes.histogram import costs_text


def sure(outcomes: Outcomes, row: int) -> str:
    """Give the largest output of an image."""
    largest = float(outcomes.outputs[row, outcomes.said[row]])
    if not math.isfinite(largest):
        return number_text.NOT_KNOWN
    return f"{largest:.3f}".replace("-", number_text.MINUS)


def caption(outcomes: Outcomes, row: int, *, tells_cost: bool) -> tuple[str, str]:
    """Give the two lines under an image, for example ``9 said 4`` and ``at 0.998``."""
    title = f"{outcomes.labels[row]} said {outcomes.said[row]}"
    if tells_cost:
        return title, f"cost {number_text.cost(float(outcomes.costs[row]))}"
    return title, f"at {sure(outcomes, row)}"


def heading(outcomes: Outcomes, choice: Choice, rows: Rows, sample: Sample) -> str:
    """Give how many are shown of how many with the interval first: the end may be cut off."""
    if choice == Choice():
        images = sample.title(len(outcomes))
        return f"{whole(len(rows))} of {images} wrong, {accuracy(len(rows), len(outcomes))}"
    total, what = len(outcomes), ""
    if choice.cell is not None:
        label, said = choice.cell
        total, what = int((outcomes.labels == label).sum()), f"{label} said {said}"
    elif choice.costs is not None:
        wrong = int((~outcomes.is_right[rows]).sum())
        what = f"{costs_text(choice.costs)}, {whole(wrong)} wrong"
    return f"{whole(len(rows))} of {whole(total)}, {accuracy(len(rows), total)}, {what}"


def nothing(choice: Choice, images: str) -> str:
    """Say why there is no image."""
    if choice.cell is not None:
        return f"No image of {choice.cell[0]} is taken for {choice.cell[1]}."
    if choice.costs is not None:
        return f"No image has a {costs_text(choice.costs)}."
    return f"All of {images} are right."


def describe(shown: Gallery, sample: Sample, choice: Choice) -> Description:
    """Give the images that are shown, in their order, as a sentence and a table."""
    outcomes, histogram = shown.outcomes, shown.histogram
    sentence = f"Of {sample.title(len(outcomes))}: "
    if choice == Choice():
        sentence = ""
    sentence += f"{heading(outcomes, choice, shown.rows, sample)}."
    if histogram is not None:
        sentence += f" The mean cost is {number_text.cost(histogram.mean)}"
        median = float(np.median(outcomes.costs))
        sentence += f", half of the images cost less than {number_text.cost(median)}."
    columns = (sample.word, "label", "said", "largest output", "cost")
    table: list[tuple[Cell, ...]] = []
    for row in shown.rows.tolist():
        label, said = int(outcomes.labels[row]), int(outcomes.said[row])
        cost = number_text.cost(float(outcomes.costs[row]))
        table.append((row, label, said, sure(outcomes, row), cost))
    return Description(sentence, columns, tuple(table))
