"""Everything that defines a run, as one value that prints as TOML, and the presets.

A setting stands once, here. Two runs of equal configurations give equal bytes.
"""

from __future__ import annotations

import dataclasses
import math
import reprlib
import tomllib
from dataclasses import dataclass
from typing import Any, Literal

from gdviz.nn.initializers import INITIALIZERS
from gdviz.nn.network import check_choices
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Architecture
from gdviz.nn.schedules import SCHEDULES

MAXIMUM_PARAMETERS = 50_000_000
MAXIMUM_EPOCHS = 100_000


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Everything that defines a run.

    Parameters
    ----------
    preset : str
        Key of the preset it began as; a word only, every value stands below.
    layer_sizes : tuple of int
        From the input to the output.
    hidden_activation, output_activation, cost, optimizer, schedule, initializer : str
        Keys of the tables in `gdviz.nn`.
    learning_rate : float
        η of the first step, above 0.
    schedule_epochs : float
        Epochs over which the schedule is laid out. It does not follow `epochs`, so that two
        epochs and two more equal four.
    mini_batch : int or "all"
        Examples per step; "all" is the lesson's full-batch gradient descent.
    epochs : int
        Passes over the training examples after which a run is finished.
    seed : int
        Of the start and of the order of the examples; 0 is a seed like any other.
    data : str
        ``"mnist"`` or a path.
    n_examples : int or None
        Only the first so many training examples; None for all.
    shuffle_labels : float
        Share of the training labels that is shuffled, 0 to 1.
    steepness : float
        k of σ(kz) in every sigmoid layer; above 0, at most 1,000.
    l1, l2 : float
        λ₁ and λ₂ of the penalties on the weights, 0 to 1; see `gdviz.nn.penalties`. With
        AdamW, `l2` is the decoupled weight decay.
    dropout : float
        Share of the hidden neurons that is switched off in each step, at least 0, below 1.
    augment_shift : float
        Pixels by which a training image is shifted at most, each way, 0 to 14.
    augment_rotation : float
        Degrees by which a training image is turned at most, either way, 0 to 180.
    augment_noise : float
        Standard deviation of the noise on a training image's pixels, in units of their range,
        0 to 1.

    Raises
    ------
    ValueError
        One sentence that names the setting, the value and the rule.
    """

    preset: str = "lesson"
    layer_sizes: tuple[int, ...] = (784, 16, 16, 10)
    hidden_activation: str = "sigmoid"
    output_activation: str = "sigmoid"
    cost: str = "quadratic"
    optimizer: str = "gradient_descent"
    learning_rate: float = 0.7
    schedule: str = "constant"
    schedule_epochs: float = 25
    mini_batch: int | Literal["all"] = 32
    initializer: str = "scaled"
    epochs: int = 25
    seed: int = 7
    data: str = "mnist"
    n_examples: int | None = None
    shuffle_labels: float = 0.0
    steepness: float = 1.0
    l1: float = 0.0
    l2: float = 0.0
    dropout: float = 0.0
    augment_shift: float = 0.0
    augment_rotation: float = 0.0
    augment_noise: float = 0.0

    def __post_init__(self) -> None:
        check_choices(self.architecture, self.cost)
        _require_key(self.optimizer, OPTIMIZERS, "optimizer")
        _require_key(self.schedule, SCHEDULES, "schedule")
        _require_key(self.initializer, INITIALIZERS, "initializer")
        if self.architecture.n_parameters > MAXIMUM_PARAMETERS:
            raise ValueError(
                f"{self.architecture.n_parameters:,} parameters are more than "
                f"{MAXIMUM_PARAMETERS:,}; use fewer neurons"
            )
        if not (math.isfinite(self.learning_rate) and 0 < self.learning_rate <= 1e9):
            raise ValueError(
                f"the learning rate must be above 0 and at most 1e9, not {self.learning_rate:g}"
            )
        if not (math.isfinite(self.schedule_epochs) and 0 < self.schedule_epochs <= MAXIMUM_EPOCHS):
            raise ValueError(
                "the schedule's length must be above 0 and at most "
                f"{MAXIMUM_EPOCHS:,} epochs, not {self.schedule_epochs:g}"
            )
        if self.mini_batch != "all" and self.mini_batch < 1:
            raise ValueError(f"a mini-batch needs at least one example, not {self.mini_batch}")
        if not 0 <= self.epochs <= MAXIMUM_EPOCHS:
            raise ValueError(
                f"the number of epochs must be from 0 to {MAXIMUM_EPOCHS:,}, not {self.epochs}"
            )
        if not 0 <= self.seed < 2**63:
            raise ValueError(f"the seed must be a whole number from 0, not {self.seed}")
        if self.n_examples is not None and self.n_examples < 1:
            raise ValueError(f"at least one training example is needed, not {self.n_examples}")
        for name, highest, what in _FROM_ZERO:
            value = getattr(self, name)
            if not 0 <= value <= highest:
                raise ValueError(f"{what} must be from 0 to {highest}, not {value:g}")
        if not 0 <= self.dropout < 1:
            raise ValueError(
                f"the share of dropped neurons must be at least 0 and below 1, not {self.dropout:g}"
            )

    @property
    def architecture(self) -> Architecture:
        """Layer sizes, activations and the sigmoid's steepness."""
        return Architecture(
            self.layer_sizes, self.hidden_activation, self.output_activation, self.steepness
        )

    def replace(self, **changes: Any) -> TrainingConfig:
        """The same configuration with some settings changed, checked again."""
        return dataclasses.replace(self, **changes)

    def to_toml(self) -> str:
        """Print as TOML, one setting a line; `from_toml` reads it back to an equal value."""
        return "".join(
            f"{field.name} = {toml_value(getattr(self, field.name))}\n"
            for field in dataclasses.fields(self)
            if getattr(self, field.name) is not None
        )

    @classmethod
    def from_toml(cls, text: str) -> TrainingConfig:
        """Read what `to_toml` prints; settings that are absent keep their defaults.

        Raises
        ------
        ValueError
            If it is not TOML, or a name or value is not known.
        """
        settings = tomllib.loads(text)
        fields = {field.name: field for field in dataclasses.fields(cls)}
        unknown = sorted(set(settings) - set(fields))
        if unknown:
            raise ValueError(f"unknown settings: {', '.join(unknown)}")
        for name, value in settings.items():
            settings[name] = checked_type(name, value)
        return cls(**settings)


