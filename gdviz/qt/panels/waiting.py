"""Which settings wait for a restart, and which preset a configuration still is. No Qt."""

from __future__ import annotations

from typing import Any

from gdviz.training.config import PRESETS, TrainingConfig
from gdviz.training.marks import STARTING

_NAMES = {
    "layer_sizes": "hidden layers",
    "n_examples": "examples",
    "shuffle_labels": "label noise",
}
_WAITING = STARTING - {"data"}
"""What waits for a restart. The data come with the run and are not chosen in the panel."""


def waiting_settings(config: TrainingConfig, active: TrainingConfig) -> list[str]:
    """Name the settings in which a configuration differs so that a restart is needed."""
    return [
        _NAMES.get(name, name.replace("_", " "))
        for name in TrainingConfig.__slots__
        if name in _WAITING and getattr(config, name) != getattr(active, name)
    ]


def live_changes(config: TrainingConfig, active: TrainingConfig) -> dict[str, Any]:
    """Give the settings in which a configuration differs and that may change while running."""
    return {
        name: getattr(config, name)
        for name in TrainingConfig.__slots__
        if name not in STARTING and getattr(config, name) != getattr(active, name)
    }


def preset_of(config: TrainingConfig) -> str:
    """Give the preset that a configuration still is, or ``custom``."""
    for key, preset in PRESETS.items():
        sizes = (preset.layer_sizes[0], *config.layer_sizes[1:-1], preset.layer_sizes[-1])
        like = config.replace(preset=key, seed=preset.seed, data=preset.data, layer_sizes=sizes)
        if like == preset:
            return key
    return "custom"
