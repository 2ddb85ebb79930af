"""The world of centred digits: networks tried on digits that are moved, turned, noisy, inverted.

Nothing in a network of dense layers says that a digit three pixels further left is the same;
training images that are moved a little, anew in each epoch, are one way of telling it.

References
----------
The lesson: all that such a network has ever seen are digits in the middle of 28 by 28 pixels.
LeCun, Bottou, Bengio, Haffner, *Gradient-based learning applied to document recognition* (1998):
how MNIST was centred, and why dense layers know no shifts.
Simard, Steinkraus, Platt, *Best practices for convolutional neural networks applied to visual
document analysis* (2003): training on images that are moved and bent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gdviz.experiments.experiment import Experiment, Prediction, Source
from gdviz.experiments.fragility_pictures import charts_of, examples_of, maps_of
from gdviz.experiments.moved_digits import DIRECTIONS, Group, Trial, groups_of, tried
from gdviz.experiments.repeats import is_above, is_below, mean_interval
from gdviz.experiments.result import Claim, KeptNetwork, Result
from gdviz.experiments.runner import Runner
from gdviz.experiments.settings import Settings, setting
from gdviz.experiments.training_task import TrainingTask, dataset_of, fitted
from gdviz.training.config import PRESETS

_HALF = 50.0
"""Percent right below which a network is said to fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FragilitySettings(Settings):
    """What can be set of it."""

    presets: tuple[str, ...] = setting(
        ("lesson", "sixteen"), "Networks", "Which presets are trained.", choices=tuple(PRESETS)
    )
    n_starts: int = setting(8, "Starts", "How many networks of each.", 1, 1_000)
    epochs: int = setting(5, "Epochs", "How long each network is trained.", 1, 1_000)
    n_examples: int = setting(
        60_000, "Training images", "Only the first so many are trained on.", 10, 10_000_000
    )
    pixels: int = setting(3, "Shift", "The shift in pixels that the verdicts are about.", 1, 14)
    augment_shift: float = setting(
        3.0,
        "Moved training images",
        "Pixels by which training images of the other half of the networks are moved at most.",
        0.5,
        14,
    )
    reach: int = setting(8, "Reach", "The largest shift of the maps in pixels.", 1, 14)
    n_images: int = setting(
        1_000, "Test images", "On how many test images each network is tried.", 10, 10_000
    )


def run(settings: FragilitySettings, runner: Runner) -> Result:
    """Train networks with and without moved images, and try each."""
    dataset = dataset_of(settings.data)
    side = round(dataset.n_inputs**0.5)
    if side * side != dataset.n_inputs:
        raise ValueError(
            f"only square images can be moved and turned; these have {dataset.n_inputs} numbers"
        )
    trials = [
        Trial(
            TrainingTask(
                fitted(
                    PRESETS[preset].replace(
                        data=settings.data,
                        seed=settings.seed + start,
                        n_examples=settings.n_examples,
                        epochs=settings.epochs,
                        schedule_epochs=settings.epochs,
                        augment_shift=shift,
                    ),
                    dataset,
                ),
                n_train=1_000,
                n_test=1_000,
            ),
            settings.n_images,
            max(settings.pixels, settings.reach),
            settings.seed,
        )
        for start in range(settings.n_starts)
        for preset in dict.fromkeys(settings.presets)
        for shift in (0.0, settings.augment_shift)
    ]

    def conclude(known: list[Any]) -> Result:
        return _conclude(settings, known)

    return conclude(runner.run_all("training and trying", tried, trials, conclude))


def _conclude(settings: FragilitySettings, known: Sequence[Any]) -> Result:
    groups = groups_of(known)
    if not groups:
        return Result()
    dataset = dataset_of(settings.data)
    chance = 100 / dataset.n_classes
    plain = [group for group in groups if not group.shift]
    claims = []
    for group in plain:
        claims += [_moved(group, settings.pixels), _inverted(group, chance)]
        others = [one for one in groups if one.shift and one.preset == group.preset]
        claims += [_helps(group, other, settings.pixels) for other in others]
    first = dataset.test.inputs(slice(0, 1))[0].astype(np.float32)
    label = int(dataset.test.labels[0])
    return Result(
        tuple(claims),
        {"chance_percent": chance, "groups": [_figures(one, settings.pixels) for one in groups]},
        charts_of(groups, chance),
        (
            maps_of(groups),
            *(examples_of(one, first, label, settings.pixels, settings.seed) for one in groups),
        ),
        networks=tuple(
            KeptNetwork(group.title, group.networks[0].config, group.networks[0].vector)
            for group in groups
        ),
    )


