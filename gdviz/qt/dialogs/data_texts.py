"""What the data dialog says: what was read, and what choosing it would do. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from gdviz.analysis.weight_images import image_shape
from gdviz.data.dataset import Dataset
from gdviz.training.config import TrainingConfig

NAMED = 4
"""Classes that a sentence spells out."""


def facts(dataset: Dataset) -> str:
    """Say how large the images are, on which scale, and what reading did to them."""
    n_inputs = dataset.n_inputs
    height, width = image_shape(n_inputs)
    if height * width == n_inputs and height > 1:
        size = f"{height} × {width} = {n_inputs:,} numbers an image"
    else:
        size = f"{n_inputs:,} numbers an image, which make no square"
    stored = "0 to 255, taken as 0 to 1" if dataset.train.scale != 1 else "0 to 1"
    notes = [f"{note[:1].upper()}{note[1:]}." for note in dataset.notes]
    return " ".join([f"{size}, {stored}.", *notes])


def listed(names: Sequence[str]) -> str:
    """Give names as a sentence has them, for example ``3, 8 and 9``."""
    if len(names) > NAMED:
        return f"{len(names)} classes"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def outcome(
    config: TrainingConfig, names: Sequence[str], n_train: int, n_test: int, *, leaves_out: bool
) -> str:
    """Say what Train would do.

    Parameters
    ----------
    config : TrainingConfig
        Of the run that would begin.
    names : sequence of str
        Of the chosen classes.
    n_train, n_test : int
        Images in use.
    leaves_out : bool
        Whether there are classes that are not chosen.
    """
    kept = (
        " Each class keeps its output; those of the classes left out learn to stay dark."
        if leaves_out
        else ""
    )
    noise = (
        f", {100 * config.shuffle_labels:.3g} % of their labels shuffled"
        if config.shuffle_labels
        else ""
    )
    return (
        f"Train begins a new run: {config.architecture.name} on {n_train:,} images of "
        f"{listed(names)}{noise}, tested on {n_test:,}. Undo brings the present run back.{kept}"
    )
