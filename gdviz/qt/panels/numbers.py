"""The numbers of the settings panel: ranges, units, steps, and what a shown one means. No Qt."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gdviz.qt.widgets.ticks import (
    format_number,
    multiples_of,
    next_doubled,
    next_on_ladder,
    next_whole,
    on_ladder_from,
)
from gdviz.training.config import MAXIMUM_EPOCHS, TrainingConfig


@dataclass(frozen=True, slots=True)
class NumberSetting:
    """How a number is shown and entered; see `gdviz.qt.widgets.number_field.NumberField`.

    Parameters
    ----------
    name : str
    low, high : float
        As shown.
    whole, zero : bool
    prefix, suffix : str
    step : callable
    factor : float
        What is shown for a setting of 1: 100 for per cent.
    """

    name: str
    low: float
    high: float
    whole: bool = False
    zero: bool = False
    prefix: str = ""
    suffix: str = ""
    step: Callable[[float, int], float] = next_on_ladder
    factor: float = 1.0


def _penalty(name: str, sign: str) -> NumberSetting:
    return NumberSetting(name, 0, 1, zero=True, prefix=f"{sign}  ", step=on_ladder_from(1e-6))


def _share(name: str, high: float = 100) -> NumberSetting:
    return NumberSetting(name, 0, high, zero=True, suffix=" %", step=multiples_of(5), factor=100)


NUMBERS: dict[str, NumberSetting] = {
    "steepness": NumberSetting("Steepness", 0, 1000, prefix="k  "),
    "learning_rate": NumberSetting("Learning rate", 0, 1e9, prefix="η  "),
    "mini_batch": NumberSetting("Mini-batch", 1, math.inf, whole=True, step=next_doubled),
    "schedule_epochs": NumberSetting(
        "Length", 0, MAXIMUM_EPOCHS, suffix=" epochs", step=next_whole
    ),
    "l1": _penalty("L1", "λ₁"),
    "l2": _penalty("L2", "λ₂"),
    "dropout": _share("Dropout", 99.9),
    "n_examples": NumberSetting("Examples", 1, math.inf, whole=True),
    "shuffle_labels": _share("Label noise"),
    "epochs": NumberSetting("Epochs", 0, MAXIMUM_EPOCHS, whole=True, zero=True, step=next_whole),
    "augment_shift": NumberSetting(
        "Shift", 0, 14, zero=True, prefix="± ", suffix=" px", step=multiples_of(1)
    ),
    "augment_rotation": NumberSetting(
        "Rotation", 0, 180, zero=True, prefix="± ", suffix="°", step=multiples_of(5)
    ),
    "augment_noise": _share("Noise"),
    "seed": NumberSetting("Seed", 0, 2**63, whole=True, zero=True, step=next_whole),
}


def shown_number(config: TrainingConfig, setting: str, n_train: int) -> float:
    """Give what the field of a setting shows.

    Parameters
    ----------
    config : TrainingConfig
    setting : str
        A key of `NUMBERS`.
    n_train : int
        Training examples of the dataset: what "all" stands for.
    """
    if setting == "n_examples":
        return config.n_examples or n_train
    if setting == "mini_batch" and config.mini_batch == "all":
        return config.n_examples or n_train
    return NUMBERS[setting].factor * float(getattr(config, setting))


def entered_value(config: TrainingConfig, setting: str, number: float, n_train: int) -> Any:
    """Give the value of a setting that a number entered into its field means."""
    if setting == "n_examples":
        return None if number >= n_train else int(number)
    if setting == "mini_batch":
        return "all" if number >= (config.n_examples or n_train) else int(number)
    if NUMBERS[setting].whole:
        return int(number)
    return number / NUMBERS[setting].factor


def is_shown(number: float, shown: float) -> bool:
    """Tell whether a number is what a field shows: leaving it reads its rounded text.

    That is no wish for the rounded value.
    """
    return number in {shown, float(format_number(shown).replace(",", "").replace("−", "-"))}
