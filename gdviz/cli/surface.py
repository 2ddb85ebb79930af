"""``gdviz surface FILE --output OUT.npz``: the exact cost on a plane through a saved network."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gdviz.analysis.cost_surface import CostSurface, SliceTask, begin_slice, compute_surface
from gdviz.analysis.frames import frame_coordinates
from gdviz.analysis.tiles import TileError
from gdviz.cli.interruption import Interruption, interruptible
from gdviz.cli.output import EXIT_INTERRUPTED, CommandError, print_json, print_text
from gdviz.cli.surface_options import (
    DESCRIPTION,
    EPILOG,
    add_surface_options,
    check_options,
    resolution_of,
)
from gdviz.cli.surface_plane import chosen_plane
from gdviz.cli.surface_subject import Subject, subject_of
from gdviz.runtime.executors import open_executor
from gdviz.storage.surfaces import (
    forget_part,
    load_part,
    part_path,
    request_digest,
    save_part,
    save_surface,
)

_KEEP_EVERY_S = 5.0


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "surface",
        help="compute the exact cost on a plane through a network",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_surface_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Compute the surface and write it; give the exit code."""
    n_u, n_v = resolution_of(arguments)
    check_options(arguments)
    with interruptible() as interruption:
        subject = subject_of(
            arguments,
            lambda: interruption.signal_number is not None,
            _show if sys.stderr.isatty() else lambda _what, _share: None,
        )
        plane, seen = chosen_plane(arguments, subject)
        aspect = (n_u - 1) / (n_v - 1)
        u, v = frame_coordinates(plane, seen, n_u, n_v, aspect, span=arguments.span)
        images, labels = subject.examples.images, subject.examples.labels
        begun = time.perf_counter()
        task = begin_slice(
            subject.architecture, plane, u, v, images, labels, subject.cost, order="coarse_first"
        )
        digest = request_digest(subject.architecture, subject.cost, plane, u, v, images, labels)
        resumed = _resume(task, arguments.output, digest)
        keeper = Keeper(task, arguments.output, digest, subject.on_progress, resumed)
        surface = _computed(arguments, task, keeper, interruption)
        save_surface(arguments.output, surface, np.arange(len(labels)))
        forget_part(arguments.output)
    seconds = time.perf_counter() - begun
    report = _report(arguments, subject, task, surface) | {"seconds": seconds, "resumed": resumed}
    if arguments.json:
        print_json(report)
    else:
        _print(report, surface)
    return 0


@dataclass
class Keeper:
    """Keeps what is known of a surface, now and then, and says how far it is.

    Parameters
    ----------
    task : SliceTask
    output : Path
        Where the whole will be.
    digest : str
        Of the request.
    show : callable
        Given a word and a share, 0 to 1.
    resumed : float
        Share of the grid that was known before.
    """

    task: SliceTask
    output: Path
    digest: str
    show: Callable[[str, float], None]
    resumed: float = 0.0
    kept_at: float = 0.0

    def see(self, share: float) -> None:
        """Take note of progress."""
        self.show("computing", self.resumed + (1 - self.resumed) * share)
        now = time.perf_counter()
        if not self.kept_at:
            self.kept_at = now
        elif now - self.kept_at > _KEEP_EVERY_S:
            self.keep()
            self.kept_at = time.perf_counter()

    def keep(self) -> str:
        """Write what is known, and give a sentence that says so."""
        surface = self.task.surface()
        known = float((~np.isnan(surface.cost)).mean())
        if not known:
            return "nothing was known yet"
        save_part(self.output, self.digest, surface)
        where = part_path(self.output)
        return f"{known:.0%} is kept in {where}, and the same command goes on from there"


def _resume(task: SliceTask, output: Path, digest: str) -> float:
    """Take what is known from before; give its share."""
    part = load_part(output, digest)
    if part is None:
        return 0.0
    task.grid.resume(*part)
    share = 1 - task.n_points / part[0].size
    print_text(f"going on from {part_path(output)}: {share:.0%} is known")
    return share


def _computed(
    arguments: argparse.Namespace, task: SliceTask, keeper: Keeper, interruption: Interruption
) -> CostSurface:
    try:
        executor = open_executor(arguments.executor)
    except ValueError as error:
        raise CommandError(str(error)) from None
    try:
        surface = compute_surface(
            task,
            executor,
            should_stop=lambda: interruption.signal_number is not None,
            on_progress=keeper.see,
        )
    except TileError as error:
        raise CommandError(f"{error}; {keeper.keep()}") from error
    finally:
        executor.shutdown(cancel_futures=True)
        keeper.show("", 0)
    if interruption.signal_number is not None and np.isnan(surface.cost).any():
        raise CommandError(f"interrupted; {keeper.keep()}", EXIT_INTERRUPTED)
    return surface


def _report(
    arguments: argparse.Namespace, subject: Subject, task: SliceTask, surface: CostSurface
) -> dict[str, Any]:
    plane, known = surface.plane, surface.cost[np.isfinite(surface.cost)]
    center = task.exact.costs(np.zeros(1), np.zeros(1))
    assert center is not None, "nobody tells it to stop"
    counts = arguments.resolution
    return {
        "directions": arguments.directions,
        "resolution": counts[0] if len(counts) == 1 else counts,
        "n_examples": surface.n_examples,
        "cost": subject.cost,
        "cost_min": float(known.min()) if known.size else None,
        "cost_max": float(known.max()) if known.size else None,
        "cost_center": float(center[0][0]),
        "labels": [plane.label_u, plane.label_v],
        "unit_shares": plane.unit_shares,
        "cosine": plane.cosine,
        "explained": plane.explained,
        "guessed": subject.network.guessed,
        "u": [surface.u[0], surface.u[-1]],
        "v": [surface.v[0], surface.v[-1]],
        "seed": arguments.seed,
        "executor": arguments.executor,
        "saved": str(arguments.output),
    }


def _print(report: dict[str, Any], surface: CostSurface) -> None:
    shares = [f"{share:.3g}" for share in report["unit_shares"]]
    labels = report["labels"]
    print_text(
        f"{len(surface.u)} × {len(surface.v)} points on {surface.n_examples:,} images in "
        f"{report['seconds']:.2f} s, {report['cost']} cost"
    )
    for name, label, share in zip("uv", labels, shares, strict=True):
        low, high = report[name]
        print_text(f"{name} along {label}, {low:.3g} to {high:.3g}; one unit is {share} of |θ|")
    if abs(report["cosine"]) > 1e-6:
        print_text(
            f"u and v are not exactly orthogonal, which would undo their normalisation: cosine "
            f"{report['cosine']:.2g}"
        )
    if report["guessed"]:
        guessed = ", ".join(key.replace("_", " ") for key in report["guessed"])
        print_text(f"guessed, since the file does not say: {guessed}")
    print_text(
        f"cost {report['cost_min']:.4g} to {report['cost_max']:.4g}, "
        f"{report['cost_center']:.4g} at the network itself"
    )
    print_text(f"saved to {report['saved']}")


def _show(what: str, share: float) -> None:
    """Say how far it is, over the present line of the terminal; without a word, clear it."""
    bar = "█" * int(24 * share) + "░" * (24 - int(24 * share))
    text = f"{bar} {share:4.0%} {what}" if what else ""
    sys.stderr.write(f"{text:60}\r")
    sys.stderr.flush()
