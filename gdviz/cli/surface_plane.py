"""The plane that the options of ``gdviz surface`` mean, and all that it is laid from."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from gdviz.analysis.cost_curvature import cost_curvature
from gdviz.analysis.directions import DIRECTIONS, Situation
from gdviz.analysis.plane import Plane
from gdviz.cli.output import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE, CommandError
from gdviz.cli.surface_subject import Subject
from gdviz.nn.parameters import FloatArray, Parameters
from gdviz.storage.readers import read_network
from gdviz.training.replay import ReplayError, replay_path

PATH_POINTS = 96
"""Points of a run that is taken again; the window too thins its path to so many."""
KINDS = {entry.name: kind for kind, entry in DIRECTIONS.items() if "fork" not in entry.needs}
"""Key of `DIRECTIONS` for each name on the command line, which knows no branches."""


def chosen_plane(arguments: argparse.Namespace, subject: Subject) -> tuple[Plane, FloatArray]:
    """Lay the plane, and give the points (n, P) that should be seen on it.

    Raises
    ------
    CommandError
        Exit code 2 if an option is missing or cannot be; 1 if the plane cannot be laid.
    """
    kind = KINDS[arguments.directions]
    _check_options(arguments, subject, kind)
    situation = _situation(arguments, subject, kind)
    try:
        plane = DIRECTIONS[kind].lay(situation)
    except ValueError as error:
        code = EXIT_USAGE if kind == "weights" else EXIT_FAILED
        raise CommandError(str(error), code) from None
    if situation.path is not None and "path" in DIRECTIONS[kind].needs:
        return plane, situation.path
    return plane, subject.parameters.vector[None]


def _situation(arguments: argparse.Namespace, subject: Subject, kind: str) -> Situation:
    """Find out all that a kind of plane takes."""
    wanted = DIRECTIONS[kind].needs | DIRECTIONS[kind].uses
    # As the window draws: the same seed shows the same plane there.
    generator = np.random.default_rng([arguments.seed, 2])
    given: dict[str, Any] = {}
    if wanted & {"path", "previous_gradient"}:
        given["path"] = _path(arguments, subject, kind)
    if "gradient" in wanted:
        given["gradient"] = subject.gradient(subject.parameters)
    if "previous_gradient" in wanted:
        before = Parameters(given["path"][-2], subject.parameters.layout)
        given["previous_gradient"] = subject.gradient(before)
    if "curvature" in wanted:
        given["curvature"] = _curvature(subject, generator)
    if "weights" in wanted:
        given["weights"] = tuple(arguments.weights)
    if "other" in wanted:
        given["other"] = _other(arguments.other, subject)
        given["other_title"] = Path(arguments.other).name
    return Situation(subject.parameters, subject.step, generator, arguments.normalize, **given)


def _check_options(arguments: argparse.Namespace, subject: Subject, kind: str) -> None:
    """Refuse an option that is missing, and one that would do nothing."""
    name, needs = arguments.directions, DIRECTIONS[kind].needs
    size = subject.architecture.n_parameters
    if kind == "weights" and arguments.weights is None:
        raise CommandError(
            f"--directions weights needs --weights I J, two of the parameters 0 to {size - 1}", 2
        )
    if kind == "networks" and arguments.other is None:
        raise CommandError("--directions networks needs --other FILE, the other network", 2)
    takes_path = bool(needs & {"path", "previous_gradient"})
    for option, does in (("weights", "weights" in needs), ("other", "other" in needs),
                         ("path", takes_path)):  # fmt: skip
        if getattr(arguments, option) is not None and not does:
            raise CommandError(f"--{option} does nothing with --directions {name}", 2)


def _path(arguments: argparse.Namespace, subject: Subject, kind: str) -> FloatArray:
    """Give where the network has been, (n, P), oldest first and ending where it is."""
    here = subject.parameters.vector
    if arguments.path is not None:
        points = [_other(name, subject) for name in arguments.path]
        if np.array_equal(points[-1], here):
            points.pop()
        return np.stack([*points, here])
    config, state = subject.network.config, subject.network.state
    how = "give networks saved on the way, oldest first, with --path FILE ..."
    if config is None or state is None:
        raise CommandError(f"{arguments.file}: holds no run and so no path; {how}", 2)
    last = np.arange(max(state.step - 2, 0), state.step + 1)
    spread = np.unique(np.linspace(0, state.step, PATH_POINTS + 1).round().astype(int))
    try:
        path = replay_path(
            config,
            state,
            subject.dataset,
            (spread if kind == "principal" else last).tolist(),
            should_stop=subject.should_stop,
            on_progress=lambda share: subject.on_progress("taking the run again", share),
        )
    except ReplayError as error:
        raise CommandError(f"{arguments.file}: {error}; {how}", 1) from None
    if path is None:
        raise CommandError("interrupted", EXIT_INTERRUPTED)
    if len(path) < 2:
        raise CommandError(f"{arguments.file}: no step has been taken yet; {how}", 1)
    return np.vstack([path[:-1], here[None]])


def _other(name: str, subject: Subject) -> FloatArray:
    """Read another network of the same shape."""
    network = read_network(Path(name))
    if network.architecture.layer_sizes != subject.architecture.layer_sizes:
        raise CommandError(
            f"{name}: is {network.architecture.name} and not {subject.architecture.name}: only "
            "networks of one shape lie on one plane",
            1,
        )
    if not network.is_finite:
        raise CommandError(f"{name}: {network.n_not_finite:,} parameters are not finite", 1)
    return network.parameters_for_unit_inputs().vector


def _curvature(subject: Subject, generator: np.random.Generator) -> FloatArray:
    """Give the two directions of largest curvature, (2, P)."""
    examples = subject.examples
    found = cost_curvature(
        subject.architecture,
        subject.parameters,
        examples.images,
        examples.labels,
        subject.cost,
        generator,
    )
    assert found is not None, "it was never told to stop"
    return found.vectors
