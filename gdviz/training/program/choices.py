"""What a written program chooses from the tables: by name, or by a variable if it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gdviz.engine.engine import CHUNK
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.training.config import TrainingConfig
from gdviz.training.program.parts import ERRORS, PARTS, with_needs

Phase = tuple[int, TrainingConfig]

_FUNCTIONS = {"step": "step_function"}
"""Activations whose function is called otherwise than they."""
_SCHEDULES = {"step": "step_decay"}


@dataclass(frozen=True, slots=True)
class Variable:
    """Something that a program gives a name.

    Parameters
    ----------
    names : tuple of str
        What is assigned together.
    values : callable
        ``values(config) -> tuple of str``, as Python writes them.
    comment : str
        Stands behind the first assignment.
    is_of_network : bool
        Whether it says what the network computes, and not only how it is trained.
    """

    names: tuple[str, ...]
    values: Callable[[TrainingConfig], tuple[str, ...]]
    comment: str = ""
    is_of_network: bool = False

    def assignment(self, config: TrainingConfig) -> str:
        """Give the assignment that holds under a configuration."""
        return f"{', '.join(self.names)} = {', '.join(self.values(config))}"


class Choices:
    """What the program of a run is made of.

    Parameters
    ----------
    phases : list of (step, TrainingConfig)
        From which step on which configuration holds; the first from 0.
    n_steps : int
        Steps of the run.
    """

    def __init__(self, phases: list[Phase], n_steps: int) -> None:
        self.phases, self.n_steps = phases, n_steps
        self.first = phases[0][1]
        self._configs = [config for _, config in phases]
        self.has_dropout = self._any(lambda c: c.dropout)
        self.has_moves = self._any(lambda c: c.augment_shift or c.augment_rotation)
        self.has_noise = self._any(lambda c: c.augment_noise)
        self.has_l1 = self._any(lambda c: c.l1)
        self.has_l2_slope = self._any(lambda c: c.l2 and c.optimizer != "adamw")
        self.has_decay = self._any(lambda c: c.l2 and c.optimizer == "adamw")
        self.has_schedule = self._any(lambda c: c.schedule != "constant")
        self.is_large = self._any(lambda c: c.mini_batch == "all" or c.mini_batch > CHUNK)
        self.has_memory = self._any(lambda c: OPTIMIZERS[c.optimizer].arrays)
        self.counts_updates = self._any(lambda c: c.optimizer in ("adam", "adamw"))
        self.functions = self._function_variables()
        self.variables = [
            *(variable for variable in self.functions if self.varies(variable)),
            *self._number_variables(),
        ]

    def _any(self, holds: Callable[[TrainingConfig], object]) -> bool:
        return any(holds(config) for config in self._configs)

    def varies(self, variable: Variable) -> bool:
        """Whether it changes on the way."""
        return len({variable.values(config) for config in self._configs}) > 1

    def name(self, role: str) -> str:
        """Give what a function is called in the program: its own name, or that of a variable.

        Parameters
        ----------
        role : str
            ``hidden``, ``hidden_slope``, ``output``, ``example_costs``, ``output_error``,
            ``optimizer`` or ``schedule``.
        """
        variable = next(v for v in self.functions if role in v.names)
        if self.varies(variable):
            return role
        return variable.values(self.first)[variable.names.index(role)]

    @property
    def part_keys(self) -> list[str]:
        """The keys of `PARTS` that the run needs, in their order."""
        keys = {f"schedule {c.schedule}" for c in self._configs} if self.has_schedule else set()
        for config in self._configs:
            keys |= {config.hidden_activation, config.output_activation}
            keys |= {config.cost, f"{config.cost} of {config.output_activation}"} & set(PARTS)
            keys |= {config.optimizer} if self.has_memory else set()
        return with_needs(keys)

    @property
    def modules(self) -> set[str]:
        """Modules of the standard library that the run needs beside those of every program."""
        texts = "".join(PARTS[key].text for key in self.part_keys)
        return {"math"} if "math." in texts or self.has_moves else set()

    @property
    def gains(self) -> tuple[str, str]:
        """What the weighted inputs of hidden layers and of outputs are multiplied by, or empty."""
        found = {_gains(config) for config in self._configs}
        if found == {("1.0", "1.0")}:
            return "", ""
        if all(hidden == output for hidden, output in found):
            return "steepness", "steepness"
        return "hidden_gain", "output_gain"

    def changed(self, k: int) -> list[Variable]:
        """Give the variables that the change before phase k assigns."""
        before, after = self._configs[k - 1], self._configs[k]
        return [v for v in self.variables if v.values(before) != v.values(after)]

    # --- inside ---------------------------------------------------------------------------

    def _function_variables(self) -> list[Variable]:
        return [
            Variable(("hidden", "hidden_slope"), _hidden, is_of_network=True),
            Variable(("output",), lambda c: (_function(c.output_activation),), is_of_network=True),
            Variable(
                ("example_costs", "output_error"),
                lambda c: ERRORS[c.cost, c.output_activation],
                is_of_network=True,
            ),
            Variable(("optimizer",), lambda c: (c.optimizer,)),
            Variable(("schedule",), lambda c: (_SCHEDULES.get(c.schedule, c.schedule),)),
        ]

    def _number_variables(self) -> list[Variable]:
        found = [
            Variable(("learning_rate",), lambda c: (repr(c.learning_rate),), "η"),
            Variable(("mini_batch",), _mini_batch, "examples a step, at most all of them"),
        ]
        if self.has_schedule:
            horizon = "passes over which η's schedule is laid out"
            found.append(Variable(("schedule_epochs",), _number("schedule_epochs"), horizon))
        gains = self.gains
        if gains[0] == "steepness":
            found.append(
                Variable(("steepness",), lambda c: _gains(c)[:1], "k of σ(kz)", is_of_network=True)
            )
        elif gains[0]:
            comment = "k of σ(kz), and 1 where there is no σ"
            found.append(Variable(gains, _gains, comment, is_of_network=True))
        numbers = (
            ("l1", "λ₁ of the pull of weights towards 0"),
            ("l2", "λ₂ of the same, by their size"),
            ("dropout", "share of hidden neurons that are switched off in a step"),
            ("augment_shift", "pixels that an image is shifted at most"),
            ("augment_rotation", "degrees that it is turned at most"),
            ("augment_noise", "standard deviation of the noise on its pixels"),
        )
        for name, comment in numbers:
            if self._is_needed(name):
                found.append(Variable((name,), _number(name), comment))
        return found

    def _is_needed(self, name: str) -> bool:
        """Whether a number is used at all."""
        if name in ("augment_shift", "augment_rotation"):
            return self.has_moves
        is_decay = name == "l2" and self._any(lambda c: c.optimizer == "adamw")
        return is_decay or self._any(lambda c: getattr(c, name))


def _number(name: str) -> Callable[[TrainingConfig], tuple[str, ...]]:
    return lambda config: (repr(getattr(config, name)),)


def _mini_batch(config: TrainingConfig) -> tuple[str, ...]:
    return ("sys.maxsize" if config.mini_batch == "all" else str(config.mini_batch),)


def _function(key: str) -> str:
    return _FUNCTIONS.get(key, key)


def _hidden(config: TrainingConfig) -> tuple[str, ...]:
    name = _function(config.hidden_activation)
    return name, f"{name}_slope"


def _gains(config: TrainingConfig) -> tuple[str, str]:
    """Give the gains of hidden layers and of outputs, as Python writes them."""
    steepness = repr(float(config.steepness))
    hidden, output = (
        steepness if key == "sigmoid" else "1.0"
        for key in (config.hidden_activation, config.output_activation)
    )
    return hidden, output
