"""Charts, pictures and the table of answers to noise; see `noise`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.noise_images import SURE_ABOVE, output_histogram
from gdviz.analysis.weight_images import image_shape
from gdviz.experiments.noise_answers import DIGITS, KINDS, Answers, Said, SureShare, sure_share
from gdviz.experiments.result import Chart, ImageRow, Reference, Series, Table
from gdviz.nn.initializers import INITIALIZERS
from gdviz.training.config import PRESETS

_BEFORE_COLOR, _AFTER_COLOR, _DIGITS_COLOR = 0, 1, 2


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """Networks that differ only in their seeds; at least one.

    Parameters
    ----------
    preset, initializer : str
    answers : tuple of Answers
    """

    preset: str
    initializer: str
    answers: tuple[Answers, ...]

    @property
    def is_own(self) -> bool:
        """Whether it starts as the preset does."""
        return PRESETS[self.preset].initializer == self.initializer

    @property
    def is_sigmoid(self) -> bool:
        """Whether its outputs are of sigmoids."""
        return self.answers[0].config.output_activation == "sigmoid"

    @property
    def start(self) -> str:
        """How its weights begin, for people."""
        return INITIALIZERS[self.initializer].title

    def said(self, kind: str, *, is_after: bool) -> list[Said]:
        """Give what each network says of one kind of images."""
        return [(one.after if is_after else one.before)[kind] for one in self.answers]

    def share(self, kind: str, *, is_after: bool) -> SureShare:
        """Give how many images of one kind it is sure about."""
        return sure_share(self.said(kind, is_after=is_after))


def charts_of(groups: Sequence[Group], kind: str) -> tuple[Chart, ...]:
    """Give the charts of what is known by now."""
    own = [group for group in groups if group.is_own]
    presets = tuple(dict.fromkeys(group.preset for group in groups))
    charts = [_distribution(group, kind) for group in own]
    if own:
        charts.append(_by_kind(own))
    by_preset = [[group for group in groups if group.preset == preset] for preset in presets]
    return (*charts, *(_by_start(some, kind) for some in by_preset))


def _distribution(group: Group, kind: str) -> Chart:
    """Give how large the largest output is, as shares of the images."""
    n_networks, n_images = len(group.answers), len(group.answers[0].after[kind].largest)
    parts = (
        (f"{kind} noise, before training", kind, False, _BEFORE_COLOR),
        (f"{kind} noise, after training", kind, True, _AFTER_COLOR),
        ("test digits, after training", DIGITS, True, _DIGITS_COLOR),
    )
    series = []
    for label, which, is_after, color in parts:
        largest = [said.largest for said in group.said(which, is_after=is_after)]
        found = output_histogram(np.concatenate(largest))
        shares = 100 * found.counts / max(int(found.counts.sum()), 1)
        series.append(Series(label, found.edges, shares, kind="bars", color=color))
    what = "of ten sigmoids, no probability" if group.is_sigmoid else "of the softmax"
    return Chart(
        f"outputs-{group.preset}",
        f"The largest output: {group.preset}",
        f"largest output ({what})",
        "images (%)",
        tuple(series),
        (Reference("sure", SURE_ABOVE, "x"),),
        note=f"{n_networks} networks, {n_images:,} images of each kind.",
    )


def _points(
    label: str, shares: Sequence[SureShare], places: npt.NDArray[np.float64], color: int
) -> Series:
    return Series(
        label,
        places,
        np.array([share.percent for share in shares]),
        np.array([share.interval[0] for share in shares]),
        np.array([share.interval[1] for share in shares]),
        "points",
        color,
    )


def _by_kind(own: Sequence[Group]) -> Chart:
    kinds = (*KINDS, DIGITS)
    places = np.arange(len(kinds), dtype=np.float64)
    return Chart(
        "kinds",
        "How often a trained network is sure",
        "images",
        f"images with an output above {SURE_ABOVE:g} (%)",
        tuple(
            _points(
                f"{group.preset}, n = {len(group.answers)}",
                [group.share(kind, is_after=True) for kind in kinds],
                places + 0.1 * number,
                number,
            )
            for number, group in enumerate(own)
        ),
        categories=kinds,
        note="Means over networks with their 95 % intervals (Student; Wilson of one network).",
    )


def _by_start(groups: Sequence[Group], kind: str) -> Chart:
    places = np.arange(len(groups), dtype=np.float64)
    preset, n_networks = groups[0].preset, min(len(group.answers) for group in groups)
    return Chart(
        f"starts-{preset}",
        f"How often it is sure about {kind} noise, by its first weights: {preset}",
        "first weights",
        f"images with an output above {SURE_ABOVE:g} (%)",
        tuple(
            _points(
                label,
                [group.share(kind, is_after=is_after) for group in groups],
                places + shift,
                color,
            )
            for label, is_after, shift, color in (
                ("before training", False, -0.05, _BEFORE_COLOR),
                ("after training", True, 0.05, _AFTER_COLOR),
            )
        ),
        categories=tuple(group.start for group in groups),
        note=f"At least {n_networks} networks each; 95 % intervals.",
    )


def images_row(group: Group, pictures: dict[str, npt.NDArray[np.float32]]) -> ImageRow:
    """Give some images of each kind with what the first network says of them.

    Parameters
    ----------
    group : Group
    pictures : dict of str to ndarray of shape (n, n_inputs)
        By kind; each made as those that the networks were asked about.
    """
    answers = group.answers[0]
    network = answers.network()
    images, captions = [], []
    for kind, some in pictures.items():
        outputs = network.passed(some).outputs
        images.append(some.reshape(len(some), *image_shape(some.shape[1])))
        captions += [f"{kind}: {row.argmax()} ({row.max():.2f})" for row in outputs]
    return ImageRow(
        f"answers-{group.preset}",
        f"What {group.preset} says of them, and its largest output",
        np.concatenate(images),
        tuple(captions),
    )


def table_of(groups: Sequence[Group]) -> Table:
    """Give one row for each preset, initializer and moment."""
    kinds = (*KINDS, DIGITS)
    columns = (
        "network",
        "first weights",
        "networks",
        "moment",
        *(f"sure about {kind} (%)" for kind in kinds),
    )
    rows: list[tuple[str | int | float, ...]] = []
    for group in groups:
        for is_after, moment in ((False, "before"), (True, "after")):
            shares = [round(group.share(kind, is_after=is_after).percent, 1) for kind in kinds]
            rows.append((group.preset, group.start, len(group.answers), moment, *shares))
    return Table("sure", f"Images with an output above {SURE_ABOVE:g}", columns, tuple(rows))
