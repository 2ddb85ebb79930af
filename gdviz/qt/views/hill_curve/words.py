"""What is said of a hill of one variable: captions, questions, answers, numbers."""

from __future__ import annotations

import math

from gdviz.analysis.description import Cell, Description
from gdviz.qt.views.hill_curve.model import ALL, CurveModel
from gdviz.qt.views.hill_curve.scene import WAYS
from gdviz.qt.widgets.ticks import format_figure

CAPTIONS = {
    "descent": "Gradient descent, w ← w − η C′(w): each step is proportional to the slope, so it "
    "shrinks by itself where the hill gets flat. It does not coast: what it did before, it "
    "has forgotten.",
    "flow": "Gradient flow, w′ = −C′(w): gradient descent with η → 0. It slides without "
    "leaps, so it never crosses a crest; shown k steps on at time kη.",
    "mass": "A ball with mass and friction: it keeps its speed and coasts, beyond the lowest "
    "point and over low crests. Gradient descent does not do this.",
    ALL: "The same start three times: gradient descent leaps, gradient flow slides, a ball with "
    "mass coasts. Only the last has a speed.",
}
FIXED_CAPTION = (
    "Steps of a fixed length η, whatever the slope: near the lowest point they go back and forth "
    "over it and never come to rest."
)
COLUMNS = ("ball", "way", "start", "w", "C(w)", "steps")


def caption(model: CurveModel) -> str:
    """Say what the balls do."""
    return FIXED_CAPTION if model.is_fixed else CAPTIONS[model.way]


def figures(model: CurveModel) -> list[tuple[str, str]]:
    """Give the numbers of the chosen ball; those that tell the answer are kept from a guess."""
    w, cost = model.place()
    rows = [("w", format_figure(w)), ("cost C(w)", format_figure(cost))]
    if model.is_guessing:
        return [*rows, ("slope C′(w)", "?"), ("next step", "?")]
    if not math.isfinite(w):
        return [*rows, ("it has left every bound: η is too large", "")]
    name = "next step ∓η" if model.is_fixed else "next step −η C′"
    rows.append(("slope C′(w)", format_figure(model.slope())))
    if model.tracks()[-1].way == "descent":
        rows.append((name, format_figure(model.next_step())))
    return rows


def question(model: CurveModel) -> str:
    """Ask which way the ball goes."""
    w, _ = model.place()
    return f"The ball is at w = {format_figure(w)}. Which way does gradient descent take it?"


def answer(guess: str, slope: float) -> tuple[bool, str]:
    """Say whether a guess, ``left`` or ``right``, was right, and why."""
    if slope == 0:
        return False, "Neither: the slope is exactly 0, it stays where it is."
    goes = "left" if slope > 0 else "right"
    why = (
        f"C′ = {format_figure(slope)} is {'positive' if slope > 0 else 'negative'}: uphill is to "
        f"the {'right' if slope > 0 else 'left'}, so the step −η C′ goes {goes}."
    )
    is_right = guess == goes
    return is_right, f"{'Right' if is_right else 'No'}. {why}"


def described(model: CurveModel) -> Description:
    """Tell the picture."""
    sentence = [f"C(w) = {model.formula.text}, η = {format_figure(model.rate)}, step {model.step}."]
    valleys = model.valleys()
    if valleys is not None:
        ends = [
            f"{100 * share:.1f} % end at w = {format_figure(w)}"
            for w, share in zip(valleys.minima, valleys.shares(), strict=True)
        ]
        if valleys.lost() > 0:
            ends.append(f"{100 * valleys.lost():.1f} % in no valley")
        sentence.append(f"Of {len(valleys.of_start):,} starts {', '.join(ends)}.")
    limit = model.limit()
    if math.isfinite(limit):
        at = format_figure(model.nearest_valley())
        sentence.append(f"At w = {at} steps are stable below η = 2/C″ = {format_figure(limit)}.")
    rows: list[tuple[Cell, ...]] = []
    for k, track in enumerate(model.tracks()):
        at_step = track.index_at(model.step)
        w, cost = float(track.w[at_step]), float(track.cost[at_step])
        rows.append((k + 1, WAYS[track.way], float(track.w[0]), w, cost, at_step))
    return Description(" ".join(sentence), COLUMNS, tuple(rows))
