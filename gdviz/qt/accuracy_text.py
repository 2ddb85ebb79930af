"""Accuracies as people read them: never without how many images, and how sure they are."""

from __future__ import annotations

from gdviz.analysis.interval import wilson_interval
from gdviz.qt import number_text


def accuracy(n_right: int, total: int) -> str:
    """Give a share with its 95 % interval, for example ``95.0 % [94.5, 95.4]``; ``–`` of none."""
    if total == 0:
        return number_text.NOT_KNOWN
    return f"{number_text.percent(n_right / total)} {interval(n_right, total)}"


def interval(n_right: int, total: int) -> str:
    """Give Wilson's 95 % interval in per cent, for example ``[94.5, 95.4]``."""
    low, high = wilson_interval(n_right, total)
    return f"[{100 * low:.1f}, {100 * high:.1f}]"


def counted(n_right: int, total: int) -> str:
    """Give count and share, for example ``9,497 of 10,000, 95.0 % [94.5, 95.4]``."""
    return f"{count(n_right, total)}, {accuracy(n_right, total)}"


def count(n_right: int, total: int) -> str:
    """Give a count of images, for example ``9,497 of 10,000``."""
    return f"{number_text.whole(n_right)} of {number_text.whole(total)}"
