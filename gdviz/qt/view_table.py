"""The table of views: one line each, in the order in which docks and views are made.

A view is imported when it is made: the window is in sight before its views are, and pyqtgraph,
which most of them need, takes longer to be imported than all that is seen before.
"""

# ruff: noqa: PLC0415  # imported when it is made, see above

from __future__ import annotations

from gdviz.qt.views.view import View, ViewContext, ViewSpec


def _cost_surface(context: ViewContext) -> View:
    from gdviz.qt.views.cost_surface.view import CostSurfaceView

    return CostSurfaceView(context)


def _cost_curves(context: ViewContext) -> View:
    from gdviz.qt.views.cost_curves.view import CostCurvesView

    return CostCurvesView(context)


def _first_layer_weights(context: ViewContext) -> View:
    from gdviz.qt.views.first_layer_weights.view import FirstLayerWeightsView

    return FirstLayerWeightsView(context)


def _gradient_magnitudes(context: ViewContext) -> View:
    from gdviz.qt.views.gradient_magnitudes.view import GradientMagnitudesView

    return GradientMagnitudesView(context)


def _example(context: ViewContext) -> View:
    from gdviz.qt.views.example.view import ExampleView

    return ExampleView(context)


def _branches(context: ViewContext) -> View:
    from gdviz.qt.views.branches.view import BranchesView

    return BranchesView(context)


def _timeline(context: ViewContext) -> View:
    from gdviz.qt.views.timeline.view import TimelineView

    return TimelineView(context)


def _confusion(context: ViewContext) -> View:
    from gdviz.qt.views.confusion.view import ConfusionView

    return ConfusionView(context)


def _certainty(context: ViewContext) -> View:
    from gdviz.qt.views.certainty.view import CertaintyView

    return CertaintyView(context)


def _mistakes(context: ViewContext) -> View:
    from gdviz.qt.views.mistakes.view import MistakesView

    return MistakesView(context)


VIEWS: tuple[ViewSpec, ...] = (
    ViewSpec("cost_surface", "Cost surface", frozenset({"surface"}), "center_top", _cost_surface),
    ViewSpec(
        "cost_curves", "Cost curves", frozenset({"evaluation"}), "center_bottom", _cost_curves, 6
    ),
    ViewSpec(
        "first_layer_weights",
        "First-layer weights",
        frozenset(),
        "right_top",
        _first_layer_weights,
        4,
    ),
    ViewSpec(
        "gradient_magnitudes",
        "Gradient",
        frozenset({"gradient"}),
        "right_bottom",
        _gradient_magnitudes,
        6,
    ),
    ViewSpec("example", "Example", frozenset({"probe"}), "bottom", _example, 6),
    ViewSpec("branches", "Branches", frozenset(), "right_bottom", _branches, 6),
    ViewSpec("timeline", "Timeline", frozenset(), "below", _timeline, 4),
    ViewSpec(
        "mistakes",
        "Mistakes",
        frozenset(),
        "inspect_center_bottom",
        _mistakes,
        6,
        ("inspect",),
    ),
    ViewSpec(
        "certainty",
        "Certainty",
        frozenset(),
        "inspect_center_bottom",
        _certainty,
        6,
        ("inspect",),
    ),
    ViewSpec(
        "confusion",
        "Confusion",
        frozenset(),
        "inspect_right_bottom",
        _confusion,
        6,
        ("inspect",),
    ),
)
"""All views of the window."""
