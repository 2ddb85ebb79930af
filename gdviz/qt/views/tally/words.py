"""The tally in words and as a table; knows nothing of Qt."""

from __future__ import annotations

from itertools import pairwise

from gdviz.analysis.description import Cell, Description
from gdviz.analysis.hill.tally import HALF_WIDTH, N_STEPS, N_VALLEYS, Tally
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.qt import accuracy_text, number_text
from gdviz.qt.views.tally.counting import Counted, Question
from gdviz.qt.widgets.ticks import format_figure

EMPTY = (
    "Does chance find the lowest valley? Press Let go: 1,000 balls start anywhere in 1, 2 and 10 "
    "dimensions."
)
FUNCTION = (
    f"C(x) = Σ (x² + 10 − 10 cos 2πx), starts drawn evenly from −{HALF_WIDTH} to {HALF_WIDTH} "
    f"along every axis: {N_VALLEYS} valleys on each, the lowest at 0 with C = 0. "
    f"{number_text.whole(N_STEPS)} steps."
)
COLUMNS = (
    "dimensions", "valleys", "starts", "lowest", "share", "low", "high", "another", "none",
)  # fmt: skip


def dimensions(count: int) -> str:
    """Give ``1 dimension`` or ``2 dimensions``."""
    return "1 dimension" if count == 1 else f"{count} dimensions"


def valleys(found: Tally) -> str:
    """Give how many valleys there are, for example ``121 valleys`` or ``2.6×10¹⁰ valleys``."""
    count = found.n_valleys
    return f"{number_text.whole(count) if count < 1e6 else number_text.cost(count)} valleys"


def lowest(found: Tally) -> str:
    """Give how many ended in the lowest valley, with the interval of the share."""
    return accuracy_text.counted(found.n_deepest, found.n_starts)


def rows(counted: Counted) -> list[tuple[str, str]]:
    """Give the numbers below the shares: who is in the lowest valley, in another, in none."""
    tallies = counted.tallies
    given = [(f"{dimensions(t.n_dimensions)}: lowest", lowest(t)) for t in tallies]
    others = ", ".join(number_text.whole(found.n_elsewhere) for found in tallies)
    restless = ", ".join(number_text.whole(found.n_restless) for found in tallies)
    return [*given, ("at rest in another valley", others), ("at rest in none", restless)]


def sentence(counted: Counted) -> str:
    """Say what the counts show, and only that."""
    if not counted.is_complete:
        return ""
    one, *_, most = counted.tallies
    settled = most.n_deepest + most.n_elsewhere
    local = (
        f"{number_text.whole(settled)} of {number_text.whole(most.n_starts)} balls in "
        f"{dimensions(most.n_dimensions)} came to rest in some valley"
    )
    shares = " to ".join(number_text.percent(found.share) for found in counted.tallies)
    falls = all(before.share > after.share for before, after in pairwise(counted.tallies))
    verb = "falls" if falls else "goes"
    text = f"{local}; the share that found the lowest {verb} from {shares}."
    if settled > 0.9 * most.n_starts and falls:
        text = f"Local is easy, global crazy hard: {text}"
    if one.n_deepest:
        power = one.share**most.n_dimensions
        text += (
            f" If one variable finds it with p = {number_text.percent(one.share)}, all "
            f"{most.n_dimensions} do with p to the power of {most.n_dimensions}, "
            f"{number_text.cost(power)}."
        )
    return text


def about(question: Question) -> str:
    """Say with what the balls go down."""
    title = OPTIMIZERS[question.optimizer].title
    return f"{title}, η {format_figure(question.learning_rate)}"


def described(counted: Counted | None) -> Description:
    """Tell the counts."""
    if counted is None or not counted.tallies:
        return Description(EMPTY)
    table: tuple[tuple[Cell, ...], ...] = tuple(
        (
            found.n_dimensions,
            found.n_valleys,
            found.n_starts,
            found.n_deepest,
            round(found.share, 4),
            round(found.low, 4),
            round(found.high, 4),
            found.n_elsewhere,
            found.n_restless,
        )
        for found in counted.tallies
    )
    said = f"{about(counted.question)}. {FUNCTION} {sentence(counted)}"
    return Description(said.rstrip(), COLUMNS, table)
