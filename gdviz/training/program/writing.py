"""Writes a run as a program of its own: plain NumPy, from the seed to the final cost.

The program holds what the run needs and nothing else. What was changed on the way becomes a
variable; everything else is called by its name. Next: `parts` for the functions, `bodies`,
`passes` and `steps` for what is put together from them.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

import gdviz
from gdviz.data.dataset import Dataset
from gdviz.training.config import TrainingConfig
from gdviz.training.marks import BALL, Mark
from gdviz.training.program import bodies, passes, steps
from gdviz.training.program.choices import Choices
from gdviz.training.program.parts import PARTS
from gdviz.training.run_text import start_and_changes
from gdviz.training.state import TrainingState, initial_state


class NoProgramError(ValueError):
    """A run cannot be written as a program; one sentence that says why."""


def program_text(
    config: TrainingConfig, marks: Iterable[Mark], n_steps: int, cost: float | None = None
) -> str:
    """Give a program that repeats a run from its seed and prints its final cost.

    It reads MNIST's IDX files from the folder given to it, or from its own. Any thread may call.

    Parameters
    ----------
    config : TrainingConfig
        As it is at the end.
    marks : iterable of Mark
        All of the run, oldest first.
    n_steps : int
        Mini-batches since its start.
    cost : float, optional
        What gdviz came to itself, over all training examples of the run: printed beside it.

    Returns
    -------
    str

    Raises
    ------
    NoProgramError
        If the run cannot be repeated from its seed.

    Notes
    -----
    The same operations in the same order as `gdviz.nn`: a run of the NumPy engine comes out the
    same. The compiled engine's sums differ in the last bit, which a long run may magnify.
    """
    marks = tuple(marks)
    moved = next((mark for mark in marks if mark.setting == BALL), None)
    if moved is not None:
        raise NoProgramError(
            f"the network was moved by hand after step {moved.step:,}, which no seed repeats"
        )
    choices = Choices(_phases(config, marks), n_steps)
    sections = [
        f"{_head(choices, cost)}\n{bodies.settings(choices)}",
        bodies.examples(choices),
        *(PARTS[key].text for key in choices.part_keys),
        bodies.start(choices),
        *passes.passes(choices),
        steps.loop(choices),
        bodies.end(choices, cost),
    ]
    return "\n\n".join(section for section in sections if section)


def check_start(config: TrainingConfig, state: TrainingState, dataset: Dataset) -> None:
    """Refuse a run that did not begin with what its seed draws, as far as can be seen.

    Behind a pixel that is never lit the slope is exactly 0: the weights there are still those of
    the start, as long as nothing pulled at them and no image was moved or made noisy.

    Raises
    ------
    NoProgramError
    """
    if any(
        phase.l1 or phase.l2 or phase.augment_shift or phase.augment_rotation or phase.augment_noise
        for _, phase in _phases(config, state.marks)
    ):
        return
    drawn = initial_state(config).parameters
    untouched = dataset.never_lit if state.step else slice(None)
    if not np.array_equal(
        drawn.weights[0][:, untouched], state.parameters.weights[0][:, untouched]
    ):
        raise NoProgramError("the run began with weights given to it, which no seed repeats")


def _phases(config: TrainingConfig, marks: Iterable[Mark]) -> list[tuple[int, TrainingConfig]]:
    """Give from which step on which configuration held."""
    try:
        start, changes = start_and_changes(config, marks)
        phases = [(0, start)]
        for step, settings in changes:
            phases.append((step, phases[-1][1].replace(**dict(settings))))
    except ValueError as error:
        raise NoProgramError(f"its changes on the way are damaged: {error}") from None
    return phases


def _head(choices: Choices, cost: float | None) -> str:
    config = choices.first
    own = ""
    if cost is not None:
        own = """
gdviz's own cost is printed beside it. Its compiled sums differ from these in the last bit, which
thousands of steps may magnify.
"""
    modules = sorted({"gzip", "struct", "sys", *choices.modules})
    imports = "".join(f"import {name}\n" for name in modules)
    more = "from statistics import NormalDist\n" if choices.has_noise else ""
    return f'''\
"""A run of gdviz {gdviz.__version__} in plain NumPy: {choices.n_steps:,} steps of a \
{config.architecture.name} network.

    python run.py [FOLDER]

FOLDER holds the training images and labels as IDX files, plain or compressed, under the names
they have in MNIST; without it they lie beside this program.
{own}"""

{imports}from pathlib import Path
{more}
import numpy as np
'''
