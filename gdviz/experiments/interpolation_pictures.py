"""Charts of the straight lines from start to end; see `interpolation`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gdviz.experiments.result import Chart, Reference, Series
from gdviz.experiments.walked_line import Walk

_PLACE = "place on the line: 0 start, 1 end"
_END = Reference("end of training", 1.0, "x")


def charts_of(walks: Sequence[Walk], note: str) -> tuple[Chart, ...]:
    """Give the charts of what is known by now."""
    n_images = walks[0].n_images
    first = walks[0]
    return (
        Chart(
            "lines",
            "Cost on the straight line from start to end",
            _PLACE,
            f"cost on {n_images:,} training images",
            _each(walks, [walk.places for walk in walks], [walk.costs for walk in walks]),
            (_END,),
            note=note,
        ),
        Chart(
            "accuracy",
            "Accuracy on the straight line from start to end",
            _PLACE,
            f"accuracy on {n_images:,} training images (%)",
            _each(
                walks, [walk.places for walk in walks], [100 * walk.accuracies for walk in walks]
            ),
            (_END,),
            note=note,
        ),
        Chart(
            "path",
            "The line and the path of training: start 1",
            f"nearest {_PLACE}",
            f"cost on {n_images:,} training images",
            (
                Series("straight line", first.places, first.costs),
                Series("path of training", first.path_places, first.path_costs),
            ),
            (_END,),
            note=f"One network; {len(first.path_costs)} looks at its path.",
        ),
        Chart(
            "off",
            "How far the path of training is from the line",
            f"nearest {_PLACE}",
            "distance from the line (% of its length)",
            _each(
                walks,
                [walk.path_places for walk in walks],
                [100 * walk.path_off for walk in walks],
            ),
            note=note,
        ),
    )


def _each(
    walks: Sequence[Walk], x: Sequence[np.ndarray], y: Sequence[np.ndarray]
) -> tuple[Series, ...]:
    return tuple(
        Series(f"start {number}", places, values)
        for number, (_, places, values) in enumerate(zip(walks, x, y, strict=True), 1)
    )
