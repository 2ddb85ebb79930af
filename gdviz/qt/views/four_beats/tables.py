"""The numbers of each beat as a table to be painted."""

from __future__ import annotations

import numpy as np

from gdviz.analysis.beat_diagrams import Beat
from gdviz.analysis.beats import Beats
from gdviz.analysis.component_places import Mask
from gdviz.analysis.exact_rows import common_decimals, exact_row, largest_steps
from gdviz.qt import number_text
from gdviz.qt.views.four_beats import words
from gdviz.qt.views.four_beats.numbers import BarRow, Table


def table_of(beats: Beats, beat: Beat, rows: tuple[int, ...], n_rows: int, n_found: int) -> Table:
    """Give a beat's numbers.

    Parameters
    ----------
    beats : Beats
    beat : str
    rows : tuple of int
        Of the gradient and the update: the weights to be listed.
    n_rows : int
        How many there is room for.
    n_found : int
        Out of how many they were chosen.
    """
    if beat == "forward":
        return _forward(beats, n_rows)
    if beat == "cost":
        return _cost(beats, n_rows)
    if beat == "gradient":
        return _gradient(beats, rows, n_found)
    return _update(beats, rows, n_found)


def listed(
    beats: Beats, beat: Beat, found: Mask, selected: int | None, n_rows: int
) -> tuple[tuple[int, ...], int]:
    """Give the weights that are listed, the selected one first, and out of how many."""
    numbers = beats.gradient.vector if beat == "gradient" else beats.step
    found = found.copy()
    if selected is not None and selected < found.size:
        found[selected] = False
        first: tuple[int, ...] = (selected,)
    else:
        first = ()
    among = np.where(found, numbers, 0.0)
    rows = largest_steps(among, n_rows - len(first))
    if len(rows) < n_rows - len(first):
        # Weights that do not move are found by name all the same.
        rest = np.flatnonzero(found & ~np.isin(np.arange(found.size), rows))
        rows = (*rows, *(int(k) for k in rest[: n_rows - len(first) - len(rows)]))
    return (*first, *rows), int(found.sum()) + len(first)


def _forward(beats: Beats, n_rows: int) -> Table:
    means = beats.forward
    outputs, is_one = means.activations[-1], beats.scope == "example"
    weighted = means.weighted_inputs[-1]
    sizes = np.abs(outputs[np.isfinite(outputs)])
    largest = max(float(sizes.max(initial=0.0)), 1.0)
    said = int(np.argmax(outputs))
    chosen = _strongest(outputs, n_rows)
    rows = tuple(
        BarRow(
            str(k),
            (number_text.fixed(float(weighted[k]), 3), number_text.fixed(float(outputs[k]), 4)),
            _share(float(outputs[k]), largest),
            is_one and k in {said, beats.label},
        )
        for k in chosen
    )
    heads = ("output", "z", "a", f"a, 0 to {number_text.tick(largest)}")
    n = number_text.whole(means.n_examples)
    foot = "a = σ(z)"
    architecture = beats.config.architecture
    if architecture.output_activation != "sigmoid" or architecture.steepness != 1:
        foot = "z: weighted input, a: activation"
    return Table(heads, rows, foot=foot if is_one else f"means over {n} images; {foot}")


def _cost(beats: Beats, n_rows: int) -> Table:
    means, is_one = beats.forward, beats.scope == "example"
    terms = means.output_costs
    largest = float(np.max(terms[np.isfinite(terms)], initial=0.0)) or 1.0
    is_quadratic = beats.config.cost == "quadratic"
    term = "(a − y)²" if is_quadratic else "its part of C"
    rows = tuple(
        BarRow(
            str(k),
            (
                *(
                    (
                        number_text.fixed(float(means.activations[-1][k]), 4),
                        number_text.tick(float(means.targets[k])),
                    )
                    if is_one
                    else (number_text.percent(float(means.targets[k])),)
                ),
                number_text.fixed(float(terms[k]), 5),
            ),
            _share(float(terms[k]), largest),
            k == beats.label,
        )
        for k in _strongest(terms, n_rows)
    )
    cost = number_text.fixed(means.cost, 5)
    if is_one:
        foot = f"sum over {len(terms)} outputs: C = {cost}"
        return Table(("output", "a", "target y", term, ""), rows, foot=foot)
    n = number_text.whole(means.n_examples)
    heads = ("output", "of labels", f"mean {term}", "")
    return Table(heads, rows, foot=f"sum of the {len(terms)} means over {n} images: C = {cost}")


def _gradient(beats: Beats, rows: tuple[int, ...], n_found: int) -> Table:
    vector, layout = beats.gradient.vector, beats.gradient.layout
    sizes = np.abs(vector[np.isfinite(vector)])
    largest = float(sizes.max(initial=0.0)) or 1.0
    bars = tuple(
        BarRow(
            words.name_of(layout, k),
            (number_text.three_digits(float(vector[k])),),
            _share(-float(vector[k]), largest),
            index=k,
        )
        for k in rows
    )
    norms = ", ".join(
        f"{layout.layer_title(k)} {number_text.cost(float(np.linalg.norm(vector[where])))}"
        for k, where in enumerate(layout.layer_slices[:4])
    )
    del n_found
    return Table(("weight", "∂C/∂w", "W goes down | up"), bars, foot=f"|∇C|: {norms}")


def _update(beats: Beats, rows: tuple[int, ...], n_found: int) -> Table:
    layout, downhill = beats.before.layout, beats.downhill
    if beats.after is None:
        return Table(("weight", "W", "step", "new W"), shows_downhill=False)
    before, after = beats.before.vector, beats.after.vector
    least = common_decimals([float(beats.step[k]) for k in rows])
    found = (exact_row(k, float(before[k]), float(after[k]), downhill[k], least) for k in rows)
    sums = tuple((words.name_of(layout, row.index), row) for row in found if row is not None)
    heads: tuple[str, ...] = ("weight", "W", "−η∇C", "new W")
    if not beats.is_plain:
        heads = ("weight", "W", "−η∇C", "step", "new W")
    count = number_text.whole(n_found)
    foot = f"{len(sums)} of {count}, largest step first; exact to the digits shown"
    return Table(heads, sums=sums, foot=foot, shows_downhill=not beats.is_plain)


def _share(value: float, largest: float) -> float:
    return float(np.clip(value / largest, -1, 1)) if np.isfinite(value) else 0.0


def _strongest(values: np.ndarray, count: int) -> list[int]:
    """Give all outputs, or of many the largest, in their order."""
    if len(values) <= count:
        return list(range(len(values)))
    order = np.argsort(-np.nan_to_num(np.abs(values)), kind="stable")[:count]
    return sorted(order.tolist())
