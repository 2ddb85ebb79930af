"""The pictures of easy and hard images: see `gdviz.experiments.easy_and_hard`."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from gdviz.data.dataset import Split
from gdviz.experiments.result import Chart, ImageRow, Series
from gdviz.experiments.uneven_errors import Unevenness

N_SHOWN = 12


def sorted_chart(true: Unevenness, random: Unevenness) -> Chart:
    """Give the images' error rates, sorted, beside those of alike images."""
    series = []
    for kind, found, color in (("true labels", true, 0), ("random labels", random, 2)):
        x = np.linspace(0, 100, len(found.rates))
        series.append(Series(kind, x, 100 * np.sort(found.rates), color=color))
        label = f"{kind}, if images of a label were alike"
        series.append(Series(label, x, 100 * found.alike, color=color + 1))
    return Chart(
        "sorted",
        "How many networks are wrong about each image",
        "images, the easiest first (%)",
        "networks that are wrong (%)",
        tuple(series),
        note=f"{len(true.rates):,} images, {true.n_runs:,} networks on true labels and "
        f"{random.n_runs:,} on random ones; alike: the same wrong answers, in each run and for "
        "each label about images drawn by lot.",
    )


def image_rows(
    split: Split, said: npt.NDArray[np.uint8], costs: npt.NDArray[np.float32]
) -> tuple[ImageRow, ...]:
    """Give the easiest and the hardest images.

    Parameters
    ----------
    split : Split
    said : ndarray of shape (n_runs, n)
    costs : ndarray of shape (n_runs, n)
        Their mean decides between images of equal error rates.
    """
    rates = (said != split.labels).mean(axis=0)
    order = np.lexsort((costs.mean(axis=0, dtype=float), rates))
    shown = min(N_SHOWN, len(order))
    return (
        _row("easiest", "The easiest for all networks", split, said, order[:shown]),
        _row("hardest", "The hardest", split, said, order[::-1][:shown]),
    )


def _row(
    key: str,
    title: str,
    split: Split,
    said: npt.NDArray[np.uint8],
    chosen: npt.NDArray[np.intp],
) -> ImageRow:
    n_inputs = split.images.shape[1]
    side = math.isqrt(n_inputs)
    shape = (side, side) if side * side == n_inputs else (1, n_inputs)
    captions = []
    for index in chosen:
        label = int(split.labels[index])
        rate = np.mean(said[:, index] != label)
        most = int(np.bincount(said[:, index]).argmax())
        captions.append(f"{label}: {100 * rate:.0f} % wrong" + (f", as {most}" * (most != label)))
    return ImageRow(key, title, split.inputs(chosen).reshape(-1, *shape), tuple(captions))
