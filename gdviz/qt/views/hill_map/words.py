"""What is said of a hill of two variables: numbers, rows, descriptions."""

from __future__ import annotations

import math

from gdviz.analysis.description import Cell, Description
from gdviz.analysis.hill.formula import Formula
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.qt.views.hill_map.model import MapModel, Reading
from gdviz.qt.widgets.ticks import format_figure, format_number

COLUMNS = ("optimizer", "η", "x", "y", "cost", "|∇C|", "path length", "steps")


def pair(values: tuple[float, float]) -> str:
    """Give two numbers of three digits."""
    first, second = (format_number(float(f"{v:.3g}")) if math.isfinite(v) else "–" for v in values)
    return f"({first}, {second})"


def rows_of(model: MapModel, reading: Reading) -> list[tuple[str, str]]:
    """Give the numbers of the chosen optimizer, with what it remembers."""
    down = (-reading.gradient[0], -reading.gradient[1])
    rows = [
        ("at (x, y)", pair((reading.x, reading.y))),
        ("−∇C", pair(down)),
        *((name, pair(values)) for name, values in reading.inner),
    ]
    if not reading.inner:
        rows.append(("remembers nothing", ""))
    if reading.taken < model.step:
        rows.append((f"left the hill at step {reading.taken}", ""))
    else:
        rows.append(("next step", pair(reading.next_step)))
    return rows


def subtitle(model: MapModel) -> str:
    """Give what stands beside the title."""
    if isinstance(model.formula, Formula):
        return f"C(x, y) = {model.formula.text}"
    return f"C(x, y): {model.formula.text}"


def step_text(model: MapModel) -> str:
    """Give which step is shown."""
    return f"step {model.step:,} of {model.n_steps:,}"


def said(model: MapModel, readings: dict[str, Reading]) -> str:
    """Tell the map to a screen reader."""
    if not readings:
        return f"{step_text(model)}; no optimizer is shown"
    best = min(readings, key=lambda key: _order(readings[key].cost))
    lowest = f"lowest cost {format_figure(readings[best].cost)} with {OPTIMIZERS[best].title}"
    return f"Start {pair(model.start)}, {step_text(model)}, {lowest}"


def described(model: MapModel, readings: dict[str, Reading]) -> Description:
    """Tell the picture, with a row for each optimizer that is shown."""
    rows: list[tuple[Cell, ...]] = [
        (
            OPTIMIZERS[key].title,
            model.rates[key],
            reading.x,
            reading.y,
            reading.cost,
            reading.slope,
            reading.path_length,
            reading.taken,
        )
        for key, reading in readings.items()
    ]
    sentence = f"{subtitle(model)}. {said(model, readings)}."
    return Description(sentence, COLUMNS, tuple(rows))


def _order(cost: float) -> float:
    return cost if math.isfinite(cost) else math.inf
