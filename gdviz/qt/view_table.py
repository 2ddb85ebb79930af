"""The table of views: one line each, in the order in which docks and views are made.

A view is imported when it is made: the window is in sight before its views are, and pyqtgraph,
which most of them need, takes longer to be imported than all that is seen before.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from gdviz.qt.views.view import View, ViewContext, ViewSpec

_NOTHING: frozenset[str] = frozenset()


def _train(
    key: str, title: str, area: str, view: str, every: int = 1, needs: frozenset[str] = _NOTHING
) -> ViewSpec:
    return ViewSpec(key, title, needs, area, _maker(key, view), every)


def _inspect(key: str, title: str, area: str, view: str) -> ViewSpec:
    """Give a view of Inspect: shown ten times a second, it takes what it needs from its frame."""
    place = f"inspect_{area}"
    return ViewSpec(key, title, _NOTHING, place, _maker(key, view), 6, ("inspect",))


def _hill(key: str, title: str, area: str, view: str) -> ViewSpec:
    """Give a view of Hill: it has a state and a clock of its own, and takes nothing of a frame."""
    return ViewSpec(key, title, _NOTHING, f"hill_{area}", _maker(key, view), 6, ("hill",))


def _lab(key: str, title: str, area: str, view: str) -> ViewSpec:
    """Give a view of the Lab: it shows the state of the experiments, four times a second."""
    return ViewSpec(key, title, _NOTHING, f"lab_{area}", _maker(key, view), 15, ("lab",))


def _maker(key: str, view: str) -> Callable[[ViewContext], View]:
    """Give what makes a view of ``gdviz.qt.views.<key>.view``."""

    def make(context: ViewContext) -> View:
        made: View = getattr(import_module(f"gdviz.qt.views.{key}.view"), view)(context)
        return made

    return make


VIEWS: tuple[ViewSpec, ...] = (
    _train(
        "cost_surface", "Cost surface", "center_top", "CostSurfaceView",
        needs=frozenset({"surface"}),
    ),
    _train("four_beats", "Four beats", "center_top", "FourBeatsView", 6),
    _train(
        "cost_curves", "Cost curves", "center_bottom", "CostCurvesView", 6,
        frozenset({"evaluation"}),
    ),
    _train("first_layer_weights", "First-layer weights", "right_top", "FirstLayerWeightsView", 4),
    _train(
        "gradient_magnitudes", "Gradient", "right_bottom", "GradientMagnitudesView", 6,
        frozenset({"gradient"}),
    ),
    _train(
        "gradient_noise", "Mini-batch against full", "right_bottom", "GradientNoiseView", 6,
        frozenset({"gradient_noise"}),
    ),
    _train(
        "all_components", "All weights", "right_bottom", "AllComponentsView", 6,
        frozenset({"gradient"}),
    ),
    _train("ruler", "Ruler", "right_bottom", "RulerView", 6, frozenset({"gradient"})),
    _train("race_of_gradients", "Backpropagation race", "center_top", "RaceOfGradientsView", 6),
    _train("smoothness", "Smoothness", "center_top", "SmoothnessView", 6),
    _train("example", "Example", "bottom", "ExampleView", 6, frozenset({"probe"})),
    _train("branches", "Branches", "right_bottom", "BranchesView", 6),
    ViewSpec(
        "timeline", "Timeline", _NOTHING, "below", _maker("timeline", "TimelineView"), 4,
        ("train", "inspect"),
    ),
    _inspect("network", "Network", "center_top", "NetworkView"),
    _inspect("inspect_example", "Example", "left", "ExampleView"),
    _inspect("outputs", "Outputs", "right_top", "OutputsView"),
    _inspect("confusion", "Confusion", "right_bottom", "ConfusionView"),
    _inspect("mistakes", "Mistakes", "center_bottom", "MistakesView"),
    _inspect("drawing_pad", "Drawing pad", "left_bottom", "DrawingPadView"),
    _inspect("neuron", "Neuron", "right_bottom", "NeuronView"),
    _inspect("arithmetic", "Arithmetic", "center_top", "ArithmeticView"),
    _inspect("wishes", "What does it want", "center_top", "WishesView"),
    _inspect("compare", "Compare", "center_top", "CompareView"),
    _inspect("certainty", "Certainty", "center_bottom", "CertaintyView"),
    _inspect("fragility", "Fragility", "center_bottom", "FragilityView"),
    _inspect("surgery", "Surgery", "right_bottom", "SurgeryView"),
    _hill("hill_map", "Two variables", "top", "HillMapView"),
    _hill("hill_curve", "One variable", "bottom", "HillCurveView"),
    _hill("tally", "Tally", "bottom", "TallyView"),
    _lab("lab_shelf", "Experiments", "left", "LabShelfView"),
    _lab("lab_experiment", "Experiment", "center", "LabExperimentView"),
    _lab("lab_results", "Results", "right", "LabResultsView"),
)  # fmt: skip
"""All views of the window."""
