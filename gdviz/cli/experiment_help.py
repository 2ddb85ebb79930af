"""What ``gdviz experiment`` says of the experiments without running any."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable
from typing import Any

from gdviz.experiments import Experiment
from gdviz.experiments.settings import SettingSpec, specs_of

_WIDTH = 79


def list_experiments(experiments: Iterable[Experiment]) -> str:
    """Give a line for each: the name first, how long it takes, and its title."""
    table = [(one.name, f"about {one.seconds:g} s", one.title) for one in experiments]
    names, times = (max(len(row[k]) for row in table) for k in (0, 1))
    return "\n".join(f"{name:{names}}  {time:>{times}}  {title}" for name, time, title in table)


def settings_text(experiment: Experiment) -> str:
    """Give what an experiment claims, who says so, and every setting with its default."""
    lines = [f"{experiment.name}: {experiment.title}", ""]
    lines += textwrap.wrap(experiment.claim, _WIDTH)
    for source in experiment.sources:
        lines += ["", *textwrap.wrap(f"source: {source.text}", _WIDTH)]
        lines += [source.address] if source.address else []
    lines += ["", f"About {experiment.seconds:g} s on two cores. --set KEY=VALUE changes:", ""]
    for spec in specs_of(experiment.settings):
        default = spec.written(spec.default)
        lines.append(f"  {spec.key}={default}  {_allowed(spec)}".rstrip())
        lines += textwrap.wrap(f"{spec.title}: {spec.explanation}", _WIDTH - 6,
                               initial_indent=" " * 6, subsequent_indent=" " * 6)  # fmt: skip
    return "\n".join(lines)


def described(experiment: Experiment) -> dict[str, Any]:
    """Give all of it for a script."""
    return {
        "name": experiment.name,
        "title": experiment.title,
        "claim": experiment.claim,
        "sources": [source.text for source in experiment.sources],
        "addresses": [source.address for source in experiment.sources],
        "seconds": experiment.seconds,
        "settings": {
            spec.key: list(spec.default) if spec.is_list else spec.default
            for spec in specs_of(experiment.settings)
        },
        "explanations": {
            spec.key: {
                "title": spec.title,
                "explanation": spec.explanation,
                "low": spec.low if math.isfinite(spec.low) else None,
                "high": spec.high if math.isfinite(spec.high) else None,
                "choices": list(spec.choices),
                "is_list": spec.is_list,
            }
            for spec in specs_of(experiment.settings)
        },
        "small": experiment.small,
    }


def _allowed(spec: SettingSpec) -> str:
    """Say in brackets what a setting may be; nothing if anything may."""
    some = "some of " if spec.is_list else ""
    if spec.choices:
        return f"({some}{', '.join(spec.choices)})"
    if spec.kind is bool:
        return "(true or false)"
    bounds = [
        f"{word} {bound}" if isinstance(bound, int) else f"{word} {bound:g}"
        for word, bound in (("from", spec.low), ("to", spec.high))
        if math.isfinite(bound)
    ]
    return f"({some}{' '.join(bounds)})" if bounds else ""
