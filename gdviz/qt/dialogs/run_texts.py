"""What the run library says of a run. No Qt."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from gdviz.qt import accuracy_text, number_text
from gdviz.storage.library import BrokenEntry
from gdviz.storage.sessions import RunSummary
from gdviz.training.config import PRESETS, TrainingConfig
from gdviz.training.marks import Mark, changed_settings

LESSON = "the lesson's settings"

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def differences(config: TrainingConfig) -> str:
    """Say in what a run differs from the lesson's settings."""
    lesson = PRESETS["lesson"]
    changed = [
        _difference(name, getattr(lesson, name), getattr(config, name))
        for name in changed_settings(lesson, config)
        # Its layers are its title.
        if name != "layer_sizes"
    ]
    return ", ".join(changed) or LESSON


def figures(summary: RunSummary) -> str:
    """Give how far a run has come, for example ``4,812 steps · epoch 2.57 · 2 branches``."""
    parts = [f"{summary.step:,} steps", f"epoch {summary.epoch:.2f}"]
    if summary.n_branches > 1:
        parts.append(f"{summary.n_branches} branches")
    return " · ".join(parts)


def score(summary: RunSummary) -> str:
    """Give the accuracy on the test images as k of n, per cent and interval."""
    if summary.correct is None or not summary.total:
        return "test –"
    return f"test {accuracy_text.counted(summary.correct, summary.total)}"


def when(saved_at: str) -> str:
    """Give a moment in local time, for example ``26 Nov 2026, 08:31``."""
    try:
        moment = datetime.fromisoformat(saved_at).astimezone()
    except ValueError:
        return saved_at
    return f"{moment.day} {moment:%b %Y, %H:%M}"


def whole_text(entry: RunSummary | BrokenEntry) -> str:
    """Give everything that is said of an entry: for screen readers, and to be searched."""
    if isinstance(entry, BrokenEntry):
        return f"{entry.path.name}: {entry.reason}"
    parts = [
        entry.title, when(entry.saved_at), differences(entry.config), figures(entry),
        score(entry), f"cost {number_text.cost(entry.cost)}",
    ]  # fmt: skip
    return ". ".join(parts)


def searched_text(entry: RunSummary | BrokenEntry) -> str:
    """Give what a search looks through: all that is said, and every setting."""
    text = whole_text(entry)
    if isinstance(entry, RunSummary):
        text = f"{text} {entry.config.to_toml()}"
    return text.casefold()


def is_found(words: str, text: str) -> bool:
    """Tell whether every word is in a text that `searched_text` gave; numbers as a whole."""
    numbers = set(_NUMBER.findall(text))
    return all(
        word in numbers if _NUMBER.fullmatch(word) else word in text
        for word in words.casefold().split()
    )


def _difference(name: str, before: Any, after: Any) -> str:
    if isinstance(after, int | float | str) and not isinstance(before, tuple):
        if name == "seed":
            return f"seed {after}"
        if name == "n_examples":
            return f"{after:,} images"
        if name == "shuffle_labels":
            return f"{100 * after:g} % of labels shuffled"
        return Mark(0, name, "", after).words
    return f"{name.replace('_', ' ')} {after}"