# Settings from 0 to a highest value, and what a sentence calls them.
_FROM_ZERO = (
    ("shuffle_labels", 1, "the share of shuffled labels"),
    ("l1", 1, "the L1 penalty"),
    ("l2", 1, "the L2 penalty"),
    ("augment_shift", 14, "the largest shift in pixels"),
    ("augment_rotation", 180, "the largest rotation in degrees"),
    ("augment_noise", 1, "the noise on the pixels"),
)
_NUMBERS = {
    "learning_rate", "schedule_epochs", "steepness", "dropout", *(name for name, _, _ in _FROM_ZERO)
}  # fmt: skip
_WHOLE = {"epochs", "seed", "n_examples"}


def checked_type(name: str, value: object) -> object:
    """Give a TOML value in the type of its setting.

    Raises
    ------
    ValueError
        If it is of another; the sentence names setting and value.
    OverflowError
        If it is a whole number beyond all floating ones.
    """
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if name == "layer_sizes" and isinstance(value, list):
        if all(isinstance(size, int) and not isinstance(size, bool) for size in value):
            return tuple(value)
    elif name in _NUMBERS and (is_whole or isinstance(value, float)):
        return float(value)  # type: ignore[arg-type]  # an int or a float, by the line above
    elif (
        (name in _WHOLE and is_whole)
        or (name == "mini_batch" and (is_whole or value == "all"))
        or (
            name not in _NUMBERS | _WHOLE | {"layer_sizes", "mini_batch"} and isinstance(value, str)
        )
    ):
        return value
    raise ValueError(f"the setting {name} cannot be {reprlib.repr(value)}")


def toml_value(value: object) -> str:
    """Give the value of a setting as TOML."""
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
    if isinstance(value, tuple):
        return f"[{', '.join(str(entry) for entry in value)}]"
    return repr(value)


def _require_key(key: str, table: dict[str, Any], what: str) -> None:
    if key not in table:
        raise ValueError(f"unknown {what} {key!r}; one of {', '.join(table)}")


PRESETS: dict[str, TrainingConfig] = {
    # The lesson's network and algorithm.
    "lesson": TrainingConfig(),
    # The same 13,002 parameters with what the field has learned since. Three starts ended at
    # 96.0, 96.4 and 96.3 %: the spread of a network this small, not of the method.
    "sixteen": TrainingConfig(
        preset="sixteen",
        hidden_activation="relu",
        output_activation="softmax",
        cost="cross_entropy",
        optimizer="adam",
        learning_rate=0.01,
        schedule="one_cycle",
        schedule_epochs=15,
        initializer="he",
        epochs=15,
        mini_batch=100,
        seed=1,
    ),
    # Free to change the hidden layers.
    "tweaked": TrainingConfig(
        preset="tweaked",
        layer_sizes=(784, 256, 64, 10),
        hidden_activation="relu",
        output_activation="softmax",
        cost="cross_entropy",
        optimizer="adam",
        learning_rate=0.003,
        schedule="one_cycle",
        schedule_epochs=12,
        initializer="he",
        epochs=12,
        mini_batch=100,
    ),
}
