"""How two branches differ, in words: the verdict and the rows of the table. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from gdviz.analysis.branch_comparison import (
    MOST_PAIRS,
    Comparison,
    CostComparison,
    ScoreComparison,
)
from gdviz.analysis.differences import LEAST_PAIRS, Difference
from gdviz.qt import number_text
from gdviz.qt.views.branches.rows import accuracy, counted
from gdviz.training.marks import Mark, Value, setting_words, value_text

MOST_CHANGES = 6
"""Changes on the way that are listed; of more it says how many."""
HOW_SURE = (
    "Both are tested on the same images, but which of them were right is not kept: the interval "
    "is that of two independent samples, wider than need be. Costs are compared step by step, "
    "and neighbouring steps are taken together, since they are alike. Another seed may decide "
    "otherwise."
)
NONE = "–"


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line of the table: what it is about, and of each branch."""

    caption: str
    first: str
    second: str


def verdict(found: Comparison, first: str, second: str) -> str:
    """Say which of two branches is better, or that it is within noise.

    Parameters
    ----------
    found : Comparison
    first, second : str
        What they are called; the sentence is about the second.
    """
    if found.step <= found.fork_step:
        return (
            f"Nothing to compare yet: they are the same up to step "
            f"{number_text.whole(found.fork_step)}."
        )
    if found.costs is not None and found.costs.difference is not None:
        own = found.step - found.fork_step
        if found.costs.difference.is_nothing and found.costs.n_pairs == min(own, MOST_PAIRS):
            return f"“{second}” and “{first}” take exactly the same steps."
    if found.scores is None:
        return (
            f"“{first}” and “{second}” were not both tested since step "
            f"{number_text.whole(found.fork_step)}."
        )
    return _score_sentence(found.scores, first, second)


def _score_sentence(scores: ScoreComparison, first: str, second: str) -> str:
    difference = scores.accuracy
    steps = [number_text.whole(entry.step) for entry in (scores.first, scores.second)]
    other = f"“{first}”" if steps[0] == steps[1] else f"“{first}” at step {steps[0]}"
    if difference.is_within_noise:
        value = number_text.signed(100 * difference.value, 1)
        return (
            f"At step {steps[1]} the difference in test accuracy between “{second}” and {other} "
            f"is within noise: {value} percentage points {_points(difference)}."
        )
    which = "more" if difference.value > 0 else "less"
    size = difference if difference.value > 0 else _turned(difference)
    return (
        f"At step {steps[1]} “{second}” has {100 * size.value:.1f} percentage points {which} test "
        f"accuracy than {other} {_points(size)}."
    )


def cost_sentence(found: Comparison) -> str:
    """Say how the mini-batch costs of the second compare with the first's; may be empty."""
    costs = found.costs
    if found.step > found.fork_step and not found.has_one_cost:
        return "Their cost functions differ, so their costs are not compared."
    if costs is None:
        return ""
    difference = costs.difference
    if difference is None:
        return _why_no_interval(found, costs)
    n_steps = number_text.whole(costs.n_pairs)
    if difference.is_nothing:
        return f"The last {n_steps} mini-batches cost exactly the same."
    examples = "the same examples" if costs.is_paired else "other examples"
    mean = f"mean of the last {n_steps} steps, {examples} at each"
    if difference.is_within_noise:
        value = number_text.cost(difference.value)
        return f"Its mini-batch cost differs within noise: {value} {_costs(difference)}, {mean}."
    which = "lower" if difference.value < 0 else "higher"
    size = difference if difference.value > 0 else _turned(difference)
    return f"Its mini-batch cost is {number_text.cost(size.value)} {which} {_costs(size)}, {mean}."


def _why_no_interval(found: Comparison, costs: CostComparison) -> str:
    own = found.step - found.fork_step
    if own < LEAST_PAIRS:
        return (
            f"{own} of the {LEAST_PAIRS} steps since the fork that it takes to compare "
            "mini-batch costs."
        )
    if costs.n_pairs < LEAST_PAIRS:
        return "So far back single steps are no longer kept: mini-batch costs have no interval."
    return "Mini-batch costs that are no numbers have no interval."


def table_rows(found: Comparison) -> list[TableRow]:
    """Give what differs: settings, what was changed on the way, costs and scores."""
    rows = [
        TableRow(
            _capital(setting_words(entry.setting)),
            value_text(entry.setting, entry.first),
            value_text(entry.setting, entry.second),
        )
        for entry in found.settings
    ]
    # A change at the fork that still holds is the setting itself, said already.
    said = {(e.setting, value) for e in found.settings for value in (e.first, e.second)}
    rows += _changes(found, said)
    costs, scores = found.costs, found.scores
    if costs is not None:
        rows.append(
            TableRow(
                "Cost, smoothed", number_text.cost(costs.first), number_text.cost(costs.second)
            )
        )
    if scores is not None:
        pair = scores.first, scores.second
        if found.has_one_cost:
            rows.append(TableRow("Test cost", *(number_text.cost(e.test_cost) for e in pair)))
        rows.append(TableRow("Test images right", *(counted(entry) for entry in pair)))
        rows.append(TableRow("Accuracy, 95 %", *(accuracy(entry) for entry in pair)))
    return rows


def _changes(found: Comparison, said: set[tuple[str, Value]]) -> list[TableRow]:
    """Give what was changed on the way, by step; of many the last."""
    entries: list[tuple[Mark, int]] = []
    for side, marks in enumerate(found.changes):
        for mark in marks:
            at_fork = mark.step == found.fork_step
            if not (at_fork and (mark.setting, mark.after) in said):
                entries.append((mark, side))
    entries.sort(key=lambda entry: entry[0].step)
    rows = []
    for mark, side in entries[-MOST_CHANGES:]:
        caption = f"{_capital(setting_words(mark.setting))} at {number_text.whole(mark.step)}"
        texts = [NONE, NONE]
        texts[side] = mark.values
        rows.append(TableRow(caption, *texts))
    left = len(entries) - len(rows)
    if left:
        counts = [sum(side == k for _, side in entries[:left]) for k in (0, 1)]
        rows.insert(0, TableRow("Earlier changes", *(str(count) for count in counts)))
    return rows


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _turned(difference: Difference) -> Difference:
    """Give first minus second."""
    return Difference(-difference.value, -difference.high, -difference.low)


def _points(difference: Difference) -> str:
    """Give the ends of an interval of shares in percentage points."""
    ends = [f"{100 * end:.1f}" for end in (difference.low, difference.high)]
    return f"[{', '.join(ends)}]".replace("-", number_text.MINUS)


def _costs(difference: Difference) -> str:
    return f"[{number_text.cost(difference.low)}, {number_text.cost(difference.high)}]"
