"""What the panel says of mini-batches, the full gradient and the optimizer's memory."""

from __future__ import annotations

import math

from gdviz.analysis.noise_look import NoiseLook, NoisePoint
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.qt import number_text

EMPTY = (
    "Mini-batches are put beside the gradient over all training images while this panel is in "
    "sight. The first look comes in a moment."
)
STEP_KEY = "step"
STEP_TITLE = "Next step of each weight"


def degrees(angle: float) -> str:
    """Give an angle, for example ``47.2°``."""
    return "–" if not math.isfinite(angle) else f"{angle:.1f}°"


def examples(count: float) -> str:
    """Give a number of examples with three digits, for example ``1,240``."""
    if not math.isfinite(count):
        return "∞" if math.isinf(count) else "–"
    return number_text.whole(round(float(f"{count:.3g}"))) if count >= 100 else f"{count:.1f}"


def subtitle(point: NoisePoint) -> str:
    """Say where and on what it was computed."""
    return f"step {number_text.whole(point.step)}, {tried(point)}"


def tried(point: NoisePoint) -> str:
    """Say how many mini-batches were tried, for example ``100 mini-batches of 32``."""
    if is_all(point):
        return f"all {number_text.whole(point.n_examples)} images"
    return f"{point.n_batches} mini-batches of {number_text.whole(point.mini_batch)}"


def is_all(point: NoisePoint) -> bool:
    """Whether a mini-batch is all examples."""
    return point.mini_batch >= point.n_examples


def careful(point: NoisePoint) -> tuple[str, str]:
    """Tell the careful man, who looks at all examples, from the drunk one."""
    n_all = number_text.whole(point.n_examples)
    if is_all(point):
        return f"Each step looks at all {n_all} images: the careful man. There is no noise.", ""
    steps = number_text.whole(-(-point.n_examples // point.mini_batch))
    drunk = (
        f"The drunk man looks at {point.mini_batch:,}, is {degrees(point.angles[1])} off (median): "
        f"{steps} steps meanwhile."
    )
    return f"The careful man looks at all {n_all} images before each step.", drunk


def told(look: NoiseLook) -> list[str]:
    """Say in four lines what is found at a step."""
    return [*careful(look.point), scale_words(look), next_words(look.point)]


def scale_words(look: NoiseLook) -> str:
    """Say the noise scale and the angle that comes of it."""
    point = look.point
    if look.scale is None:
        return ""
    expected = degrees(look.scale.angle(point.mini_batch, point.n_examples))
    return (
        f"noise scale tr(Σ)/|G|² = {examples(point.noise_scale)} images; "
        f"expected angle {expected}, dashed"
    )


def next_words(point: NoisePoint) -> str:
    """Say how the mini-batch that the run takes next stands to the full gradient."""
    return (
        f"next mini-batch: {degrees(point.angle)} off, {point.norm_ratio:.2f} times as long "
        "as the full gradient"
    )


def memory_words(look: NoiseLook) -> str:
    """Say what the optimizer keeps from one step to the next."""
    optimizer = OPTIMIZERS[look.optimizer]
    if not optimizer.arrays:
        return f"{optimizer.title} keeps nothing from one step to the next."
    n_updates = number_text.whole(look.n_updates)
    count = len(optimizer.arrays)
    numbers = "a number" if count == 1 else f"{count} numbers"
    return f"{optimizer.title} remembers {numbers} for each weight, of {n_updates} steps."


def array_titles(optimizer: str) -> dict[str, str]:
    """Give what can be shown as tiles, by key: its inner arrays, then its next step."""
    arrays = OPTIMIZERS[optimizer].arrays
    titles = {str(k): f"{name[:1].upper()}{name[1:]}" for k, name in enumerate(arrays)}
    return {**titles, STEP_KEY: STEP_TITLE}
