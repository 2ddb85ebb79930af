"""What comes of an experiment: verdicts, figures, and arrays for its pictures.

Values only: nothing here knows how they are painted. A result may be partial: what is known while
the experiment still runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from gdviz.training.config import TrainingConfig

Numbers = npt.NDArray[np.floating[Any]]
Figure = float | int | str | bool | None | list[Any] | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence that was tried.

    Parameters
    ----------
    claim : str
        What is said, as it can be tried here.
    measured : float or None
        The figure that decides; None while it is not known.
    holds : bool or None
        None: these runs cannot tell, which the verdict says too.
    verdict : str
        One or two sentences with the figure, its n and its interval.
    interval : (float, float) or None
        95 %, of `measured`.
    unit : str
        Of `measured`; ``"%"`` for a share that is written as percent (`measured` is 0 to 100).
    """

    claim: str
    measured: float | None
    holds: bool | None
    verdict: str
    interval: tuple[float, float] | None = None
    unit: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Series:
    """One curve, cloud or histogram of a chart.

    Parameters
    ----------
    label : str
        For the legend; with n where it is a mean.
    x : ndarray of shape (n,)
        Of a histogram the n + 1 edges.
    y : ndarray of shape (n,)
        NaN where there is nothing.
    low, high : ndarray of shape (n,) or None
        95 % interval of y, drawn as a band or as bars.
    kind : {"line", "points", "bars"}
        ``"bars"`` is a histogram, or a bar for each category.
    color : int or None
        Place among the theme's line colours; by default its place among the series.
    """

    label: str
    x: Numbers
    y: Numbers
    low: Numbers | None = None
    high: Numbers | None = None
    kind: Literal["line", "points", "bars"] = "line"
    color: int | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A straight line across a chart: a threshold, chance level, a limit from theory."""

    label: str
    value: float
    axis: Literal["x", "y"] = "y"


@dataclass(frozen=True, eq=False, slots=True)
class Chart:
    """A picture of some series on common axes.

    Parameters
    ----------
    key : str
        Part of a file's name when exported.
    title, x_label, y_label : str
        With units.
    series : tuple of Series
    references : tuple of Reference
    is_x_log, is_y_log : bool
    categories : tuple of str
        Names at x = 0, 1, 2, ...; empty where x is a number.
    note : str
        One sentence below: what to look at, n.
    """

    key: str
    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    references: tuple[Reference, ...] = ()
    is_x_log: bool = False
    is_y_log: bool = False
    categories: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class ImageRow:
    """Some images with words below each.

    Parameters
    ----------
    key, title : str
    images : ndarray of shape (n, height, width)
        0 black to 1 white.
    captions : tuple of str
    """

    key: str
    title: str
    images: Numbers
    captions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts and numbers under heads; texts say units and n."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | float, ...], ...]


@dataclass(frozen=True, eq=False, slots=True)
class KeptNetwork:
    """A network of the experiment, to be opened in Inspect or trained on in Train.

    Parameters
    ----------
    name : str
        What people read.
    config : TrainingConfig
    vector : ndarray of shape (P,), float32
        Its parameters.
    """

    name: str
    config: TrainingConfig
    vector: npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False, slots=True)
class Result:
    """What is known of an experiment.

    Parameters
    ----------
    claims : tuple of Claim
    figures : mapping of str to plain value
        The experiment's own numbers, named for a script; JSON-like, with underscores.
    charts, images, tables, networks : tuple
    """

    claims: tuple[Claim, ...] = ()
    figures: Mapping[str, Figure] = field(default_factory=dict)
    charts: tuple[Chart, ...] = ()
    images: tuple[ImageRow, ...] = ()
    tables: tuple[Table, ...] = ()
    networks: tuple[KeptNetwork, ...] = ()
