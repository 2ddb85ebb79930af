"""What a session's file may say: numbers, indices, texts, marks, tensors; each fault a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.storage.readers import NetworkFileError
from gdviz.training.branches import Planned
from gdviz.training.config import TrainingConfig
from gdviz.training.marks import BALL, ENGINE, STARTING, UNMARKED, Mark

MOST = 2**62
"""Whole numbers in a file are at most this."""

MOST_CHARACTERS = 100_000
"""Of a title or a name."""

_DEFAULTS = TrainingConfig()


def is_whole(value: object, limit: int = MOST) -> bool:
    """Say whether a value from a file is a whole number from 0 to a limit."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= limit


def whole(said: Mapping[str, Any], key: str, name: str, limit: int = MOST) -> int:
    """Give a whole number that an object says."""
    value = said.get(key)
    if not is_whole(value, limit):
        raise NetworkFileError(f"{name}: {_words(key)} is {str(value)[:40]!r}, not a whole number")
    return int(value)  # type: ignore[arg-type]  # a whole number, by the line above


def index_in(entries: Sequence[object], value: object, what: str, name: str) -> int:
    """Give an index that a file names, if there is such an entry."""
    if not is_whole(value, len(entries) - 1):
        raise NetworkFileError(f"{name}: the {what} {str(value)[:40]!r} is not among its entries")
    return int(value)  # type: ignore[call-overload, no-any-return]  # as above


def text(said: Mapping[str, Any], key: str, name: str) -> str:
    """Give a text that an object says."""
    value = said.get(key)
    if not isinstance(value, str) or len(value) > MOST_CHARACTERS:
        raise NetworkFileError(f"{name}: {_words(key)} is no text of a reasonable length")
    return value


def flag(said: Mapping[str, Any], key: str, name: str, *, default: bool | None = None) -> bool:
    """Give what an object says is so or is not so."""
    value = said.get(key, default)
    if not isinstance(value, bool):
        raise NetworkFileError(f"{name}: {_words(key)} is {str(value)[:40]!r}, not true or false")
    return value


def listed(said: Mapping[str, Any], key: str, name: str) -> list[Any]:
    """Give a list that an object says."""
    value = said.get(key)
    if not isinstance(value, list):
        raise NetworkFileError(f"{name}: {_words(key)} is {str(value)[:40]!r}, not a list")
    return value


def objects(said: Mapping[str, Any], key: str, name: str) -> list[dict[str, Any]]:
    """Give a list of objects that an object says."""
    entries = listed(said, key, name)
    if not all(isinstance(entry, dict) for entry in entries):
        raise NetworkFileError(f"{name}: {_words(key)} holds other things than objects")
    return entries


def rows_of(
    tensors: Mapping[str, npt.NDArray[Any]], key: str, shape: tuple[int, ...], dtype: Any, name: str
) -> npt.NDArray[Any]:
    """Give a tensor of an expected shape and type; one without rows need not be there."""
    found = tensors.get(key)
    if found is None and shape[0] == 0:
        return np.empty(shape, dtype)
    if found is None:
        raise NetworkFileError(f"{name}: {key} is missing")
    if found.shape != shape or found.dtype != dtype:
        raise NetworkFileError(
            f"{name}: {key} has shape {found.shape} and type {found.dtype}, not {shape} and "
            f"{np.dtype(dtype)}"
        )
    return found


def check_mark(mark: Mark, name: str) -> None:
    """Require that a mark can be replayed: a setting that a run can change, to what it can be."""
    setting = mark.setting
    if setting in (ENGINE, BALL):
        fits = isinstance(mark.after, str)
    elif is_changeable(setting):
        fits = all(_fits(setting, value) for value in (mark.before, mark.after))
    else:
        raise NetworkFileError(f"{name}: it says that {setting[:40]!r} changed, which is not known")
    if not fits or not is_whole(mark.step):
        raise NetworkFileError(
            f"{name}: it says that {setting} changed to {str(mark.after)[:40]!r} after step "
            f"{str(mark.step)[:40]}, which cannot be"
        )


def planned_of(entries: object, name: str) -> tuple[Planned, ...]:
    """Give what is to be changed on the way of a branch: settings that a run can change.

    Raises
    ------
    NetworkFileError
        If it is damaged.
    """
    try:
        planned = tuple(
            (step, tuple((setting, value) for setting, value in settings))
            for step, settings in entries  # type: ignore[attr-defined]  # checked by trying
        )
        steps = [step for step, _ in planned]
        fits = all(map(is_whole, steps)) and steps == sorted(steps)
        for setting, value in (pair for _, settings in planned for pair in settings):
            fits = fits and is_changeable(setting) and _fits(setting, value)
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise NetworkFileError(f"{name}: its list of settings to be changed is damaged")
    return planned


def is_changeable(setting: object) -> bool:
    """Say whether something is the name of a setting that a run can change, with a mark."""
    return setting in TrainingConfig.__slots__ and setting not in STARTING | UNMARKED


def _fits(setting: str, value: object) -> bool:
    if setting == "mini_batch" and value == "all":
        return True
    usual = getattr(_DEFAULTS, setting)
    if isinstance(usual, str):
        return isinstance(value, str)
    return isinstance(value, int if isinstance(usual, int) else int | float)


def _words(key: str) -> str:
    return key.replace("_", " ")
