"""How many images are right: as it was, now, and the difference."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from gdviz.analysis.inspection.outcomes import Outcomes
from gdviz.qt import accuracy_text, number_text
from gdviz.qt.widgets.read_out import ReadOut


class AccuracyRow(QWidget):
    """Three read-outs."""

    def __init__(self) -> None:
        super().__init__()
        self.before = ReadOut("as it was: 8,888 of 10,000", "88.8 %")
        self.after = ReadOut("now: 8,888 of 10,000", "88.8 %")
        self.difference = ReadOut("difference", f"{number_text.MINUS}8,888")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        for read_out in (self.before, self.after, self.difference):
            row.addWidget(read_out)
        row.addStretch(1)

    def show_outcomes(self, before: Outcomes | None, now: Outcomes | None) -> None:
        """Show what is known; None is not known."""
        _write(self.before, "as it was", before)
        _write(self.after, "now", now)
        text = number_text.NOT_KNOWN
        if before is not None and now is not None:
            change = now.n_right - before.n_right
            text = number_text.signed(change, 0) if change else "0"
        self.difference.set_value(text)


def outcomes_words(outcomes: Outcomes) -> str:
    """Give how many are right, as part of a sentence."""
    right, total = outcomes.n_right, len(outcomes)
    return f"{accuracy_text.count(right, total)}, {accuracy_text.accuracy(right, total)}"


def _write(read_out: ReadOut, when: str, outcomes: Outcomes | None) -> None:
    if outcomes is None:
        read_out.set_caption(when)
        read_out.set_value(number_text.NOT_KNOWN)
        return
    right, total = outcomes.n_right, len(outcomes)
    read_out.set_caption(f"{when}: {accuracy_text.count(right, total)}")
    read_out.set_value(number_text.percent(right / total), accuracy_text.interval(right, total))
