"""Settings that were changed while running: what was changed, when, from what to what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.nn.costs import COSTS
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.schedules import SCHEDULES
from gdviz.training.config import TrainingConfig

Value = float | str

STARTING = frozenset({"layer_sizes", "initializer", "seed", "data", "n_examples", "shuffle_labels"})
"""Settings that say where and on what a run begins: only another run can have others."""

UNMARKED = frozenset({"preset", "epochs"})
"""A word, and how long to train: a change of these changes no step."""

ENGINE = "engine"
"""The mark of another engine taking over, which is no setting of the configuration."""

BALL = "ball"
"""The mark of a network that was moved by hand, which is no setting either."""

_SIGNS = {
    "learning_rate": "η",
    "hidden_activation": "activation",
    "output_activation": "output",
    "l1": "L1",
    "l2": "L2",
    "steepness": "k",
    "mini_batch": "mini-batch",
    "schedule_epochs": "schedule length",
    "augment_shift": "shift",
    "augment_rotation": "rotation",
    "augment_noise": "noise",
}
_WORDS = {"learning_rate": "learning rate", "steepness": "steepness", BALL: "ball"}
_TABLES: dict[str, Any] = {
    "hidden_activation": ACTIVATIONS,
    "output_activation": OUTPUT_ACTIVATIONS,
    "cost": COSTS,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A setting that was changed while running.

    Parameters
    ----------
    step : int
        Steps taken when it changed.
    setting : str
        Name of the field of `TrainingConfig`, or `ENGINE`, or `BALL`.
    before, after : float or str
        Its values; without a text before, what happened.
    """

    step: int
    setting: str
    before: Value
    after: Value

    @property
    def title(self) -> str:
        """What stands on the curves, for example ``η 0.5 → 1.5``."""
        return f"{self.name} {self.values}"

    @property
    def name(self) -> str:
        """What was changed, for example ``η``."""
        return _name(self.setting)

    @property
    def values(self) -> str:
        """What it was and what it is, for example ``0.5 → 1.5``."""
        if self.before == "":
            return self._text(self.after)
        return f"{self._text(self.before)} → {self._text(self.after)}"

    @property
    def words(self) -> str:
        """What it is since, in whole words, for example ``learning rate 1.5``."""
        return f"{setting_words(self.setting)} {self._text(self.after)}"

    def _text(self, value: Value) -> str:
        return value_text(self.setting, value)


def _name(setting: str) -> str:
    return _SIGNS.get(setting, setting.replace("_", " "))


def setting_words(setting: str) -> str:
    """Give the name of a setting in whole words, for example ``learning rate``."""
    return _WORDS.get(setting, _name(setting))


def value_text(setting: str, value: Value) -> str:
    """Give a value of a setting as it is shown, for example ``Cross-entropy``."""
    if not isinstance(value, str):
        return f"{value:g}"
    table = _TABLES.get(setting, {})
    return str(table[value].title) if value in table else value


def marked(
    marks: tuple[Mark, ...], step: int, before: TrainingConfig, after: TrainingConfig
) -> tuple[Mark, ...]:
    """Give the marks with those of a change of configuration.

    Two changes of a setting at one step are one mark, and none if the second takes the first
    back.
    """
    for setting in changed_settings(before, after):
        old, new = getattr(before, setting), getattr(after, setting)
        marks = with_mark(marks, Mark(step, setting, old, new))
    return marks


def with_mark(marks: tuple[Mark, ...], mark: Mark) -> tuple[Mark, ...]:
    """Give the marks with one more at their end; see `marked`."""
    earlier = next((m for m in marks if (m.step, m.setting) == (mark.step, mark.setting)), None)
    if earlier is not None:
        mark = Mark(mark.step, mark.setting, earlier.before, mark.after)
        marks = tuple(m for m in marks if m is not earlier)
    return marks if mark.before == mark.after else (*marks, mark)


def changed_settings(before: TrainingConfig, after: TrainingConfig) -> list[str]:
    """Name the settings in which two configurations differ and which change the steps."""
    return [
        name
        for name in TrainingConfig.__slots__
        if name not in UNMARKED and getattr(before, name) != getattr(after, name)
    ]
