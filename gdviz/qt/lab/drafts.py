"""Settings of an experiment as texts in a form, and back; no Qt."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from gdviz.experiments.experiment import Experiment
from gdviz.experiments.settings import Settings, SettingSpec, specs_of
from gdviz.qt.lab.values import Draft

DATA = "data"


def first_draft(experiment: Experiment, data: str, *, is_quick: bool = False) -> Draft:
    """Give the settings as they are at first.

    Parameters
    ----------
    experiment : Experiment
    data : str
        What the window trains on: the default of the setting of this name.
    is_quick : bool, default False
        Whether those of a quick look: a run of a second or two.
    """
    values = experiment.small if is_quick else {}
    defaults = _defaults(experiment, data)
    texts = {
        spec.key: spec.written(values.get(spec.key, defaults[spec.key]))
        for spec in specs_of(experiment.settings)
    }
    return draft_of(experiment, texts, data)


def draft_of(experiment: Experiment, texts: Mapping[str, str], data: str) -> Draft:
    """Give what texts in a form stand for, each checked by its own rule."""
    specs = specs_of(experiment.settings)
    values, problems = {}, {}
    for spec in specs:
        try:
            values[spec.key] = spec.parsed(texts[spec.key])
        except ValueError as error:
            problems[spec.key] = _sentence(error)
    settings = None
    if not problems:
        try:
            settings = experiment.settings.from_plain(values)
        except ValueError as error:
            # A rule that joins several settings stands below the first of them.
            problems[_named_in(specs, str(error))] = _sentence(error)
    defaults = _defaults(experiment, data)
    changed = tuple(
        (spec.title, texts[spec.key])
        for spec in specs
        if spec.key in problems or values.get(spec.key) != defaults[spec.key]
    )
    return Draft(dict(texts), problems, settings, changed)


def draft_of_settings(experiment: Experiment, settings: Settings, data: str) -> Draft:
    """Give the form of settings that a run had."""
    specs = specs_of(experiment.settings)
    texts = {spec.key: spec.written(getattr(settings, spec.key)) for spec in specs}
    return draft_of(experiment, texts, data)


def changes_of(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Give title and text of every setting that differs from its default."""
    return tuple(
        (spec.title, spec.written(getattr(settings, spec.key)))
        for spec in specs_of(type(settings))
        if getattr(settings, spec.key) != spec.default
    )


def command_of(name: str, settings: Settings) -> str:
    """Give the command line that runs an experiment with these settings."""
    words = ["gdviz", "experiment", name]
    for spec in specs_of(type(settings)):
        value = getattr(settings, spec.key)
        if value != spec.default:
            text = ",".join(_exact(entry) for entry in value) if spec.is_list else _exact(value)
            words += ["--set", f"{spec.key.replace('_', '-')}={text}"]
    return shlex.join(words)


def _defaults(experiment: Experiment, data: str) -> dict[str, object]:
    return {spec.key: spec.default for spec in specs_of(experiment.settings)} | {DATA: data}


def _exact(value: object) -> str:
    """Give a value so that reading it gives the same again."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _named_in(specs: tuple[SettingSpec, ...], sentence: str) -> str:
    return next((spec.key for spec in specs if spec.title in sentence), specs[0].key)


def _sentence(error: ValueError) -> str:
    text = " ".join(str(error).split())
    return text if text.endswith(".") else f"{text}."
