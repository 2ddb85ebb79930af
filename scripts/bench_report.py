"""Findings: figures with their spread, and how they are told to people and to programs.

Pure: nothing here measures, so all of it is tested. Medians of several rounds, and ratios pair
by pair: what drifts on a shared machine drifts in both halves of a pair.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from bench_targets import TARGETS, Target


class Row(NamedTuple):
    """One figure beside its target.

    Attributes
    ----------
    target : Target
    figure : float
        What is judged.
    low, high : float
        The smallest and the largest measured.
    n : int
        How many were measured.
    note : str
        What it was measured on, or against.
    """

    target: Target
    figure: float
    low: float
    high: float
    n: int
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None if there is none."""
        return self.target.met(self.figure)

    def as_dict(self) -> dict[str, Any]:
        """Give the row as JSON has it: numbers that are none become null."""
        return {
            "key": self.target.key,
            "what": self.target.what,
            "target": self.target.text,
            "unit": self.target.unit,
            "figure": _or_none(self.figure),
            "low": _or_none(self.low),
            "high": _or_none(self.high),
            "n": self.n,
            "met": self.met,
            "note": self.note,
        }


def row(key: str, values: Sequence[float], note: str = "", *, worst: bool = False) -> Row:
    """Make a row of what was measured.

    Parameters
    ----------
    key : str
        Of `TARGETS`.
    values : sequence of float
        One a round.
    note : str
    worst : bool
        True: the value furthest to the wrong side is judged, not the median.
    """
    target = TARGETS[key]
    figure = statistics.median(values)
    if worst:
        figure = min(values) if target.at_least else max(values)
    return Row(target, figure, min(values), max(values), len(values), note)


def ratios(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """Divide what was measured side by side, pair by pair."""
    return [a / b for a, b in zip(above, below, strict=True)]


def local_exponents(sizes: Sequence[float], costs: Sequence[float]) -> list[float | None]:
    """Give the slope of log cost over log size from each size to the next; None for the first.

    1 is a cost that grows in proportion, 0 one that does not grow.
    """
    slopes = [
        math.log(after[1] / before[1]) / math.log(after[0] / before[0])
        for before, after in pairwise(zip(sizes, costs, strict=True))
    ]
    return [None, *slopes]


class GrowthPoint(NamedTuple):
    """The cost at one size.

    Attributes
    ----------
    size : int
    seconds : list of float
        For a step, one value a round.
    examples_per_step : int
    """

    size: int
    seconds: list[float]
    examples_per_step: int

    @property
    def seconds_per_step(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.seconds)


class Growth(NamedTuple):
    """How the cost of training grows with one size, all others held."""

    along: str
    held: str
    points: list[GrowthPoint]

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it, with the derived figures."""
        exponents = local_exponents(
            [point.size for point in self.points],
            [point.seconds_per_step for point in self.points],
        )
        rows = [
            {
                "size": point.size,
                "seconds_per_step": point.seconds_per_step,
                "low": min(point.seconds),
                "high": max(point.seconds),
                "examples_per_second": point.examples_per_step / point.seconds_per_step,
                "exponent": exponent,
            }
            for point, exponent in zip(self.points, exponents, strict=True)
        ]
        return {"along": self.along, "held": self.held, "rows": rows}


@dataclass
class Findings:
    """What a part of the measurements has found; parts are added to each other.

    Attributes
    ----------
    rows : list of Row
    speeds : list of dict
        Examples per second of everything that trained, by problem.
    growths : list of Growth
    compared_with : dict
        Peer and version: how what it trains differs.
    not_compared, not_measured : dict
        Name: reason.
    remarks : list of str
        Sentences that the figures need to be read rightly.
    """

    rows: list[Row] = field(default_factory=list)
    speeds: list[dict[str, Any]] = field(default_factory=list)
    growths: list[Growth] = field(default_factory=list)
    compared_with: dict[str, str] = field(default_factory=dict)
    not_compared: dict[str, str] = field(default_factory=dict)
    not_measured: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def add(self, other: "Findings") -> None:
        """Take in what another part has found."""
        self.rows += other.rows
        self.speeds += other.speeds
        self.growths += other.growths
        self.compared_with |= other.compared_with
        self.not_compared |= other.not_compared
        self.not_measured |= other.not_measured
        self.remarks += other.remarks

    def as_dict(self) -> dict[str, Any]:
        """Give everything as one JSON object."""
        return {
            "rows": [row.as_dict() for row in self.rows],
            "speeds": self.speeds,
            "growth": [growth.as_dict() for growth in self.growths],
            "compared_with": self.compared_with,
            "not_compared": self.not_compared,
            "not_measured": self.not_measured,
            "remarks": self.remarks,
        }


def as_text(findings: Findings) -> str:
    """Give everything as aligned text."""
    parts = []
    if findings.rows:
        parts.append(_rows_text(findings.rows))
    if findings.speeds:
        parts.append(_speeds_text(findings.speeds))
    parts += [_growth_text(growth) for growth in findings.growths]
    for title, named in (
        ("compared with", findings.compared_with),
        ("not compared", findings.not_compared),
        ("not measured", findings.not_measured),
    ):
        if named:
            parts.append("\n".join([title, *(f"  {k}: {v}" for k, v in named.items())]))
    parts += findings.remarks
    return "\n\n".join(parts)


def table(lines: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """Align cells to columns two apart; the columns named in `right` to their right edge."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    aligned = []
    for line in lines:
        cells = [
            cell.rjust(width) if k in right else cell.ljust(width)
            for k, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        aligned.append("  ".join(cells).rstrip())
    return aligned


def number(value: float) -> str:
    """Give a figure with as many digits as mean something: three, or all before the point."""
    if not math.isfinite(value):
        return str(value)
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".") if abs(value) >= 1e-3 or value == 0 else f"{value:.1e}"


def _rows_text(rows: Sequence[Row]) -> str:
    word = {True: "met", False: "NOT MET", None: ""}
    head = ("what", "target", "figure", "min–max", "n", "", "note")
    lines = [
        (
            entry.target.what,
            entry.target.text,
            f"{number(entry.figure)} {entry.target.unit}".rstrip(),
            f"{number(entry.low)}–{number(entry.high)}",
            str(entry.n),
            word[entry.met],
            entry.note,
        )
        for entry in rows
    ]
    return "\n".join(table([head, *lines], right=(2, 3, 4)))


def _speeds_text(speeds: Sequence[dict[str, Any]]) -> str:
    lines = [("examples/s", "program", "median", "min–max", "gdviz over it", "min–max")]
    for entry in speeds:
        over = entry["gdviz_over_it"]
        lines.append(
            (
                entry["problem"],
                entry["program"],
                number(entry["median"]),
                f"{number(entry['low'])}–{number(entry['high'])}",
                f"{number(over['median'])}x" if over else "",
                f"{number(over['low'])}–{number(over['high'])}" if over else "",
            )
        )
    return "\n".join(table(lines, right=(2, 3, 4, 5)))


def _growth_text(growth: Growth) -> str:
    lines = [(growth.along, "s/step", "min–max", "examples/s", "exponent")]
    for entry in growth.as_dict()["rows"]:
        exponent = entry["exponent"]
        lines.append(
            (
                f"{entry['size']:,}",
                f"{entry['seconds_per_step']:.3g}",
                f"{entry['low']:.3g}–{entry['high']:.3g}",
                number(entry["examples_per_second"]),
                "" if exponent is None else f"{exponent:.2f}",
            )
        )
    return "\n".join(
        [
            f"growth with {growth.along} ({growth.held})",
            *table(lines, right=(0, 1, 2, 3, 4)),
        ]
    )


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None
