"""The options of ``gdviz surface``, and what of them can be refused before any work."""

from __future__ import annotations

import argparse
from pathlib import Path

from gdviz.analysis.vectors import NORMALIZE
from gdviz.cli.options import mini_batch as count_or_all
from gdviz.cli.options import number, whole_number
from gdviz.cli.output import EXIT_USAGE, CommandError
from gdviz.cli.starting import check_writable
from gdviz.cli.surface_plane import KINDS
from gdviz.nn.costs import COSTS
from gdviz.runtime.executors import EXECUTORS
from gdviz.runtime.far_executors import cluster_address

_MOST_POINTS = 2001

DESCRIPTION = """\
Computes the exact cost of the network on a grid of a plane through it: every point is the real
network's cost there, on the first N training images.

The plane goes through the network itself, at (0, 0), along
  random      two random directions, normalised as --normalize says
  trajectory  the principal directions of the path of its run
  gradient    the steepest descent, −∇C, and a random direction
  gradients   −∇C, and −∇C one step before
  steps       its last step and the step before
  weights     two single parameters, --weights I J
  networks    the line to the network --other FILE, at (1, 0), and −∇C
  curvature   the two directions in which the cost is most sharply curved
A path comes from the file itself, whose run is taken again, or from --path.

What is known is kept in OUT.npz.part now and then, on Ctrl+C, and if workers are lost; the same
command goes on from there."""

EPILOG = """\
OUT.npz holds cost (n_v, n_u), standard_error (n_v, n_u), u (n_u,), v (n_v,), origin (P,),
direction_u (P,), direction_v (P,), example_indices (n,). The point (u, v) is
origin + u * direction_u + v * direction_v."""


def add_surface_options(parser: argparse.ArgumentParser) -> None:
    """Add all options."""
    parser.add_argument("file", metavar="FILE", help="a saved network")
    parser.add_argument("--output", required=True, metavar="OUT.npz", type=Path)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    plane = parser.add_argument_group("the plane")
    plane.add_argument(
        "--directions", choices=list(KINDS), default="random", help="default: random"
    )
    plane.add_argument(
        "--normalize",
        choices=list(NORMALIZE),
        default="neuron",
        help="of random directions: to the norms of each neuron's weights (default), each layer's, "
        "or none",
    )
    plane.add_argument(
        "--seed", type=whole_number, default=0, metavar="N", help="of what is random (default: 0)"
    )
    plane.add_argument(
        "--weights", nargs=2, type=whole_number, metavar=("I", "J"), help="positions in the vector"
    )
    plane.add_argument("--other", metavar="FILE", help="another network of the same shape")
    plane.add_argument(
        "--path", nargs="+", metavar="FILE", help="networks saved on the way here, oldest first"
    )
    _add_slice_options(parser.add_argument_group("the slice"))


def _add_slice_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--resolution",
        nargs="+",
        type=whole_number,
        default=[41],
        metavar="N",
        help="points along each axis (default: 41), or along u and along v",
    )
    group.add_argument(
        "--span",
        type=number,
        metavar="X",
        help="from −X to X in units of the directions (default: as far as the plane is of "
        "interest); of a grid that is not square, along the v axis",
    )
    group.add_argument(
        "--n-examples",
        type=count_or_all,
        default=1000,
        metavar="N|all",
        help="the first so many training images (default: 1000)",
    )
    group.add_argument("--data", metavar="PATH", help="training images (default: the network's)")
    group.add_argument("--cost", choices=list(COSTS), help="default: the network's, or quadratic")
    group.add_argument(
        "--executor",
        default="threads",
        metavar="WHERE",
        help=f"one of {', '.join(EXECUTORS)} (default: threads); a cluster needs the extra "
        "gdviz[cluster] here and gdviz on its workers",
    )


def resolution_of(arguments: argparse.Namespace) -> tuple[int, int]:
    """Give how many points there are along u and along v.

    Raises
    ------
    CommandError
    """
    counts = arguments.resolution
    if len(counts) > 2 or not all(2 <= count <= _MOST_POINTS for count in counts):
        shown = " ".join(map(str, counts))
        raise CommandError(
            f"--resolution takes one or two numbers from 2 to {_MOST_POINTS:,}, not {shown}", 2
        )
    return counts[0], counts[-1]


def check_options(arguments: argparse.Namespace) -> None:
    """Refuse what cannot be done, before the work.

    Raises
    ------
    CommandError
    """
    if arguments.span is not None and not arguments.span > 0:
        raise CommandError(f"--span must be above 0, not {arguments.span:g}", EXIT_USAGE)
    if arguments.seed < 0:
        raise CommandError(f"--seed must be 0 or more, not {arguments.seed}", EXIT_USAGE)
    where = arguments.executor
    if where not in EXECUTORS and cluster_address(where) is None:
        raise CommandError(f"--executor {where!r} is none of {', '.join(EXECUTORS)}", EXIT_USAGE)
    check_writable(arguments.output)
