"""The table of views: one line each, in the order in which docks are made."""

from __future__ import annotations

from gdviz.qt.views.cost_curves.view import CostCurvesView
from gdviz.qt.views.cost_surface.view import CostSurfaceView
from gdviz.qt.views.example.view import ExampleView
from gdviz.qt.views.first_layer_weights.view import FirstLayerWeightsView
from gdviz.qt.views.gradient_magnitudes.view import GradientMagnitudesView
from gdviz.qt.views.view import ViewSpec

VIEWS: tuple[ViewSpec, ...] = (
    ViewSpec("cost_surface", "Cost surface", frozenset({"surface"}), "center_top", CostSurfaceView),
    ViewSpec(
        "cost_curves", "Cost curves", frozenset({"evaluation"}), "center_bottom", CostCurvesView, 6
    ),
    ViewSpec(
        "first_layer_weights",
        "First-layer weights",
        frozenset(),
        "right_top",
        FirstLayerWeightsView,
        4,
    ),
    ViewSpec(
        "gradient_magnitudes",
        "Gradient",
        frozenset({"gradient"}),
        "right_bottom",
        GradientMagnitudesView,
        6,
    ),
    ViewSpec("example", "Example", frozenset({"probe"}), "bottom", ExampleView, 6),
)
"""All views of the window."""
