"""Which settings wait for a restart, and which preset a configuration still is. No Qt."""

from __future__ import annotations

from gdviz.training.config import PRESETS, TrainingConfig

_NAMES = {
    "layer_sizes": "hidden layers",
    "hidden_activation": "activation",
    "output_activation": "output",
    "n_examples": "examples",
    "shuffle_labels": "label noise",
    "mini_batch": "mini-batch",
}
_LIVE = {"learning_rate", "preset", "data", "schedule_epochs"}
"""Settings that never wait: applied at once, or mere words."""


def waiting_settings(config: TrainingConfig, active: TrainingConfig) -> list[str]:
    """Name the settings in which a configuration differs so that a restart is needed."""
    fields = [name for name in TrainingConfig.__slots__ if name not in _LIVE]
    return [
        _NAMES.get(name, name.replace("_", " "))
        for name in fields
        if getattr(config, name) != getattr(active, name)
    ]


def preset_of(config: TrainingConfig) -> str:
    """Give the preset that a configuration still is, or ``custom``."""
    for key, preset in PRESETS.items():
        sizes = (preset.layer_sizes[0], *config.layer_sizes[1:-1], preset.layer_sizes[-1])
        like = config.replace(preset=key, seed=preset.seed, data=preset.data, layer_sizes=sizes)
        if like == preset:
            return key
    return "custom"
