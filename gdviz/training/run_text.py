"""A run as text: the configuration it began with and what was changed on its way, as TOML.

The same text pasted elsewhere is the same run, to the bit on the same kind of machine. Any thread
may call; no files.
"""

from __future__ import annotations

import reprlib
import tomllib
from collections.abc import Iterable
from typing import Any

import gdviz
from gdviz.training.config import TrainingConfig, checked_type, toml_value
from gdviz.training.marks import BALL, ENGINE, STARTING, UNMARKED, Mark

Settings = tuple[tuple[str, Any], ...]
Changes = tuple[tuple[int, Settings], ...]
"""What is changed after which step, as `gdviz.runtime.commands.Restart` takes it."""

MAXIMUM_CHARACTERS = 1 << 20
"""Room for some twenty thousand changes; a longer text is refused unread."""

NO_SETTINGS = frozenset({ENGINE, BALL})
"""Marks of what no setting repeats."""

_CHANGEABLE = [name for name in TrainingConfig.__slots__ if name not in STARTING | UNMARKED]


def run_text(config: TrainingConfig, marks: Iterable[Mark]) -> str:
    """Give a run as TOML that `read_run_text` reads back.

    Parameters
    ----------
    config : TrainingConfig
        As it is now.
    marks : iterable of Mark
        All of the run, oldest first. What no setting repeats stands there as a comment.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the marks do not fit the configuration; one sentence.
    """
    marks = tuple(marks)
    start, changes = start_and_changes(config, marks)
    parts = [f"# A run of gdviz {gdviz.__version__}: copy it and choose Edit > Paste run.\n"]
    parts.append(start.to_toml())
    events: list[tuple[int, str]] = [(step, _table(step, settings)) for step, settings in changes]
    events += [(mark.step, _remark(mark)) for mark in marks if mark.setting in NO_SETTINGS]
    parts += [text for _, text in sorted(events, key=lambda event: event[0])]
    return "".join(parts)


def start_and_changes(
    config: TrainingConfig, marks: Iterable[Mark]
) -> tuple[TrainingConfig, Changes]:
    """Give what a run began with, and its changes of settings by rising step.

    What was changed before the first step is part of the beginning.

    Parameters
    ----------
    config : TrainingConfig
        As it is now.
    marks : iterable of Mark
        All of the run, oldest first.

    Raises
    ------
    ValueError
        If the marks do not fit the configuration; one sentence.
    """
    of_settings = [mark for mark in marks if mark.setting not in NO_SETTINGS]
    for mark in of_settings:
        if mark.setting not in _CHANGEABLE:
            name = reprlib.repr(mark.setting)
            raise ValueError(f"a change of {name} at step {mark.step:,} is no change of a setting")
    later = [mark for mark in of_settings if mark.step > 0]
    # A file may say anything: a value of another type is refused before it is compared.
    before = {mark.setting: _value(mark.setting, mark.before) for mark in reversed(later)}
    start = config.replace(**before)
    steps = sorted({mark.step for mark in later})
    return start, tuple(
        (step, tuple((m.setting, _value(m.setting, m.after)) for m in later if m.step == step))
        for step in steps
    )


def read_run_text(text: str) -> tuple[TrainingConfig, Changes]:
    """Read what `run_text` gives, or a configuration alone.

    Returns
    -------
    config : TrainingConfig
        At step 0.
    changes : tuple of (step, settings)
        By rising step.

    Raises
    ------
    ValueError
        One sentence that names the line or the setting and what is wrong with it.
    """
    if len(text) > MAXIMUM_CHARACTERS:
        raise ValueError(
            f"{len(text):,} characters are more than the {MAXIMUM_CHARACTERS:,} of a run"
        )
    try:
        settings = tomllib.loads(text)
    except RecursionError:
        raise ValueError("this is not a run as text: it is nested too deeply") from None
    except ValueError as error:
        reason = str(error)
        raise ValueError(f"this is not a run as text: {reason[:1].lower()}{reason[1:]}") from None
    tables = settings.pop("changes", [])
    if not settings:
        raise ValueError("this is not a run as text: there is no setting in it")
    config = _config(settings)
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ValueError("changes must stand in tables, each after a line [[changes]]")
    return config, _changes(config, tables)


def _config(settings: dict[str, Any]) -> TrainingConfig:
    unknown = [name for name in settings if name not in TrainingConfig.__slots__]
    if unknown:
        raise ValueError(f"there is no setting {reprlib.repr(unknown[0])}")
    return TrainingConfig(**{name: _value(name, value) for name, value in settings.items()})


def _changes(config: TrainingConfig, tables: list[dict[str, Any]]) -> Changes:
    """Check each change in the place where it stands."""
    changes: list[tuple[int, Settings]] = []
    before = 0
    for number, table in enumerate(tables, start=1):
        step = table.pop("step", None)
        if type(step) is not int:  # True is an int too
            raise ValueError(f"change {number} does not say after which step it is")
        if not before < step < 2**62:
            raise ValueError(f"the changes must stand by rising steps from 1; {step:,} does not")
        before = step
        fixed = [reprlib.repr(name) for name in table if name not in _CHANGEABLE]
        if fixed:
            raise ValueError(f"at step {step:,}: {fixed[0]} cannot be changed on the way")
        try:
            values = {name: _value(name, value) for name, value in table.items()}
            config = config.replace(**values)
        except ValueError as error:
            raise ValueError(f"at step {step:,}: {error}") from None
        changes.append((step, tuple(values.items())))
    return tuple(changes)


def _value(name: str, value: object) -> Any:
    try:
        return checked_type(name, value)
    except OverflowError:
        raise ValueError(f"the setting {name} cannot be as large as that") from None


def _table(step: int, settings: Settings) -> str:
    lines = "".join(f"{name} = {toml_value(value)}\n" for name, value in settings)
    return f"\n[[changes]]\nstep = {step}\n{lines}"


def _remark(mark: Mark) -> str:
    what = (
        f"the network was {mark.after} by hand"
        if mark.setting == BALL
        else f"the engine changed, {mark.values}"
    )
    # A mark's words may come from a file: no line of theirs may be more than a comment.
    said = "".join(c if c.isprintable() else " " for c in what)
    return f"\n# After step {mark.step}: {said}; a text cannot repeat that.\n"
