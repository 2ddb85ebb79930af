"""What can be set of an experiment: a frozen dataclass whose fields explain themselves.

The command line, the Lab's form and a saved configuration are all made from these fields.
"""

from __future__ import annotations

import dataclasses
import math
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from gdviz.training.config import toml_value


@dataclass(frozen=True, slots=True)
class SettingSpec:
    """One setting, as a form or a command line shows it.

    Parameters
    ----------
    key : str
        As in Python; with hyphens on the command line.
    title : str
        What people read.
    explanation : str
        One sentence.
    kind : type
        `int`, `float`, `str` or `bool`; of the entries where `is_list`.
    is_list : bool
        Whether it is some of these: a tuple, written ``500, 1000``.
    default : object
    low, high : float
        Range of a number, or of each in a list.
    choices : tuple of str
        What a text may be; empty for any.
    """

    key: str
    title: str
    explanation: str
    kind: type
    is_list: bool
    default: Any
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()

    def parsed(self, text: str) -> Any:
        """Give the value that a text stands for.

        Raises
        ------
        ValueError
            One sentence that names the setting, the text and the rule.
        """
        if self.is_list:
            entries = [part.strip() for part in text.split(",") if part.strip()]
            return self.checked(tuple(self._one(entry) for entry in entries))
        is_free = self.kind is str and not self.choices
        return self.checked(self._one(text if is_free else text.strip()))

    def written(self, value: Any) -> str:
        """Give the text from which `parsed` makes the value."""
        if self.is_list:
            return ", ".join(self._text(entry) for entry in value)
        return self._text(value)

    def checked(self, value: Any) -> Any:
        """Give the value in its type.

        Raises
        ------
        ValueError
            If it is of another, or out of range.
        """
        if not self.is_list:
            return self._checked_one(value)
        if not isinstance(value, list | tuple) or not value:
            raise ValueError(f"{self.title}: {value!r} is not a list of values")
        return tuple(self._checked_one(entry) for entry in value)

    def _one(self, text: str) -> Any:
        try:
            if self.kind is int:
                return int(text.replace("_", ""))
            if self.kind is float:
                return float(text)
        except ValueError:
            raise ValueError(f"{self.title}: {text!r} is not a {self._noun}") from None
        if self.kind is bool:
            if text.lower() not in ("true", "false"):
                raise ValueError(f"{self.title}: {text!r} is neither true nor false")
            return text.lower() == "true"
        return text

    @property
    def _noun(self) -> str:
        return {int: "whole number", float: "number", bool: "switch"}.get(self.kind, "text")

    def _checked_one(self, value: Any) -> Any:
        if self.kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if type(value) is not self.kind:
            raise ValueError(f"{self.title}: {value!r} is not a {self._noun}")
        if isinstance(value, int | float) and not (
            self.kind is bool or self.low <= value <= self.high
        ):
            raise ValueError(
                f"{self.title}: {self._text(value)} is not from {self._text(self.low)} to "
                f"{self._text(self.high)}"
            )
        if self.choices and value not in self.choices:
            raise ValueError(f"{self.title}: {value!r} is none of {', '.join(self.choices)}")
        return value

    @staticmethod
    def _text(value: Any) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, float) and float(short := f"{value:g}") == value:
            return short
        return str(value)


def setting(
    default: Any,
    title: str,
    explanation: str,
    low: float = -math.inf,
    high: float = math.inf,
    choices: tuple[str, ...] = (),
) -> Any:
    """Declare a setting in a dataclass of settings; see `SettingSpec`."""
    about = {"title": title, "explanation": explanation, "low": low, "high": high}
    return dataclasses.field(default=default, metadata=about | {"choices": choices})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings that every experiment has; each adds its own.

    Raises
    ------
    ValueError
        One sentence that names the setting, the value and the rule.
    """

    seed: int = setting(
        7, "Seed", "Of everything random: equal seeds give equal figures.", 0, 2**63 - 1
    )
    data: str = setting(
        "mnist",
        "Data",
        "mnist, or the path of other data: IDX files, NPZ, CSV or a folder of pictures; with "
        "?classes=3,8 after it only these.",
    )

    def __post_init__(self) -> None:
        for spec in specs_of(type(self)):
            # In its type: 1 for a number is 1.0, so that equal settings are written alike.
            object.__setattr__(self, spec.key, spec.checked(getattr(self, spec.key)))

    def plain(self) -> dict[str, Any]:
        """Give the values by their keys; tuples as lists."""
        values = {spec.key: getattr(self, spec.key) for spec in specs_of(type(self))}
        return {key: list(v) if isinstance(v, tuple) else v for key, v in values.items()}

    def to_toml(self) -> str:
        """Print as TOML, one setting a line; `from_toml` reads it back to an equal value."""
        values = {spec.key: getattr(self, spec.key) for spec in specs_of(type(self))}
        return "".join(f"{key} = {_toml(value)}\n" for key, value in values.items())

    @classmethod
    def from_plain(cls, values: Mapping[str, Any]) -> Self:
        """Give the settings of plain values; what is absent keeps its default.

        Raises
        ------
        ValueError
            If a name or value is not known.
        """
        specs = {spec.key: spec for spec in specs_of(cls)}
        unknown = sorted(set(values) - set(specs))
        if unknown:
            raise ValueError(f"unknown settings: {', '.join(unknown)}; known: {', '.join(specs)}")
        return cls(**{key: specs[key].checked(value) for key, value in values.items()})

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read what `to_toml` prints.

        Raises
        ------
        ValueError
            If it is not TOML, or a name or value is not known.
        """
        return cls.from_plain(tomllib.loads(text))

    def replace(self, **changes: Any) -> Self:
        """The same settings with some changed, checked again."""
        return dataclasses.replace(self, **changes)


def specs_of(settings: type[Settings]) -> tuple[SettingSpec, ...]:
    """Give what can be set: the experiment's own settings first, then those that all have."""
    hints = typing.get_type_hints(settings)
    specs = [_spec(field, hints[field.name]) for field in dataclasses.fields(settings)]
    shared = {field.name for field in dataclasses.fields(Settings)}
    own = [spec for spec in specs if spec.key not in shared]
    return (*own, *(spec for spec in specs if spec.key in shared))


def _spec(field: dataclasses.Field[Any], hint: Any) -> SettingSpec:
    is_list = typing.get_origin(hint) is tuple
    kind = typing.get_args(hint)[0] if is_list else hint
    return SettingSpec(field.name, kind=kind, is_list=is_list, default=field.default,
                       **field.metadata)  # fmt: skip


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(entry) for entry in value)}]"
    return toml_value(value)