def _moved(group: Group, pixels: int) -> Claim:
    """Whether a network that learnt centred digits fails when they move."""
    moved, centred = group.moved_by(pixels), group.moved_by(0)
    interval = group.interval(moved)
    each = ", ".join(
        f"{direction} {100 * np.mean([one.moved(direction, pixels) for one in group.networks]):.1f}"
        for direction in DIRECTIONS
    )
    return Claim(
        f"Digits that are moved by {pixels} px make the network {group.preset} fail: it gets less "
        "than half of them right.",
        float(moved.mean()),
        is_below(interval, _HALF),
        f"{centred.mean():.1f} % {_words(group.interval(centred))} of {_images(group)} are right "
        f"in the middle and {moved.mean():.1f} % {_words(interval)} after {pixels} px ({each} %); "
        f"{_networks(group)}.",
        interval,
        "%",
    )


def _inverted(group: Group, chance: float) -> Claim:
    """Whether inverted digits are worse than guessing."""
    inverted = group.inverted
    interval = group.interval(inverted)
    return Claim(
        f"On inverted digits the network {group.preset} does worse than guessing.",
        float(inverted.mean()),
        is_below(interval, chance),
        f"{inverted.mean():.1f} % {_words(interval)} of {_images(group)} are right when black and "
        f"white are exchanged, {_networks(group)}; guessing gives {chance:.0f} %.",
        interval,
        "%",
    )


def _helps(group: Group, other: Group, pixels: int) -> Claim:
    """Whether it helps to train on moved images: start by start, where both are known."""
    n = min(len(group.networks), len(other.networks))
    gain = other.moved_by(pixels)[:n] - group.moved_by(pixels)[:n]
    price = group.moved_by(0)[:n] - other.moved_by(0)[:n]
    interval, price_interval = mean_interval(gain), mean_interval(price)
    right = other.moved_by(pixels)[:n].mean()
    starts = f"mean of {n} starts" if n > 1 else "one start, so there is no interval"
    return Claim(
        f"Training on moved images helps the network {group.preset} with moved digits.",
        float(gain.mean()),
        is_above(interval, 0.0),
        f"Trained on images moved by up to {other.shift:g} px it gets {right:.1f} % "
        f"of the digits right that are moved by {pixels} px, {gain.mean():.1f} points "
        f"{_words(interval)} more; {_price(float(price.mean()), price_interval)} "
        f"({starts}, each with the same weights at first).",
        interval,
        "points",
    )


def _price(price: float, interval: tuple[float, float] | None) -> str:
    less = "fewer" if price >= 0 else "more"
    if interval is not None and price < 0:
        interval = -interval[1], -interval[0]
    return f"of centred ones {abs(price):.1f} points {_words(interval)} {less}"


def _words(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f"[{interval[0]:.1f}, {interval[1]:.1f}]"


def _images(group: Group) -> str:
    return f"{group.networks[0].n_images:,} test images"


def _networks(group: Group) -> str:
    n = len(group.networks)
    return f"mean of {n} networks" if n > 1 else "one network"


def _figures(group: Group, pixels: int) -> dict[str, Any]:
    return {
        "preset": group.preset,
        "augment_shift": group.shift,
        "n_networks": len(group.networks),
        "n_images": group.networks[0].n_images,
        "centred_percent": group.moved_by(0).tolist(),
        "moved_percent": group.moved_by(pixels).tolist(),
        "moved_percent_by_direction": {
            direction: [100 * one.moved(direction, pixels) for one in group.networks]
            for direction in DIRECTIONS
        },
        "inverted_percent": group.inverted.tolist(),
        "rotation_percent": group.counts("turned").mean(axis=0).tolist(),
        "noise_percent": group.counts("noisy").mean(axis=0).tolist(),
    }


def _came_true(result: Result) -> int | None:
    if not result.claims or result.claims[0].measured is None:
        return None
    percent = result.claims[0].measured
    return 0 if percent > 85 else 1 if percent > _HALF else 2


EXPERIMENT = Experiment(
    "fragility",
    "Digits that move",
    "The network's world is centred digits: move them by a few pixels, turn or invert them, and "
    "it no longer recognises them.",
    (
        Source(
            "LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document "
            "recognition (1998)"
        ),
        Source(
            "Simard, Steinkraus and Platt, Best practices for convolutional neural networks "
            "applied to visual document analysis (2003)"
        ),
    ),
    50.0,
    FragilitySettings,
    run,
    Prediction(
        "The lesson's network reads more than nine digits in ten. How many does it read when all "
        "are moved by three pixels?",
        ("Nearly as many: more than 85 %", "50 to 85 %", "Less than half"),
        _came_true,
    ),
    {
        "presets": ("lesson",),
        "n_starts": 2,
        "epochs": 1,
        "n_examples": 3_000,
        "reach": 3,
        "n_images": 50,
    },
)
