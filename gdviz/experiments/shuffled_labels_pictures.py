"""The pictures of the twin races: see `gdviz.experiments.shuffled_labels`."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from gdviz.data.corruption import DAMAGES, damaged
from gdviz.experiments.courses import mean_columns
from gdviz.experiments.result import Chart, ImageRow, Series, Table
from gdviz.experiments.training_task import TrainingOutcome, dataset_of

Floats = npt.NDArray[np.float64]


def charts_of(begun: dict[str, list[TrainingOutcome]], n_examples: int) -> tuple[Chart, ...]:
    """Give the curves of all races that have begun."""
    on = f"on {n_examples:,} training images"
    return (
        _chart("accuracy", f"Right answers {on}", "training accuracy (%)", begun,
               lambda one: 100 * one.train_accuracy),
        _chart("cost", f"Cost {on}", "cost, mean over the images", begun,
               lambda one: one.train_cost, is_share=False),
        _chart("test-accuracy", "Right answers on test images, which nobody learns by heart",
               "test accuracy (%)", begun, lambda one: 100 * one.test_accuracy),
    )  # fmt: skip


def _chart(
    key: str,
    title: str,
    y_label: str,
    begun: dict[str, list[TrainingOutcome]],
    curve: Callable[[TrainingOutcome], Floats],
    *,
    is_share: bool = True,
) -> Chart:
    series, counts = [], []
    for place, (kind, outcomes) in enumerate(begun.items()):
        if outcomes:
            label = f"{kind}, n = {len(outcomes)}"
            series.append(Series(label, *_mean_curve(outcomes, curve, is_share), color=place))
            counts.append(len(outcomes))
    note = f"Means of {_range(counts)} starts with 95 % intervals (Student)."
    if max(counts) == 1:
        note = "One start of each."
    return Chart(key, title, "epochs", y_label, tuple(series), note=note)


def _mean_curve(
    outcomes: list[TrainingOutcome], curve: Callable[[TrainingOutcome], Floats], is_share: bool
) -> tuple[Floats, Floats, Floats | None, Floats | None]:
    """Give epochs, mean and interval; of starts that are still under way as far as they are."""
    longest = max(outcomes, key=lambda one: len(one.epochs))
    values = np.full((len(outcomes), len(longest.epochs)), np.nan)
    for row, one in zip(values, outcomes, strict=True):
        row[: len(one.epochs)] = curve(one)
    highest = 100.0 if is_share else np.inf
    return longest.epochs, *mean_columns(values, (0.0, highest))


def _range(counts: list[int]) -> str:
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low} to {high}"


def final_table(finished: dict[str, list[TrainingOutcome]], n_examples: int) -> Table:
    """Give what each kind of race ended with."""
    rows = []
    for kind, outcomes in finished.items():
        if outcomes:
            train = 100 * float(np.mean([one.train_accuracy[-1] for one in outcomes]))
            test = 100 * float(np.mean([one.test_accuracy[-1] for one in outcomes]))
            cost = float(np.mean([one.train_cost[-1] for one in outcomes]))
            rows.append((kind, len(outcomes), f"{train:.1f}", f"{test:.1f}", f"{cost:.3g}"))
    columns = (
        "data", "starts", f"right of {n_examples:,} training images (%)",
        "right of the test images (%)", "training cost",
    )  # fmt: skip
    return Table("ends", "In the end", columns, tuple(rows))


def shown_images(data: str, seed: int) -> ImageRow:
    """Give one image as each damage leaves it; noise is cut at 0 and 1 to be shown."""
    true = dataset_of(data)
    one = dataclasses.replace(true, train=true.train.first(1), test=true.test.first(1))
    pictures = [one.train.inputs(slice(0, 1))[0]]
    pictures += [damaged(one, name, 0.0, seed).train.inputs(slice(0, 1))[0] for name in DAMAGES]
    side = math.isqrt(true.n_inputs)
    shape = (side, side) if side * side == true.n_inputs else (1, true.n_inputs)
    images = np.clip(np.stack(pictures), 0, 1).reshape(len(pictures), *shape)
    captions = ("true image", *(name.capitalize() for name in DAMAGES))
    return ImageRow("images", "What the networks are shown", images, captions)
