"""What the ruler says: its quantities, its legend, and one component."""

from __future__ import annotations

from gdviz.nn.parameters import Layout
from gdviz.qt import number_text

QUANTITIES = {"value": "Value", "gradient": "Gradient", "change": "Change", "memory": "Memory"}
WAYS = {"minmax": "Min, max", "size": "Mean size"}
"""How parameters that share a pixel become one colour."""
EMPTY = "All weights and biases appear here on one strip."
NO_GRADIENT = "The gradient of every parameter appears here. Press Run or Step."
RUNNING = (
    "The optimizer's memory is copied only while training rests. Pause (Space) to see it here."
)


def no_memory(optimizer: str) -> str:
    """Say that an optimizer keeps nothing."""
    return f"{optimizer} keeps no memory: each step follows the newest gradient alone."


def number(value: float | None, digits: int = 3) -> str:
    """Give a number with its sign and as few digits as are needed, at most so many."""
    if value is None or value != value:  # noqa: PLR0124  # NaN is not equal to itself
        return number_text.NOT_KNOWN
    text = number_text.tick(float(f"{value:.{digits}g}"))
    return text if value <= 0 else f"+{text}"


def name_of(layout: Layout, index: int) -> str:
    """Name a component in one line, for example ``hidden 2, 15 ← 10``."""
    return layout.component_title(index).replace("  ", ", ")


def total_text(layout: Layout) -> str:
    """Give what the sum of all segments comes to, for example ``= 13,002``."""
    return f"= {number_text.whole(layout.size)}"


def sharing_text(most: int, way: str) -> str:
    """Say what a pixel shows that several parameters share."""
    if most <= 1:
        return "every parameter has a place of its own"
    count = f"{number_text.whole(most)} in a pixel"
    if way == "size":
        return f"{count}: the mean of their sizes"
    return f"{count}: the largest above, the smallest below"
