"""Charts and pictures of digits that are not as those that were learnt; see `fragility`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.fragility import DEGREES, SIGMAS, Disturbance
from gdviz.experiments.moved_digits import Group, Values
from gdviz.experiments.result import Chart, ImageRow, Reference, Series


def charts_of(groups: Sequence[Group], chance: float) -> tuple[Chart, ...]:
    """Give the curves of accuracy over shift, angle and noise.

    Parameters
    ----------
    groups : sequence of Group
    chance : float
        Accuracy of guessing, percent.
    """
    reach = min(one.reach for group in groups for one in group.networks)
    pixels = np.arange(reach + 1, dtype=np.float64)

    def shifted(group: Group) -> Values:
        return np.array([group.moved_by(int(by)) for by in pixels]).T

    return (
        _curves(
            "shift", "Accuracy on moved digits", "moved by (px), mean of four directions",
            pixels, groups, shifted, chance,
        ),
        _curves(
            "rotation", "Accuracy on turned digits", "turned by (degrees), anticlockwise",
            np.array(DEGREES), groups, lambda group: group.counts("turned"), chance,
        ),
        _curves(
            "noise", "Accuracy on noisy digits", "standard deviation of the noise, pixels 0 to 1",
            np.array(SIGMAS), groups, lambda group: group.counts("noisy"), chance,
        ),
    )  # fmt: skip


def _curves(
    key: str,
    title: str,
    x_label: str,
    x: Values,
    groups: Sequence[Group],
    rows: Callable[[Group], Values],
    chance: float,
) -> Chart:
    series = []
    for group in groups:
        found = rows(group)
        intervals = np.array([group.interval(column) for column in found.T])
        series.append(
            Series(
                f"{group.title}, n = {len(group.networks)}",
                x,
                found.mean(axis=0),
                intervals[:, 0],
                intervals[:, 1],
            )
        )
    n_images = groups[0].networks[0].n_images
    return Chart(
        key,
        title,
        x_label,
        f"accuracy on {n_images:,} test images (%)",
        tuple(series),
        (Reference("guessing", chance),),
        note=f"Means of n networks on the same {n_images:,} images; bands: 95 % intervals "
        "(Student; Wilson of one network).",
    )


def maps_of(groups: Sequence[Group]) -> ImageRow:
    """Give the accuracy over all shifts, a picture for each group."""
    images = [
        np.mean([one.shifts / one.n_images for one in group.networks], axis=0) for group in groups
    ]
    reach = groups[0].networks[0].reach
    captions = [
        f"{group.title}: {100 * image[reach, reach]:.1f} % in the middle, "
        f"{100 * image.min():.1f} to {100 * image.max():.1f} %"
        for group, image in zip(groups, images, strict=True)
    ]
    return ImageRow(
        "maps",
        f"Accuracy over shifts of up to {reach} px to all sides: black 0, white 100 %",
        np.array(images),
        tuple(captions),
    )


def examples_of(
    group: Group, image: npt.NDArray[np.float32], label: int, pixels: int, seed: int
) -> ImageRow:
    """Give one test image, disturbed in several ways, with the first network's answers.

    Parameters
    ----------
    group : Group
    image : ndarray of shape (n_inputs,)
    label : int
    pixels : int
        By which it is moved.
    seed : int
        Of the noise.
    """
    network = group.networks[0].network()
    side = network.side
    assert side is not None, "only square images are tried"
    kinds = (
        Disturbance(),
        Disturbance(right=pixels),
        Disturbance(right=-pixels),
        Disturbance(down=pixels),
        Disturbance(down=-pixels),
        Disturbance(degrees=30),
        Disturbance(degrees=-30),
        Disturbance(sigma=0.5),
        Disturbance(is_inverted=True),
    )
    images = np.concatenate(
        [kind.applied(image[np.newaxis], side, np.random.default_rng(seed)) for kind in kinds]
    )
    outputs = network.passed(images).outputs
    captions = [
        f"{kind.words() or 'as it is'}: {row.argmax()} ({row.max():.2f})"
        for kind, row in zip(kinds, outputs, strict=True)
    ]
    return ImageRow(
        f"example-{group.preset}{'-moved' if group.shift else ''}",
        f"A test image of a {label}, and what {group.title} says (its largest output)",
        images.reshape(-1, side, side),
        tuple(captions),
    )
