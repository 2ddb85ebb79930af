"""Accuracies in words and as a table; knows nothing of Qt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gdviz.analysis.description import Cell
from gdviz.analysis.inspection.fragility import (
    Counts,
    Disturbance,
    DisturbanceCurve,
    ShiftMap,
)
from gdviz.analysis.interval import wilson_interval
from gdviz.qt import accuracy_text

COLUMNS = ("disturbance", "right", "images", "accuracy", "low", "high")
Row = tuple[Cell, ...]
Pair = tuple[str, str]


@dataclass(frozen=True, eq=False, slots=True)
class Measured:
    """The newest counts, which may be of different networks while new ones come in."""

    shifts: ShiftMap | None = None
    rotation: DisturbanceCurve | None = None
    noise: DisturbanceCurve | None = None
    inverted: Counts | None = None

    def at_rest(self) -> list[Pair]:
        """What is right of the images as they are."""
        if self.shifts is None:
            return []
        return [
            ("as they are", accuracy_text.counted(self.shifts.at(0, 0) or 0, self.shifts.n_images))
        ]

    def when_inverted(self) -> list[Pair]:
        """What is right of the inverted images."""
        if self.inverted is None:
            return []
        return [
            (
                "inverted",
                accuracy_text.counted(int(self.inverted.correct[0]), self.inverted.n_images),
            )
        ]

    def under(self, disturbance: Disturbance) -> list[Pair]:
        """What each part of a disturbance does to the images by itself."""
        pairs = []
        moved = Disturbance(disturbance.down, disturbance.right)
        if self.shifts is not None and moved.words():
            correct = self.shifts.at(moved.down, moved.right)
            if correct is not None:
                pairs.append((moved.words(), accuracy_text.counted(correct, self.shifts.n_images)))
        for curve, only, strength in (
            (self.rotation, Disturbance(degrees=disturbance.degrees), disturbance.degrees),
            (self.noise, Disturbance(sigma=disturbance.sigma), disturbance.sigma),
        ):
            if curve is not None and only.words():
                correct = int(curve.correct[curve.nearest(strength)])
                pairs.append((only.words(), accuracy_text.counted(correct, curve.n_images)))
        return pairs

    def rows(self) -> Iterator[Row]:
        """Every count as a row of a table with `COLUMNS`."""
        if self.shifts is not None:
            steps = range(-self.shifts.reach, self.shifts.reach + 1)
            for down in steps:
                for right in steps:
                    words = Disturbance(down, right).words() or "none"
                    yield _row(words, self.shifts.at(down, right) or 0, self.shifts.n_images)
        if self.rotation is not None:
            kinds = (Disturbance(degrees=angle) for angle in self.rotation.strengths)
            yield from _curve_rows(self.rotation, kinds)
        if self.noise is not None:
            kinds = (Disturbance(sigma=sigma) for sigma in self.noise.strengths)
            yield from _curve_rows(self.noise, kinds)
        if self.inverted is not None:
            yield _row("inverted", int(self.inverted.correct[0]), self.inverted.n_images)


def _row(words: str, correct: int, total: int) -> Row:
    low, high = wilson_interval(correct, total)
    return words, correct, total, round(correct / total, 4), round(low, 4), round(high, 4)


def _curve_rows(curve: DisturbanceCurve, kinds: Iterable[Disturbance]) -> Iterator[Row]:
    for kind, correct in zip(kinds, curve.correct.tolist(), strict=True):
        if kind.words():
            yield _row(kind.words(), correct, curve.n_images)
