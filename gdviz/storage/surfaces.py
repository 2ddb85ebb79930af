"""Cost surfaces as files: a finished one as NPZ, and a part of one to go on from.

The part stands beside the file it is to become, under the name with ``.part`` behind it. It
belongs to one request, told by its digest: another plane, other examples, another network or cost
begin anew.
"""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.cost_surface import CostSurface
from gdviz.analysis.plane import Plane
from gdviz.data.arrays import read_arrays
from gdviz.data.dataset import DataError
from gdviz.nn.parameters import Architecture
from gdviz.storage.atomic import write_atomically

Floats = npt.NDArray[np.float64]


def save_surface(path: Path, surface: CostSurface, example_indices: npt.NDArray[np.int64]) -> None:
    """Write a surface as NPZ.

    Parameters
    ----------
    path : Path
    surface : CostSurface
    example_indices : ndarray of shape (n,)
        Rows of the training set over which the costs are means.

    Raises
    ------
    gdviz.storage.atomic.SaveError
        If it cannot be written; an older file is then as it was.

    Notes
    -----
    ``cost (n_v, n_u)``, ``standard_error (n_v, n_u)``, ``u (n_u,)``, ``v (n_v,)``,
    ``origin (P,)``, ``direction_u (P,)``, ``direction_v (P,)``, ``example_indices (n,)``; the
    order of parameters is that of `gdviz.nn.parameters.Layout`.
    """
    arrays: dict[str, npt.NDArray[Any]] = {
        "cost": surface.cost,
        "standard_error": surface.standard_error,
        "u": surface.u,
        "v": surface.v,
        "origin": surface.plane.origin,
        "direction_u": surface.plane.direction_u,
        "direction_v": surface.plane.direction_v,
        "example_indices": example_indices,
    }
    _save(path, arrays)


def request_digest(
    architecture: Architecture,
    cost: str,
    plane: Plane,
    u: Floats,
    v: Floats,
    images: npt.NDArray[Any],
    labels: npt.NDArray[Any],
) -> str:
    """Give what tells one request for a surface from all others: the same gives the same."""
    digest = hashlib.sha256(f"surface 1 {architecture} {cost}".encode())
    vectors = (plane.origin, plane.direction_u, plane.direction_v)
    for array in (*vectors, u, v, images, labels):
        digest.update(f"{array.dtype.str} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def part_path(path: Path) -> Path:
    """Give where the part of a surface is kept until the whole is at `path`."""
    return path.with_name(f"{path.name}.part")


def save_part(path: Path, digest: str, surface: CostSurface) -> None:
    """Keep what is known of a surface that will be written to `path`; NaN is what is not."""
    key = np.frombuffer(bytes.fromhex(digest), np.uint8)
    arrays: dict[str, npt.NDArray[Any]] = {
        "digest": key,
        "cost": surface.cost,
        "standard_error": surface.standard_error,
    }
    _save(part_path(path), arrays)


def load_part(path: Path, digest: str) -> tuple[Floats, Floats] | None:
    """Give costs and standard errors kept for the same request, or None.

    A part that cannot be read is no reason to stop: all is then computed.
    """
    if not part_path(path).is_file():
        return None
    try:
        arrays = read_arrays(part_path(path))
    except (DataError, OSError):
        return None
    if set(arrays) != {"digest", "cost", "standard_error"}:
        return None
    if arrays["digest"].tobytes().hex() != digest:
        return None
    return arrays["cost"].astype(np.float64), arrays["standard_error"].astype(np.float64)


def forget_part(path: Path) -> None:
    """Remove the part: the whole is there."""
    with contextlib.suppress(OSError):
        part_path(path).unlink(missing_ok=True)


def _save(path: Path, arrays: dict[str, npt.NDArray[Any]]) -> None:
    def write(file: IO[bytes]) -> None:
        np.savez(file, **arrays)  # type: ignore[arg-type]  # NumPy types its flag only

    write_atomically(path, write)
