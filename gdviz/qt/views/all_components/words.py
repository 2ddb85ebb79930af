"""What the view says of components, thresholds and nudges."""

from __future__ import annotations

from gdviz.analysis.gradient_ranking import Thresholds
from gdviz.analysis.line_slice import LineSlice
from gdviz.analysis.nudge import Nudge
from gdviz.nn.parameters import Layout
from gdviz.qt import number_text
from gdviz.runtime.snapshot import Snapshot

number = number_text.three_digits


def name_of(layout: Layout, index: int) -> str:
    """Name a component in one line, for example ``hidden 2, 15 ← 10``."""
    return layout.component_title(index).replace("  ", ", ")


def threshold_lines(limits: Thresholds) -> tuple[str, str]:
    """Define the lesson's three words in two lines, with this gradient's numbers."""
    if limits.n_half == 0:
        return "The gradient is zero: no weight matters.", ""
    half, most = number_text.whole(limits.n_half), number_text.whole(limits.n_most)
    a_lot, somewhat = number_text.cost(limits.a_lot), number_text.cost(limits.somewhat)
    return (
        f"a lot: |∂C/∂w| ≥ {a_lot}, the {half} weights that carry half of |∇C|²",
        f"somewhat: ≥ {somewhat}, up to the {most} that carry 90 %; a little: the rest",
    )


def source_of(snapshot: Snapshot) -> str:
    """Say of what the gradient is, for example ``mini-batch of 32, step 4,812``."""
    count, size = snapshot.gradient_examples, snapshot.gradient_batch
    text = f"mini-batch of {number_text.whole(size)}"
    if count < size:
        text = f"first {number_text.whole(count)} of {text}"
    if snapshot.gradient_is_next:
        return f"next {text}, before step {number_text.whole(snapshot.step + 1)}"
    return f"{text}, step {number_text.whole(snapshot.step)}"


def nudge_text(found: Nudge | None) -> str:
    """Say what a weight moved by hand did to the cost, and what the gradient foretold."""
    if found is None:
        return ""
    return (
        f"C changes by {number(found.true_change)}; ∂C/∂w·Δ predicted "
        f"{number(found.predicted_change)}"
    )


def nudge_details(found: Nudge | None) -> str:
    """Give the costs before and after, and on what."""
    if found is None:
        return ""
    return (
        f"C {number_text.fixed(found.before, 6)} → {number_text.fixed(found.after, 6)} over "
        f"{number_text.whole(found.n_examples)} training images, on a copy"
    )


def slice_words(role: str, line: LineSlice) -> str:
    """Say a slice in a sentence, for a screen reader."""
    name = line.title.replace("  ", ", ")
    return (
        f"{role}, {name}: C from {number_text.cost(float(line.cost.min()))} to "
        f"{number_text.cost(float(line.cost.max()))} over Δ from {number(float(line.t[0]))} to "
        f"{number(float(line.t[-1]))}, slope {number(line.slope)}"
    )
