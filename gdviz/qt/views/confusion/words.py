"""What the confusion matrix says in words."""

from __future__ import annotations

import math

from gdviz.analysis.description import Cell, Description
from gdviz.analysis.inspection.confusion import Confusion
from gdviz.analysis.interval import wilson_interval
from gdviz.qt import fonts
from gdviz.qt.accuracy_text import accuracy
from gdviz.qt.number_text import NOT_KNOWN, whole


def compact(count: int, width: float, weight: int) -> str:
    """Give a count in letters of 11 of a weight, in thousands where it has no room."""
    if count < 1000:
        return str(count)
    text = whole(count)
    if fonts.text_width(text, 11, weight) <= width:
        return text
    return f"{count / 1000:.1f}k" if count < 99_950 else f"{count / 1000:.0f}k"


def short_percent(share: float) -> str:
    """Give a share in per cent without its sign, for a column that has it in its head."""
    if not math.isfinite(share):
        return NOT_KNOWN
    return "100" if share == 1 else f"{100 * share:.1f}"


def of_all(confusion: Confusion) -> str:
    """Give how many are right, for example ``9,497 of 10,000 right, 95.0 % [94.5, 95.4]``."""
    right, total = confusion.n_right, confusion.total
    return f"{whole(right)} of {whole(total)} right, {accuracy(right, total)}"


def of_cell(confusion: Confusion, label: int, said: int) -> str:
    """Give how often one is taken for another."""
    count, total = int(confusion.counts[label, said]), int(confusion.row_totals[label])
    share = accuracy(count, total)
    return f"{label} said {said}: {whole(count)} of {whole(total)}, {share}"


def of_row(confusion: Confusion, label: int) -> str:
    """Give how often a class is right, with its interval."""
    count, total = int(confusion.counts[label, label]), int(confusion.row_totals[label])
    share = accuracy(count, total)
    return f"Images of {label}: {whole(count)} of {whole(total)} right, {share}"


def of_column(confusion: Confusion, said: int) -> str:
    """Give how often something is said, and how often it is then right."""
    count, total = int(confusion.counts[said, said]), int(confusion.column_totals[said])
    share = accuracy(count, total)
    return f"Said {said}: {whole(total)} times, {whole(count)} of them right, {share}"


def describe(confusion: Confusion, images: str) -> Description:
    """Give the matrix as a sentence and a table.

    Parameters
    ----------
    confusion : Confusion
    images : str
        Which they are, for example ``10,000 test images``.
    """
    n = confusion.n_classes
    sentence = f"Of {images}: {of_all(confusion)}."
    if confusion.n_right < confusion.total:
        sentence += f" The commonest mistake: {of_cell(confusion, *confusion.worst())}."
    columns = ("label", *(f"says {k}" for k in range(n)), "images", "right, %", "low", "high")
    rows: list[tuple[Cell, ...]] = []
    for label, line in enumerate(confusion.counts.tolist()):
        total = sum(line)
        right: tuple[Cell, ...] = (NOT_KNOWN,) * 3
        if total:
            low, high = wilson_interval(line[label], total)
            right = tuple(round(100 * share, 1) for share in (line[label] / total, low, high))
        rows.append((label, *line, total, *right))
    rows.append(("sum", *confusion.column_totals.tolist(), confusion.total, "", "", ""))
    return Description(sentence, columns, tuple(rows))
